#include "exploration/explore.hpp"

#include "base/parallel.hpp"
#include "engine/bases.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "exploration/phase_sets.hpp"
#include "exploration/search_from.hpp"
#include "exploration/similar.hpp"
#include "recovery/repairs.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace cmksim::exploration {

namespace {

bool hasFewerSteps(const Violation& one, const Violation& other) { return one.steps.size() < other.steps.size(); }
bool isShorterOrEarlier(const Violation& one, const Violation& other) {
    return std::tuple{one.steps.size(), one.at} < std::tuple{other.steps.size(), other.at};
}

/// Takes what was found elsewhere, but for the state at the start, which is the same; of two violations of one
/// invariant the one that is known, unless the other is better.
void add(Exploration& all, Exploration more, bool (*isBetter)(const Violation&, const Violation&)) {
    all.states += more.states - 1;
    all.complete = all.complete && more.complete;
    all.everyPhase = all.everyPhase && more.everyPhase;
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
    const bool asksForSingle =
        std::ranges::any_of(options.invariants, [](const Invariant& one) { return !one.expected().empty(); });
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
    all.everyPhase = everyPhase;
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
        for (ViolationStep& step : violation.steps) {
            step.action = part.inWhole(std::move(step.action));
        }
    }
    return found;
}

} // namespace

Exploration explore(const Program& estate, const ExplorationOptions& options, Progress* progress) {
    Program program = withKeyReferences(estate);
    if (std::ranges::any_of(options.invariants, &Invariant::isOfWhole)) {
        Exploration all = exploreAlone(estate, options, options.jobs, progress);
        all.program = std::move(program);
        return all;
    }
    const std::vector<EstatePart> parts = partsOf(estate);
    std::vector<Exploration> found(parts.size());
    forEachIndex(parts.size(), options.jobs,
                 [&](std::size_t i) { found[i] = exploreAlone(parts[i].program, options, 1, progress); });
    Exploration all;
    all.states = 1;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        add(all, inWhole(std::move(found[i]), parts[i], program), isShorterOrEarlier);
    }
    all.program = std::move(program);
    return all;
}

Program storyOf(const Exploration& found, const Violation& violation) {
    std::vector<TimelineEntry> entries;
    for (const ViolationStep& step : violation.steps) {
        entries.push_back(entryOf(found.program, step.action, step.at));
    }
    Program estate = withTimeline(found.program, {}, found.program.until);
    setDelays(estate, violation.clocks);
    return withTimeline(estate, std::move(entries), std::max(violation.at, scenarioStart) + Duration{1});
}

std::vector<ResourceId> shiftedPhases(const Exploration& found, const Violation& violation) {
    const Phases nominal = nominalPhases(found.program);
    std::vector<ResourceId> shifted;
    for (const ResourceId id : found.program.resources.ids()) {
        if (violation.phases[id] != nominal[id]) {
            shifted.push_back(id);
        }
    }
    return shifted;
}

} // namespace cmksim::exploration
