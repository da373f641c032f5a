#include "analysis/bounds.hpp"

#include "analysis/lost_bases.hpp"
#include "analysis/phase_pairs.hpp"
#include "analysis/reaction_corners.hpp"
#include "analysis/reaction_worlds.hpp"
#include "analysis/resource_bounds.hpp"
#include "analysis/roster.hpp"
#include "analysis/verify.hpp"
#include "analysis/worlds.hpp"
#include "engine/bases.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace cmksim::analysis {

namespace {

/// Whether how long something takes to count can decide what an entry comes to. What is done to the world cannot: it is
/// refused or not by what is recorded.
bool entriesHangOnTimings(const Program& program) {
    return std::ranges::any_of(program.resources,
                               [](const ResourceProgram& resource) { return !resource.entries.empty(); });
}

/// For which phases it holds, where a resource's phases decide.
void tellPhases(const Program& program, const Shortfall& shortfall, ExpectationBounds& one) {
    const ResourceId resource = shortfall.resource;
    if (!resource.valid()) {
        return;
    }
    if (shortfall.byPairs) {
        PairCover failing = coverOf(program, resource, shortfall.classes);
        one.probability = Ratio{failing.all - failing.covered, failing.all};
        one.decides = {resource, std::move(failing.none)};
        one.byRotations = failing.splitsSomePhase;
        return;
    }
    const Duration period = program.modelOf(resource).revalidation.nominal;
    one.decides = {resource, without({{Duration::zero(), period - Duration{1}}}, shortfall.phases)};
    const auto& fleet = program.resources[resource].fleet;
    if (fleet && fleet->phases && fleet->phases->haveRotations()) {
        std::uint32_t failing = 0; // of members with one phase some can hold and others not
        for (const PhaseClass& phases : shortfall.classes) {
            failing += Roster{program, resource}.count(phases);
        }
        one.probability = Ratio{fleet->members - failing, fleet->members};
        return;
    }
    for (const PhaseClass& phases : one.decides->holds) {
        one.probability += shareOf(program, resource, phases);
    }
}

/// Whether an entry can fall short though the world refuses nothing.
bool isJudgedByItself(const TimelineEntry& entry) {
    const Action* action = entry.action();
    return action == nullptr || isOnResource(*action) || entry.result;
}

/// Every expectation of the timeline, as `shortfalls` leave it; none where patience ends before all is looked at.
std::vector<ExpectationBounds> expectationBounds(const Program& program, OpenTimings open, const Patience& patience) {
    std::set<std::pair<EntryId, std::uint32_t>> broken; // by whatever is open
    if (open == OpenTimings::All && entriesHangOnTimings(program)) {
        for (const Shortfall& shortfall : verify(program, open, patience).shortfalls) {
            broken.emplace(shortfall.entry, shortfall.item);
        }
    }
    std::map<std::pair<EntryId, std::uint32_t>, Shortfall> shortfalls;
    Verification byPhases = verify(program, OpenTimings::Phases, patience);
    for (Shortfall& shortfall : byPhases.shortfalls) {
        shortfalls.emplace(std::pair{shortfall.entry, shortfall.item}, std::move(shortfall));
    }
    std::vector<ExpectationBounds> all;
    if (patience.isOver()) {
        return all;
    }
    const auto add = [&](EntryId entry, std::uint32_t item) {
        ExpectationBounds one{.entry = entry,
                              .item = item,
                              .decides = {},
                              .always = !broken.contains({entry, item}),
                              .alwaysByPhases = true,
                              .probability = 1,
                              .byBases = false,
                              .byRotations = false,
                              .weighed = true};
        if (const auto found = shortfalls.find({entry, item}); found != shortfalls.end()) {
            one.always = false;
            one.alwaysByPhases = false;
            one.byBases = found->second.byBases;
            one.probability = 0;
            tellPhases(program, found->second, one);
            const bool allPairs =
                !one.decides || found->second.byPairs || !program.modelOf(one.decides->resource).rotationClock ||
                std::ranges::find(byPhases.cutShort, one.decides->resource) == byPhases.cutShort.end();
            one.weighed = allPairs && !found->second.byWorlds;
        }
        all.push_back(std::move(one));
    };
    for (const EntryId id : program.entries.ids()) {
        const TimelineEntry& entry = program.entries[id];
        if (const auto* expectations = std::get_if<std::vector<Expectation>>(&entry.what)) {
            for (std::uint32_t item = 0; item < expectations->size(); ++item) {
                add(id, item);
            }
        } else if (entry.result || shortfalls.contains({id, 0}) || broken.contains({id, 0})) {
            add(id, 0);
        }
    }
    return all;
}

} // namespace

namespace {

/// Collects what all worlds come to.
class BoundsCollector {
public:
    BoundsCollector(const Program& program, const Program& shown, OpenTimings open, const Patience& patience)
        : patience_{patience} {
        all_.open = open;
        for (const ResourceId id : program.resources.ids()) {
            bounders_.emplace_back(shown, id, hasOpenPhase(program, id));
        }
    }

    /// Adds every world of a program without reactions, `share` being the program's own probability; without one its
    /// timings are others than the nominal ones.
    void add(const Program& program, OpenTimings open, const std::optional<Ratio>& share) {
        addSome(program, open, share, [](ResourceId) { return true; });
    }

    /// The same of some resources.
    template <class Wanted>
    void addSome(const Program& program, OpenTimings open, const std::optional<Ratio>& share, Wanted isWanted) {
        const WorldsVisited visited = forEachWorld(program, open, [&](const PossibleWorld& world) {
            if (!world.isOfPhases()) {
                openAll();
            }
            ++all_.simulations;
            refuses_ = refuses_ || std::ranges::any_of(world.history().records(), &Record::refused);
            for (const ResourceId id : program.resources.ids()) {
                if (isOver()) {
                    return false;
                }
                if (isWanted(id)) {
                    add(world, id, share);
                }
            }
            return true;
        });
        for (const ResourceId id : visited.cutShort) {
            if (isWanted(id)) {
                bounders_[id.index()].widen(program);
            }
        }
    }

    /// More is possible for some resources than has been added.
    template <class Wanted>
    void widen(const Program& program, Wanted isWanted) {
        for (const ResourceId id : program.resources.ids()) {
            if (isWanted(id)) {
                bounders_[id.index()].widen(program);
            }
        }
    }

    /// What phases alone leave open has been added.
    void openAll() {
        if (!std::exchange(allOpen_, true)) {
            std::ranges::for_each(bounders_, &ResourceBounder::openAll);
        }
    }

    [[nodiscard]] ScenarioBounds& all() { return all_; }

    /// Whether a vault, a key or an identity refused an action in any world.
    [[nodiscard]] bool refuses() const { return refuses_; }

    /// Whether to end with what there is.
    [[nodiscard]] bool isOver() {
        all_.interrupted = all_.interrupted || patience_.isOver();
        return all_.interrupted;
    }

    ScenarioBounds finish(const Program& program) {
        for (ResourceBounder& bounder : bounders_) {
            if (auto one = bounder.finish()) {
                all_.resources.push_back(std::move(*one));
            }
        }
        if (hasBases(program)) {
            loseWithBases(program);
        }
        return std::move(all_);
    }

private:
    /// Data that what it stands on loses is lost. How likely that is is known where one of them loses it always, or one
    /// alone does.
    void loseWithBases(const Program& program) {
        const BaseGraph baseGraph{program};
        const auto boundsOf = [&](ResourceId id) {
            return std::ranges::find(all_.resources, id, &ResourceBounds::resource);
        };
        const auto isThere = [&](ResourceId id) { return boundsOf(id) != all_.resources.end(); };
        const auto loses = [&](ResourceId id) { return isThere(id) && boundsOf(id)->mayLoseData; };
        for (const ResourceId id : baseGraph.order()) {
            const LeantOn leant = leantOn(program, baseGraph, id);
            const auto losing = std::ranges::count_if(leant.bases, loses);
            const bool goes = losing > 0 && (leant.all || static_cast<std::size_t>(losing) == leant.bases.size());
            if (!goes || !isThere(id)) {
                continue;
            }
            ResourceBounds& one = *boundsOf(id);
            const bool isOwn = std::exchange(one.mayLoseData, true);
            for (const ResourceId base : leant.bases) {
                const Ratio likely = loses(base) ? boundsOf(base)->dataLost : Ratio{0};
                if ((likely == Ratio{1} && leant.all) || (losing == 1 && !isOwn && likely > one.dataLost)) {
                    one.dataLost = likely;
                }
            }
        }
    }

    void add(const PossibleWorld& world, ResourceId id, const std::optional<Ratio>& share) {
        const std::vector<PhaseClass> classes = world.classesOf(id);
        if (!classes.empty()) {
            bounders_[id.index()].add(world, classes,
                                      share ? std::optional{*share * world.shareBesides(id)} : std::nullopt);
        }
    }

    Patience patience_;
    std::vector<ResourceBounder> bounders_;
    ScenarioBounds all_;
    bool allOpen_ = false;
    bool refuses_ = false;
};

/// The expectations of several worlds, each as likely as any other, told as those of `shown`.
class ExpectationAverage {
public:
    ExpectationAverage(const Program& shown, const Patience& patience) : shown_{shown}, patience_{patience} {}

    void add(const Program& world, const std::optional<Ratio>& share) {
        for (const ExpectationBounds& one : expectationBounds(world, OpenTimings::Phases, patience_)) {
            const TimelineEntry& entry = world.entries[one.entry];
            Average& average = averages_[{entry.place, entry.firing ? entry.firing->time : 0, one.item}];
            if (share) {
                average.probability += *share * one.probability;
                average.weight += *share;
                average.alwaysByPhases = average.alwaysByPhases && one.always;
            }
            average.always = average.always && one.always;
            average.weighed = average.weighed && one.weighed;
        }
    }

    [[nodiscard]] std::vector<ExpectationBounds> finish() const {
        std::vector<ExpectationBounds> all;
        for (ExpectationBounds one : expectationBounds(shown_, OpenTimings::Phases, patience_)) {
            const TimelineEntry& entry = shown_.entries[one.entry];
            const auto found = averages_.find({entry.place, entry.firing ? entry.firing->time : 0, one.item});
            if (found != averages_.end()) {
                one.always = found->second.always;
                one.alwaysByPhases = found->second.alwaysByPhases;
                one.weighed = found->second.weighed;
                if (found->second.weight > Ratio{0}) { // else it comes at other timings alone
                    one.probability = found->second.probability / found->second.weight;
                }
                one.decides.reset();
                one.byRotations = false;
            }
            all.push_back(std::move(one));
        }
        return all;
    }

private:
    struct Average {
        Ratio probability;
        Ratio weight;
        bool always = true;
        bool alwaysByPhases = true;
        bool weighed = true;
    };

    const Program& shown_;
    Patience patience_;
    std::map<std::tuple<TextPlace, std::uint32_t, std::uint32_t>, Average> averages_;
};

} // namespace

namespace {

/// A program with reactions. Every combination of the phases of what they wait for says how likely everything is; where
/// more is open, or they are too many, courses at the ends of all that is open give the extents.
class ReactionBounds {
public:
    ReactionBounds(const Program& program, const Program& shown, OpenTimings open, std::uint64_t mostReplays,
                   const Patience& patience, BoundsCollector& collector)
        : program_{program}, shown_{shown}, open_{open}, mostReplays_{mostReplays}, patience_{patience},
          collector_{collector}, all_{collector.all()}, reactor_{program}, expectations_{shown, patience} {}

    void add() {
        addPhases();
        collector_.addSome(shown_, open_, Ratio{1}, [&](ResourceId id) { return !reactor_.concerns(id); });
        const bool isOpen = open_ == OpenTimings::All && hasOpenReactions(program_);
        if (open_ != OpenTimings::Nominal && (isOpen || !all_.everyWorld || waitsForOpenClocks(program_))) {
            addCorners();
        }
        all_.expectations = expectations_.finish();
        if (isOpen) {
            judgeOthers();
        }
    }

private:
    void add(const ReactionWorld& world, const std::optional<Ratio>& share) {
        collector_.addSome(world.program, OpenTimings::Phases, share,
                           [&](ResourceId id) { return reactor_.concerns(id); });
        expectations_.add(world.program, share);
    }

    void addPhases() {
        const ReactionWorlds worlds{program_, mostReplays_};
        const Ratio share{1, static_cast<std::int64_t>(worlds.count())};
        for (std::uint64_t i = 0; i < worlds.count() && !collector_.isOver(); ++i) {
            add(worlds.world(i), share);
        }
        all_.worlds = worlds.count();
        all_.everyWorld = worlds.exact();
    }

    void addCorners() {
        if (open_ == OpenTimings::All) {
            collector_.openAll();
        }
        all_.everyReaction = forEachReactionCorner(program_, open_, mostReplays_, [&](const ReactionWorld& world) {
            add(world, std::nullopt);
            return !collector_.isOver();
        });
        if (!all_.everyReaction && !collector_.isOver()) {
            addEnds();
            collector_.widen(program_, [&](ResourceId id) { return reactor_.concerns(id); });
        }
    }

    /// At the ends of all ranges, at some phases: so that little of what can happen goes without a name.
    void addEnds() {
        constexpr std::uint64_t few = 100;
        for (const TimingEnd end : {TimingEnd::Earliest, TimingEnd::Latest}) {
            Program timed = program_;
            if (open_ == OpenTimings::All) {
                setDelays(timed, end);
            }
            const ReactionWorlds worlds{timed, few};
            for (std::uint64_t i = 0; i < worlds.count() && !collector_.isOver(); ++i) {
                add(worlds.world(i), std::nullopt);
            }
        }
    }

    /// What is expected of resources that no reaction concerns holds at every timing, or does not, in one course.
    void judgeOthers() {
        for (const Shortfall& shortfall :
             verifyBesidesReactions(program_, shown_, OpenTimings::All, patience_).shortfalls) {
            for (ExpectationBounds& one : all_.expectations) {
                one.always = one.always && !(shortfall.entry == one.entry && shortfall.item == one.item);
            }
        }
    }

    const Program& program_;
    const Program& shown_;
    OpenTimings open_;
    std::uint64_t mostReplays_;
    Patience patience_;
    BoundsCollector& collector_;
    ScenarioBounds& all_;
    Reactor reactor_;
    ExpectationAverage expectations_;
};

} // namespace

bool ScenarioBounds::exact() const {
    return everyWorld && everyReaction && !interrupted && std::ranges::all_of(resources, &ResourceBounds::exact);
}

ScenarioBounds boundsOf(const Program& program, const Program& shown, OpenTimings open, std::uint64_t mostReplays,
                        const Patience& patience) {
    BoundsCollector collector{program, shown, open, patience};
    if (program.reactions.empty()) {
        collector.add(program, open, Ratio{1});
        if (collector.refuses() || std::ranges::any_of(program.entries, isJudgedByItself)) {
            collector.all().expectations = expectationBounds(program, open, patience);
        }
    } else {
        ReactionBounds{program, shown, open, mostReplays, patience, collector}.add();
    }
    static_cast<void>(collector.isOver());
    return collector.finish(program);
}

ScenarioBounds boundsOf(const Program& program, OpenTimings open) { return boundsOf(program, program, open, 1); }

namespace {

/// A copy in which `choose` says what each phase is, pinned or not.
template <class Choose>
Program withPhases(const Program& program, Choose choose) {
    Program changed = program;
    for (ResourceProgram& resource : changed.resources) {
        if (resource.described) {
            resource.described->phase = choose(resource.described->phase);
        }
    }
    const auto changeCreation = [&](TimelineEntry& entry) {
        if (const auto* creation = entry.creation()) {
            entry.what = withPhase(*entry.action(), choose(creation->described->phase));
        }
    };
    std::ranges::for_each(changed.entries, changeCreation);
    for (Reaction& reaction : changed.reactions) {
        changeCreation(reaction.entry);
    }
    return changed;
}

} // namespace

Program withNominalPhases(const Program& program) {
    return withPhases(program, [](std::optional<Duration> phase) { return phase.value_or(Duration::zero()); });
}

Program withFreePhases(const Program& program) {
    Program free = withPhases(program, [](std::optional<Duration>) { return std::nullopt; });
    for (ResourceProgram& resource : free.resources) {
        if (resource.fleet) {
            resource.fleet->drawn = false;
            resource.fleet->rotationsDrawn = false;
            resource.fleet->phases.reset();
        }
    }
    return free;
}

} // namespace cmksim::analysis
