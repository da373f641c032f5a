// When time alone moves resources on to states out of which other ways lead: a database that no longer heals by itself.
#pragma once

#include "analysis/extent.hpp"
#include "engine/program.hpp"
#include "recovery/plan.hpp"

#include <string>
#include <vector>

namespace cmksim::recovery {

/// A resource that may have been down for so long that it goes to another state (`then`).
struct MovedOn {
    ResourceId resource;
    Extent<Instant> at; // over all timings and phases, where no healing fails meanwhile: that begins the time anew
};

/// Those of a program, for each outage that may last so long, in the order of their earliest instants. Costs its
/// bounds.
std::vector<MovedOn> movedOn(const Program& program);

/// The steps of the best plan: `key.recover kv/cmk`.
std::vector<std::string> stepsOf(const Recovery& recovery);

} // namespace cmksim::recovery
