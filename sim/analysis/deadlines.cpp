#include "analysis/deadlines.hpp"

#include "analysis/lost_bases.hpp"
#include "analysis/reaction_corners.hpp"
#include "analysis/reaction_worlds.hpp"
#include "analysis/worlds.hpp"
#include "base/overloaded.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "engine/timeline_walk.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace cmksim::analysis {

namespace {

/// What is about to end, as the state has it.
using Endings = std::map<Ending, Instant>;

Endings endingsIn(const Program& program, const SimulationState& state) {
    Endings endings;
    const World& world = state.world();
    for (const VaultId vault : program.names.vaults.ids()) {
        if (world.vault(vault).state == Lifecycle::SoftDeleted) {
            endings.emplace(RetentionEnd{vault, std::nullopt}, world.vault(vault).purgeAt);
        }
        for (const KeyId key : program.names.keysOf[vault]) {
            if (world.key(key).state == Lifecycle::SoftDeleted) {
                endings.emplace(RetentionEnd{vault, key}, world.key(key).purgeAt);
            }
        }
    }
    for (const IdentityId id : program.names.identities.ids()) {
        const Identity& identity = world.identity(id);
        const bool isGone = !program.names.identities[id].isFederated() && identity.lastDeleted.valid() &&
                            identity.principal != identity.lastDeleted;
        const Duration recovery = program.platform->identityRecovery;
        if (isGone && program.names.identities[id].recoverable && recovery > Duration::zero()) {
            endings.emplace(RecoveryEnd{id, identity.lastDeleted}, identity.deletedAt + recovery);
        }
    }
    for (const ResourceId id : program.resources.ids()) {
        const ResourceState& resource = state.resource(id);
        if (resource.presence == Presence::Present && resource.lapseAt != never) {
            endings.emplace(CredentialEnd{id}, resource.lapseAt);
        }
    }
    std::erase_if(endings, [&](const auto& one) { return one.second == never || one.second <= state.now(); });
    return endings;
}

/// Whether what was about to end is there as before, and was not ended before its time.
bool isRepaired(const Ending& ending, const SimulationState& state) {
    const World& world = state.world();
    return std::visit(
        Overloaded{
            [&](const RetentionEnd& end) { return end.key ? world.active(*end.key) : world.active(end.vault); },
            [&](const RecoveryEnd& end) { return world.identity(end.identity).principal == end.principal; },
            [&](const CredentialEnd& end) { return state.resource(end.resource).presence == Presence::Present; }},
        ending);
}

/// Goes through what a run did, and looks after each action at what is about to end.
class DeadlineFinder {
public:
    DeadlineFinder(const Program& program, Phases phases) : program_{program}, phases_{std::move(phases)} {}

    /// All of them, without what they lose.
    std::vector<Deadline> find() {
        TimelineWalk walk{program_, phases_};
        look(walk.state(), std::nullopt);
        std::vector<Record> ignored;
        for (const EntryId id : program_.entries.ids()) {
            if (program_.entries[id].action() != nullptr) {
                walk.playTo(id, ignored);
                look(walk.state(), id);
            }
        }
        std::erase_if(deadlines_, [&](const Deadline& one) { return goesWithItsVault(one); });
        std::ranges::stable_sort(deadlines_, {}, &Deadline::at);
        return std::move(deadlines_);
    }

    /// What is lost at a deadline without any action from the moment at which it was averted on: found
    /// by letting it come.
    [[nodiscard]] std::vector<ResourceId> lossesOf(const Deadline& deadline) const {
        if (const auto* credential = std::get_if<CredentialEnd>(&deadline.ending)) {
            return {credential->resource};
        }
        std::vector<TimelineEntry> entries;
        for (const TimelineEntry& entry : program_.entries) {
            if (entry.stage() == Stage::Actions && (!deadline.averted || entry.at < *deadline.averted)) {
                entries.push_back(entry);
            }
        }
        const Program unrepaired = withTimeline(program_, std::move(entries), deadline.at);
        if (const auto* recovery = std::get_if<RecoveryEnd>(&deadline.ending)) {
            return usersOf(recovery->identity, unrepaired, phases_);
        }
        std::vector<ResourceId> lost;
        for (const Record& record : replay(unrepaired, phases_).records) {
            if (record.is<DataLost>() && record.position.at == deadline.at && record.position.stage == Stage::Facts) {
                lost.push_back(record.on->resource);
            }
        }
        return withWhatStandsOn(program_, std::move(lost));
    }

private:
    void look(const SimulationState& state, std::optional<EntryId> action) {
        Endings endings = endingsIn(program_, state);
        std::erase_if(deadlines_, [&](const Deadline& one) {
            return isOpen(one, state.now()) && !isStill(one, endings) && !isRepaired(one.ending, state);
        });
        for (Deadline& one : deadlines_) {
            if (isOpen(one, state.now()) && !isStill(one, endings)) {
                one.averted = state.now();
            }
        }
        for (const auto& [ending, at] : endings) {
            const bool known = std::ranges::any_of(deadlines_, [&](const Deadline& one) {
                return isOpen(one, state.now()) && one.ending == ending && one.at == at;
            });
            if (!known) {
                begin(ending, at, action, state.now());
            }
        }
    }

    static bool isStill(const Deadline& one, const Endings& endings) {
        const auto found = endings.find(one.ending);
        return found != endings.end() && found->second == one.at;
    }

    /// Whether the vault of a deleted key is purged before the key is due.
    [[nodiscard]] bool goesWithItsVault(const Deadline& deadline) const {
        const auto* of = std::get_if<RetentionEnd>(&deadline.ending);
        return of != nullptr && of->key && !deadline.averted &&
               std::ranges::any_of(deadlines_, [&](const Deadline& one) {
                   const auto* end = std::get_if<RetentionEnd>(&one.ending);
                   return end != nullptr && end->vault == of->vault && !end->key && !one.averted &&
                          one.at < deadline.at;
               });
    }

    static bool isOpen(const Deadline& deadline, Instant now) { return !deadline.averted && now < deadline.at; }

    void begin(const Ending& ending, Instant at, std::optional<EntryId> action, Instant now) {
        Deadline deadline{ending, at, at, at, action, {}, std::nullopt, false};
        const auto* credential = std::get_if<CredentialEnd>(&ending);
        if (credential != nullptr && program_.modelOf(credential->resource).renewal) {
            // A lapse whose moment was not chosen comes somewhere in its range.
            const Timing& lapse = program_.modelOf(credential->resource).renewal->lapse;
            if (at == now + lapse.nominal) {
                deadline.earliest = now + lapse.earliest;
                deadline.latest = now + lapse.latest;
            }
        }
        deadlines_.push_back(std::move(deadline));
    }

    /// Whether an identity is the one that a key is used with, or a part of it.
    [[nodiscard]] static bool standsBehind(const Program& program, const ResourceState& resource, IdentityId identity) {
        bool stands = false;
        resource.eachSlot([&](const SlotState& slot) {
            stands = stands || (slot.identity.valid() && program.names.consistsOf(slot.identity, identity));
        });
        return stands;
    }

    /// The resources that would need the identity that is gone then.
    [[nodiscard]] static std::vector<ResourceId> usersOf(IdentityId identity, const Program& unrepaired,
                                                         const Phases& phases) {
        std::vector<ResourceId> users;
        const WorldHistory history = simulateWorld(unrepaired, phases);
        std::vector<Record> ignored;
        for (const ResourceId id : unrepaired.resources.ids()) {
            ResourceReplay walk{unrepaired, history, id, phases.of(id), ignored};
            walk.finish();
            const ResourceState& resource = walk.resource();
            if (resource.presence == Presence::Present && standsBehind(unrepaired, resource, identity) &&
                resource.reason == Reason::TokenAcquisitionFailed) {
                users.push_back(id);
            }
        }
        return users;
    }

    const Program& program_;
    Phases phases_;
    std::vector<Deadline> deadlines_;
};

/// The parts of an estate that have nothing to do with each other, with what is done to each.
class Shares {
public:
    explicit Shares(const Program& program) {
        const std::vector<EstatePart> parts = partsWithTimeline(program);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            for (const VaultId vault : parts[i].vaults) {
                add(vaults_, vault, i);
            }
            for (const IdentityId identity : parts[i].identities) {
                add(identities_, identity, i);
            }
            for (const TimelineEntry& entry : parts[i].program.entries) {
                add(places_, entry.place, i);
            }
            for (const Reaction& reaction : parts[i].program.reactions) {
                add(places_, reaction.entry.place, i);
            }
        }
    }

    /// The part of what ends; nothing: no single one.
    [[nodiscard]] std::optional<std::size_t> of(const Ending& ending) const {
        if (const auto* retention = std::get_if<RetentionEnd>(&ending)) {
            return partIn(vaults_, retention->vault);
        }
        const auto* recovery = std::get_if<RecoveryEnd>(&ending);
        return recovery != nullptr ? partIn(identities_, recovery->identity) : std::nullopt;
    }

    [[nodiscard]] bool mayConcern(const TextPlace& place, std::optional<std::size_t> part) const {
        const std::optional<std::size_t> own = partIn(places_, place);
        return !part || !own || *own == *part;
    }

private:
    template <class Thing>
    using PartOf = std::map<Thing, std::optional<std::size_t>>; // none: of several

    template <class Thing>
    static void add(PartOf<Thing>& to, const Thing& thing, std::size_t part) {
        const auto [found, isNew] = to.try_emplace(thing, part);
        if (!isNew && found->second != part) {
            found->second.reset();
        }
    }

    template <class Thing>
    static std::optional<std::size_t> partIn(const PartOf<Thing>& all, const Thing& thing) {
        const auto found = all.find(thing);
        return found != all.end() ? found->second : std::nullopt;
    }

    PartOf<VaultId> vaults_;
    PartOf<IdentityId> identities_;
    PartOf<TextPlace> places_;
};

/// What the courses of a program come to. A deadline of two courses is one where the same entry began it.
class DeadlineUnion {
public:
    DeadlineUnion(const Program& program, const Program& shown, const Patience& patience)
        : shares_{program}, shown_{shown}, patience_{patience} {
        addAt(shown, nominalPhases(shown));
    }

    /// Every way in which phases let a course go. Whether to go on.
    bool add(const Program& course) {
        const bool depends = std::ranges::any_of(course.resources.ids(), [&](ResourceId id) {
            return course.resources[id].shapesWorld || mayLapse(course, id);
        });
        if (depends) {
            addWays(course);
        } else {
            addAt(course, nominalPhases(course));
        }
        return !patience_.isOver();
    }

    /// `everyCourse`: no other course can be.
    [[nodiscard]] std::vector<Deadline> finish(bool everyCourse = true) {
        std::vector<Deadline> all;
        for (auto& [name, collected] : found_) {
            Deadline& one = collected.deadline;
            one.sometimesAverted = one.averted.has_value() && !(collected.alwaysAverted && everyCourse);
            if (one.sometimesAverted) {
                one.averted.reset();
            }
            all.push_back(std::move(one));
        }
        std::ranges::stable_sort(all, {}, &Deadline::at);
        return all;
    }

private:
    /// By what it ends, and what began it: the place of an entry, its repetition number, and which one of these.
    using Name = std::tuple<Ending, TextPlace, std::uint32_t, std::size_t>;

    struct Collected {
        Deadline deadline;
        bool alwaysAverted = true;
        bool isShown = false; // the nominal course has it
    };

    void addWays(const Program& course) {
        forEachWorld(course, OpenTimings::Phases, [&](const PossibleWorld& world) {
            if (!world.isNominal() || world.isOfBases()) {
                return world.isNominal(); // no world of other phases ends anything at another time
            }
            addAt(course, world.phases());
            for (const ResourceId id : course.resources.ids()) {
                if (mayLapse(course, id)) {
                    world.forEachEnd(id, [&](const OpenPhases& own) {
                        Phases phases = world.phases();
                        phases[id] = own.revalidation;
                        addAt(course, phases);
                    });
                }
            }
            return !patience_.isOver();
        });
    }

    /// Whether its credential may lapse by what is done to it, which hangs on how it stands.
    static bool mayLapse(const Program& course, ResourceId id) {
        return course.modelOf(id).renewal && !course.resources[id].entries.empty() && hasOpenPhase(course, id);
    }

    /// Courses in which the same is done in the same order to a part of the estate lose the same of it.
    [[nodiscard]] std::vector<TextPlace> orderOf(const Program& course, const Ending& ending) const {
        const std::optional<std::size_t> part = shares_.of(ending);
        std::vector<TextPlace> order;
        for (const TimelineEntry& entry : course.entries) {
            if (shares_.mayConcern(entry.place, part)) {
                order.push_back(entry.place);
            }
        }
        return order;
    }

    void addAt(const Program& course, const Phases& phases) {
        std::map<Name, std::size_t> same;
        DeadlineFinder finder{course, phases};
        for (Deadline& one : finder.find()) {
            Name name{one.ending, {}, 0, 0};
            if (one.created) {
                const TimelineEntry& entry = course.entries[*one.created];
                name = {one.ending, entry.place, entry.firing ? entry.firing->time : 0, 0};
            }
            std::get<3>(name) = same[name]++;
            const auto [known, isNew] =
                losses_.try_emplace({name, orderOf(course, one.ending), one.averted.has_value()});
            if (isNew) {
                known->second = finder.lossesOf(one);
            }
            one.loses = known->second;
            include(name, std::move(one), &course == &shown_);
        }
    }

    void include(const Name& name, Deadline one, bool isShown) {
        if (!isShown) {
            one.created.reset(); // of another program
        }
        const auto [found, isNew] = found_.try_emplace(name);
        Collected& collected = found->second;
        collected.alwaysAverted = collected.alwaysAverted && one.averted.has_value();
        if (isNew) {
            collected.deadline = std::move(one);
            collected.isShown = isShown;
            return;
        }
        Deadline& all = collected.deadline;
        if (!collected.isShown) {
            all.at = std::min(all.at, one.at);
        }
        all.earliest = std::min(all.earliest, one.earliest);
        all.latest = std::max(all.latest, one.latest);
        if (one.averted) {
            all.averted = std::max(all.averted.value_or(*one.averted), *one.averted);
        }
        for (const ResourceId id : one.loses) {
            if (std::ranges::find(all.loses, id) == all.loses.end()) {
                all.loses.push_back(id);
            }
        }
        std::ranges::sort(all.loses);
    }

    Shares shares_;
    const Program& shown_;
    Patience patience_;
    std::map<Name, Collected> found_;
    std::map<std::tuple<Name, std::vector<TextPlace>, bool>, std::vector<ResourceId>> losses_;
};

} // namespace

std::vector<Deadline> deadlines(const Program& program) {
    DeadlineFinder finder{program, nominalPhases(program)};
    std::vector<Deadline> all = finder.find();
    for (Deadline& one : all) {
        one.loses = finder.lossesOf(one);
    }
    return all;
}

std::vector<Deadline> deadlinesOver(const Program& program, const Program& shown, OpenTimings open,
                                    std::uint64_t mostReplays, const Patience& patience) {
    if (open == OpenTimings::Nominal) {
        return deadlines(shown);
    }
    DeadlineUnion all{program, shown, patience};
    if (program.reactions.empty()) {
        all.add(program);
        return all.finish();
    }
    const ReactionWorlds worlds{program, mostReplays};
    bool everyCourse = true;
    for (std::uint64_t i = 0; i < worlds.count() && all.add(worlds.world(i).program); ++i) {
    }
    if ((open == OpenTimings::All && hasOpenReactions(program)) || !worlds.exact()) {
        everyCourse = forEachReactionCorner(program, open, mostReplays,
                                            [&](const ReactionWorld& world) { return all.add(world.program); });
    }
    return all.finish(everyCourse);
}

} // namespace cmksim::analysis
