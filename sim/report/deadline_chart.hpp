// By when a repair must be done, as a picture.
#pragma once

#include "report/deadline_report.hpp"

#include <string>

namespace cmksim::report {

/// Of each resource the longest outage (upwards) by the instant of the repair (to the right), from the least to the
/// most of what is open; the objective, and the latest instants. SVG that needs nothing, in light and dark.
std::string deadlineSvg(const DeadlineView& view);

} // namespace cmksim::report
