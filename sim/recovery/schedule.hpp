// When each step of a plan is taken: as early as it is accepted whatever the timing, and no later.
#pragma once

#include "recovery/plan.hpp"

namespace cmksim::recovery {

/// The steps at the earliest instants at which they work, proved. All at once where that works; a step waits, until
/// what was granted counts or until resources have noticed what is wrong, only where it is refused before. Where no
/// instants are found at which all are accepted, the steps stand at the first one, and the proof says so.
RecoveryPlan scheduled(const Program& program, const ProofQuestion& question, const Steps& steps);

} // namespace cmksim::recovery
