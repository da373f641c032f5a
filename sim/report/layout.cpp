#include "report/layout.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <ostream>

namespace cmksim::report {

namespace {

constexpr int fewestColumns = 40;

/// Longer lines of prose are hard to read, however wide the terminal.
constexpr std::size_t widestProse = 110;

std::string_view escapeOf(Paint paint) {
    constexpr std::array<std::string_view, 8> escapes{"\x1b[0m",    "\x1b[1m",  "\x1b[2m",  "\x1b[32m",
                                                      "\x1b[1;31m", "\x1b[33m", "\x1b[36m", "\x1b[35m"};
    return escapes[static_cast<std::size_t>(paint)];
}

bool isBlank(const Glyph& glyph) { return glyph.text == " "; }

/// The second column of a wide character.
bool isSecondHalf(const Glyph& glyph) { return glyph.text.empty(); }

/// The first columns, without the first half of a character whose second half no longer fits.
std::vector<Glyph> cut(std::vector<Glyph> glyphs, std::size_t columns) {
    if (columns < glyphs.size()) {
        if (columns > 0 && isSecondHalf(glyphs[columns])) {
            glyphs[columns - 1].text = " ";
        }
        glyphs.resize(columns);
    }
    return glyphs;
}

/// After which an address or a path may go on in the next line.
bool endsPart(const Glyph& glyph) { return glyph.text == "/" || glyph.text == "-" || glyph.text == "#"; }

/// Where a line that starts at `begin` and has room for `room` columns ends: after the last word that fits, or within a
/// word that is longer than the line.
std::size_t endOfLine(const std::vector<Glyph>& glyphs, std::size_t begin, std::size_t room) {
    if (glyphs.size() - begin <= room) {
        return glyphs.size();
    }
    for (std::size_t end = begin + room; end > begin; --end) {
        if (isBlank(glyphs[end])) {
            return end;
        }
    }
    for (std::size_t end = begin + room; end > begin + room / 2; --end) {
        if (endsPart(glyphs[end - 1])) {
            return end;
        }
    }
    return room > 1 && isSecondHalf(glyphs[begin + room]) ? begin + room - 1 : begin + room;
}

} // namespace

Phrase& Phrase::add(std::string_view text, Paint paint) {
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = codePointAt(text, at);
        const std::string visible = shown(text, at, point);
        at += point.bytes;
        const std::size_t width = shownWidth(point);
        if (width > 2) { // an escape
            for (const char letter : visible) {
                glyphs_.push_back({std::string{letter}, paint});
            }
        } else if (width == 0 && !glyphs_.empty()) {
            glyphs_[glyphs_.size() - (isSecondHalf(glyphs_.back()) ? 2 : 1)].text += visible;
        } else {
            glyphs_.push_back({visible, paint});
            if (width == 2) {
                glyphs_.push_back({"", paint});
            }
        }
    }
    return *this;
}

Phrase& Phrase::add(const Phrase& other) {
    glyphs_.insert(glyphs_.end(), other.glyphs_.begin(), other.glyphs_.end());
    return *this;
}

Phrase& Phrase::padTo(std::size_t width) {
    if (glyphs_.size() < width) {
        glyphs_.resize(width, {" ", Paint::Plain});
    }
    return *this;
}

std::string shortened(std::string_view text, std::size_t width, std::string_view ellipsis) {
    const Phrase phrase{text};
    const std::vector<Glyph>& glyphs = phrase.glyphs();
    const std::size_t dots = Phrase{ellipsis}.width();
    std::string result;
    const auto append = [&](std::size_t begin, std::size_t end) {
        for (; begin < end; ++begin) {
            result += glyphs[begin].text;
        }
    };
    if (glyphs.size() <= width || width <= dots) {
        for (const Glyph& glyph : cut(glyphs, width)) {
            result += glyph.text;
        }
        return result;
    }
    const std::size_t kept = width - dots;
    const std::size_t head = kept - kept / 2;
    append(0, head > 0 && isSecondHalf(glyphs[head]) ? head - 1 : head);
    result += ellipsis;
    append(glyphs.size() - kept / 2, glyphs.size());
    return result;
}

Page::Page(const TextStyle& style, std::ostream& out)
    : columns_{static_cast<std::size_t>(std::max(style.columns, fewestColumns))}, colour_{style.colour},
      unicode_{style.unicode}, out_{out} {}

void Page::blank() { out_ << '\n'; }

void Page::line(const Phrase& phrase) {
    const std::vector<Glyph> glyphs = cut(phrase.glyphs(), columns_);
    write(glyphs, 0, glyphs.size());
}

void Page::whole(const Phrase& phrase) { write(phrase.glyphs(), 0, phrase.width()); }

void Page::paragraph(const Phrase& lead, const Phrase& body) {
    const std::size_t width = std::min(columns_, widestProse);
    const std::size_t indent = std::min(lead.width(), width / 2);
    std::vector<Glyph> line = cut(lead.glyphs(), indent);
    line.resize(indent, {" ", Paint::Plain});
    const std::vector<Glyph>& glyphs = body.glyphs();
    std::size_t begin = 0;
    do {
        const std::size_t end = endOfLine(glyphs, begin, width - indent);
        line.insert(line.end(), glyphs.begin() + static_cast<std::ptrdiff_t>(begin),
                    glyphs.begin() + static_cast<std::ptrdiff_t>(end));
        write(line, 0, line.size());
        line.assign(indent, {" ", Paint::Plain});
        for (begin = end; begin < glyphs.size() && isBlank(glyphs[begin]);) {
            ++begin;
        }
    } while (begin < glyphs.size());
}

void Page::oneLine(const Phrase& lead, const Phrase& body, std::string_view ellipsis) {
    Phrase whole = lead;
    whole.add(body);
    if (whole.width() <= columns_) {
        line(whole);
        return;
    }
    const Phrase dots{ellipsis, body.glyphs().back().paint};
    std::vector<Glyph> glyphs = cut(whole.glyphs(), columns_ - dots.width());
    glyphs.insert(glyphs.end(), dots.glyphs().begin(), dots.glyphs().end());
    write(glyphs, 0, glyphs.size());
}

void Page::heading(std::string_view title, std::string_view rule) {
    Phrase phrase;
    phrase.add(rule, Paint::Quiet).add(rule, Paint::Quiet).add(" ").add(title, Paint::Strong).add(" ");
    while (phrase.width() < columns_) {
        phrase.add(rule, Paint::Quiet);
    }
    line(phrase);
}

void Page::write(const std::vector<Glyph>& glyphs, std::size_t begin, std::size_t end) {
    while (end > begin && isBlank(glyphs[end - 1])) {
        --end;
    }
    line_.clear();
    Paint paint = Paint::Plain;
    for (std::size_t i = begin; i < end; ++i) {
        const Glyph& glyph = glyphs[i];
        if (colour_ && glyph.paint != paint && !isBlank(glyph)) {
            if (paint != Paint::Plain) {
                line_ += escapeOf(Paint::Plain);
            }
            if (glyph.paint != Paint::Plain) {
                line_ += escapeOf(glyph.paint);
            }
            paint = glyph.paint;
        }
        line_ += unicode_ || glyph.text.size() == 1 ? std::string_view{glyph.text} : std::string_view{"?"};
    }
    if (paint != Paint::Plain) {
        line_ += escapeOf(Paint::Plain);
    }
    out_ << line_ << '\n';
}

} // namespace cmksim::report
