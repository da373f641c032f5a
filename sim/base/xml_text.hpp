// Text in XML.
#pragma once

#include "base/folders.hpp"

#include <string>
#include <string_view>

namespace cmksim {

/// `raw` as the content of an element or of an attribute in double quotes. What XML does not have is left out.
std::string xmlText(std::string_view raw);

} // namespace cmksim
