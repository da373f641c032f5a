// One search over faults: an estate, at given phases.
#pragma once

#include "exploration/explore.hpp"

#include <vector>

namespace cmksim::exploration {

/// Breadth first, until every invariant that is `wanted` is broken, or nothing is left to try. `program` has all its
/// keys among its references; what is found comes without it.
Exploration searchFrom(const Program& program, const Phases& phases, const ExplorationOptions& options,
                       std::vector<bool> wanted, Progress* progress);

} // namespace cmksim::exploration
