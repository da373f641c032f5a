// What resources lose by staying in states, in words and as JSON.
#pragma once

#include "analysis/state_losses.hpp"
#include "base/json_value.hpp"

#include <string>

namespace cmksim::report {

/// `membership of a failover group, for good`.
std::string lossText(const Program& program, const StateLoss& loss);

/// The same as fields: what, in which state, whether for good.
JsonObject lossFields(const Program& program, const StateLoss& loss);

} // namespace cmksim::report
