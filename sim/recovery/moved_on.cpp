#include "recovery/moved_on.hpp"

#include "engine/replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace cmksim::recovery {

namespace {

/// The move that a record tells, where time alone makes it; null where it tells another thing.
const Transition* moveInTime(const Program& program, const Record& record) {
    const auto* moved = record.position.stage == Stage::OwnFacts ? record.asIf<Transition>() : nullptr;
    if (moved == nullptr || !moved->from.valid()) {
        return nullptr;
    }
    const auto& then = program.modelOf(record.on->resource).states[moved->from].then;
    return then && then->to == moved->to ? moved : nullptr;
}

} // namespace

std::vector<MovedOn> movedOn(const Program& program) {
    std::map<std::pair<ResourceId, StateId>, Extent<Instant>> found;
    for (const TimingEnd end : {TimingEnd::Earliest, TimingEnd::Latest}) {
        Program timed = program;
        setDelays(timed, end);
        std::map<std::pair<ResourceId, StateId>, Instant> first;
        for (const Record& record : replay(timed, phasesAt(timed, end)).records) {
            if (const Transition* moved = moveInTime(timed, record)) {
                first.try_emplace({record.on->resource, moved->to}, record.position.at);
            }
        }
        for (const auto& [move, at] : first) {
            found.try_emplace(move, Extent<Instant>{at, at}).first->second.include(at);
        }
    }
    std::vector<MovedOn> moves;
    for (const auto& [move, at] : found) {
        moves.push_back({move.first, move.second, at});
    }
    std::ranges::stable_sort(moves, {}, [](const MovedOn& one) { return one.at.least; });
    return moves;
}

std::vector<std::string> stepsOf(const Recovery& recovery) {
    std::vector<std::string> steps;
    for (const PlannedStep& step : recovery.plans.front().steps) {
        const TimelineEntry entry = entryOf(recovery.program, step.step->action, step.at);
        steps.push_back(entry.name + ' ' + entry.target);
    }
    return steps;
}

} // namespace cmksim::recovery
