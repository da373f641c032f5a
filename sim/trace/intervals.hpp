// How each resource stood over a replay's time, read from what its records say of it: intervals without gaps, and the
// outages among them. When something was down is told here and nowhere else.
#pragma once

#include "trace/record.hpp"

#include <optional>
#include <vector>

namespace cmksim {

/// Follows the records of one resource, in order, and tells where it goes down and comes back. Allocates nothing.
class DownWatch {
public:
    explicit DownWatch(const ResourceStatus& start) : down_{start.down} {}

    enum class Turn : std::uint8_t { None, Down, Up };

    /// What the record turned. A deletion is no outage, and ends one.
    Turn follow(const Record& record) {
        if (!mayTurn(record) || record.on->status.down == down_) {
            return Turn::None;
        }
        down_ = record.on->status.down;
        return down_ ? Turn::Down : Turn::Up;
    }

    [[nodiscard]] bool down() const { return down_; }

private:
    /// Of a step the transition counts, which is told after its conditions.
    static bool mayTurn(const Record& record) {
        return record.is<Transition>() || record.is<Created>() || record.is<Deleted>();
    }

    bool down_;
};

/// How a resource stood from one moment to the next. What begins and ends at one instant lasts no time.
struct StateInterval {
    Instant from{};
    Instant to{};
    ResourceStatus status;         // at its beginning
    const Record* began = nullptr; // in the trace; null at the start; of a change of state and conditions that of state
    std::vector<const Record*> conditions = {}; // that began or ended with it, in the trace

    /// What began or ended a condition here; `began` where nothing did.
    [[nodiscard]] const Record* changeOf(ConditionId condition) const;
};

/// A time without data: from leaving the first state until the resource is back, is deleted, or the replay ends.
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

/// The stories of all resources of a trace that ends at `until`. They point into it.
IdVector<ResourceId, ResourceStory> storiesOf(const Trace& trace, Instant until);

/// Whether a resource is in one state for one reason in both, whatever becomes of its conditions.
bool sameState(const ResourceStatus& one, const ResourceStatus& other);

/// The outages of one resource, in order. The replay itself counts only those since its last creation.
std::vector<Outage> outagesOf(const ResourceStory& story);
std::vector<Outage> outagesOf(const Trace& trace, Instant until, ResourceId resource);

} // namespace cmksim
