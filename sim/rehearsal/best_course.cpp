#include "rehearsal/best_course.hpp"

#include "engine/impairment.hpp"
#include <algorithm>

namespace cmksim::rehearsal {

namespace {

/// A story that goes wrong more often than this is not mended any further.
constexpr std::size_t mostRounds = 20;

} // namespace

std::optional<Instant> firstSymptom(const Program& program, const Trace& trace, Instant from) {
    for (const Record& record : trace.records) {
        const auto* moved = record.asIf<Transition>();
        const auto* changed = record.asIf<ConditionChanged>();
        const bool down =
            moved != nullptr && moved->from != moved->to &&
            (moved->from == program.modelOf(record.resource).ready() ||
             goesDown(program.modelOf(record.resource), *moved));
        if (record.position.at > from && (down || (changed != nullptr && changed->raised))) {
            return record.position.at;
        }
    }
    return std::nullopt;
}

Duration totalDowntime(const Trace& trace, const std::vector<ResourceId>& without) {
    Duration sum{};
    for (const ResourceEnd& end : trace.ends) {
        if (std::ranges::find(without, end.resource) == without.end()) {
            sum += end.status.downtime;
        }
    }
    return sum;
}

BestCourse bestCourse(const Program& story, const Phases& phases) {
    BestCourse course;
    std::vector<TimelineEntry> entries;
    for (const TimelineEntry& entry : story.entries) {
        if (entry.stage() == Stage::Actions) {
            entries.push_back(entry);
        }
    }
    const Duration settling = 2 * longestPeriod(story);
    Instant until = story.until + settling;
    Program played = withTimeline(story, entries, until);
    std::optional<Instant> at = firstSymptom(played, replay(played, phases), Instant::min());
    while (at && course.rounds.size() < mostRounds) {
        Recovery recovery = planRecovery(played, *at);
        if (!recovery.plans.empty()) {
            const RecoveryPlan& plan = recovery.plans.front();
            for (const PlannedStep& step : plan.steps) {
                entries.push_back(entryOf(recovery.program, step.step->action, step.at));
                until = std::max(until, step.at + settling);
            }
            until = std::max(until, *at + settling);
        }
        played = withTimeline(recovery.program, entries, until);
        course.rounds.push_back(std::move(recovery));
        at = firstSymptom(played, replay(played, phases), *at);
    }
    if (!course.rounds.empty()) {
        for (const Loss& loss : course.rounds.back().lost) {
            course.lost.push_back(loss.resource);
        }
    }
    course.downtime = totalDowntime(replay(played, phases), course.lost);
    return course;
}

} // namespace cmksim::rehearsal
