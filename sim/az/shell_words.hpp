// A command as a shell takes it apart.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

struct ShellWord {
    std::string text;     // without its quotes
    std::string_view raw; // as it stands in the command
};

/// Why a text is not one plain command, and where.
struct ShellError {
    std::string_view at; // the part of the command that is meant
    std::string message;
    std::string help;
};

/// What stands behind a command and changes nothing of what it does.
struct ShellLeftOut {
    std::string_view at;
    std::string_view why;
};

struct ShellWords {
    std::vector<ShellWord> words;
    std::vector<ShellLeftOut> leftOut;
    std::optional<ShellError> error;
};

/// The words of one command by the rules of a POSIX shell: blanks, quotes, backslashes at the ends of lines, comments.
/// Where its output goes, programs that only read that, and an exit if it fails are left out. What else a shell would
/// fill in or run besides is an error: nothing is known of it here.
ShellWords splitShellWords(std::string_view command);

} // namespace cmksim::az
