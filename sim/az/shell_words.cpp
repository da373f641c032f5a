#include "az/shell_words.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::az {

namespace {

constexpr std::string_view blanks = " \t\r";

class Splitter {
public:
    explicit Splitter(std::string_view command) : command_{command} {}

    ShellWords split() {
        while (!result_.error && skipBlanks()) {
            word();
        }
        return std::move(result_);
    }

private:
    [[nodiscard]] bool atEnd() const { return at_ == command_.size(); }
    [[nodiscard]] char now() const { return command_[at_]; }

    /// A backslash at the end of a line joins it with the next.
    bool skipJoint() {
        for (const std::string_view joint : {std::string_view{"\\\n"}, std::string_view{"\\\r\n"}}) {
            if (command_.substr(at_).starts_with(joint)) {
                at_ += joint.size();
                return true;
            }
        }
        return false;
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
            } else if (now() == '\n' || blanks.find(now()) != std::string_view::npos) {
                ++at_;
            } else {
                return true;
            }
        }
        return false;
    }

    void word() {
        const std::size_t begin = at_;
        std::string text;
        while (!atEnd() && !result_.error && now() != '\n' && blanks.find(now()) == std::string_view::npos) {
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
        case '`': fillIn(text); break;
        case '<': placeholder(); break;
        case '|':
        case ';':
        case '&':
        case '>': fail(at_, 1, fmt::format("'{}' does not belong to a command", now()), "write one command"); break;
        default: text += command_[at_++]; break;
        }
    }

    void quoted(std::string& text, char quote) {
        const std::size_t begin = at_++;
        while (!atEnd() && now() != quote && !result_.error) {
            if (quote == '"' && (now() == '$' || now() == '`')) {
                fillIn(text);
            } else if (quote == '"' && skipJoint()) {
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
            fail(begin, 2, "what another command prints is not known here", "write its value");
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
