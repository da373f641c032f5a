// Text within HTML and XML.
#pragma once

#include <string>
#include <string_view>

namespace cmksim::report {

/// A text that is nothing but text there, in an attribute too; what cannot be shown is an escape.
std::string xmlText(std::string_view text);

} // namespace cmksim::report
