#include "engine/timeline_walk.hpp"

#include "engine/replay.hpp"

#include <algorithm>

namespace cmksim::engine {

TimelineWalk::TimelineWalk(const Program& program, const Phases& phases)
    : program_{program}, state_{program, phases}, next_{nextAction(0)} {}

/// The first action of the timeline from `place` on.
std::size_t TimelineWalk::nextAction(std::size_t place) const {
    while (place < program_.entries.size() && program_.entries[EntryId{place}].action() == nullptr) {
        ++place;
    }
    return place;
}

Instant TimelineWalk::next() const {
    const Instant action = next_ < program_.entries.size() ? program_.entries[EntryId{next_}].at : never;
    return std::min(action, state_.nextDue());
}

std::optional<Refusal> TimelineWalk::playNext(std::vector<Record>& records) {
    const TimelineEntry& entry = program_.entries[EntryId{next_}];
    next_ = nextAction(next_ + 1);
    state_.advanceTo(entry.at, records);
    return state_.act(*entry.action(), records);
}

std::optional<Refusal> TimelineWalk::playTo(EntryId entry, std::vector<Record>& records) {
    std::optional<Refusal> refusal;
    while (next_ <= entry.index()) {
        refusal = playNext(records);
    }
    const TimelineEntry& reached = program_.entries[entry];
    if (reached.action() != nullptr) {
        return refusal;
    }
    state_.advanceTo(reached.at, records);
    state_.settle(records);
    return std::nullopt;
}

bool TimelineWalk::advanceTo(Instant instant, std::vector<Record>& records) {
    bool acted = false;
    while (next_ < program_.entries.size() && program_.entries[EntryId{next_}].at <= instant) {
        playNext(records);
        acted = true;
    }
    state_.advanceTo(instant, records);
    state_.settle(records);
    return acted;
}

SimulationState stateAt(const Program& program, Instant at) {
    std::vector<Record> ignored;
    TimelineWalk walk{program, nominalPhases(program)};
    walk.advanceTo(at, ignored);
    return walk.state();
}

} // namespace cmksim::engine
