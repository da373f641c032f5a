#include "document/layout.hpp"

#include "document/as_json.hpp"
#include "document/indent.hpp"
#include "document/yaml.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace cmksim::document {

namespace {

constexpr std::size_t step = 2; // blanks of a level

std::string_view withoutEnd(std::string_view line) {
    const std::size_t last = line.find_last_not_of(" \t\r");
    return last == std::string_view::npos ? std::string_view{} : line.substr(0, last + 1);
}

/// What begins a line of the block structure.
struct Start {
    std::size_t level = 0;    // of what stands at its beginning
    bool isBlockText = false; // `|` or `>` follows, with lines whose blanks mean something
    bool keepsEnd = false;    // `|+`: the empty lines at its end, too
};

/// Where the block structure begins lines, and on which level.
class Structure {
public:
    explicit Structure(const Document& document) : text_{document.source().text()} {
        for (std::size_t at = 0; at != std::string::npos && at < text_.size();) {
            lines_.push_back(at);
            const std::size_t end = text_.find('\n', at);
            at = end == std::string::npos ? end : end + 1;
        }
        if (isFlow(document.root())) {
            begin(document.root().mark(), 0, document.root());
        }
        visit(document.root(), 0);
    }

    [[nodiscard]] const std::map<std::uint32_t, Start>& starts() const { return starts_; }

private:
    [[nodiscard]] bool isFlow(Node node) const {
        const std::string_view at = from(node.mark());
        return at.starts_with('{') || at.starts_with('[');
    }

    [[nodiscard]] std::size_t offsetOf(Mark mark) const {
        return std::min(lines_[std::min<std::size_t>(mark.line, lines_.size()) - 1] + mark.column - 1, text_.size());
    }
    [[nodiscard]] std::string_view from(Mark mark) const { return std::string_view{text_}.substr(offsetOf(mark)); }

    void begin(Mark mark, std::size_t level, Node value) {
        const std::string_view at = value.isScalar() ? from(value.mark()) : std::string_view{};
        const auto [place, isFirst] = starts_.try_emplace(mark.line, Start{.level = level});
        if (at.starts_with('|') || at.starts_with('>')) {
            place->second.isBlockText = true;
            place->second.keepsEnd = at.substr(0, at.find_first_of(" \t\r\n")).find('+') != std::string_view::npos;
        }
    }

    void visit(Node node, std::size_t level) {
        if ((!node.isMapping() && !node.isSequence()) || node.size() == 0 || isFlow(node)) {
            return;
        }
        for (std::size_t i = 0; i < node.size(); ++i) {
            if (node.isMapping()) {
                const Entry entry = node.entry(i);
                begin(entry.key.mark(), level, entry.value);
                if (const Mark place = entry.value.mark(); place.line > entry.key.mark().line) {
                    begin(place, level + 1, entry.value);
                }
                visit(entry.value, level + 1);
            } else {
                begin(dashOf(node.item(i)), level, node.item(i));
                visit(node.item(i), level + 1);
            }
        }
    }

    /// The dash before an item: on its line, or on one before, with comments between.
    [[nodiscard]] Mark dashOf(Node item) const {
        Mark mark = item.mark();
        std::string_view before = from({.line = mark.line, .column = 1}).substr(0, mark.column - 1);
        while (before.rfind('-') == std::string_view::npos && mark.line > 1) {
            --mark.line;
            before = from({.line = mark.line, .column = 1});
            before = before.substr(0, before.find('\n'));
            const bool isComment = before.substr(indentOf(before)).starts_with('#');
            before = before.substr(0, isComment ? 0 : before.find(" #"));
        }
        return mark;
    }

    const std::string& text_;
    std::vector<std::size_t> lines_;        // where each begins
    std::map<std::uint32_t, Start> starts_; // by line; of several on one line the outermost
};

/// Sets the blanks of an entry's lines where they mean nothing: outside of quotes and before a comment. Brackets and
/// quotes that one line opens may close on another.
class Spacing {
public:
    /// The line that begins an entry, behind its dashes.
    std::string first(std::string_view line) {
        quote_ = 0;
        depth_ = 0;
        return spaced(line);
    }

    /// A line that goes on with the entry: set where it stands in brackets or quotes, as it is in a plain text.
    std::string next(std::string_view line) { return depth_ == 0 && quote_ == 0 ? std::string{line} : spaced(line); }

private:
    std::string spaced(std::string_view line) {
        out_.clear();
        closedQuote_ = std::string::npos;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const char c = line[i];
            if (quote_ != 0) {
                out_ += c;
                if (c == '\\' && quote_ == '"' && i + 1 < line.size()) {
                    out_ += line[++i];
                } else if (c == quote_) {
                    quote_ = 0;
                    closedQuote_ = out_.size();
                }
            } else if (c == '#' && (out_.empty() || isBlank(out_.back()))) {
                return out_.append(line.substr(i));
            } else {
                add(c, line.substr(i + 1));
            }
        }
        return out_;
    }

    void add(char c, std::string_view rest) {
        if ((c == '"' || c == '\'') && beginsWord()) {
            quote_ = c;
        } else if ((c == '{' || c == '[') && (depth_ > 0 || beginsValue())) {
            ++depth_;
        } else if ((c == '}' || c == ']') && depth_ > 0) {
            --depth_;
            dropBlanks();
        } else if (c == ',' && depth_ > 0) {
            dropBlanks();
        } else if (isBlank(c) && isSpare(rest)) {
            return;
        }
        const bool isAfterQuote = closedQuote_ == out_.size() && !out_.empty();
        out_ += c;
        const bool separates = depth_ > 0 && (c == ',' || (c == ':' && isAfterQuote));
        if (separates && !rest.empty() && std::string_view{" \t}]"}.find(rest.front()) == std::string_view::npos) {
            out_ += ' ';
        }
    }

    static bool isBlank(char c) { return c == ' ' || c == '\t'; }

    [[nodiscard]] bool beginsWord() const {
        return out_.empty() || std::string_view{" \t,[{:"}.find(out_.back()) != std::string_view::npos;
    }

    /// Within a plain text a bracket is a character like others.
    [[nodiscard]] bool beginsValue() const {
        const std::string_view before = withoutEnd(out_);
        return before.empty() || (before.ends_with(':') && before.size() < out_.size());
    }

    /// A blank that says nothing: behind a bracket or another blank, within brackets; behind the one after a colon.
    [[nodiscard]] bool isSpare(std::string_view rest) const {
        if (depth_ > 0) {
            return out_.empty() || out_.ends_with('{') || out_.ends_with('[') || out_.ends_with(' ') ||
                   (out_.ends_with(',') && rest.empty());
        }
        const std::size_t next = rest.find_first_not_of(" \t");
        return out_.ends_with(": ") && next != std::string_view::npos && rest[next] != '#';
    }

    /// Those before a bracket or comma. The one after a colon stays: without it a key would be another.
    void dropBlanks() {
        while (out_.size() > 1 && isBlank(out_.back()) && out_[out_.size() - 2] != ':') {
            out_.pop_back();
        }
    }

    char quote_ = 0; // within a quoted text: what ends it
    int depth_ = 0;  // of brackets
    std::string out_;
    std::size_t closedQuote_ = std::string::npos; // length of the output behind the last quoted text
};

/// Lays out a file line by line.
class Layouter {
public:
    explicit Layouter(const Document& document) : structure_{document}, text_{document.source().text()} {}

    std::string run() {
        for (std::size_t at = 0; at < text_.size();) {
            const std::size_t end = std::min(text_.find('\n', at), text_.size());
            lines_.push_back(std::string_view{text_}.substr(at, end - at));
            at = end + 1;
        }
        hasReturns_ = !lines_.empty() && lines_.front().ends_with('\r');
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            add(i);
        }
        endText();
        while (!out_.empty() && out_.back().empty() && !isText_.back()) {
            out_.pop_back();
            isText_.pop_back();
        }
        std::string text;
        for (const std::string& line : out_) {
            text += line;
            text += hasReturns_ ? "\r\n" : "\n";
        }
        return text;
    }

private:
    void put(std::string line, bool isText = false) {
        if (!isText) {
            endText();
        }
        if (line.empty() && !isText && (out_.empty() || (out_.back().empty() && !isText_.back()))) {
            return;
        }
        out_.push_back(std::move(line));
        isText_.push_back(isText);
    }

    /// Empty lines at the end of a block of text are none of it, and stand as one; where it keeps them they stay.
    void endText() {
        bool wereEmpty = false;
        while (!keepsEnd_ && !out_.empty() && out_.back().empty() && isText_.back()) {
            out_.pop_back();
            isText_.pop_back();
            wereEmpty = true;
        }
        if (wereEmpty && !out_.empty()) {
            out_.emplace_back();
            isText_.push_back(false);
        }
    }

    void add(std::size_t index) {
        const std::string_view line = lines_[index];
        const std::size_t indent = indentOf(line);
        const std::string_view content = withoutEnd(line.substr(indent));
        const auto start = structure_.starts().find(static_cast<std::uint32_t>(index + 1));
        if (start != structure_.starts().end()) {
            shift_ = static_cast<std::ptrdiff_t>(start->second.level * step) - static_cast<std::ptrdiff_t>(indent);
            blockText_ = start->second.isBlockText ? std::optional{indent} : std::nullopt;
            put(std::string(start->second.level * step, ' ') + dashed(std::string{content}));
            keepsEnd_ = start->second.keepsEnd;
            return;
        }
        if (blockText_ && (content.empty() || indent > *blockText_)) {
            const std::string_view whole = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
            put(content.empty() ? std::string{} : shifted(whole, indent), true);
            return;
        }
        if (content.empty()) {
            put({});
            return;
        }
        if (content.starts_with('#')) {
            blockText_.reset();
            put(std::string(commentIndent(index, indent), ' ').append(content));
            return;
        }
        put(indented(indent) + spacing_.next(content));
    }

    /// A line that goes on with one above, moved as that was.
    [[nodiscard]] std::string shifted(std::string_view line, std::size_t indent) const {
        return indented(indent).append(line.substr(indent));
    }
    [[nodiscard]] std::string indented(std::size_t indent) const { return std::string(movedWith(indent), ' '); }

    /// `-   key: value` with one blank after each dash.
    std::string dashed(std::string content) {
        std::size_t at = 0;
        while (content.compare(at, 2, "- ") == 0) {
            const std::size_t next = content.find_first_not_of(' ', at + 1);
            if (next == std::string::npos) {
                break;
            }
            content.erase(at + 2, next - at - 2);
            at += 2;
        }
        return content.substr(0, at) + spacing_.first(std::string_view{content}.substr(at));
    }

    /// A comment stands as the next line of the structure does, where it stood as that did; at the margin otherwise, if
    /// it stood there.
    [[nodiscard]] std::size_t commentIndent(std::size_t index, std::size_t indent) const {
        const auto next = structure_.starts().upper_bound(static_cast<std::uint32_t>(index + 1));
        if (next != structure_.starts().end() && indentOf(lines_[next->first - 1]) <= indent) {
            const std::size_t is = indentOf(lines_[next->first - 1]);
            return is == indent ? next->second.level * step : movedWith(indent);
        }
        // At the margin it belongs to the file, and not to the list above, which may have begun there, too.
        return indent == 0 ? 0 : movedWith(indent);
    }

    [[nodiscard]] std::size_t movedWith(std::size_t indent) const {
        return static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(indent) + shift_));
    }

    Structure structure_;
    const std::string& text_;
    std::vector<std::string_view> lines_;
    std::vector<std::string> out_;
    std::vector<bool> isText_; // of a block of text, whose empty lines stay
    std::ptrdiff_t shift_ = 0;
    std::optional<std::size_t> blockText_; // within one: how far the line that began it is indented
    Spacing spacing_;
    bool keepsEnd_ = false; // the empty lines at the end of the block of text above
    bool hasReturns_ = false;
};

std::string withoutBlanks(std::string_view text) {
    std::string out;
    std::ranges::copy_if(text, std::back_inserter(out),
                         [](char c) { return std::string_view{" \t\r\n"}.find(c) == std::string_view::npos; });
    return out;
}

} // namespace

std::optional<std::string> laidOut(const Document& document) {
    const std::string& before = document.source().text();
    const auto after = std::make_shared<const Source>(document.source().name(), Layouter{document}.run());
    Diagnostics diagnostics;
    const auto again = parseDocument(after, diagnostics);
    const bool isSame = again && !diagnostics.hasErrors() && withoutBlanks(before) == withoutBlanks(after->text()) &&
                        asJson(document.root()).line() == asJson(again->root()).line();
    return isSame ? std::optional{after->text()} : std::nullopt;
}

} // namespace cmksim::document
