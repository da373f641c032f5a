// What could go wrong next: every action that a person could do by mistake, or an attacker on purpose, on what is
// there.
#pragma once

#include "engine/situation.hpp"
#include "recovery/candidate.hpp"

#include <vector>

namespace cmksim {

/// In a stable order. Some may be refused.
std::vector<Candidate> mishapsIn(const Program& program, const Situation& situation);

/// The same into a list that is there already; what it held is gone.
void mishapsIn(const Program& program, const Situation& situation, std::vector<Candidate>& all);

} // namespace cmksim
