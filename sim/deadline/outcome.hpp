// What a resource comes to with a repair at one instant, over everything that the documents leave open.
#pragma once

#include "analysis/exact.hpp"
#include "analysis/extent.hpp"
#include "engine/program.hpp"

#include <optional>
#include <span>
#include <vector>

namespace cmksim::deadline {

/// How long an outage counts that is not over when the program ends.
inline constexpr Duration forEver = Duration::max();

struct ResourceOutcome {
    Extent<Duration> longest;  // of its outages; zero: there is none
    Extent<Duration> downtime; // `forEver` where it may not be over
    Ratio untouched;           // how likely no outage is, over phases, all else being nominal
    Ratio within;              // likewise that none is longer than the objective; as `untouched` without one
    Extent<Duration> impaired; // how long it is up and denies something; `forEver` where that may not be over
    bool mayFail = false;      // as it is made: it is there, and was never up
    bool mayLoseData = false;  // but for what the story itself deletes
    bool mayBeRefused = false; // one of the actions since `since`, on it

    friend bool operator==(const ResourceOutcome&, const ResourceOutcome&) = default;
};

struct Outcome {
    std::vector<ResourceOutcome> resources; // of every resource of the program, in its order
    bool mayBeRefused = false;              // one of the actions since `since`, on something else
    bool everyCase = true;                  // else of some timing not all values were looked at

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// A deletion of a resource that is the story's own, whatever the repair does: it ends an outage, and what goes with it
/// is lost by no repair that comes late.
struct StoryDeletion {
    ResourceId resource;
    Instant at{};

    friend bool operator==(const StoryDeletion&, const StoryDeletion&) = default;
};

/// Plays a program without reactions. Costs a few of its bounds. Refusals of actions before `since` do not count.
Outcome outcomeOf(const Program& program, OpenTimings open, std::optional<Duration> objective, Instant since,
                  std::span<const StoryDeletion> deletions = {});

} // namespace cmksim::deadline
