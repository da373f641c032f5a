// Tells of resources that are down or impaired before any story: what an analysis says of the others is of a healthy
// estate.
#pragma once

#include "analysis/at_rest.hpp"
#include "base/shape.hpp"
#include "engine/program.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <span>

namespace cmksim::report {

/// A section of a text report; nothing where all is well.
void writeAtRestText(const Program& program, std::span<const AtRest> troubles, const TextStyle& style,
                     std::ostream& out);

/// The field `atRest`.
shape::Properties atRestProperties();

/// The report with the field `atRest`.
JsonValue withAtRest(JsonValue report, const Program& program, std::span<const AtRest> troubles);

} // namespace cmksim::report
