// A text as a person can paste it into a shell.
#pragma once

#include <string>
#include <string_view>

namespace cmksim {

/// The text as one word of a POSIX shell, in quotes where it needs them. Where it holds what does not show, as a word
/// of bash, zsh or ksh, with escapes. Everything that is printed as a command goes through here.
std::string shellWord(std::string_view text);

/// The same of a file's path, which no program takes for an option.
std::string shellPath(std::string_view path);

} // namespace cmksim
