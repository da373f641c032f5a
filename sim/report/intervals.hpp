// How each resource stood over a replay's time, read from its trace: spells without gaps, and the outages among them.
#pragma once

#include "engine/program.hpp"
#include "trace/record.hpp"

#include <vector>

namespace cmksim::report {

/// How a resource stood from one moment to the next. What begins and ends at one instant lasts no time.
struct StateInterval {
    Instant from{};
    Instant to{};
    Presence presence = Presence::Absent;
    StateId state; // while present
    Reason reason = Reason::None;
    ConditionSet conditions;
    const Record* began = nullptr; // what began it, in the trace; null at the start
};

/// A time without data: from leaving `Ready` until it is back, is deleted, or the replay ends.
struct Outage {
    Instant from{};
    Instant to{};
    std::vector<StateInterval> intervals; // states and reasons, one after the other
    const Record* ended = nullptr;        // what ended it, in the trace; null when nothing has

    [[nodiscard]] bool over() const { return ended != nullptr; }
    [[nodiscard]] Duration length() const { return to - from; }
};

/// One resource over a replay's time, and before it those of its name that were deleted.
struct ResourceStory {
    std::vector<StateInterval> intervals; // from the start to the end
    std::vector<Instant> rotations;       // automatic ones
    std::vector<const Record*> losses;    // of its data, in the trace
};

/// The stories of all resources. They point into `trace`.
IdVector<ResourceId, ResourceStory> storiesOf(const Program& program, const Trace& trace);

/// Whether a resource that stands so is down: there, once up, and its data out of reach.
bool isDown(const Model& model, const StateInterval& interval);

/// Whether a resource is in one state for one reason in both spells, whatever becomes of its conditions.
bool sameState(const StateInterval& one, const StateInterval& other);

/// The outages among the spells of one resource, in order. The replay itself counts only those since its last creation.
std::vector<Outage> outagesOf(const Model& model, const ResourceStory& story);

/// The outages of one resource of a trace, in order. They point into `trace`.
std::vector<Outage> outagesOf(const Program& program, const Trace& trace, ResourceId resource);

} // namespace cmksim::report
