// When a resource is there at all, and when it is there and failed as it was made: what a chart of outages leaves blank
// and what no downtime tells.
#pragma once

#include "analysis/extent.hpp"
#include "base/instant.hpp"
#include "model/model.hpp"
#include "trace/record.hpp"

#include <span>
#include <vector>

namespace cmksim::analysis {

/// Stretches of time, in order, none touching another.
using Stretches = std::vector<Extent<Instant>>;

struct TimesThere {
    Stretches there;
    Stretches failed; // of these, those in which its making failed and left it behind: it was never up
};

/// Of one replay, by the records of a resource that stands so at the start.
TimesThere timesThere(const Model& model, const ResourceStatus& start, std::span<const Record> records, Instant until);

/// All that is in one or the other.
void addTo(Stretches& all, const Stretches& more);

} // namespace cmksim::analysis
