// What the commands of both build services, and what Markdown says in several reports, have in common.
#pragma once

#include "suite/result.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace cmksim::suite {

/// `text` with other text in place of some characters.
std::string replaced(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> replacements);

/// `text` as a reader of Markdown sees it, in a cell of a table too.
std::string prose(std::string_view text);

/// A line for the log that neither service takes for a command, wherever it looks for one. The line must not start
/// with what others wrote.
std::string plainLogLine(std::string_view line);

/// A finding in the few words of an annotation.
std::string annotation(const Finding& finding, std::string_view separator);

} // namespace cmksim::suite
