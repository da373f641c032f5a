#include "document/replace_text.hpp"

#include "base/json_value.hpp"
#include "document/encoding.hpp"
#include "document/indent.hpp"
#include "document/yaml.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace cmksim::document {

namespace {

constexpr std::string_view spaces = " \t";
constexpr std::string_view gaps = " \t\r\n";

bool isEmptyLine(std::string_view line) { return line.find_first_not_of(gaps) == std::string_view::npos; }

/// Where the line that holds byte `at` ends, behind its line break.
std::size_t lineEnd(std::string_view text, std::size_t at) {
    const std::size_t end = text.find('\n', at);
    return end == std::string_view::npos ? text.size() : end + 1;
}

std::size_t offsetOf(std::string_view text, std::uint32_t line, std::uint32_t column) {
    std::size_t at = text.size() - withoutByteOrderMark(text).size();
    for (std::uint32_t i = 1; i < line; ++i) {
        at = lineEnd(text, at);
    }
    return std::min(at + column - 1, text.size());
}

/// Behind the quotes that open at `at`.
std::size_t behindQuotes(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\') {
            ++at;
        } else if (text[at] == quote) {
            if (quote == '"' || at + 1 == text.size() || text[at + 1] != quote) {
                return at + 1;
            }
            ++at;
        }
    }
    return text.size();
}

/// Blanks, line ends and comments from `at` on are passed.
std::size_t behindGap(std::string_view text, std::size_t at) {
    for (;;) {
        at = std::min(text.find_first_not_of(gaps, at), text.size());
        if (at == text.size() || text[at] != '#') {
            return at;
        }
        at = lineEnd(text, at);
    }
}

/// A field's value as it is written.
struct Written {
    std::size_t keyLine = 0; // where the line of its key begins
    std::size_t indent = 0;  // of that key
    std::size_t begin = 0;   // of the value, or of the sign that begins a block
    std::size_t end = 0;     // of the value, or of that sign
    std::size_t blockEnd = 0;
    std::size_t blockIndent = 0; // of the lines of a block; 0: it is none

    [[nodiscard]] bool isBlock() const { return blockIndent > 0; }
};

/// The lines of a block are as deep as its first one, and end before what is less deep.
void findBlock(std::string_view text, Written& written) {
    written.blockEnd = lineEnd(text, written.end);
    const std::size_t digit = text.substr(written.begin, written.end - written.begin).find_first_of("123456789");
    written.blockIndent = digit == std::string_view::npos
                              ? 0
                              : written.indent + static_cast<std::size_t>(text[written.begin + digit] - '0');
    for (std::size_t at = written.blockEnd; at < text.size();) {
        const std::size_t next = lineEnd(text, at);
        const std::string_view line = text.substr(at, next - at);
        if (!isEmptyLine(line)) {
            const std::size_t indent = indentOf(line);
            if (indent < std::max(written.blockIndent, written.indent + 1)) {
                break;
            }
            written.blockIndent = written.blockIndent == 0 ? indent : written.blockIndent;
            written.blockEnd = next;
        }
        at = next;
    }
    written.blockIndent = written.blockIndent == 0 ? written.indent + 2 : written.blockIndent;
}

std::optional<Written> findValue(std::string_view text, const Node& key) {
    Written written;
    std::size_t at = offsetOf(text, key.mark().line, key.mark().column);
    written.keyLine = text.rfind('\n', at) == std::string_view::npos ? 0 : text.rfind('\n', at) + 1;
    written.indent = key.mark().column - 1;
    const bool quotedKey = at < text.size() && (text[at] == '"' || text[at] == '\'');
    at = behindGap(text, quotedKey ? behindQuotes(text, at) : at + key.text().size());
    if (at >= text.size() || text[at] != ':') {
        return std::nullopt;
    }
    at = behindGap(text, at + 1);
    while (at < text.size() && (text[at] == '&' || text[at] == '!')) { // an anchor stays
        at = behindGap(text, std::min(text.find_first_of(gaps, at), text.size()));
    }
    if (at == text.size()) {
        return std::nullopt;
    }
    written.begin = at;
    if (text[at] == '"' || text[at] == '\'') {
        written.end = behindQuotes(text, at);
    } else if (text[at] == '|' || text[at] == '>') {
        written.end = std::min(text.find_first_of(gaps, at), text.size());
        findBlock(text, written);
    } else {
        written.end = std::min(text.find_first_of(" \t\r\n,]}", at), text.size());
    }
    return written;
}

/// Whether a text has a form as a block of lines that needs no signs.
bool isOfLines(std::string_view value) {
    return value.ends_with('\n') && gaps.find(value.front()) == std::string_view::npos && !value.ends_with("\n\n");
}

/// How deep lines must be so that no comment behind them looks like one of them.
std::size_t deeperThanComments(std::string_view text, std::size_t at, std::size_t usual) {
    std::size_t indent = usual;
    while (at < text.size()) {
        const std::size_t next = lineEnd(text, at);
        const std::string_view line = text.substr(at, next - at);
        const std::size_t own = indentOf(line);
        if (!isEmptyLine(line)) {
            if (line[own] != '#') {
                break;
            }
            indent = own >= indent ? own + 2 : indent;
        }
        at = next;
    }
    return indent;
}

std::optional<std::string> withBlock(std::string_view text, const Written& written, std::string_view value) {
    const std::size_t tailEnd = lineEnd(text, written.end);
    std::string_view tail = text.substr(written.end, tailEnd - written.end); // a comment, perhaps
    const std::size_t sign = tail.find_first_not_of(gaps);
    if (!isOfLines(value) || (sign != std::string_view::npos && tail[sign] != '#')) {
        return std::nullopt;
    }
    const std::string_view keyLine = text.substr(written.keyLine, lineEnd(text, written.keyLine) - written.keyLine);
    const std::string_view lineBreak = keyLine.ends_with("\r\n") ? "\r\n" : "\n";
    while (!tail.empty() && (tail.back() == '\n' || tail.back() == '\r')) {
        tail.remove_suffix(1);
    }
    const std::size_t rest = written.isBlock() ? written.blockEnd : tailEnd;
    const std::size_t indent =
        written.isBlock() ? written.blockIndent : deeperThanComments(text, rest, written.indent + 2);
    std::string out{text.substr(0, written.begin)};
    out.append("|").append(tail).append(lineBreak);
    while (!value.empty()) {
        const std::size_t end = value.find('\n');
        out.append(indent, ' ').append(value.substr(0, end)).append(lineBreak);
        value.remove_prefix(end + 1);
    }
    return out.append(text.substr(rest));
}

std::string withQuotes(std::string_view text, const Written& written, std::string_view value) {
    std::string out{text.substr(0, written.begin)};
    out.append(jsonString(value));
    if (!written.isBlock()) {
        return out.append(text.substr(written.end));
    }
    const std::size_t tailEnd = lineEnd(text, written.end);
    return out.append(text.substr(written.end, tailEnd - written.end)).append(text.substr(written.blockEnd));
}

bool isSame(Node a, Node b) {
    if (a.kind() != b.kind() || a.text() != b.text() || a.quoted() != b.quoted() || a.size() != b.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a.isSequence() ? !isSame(a.item(i), b.item(i))
                           : !isSame(a.entry(i).key, b.entry(i).key) || !isSame(a.entry(i).value, b.entry(i).value)) {
            return false;
        }
    }
    return true;
}

/// Whether the text reads as the document, but for `key`, which holds `value`.
bool isSameBut(const Document& document, std::string text, std::string_view key, std::string_view value) {
    Diagnostics diagnostics;
    const auto source = std::make_shared<const Source>(document.source().name(), std::move(text));
    const std::shared_ptr<const Document> read = parseDocument(source, diagnostics);
    const Node before = document.root();
    if (!read || diagnostics.hasErrors() || !read->root().isMapping() || read->root().size() != before.size()) {
        return false;
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto [oldKey, oldValue] = before.entry(i);
        const auto [newKey, newValue] = read->root().entry(i);
        const bool isHere = oldKey.text() == key;
        if (!isSame(oldKey, newKey) || !(isHere ? newValue.isScalar() && newValue.quoted() && newValue.text() == value
                                                : isSame(oldValue, newValue))) {
            return false;
        }
    }
    return true;
}

} // namespace

std::optional<std::string> withRootText(const Document& document, std::string_view key, std::string_view value) {
    const std::string_view text = document.source().text();
    for (const auto [name, old] : document.root().entries()) {
        if (name.text() != key) {
            continue;
        }
        const std::optional<Written> written = findValue(text, name);
        if (!written) {
            return std::nullopt;
        }
        for (std::optional<std::string> changed :
             {withBlock(text, *written, value), std::optional{withQuotes(text, *written, value)}}) {
            if (changed && isSameBut(document, *changed, key, value)) {
                return changed;
            }
        }
    }
    return std::nullopt;
}

} // namespace cmksim::document
