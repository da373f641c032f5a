#include "az/shell_words.hpp"

#include "base/text.hpp"
#include "catalog/fact_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cmksim::az {

namespace {

constexpr std::string_view gaps = " \t\r";

/// Programs that do nothing with what is piped into them but print it, or a part of it.
constexpr std::array<std::string_view, 25> filters{"grep",
                                                   "egrep",
                                                   "fgrep",
                                                   "jq",
                                                   "yq",
                                                   "head",
                                                   "tail",
                                                   "wc",
                                                   "sort",
                                                   "uniq",
                                                   "cat",
                                                   "cut",
                                                   "less",
                                                   "more",
                                                   "column",
                                                   "tr",
                                                   "out-null",
                                                   "out-host",
                                                   "out-string",
                                                   "out-file",
                                                   "select-string",
                                                   "tee",
                                                   "format-table",
                                                   "format-list",
                                                   "convertfrom-json"};

/// What a script does when a command fails, without doing anything else.
constexpr std::array<std::string_view, 5> endings{"exit", "return", "true", ":", "false"};

class Splitter {
public:
    explicit Splitter(std::string_view command) : command_{command} {}

    ShellWords split() {
        while (!result_.error && skipBlanks()) {
            if (now() == '|') {
                pipe();
            } else {
                wordOrRedirection();
            }
        }
        return std::move(result_);
    }

private:
    [[nodiscard]] bool atEnd() const { return at_ == command_.size(); }
    [[nodiscard]] char now() const { return command_[at_]; }

    /// A backslash at the end of a line joins it with the next; in PowerShell a backtick, at Windows' own prompt a `^`.
    /// Blanks behind a backslash are not seen by who writes it, and documents have them.
    bool skipJoint(bool inQuotes = false) {
        constexpr std::string_view joints{"\\`^"};
        if (joints.find(now()) == std::string_view::npos) {
            return false;
        }
        const std::string_view blanks = now() == '\\' && !inQuotes ? gaps : "\r";
        const std::size_t end = command_.find_first_not_of(blanks, at_ + 1);
        if (end != std::string_view::npos && command_[end] != '\n') {
            return false;
        }
        at_ = end == std::string_view::npos ? command_.size() : end + 1;
        return true;
    }

    /// Whether a word follows.
    bool skipBlanks() {
        while (!atEnd()) {
            if (skipJoint()) {
                continue;
            }
            if (now() == '#') {
                at_ = std::min(command_.find('\n', at_), command_.size());
            } else if (now() == '\n' && !result_.words.empty()) {
                const std::size_t next = command_.find_first_not_of(" \t\r\n", at_);
                if (next != std::string_view::npos && command_[next] != '#') {
                    fail(next, 1, "a command ends with its line", "end the line above with a backslash to go on");
                    return false;
                }
                at_ = std::min(next, command_.size());
            } else if (now() == '\n' || gaps.find(now()) != std::string_view::npos) {
                ++at_;
            } else {
                return true;
            }
        }
        return false;
    }

    /// How long the sign of a redirection of output is that stands here, `2>`, `&>>`, `>&`; 0 where none does.
    [[nodiscard]] std::size_t redirection() const {
        std::size_t end = at_;
        if (now() == '&') {
            ++end;
        } else {
            while (end < command_.size() && command_[end] >= '0' && command_[end] <= '9') {
                ++end;
            }
        }
        if (end == command_.size() || command_[end] != '>') {
            return 0;
        }
        ++end;
        if (end < command_.size() && std::string_view{">&|"}.find(command_[end]) != std::string_view::npos) {
            ++end;
        }
        return end - at_;
    }

    /// Neither begins where the other can stand: a word ends at a `>`.
    void wordOrRedirection() {
        if (const std::size_t length = redirection(); length > 0) {
            redirect(length);
        } else {
            word();
        }
    }

    void redirect(std::size_t length) {
        const std::size_t begin = at_;
        at_ += length;
        const std::size_t words = result_.words.size();
        if (skipBlanks()) {
            word();
        }
        if (result_.error) {
            return;
        }
        if (result_.words.size() == words || result_.words.back().raw.empty()) {
            fail(begin, length, "this names no file", "write where the output goes");
            return;
        }
        result_.words.pop_back();
        leaveOut(begin, "where the output goes changes nothing here");
    }

    /// `| jq .x`, `|| exit 1`: nothing but text goes there, or nothing at all.
    void pipe() {
        const std::size_t begin = at_;
        const bool isOr = command_.substr(at_).starts_with("||");
        at_ += isOr ? 2 : 1;
        const std::size_t words = result_.words.size();
        const std::size_t others = result_.leftOut.size();
        while (!result_.error && skipBlanks() && std::string_view{"|;&\n"}.find(now()) == std::string_view::npos) {
            wordOrRedirection();
        }
        result_.leftOut.resize(others); // a redirection is left out with the pipe
        const auto known = [&](const auto& names) {
            return result_.words.size() > words &&
                   std::ranges::find(names, lowerCase(result_.words[words].text)) != names.end();
        };
        const bool isKnown = isOr ? known(endings) : known(filters);
        result_.words.resize(std::min(words, result_.words.size()));
        if (!isKnown) {
            fail(begin, 1, "'|' does not belong to a command", "write one command");
        } else {
            leaveOut(begin, isOr ? "it is for when the command fails" : "it only reads what the command prints");
        }
    }

    void leaveOut(std::size_t begin, std::string_view why) {
        std::string_view text = command_.substr(begin, at_ - begin);
        text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
        result_.leftOut.push_back({text, why});
    }

    void word() {
        const std::size_t begin = at_;
        std::string text;
        while (!atEnd() && !result_.error && std::string_view{"\n>|"}.find(now()) == std::string_view::npos &&
               gaps.find(now()) == std::string_view::npos) {
            piece(text);
        }
        result_.words.push_back({std::move(text), command_.substr(begin, at_ - begin)});
    }

    void piece(std::string& text) {
        switch (now()) {
        case '\'': quoted(text, '\''); break;
        case '"': quoted(text, '"'); break;
        case '\\':
            if (!skipJoint()) {
                ++at_;
                if (!atEnd()) {
                    text += command_[at_++];
                }
            }
            break;
        case '$':
        case '`':
            if (!skipJoint()) {
                fillIn(text);
            }
            break;
        case '^':
            if (!skipJoint()) {
                text += command_[at_++];
            }
            break;
        case '<': placeholder(); break;
        case ';':
        case '&': fail(at_, 1, fmt::format("'{}' does not belong to a command", now()), "write one command"); break;
        default: text += command_[at_++]; break;
        }
    }

    void quoted(std::string& text, char quote) {
        const std::size_t begin = at_++;
        while (!atEnd() && now() != quote && !result_.error) {
            if (quote == '"' && (now() == '$' || now() == '`')) {
                fillIn(text);
            } else if (quote == '"' && skipJoint(true)) {
                continue;
            } else if (quote == '"' && now() == '\\' && at_ + 1 < command_.size() &&
                       std::string_view{"\\\"$`"}.find(command_[at_ + 1]) != std::string_view::npos) {
                text += command_[at_ + 1];
                at_ += 2;
            } else {
                text += command_[at_++];
            }
        }
        if (atEnd() && !result_.error) {
            fail(begin, command_.size() - begin, "this quote has no end", {});
        } else if (!result_.error) {
            ++at_;
        }
    }

    /// `$NAME`, `$(…)`: whatever a shell puts in its place. A `$` before anything else is itself.
    void fillIn(std::string& text) {
        const auto isName = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        };
        const std::size_t begin = at_;
        std::size_t end = begin + 1;
        if (now() == '`' || (end < command_.size() && command_[end] == '(')) {
            fail(begin, 2, "what another command prints is not known here",
                 "write its value, or ask for one name or id: '--query id -o tsv'");
            return;
        }
        const bool braced = end < command_.size() && command_[end] == '{';
        end += braced ? 1 : 0;
        const std::size_t name = end;
        while (end < command_.size() && isName(command_[end])) {
            ++end;
        }
        if (end == name) {
            text += command_[at_++];
            return;
        }
        fail(begin, end - begin,
             fmt::format("nothing is known of the shell variable {}", inQuotes(command_.substr(name, end - name))),
             "write its value");
    }

    void placeholder() {
        const std::size_t end = command_.find_first_of(">\n", at_);
        if (end != std::string_view::npos && command_[end] == '>') {
            const std::string_view text = command_.substr(at_, end + 1 - at_);
            fail(at_, text.size(), fmt::format("{} stands for something", inQuotes(text)), "write what it stands for");
        } else {
            fail(at_, 1, "'<' does not belong to a command", "write one command");
        }
    }

    void fail(std::size_t at, std::size_t length, std::string message, std::string help) {
        result_.error = ShellError{command_.substr(at, length), std::move(message), std::move(help)};
    }

    std::string_view command_;
    std::size_t at_ = 0;
    ShellWords result_;
};

} // namespace

ShellWords splitShellWords(std::string_view command) { return Splitter{command}.split(); }

} // namespace cmksim::az
