// How long the rules of a model take that count time for each resource: its own clocks, and how long a change of what
// it stands on takes to count (rules, section 6). Each is chosen once for each resource; without a choice it is
// nominal.
#pragma once

#include "engine/program.hpp"
#include "engine/resource.hpp"
#include "model/model.hpp"

#include <vector>

namespace cmksim::engine {

/// Those that are chosen for a resource of the model, by id: its own clocks, and behind them the two of its bases.
std::vector<const Timing*> clocksOf(const Model& model);

/// Until bases that are not enough count as unavailable, of a model that stands on others.
TimingId withinClock(const Model& model);
/// Until bases that are enough again count as available.
TimingId backWithinClock(const Model& model);
/// Whether it is one of these two.
bool isOfBases(const Model& model, TimingId clock);

/// Whether a resource stands on anything in any of its lives: else these two make no difference to it.
bool standsOnAny(const Program& program, ResourceId resource);

/// What is chosen for a resource.
Duration lengthOf(const ResourceRules& rules, TimingId clock);

} // namespace cmksim::engine
