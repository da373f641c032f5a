// Plays vaults, keys, identities and grants through a program, and writes down what every access path would answer.

#include "base/overloaded.hpp"
#include "engine/base_walks.hpp"
#include "engine/course.hpp"
#include "engine/resource_replay.hpp"
#include "engine/slots.hpp"
#include "engine/world_history.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <cassert>
#include <memory>
#include <span>
#include <utility>

namespace cmksim::engine {

namespace {

bool ofGrants(const WorldChanges::Deadline& deadline) {
    return std::holds_alternative<WorldChanges::GrantsAndTokens>(deadline.of);
}

/// A wrapping by something that no key holds.
Wrapping foreign() { return Wrapping::by(MaterialId{0xFFFF'FFFEU}); }

/// From where a resource calls its vault.
struct Whereabouts {
    std::optional<std::uint32_t> address;
    NetworkId network;
    NetworkId self;
    friend bool operator==(const Whereabouts&, const Whereabouts&) = default;
};

/// Who may stand behind a resource, and which keys it may have, as far as the timeline has gone.
struct Reach {
    struct Binding {
        PrincipalId principal;
        IdentityKind kind{};
        friend bool operator==(const Binding&, const Binding&) = default;
    };
    // One of each for nearly every resource.
    boost::container::small_vector<Binding, 1> bindings;
    boost::container::small_vector<KeyReferenceId, 1> keys;
    boost::container::small_vector<Whereabouts, 1> places;
};

template <class Items>
std::span<const typename Items::value_type> allOf(const Items& items) {
    return {items.data(), items.size()};
}

template <class Items>
void insertOnce(Items& items, const typename Items::value_type& item) {
    if (std::ranges::find(items, item) == items.end()) {
        items.push_back(item);
    }
}

} // namespace

class WorldSimulation {
public:
    WorldSimulation(const Program& program, const Phases& phases, HistoryDetail detail)
        : program_{program}, phases_{phases}, detail_{detail}, world_{program.names, *program.platform},
          pathsOfVault_{program.names.vaults.size()}, pathsOfKey_{program.names.keys.size()},
          reach_{program.resources.size()}, baseGraph_{program} {}

    /// `bases` is how it goes with what resources stand on as far as is known, for those that shape the world.
    WorldHistory simulateWorld(const BaseCourses& bases) {
        history_.bases_ = bases;
        begin();
        for (const EntryId entry : program_.entries.ids()) {
            elapseUpTo(program_.entries[entry].at);
            play(entry);
        }
        elapseUpTo(program_.until);
        history_.moments_.push_back(
            {program_.until, Stage::Observations, static_cast<std::uint32_t>(program_.entries.size())});
        if (!baseGraph_.empty()) {
            walkBases(program_, baseGraph_, baseGraph_.order(), phases_, history_);
        }
        return std::move(history_);
    }

    /// Whether how bases go can decide what becomes of the world.
    [[nodiscard]] bool basesShapeWorld() const {
        return std::ranges::any_of(program_.resources.ids(), [&](ResourceId id) {
            return program_.resources[id].shapesWorld && !baseGraph_.basesOf(id).empty();
        });
    }

private:
    // --- the start ---------------------------------------------------------------------------------------------------

    void begin() {
        history_.moments_.reserve(program_.entries.size() + 2);
        history_.momentOfEntry_.reserve(program_.entries.size());
        history_.views_.reserve(program_.entries.size());
        history_.records_.reserve(program_.entries.size());
        history_.born_.reserve(program_.resources.size());
        history_.paths_.reserve(program_.resources.size());
        history_.moments_.push_back({scenarioStart, Stage::Facts, 0});
        history_.pathsOf_.resize(program_.resources.size());
        establishWorld(program_, world_, changes_);
        noteUnfinished(WorldHistory::beginning);
        takeNote(WorldHistory::beginning);
        for (const ResourceId id : program_.resources.ids()) {
            const ResourceProgram& resource = program_.resources[id];
            history_.born_.push_back(resource.described ? bornIntoEstate(id) : ResourceState{});
            if (resource.shapesWorld) {
                shapers_.push_back(
                    {id, std::make_unique<ResourceReplay>(program_, history_, id, phases_.of(id), ignored_)});
            }
        }
    }

    ResourceState bornIntoEstate(ResourceId id) {
        reachKeysOf(id, *program_.resources[id].described,
                    [this](IdentityId identity) { return world_.principalAtStart(identity); });
        return establishedResource(program_, world_, id, phases_.of(id));
    }

    // --- time alone --------------------------------------------------------------------------------------------------

    void elapseUpTo(Instant limit) {
        while (deadlines_.next() <= limit) {
            deadlines_.takeNext(world_, dueNow_);
            place_ = 0;
            for (const WorldChanges::Deadline& deadline : dueNow_) {
                elapse(deadline);
            }
        }
    }

    void elapse(const WorldChanges::Deadline& deadline) {
        facts_.clear();
        world_.elapse(deadline, changes_, facts_);
        if (facts_.empty() && changes_.isEmpty()) {
            return;
        }
        const MomentId moment = history_.moments_.push_back({deadline.at, Stage::Facts, ++place_});
        for (const WorldFact& fact : facts_) {
            history_.records_.push_back(recordOf(fact, history_.moments_[moment]));
        }
        if (ofGrants(deadline)) {
            const auto began = std::ranges::find(unfinished_, deadline.at, &Unfinished::countsAt);
            history_.lateEffects_.emplace_back(moment, began->began);
        }
        takeNote(moment);
    }

    void record(MomentId moment, const Record::What& what) {
        Record& record = history_.records_.emplace_back();
        record.position = history_.moments_[moment];
        record.what = what;
    }

    // --- the timeline ------------------------------------------------------------------------------------------------

    void play(EntryId id) {
        const TimelineEntry& entry = program_.entries[id];
        const MomentId moment =
            history_.moments_.push_back({entry.at, entry.stage(), static_cast<std::uint32_t>(id.index())});
        history_.momentOfEntry_.push_back(moment);
        history_.views_.push_back({});
        if (const Action* onResource = entry.resourceAction()) {
            prepare(id, *onResource, moment);
        } else if (const Action* action = entry.action()) {
            act(id, *action, moment);
        } else if (const auto* readRequest = std::get_if<ReadRequest>(&entry.what)) {
            look(id, *readRequest, moment);
        }
    }

    void look(EntryId id, const ReadRequest& request, MomentId moment) {
        ReadDone done{id, std::nullopt, std::nullopt};
        const Lifecycle wanted = request.deleted ? Lifecycle::SoftDeleted : Lifecycle::Active;
        std::visit(Overloaded{[](Everything) {},
                              [&](const OnVault& at) {
                                  if (world_.vault(at.vault).state != wanted) {
                                      done.refusal = CommonRefusal::VaultNotFound;
                                  }
                              },
                              [&](const OnVersion& at) { lookAtKey(at, wanted, done); },
                              [&](const OnIdentity& at) {
                                  if (!world_.exists(at.identity)) {
                                      done.refusal = CommonRefusal::IdentityNotFound;
                                  }
                              }},
                   request.at);
        record(moment, done);
    }

    void lookAtKey(const OnVersion& at, Lifecycle wanted, ReadDone& done) const {
        const Key& key = world_.key(at.key);
        if (!world_.active(at.vault)) {
            done.refusal = CommonRefusal::VaultNotFound;
        } else if (key.state != wanted) {
            done.refusal = CommonRefusal::KeyNotFound;
        } else if (const KeyVersion* seen = versionIn(key.versions, at.version)) {
            done.key = KeySeen{static_cast<std::uint32_t>(key.versions.size()), seen->name, seen->enabled};
        } else {
            done.refusal = CommonRefusal::KeyVersionNotFound;
        }
    }

    void act(EntryId id, const Action& action, MomentId moment) {
        ActionDone done{id, std::nullopt};
        if (const auto refusal = world_.apply(action, history_.moments_[moment].at, changes_)) {
            done.refusal = *refusal;
        }
        noteUnfinished(moment);
        record(moment, done);
        takeNote(moment);
    }

    /// What began at `moment` and will count later.
    void noteUnfinished(MomentId moment) {
        for (const WorldChanges::Deadline& deadline : changes_.deadlines) {
            if (ofGrants(deadline)) {
                unfinished_.push_back({deadline.at, moment});
            }
        }
    }

    /// Writes down what an action on a resource will read, and plays it already where it shapes the world.
    void prepare(EntryId id, const Action& action, MomentId moment) {
        const ResourceId target = resourceOf(action);
        const ResourceProgram& resource = program_.resources[target];
        const auto shaper = std::ranges::find(shapers_, target, &Shaper::resource);
        const bool bringsOwn = bringsOwnIdentity(program_, world_, action);
        if (bringsOwn) {
            world_.createSystemIdentity(resource.ownIdentity, changes_);
            takeNote(moment);
        }
        lookAround(id, action);
        history_.views_[id].carriesOthers = carriesOthers(target);
        history_.views_[id].features = world_.features();
        if (shaper == shapers_.end()) {
            return;
        }
        shaper->walk->advanceTo(moment);
        const ActionResult result = shaper->walk->play({id, 0});
        ignored_.clear();
        changeOwnIdentity(world_, resource.ownIdentity, result.ownIdentity, bringsOwn, changes_);
        // A moment of its own for what follows, so that the action itself goes on reading what it read.
        if (!changes_.principals.empty()) {
            takeNote(history_.moments_.push_back(history_.moments_[moment]));
        }
    }

    /// Whether something that is not deleted stands on it.
    [[nodiscard]] bool carriesOthers(ResourceId base) const {
        return std::ranges::any_of(baseGraph_.dependentsOf(base), [&](ResourceId id) {
            const auto shaper = std::ranges::find(shapers_, id, &Shaper::resource);
            const ResourceState& state = shaper != shapers_.end() ? shaper->walk->resource() : history_.born_[id];
            return state.presence == Presence::Present &&
                   std::ranges::find(state.described->on, base) != state.described->on.end();
        });
    }

    /// Every key of a new resource, or the identity that it has without one.
    template <class PrincipalOf>
    void reachKeysOf(ResourceId id, const NewResource& described, PrincipalOf principalOf) {
        eachSlotOfNew(described, principalOf, [&](const SlotState& slot) {
            extendReach(id, slot.identity, slot.principal, slot.key, &described);
        });
    }

    void seeKey(EntryView& view, KeyReferenceId key) {
        if (key.valid() && program_.keys[key].named && view.keyNamed(key) == nullptr) {
            view.keys.push_back(
                {key, setUpOf(world_.vault(program_.keys[key].named->vault)), setUpOf(world_, program_.keys[key])});
        }
    }

    void lookAround(EntryId id, const Action& action) {
        EntryView& view = history_.views_[id];
        const auto see = [&](IdentityId identity) {
            if (!identity.valid()) {
                return;
            }
            view.principals.emplace_back(identity, world_.identity(identity).principal);
            if (const IdentityId attached = attachedOf(program_.names.identities, identity); attached != identity) {
                view.principals.emplace_back(attached, world_.identity(attached).principal);
            }
        };
        const ResourceId resource = resourceOf(action);
        const NewResource* described = describedBy(action);
        const std::vector<KeyUse> others = otherKeysOf(action);
        view.principals.reserve(3 + others.size() + (described != nullptr ? described->identities.size() : 0));
        see(program_.resources[resource].ownIdentity);
        const IdentityId identity = identityOf(action);
        const KeyReferenceId key = keyReferenceOf(action);
        see(identity);
        if (described) {
            std::ranges::for_each(described->identities, see);
        }
        seeKey(view, key);
        for (const KeyUse& other : others) {
            see(other.identity);
            seeKey(view, other.key);
        }
        const auto* update = std::get_if<ResourceUpdate>(&action);
        if (update != nullptr ? !update->properties.empty() : described != nullptr) { // its present keys count as named
            for (const KeyReferenceId known : reach_[resource].keys) {
                seeKey(view, known);
            }
        }
        const bool mayGiveUp = update != nullptr ? update->key.cleared || removesKey(*update)
                                                 : std::holds_alternative<TemplateDeploy>(action) && !key.valid();
        if (mayGiveUp) {
            const IdentityId byDefault = defaultIdentity(program_, resource);
            see(byDefault);
            bind(resource, {byDefault.valid() ? world_.identity(byDefault).principal : PrincipalId{},
                            byDefault.valid() ? program_.names.identities[byDefault].kind : IdentityKind{}});
        }
        const auto principalOf = [this](IdentityId one) { return world_.identity(one).principal; };
        if (described) {
            reachKeysOf(resource, *described, principalOf);
        } else if (update != nullptr && !update->key.cleared) {
            if (program_.modelOf(resource).keys) {
                bind(resource, {}); // a key may come without an identity
            }
            if (mayMakeIdentity(program_, *update)) {
                bind(resource, {principalOf(program_.resources[resource].ownIdentity), IdentityKind::SystemAssigned});
            }
            extendReach(resource, identity, identity.valid() ? principalOf(identity) : PrincipalId{}, key, nullptr);
            for (const KeyUse& other : others) {
                extendReach(resource, other.identity,
                            other.identity.valid() ? principalOf(other.identity) : PrincipalId{}, other.key, nullptr);
            }
        }
    }

    static bool removesKey(const ResourceUpdate& update) {
        return std::ranges::any_of(update.slots, &SlotChange::removed);
    }

    // --- access paths ------------------------------------------------------------------------------------------------

    /// Makes sure that every path that the resource may be on from now on has a timeline.
    void extendReach(ResourceId id, IdentityId identity, PrincipalId principal, KeyReferenceId key,
                     const NewResource* described) {
        Reach& reach = reach_[id];
        const std::size_t bindings = reach.bindings.size();
        const std::size_t keys = reach.keys.size();
        const std::size_t places = reach.places.size();
        if (described) {
            insertOnce(reach.places, {described->outboundIp, described->network, described->self});
        }
        if (described || identity.valid()) {
            const IdentityKind kind = identity.valid() ? program_.names.identities[identity].kind : IdentityKind{};
            insertOnce(reach.bindings, {principal, kind});
        }
        if (key.valid()) {
            insertOnce(reach.keys, key);
        }
        // What is new reaches everything, and the others what is new.
        const auto allBindings = allOf(reach.bindings);
        const auto allKeys = allOf(reach.keys);
        const auto allPlaces = allOf(reach.places);
        ensurePaths(id, allBindings.subspan(bindings), allKeys, allPlaces);
        ensurePaths(id, allBindings.first(bindings), allKeys.subspan(keys), allPlaces);
        ensurePaths(id, allBindings.first(bindings), allKeys.first(keys), allPlaces.subspan(places));
    }

    /// A resource that gives up its key has another identity, or none.
    void bind(ResourceId id, const Reach::Binding& binding) {
        Reach& reach = reach_[id];
        const std::size_t known = reach.bindings.size();
        insertOnce(reach.bindings, binding);
        ensurePaths(id, allOf(reach.bindings).subspan(known), allOf(reach.keys), allOf(reach.places));
    }

    void ensurePaths(ResourceId id, std::span<const Reach::Binding> bindings, std::span<const KeyReferenceId> keys,
                     std::span<const Whereabouts> places) {
        for (const auto& [who, kind] : bindings) {
            for (const KeyReferenceId key : keys) {
                for (const auto& [address, network, self] : places) {
                    history_.pathsOf_[id].push_back(ensurePath({.model = &program_.modelOf(id),
                                                                .principal = who,
                                                                .identityKind = kind,
                                                                .key = key,
                                                                .outboundIp = address,
                                                                .network = network,
                                                                .self = self}));
                }
            }
        }
    }

    PathId ensurePath(const AccessPath& path) {
        const auto [found, isNew] = history_.pathIds_.try_emplace(path, PathId{history_.paths_.size()});
        if (!isNew) {
            return found->second;
        }
        const PathId id = history_.paths_.push_back({path, {}, {}, {}});
        if (const std::optional<NamedKey>& key = program_.keys[path.key].named) {
            pathsOfVault_[key->vault].push_back(id);
            pathsOfKey_[key->key].push_back(id);
        }
        if (path.principal.valid()) {
            while (pathsOfPrincipal_.size() <= path.principal.index()) {
                pathsOfPrincipal_.push_back({});
            }
            pathsOfPrincipal_[path.principal].push_back(id);
        }
        extend(id, MomentId{history_.moments_.size() - 1});
        return id;
    }

    /// Gives the watchers of the world what has changed at `moment`.
    void takeNote(MomentId moment) {
        for (const VaultId vault : changes_.vaults) {
            extendAll(pathsOfVault_[vault], moment);
        }
        for (const KeyId key : changes_.keys) {
            extendAll(pathsOfKey_[key], moment);
        }
        for (const PrincipalId principal : changes_.principals) {
            if (principal.index() < pathsOfPrincipal_.size()) {
                extendAll(pathsOfPrincipal_[principal], moment);
            }
        }
        history_.gone_.resize(world_.materialCount());
        for (std::size_t i = history_.materialNames_.size(); i < world_.materialCount(); ++i) {
            history_.materialNames_.push_back(world_.nameOf(MaterialId{i}));
        }
        for (const MaterialId material : changes_.gone) {
            history_.gone_[material] = moment;
        }
        deadlines_.add(changes_, history_.moments_[moment].at);
        changes_.clear();
    }

    void extendAll(const std::vector<PathId>& paths, MomentId moment) {
        for (const PathId path : paths) {
            extend(path, moment);
        }
    }

    /// Adds a segment to a path's timeline if its answers read differently now.
    void extend(PathId id, MomentId moment) {
        PathTimeline& timeline = history_.paths_[id];
        const Instant now = history_.moments_[moment].at;
        cells_.clear();
        lacks_.clear();
        const RevalidationCheck check{world_, program_.keys[timeline.path.key], timeline.path, now};
        addCell(timeline.path, check, Wrapping::unknown(), now);
        if (reachesVersions(cells_.front()) ||
            (detail_ == HistoryDetail::Lacks && program_.keys[timeline.path.key].named)) {
            addCell(timeline.path, check, foreign(), now);
            for (const KeyVersion& version : world_.key(program_.keys[timeline.path.key].named->key).versions) {
                addCell(timeline.path, check, Wrapping::by(version.material), now);
            }
        }
        if (!timeline.segments.empty()) {
            const Segment& last = timeline.segments.back();
            const std::span<const Cell> present{&timeline.cells[last.firstCell], last.cellCount};
            if (std::ranges::equal(present, cells_) &&
                (detail_ == HistoryDetail::Answers ||
                 std::ranges::equal(std::span{timeline.lacks}.subspan(last.firstCell), lacks_))) {
                return;
            }
            if (last.since == moment) {
                timeline.cells.resize(last.firstCell);
                timeline.lacks.resize(std::min<std::size_t>(timeline.lacks.size(), last.firstCell));
                timeline.segments.pop_back();
            }
        }
        if (timeline.segments.empty()) {
            const std::size_t expected = std::min<std::size_t>(8, program_.entries.size() + 1);
            timeline.segments.reserve(expected);
            timeline.cells.reserve(expected * cells_.size());
        }
        timeline.segments.push_back({moment, now, static_cast<std::uint32_t>(timeline.cells.size()),
                                     static_cast<std::uint32_t>(cells_.size())});
        timeline.cells.insert(timeline.cells.end(), cells_.begin(), cells_.end());
        timeline.lacks.insert(timeline.lacks.end(), lacks_.begin(), lacks_.end());
    }

    static bool reachesVersions(const Cell& cell) {
        return cell.revalidation.reason == Reason::None || cell.revalidation.reason > Reason::KeyNotFound;
    }

    void addCell(const AccessPath& path, const RevalidationCheck& check, Wrapping wrapping, Instant now) {
        const KeyReference& key = program_.keys[path.key];
        Cell& cell = cells_.emplace_back();
        if (wrapping.known() && wrapping != foreign()) {
            cell.wrappedBy = wrapping.material();
        }
        cell.revalidation = check.answer(wrapping);
        // The two differ in what they make of reasons that are mere conditions, and in nothing else.
        cell.asked =
            cell.revalidation.raised.empty() ? cell.revalidation : askedAnswer(world_, key, path, wrapping, now);
        cell.wrapsNext = wrapsAfter(key, path, cell.revalidation);
        if (detail_ == HistoryDetail::Lacks) {
            lacks_.push_back(lacksOf(world_, key, path, wrapping, now));
        }
    }

    /// An action that counts later.
    struct Unfinished {
        Instant countsAt{};
        MomentId began;
    };

    struct Shaper {
        ResourceId resource;
        std::unique_ptr<ResourceReplay> walk;
    };

    const Program& program_;
    const Phases& phases_;
    HistoryDetail detail_;
    World world_;
    WorldChanges changes_;
    WorldHistory history_;
    Deadlines deadlines_;
    IdVector<VaultId, std::vector<PathId>> pathsOfVault_;
    IdVector<KeyId, std::vector<PathId>> pathsOfKey_;
    IdVector<PrincipalId, std::vector<PathId>> pathsOfPrincipal_;
    IdVector<ResourceId, Reach> reach_;
    BaseGraph baseGraph_;
    std::vector<Shaper> shapers_;
    std::vector<Unfinished> unfinished_;
    std::vector<Record> ignored_; // what shapers do is recorded when they are replayed
    std::vector<WorldChanges::Deadline> dueNow_;
    std::uint32_t place_ = 0; // of what time brought about last, within its instant
    std::vector<WorldFact> facts_;
    std::vector<Cell> cells_;
    std::vector<Lacks> lacks_; // of each of them, where they are told
};

WorldHistory simulateWorld(const Program& program, const Phases& phases, HistoryDetail detail) {
    WorldSimulation first{program, phases, detail};
    const bool again = first.basesShapeWorld();
    WorldHistory history = first.simulateWorld({});
    // An action that was refused for the wrong bases leads astray from there on only, so that each turn is right for
    // longer than the one before.
    while (again) {
        WorldHistory next = WorldSimulation{program, phases, detail}.simulateWorld(history.bases());
        const bool settled = next.bases() == history.bases();
        history = std::move(next);
        if (settled) {
            break;
        }
    }
    return history;
}

} // namespace cmksim::engine
