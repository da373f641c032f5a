// The states of a model, and what time does to a resource in them.
#pragma once

#include "catalog/fact_reader.hpp"
#include "model/model.hpp"

#include <vector>

namespace cmksim::catalog {

/// The condition that the engine brings along.
inline constexpr std::string_view toleratingName = "Tolerating";

/// Reads `states` into the model. What a state says of another may come before that one.
void readStates(const std::vector<Entry>& states, Model& model, FactReader& facts);

/// Reads for how long a reason is tolerated.
Tolerance readTolerance(const Entry& tolerated, Model& model, FactReader& facts);

/// Reads `recovery-action`.
RecoveryRule readRecovery(const Entry& recovery, Model& model, FactReader& facts);

/// Gives the model the condition of a resource whose latest look answered a tolerated reason, if any is.
void addTolerating(Model& model);

} // namespace cmksim::catalog
