#include "program/runbook_text.hpp"

#include "az/shell_line.hpp"
#include "az/shell_script.hpp"
#include "catalog/fact_reader.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace cmksim::program {

namespace {

/// What of code blocks holds no commands, by the language that they name.
constexpr std::array<std::string_view, 9> otherLanguages{"json",   "yaml",  "yml",       "text", "txt",
                                                         "output", "bicep", "plaintext", "hcl"};
constexpr std::array<std::string_view, 9> posixLanguages{
    "sh", "bash", "shell", "zsh", "console", "azurecli", "shell-session", "terminal", "azurecli-interactive"};
constexpr std::array<std::string_view, 6> powerShells{
    "powershell", "pwsh", "ps", "ps1", "azurepowershell", "azurepowershell-interactive"};

constexpr std::string_view inText = "stands in the text and not in a code block: whether it is a step is not known";
constexpr std::string_view inOutput = "stands in a block that holds no commands: whether it is a step is not known";
constexpr std::string_view notOfCli = "is no command of the Azure CLI: what it does is not known";
constexpr std::string_view notRead = "is not read: what the command of the Azure CLI in it does is not known";

bool isOneOf(std::string_view word, std::span<const std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

class RunbookTextReader {
public:
    RunbookTextReader(const Source& file, RunbookForm form) : file_{file}, text_{file.text()}, form_{form} {}

    RunbookText read() {
        if (form_ == RunbookForm::Script) {
            code(text_, file_.name().ends_with(".ps1") ? "ps1" : "");
        } else {
            markdown();
        }
        const auto place = [](const Name& name) { return std::pair{name.mark.line, name.mark.column}; };
        std::ranges::stable_sort(result_.rest, {}, [&](const TextRest& rest) { return place(rest.raw); });
        return std::move(result_);
    }

private:
    void markdown() {
        std::size_t begin = std::string_view::npos; // of the code of a block
        std::string fence;
        std::string language;
        for (std::size_t at = 0; at < text_.size();) {
            const std::size_t end = std::min(text_.find('\n', at), text_.size());
            const std::string_view line = az::trimmed(text_.substr(at, end - at));
            const bool isFence =
                fence.empty() ? line.starts_with("```") || line.starts_with("~~~")
                              : line.starts_with(fence) && line.find_first_not_of("`~") == std::string_view::npos;
            if (isFence && fence.empty()) {
                fence = line.substr(0, 3);
                language = lowerCase(az::firstWord(az::trimmed(line.substr(line.find_last_of(fence.front()) + 1))));
                language.erase(
                    std::remove_if(language.begin(), language.end(), [](char c) { return c == '{' || c == '}'; }),
                    language.end());
                begin = end + 1;
            } else if (isFence) {
                code(text_.substr(begin, at - begin), language);
                fence.clear();
            } else if (fence.empty()) {
                sentence(line);
            }
            at = end + 1;
        }
        if (!fence.empty() && begin < text_.size()) {
            code(text_.substr(begin), language);
        }
    }

    /// A line of prose: a command in backticks may be meant as a step.
    void sentence(std::string_view line) {
        bool found = false;
        for (std::size_t at = line.find('`'); at != std::string_view::npos;) {
            const std::size_t end = line.find('`', at + 1);
            const std::string_view within = line.substr(at + 1, std::min(end, line.size()) - at - 1);
            if (end != std::string_view::npos && az::namesCommand(within)) {
                script(within, az::ShellKind::Unknown, inText, false);
                found = true;
            }
            at = end == std::string_view::npos ? end : line.find('`', end + 1);
        }
        if (!found && az::namesCommand(line)) {
            result_.rest.push_back({nameOf(line, line), std::string{inText}, false, false});
        }
    }

    void code(std::string_view text, std::string_view language) {
        const bool isOutput = isOneOf(language, otherLanguages);
        const az::ShellKind kind = isOneOf(language, powerShells)      ? az::ShellKind::PowerShell
                                   : isOneOf(language, posixLanguages) ? az::ShellKind::Posix
                                                                       : az::ShellKind::Unknown;
        script(text, kind, isOutput ? inOutput : std::string_view{}, isOutput || language == "console");
    }

    /// `showsOutput`: lines that are no commands, and have no prompt, are what was printed.
    void script(std::string_view text, az::ShellKind kind, std::string_view doubt, bool showsOutput) {
        az::ShellVariables apart = variables_; // of what may not run nothing is known afterwards
        const az::ShellScript read = az::readShellScript(text, kind, doubt.empty() ? variables_ : apart);
        result_.texts.push_back(read.texts);
        for (const az::ScriptCommand& command : read.commands) {
            result_.commands.push_back({nameOf(command.text, command.raw), command.keptIn,
                                        doubt.empty() ? command.doubt : std::string{doubt}});
        }
        // A block of no language and no command of the CLI may well be what something prints.
        const bool isRun =
            doubt.empty() && (form_ == RunbookForm::Script || kind != az::ShellKind::Unknown || !read.commands.empty());
        for (const az::ScriptRest& rest : read.rest) {
            if (rest.holdsCommand) {
                result_.rest.push_back({nameOf(rest.raw, rest.raw), std::string{notRead}, true, isRun});
            } else if (!showsOutput || hasPrompt(rest.raw)) {
                result_.rest.push_back({nameOf(rest.raw, rest.raw), std::string{notOfCli}, false, isRun});
            }
        }
    }

    [[nodiscard]] bool hasPrompt(std::string_view raw) const {
        const auto at = static_cast<std::size_t>(raw.data() - text_.data());
        const std::size_t begin = at == 0 ? 0 : text_.rfind('\n', at - 1) + 1;
        return az::withoutPrompt(text_.substr(begin, at + raw.size() - begin)).data() == raw.data() &&
               text_.substr(begin, at - begin).find_first_not_of(" \t") != std::string_view::npos;
    }

    [[nodiscard]] Name nameOf(std::string_view text, std::string_view raw) const {
        const auto at = static_cast<std::size_t>(raw.data() - text_.data());
        const std::string_view before = text_.substr(0, at);
        const std::size_t line = before.rfind('\n') + 1;
        return {text,
                {&file_, static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
                 static_cast<std::uint32_t>(at - line + 1)}};
    }

    const Source& file_;
    std::string_view text_;
    RunbookForm form_;
    az::ShellVariables variables_; // that the blocks above assign
    RunbookText result_;
};

} // namespace

RunbookText readRunbookText(const Source& file, RunbookForm form) { return RunbookTextReader{file, form}.read(); }

} // namespace cmksim::program
