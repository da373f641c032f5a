#include "exploration/explore.hpp"

#include "base/parallel.hpp"
#include "engine/bases.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "exploration/phase_sets.hpp"
#include "exploration/search_from.hpp"
#include "exploration/similar.hpp"
#include "exploration/worst.hpp"
#include "recovery/repairs.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>
#include <utility>

namespace cmksim::exploration {

namespace {

bool hasFewerSteps(const Violation& one, const Violation& other) { return one.steps.size() < other.steps.size(); }
bool isShorterOrEarlier(const Violation& one, const Violation& other) {
    return std::tuple{one.steps.size(), one.at} < std::tuple{other.steps.size(), other.at};
}

/// Of the same invariants.
void addLimits(Exploration& all, const Exploration& more) {
    for (std::size_t i = 0; i < more.limits.size(); ++i) {
        all.limits[i].insert(more.limits[i].begin(), more.limits[i].end());
    }
}

/// Takes what was found elsewhere, but for the state at the start, which is the same; of two violations of one
/// invariant the one that is known, unless the other is better.
void add(Exploration& all, Exploration more, bool (*isBetter)(const Violation&, const Violation&)) {
    all.states += more.states - 1;
    addLimits(all, more);
    all.phaseSets = std::max(all.phaseSets, more.phaseSets);
    for (Violation& violation : more.violations) {
        const auto known = std::ranges::find(all.violations, violation.invariant, &Violation::invariant);
        if (known == all.violations.end()) {
            all.violations.push_back(std::move(violation));
        } else if (isBetter(violation, *known)) {
            *known = std::move(violation);
        }
    }
    std::ranges::sort(all.violations, {}, &Violation::invariant);
}

/// What a search begins with.
struct Beginning {
    std::size_t program = 0; // at one end of what the estate leaves open by itself
    Phases phases;
    bool isNominal = true; // the phases are
};

/// At every set of phases that makes a difference to the invariants, and at each end of the estate's own clocks.
Exploration exploreAlone(const Program& estate, const ExplorationOptions& options, unsigned jobs, Progress* progress) {
    const bool asksForSingle = std::ranges::any_of(options.invariants, &Invariant::asksForSingle);
    const std::vector<std::vector<ResourceId>> similar =
        asksForSingle ? std::vector<std::vector<ResourceId>>{} : similarResources(estate);
    const bool anyMeasures = std::ranges::any_of(options.invariants, &Invariant::measuresTime);
    const bool eachAlone = !hasBases(estate) && std::ranges::all_of(options.invariants, [](const Invariant& one) {
        return !one.measuresTime() || one.isOfEach();
    });
    const std::vector<TimingEnd> ends = differingEnds(estate);
    std::vector<Beginning> beginnings;
    std::vector<Program> programs;
    bool everyPhase = true;
    std::size_t mostSets = 1;
    for (const TimingEnd end : ends) {
        Program& program = programs.emplace_back(withKeyReferences(estate));
        if (end != TimingEnd::Nominal) {
            setDelays(program, end);
        }
        PhaseSets phases = anyMeasures ? phaseSetsOf(program, scenarioStart + options.within, similar, eachAlone)
                                       : PhaseSets{{nominalPhases(program)}, true};
        everyPhase = everyPhase && phases.complete;
        mostSets = std::max(mostSets, phases.sets.size());
        for (Phases& set : phases.sets) {
            beginnings.push_back(
                {programs.size() - 1, std::move(set), beginnings.empty() || &set == phases.sets.data()});
        }
    }
    std::vector<Exploration> found(beginnings.size());
    forEachIndex(beginnings.size(), jobs, [&](std::size_t i) {
        const auto& [program, phases, isNominal] = beginnings[i];
        std::vector<bool> wanted;
        wanted.reserve(options.invariants.size());
        for (const Invariant& invariant : options.invariants) {
            wanted.push_back(isNominal || invariant.measuresTime());
        }
        found[i] = searchFrom(programs[program], phases, options, std::move(wanted), progress);
        for (Violation& violation : found[i].violations) {
            violation.clocks = ends[program];
            for (const TakenTiming& taken : takenAt(estate, violation.clocks)) {
                include(violation.timings, taken);
            }
        }
    });
    Exploration all = std::move(found.front());
    for (std::size_t i = 1; i < found.size(); ++i) {
        add(all, std::move(found[i]), hasFewerSteps); // else nominal phases are easier to follow
    }
    all.phaseSets = mostSets;
    for (std::size_t i = 0; i < options.invariants.size(); ++i) {
        if (!everyPhase && options.invariants[i].measuresTime()) {
            all.limits[i].insert(SearchLimit::PhaseSets);
        }
    }
    return all;
}

/// What was found in a part, told in the whole's ids.
Exploration inWhole(Exploration found, const EstatePart& part, const Program& whole) {
    for (Violation& violation : found.violations) {
        violation.resource = part.resources[violation.resource];
        const Phases ofPart = std::exchange(violation.phases, nominalPhases(whole));
        for (const ResourceId id : part.resources.ids()) {
            violation.phases[part.resources[id]] = ofPart[id];
        }
        for (CourseStep& step : violation.steps) {
            step.action = part.inWhole(std::move(step.action));
        }
    }
    return found;
}

/// What needs no responder.
Exploration exploreUnanswered(const Program& estate, const ExplorationOptions& options, Progress* progress) {
    if (std::ranges::any_of(options.invariants, &Invariant::isOfWhole)) {
        return exploreAlone(estate, options, options.jobs, progress);
    }
    const Program program = withKeyReferences(estate);
    const std::vector<EstatePart> parts = partsOf(estate);
    std::vector<Exploration> found(parts.size());
    forEachIndex(parts.size(), options.jobs,
                 [&](std::size_t i) { found[i] = exploreAlone(parts[i].program, options, 1, progress); });
    Exploration all;
    all.states = 1;
    all.limits.resize(options.invariants.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        add(all, inWhole(std::move(found[i]), parts[i], program), isShorterOrEarlier);
    }
    return all;
}

bool isOver(const Badness& badness, Duration limit) { return badness.open || badness.value > limit; }

/// Adds the fewest faults with which some resource is down for longer in all, though each symptom is answered, if there
/// are any, or that this is not known.
void exploreAnswered(const Program& estate, const ExplorationOptions& options, std::size_t invariant, Exploration& all,
                     Progress* progress) {
    const auto& rule = std::get<invariant::MaxDowntime>(options.invariants[invariant].rule);
    WorstOptions asked;
    asked.measure = WorstMeasure::Downtime;
    asked.within = options.within;
    asked.response = ResponseTime{rule.response, rule.response};
    asked.limit = rule.within;
    asked.mostStates = options.mostStates;
    asked.jobs = options.jobs;
    SearchLimits limits; // of the search for the most faults, which fewer are part of
    for (asked.faults = 0; asked.faults <= options.faults; ++asked.faults) {
        WorstFound found = findWorst(estate, asked, progress);
        all.states += found.states;
        all.phaseSets = std::max<std::size_t>(all.phaseSets, found.phaseSets);
        const auto earliest = std::ranges::min_element(found.cases, {}, &WorstCase::exceeded);
        if (earliest != found.cases.end() && earliest->exceeded != never) {
            std::erase_if(earliest->steps, [&](const CourseStep& step) { return step.at > earliest->exceeded; });
            all.violations.push_back({invariant, std::move(earliest->phases), std::move(earliest->steps),
                                      *earliest->resource, earliest->exceeded, earliest->clocks,
                                      std::move(earliest->timings)});
            return;
        }
        limits = std::move(found.limits);
        limits.erase(SearchLimit::Others); // but where it can come to more than is allowed
        for (const WorstCase& one : found.cases) {
            if (isOver(one.limit.value_or(one.badness), rule.within)) {
                limits.insert(SearchLimit::Others);
            }
        }
    }
    all.limits[invariant] = std::move(limits);
}

/// The same search for some of the invariants.
ExplorationOptions onlyOf(const ExplorationOptions& options, std::span<const std::size_t> places) {
    ExplorationOptions some = options;
    some.invariants.clear();
    for (const std::size_t place : places) {
        some.invariants.push_back(options.invariants[place]);
    }
    return some;
}

/// Takes what was found of the invariants at some places.
void include(Exploration& all, Exploration more, std::span<const std::size_t> places) {
    all.states += more.states;
    all.phaseSets = std::max(all.phaseSets, more.phaseSets);
    for (std::size_t i = 0; i < places.size(); ++i) {
        all.limits[places[i]] = std::move(more.limits[i]);
    }
    for (Violation& violation : more.violations) {
        violation.invariant = places[violation.invariant];
        all.violations.push_back(std::move(violation));
    }
}

bool isInterrupted(const Exploration& found, std::size_t invariant) {
    return found.limits[invariant].contains(SearchLimit::Interrupted);
}

} // namespace

bool Exploration::isBroken(std::size_t invariant) const {
    return std::ranges::find(violations, invariant, &Violation::invariant) != violations.end();
}

bool Exploration::isUndecided(std::size_t invariant) const {
    return !limits[invariant].empty() && !isBroken(invariant);
}

bool Exploration::leavesOpen() const {
    for (std::size_t i = 0; i < limits.size(); ++i) {
        if (isUndecided(i)) {
            return true;
        }
    }
    return false;
}

Exploration explore(const Program& estate, const ExplorationOptions& options, Progress* progress) {
    Exploration all;
    all.limits.resize(options.invariants.size());
    std::vector<std::size_t> unanswered; // places in the options
    for (std::size_t i = 0; i < options.invariants.size(); ++i) {
        if (!options.invariants[i].is<invariant::MaxDowntime>()) {
            unanswered.push_back(i);
        }
    }
    if (!unanswered.empty()) {
        include(all, exploreUnanswered(estate, onlyOf(options, unanswered), progress), unanswered);
    }
    for (const std::size_t i : unanswered) {
        if (unanswered.size() > 1 && all.isUndecided(i) && !isInterrupted(all, i)) {
            // The instants, phases and resources that another one asks about may be what took too long.
            const std::array alone{i};
            include(all, exploreUnanswered(estate, onlyOf(options, alone), progress), alone);
        }
    }
    for (std::size_t i = 0; i < options.invariants.size(); ++i) {
        if (options.invariants[i].is<invariant::MaxDowntime>()) {
            exploreAnswered(estate, options, i, all, progress);
        }
    }
    std::ranges::sort(all.violations, {}, &Violation::invariant);
    for (const SearchLimits& limits : all.limits) {
        const std::size_t ofPhases = limits.count(SearchLimit::PhaseSets) + limits.count(SearchLimit::Offsets);
        all.everyPhase = all.everyPhase && ofPhases == 0;
        all.complete = all.complete && limits.size() == ofPhases;
    }
    all.program = withKeyReferences(estate);
    return all;
}

Program storyOf(const Exploration& found, const Violation& violation) {
    std::vector<TimelineEntry> entries;
    for (const CourseStep& step : violation.steps) {
        entries.push_back(entryOf(found.program, step.action, step.at));
    }
    Program estate = withTimeline(found.program, {}, found.program.until);
    setDelays(estate, violation.clocks);
    return withTimeline(estate, std::move(entries), std::max(violation.at, scenarioStart) + Duration{1});
}

} // namespace cmksim::exploration
