#include "rehearsal/best_course.hpp"

#include "engine/impairment.hpp"
#include "engine/timeline_walk.hpp"
#include "recovery/repairs.hpp"
#include "trace/intervals.hpp"

#include <algorithm>

namespace cmksim::rehearsal {

namespace {

/// A story that goes wrong more often than this is not repaired any further.
constexpr std::size_t mostRounds = 20;

std::vector<ResourceId> wholeAtEnd(const Program& program, const Trace& trace) {
    std::vector<ResourceId> whole;
    for (const ResourceEnd& end : trace.ends) {
        if (isWhole(program, end)) {
            whole.push_back(end.resource);
        }
    }
    return whole;
}

bool isImpairedAt(const Program& program, const Trace& trace, Instant at) {
    const IdVector<ResourceId, ResourceStory> stories = storiesOf(trace, program.until);
    return std::ranges::any_of(stories.ids(), [&](ResourceId id) {
        return std::ranges::any_of(stories[id].intervals, [&](const StateInterval& interval) {
            return interval.from <= at && at < interval.to && interval.status.presence == Presence::Present &&
                   isImpaired(program.modelOf(id), interval.status);
        });
    });
}

bool isUnrepaired(const Program& program, const SimulationState& state, ResourceId id) {
    const ResourceState& resource = state.resource(id);
    return resource.presence == Presence::Present && isImpaired(program.modelOf(id), resource) &&
           rootCauseOf(program, state, id).has_value();
}

} // namespace

std::optional<Instant> firstSymptom(const Program& program, const Trace& trace, Instant from) {
    if (from < scenarioStart) {
        for (const ResourceId id : trace.starts.ids()) {
            if (trace.starts[id].presence == Presence::Present && isImpaired(program.modelOf(id), trace.starts[id])) {
                return scenarioStart;
            }
        }
    }
    for (const Record& record : trace.records) {
        const auto* moved = record.asIf<Transition>();
        const auto* changed = record.asIf<ConditionChanged>();
        const bool down = moved != nullptr && moved->from != moved->to &&
                          (moved->from == program.modelOf(record.on->resource).ready() ||
                           goesDown(program.modelOf(record.on->resource), *moved));
        if (record.position.at > from && (down || (changed != nullptr && changed->raised))) {
            return record.position.at;
        }
    }
    return std::nullopt;
}

bool isWhole(const Program& program, const ResourceEnd& end) {
    return end.status.presence == Presence::Present && end.status.recoverable &&
           !isImpaired(program.modelOf(end.resource), end.status);
}

Duration downtimeOf(const Trace& trace, Instant until, std::span<const ResourceId> resources) {
    const IdVector<ResourceId, ResourceStory> stories = storiesOf(trace, until);
    Duration sum{};
    for (const ResourceId id : resources) {
        for (const Outage& outage : outagesOf(stories[id])) {
            sum += outage.length();
        }
    }
    return sum;
}

std::optional<Instant> wholeSince(const Program& program, const Trace& trace, std::span<const ResourceId> ids) {
    const IdVector<ResourceId, ResourceStory> stories = storiesOf(trace, program.until);
    Instant since = scenarioStart;
    for (const ResourceId id : ids) {
        for (const StateInterval& interval : stories[id].intervals) {
            if (interval.status.presence == Presence::Present && isImpaired(program.modelOf(id), interval.status)) {
                since = std::max(since, interval.to);
            }
        }
    }
    return since < program.until ? std::optional{since} : std::nullopt;
}

Duration unrepairedTime(const Program& played, const Phases& phases, std::span<const ResourceId> resources) {
    Duration sum{};
    std::vector<Record> ignored;
    TimelineWalk walk{played, phases};
    Instant now = scenarioStart;
    walk.advanceTo(now, ignored);
    while (now < played.until) {
        const Instant next = std::clamp(walk.next(), now + Duration{1}, played.until);
        for (const ResourceId id : resources) {
            if (isUnrepaired(played, walk.state(), id)) {
                sum += next - now;
            }
        }
        now = next;
        walk.advanceTo(now, ignored);
        ignored.clear();
    }
    return sum;
}

BestCourse bestCourse(const Program& story, const Phases& phases, const StepFilter& allowed) {
    PlanOptions options;
    options.allowed = allowed;
    BestCourse course;
    std::vector<TimelineEntry> entries;
    for (const TimelineEntry& entry : story.entries) {
        if (entry.stage() == Stage::Actions) {
            entries.push_back(entry);
        }
    }
    const Duration settling = 2 * longestPeriod(story);
    course.until = story.until + settling;
    const std::vector<TimelineEntry> untouched = entries;
    course.played = withTimeline(story, entries, course.until);
    std::optional<Instant> at = firstSymptom(course.played, replay(course.played, phases), Instant::min());
    bool isSymptom = true; // else something is not back when it should be
    while (at && course.rounds.size() < mostRounds) {
        Recovery recovery = planRecovery(course.played, *at, options);
        Instant due = *at;
        bool hasSteps = false;
        if (!recovery.plans.empty()) {
            for (const PlannedStep& step : recovery.plans.front().steps) {
                entries.push_back(entryOf(recovery.program, step.step->action, step.at));
                due = std::max(due, step.at);
                hasSteps = true;
            }
            course.until = std::max(course.until, due + settling);
        }
        due += longestPeriod(story);
        if (isSymptom || hasSteps) {
            course.played = withTimeline(recovery.program, entries, course.until);
            course.rounds.push_back(std::move(recovery));
        }
        const Trace trace = replay(course.played, phases);
        at = firstSymptom(course.played, trace, *at);
        isSymptom = !hasSteps || !isImpairedAt(course.played, trace, due) || (at && *at <= due);
        at = isSymptom ? at : std::optional{due};
    }
    course.kept = wholeAtEnd(course.played, replay(course.played, phases));
    const Program alone = withTimeline(story, untouched, course.until);
    const std::vector<ResourceId> unharmed = wholeAtEnd(alone, replay(alone, phases));
    std::ranges::copy_if(course.kept, std::back_inserter(course.repaired),
                         [&](ResourceId id) { return std::ranges::find(unharmed, id) == unharmed.end(); });
    return course;
}

} // namespace cmksim::rehearsal
