#include "az/shell_line.hpp"

#include "catalog/fact_reader.hpp"

#include <algorithm>
#include <array>

namespace cmksim::az {

namespace {

constexpr std::string_view blanks = " \t\r\n";

bool isBlank(char c) { return blanks.find(c) != std::string_view::npos; }

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Behind the quote that closes the one at `at`.
std::size_t endOfQuote(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (quote == '"' && text.substr(i).starts_with("$(")) {
            i = closingOf(text, i) - 1;
        } else if (text[i] == quote) {
            return i + 1;
        }
    }
    return text.size();
}

class LineDivider {
public:
    LineDivider(std::string_view line, ShellKind kind) : line_{line}, kind_{kind} {}

    std::vector<ShellPart> divide() {
        while (at_ < line_.size()) {
            step();
        }
        end(0, ";");
        return std::move(parts_);
    }

private:
    void end(std::size_t length, std::string_view separator) {
        parts_.push_back({line_.substr(begin_, at_ - begin_), separator});
        at_ += length;
        begin_ = at_;
    }

    void step() {
        const std::string_view rest = line_.substr(at_);
        const char c = rest.front();
        const bool atWord = at_ == begin_ || isBlank(line_[at_ - 1]);
        if (c == '\'' || c == '"') {
            at_ = endOfQuote(line_, at_);
        } else if (rest.starts_with("$(") || (c == '(' && !isCommandPlace())) {
            at_ = closingOf(line_, c == '(' ? at_ - 1 : at_);
        } else if (c == '\\' && kind_ != ShellKind::PowerShell) {
            at_ += std::min<std::size_t>(rest.size(), 2);
        } else if (c == '#' && atWord) {
            const std::size_t next = std::min(rest.find('\n'), rest.size());
            end(next, ";"); // a comment is no part
        } else if (isTail(rest)) {
            at_ += 2;
        } else if (rest.starts_with("&&") || rest.starts_with("||")) {
            end(2, rest.substr(0, 2));
        } else if (c == ';') {
            end(1, ";");
        } else if (c == '(') {
            end(1, "(");
        } else if (c == ')') {
            end(1, ")");
        } else if (c == '&' && !isOfRedirection() && !isCommandPlace()) {
            end(1, "&");
        } else {
            ++at_;
        }
    }

    /// `|| exit 1` stays with its command, which can leave it out.
    static bool isTail(std::string_view rest) {
        constexpr std::array<std::string_view, 4> words{"exit", "return", "true", ":"};
        return rest.starts_with("||") && std::ranges::find(words, firstWord(trimmed(rest.substr(2)))) != words.end();
    }

    /// Nothing stands yet where a command begins.
    [[nodiscard]] bool isCommandPlace() const { return trimmed(line_.substr(begin_, at_ - begin_)).empty(); }

    [[nodiscard]] bool isOfRedirection() const {
        return (at_ > 0 && line_[at_ - 1] == '>') || (at_ + 1 < line_.size() && line_[at_ + 1] == '>');
    }

    std::string_view line_;
    ShellKind kind_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;
    std::vector<ShellPart> parts_;
};

/// A value as it stands for itself within a command.
std::string escaped(std::string_view value, bool inQuotes, bool divides) {
    constexpr std::string_view special = "\\\"$`";
    const bool isPlain = std::ranges::all_of(value, [](char c) {
        return isLetter(c) || (c >= '0' && c <= '9') ||
               std::string_view{"-_./:@%+=,"}.find(c) != std::string_view::npos;
    });
    if (isPlain && (inQuotes || divides || !value.empty())) {
        return std::string{value};
    }
    std::string text;
    for (const char c : value) {
        const bool escapes = special.find(c) != std::string_view::npos ||
                             (!inQuotes && divides && std::string_view{"';|&<>()#"}.find(c) != std::string_view::npos);
        text.append(escapes ? "\\" : "").append(1, c);
    }
    return inQuotes || divides ? text : '"' + text + '"';
}

class VariableFiller {
public:
    VariableFiller(std::string_view text, const ShellVariables& variables, ShellKind kind)
        : text_{text}, variables_{variables}, kind_{kind} {}

    std::string fill() {
        for (std::size_t at = 0; at < text_.size();) {
            at = step(at);
        }
        return std::move(filled_);
    }

private:
    std::size_t step(std::size_t at) {
        const char c = text_[at];
        if (c == '\'' && !quoted_) {
            const std::size_t end = endOfQuote(text_, at);
            filled_ += text_.substr(at, end - at);
            return end;
        }
        if (c == '"') {
            quoted_ = !quoted_;
        } else if (c == '\\' && kind_ != ShellKind::PowerShell && at + 1 < text_.size()) {
            filled_ += text_.substr(at, 2);
            return at + 2;
        } else if (c == '`' && kind_ != ShellKind::Posix && isJoint(at)) {
            filled_ += '\\';
            return at + 1;
        } else if (c == '$') {
            if (const std::size_t end = variable(at); end > at) {
                return end;
            }
        }
        filled_ += c;
        return at + 1;
    }

    [[nodiscard]] bool isJoint(std::size_t at) const {
        const std::string_view rest = text_.substr(at + 1);
        return rest.starts_with('\n') || rest.starts_with("\r\n");
    }

    /// Puts a value in the place of `$NAME` or `${NAME}`; where that ends, or `at` for one that has no value here.
    std::size_t variable(std::size_t at) {
        const bool braced = text_.substr(at + 1).starts_with('{');
        const std::size_t begin = at + (braced ? 2 : 1);
        const std::size_t end = begin + nameLength(text_.substr(begin));
        const char next = end < text_.size() ? text_[end] : ' ';
        const auto value = variables_.find(text_.substr(begin, end - begin));
        const bool isPart =
            kind_ == ShellKind::PowerShell && !braced && (next == ':' || (!quoted_ && (next == '.' || next == '[')));
        if (value == variables_.end() || (braced && next != '}') || isPart) {
            return at;
        }
        filled_ += escaped(value->second, quoted_, kind_ != ShellKind::PowerShell);
        return end + (braced ? 1 : 0);
    }

    std::string_view text_;
    const ShellVariables& variables_;
    ShellKind kind_;
    bool quoted_ = false;
    std::string filled_;
};

/// Puts what commands print in their places.
class OutputFiller {
public:
    OutputFiller(std::string_view text, const OutputOf& outputOf) : text_{text}, outputOf_{outputOf} {}

    std::string fill() {
        for (std::size_t at = 0; at < text_.size();) {
            at = step(at);
        }
        return std::move(filled_);
    }

private:
    std::size_t step(std::size_t at) {
        const char c = text_[at];
        std::size_t end = at + 1;
        if (c == '\'' && !quoted_) {
            end = endOfQuote(text_, at);
        } else if (c == '"') {
            quoted_ = !quoted_;
        } else if (c == '\\') {
            end = std::min(at + 2, text_.size());
        } else if (text_.substr(at).starts_with("$(")) {
            end = closingOf(text_, at);
            if (takesPlace(text_.substr(at, end - at))) {
                return end;
            }
        } else if (const std::size_t closing = text_.find('`', end); c == '`' && closing != std::string_view::npos) {
            if (takesPlace(text_.substr(at, closing + 1 - at))) {
                return closing + 1;
            }
        }
        filled_ += text_.substr(at, end - at);
        return end;
    }

    bool takesPlace(std::string_view substitution) {
        const std::string_view command = commandSubstituted(substitution);
        const std::optional<std::string> output = command.empty() ? std::nullopt : outputOf_(command);
        if (output) {
            filled_ += escaped(*output, quoted_, true);
        }
        return output.has_value();
    }

    std::string_view text_;
    const OutputOf& outputOf_;
    bool quoted_ = false;
    std::string filled_;
};

} // namespace

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view firstWord(std::string_view text) { return text.substr(0, text.find_first_of(blanks)); }

std::size_t nameLength(std::string_view text) {
    const auto end =
        std::ranges::find_if(text, [](char c) { return c != '_' && !isLetter(c) && !(c >= '0' && c <= '9'); });
    return static_cast<std::size_t>(end - text.begin());
}

std::string_view withoutPrompt(std::string_view line) {
    std::string_view text = trimmed(line);
    constexpr std::string_view signs = "$>#%";
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
        if (signs.find(text[at]) == std::string_view::npos || !isBlank(text[at + 1])) {
            continue;
        }
        const std::string_view before = text.substr(0, at);
        const bool isPlace = before.starts_with("PS ") || before.find('@') != std::string_view::npos ||
                             (before.size() > 1 && isLetter(before[0]) && before[1] == ':');
        const bool isPrompt = before.empty() ? text[at] != '#'
                                             : isPlace && before.find_first_of("\"'=|") == std::string_view::npos &&
                                                   !isProgram(firstWord(before));
        return isPrompt ? withoutPrompt(text.substr(at + 1)) : text;
    }
    return text;
}

bool isProgram(std::string_view word) {
    const std::size_t slash = word.find_last_of("/\\");
    std::string_view name = slash == std::string_view::npos ? word : word.substr(slash + 1);
    for (const std::string_view ending : {".cmd", ".exe", ".bat"}) {
        name = name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : name;
    }
    return name == "az";
}

std::vector<ShellPart> partsOfLine(std::string_view line, ShellKind kind) { return LineDivider{line, kind}.divide(); }

std::size_t closingOf(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\'' || text[i] == '"') {
            i = endOfQuote(text, i) - 1;
        } else if (text[i] == '(') {
            ++depth;
        } else if (text[i] == ')' && --depth == 0) {
            return i + 1;
        }
    }
    return text.size();
}

std::string_view commandSubstituted(std::string_view text) {
    text = trimmed(text);
    if (text.size() > 1 && text.front() == '"' && text.back() == '"') {
        text = text.substr(1, text.size() - 2);
    }
    if (text.starts_with("$(") && text.ends_with(')') && closingOf(text, 0) == text.size()) {
        return trimmed(text.substr(2, text.size() - 3));
    }
    if (text.size() > 2 && text.front() == '`' && text.find('`', 1) == text.size() - 1) {
        return trimmed(text.substr(1, text.size() - 2));
    }
    return {};
}

std::string withVariables(std::string_view text, const ShellVariables& variables, ShellKind kind) {
    return VariableFiller{text, variables, kind}.fill();
}

std::string withOutputs(std::string_view text, const OutputOf& outputOf) { return OutputFiller{text, outputOf}.fill(); }

bool namesCommand(std::string_view text) {
    const std::string lower = lowerCase(text);
    for (std::size_t at = lower.find("az"); at != std::string::npos; at = lower.find("az", at + 1)) {
        const char before = at == 0 ? ' ' : lower[at - 1];
        const std::size_t end = std::min(lower.find_first_of(" \t", at), lower.size());
        const std::size_t next = std::min(lower.find_first_not_of(" \t", end), lower.size());
        const bool begins =
            !isLetter(before) && !(before >= '0' && before <= '9') && before != '-' && before != '_' && before != '.';
        if (begins && isProgram(std::string_view{lower}.substr(at, end - at)) && next < lower.size() &&
            isLetter(lower[next])) {
            return true;
        }
    }
    return false;
}

} // namespace cmksim::az
