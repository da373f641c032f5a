// The piece of a line that an error points at.
#pragma once

#include "base/folders.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace cmksim {

/// No line that is shown, and no caret, stands further right than this.
inline constexpr std::size_t excerptColumns = 100;

/// A line as it is shown, and how many columns stand before the place in it.
struct Excerpt {
    std::string line;
    std::size_t caret = 0;
};

/// `line` cut to `excerptColumns` around byte `offset` (one past the end at most), every character harmless.
/// Takes the same time for a line of any length.
Excerpt excerptAround(std::string_view line, std::size_t offset);

} // namespace cmksim
