// How likely it is that no outage of a journey is longer than its objective, exactly: over the product of the phases of
// its resources, each as likely as any other. What does not touch in time is multiplied and not tried together.
#pragma once

#include "analysis/exact.hpp"
#include "analysis/objective_intervals.hpp"
#include "engine/objective.hpp"

#include <map>
#include <optional>
#include <vector>

namespace cmksim::analysis {

/// A class of phases, and how likely each of its phases is.
struct LikelyClass {
    ClassDown down;
    Ratio part;
};

/// Of every resource of the need, all its classes. Nothing where outages are not over, or there are too many phases to
/// go through: each of all resources but one that touch each other.
std::optional<Ratio> likelihoodWithin(const Need& need, const std::map<ResourceId, std::vector<LikelyClass>>& classes,
                                      Duration limit);

} // namespace cmksim::analysis
