// What resources lose by staying in states, in words and as JSON.
#pragma once

#include "analysis/state_losses.hpp"
#include "base/json_value.hpp"

#include <string>
#include <vector>

namespace cmksim::report {

/// `membership of a failover group, for good`.
std::string lossText(const Program& program, const StateLoss& loss);

/// The same as fields: what, in which state, whether for good.
JsonObject lossFields(const Program& program, const StateLoss& loss);

/// What the services of an estate make resources lose: `sqldb, while Inaccessible: membership of a failover group, for
/// good`. Analyses that look at data alone name it as not looked at.
std::vector<std::string> lossesOfServices(const Program& program);

} // namespace cmksim::report
