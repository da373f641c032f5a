// What may have caused symptoms in an estate whose things all hang together.
#pragma once

#include "exploration/diagnose.hpp"

#include <vector>

namespace cmksim::exploration {

/// As `diagnose` has them, of up to 0, 1 or 2 faults, in no order. What else would be down is told as of `last`, the
/// last symptom of all.
std::vector<Diagnosis> causesIn(const Program& estate, const std::vector<Symptom>& symptoms, Instant last,
                                unsigned faults, Progress* progress);

/// What is down, or impaired, at an instant when nothing happens, at some phase.
Diagnosis withoutFaults(const Program& estate, Instant last);

} // namespace cmksim::exploration
