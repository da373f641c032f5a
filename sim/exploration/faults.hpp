// What could go wrong next: every action that a person could do by mistake, or an attacker on purpose, on what is
// there.
#pragma once

#include "action/action.hpp"
#include "engine/simulation_state.hpp"

#include <vector>

namespace cmksim::exploration {

/// In a stable order. Some may be refused.
void listFaults(const Program& program, const SimulationState& simulation, std::vector<Action>& faults);
std::vector<Action> faultsIn(const Program& program, const SimulationState& simulation);

} // namespace cmksim::exploration
