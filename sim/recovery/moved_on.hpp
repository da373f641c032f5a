// When time alone moves resources on to states out of which other ways lead: a database that no longer heals by itself.
#pragma once

#include "analysis/extent.hpp"
#include "engine/program.hpp"
#include "recovery/plan.hpp"

#include <string>
#include <vector>

namespace cmksim::recovery {

/// A resource that has been in a state for so long that it goes to another (`then`), for the first time.
struct MovedOn {
    ResourceId resource;
    StateId to;
    Extent<Instant> at; // at the ends of the timings that are open
};

/// Those of a program, up to its end, in the order of their earliest instants. Costs two replays.
std::vector<MovedOn> movedOn(const Program& program);

/// The steps of the best plan: `key.recover kv/cmk`.
std::vector<std::string> stepsOf(const Recovery& recovery);

} // namespace cmksim::recovery
