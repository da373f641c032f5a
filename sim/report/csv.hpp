// Fields of a table of comma-separated values.
#pragma once

#include <string>
#include <string_view>

namespace cmksim::report {

/// A text as such a field; in quotes where it has to be.
std::string csvField(std::string_view text);

} // namespace cmksim::report
