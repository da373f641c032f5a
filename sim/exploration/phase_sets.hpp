// Which phases an exploration begins with, where it matters when resources look.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <span>
#include <vector>

namespace cmksim::exploration {

/// Where there are more combinations not all of them are tried.
inline constexpr std::size_t mostPhaseSets = 64;

struct PhaseSets {
    std::vector<Phases> sets; // the nominal phases first
    bool complete = true;     // every combination of phases that makes a difference
};

/// Phases on either side of whatever time alone brings about until `end`, and of the end itself: the last phase of each
/// class. All combinations of them where there are few; else all resources go through theirs at once. Of `similar`
/// resources, which may change places, only how many have each phase matters: of combinations that differ in no more
/// one is taken. All at once is complete where each resource is asked about by itself (`eachAlone`).
PhaseSets phaseSetsOf(const Program& estate, Instant end, std::span<const std::vector<ResourceId>> similar = {},
                      bool eachAlone = false);

} // namespace cmksim::exploration
