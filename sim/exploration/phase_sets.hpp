// Which phases an exploration begins with, where it matters when resources look.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <vector>

namespace cmksim::exploration {

/// Where there are more combinations not all of them are tried.
inline constexpr std::size_t mostPhaseSets = 64;

struct PhaseSets {
    std::vector<Phases> sets; // the nominal phases first
    bool complete = true;     // every combination of phases that differ
};

/// Phases on either side of whatever time alone brings about until `end`, and of the end itself: the last phase of each
/// class. All combinations of them where there are few; else all resources go through theirs at once.
PhaseSets phaseSetsOf(const Program& estate, Instant end);

} // namespace cmksim::exploration
