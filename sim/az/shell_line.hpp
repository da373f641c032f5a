// A line of a script, taken apart as a shell does before it runs anything.
#pragma once

#include "az/shell_script.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

/// What stands between two of `;`, `&`, `&&`, `||` and the parentheses of a subshell.
struct ShellPart {
    std::string_view text;
    std::string_view separator; // that follows; `;` at the end
};

std::string_view trimmed(std::string_view text);
std::string_view firstWord(std::string_view text);

/// How long the name of a variable is that a text begins with.
std::size_t nameLength(std::string_view text);

/// Without what a terminal prints before a command: `$`, `PS C:\>`, `user@host:~$`.
std::string_view withoutPrompt(std::string_view line);

/// Whether a word runs the CLI: `az`, `az.cmd`, `/usr/bin/az`.
bool isProgram(std::string_view word);

std::vector<ShellPart> partsOfLine(std::string_view line, ShellKind kind);

/// Behind the parenthesis that closes the one after a `$` at `at`; the end where none does.
std::size_t closingOf(std::string_view text, std::size_t at);

/// The command of a text that is nothing but `$(command)`, in quotes or not; empty where it is not.
std::string_view commandSubstituted(std::string_view text);

/// The text with the values of variables, ends of lines joined by backslashes.
std::string withVariables(std::string_view text, const ShellVariables& variables, ShellKind kind);

/// What a command prints, as one text; nothing where that is not known.
using OutputOf = std::function<std::optional<std::string>(std::string_view command)>;

/// The text with what the commands within it print, `$(command)` or in backticks, in their places; those of which that
/// is not known stay.
std::string withOutputs(std::string_view text, const OutputOf& outputOf);

} // namespace cmksim::az
