#include "recovery/moved_on.hpp"

#include "analysis/bounds.hpp"

#include <algorithm>
#include <optional>

namespace cmksim::recovery {

namespace {

/// How long it takes until time alone moves a resource on, over all states out of which it does; nothing: out of none.
std::optional<Extent<Duration>> moveAfter(const Model& model) {
    std::optional<Extent<Duration>> after;
    for (const StateRule& state : model.states) {
        if (state.then) {
            const Timing& timing = model.ownClocks[state.then->after];
            after = after.value_or(Extent<Duration>{timing.earliest, timing.latest});
            after->include(timing.earliest);
            after->include(timing.latest);
        }
    }
    return after;
}

} // namespace

std::vector<MovedOn> movedOn(const Program& program) {
    const auto canMove = [&](ResourceId id) { return moveAfter(program.modelOf(id)).has_value(); };
    std::vector<MovedOn> moves;
    if (std::ranges::none_of(program.resources.ids(), canMove)) {
        return moves;
    }
    constexpr std::uint64_t mostReplays = 1'000;
    for (const ResourceBounds& resource : boundsOf(program, program, OpenTimings::All, mostReplays).resources) {
        const auto after = moveAfter(program.modelOf(resource.resource));
        for (const OutageBounds& outage : resource.outages) {
            const Instant latest = outage.over ? outage.end.instant.most : program.until;
            const Instant earliest = outage.start.instant.least + (after ? after->least : Duration::zero());
            if (after && earliest <= latest) {
                moves.push_back({resource.resource, {earliest, outage.start.instant.most + after->most}});
            }
        }
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
