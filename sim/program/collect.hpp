// The script that collects an estate: collect.sh, as it stands.
#pragma once

#include <string_view>

namespace cmksim::program {

std::string_view collectScript();

} // namespace cmksim::program
