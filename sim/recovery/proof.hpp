// A plan proves itself: it is replayed, for everything that is open.
#pragma once

#include "analysis/bounds.hpp"
#include "recovery/search.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cmksim::recovery {

/// The first step of a plan is taken a second after its moment, so that the revalidations of the moment come before it.
inline constexpr Duration firstStepAfter{1};

struct Proof {
    bool whole = false;                  // every resource wanted is, from some instant to the end, whatever the timing
    bool accepted = false;               // no step is refused, whatever the timing
    Extent<Duration> within;             // after `at`, until all of them are
    bool cutShort = false;               // of some timing not all values were looked at
    OpenTimings over = OpenTimings::All; // over which timings; of phases alone where a step waits for another to count
    // Those wanted that are not whole; where a step is refused, or not all was asked for, perhaps not all of them.
    std::vector<ResourceId> failing = {};

    [[nodiscard]] bool holds() const { return whole && accepted; }
};

/// What of a proof is asked for. It ends as soon as that is known: of what comes of it, only that counts.
enum class ProofAim : std::uint8_t {
    All,
    Holds,    // whether it does; all of it where it does
    Accepted, // whether every step is
};

/// What is proved of, besides the steps.
struct ProofQuestion {
    Instant at{};                   // of the plan: what the timeline does up to then has been done
    std::vector<ResourceId> wanted; // that are to be whole
    OpenTimings open = OpenTimings::All;
    // They are to stay so until everything counts and two looks more; longer, or not as long, where one of these says
    // so.
    std::optional<Instant> atLeastUntil;
    std::optional<Instant> atMostUntil;
    ProofAim aim = ProofAim::All;
};

/// Plays the timeline up to the moment of the plan, and the steps, which come after it.
Proof prove(const Program& program, const ProofQuestion& question, std::span<const TimelineEntry> steps);
/// The same over phases alone where it does not hold over all timings: a step may need that an earlier one counts.
Proof proveAsFarAsItHolds(const Program& program, const ProofQuestion& question, std::span<const TimelineEntry> steps);

/// When everything that was done counts, and every resource has looked twice.
Instant settledAfter(const Program& program, Instant at, std::span<const TimelineEntry> steps);

/// What is done up to an instant, whatever comes of it; what only looks is left out.
std::vector<TimelineEntry> actionsUpTo(const Program& program, Instant at);

} // namespace cmksim::recovery
