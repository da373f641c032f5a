#include "program/gate_script.hpp"

#include "base/text.hpp"
#include "catalog/fact_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cmksim::program {

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::string_view cli = "az ";

/// Words that begin lines which change nothing in Azure.
constexpr std::array<std::string_view, 6> quietWords{"echo", "printf", "set", "cd", "true", ":"};

/// What of code blocks holds no commands, by the language that they name.
constexpr std::array<std::string_view, 7> otherLanguages{"json", "yaml", "yml", "text", "txt", "output", "plaintext"};

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool endsInBackslash(std::string_view line) { return trimmed(line).ends_with('\\'); }

bool isName(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

/// Whether a line does nothing but print, set the shell up, or give a variable a plain value.
bool isQuiet(std::string_view line) {
    if (line.empty() || line.front() == '#') {
        return true;
    }
    if (line.find_first_of("`;|&<>") != std::string_view::npos || line.find("$(") != std::string_view::npos) {
        return false;
    }
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    if (std::ranges::find(quietWords, word) != quietWords.end()) {
        return true;
    }
    const std::string_view assigned = word == "export" ? trimmed(line.substr(word.size())) : line;
    const std::size_t equals = assigned.find('=');
    if (equals == std::string_view::npos || !isName(assigned.substr(0, equals))) {
        return false;
    }
    // `NAME=value command` runs the command.
    const std::string_view value = assigned.substr(equals + 1);
    const bool isQuoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
                          value.find(value.front(), 1) == value.size() - 1;
    return isQuoted || value.find_first_of(" \t") == std::string_view::npos;
}

/// Whether a sentence has a command in it.
bool namesCommand(std::string_view line) {
    for (std::size_t at = line.find(cli); at != std::string_view::npos; at = line.find(cli, at + 1)) {
        const bool begins = at == 0 || std::string_view{" \t`$>("}.find(line[at - 1]) != std::string_view::npos;
        const std::size_t next = at + cli.size();
        if (begins && next < line.size() && line[next] >= 'a' && line[next] <= 'z') {
            return true;
        }
    }
    return false;
}

class LineReader {
public:
    explicit LineReader(RunbookForm form) : isMarkdown_{form == RunbookForm::Markdown} {}

    void read(std::string_view line) {
        ++number_;
        const std::string_view content = trimmed(line);
        if (isMarkdown_ && content.starts_with("```")) {
            inCode_ = !inCode_;
            language_ = inCode_ ? lowerCase(trimmed(content.substr(3))) : std::string{};
            goesOn_ = false;
            return;
        }
        if (isMarkdown_ && !inCode_) {
            if (namesCommand(content)) {
                tell("stands in the text and not in a code block: whether it is a step is not known", content);
            }
            return;
        }
        if (std::ranges::find(otherLanguages, language_) == otherLanguages.end()) {
            readCode(content);
        }
    }

    std::vector<std::string> finish() { return std::move(told_); }

private:
    void readCode(std::string_view content) {
        if (goesOn_) { // of a command, which is judged as a whole
            goesOn_ = endsInBackslash(content);
            return;
        }
        const std::size_t first = content.find_first_not_of(" \t$>");
        const std::string_view command = first == std::string_view::npos ? std::string_view{} : content.substr(first);
        const bool isShown = language_ == "console" && !content.starts_with('$') && !content.starts_with('>');
        if (command.starts_with(cli)) {
            goesOn_ = endsInBackslash(content);
        } else if (!isShown && !isQuiet(content)) {
            tell("is no command of the Azure CLI: what it does is not known", content);
        }
    }

    void tell(std::string_view what, std::string_view line) {
        told_.push_back(fmt::format("line {}: {} {}", number_, inQuotes(line), what));
    }

    bool isMarkdown_;
    bool inCode_ = false;
    bool goesOn_ = false;
    std::string language_;
    std::size_t number_ = 0;
    std::vector<std::string> told_;
};

} // namespace

std::vector<std::string> linesNotKnown(const Source& file, RunbookForm form) {
    LineReader reader{form};
    std::string_view rest = file.text();
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        reader.read(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return reader.finish();
}

} // namespace cmksim::program
