// The page before any story is put in, as web/ makes it.
#pragma once

#include <string_view>

namespace cmksim::page {

/// Where the stories go in `pageTemplate`, once.
inline constexpr std::string_view pageMarker = "{\"stories\":[]}";

std::string_view pageTemplate();

} // namespace cmksim::page
