// What resources that a plan is for have lost by the states that they are in, and will lose unless it is taken.
#pragma once

#include "analysis/state_losses.hpp"
#include "base/shape.hpp"
#include "recovery/plan.hpp"

#include <string>
#include <vector>

namespace cmksim::report {

struct PlanLoss {
    StateLoss loss;
    bool came = false; // by the instant of the plan; else it comes, as far as timings leave open when
};

/// What was lost by then, and what those that are impaired lose while nothing is done. Costs the bounds of those that
/// can lose something, where there are any.
std::vector<PlanLoss> lossesBeside(const Recovery& recovery);

/// `membership of a failover group, for good, since +1h40m`.
std::string textOf(const Program& program, const PlanLoss& loss);

/// What of a loss, and when.
shape::Record<PlanLoss, Program> planLossShape();

} // namespace cmksim::report
