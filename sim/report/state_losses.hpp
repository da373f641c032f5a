// What resources lose by staying in states, in words and as JSON.
#pragma once

#include "analysis/state_losses.hpp"
#include "base/shape.hpp"

#include <string>
#include <vector>

namespace cmksim::report {

/// `membership of a failover group, for good`.
std::string lossText(const Program& program, const StateLoss& loss);

/// The same as fields: what, in which state, whether for good.
shape::Record<StateLoss, Program> lossShape();

/// What analyses that look at data alone leave out, a phrase for each loss of the services of an estate: `what is lost
/// by sqldb, while Inaccessible: membership of a failover group, for good`.
std::vector<std::string> lossesNotLookedAt(const Program& program);

} // namespace cmksim::report
