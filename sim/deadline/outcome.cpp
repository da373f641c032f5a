#include "deadline/outcome.hpp"

#include "analysis/impairment_bounds.hpp"
#include "analysis/lost_bases.hpp"
#include "analysis/objective_intervals.hpp"
#include "analysis/worlds.hpp"
#include "engine/bases.hpp"
#include "engine/resource_replay.hpp"
#include "trace/intervals.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::deadline {

namespace {

/// One resource at one phase.
struct Way {
    Duration longest{};
    Duration downtime{};
    Duration impaired{};
    bool fails = false;     // as it is made
    bool keyIsGone = false; // with which its data is lost
    bool losesData = false; // in whichever way
    bool refused = false;
};

Way wayOf(const PossibleWorld& world, ResourceId id, const OpenPhases& phases, Instant since,
          std::span<const StoryDeletion> deletions) {
    const Model& model = world.program().modelOf(id);
    std::vector<Record> records;
    ResourceReplay walk{world.program(), world.history(), id, phases, records};
    const ResourceStatus start = walk.resource().statusAt(scenarioStart);
    DownWatch watch{start};
    walk.finish();
    Way way;
    Instant down = scenarioStart;
    bool deleted = false;
    const auto end = [&](Instant at) {
        way.longest = std::max(way.longest, at - down);
        way.downtime += at - down;
    };
    for (const Record& record : records) {
        switch (watch.follow(record)) {
        case DownWatch::Turn::None: break;
        case DownWatch::Turn::Down: down = record.position.at; break;
        case DownWatch::Turn::Up: end(record.position.at); break;
        }
        // A deletion by the repair is no outage, and no repair brings back what it took.
        const bool isRepairs = record.is<Deleted>() &&
                               std::ranges::find(deletions, StoryDeletion{id, record.position.at}) == deletions.end();
        way.fails = way.fails || hasFailed(model, record.on->status);
        way.keyIsGone = way.keyIsGone || record.is<DataLost>();
        way.losesData = way.losesData || way.keyIsGone || isRepairs;
        deleted = isRepairs || (deleted && !record.is<Created>());
        way.refused = way.refused || (record.is<ActionDone>() && record.refused() && record.position.at >= since);
    }
    if (watch.down() || deleted) {
        way.longest = forEver;
        way.downtime = forEver;
    }
    const std::vector<ImpairmentInterval> intervals = impairmentIntervals(model, start, records, world.program().until);
    const bool goesOn = std::ranges::any_of(intervals, [](const ImpairmentInterval& one) { return !one.over; });
    way.impaired = goesOn ? forEver : impairedFor(intervals);
    return way;
}

/// The part of a class in which a value is at most `most`: what goes in straight lines between its ends does so by a
/// second or not at all.
std::vector<PhaseClass> atMost(const PhaseClass& phases, Duration first, Duration last, Duration most) {
    const Duration steps = phases.last - phases.first;
    if (first == last || steps == Duration::zero() || first == forEver || last == forEver) {
        return first <= most && last <= most ? std::vector{phases}
                                             : std::vector<PhaseClass>{}; // no class has such ends
    }
    const std::int64_t by = (last - first) / steps;
    if (by > 0) {
        return within(phases, phases.first,
                      phases.first + (most < first ? Duration{-1} : Duration{(most - first) / Duration{by}}));
    }
    return within(phases, phases.last - (most < last ? Duration{-1} : Duration{(most - last) / Duration{-by}}),
                  phases.last);
}

class OutcomeCollector {
public:
    OutcomeCollector(const Program& program, std::optional<Duration> objective, Instant since,
                     std::span<const StoryDeletion> deletions)
        : objective_{objective}, since_{since}, deletions_{deletions},
          outcome_{std::vector<ResourceOutcome>(program.resources.size()), false, true},
          seen_(program.resources.size(), false), keyMayGo_(program.resources.size(), false) {}

    void include(const PossibleWorld& world) {
        for (const Record& record : world.history().records()) {
            outcome_.mayBeRefused =
                outcome_.mayBeRefused || (record.is<ActionDone>() && record.refused() && record.position.at >= since_);
        }
        for (const ResourceId id : world.program().resources.ids()) {
            for (const PhaseClass& phases : world.classesOf(id)) {
                include(world, id, phases);
            }
        }
    }

    Outcome finish(const Program& program, bool everyCase) {
        outcome_.everyCase = everyCase;
        std::vector<ResourceId> lost;
        for (const ResourceId id : program.resources.ids()) {
            if (keyMayGo_[id.index()]) {
                lost.push_back(id);
            }
        }
        if (!lost.empty() && hasBases(program)) {
            for (const ResourceId id : withWhatStandsOn(program, std::move(lost))) {
                outcome_.resources[id.index()].mayLoseData = true;
            }
        }
        return std::move(outcome_);
    }

private:
    void include(const PossibleWorld& world, ResourceId id, const PhaseClass& phases) {
        const Way first = wayOf(world, id, phases.firstPhases(), since_, deletions_);
        const Way last = wayOf(world, id, phases.lastPhases(), since_, deletions_);
        ResourceOutcome& outcome = outcome_.resources[id.index()];
        if (!seen_[id.index()]) {
            seen_[id.index()] = true;
            outcome.longest = {first.longest, first.longest};
            outcome.downtime = {first.downtime, first.downtime};
            outcome.impaired = {first.impaired, first.impaired};
        }
        for (const Way& way : {first, last}) {
            outcome.longest.include(way.longest);
            outcome.downtime.include(way.downtime);
            outcome.impaired.include(way.impaired);
            outcome.mayFail = outcome.mayFail || way.fails;
            outcome.mayLoseData = outcome.mayLoseData || way.losesData;
            keyMayGo_[id.index()] = keyMayGo_[id.index()] || way.keyIsGone;
            outcome.mayBeRefused = outcome.mayBeRefused || way.refused;
        }
        if (const std::optional<std::int64_t> ways = world.waysOf(id)) {
            const auto add = [&](Ratio& to, Duration most) {
                for (const PhaseClass& part : atMost(phases, first.longest, last.longest, most)) {
                    to += world.shareBesides(id) * Ratio{world.waysIn(id, part), *ways};
                }
            };
            add(outcome.untouched, Duration::zero());
            add(outcome.within, objective_.value_or(Duration::zero()));
        }
    }

    std::optional<Duration> objective_;
    Instant since_;
    std::span<const StoryDeletion> deletions_;
    Outcome outcome_;
    std::vector<bool> seen_;
    std::vector<bool> keyMayGo_;
};

} // namespace

Outcome outcomeOf(const Program& program, OpenTimings open, std::optional<Duration> objective, Instant since,
                  std::span<const StoryDeletion> deletions) {
    OutcomeCollector collector{program, objective, since, deletions};
    const WorldsVisited visited = forEachWorld(program, open, [&](const PossibleWorld& world) {
        collector.include(world);
        return true;
    });
    return collector.finish(program, visited.cutShort.empty());
}

} // namespace cmksim::deadline
