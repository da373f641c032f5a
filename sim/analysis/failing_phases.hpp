// For which phases of a class an expectation does not hold.
#pragma once

#include "analysis/phase_classes.hpp"
#include "engine/program.hpp"
#include "trace/record.hpp"

#include <vector>

namespace cmksim::analysis {

/// From the records of the expectation at both ends of the class. Within a class only the downtime of a resource
/// changes, and that in a straight line, so the phases that a limit lets pass are an interval.
std::vector<PhaseClass> failingPhases(const Program& program, const Record& first, const Record& last,
                                      const PhaseClass& all);

} // namespace cmksim::analysis
