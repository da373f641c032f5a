// How far a line of text is indented.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace cmksim::document {

/// The blanks before anything else; all of a line that has nothing else.
inline std::size_t indentOf(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

} // namespace cmksim::document
