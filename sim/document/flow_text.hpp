// A value on one line, for reports.
#pragma once

#include "document/document.hpp"

#include <string>

namespace cmksim::document {

/// The value as it could stand in brackets: `{state: Ready, downtime: "<= 3h"}`. What was in quotes is again. A long
/// one is cut, with an ellipsis.
std::string flowText(Node node);

} // namespace cmksim::document
