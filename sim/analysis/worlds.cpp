#include "analysis/worlds.hpp"

#include "analysis/base_variants.hpp"
#include "analysis/clock_cells.hpp"
#include "analysis/roster.hpp"
#include "engine/base_walks.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"

#include <algorithm>
#include <iterator>
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

/// What is in one class of each, with the other clocks' phases of the first.
std::vector<PhaseClass> common(const std::vector<PhaseClass>& some, const std::vector<PhaseClass>& others) {
    std::vector<PhaseClass> both;
    for (const PhaseClass& one : some) {
        for (const PhaseClass& other : others) {
            std::ranges::move(within(one, other.first, other.last), std::back_inserter(both));
        }
    }
    return both;
}

/// Goes through the ways in which a program can go.
class Visitor {
public:
    Visitor(const Program& program, OpenTimings open, const std::function<bool(const PossibleWorld&)>& visit)
        : baseGraph_{program}, open_{open}, visit_{visit}, use_{program, baseGraph_, open} {
        if (!baseGraph_.empty() && open != OpenTimings::Nominal) {
            groups_ = baseGroups(program, baseGraph_);
            for (const BaseGroup& group : groups_) {
                varied_.insert(varied_.end(), group.subjects.begin(), group.subjects.end());
            }
        }
    }

    /// To be said before anything is visited.
    void setPairs(const TimingCells& cells) { pairs_ = {cells.paired, cells.unpaired}; }

    /// The ways in which phases let the world go, all else being as it is.
    bool visitVariants(const Program& program, const WorldHistory& nominal, const TimingCell* cell) {
        Phases phases = nominalPhases(program);
        const Shapers shapers = open_ == OpenTimings::Nominal ? Shapers{} : shapersOf(program, nominal);
        if (shapers.empty()) {
            return visitWorld(program, nominal, phases, {}, cell);
        }
        return shapers.forEachChoice([&](std::span<const Shapers::Choice> choices) {
            for (const auto& [who, group] : choices) {
                phases[ResourceId{who}] = group->classes.front().first;
            }
            return visitWorld(program, simulateWorld(program, phases), phases, choices, cell);
        });
    }

    /// Resources that stand on others, of which not all that is open together was looked at: what is open besides
    /// phases for more than one of those that decide together.
    [[nodiscard]] std::vector<ResourceId> notLookedAt(const Program& program, const TimingCells& cells) const {
        std::vector<ResourceId> found = cutShort_;
        for (const ResourceId id : varied_) {
            std::vector<ResourceId> together = baseGraph_.allBasesOf(id);
            together.push_back(id);
            const auto timed = std::ranges::count_if(together, [&](ResourceId one) {
                return std::ranges::any_of(cells.cells,
                                           [&](const TimingCell& cell) { return cell.classes.contains(one); });
            });
            const bool shaped = program.resources[id].shapesWorld && worldDependsOnPhases(program);
            if (timed > 1 || shaped) {
                found.push_back(id);
            }
        }
        // What a resource makes of the world is told by its revalidation phases alone.
        std::ranges::copy_if(pairs_.paired, std::back_inserter(found), [&](ResourceId id) {
            return program.resources[id].shapesWorld && worldDependsOnPhases(program);
        });
        return found;
    }

    /// The choices of clocks of rules that are needed besides the nominal one, once all else has been visited.
    [[nodiscard]] ClockCells otherClocks(const Program& program, const WorldHistory& nominal,
                                         const TimingCells& cells) const {
        return use_.isOpen() ? clockCells(program, baseGraph_, nominal, cells, use_) : ClockCells{};
    }

private:
    bool visitWorld(const Program& program, const WorldHistory& history, const Phases& phases,
                    std::span<const Shapers::Choice> choices, const TimingCell* cell) {
        TellingHistory telling{program, phases};
        const PossibleWorld world{
            program, history, telling, phases, open_, choices, cell, pairs_, {varied_, nullptr, {}, 1}};
        if (!visit_(world)) {
            return false;
        }
        note(world);
        if (groups_.empty()) {
            return true;
        }
        WorldHistory changed = history;
        return std::ranges::all_of(
            groups_, [&](const BaseGroup& group) { return visitGroup(world, group, changed, choices, cell); });
    }

    void note(const PossibleWorld& world) {
        use_.note(world.program(), world.history(), [&](ResourceId id) { return world.classesOf(id); });
    }

    /// A cell stands for what stands on others where it stands for one of these, or for the resource itself.
    [[nodiscard]] std::vector<ResourceId> concernedBy(const TimingCell* cell, const BaseGroup& group) const {
        if (cell == nullptr) {
            return group.subjects;
        }
        const auto has = [&](ResourceId id) { return cell->classes.contains(id); };
        std::vector<ResourceId> concerned;
        std::ranges::copy_if(group.subjects, std::back_inserter(concerned), [&](ResourceId id) {
            return has(id) || std::ranges::any_of(baseGraph_.allBasesOf(id), has);
        });
        return concerned;
    }

    bool visitGroup(const PossibleWorld& world, const BaseGroup& group, WorldHistory& history,
                    std::span<const Shapers::Choice> choices, const TimingCell* cell) {
        const std::vector<ResourceId> subjects = concernedBy(cell, group);
        if (subjects.empty()) {
            return true;
        }
        const Program& program = world.program();
        const BaseVariants variants = baseVariants(program, history, group, [&](ResourceId base) {
            const std::vector<PhaseClass> classes = world.classesOf(base);
            return classes.empty() ? phaseClasses(program, history, base) : classes;
        });
        if (variants.cutShort) {
            cutShort_.insert(cutShort_.end(), group.subjects.begin(), group.subjects.end());
        }
        Phases phases = world.phases();
        TellingHistory telling{program, phases};
        return std::ranges::all_of(variants.all, [&](const BaseVariant& variant) {
            for (const auto& [base, chosen] : variant.phases) {
                phases[base] = chosen.revalidation;
                if (program.modelOf(base).rotationClock) {
                    phases.setRotation(base, chosen.rotation);
                }
                if (program.modelOf(base).recoveryClock) {
                    phases.setRecovery(base, chosen.recovery);
                }
            }
            walkBases(program, baseGraph_, group.walked, phases, history);
            telling.follow(history.bases());
            const PossibleWorld chosen{program, history, telling,
                                       phases,  open_,   choices,
                                       cell,    pairs_,  {varied_, &subjects, group.open, variant.share}};
            if (!visit_(chosen)) {
                return false;
            }
            note(chosen);
            return true;
        });
    }

    BaseGraph baseGraph_;
    OpenTimings open_;
    const std::function<bool(const PossibleWorld&)>& visit_;
    std::vector<BaseGroup> groups_;
    std::vector<ResourceId> varied_; // the subjects of all groups
    std::vector<ResourceId> cutShort_;
    PairScope pairs_;
    ClockUse use_;
};

} // namespace

std::vector<PhaseClass> PossibleWorld::classesOf(ResourceId resource) const {
    const auto choice = std::ranges::find(choices_, resource.index(), &Shapers::Choice::who);
    const auto isAmong = [&](const auto& some) { return std::ranges::find(some, resource) != some.end(); };
    if (bases_.subjects != nullptr) {
        if (!isAmong(*bases_.subjects) || (cell_ == nullptr && pairs_.isPaired(resource))) {
            return {};
        }
        std::vector<PhaseClass> classes{{Duration::zero(), Duration::zero()}};
        if (hasSeveralPhases(program_, resource)) {
            classes = phaseClasses(program_, history_, resource);
        }
        if (choice != choices_.end()) {
            classes = common(choice->group->classes, classes);
        }
        if (cell_ != nullptr) {
            const auto found = cell_->classes.find(resource);
            classes = found == cell_->classes.end() ? classes : common(found->second, classes);
        }
        return classes;
    }
    if (isAmong(bases_.others) || (cell_ == nullptr && pairs_.isPaired(resource))) {
        return {};
    }
    if (cell_ != nullptr) {
        const auto found = cell_->classes.find(resource);
        if (found == cell_->classes.end()) {
            return {};
        }
        return choice != choices_.end() ? common(found->second, choice->group->classes) : found->second;
    }
    const auto& fleet = program_.resources[resource].fleet;
    const bool isKnown = fleet && fleet->phases; // of each member, so that nothing of it is nominal
    if ((open_ == OpenTimings::Nominal && !isKnown) || !hasSeveralPhases(program_, resource)) {
        return {{Duration::zero(), Duration::zero()}};
    }
    return choice != choices_.end() ? choice->group->classes : phaseClasses(program_, history_, resource);
}

std::optional<std::int64_t> PossibleWorld::waysOf(ResourceId resource) const {
    const auto isPaired = [&](ResourceId id) { return pairs_.isPaired(id); };
    const auto isUnpaired = [&](ResourceId id) {
        return std::ranges::find(pairs_.unpaired, id) != pairs_.unpaired.end();
    };
    const bool byPairs = isPaired(resource) || std::ranges::any_of(bases_.bases, isPaired);
    if (isUnpaired(resource) || std::ranges::any_of(bases_.bases, isUnpaired) ||
        !(byPairs ? cell_ != nullptr && cell_->phasesAlone : cell_ == nullptr)) {
        return std::nullopt;
    }
    const auto& fleet = program_.resources[resource].fleet;
    const Model& model = program_.modelOf(resource);
    const std::int64_t phases = fleet && fleet->phases             ? std::int64_t{fleet->members}
                                : hasOpenPhase(program_, resource) ? model.revalidation.nominal.count()
                                                                   : 1;
    return phases * (isPaired(resource) ? model.rotationClock->nominal.count() : 1);
}

std::int64_t PossibleWorld::waysIn(ResourceId resource, const PhaseClass& phases) const {
    const auto& fleet = program_.resources[resource].fleet;
    if (!fleet || !fleet->phases) {
        return hasOpenPhase(program_, resource) || pairs_.isPaired(resource) ? pairsIn(phases) : 1;
    }
    if (!pairs_.isPaired(resource)) {
        return Roster{program_, resource}.count(phases);
    }
    std::int64_t ways = 0;
    Roster{program_, resource}.forEachPhase(phases, [&](Duration phase, Member, std::uint32_t members) {
        for (const PhaseClass& part : within(phases, phase, phase)) {
            ways += pairsIn(part) * members;
        }
    });
    return ways;
}

Ratio PossibleWorld::shareBesides(ResourceId resource) const {
    Ratio share = bases_.share;
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
    Visitor visitor{program, open, visit};
    TimingCells cells;
    const bool byPairs = std::ranges::any_of(
        program.models, [](const Model* model) { return model != nullptr && model->rotationClock.has_value(); });
    if (byPairs) { // else a visitor may stop before they are needed
        cells = timingCells(program, open, history);
        visitor.setPairs(cells);
    }
    if (!visitor.visitVariants(program, history, nullptr)) {
        return {true, {}};
    }
    if (!byPairs) {
        cells = timingCells(program, open, history);
    }
    const auto visitCells = [&](const std::vector<TimingCell>& some) {
        Program timed = some.empty() ? Program{} : program;
        return std::ranges::all_of(some, [&](const TimingCell& cell) {
            for (std::size_t i = 0; i < cells.open.size(); ++i) {
                setDelay(timed, cells.open[i], cell.delays[i]);
            }
            return visitor.visitVariants(timed, simulateWorld(timed, nominal), &cell);
        });
    };
    if (!visitCells(cells.cells)) {
        return {true, {}};
    }
    const ClockCells clocks = visitor.otherClocks(program, history, cells);
    if (!visitCells(clocks.cells)) {
        return {true, {}};
    }
    std::vector<ResourceId> cutShort = std::move(cells.cutShort);
    std::vector<ResourceId> others = visitor.notLookedAt(program, cells);
    others.insert(others.end(), clocks.cutShort.begin(), clocks.cutShort.end());
    for (const ResourceId id : others) {
        if (std::ranges::find(cutShort, id) == cutShort.end()) {
            cutShort.push_back(id);
        }
    }
    return {false, std::move(cutShort)};
}

bool worldDependsOnPhases(const Program& program) {
    return !shapersOf(program, simulateWorld(program, nominalPhases(program))).empty();
}

} // namespace cmksim::analysis
