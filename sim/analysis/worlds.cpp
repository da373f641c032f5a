#include "analysis/worlds.hpp"

#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::analysis {

namespace {

std::vector<FootprintGroup> footprintsOf(const Program& program, const WorldHistory& history, ResourceId id) {
    std::vector<Record> records;
    return groupByFootprint(phaseClasses(program, history, id), [&](const PhaseClass& phases) {
        records.clear();
        ResourceReplay{program, history, id, phases.first, records}.finish();
        Footprint footprint;
        appendFootprint(records, footprint);
        return footprint;
    });
}

Shapers shapersOf(const Program& program, const WorldHistory& nominal) {
    Shapers shapers;
    for (const ResourceId id : program.resources.ids()) {
        if (program.resources[id].shapesWorld && hasOpenPhase(program, id)) {
            shapers.add(id.index(), footprintsOf(program, nominal, id));
        }
    }
    return shapers;
}

/// What is in one class of each.
std::vector<PhaseClass> common(const std::vector<PhaseClass>& some, const std::vector<PhaseClass>& others) {
    std::vector<PhaseClass> both;
    for (const PhaseClass& one : some) {
        for (const PhaseClass& other : others) {
            const PhaseClass part{std::max(one.first, other.first), std::min(one.last, other.last), one.rotation, one.recovery};
            if (part.first <= part.last) {
                both.push_back(part);
            }
        }
    }
    return both;
}

/// The ways in which phases let the world go, all else being as it is.
bool visitVariants(const Program& program, const WorldHistory& nominal, OpenTimings open, const TimingCell* cell,
                   const std::function<bool(const PossibleWorld&)>& visit) {
    Phases phases = nominalPhases(program);
    const Shapers shapers = open == OpenTimings::Nominal ? Shapers{} : shapersOf(program, nominal);
    if (shapers.empty()) {
        TellingHistory telling{program, phases};
        return visit({program, nominal, telling, phases, open, {}, cell});
    }
    return shapers.forEachChoice([&](std::span<const Shapers::Choice> choices) {
        for (const auto& [who, group] : choices) {
            phases[ResourceId{who}] = group->classes.front().first;
        }
        const WorldHistory shaped = simulateWorld(program, phases);
        TellingHistory telling{program, phases};
        return visit({program, shaped, telling, phases, open, choices, cell});
    });
}

} // namespace

std::vector<PhaseClass> PossibleWorld::classesOf(ResourceId resource) const {
    const auto choice = std::ranges::find(choices_, resource.index(), &Shapers::Choice::who);
    if (cell_ != nullptr) {
        const auto found = cell_->classes.find(resource);
        if (found == cell_->classes.end()) {
            return {};
        }
        return choice != choices_.end() ? common(found->second, choice->group->classes) : found->second;
    }
    if (open_ == OpenTimings::Nominal || !hasOpenPhase(program_, resource)) {
        return {{Duration::zero(), Duration::zero()}};
    }
    return choice != choices_.end() ? choice->group->classes : phaseClasses(program_, history_, resource);
}

Ratio PossibleWorld::shareBesides(ResourceId resource) const {
    Ratio share = 1;
    for (const auto& [who, group] : choices_) {
        const ResourceId other{who};
        if (other == resource) {
            continue;
        }
        Duration width{};
        for (const PhaseClass& one : group->classes) {
            width += one.width();
        }
        share *= Ratio(width.count(), program_.modelOf(other).revalidation.nominal.count());
    }
    return share;
}

WorldsVisited forEachWorld(const Program& program, OpenTimings open,
                           const std::function<bool(const PossibleWorld&)>& visit) {
    const Phases nominal = nominalPhases(program);
    const WorldHistory history = simulateWorld(program, nominal);
    if (!visitVariants(program, history, open, nullptr, visit)) {
        return {true, {}};
    }
    TimingCells cells = timingCells(program, open, history);
    Program timed = cells.cells.empty() ? Program{} : program;
    for (const TimingCell& cell : cells.cells) {
        for (std::size_t i = 0; i < cells.open.size(); ++i) {
            setDelay(timed, cells.open[i], cell.delays[i]);
        }
        if (!visitVariants(timed, simulateWorld(timed, nominal), open, &cell, visit)) {
            return {true, {}};
        }
    }
    return {false, std::move(cells.cutShort)};
}

bool worldDependsOnPhases(const Program& program) {
    return !shapersOf(program, simulateWorld(program, nominalPhases(program))).empty();
}

} // namespace cmksim::analysis
