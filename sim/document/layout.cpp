#include "document/layout.hpp"

#include "document/as_json.hpp"
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

std::size_t indentOf(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

std::string_view withoutEnd(std::string_view line) {
    const std::size_t last = line.find_last_not_of(" \t\r");
    return last == std::string_view::npos ? std::string_view{} : line.substr(0, last + 1);
}

/// What begins a line of the block structure.
struct Start {
    std::size_t level = 0;    // of what stands at its beginning
    bool isBlockText = false; // `|` or `>` follows, with lines whose blanks mean something
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
        const auto [place, isFirst] = starts_.try_emplace(mark.line, Start{level, false});
        place->second.isBlockText = place->second.isBlockText || at.starts_with('|') || at.starts_with('>');
    }

    void visit(Node node, std::size_t level) {
        if ((!node.isMapping() && !node.isSequence()) || node.size() == 0 || isFlow(node)) {
            return;
        }
        for (std::size_t i = 0; i < node.size(); ++i) {
            if (node.isMapping()) {
                const Entry entry = node.entry(i);
                begin(entry.key.mark(), level, entry.value);
                visit(entry.value, level + 1);
            } else {
                begin(dashOf(node.item(i)), level, node.item(i));
                visit(node.item(i), level + 1);
            }
        }
    }

    /// The dash before an item: on its line, or on one before.
    [[nodiscard]] Mark dashOf(Node item) const {
        Mark mark = item.mark();
        const std::size_t before = offsetOf(mark);
        const std::size_t dash = text_.rfind('-', before == 0 ? 0 : before - 1);
        if (dash != std::string::npos) {
            mark.line -=
                static_cast<std::uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(dash),
                                                      text_.begin() + static_cast<std::ptrdiff_t>(before), '\n'));
        }
        return mark;
    }

    const std::string& text_;
    std::vector<std::size_t> lines_;        // where each begins
    std::map<std::uint32_t, Start> starts_; // by line; of several on one line the outermost
};

/// Blanks within a line, where they mean nothing: outside of quotes and before a comment.
std::string spaced(std::string_view line) {
    std::string out;
    char quote = 0;
    int depth = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote != 0) {
            out += c;
            if (c == '\\' && quote == '"' && i + 1 < line.size()) {
                out += line[++i];
            } else if (c == quote) {
                quote = 0;
            }
            continue;
        }
        const bool beginsWord = out.empty() || std::string_view{" ,[{:"}.find(out.back()) != std::string_view::npos;
        if ((c == '"' || c == '\'') && beginsWord) {
            quote = c;
        } else if (c == '#' && (out.empty() || out.back() == ' ')) {
            return out.append(line.substr(i));
        } else if ((c == '{' || c == '[') && (beginsWord || depth > 0)) {
            ++depth;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
            while (out.ends_with(' ') && !out.ends_with(", ")) {
                out.pop_back();
            }
        } else if (c == ' ' && depth > 0) {
            const bool isSpare = out.ends_with('{') || out.ends_with('[') || out.ends_with(' ');
            if (isSpare) {
                continue;
            }
        } else if (c == ' ' && out.ends_with(": ")) {
            const std::size_t next = line.find_first_not_of(' ', i);
            if (next != std::string_view::npos && line[next] != '#') {
                continue;
            }
        }
        out += c;
        if (c == ',' && depth > 0 && i + 1 < line.size() && line[i + 1] != ' ') {
            out += ' ';
        }
    }
    return out;
}

/// Lays out a file line by line.
class Layouter {
public:
    explicit Layouter(const Document& document) : structure_{document}, text_{document.source().text()} {}

    std::string run() {
        std::uint32_t number = 0;
        for (std::size_t at = 0; at < text_.size(); ++number) {
            const std::size_t end = std::min(text_.find('\n', at), text_.size());
            lines_.push_back(std::string_view{text_}.substr(at, end - at));
            at = end + 1;
        }
        hasReturns_ = !lines_.empty() && lines_.front().ends_with('\r');
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            add(i);
        }
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
        if (line.empty() && !isText && (out_.empty() || out_.back().empty())) {
            return;
        }
        out_.push_back(std::move(line));
        isText_.push_back(isText);
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
        put(shifted(withoutEnd(line), indent));
    }

    /// A line that goes on with one above, moved as that was.
    [[nodiscard]] std::string shifted(std::string_view line, std::size_t indent) const {
        const auto moved = std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(indent) + shift_);
        return std::string(static_cast<std::size_t>(moved), ' ').append(line.substr(indent));
    }

    /// `-   key: value` with one blank after each dash.
    static std::string dashed(std::string content) {
        std::size_t at = 0;
        while (content.compare(at, 2, "- ") == 0) {
            const std::size_t next = content.find_first_not_of(' ', at + 1);
            if (next == std::string::npos) {
                break;
            }
            content.erase(at + 2, next - at - 2);
            at += 2;
        }
        return content.substr(0, at) + spaced(std::string_view{content}.substr(at));
    }

    /// A comment stands as the next line of the structure does, where it stood as that did.
    [[nodiscard]] std::size_t commentIndent(std::size_t index, std::size_t indent) const {
        const auto next = structure_.starts().upper_bound(static_cast<std::uint32_t>(index + 1));
        if (next != structure_.starts().end() && indentOf(lines_[next->first - 1]) <= indent) {
            const std::size_t is = indentOf(lines_[next->first - 1]);
            return is == indent ? next->second.level * step : movedWith(indent);
        }
        return movedWith(indent);
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
    if (before.find('\t') != std::string::npos) {
        return std::nullopt;
    }
    const auto after = std::make_shared<const Source>(document.source().name(), Layouter{document}.run());
    Diagnostics diagnostics;
    const auto again = parseDocument(after, diagnostics);
    const bool isSame = again && !diagnostics.hasErrors() && withoutBlanks(before) == withoutBlanks(after->text()) &&
                        asJson(document.root()).line() == asJson(again->root()).line();
    return isSame ? std::optional{after->text()} : std::nullopt;
}

} // namespace cmksim::document
