#include "program/judged_stories.hpp"

#include "recovery/repairs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::program {

namespace {

/// Each costs a replay of the estate.
constexpr std::size_t mostLossesJudged = 200;

/// An outage that goes on so long breaks every objective.
Duration longestAllowed(const Program& program) {
    Duration longest{};
    for (const Objective& one : program.objectives) {
        longest = std::max(longest, one.rto.value_or(Duration::zero()));
        longest = std::max(longest, one.downtime ? one.downtime->most : Duration::zero());
    }
    return longest + Duration{1};
}

bool isHeld(const ObjectiveResult& result) { return result.held == Held::Always; }

} // namespace

JudgedObjectives objectivesWith(const Program& original, const Recovery& recovery, OpenTimings open) {
    if (original.objectives.empty()) {
        return {};
    }
    const Program program = withKeyReferences(original);
    std::vector<TimelineEntry> steps;
    if (!recovery.plans.empty()) {
        for (const PlannedStep& step : recovery.plans.front().steps) {
            steps.push_back(entryOf(program, step.step->action, step.at));
        }
    }
    const Instant until = settledAfter(program, recovery.at, steps) + longestAllowed(program);
    std::vector<TimelineEntry> entries = actionsUpTo(program, recovery.at);
    entries.insert(entries.end(), steps.begin(), steps.end());
    return judgedObjectives(withTimeline(program, std::move(entries), until), open);
}

void LossObjectives::tell(report::Scope& scope) const {
    if (!asked) {
        return;
    }
    scope.searched += ", and the objectives of the estate while nothing is done about it";
    if (notJudged > 0) {
        scope.notSearched.push_back(
            fmt::format("the objectives without {} more node{}", notJudged, notJudged == 1 ? "" : "s"));
    }
    if (!missedAnyway.empty()) {
        scope.notSearched.push_back(fmt::format("objectives that are not held, or not known to be, with no loss "
                                                "either: {}",
                                                fmt::join(missedAnyway, "; ")));
    }
}

LossObjectives objectivesWithout(const Program& estate, std::span<const Blast> blasts) {
    LossObjectives found;
    found.asked = !estate.objectives.empty();
    if (!found.asked) {
        return found;
    }
    const JudgedObjectives atRest =
        judgedObjectives(withTimeline(estate, {}, noticedBy(estate, {}) + longestAllowed(estate)), OpenTimings::All);
    for (const ObjectiveResult& one : atRest.results) {
        if (!isHeld(one)) {
            const Objective& objective = atRest.objectives[one.objective];
            found.missedAnyway.push_back(fmt::format("{}, {}", objective.name, askedText(objective, one.kind)));
        }
    }
    std::size_t judged = 0;
    for (const Blast& blast : blasts) {
        if (!blast.node.isLosable() || !blast.harms()) {
            continue;
        }
        if (judged == mostLossesJudged) {
            ++found.notJudged;
            continue;
        }
        ++judged;
        const std::vector<TimelineEntry> losses{entryOf(estate, blast.node.loss, scenarioStart)};
        const Instant until = noticedBy(estate, losses) + longestAllowed(estate);
        report::MissedBy missed{blast.node.name, blast.node.lossText(),
                                judgedObjectives(withTimeline(estate, losses, until), OpenTimings::All)};
        std::vector<ObjectiveResult> results;
        for (std::size_t i = 0; i < missed.judged.results.size(); ++i) {
            if (!isHeld(missed.judged.results[i]) && isHeld(atRest.results[i])) {
                results.push_back(missed.judged.results[i]);
            }
        }
        missed.judged.results = std::move(results);
        if (!missed.judged.results.empty()) {
            found.missed.push_back(std::move(missed));
        }
    }
    return found;
}

} // namespace cmksim::program
