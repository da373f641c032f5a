#include "az/shell_script.hpp"

#include "az/shell_line.hpp"
#include "az/shell_words.hpp"
#include "catalog/fact_reader.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace cmksim::az {

namespace {

/// Words that run what follows them, as it is.
constexpr std::array<std::string_view, 8> wrappers{"sudo", "time", "command", "exec", "nohup", "env", "!", "&"};

/// Words before a command within a condition or a loop.
constexpr std::array<std::string_view, 3> inner{"then", "do", "else"};

/// Programs that run the text behind the option named.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> interpreters{{{"bash", "-c"},
                                                                                     {"sh", "-c"},
                                                                                     {"zsh", "-c"},
                                                                                     {"pwsh", "-command"},
                                                                                     {"pwsh", "-c"},
                                                                                     {"powershell", "-command"},
                                                                                     {"cmd", "/c"}}};

/// Words that begin lines which change nothing in Azure.
constexpr std::array<std::string_view, 13> quietWords{"echo",   "printf",       "set",    "cd",         "true",
                                                      ":",      "exit",         "return", "write-host", "pwd",
                                                      "export", "write-output", "unset"};

constexpr std::array<std::string_view, 4> declarations{"export", "readonly", "local", "declare"};

constexpr std::array<std::string_view, 13> openers{"if",      "while",    "until",  "for", "select", "case",   "elif",
                                                   "foreach", "function", "switch", "try", "catch",  "finally"};
constexpr std::array<std::string_view, 3> closers{"fi", "done", "esac"};

constexpr std::string_view inBlock = "it stands in a condition, a loop or a function: whether it runs is not known";
constexpr std::string_view onFailure = "it runs only where what stands before it fails";
constexpr std::string_view onSuccess = "it runs only where what stands before it works, of which nothing is known";

bool isOneOf(std::string_view word, std::span<const std::string_view> words) {
    const std::string lower = lowerCase(word);
    return std::ranges::find(words, lower) != words.end();
}

bool isName(std::string_view text) { return !text.empty() && nameLength(text) == text.size(); }

class ScriptReader {
public:
    ScriptReader(std::string_view script, ShellKind kind, ShellVariables& variables)
        : kind_{kind}, script_{script}, variables_{variables} {}

    ShellScript read() {
        for (std::size_t at = 0; at < script_.size();) {
            std::size_t end = endOfLine(at);
            while (goesOn(script_.substr(at, end - at)) && end < script_.size()) {
                end = endOfLine(end + 1);
            }
            line(withoutPrompt(script_.substr(at, end - at)));
            at = skipHereDocument(script_.substr(at, end - at), end + 1);
        }
        return std::move(result_);
    }

private:
    struct Block {
        char closer;
        bool doubtful;
    };

    [[nodiscard]] std::size_t endOfLine(std::size_t from) const {
        return std::min(script_.find('\n', from), script_.size());
    }

    [[nodiscard]] bool goesOn(std::string_view line) const {
        const std::string_view text = trimmed(line);
        if (text.empty() || text.front() == '#') {
            return false;
        }
        return text.back() == '\\' ||
               (kind_ != ShellKind::Posix && text.back() == '`' && (text.size() == 1 || text[text.size() - 2] == ' '));
    }

    /// A text that is given to a program as it stands: `cat <<END`.
    std::size_t skipHereDocument(std::string_view line, std::size_t at) {
        const std::size_t sign = line.find("<<");
        if (sign == std::string_view::npos || line.substr(sign).starts_with("<<<")) {
            return at;
        }
        std::string_view word = trimmed(line.substr(line.find_first_not_of("<-", sign)));
        word = word.substr(0, word.find_first_of(" \t;|&>)"));
        while (!word.empty() && (word.front() == '"' || word.front() == '\'')) {
            word.remove_prefix(1);
        }
        word = word.substr(0, word.find_first_of("\"'"));
        const std::size_t begin = at;
        while (!word.empty() && at < script_.size()) {
            const std::size_t end = endOfLine(at);
            const bool last = trimmed(script_.substr(at, end - at)) == word;
            if (last) {
                tell(script_.substr(begin, at - begin));
                return end + 1;
            }
            at = end + 1;
        }
        return begin; // it has no end: it is none
    }

    void line(std::string_view text) {
        std::string_view before = ";";
        std::string doubt;
        bool known = true; // whether what stands before it works is seen in what is simulated
        for (const ShellPart& part : partsOfLine(text, kind_)) {
            if (before == ";" || before == "&" || before == "(" || before == ")") {
                doubt.clear();
                known = true;
            }
            if (before == "||") {
                doubt = onFailure;
            } else if (before == "&&" && !known && doubt.empty()) {
                doubt = onSuccess;
            }
            if (before == "(") {
                blocks_.push_back({')', false});
            }
            known = this->part(part.text, doubt);
            if (part.separator == ")") {
                close(')');
            }
            before = part.separator;
        }
    }

    void close(char closer) {
        if (!blocks_.empty() && blocks_.back().closer == closer) {
            blocks_.pop_back();
        }
    }

    [[nodiscard]] bool inDoubt() const { return std::ranges::any_of(blocks_, &Block::doubtful); }

    /// One command between two separators. Whether it is one of which something is known.
    bool part(std::string_view text, const std::string& doubt) {
        text = trimmed(text);
        while (!text.empty()) {
            const std::string_view word = firstWord(text);
            if (word == "{" || word == "}" || isOneOf(word, closers)) {
                word == "{" ? blocks_.push_back({'}', false}) : close(word == "}" ? '}' : 'k');
                text = trimmed(text.substr(word.size()));
            } else if (isOneOf(word, inner)) {
                text = trimmed(text.substr(word.size()));
                if (text.starts_with('{')) {
                    blocks_.push_back({'}', true});
                    text = trimmed(text.substr(1));
                }
            } else if (isOneOf(word.substr(0, word.find('(')), openers) || word.ends_with("()")) {
                text = open(word, text);
            } else {
                const bool closes = text.ends_with(" }") && !blocks_.empty() && blocks_.back().closer == '}';
                const bool known = command(closes ? trimmed(text.substr(0, text.size() - 1)) : text,
                                           doubt.empty() && inDoubt() ? std::string{inBlock} : doubt);
                close(closes ? '}' : '\0');
                return known;
            }
        }
        return true;
    }

    /// A condition, a loop or a function begins; what of its first line is a command.
    std::string_view open(std::string_view word, std::string_view text) {
        const std::string_view rest = trimmed(text.substr(word.size()));
        if (const std::size_t brace = text.find('{'); brace != std::string_view::npos && text.find("${") != brace - 1) {
            if (namesCommand(text.substr(0, brace))) {
                tell(text.substr(0, brace));
            }
            blocks_.push_back({'}', true});
            return trimmed(text.substr(brace + 1));
        }
        if (word == "elif") {
            return rest;
        }
        blocks_.push_back({word.ends_with("()") ? '}' : 'k', true});
        if (word == "if" || word == "while" || word == "until") {
            return rest;
        }
        variables_.erase(std::string{firstWord(rest)});
        return {};
    }

    bool command(std::string_view text, const std::string& doubt) {
        text = unwrapped(text);
        if (text.empty() || isProgram(firstWord(text))) {
            if (!text.empty()) {
                result_.commands.push_back({filledIn(text), text, doubt, keptIn_});
            }
            return true;
        }
        if (const std::string_view script = scriptWithin(text); !script.empty()) {
            nested(script, doubt);
            return true;
        }
        return assignment(text, doubt) || quiet(text, doubt);
    }

    /// Without the words that only wrap a command, and the variables that are set for it alone.
    static std::string_view unwrapped(std::string_view text) {
        bool wrapped = false;
        for (;;) {
            const std::string_view word = firstWord(text);
            const std::string_view rest = trimmed(text.substr(word.size()));
            const std::size_t equals = word.find('=');
            const bool sets = equals != std::string_view::npos && isName(word.substr(0, equals)) && !rest.empty() &&
                              rest.front() != '#' && word.find_first_of("$`\"'(") == std::string_view::npos;
            const bool wraps = isOneOf(word, wrappers) || (wrapped && word.starts_with('-'));
            if (rest.empty() || (!sets && !wraps)) {
                return text;
            }
            wrapped = wrapped || wraps;
            text = rest;
        }
    }

    static std::string_view scriptWithin(std::string_view text) {
        const ShellWords words = splitShellWords(text);
        for (const auto& [program, option] : interpreters) {
            if (!words.error && words.words.size() == 3 && lowerCase(words.words[0].text) == program &&
                lowerCase(words.words[1].text) == option) {
                const std::string_view raw = words.words[2].raw;
                return raw.substr(1, raw.size() - 2) == words.words[2].text ? raw.substr(1, raw.size() - 2)
                                                                            : std::string_view{};
            }
        }
        return {};
    }

    /// A line within a command, in the light of where it stands.
    void nested(std::string_view text, const std::string& doubt) {
        const std::size_t first = result_.commands.size();
        const std::vector<Block> before = blocks_;
        line(text);
        blocks_ = before;
        for (std::size_t i = first; i < result_.commands.size(); ++i) {
            std::string& own = result_.commands[i].doubt;
            own = !doubt.empty() ? doubt : own.empty() && inDoubt() ? std::string{inBlock} : own;
        }
    }

    /// `NAME=value`, `export NAME=value`, `$name = value`. Whether the text is one.
    bool assignment(std::string_view text, const std::string& doubt) {
        std::string_view given = text;
        if (isOneOf(firstWord(text), declarations)) {
            given = trimmed(text.substr(firstWord(text).size()));
        }
        const std::size_t equals = given.find('=');
        if (equals == std::string_view::npos) {
            return false;
        }
        std::string_view name = given.substr(0, equals);
        const bool isPowerShell = name.starts_with('$');
        if (isPowerShell) {
            name = trimmed(name.substr(1));
            name = name.substr(name.starts_with("env:") ? 4 : 0);
        }
        if (!isName(name)) {
            return false;
        }
        std::string_view value = given.substr(equals + 1);
        value = isPowerShell ? trimmed(value) : value;
        const std::string_view within = commandSubstituted(value);
        const bool runs = !within.empty() || (isPowerShell && isProgram(firstWord(value)));
        result_.assigns = true;
        if (runs) {
            variables_.erase(std::string{name});
            const std::string outer = std::exchange(keptIn_, std::string{name});
            nested(within.empty() ? value : within, doubt);
            keptIn_ = outer;
            return true;
        }
        const std::string_view filled = filledIn(value);
        const ShellWords words = splitShellWords(filled);
        const bool isPlain = !words.error && words.words.size() <= 1 && words.leftOut.empty() &&
                             !(isPowerShell && value.find_first_of("@[(") == 0);
        if (isPlain && doubt.empty() && !inDoubt() && !(isPowerShell && given.starts_with("$env:"))) {
            variables_[std::string{name}] = words.words.empty() ? std::string{} : words.words.front().text;
        } else {
            variables_.erase(std::string{name});
        }
        if (!isPlain && (words.words.size() > 1 || value.find_first_of("(`|<>") != std::string_view::npos)) {
            tell(text);
        }
        return true;
    }

    /// What only prints or sets the shell up; commands within it are run all the same.
    bool quiet(std::string_view text, const std::string& doubt) {
        const std::string_view word = firstWord(text);
        if (word == "read") {
            variables_.clear();
        }
        const std::string_view own = text.substr(0, text.find("||")); // what follows there only ends the script
        const bool isQuiet = isOneOf(word, quietWords) && own.find_first_of("`|<>") == std::string_view::npos;
        if (!isQuiet) {
            tell(text);
            return false;
        }
        for (std::size_t at = text.find("$("); at != std::string_view::npos; at = text.find("$(", at + 2)) {
            const std::string_view within = commandSubstituted(text.substr(at, closingOf(text, at) - at));
            if (within.empty()) {
                tell(text);
                return true;
            }
            nested(within, doubt);
            at += within.size();
        }
        return true;
    }

    void tell(std::string_view raw) {
        if (!trimmed(raw).empty()) {
            result_.rest.push_back({trimmed(raw), namesCommand(raw)});
        }
    }

    std::string_view filledIn(std::string_view text) {
        std::string filled = withVariables(text, variables_, kind_);
        return filled == text ? text : result_.texts->keep(std::move(filled));
    }

    ShellKind kind_;
    std::string_view script_;
    ShellVariables& variables_;
    std::string keptIn_; // the variable that takes the output of what is read now
    std::vector<Block> blocks_;
    ShellScript result_{{}, {}, false, std::make_shared<document::TextStore>()};
};

} // namespace

ShellScript readShellScript(std::string_view script, ShellKind kind) {
    ShellVariables variables;
    return readShellScript(script, kind, variables);
}

ShellScript readShellScript(std::string_view script, ShellKind kind, ShellVariables& variables) {
    return ScriptReader{script, kind, variables}.read();
}

ShellSession::Line ShellSession::read(std::string_view text) {
    ShellVariables after = variables_;
    ShellScript script = ScriptReader{text, ShellKind::Posix, after}.read();
    const bool isPlain = script.rest.empty() && script.commands.size() <= 1 &&
                         (script.commands.empty() ? script.assigns : script.commands.front().doubt.empty());
    texts_.push_back(script.texts);
    if (!isPlain) { // perhaps a command of the CLI without its name
        std::string filled = withVariables(text, variables_, ShellKind::Posix);
        return {filled == text ? text : script.texts->keep(std::move(filled)), {}, false};
    }
    variables_ = std::move(after);
    if (script.commands.empty()) {
        return {text, {}, true};
    }
    ScriptCommand& command = script.commands.front();
    return {command.text, std::move(command.keptIn), false};
}

void ShellSession::assign(const std::string& name, std::optional<std::string> value) {
    if (value) {
        variables_.insert_or_assign(name, std::move(*value));
    } else {
        variables_.erase(name);
    }
}

} // namespace cmksim::az
