// An estate that is not there yet, as steps: what is made, granted and waited for, in an order that works.
#pragma once

#include "recovery/plan.hpp"

namespace cmksim::recovery {

/// The steps that make everything that an estate describes out of nothing, proved over every timing: identities,
/// vaults, keys and grants at once; then, when what was granted counts, the resources. A resource that uses its own
/// identity for its key is made without the key where its service lets one be given later. Those whose creation is
/// refused are told as lost; where all of them are there is no plan. `estate` is played without its timeline; what was
/// deleted before the start is made and not deleted, and no resource is made in the state that the estate gives it.
Recovery planSetUp(const Program& estate);

} // namespace cmksim::recovery
