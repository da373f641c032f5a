// A plan proves itself: it is replayed, for everything that is open.
#pragma once

#include "analysis/bounds.hpp"
#include "recovery/search.hpp"

#include <span>
#include <vector>

namespace cmksim::recovery {

struct Proof {
    bool ready = false;                  // every resource wanted is, in the end, whatever the timing
    Extent<Duration> within;             // after `at`, until all of them are
    OpenTimings over = OpenTimings::All; // over which timings; of phases alone where a step waits for another to count
};

/// Plays the timeline up to `at`, the steps at `when`, and time enough for every resource to look.
Proof prove(const Program& program, Instant at, Instant when, const Steps& steps, std::span<const ResourceId> wanted);

/// The same for any entries behind the timeline.
Proof prove(const Program& program, Instant at, std::span<const TimelineEntry> entries,
            std::span<const ResourceId> wanted);

/// What is done up to an instant, whatever comes of it; what only looks is left out.
std::vector<TimelineEntry> actionsUpTo(const Program& program, Instant at);

} // namespace cmksim::recovery
