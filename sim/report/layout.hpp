// Text for a terminal: phrases in several paints, lines that never grow longer than the terminal is wide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

/// What a text report may use of the terminal.
struct TextStyle {
    int columns = 80;    // no line is longer; fewer than 40 count as 40
    bool colour = false; // ANSI colours; nothing is said by colour alone
    bool unicode = true; // otherwise ASCII: signs have stand-ins, other characters become '?'
};

/// What a piece of text means, which decides its colour.
enum class Paint : std::uint8_t { Plain, Strong, Quiet, Good, Bad, Warning, Event, Fact };

/// One column of a line. A wide character takes two, of which the second has no text.
struct Glyph {
    std::string text;
    Paint paint = Paint::Plain;
};

/// A piece of text on its way to a line. Whatever comes in is made fit to be shown.
class Phrase {
public:
    Phrase() = default;
    explicit Phrase(std::string_view text, Paint paint = Paint::Plain) { add(text, paint); }

    Phrase& add(std::string_view text, Paint paint = Paint::Plain);
    Phrase& add(const Phrase& other);
    /// Adds blanks up to `width` columns.
    Phrase& padTo(std::size_t width);

    /// How many columns of a terminal it takes.
    [[nodiscard]] std::size_t width() const { return glyphs_.size(); }
    [[nodiscard]] bool empty() const { return glyphs_.empty(); }
    [[nodiscard]] const std::vector<Glyph>& glyphs() const { return glyphs_; }
    /// The glyph at `column`, which must be there.
    [[nodiscard]] Glyph& at(std::size_t column) { return glyphs_[column]; }

private:
    std::vector<Glyph> glyphs_;
};

/// `text` as it is shown in at most `width` columns, a longer one cut in its middle.
std::string shortened(std::string_view text, std::size_t width, std::string_view ellipsis);

/// Writes lines.
class Page {
public:
    Page(const TextStyle& style, std::ostream& out);

    /// How wide lines may be.
    [[nodiscard]] std::size_t columns() const { return columns_; }

    void blank();
    /// One line; what does not fit is cut off.
    void line(const Phrase& phrase);
    /// One line, however wide: it is there to be copied.
    void whole(const Phrase& phrase);
    /// `lead`, and after it `body`, which goes on under its own beginning where the line is full. A lead is short, such as
    /// a label: what is wider than half the line is cut off.
    void paragraph(const Phrase& lead, const Phrase& body);
    /// `lead` and `body` on one line, which ends in `ellipsis` where there is more.
    void oneLine(const Phrase& lead, const Phrase& body, std::string_view ellipsis);
    /// A heading over all columns.
    void heading(std::string_view title, std::string_view rule);

private:
    void write(const std::vector<Glyph>& glyphs, std::size_t begin, std::size_t end);

    std::size_t columns_;
    bool colour_;
    bool unicode_;
    std::ostream& out_;
    std::string line_;
};

} // namespace cmksim::report
