// How long what is whole stays so: what falls due after the steps of a way back, and how far a proof has to go by it.
#pragma once

#include "recovery/proof.hpp"
#include "recovery/search.hpp"

#include <optional>
#include <span>

namespace cmksim::recovery {

/// How things stand when every resource has looked again, and what is revalidated by hand is through with it.
SimulationState afterLooks(const Program& program, SimulationState state);

/// Bounds a proof by what falls due once all has been `done` and seen: before the first decline of `resources`, which
/// is told apart; where there is none, until after the last of what is known to fall due, if it is to last.
void boundByWhatFallsDue(ProofQuestion& question, const Program& program, const SimulationState& done,
                         std::span<const ResourceId> resources, bool lasting);

} // namespace cmksim::recovery
