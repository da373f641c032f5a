// Characters that cannot be seen, and texts without them.
#pragma once

#include <string>
#include <string_view>

namespace cmksim {

/// Whether a character does not show, or changes how the rest of a line does: controls, marks of direction, joiners,
/// blanks without width, tags. `shown` writes them as escapes.
bool isHidden(char32_t value);

/// A text of several lines as it is shown: `printable`, line by line.
std::string printableLines(std::string_view text);

} // namespace cmksim
