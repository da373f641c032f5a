// What a story comes to whose timeline leaves an instant open (`at: 10m..3h`), over every second of it and everything
// that the documents leave open.
#pragma once

#include "analysis/extent.hpp"
#include "analysis/objectives.hpp"
#include "base/patience.hpp"
#include "deadline/repair_curve.hpp"
#include "engine/program.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cmksim::deadline {

/// A value at one end of what is possible, and the first instant of the range at which it is.
struct AtInstant {
    Duration value{};
    Instant instant{};
};

struct OpenResource {
    ResourceId resource;
    AtInstant shortest; // of its downtimes
    AtInstant longest;
    AtInstant longestOutage;
    std::optional<Extent<Instant>> down;   // from the earliest beginning of an outage to the latest end
    bool mayGoOn = false;                  // at some instant an outage may not be over when the program ends
    std::vector<Extent<Instant>> dataLost; // the instants at which its data may be lost
    bool mayBeImpaired = false;
    bool mayFail = false; // as it is made
};

/// Instants at which something holds alike.
struct HeldStretch {
    Extent<Instant> when; // both ends in
    Held held{};
};

/// An expectation, by its entry in the program with the open instant, and at which instants it holds: the whole range,
/// in order. `Held::Never` is of phases, all else being nominal.
struct OpenExpectation {
    EntryId entry;
    std::uint32_t item = 0;
    std::vector<HeldStretch> stretches;
};

/// Likewise one thing that an objective asks for.
struct OpenObjective {
    std::size_t objective = 0;
    ObjectiveKind kind{};
    std::vector<HeldStretch> stretches;
};

struct OpenBounds {
    std::vector<OpenResource> resources; // those that are there at some time
    std::vector<OpenExpectation> expectations;
    std::vector<OpenObjective> objectives;
    std::size_t pieces = 0;
    bool exact = true;        // else extents may be wider than the truth
    bool interrupted = false; // else not every piece was looked at
};

/// Works it out for a program whose `openInstant` is one. Costs two or three of its bounds for each piece between
/// `breakpoints`.
OpenBounds openBounds(const Program& program, OpenTimings open, const Patience& patience = {});

/// What is asked where the instant of a repair is open in the timeline: the program without it, and the repair.
struct OpenQuestion {
    Program program;
    RepairQuestion question; // nothing is to be done in it where the entries that move are no actions
};
OpenQuestion questionOf(const Program& program);

/// The entries of a program that move with its open instant, at their distances from it, from `scenarioStart` on.
std::vector<TimelineEntry> movingEntries(const Program& program);

/// The program without them.
Program withoutMovingEntries(const Program& program);

} // namespace cmksim::deadline
