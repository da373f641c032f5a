// Plans for estates of which many parts ail that have nothing to do with each other: each is planned for by itself.
#pragma once

#include "recovery/plan.hpp"

#include <functional>
#include <optional>

namespace cmksim::recovery {

using PlanPart = std::function<Recovery(const Program& part, Instant at, const PlanOptions& options)>;

/// A recovery put together from those of the parts. Nothing where few of them ail, or where one cannot be brought back
/// from within: the whole is to be looked at then.
std::optional<Recovery> planApart(const Program& program, Instant at, const PlanOptions& options, const PlanPart& plan);

} // namespace cmksim::recovery
