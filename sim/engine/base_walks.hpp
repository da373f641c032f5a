// Replays what others stand on, bases first, and writes the courses into the history for what stands on them.
#pragma once

#include "engine/bases.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <span>

namespace cmksim::engine {

/// Works out the bases of these resources anew, which are in the order of `baseGraph`; bases that are not among them
/// keep what is known of theirs. One replay of each base; of a fleet, of each of its members.
void walkBases(const Program& program, const BaseGraph& baseGraph, std::span<const ResourceId> resources,
               const Phases& phases, WorldHistory& history);

} // namespace cmksim::engine
