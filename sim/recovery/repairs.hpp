// What might help a resource that suffers from a reason: the candidates from which a plan is put together. Each is an
// action of the contract on names that are in the estate, with the arguments that a repair needs.
#pragma once

#include "engine/simulation_state.hpp"
#include "recovery/candidate.hpp"
#include "recovery/root_cause.hpp"

#include <vector>

namespace cmksim::recovery {

/// The candidates, best first by nothing: the search weighs them. `program` must have a reference to every key, as
/// `withKeyReferences` makes it.
std::vector<Candidate> repairsFor(const Program& program, const SimulationState& simulation, ResourceId resource,
                                  const RootCause& rootCause);

/// The program with a short reference, without a version, to every key that it has a name for.
Program withKeyReferences(const Program& program);

} // namespace cmksim::recovery
