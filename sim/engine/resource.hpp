// One resource: its state, and what revalidations, lapses and actions do to it (semantics, section 4). Pure rules over
// a copyable value; what the world looks like comes in from outside, so that a replay over a recorded history and a
// step over a live world share them.
#pragma once

#include "action/action.hpp"
#include "base/fields.hpp"
#include "engine/check.hpp"
#include "engine/names.hpp"
#include "engine/stay.hpp"
#include "model/model.hpp"
#include "trace/record.hpp"

#include <boost/container/small_vector.hpp>

#include <bitset>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cmksim::engine {

using Presence = ResourceStatus::Presence;

/// A version that no longer wraps and is needed for a while (rules, section 5).
struct RetainedVersion {
    KeyReferenceId key; // by which it is reached
    MaterialId material;
    Instant until{}; // from then on it is not

    static constexpr auto fields() {
        return std::tuple{decides(&RetainedVersion::key), decides(&RetainedVersion::material),
                          decides(&RetainedVersion::until)};
    }
};
static_assert(listsEveryMember<RetainedVersion>, "a member is missing in fields()");

/// One of a resource's keys.
struct SlotState {
    SlotId slot = SlotId{0};
    IdentityId identity = {};   // used for the key; invalid: none is set
    PrincipalId principal = {}; // whose credential the resource holds for it
    KeyReferenceId key = {};    // invalid: the platform's own key
    Wrapping wrapping = Wrapping::unknown();
    std::vector<RetainedVersion> retained = {}; // oldest first

    static constexpr auto fields() {
        return std::tuple{decides(&SlotState::slot), decides(&SlotState::identity), decides(&SlotState::principal),
                          decides(&SlotState::key),  decides(&SlotState::wrapping), decides(&SlotState::retained)};
    }
};
static_assert(listsEveryMember<SlotState>, "a member is missing in fields()");

/// Those of one resource, nearly always one.
using Slots = boost::container::small_vector<SlotState, 1>;

/// A resource with its first key, or none.
struct ResourceState : SlotState {
    std::vector<SlotState> otherSlots; // those after it
    Presence presence = Presence::Absent;
    const NewResource* described = nullptr; // what it was made from; its address stays
    StateId state;
    Reason reason = Reason::None;
    ConditionSet conditions;
    SlotId reasonSlot;        // whose answer the reason is, where it is one's
    std::bitset<64> attached; // of the identities in `ResourceProgram::attachable`
    PropertyValues properties;

    Credential credential = Credential::Renewed;
    Instant lapseAt = never;
    bool automaticRotation = false; // where that is a property of the resource
    bool stalled = false;
    bool dataLost = false;
    bool basesShort = false;   // what it stands on counts as unavailable
    Instant basesTurn = never; // when that comes to count otherwise, unless it turns before

    Instant firstRevalidation{};
    Instant firstRecovery{};   // of those in states that are down, where they have a clock of their own
    Instant firstRotation{};   // the first look for a newer version, where the service has a clock for them
    Duration downtime{};       // of outages that are over
    Instant downSince = never; // of one that is not
    std::uint32_t outages = 0;
    Stay stay;

    static constexpr auto fields() {
        using R = ResourceState;
        return std::tuple_cat(SlotState::fields(), std::tuple{decides(&R::otherSlots),
                                                              decides(&R::presence),
                                                              decides(&R::state),
                                                              decides(&R::reason),
                                                              decides(&R::conditions),
                                                              remembers(&R::reasonSlot),
                                                              decides(&R::attached),
                                                              decides(&R::properties),
                                                              decides(&R::credential),
                                                              decides(&R::lapseAt),
                                                              decides(&R::automaticRotation),
                                                              decides(&R::stalled),
                                                              decides(&R::dataLost),
                                                              decides(&R::stay),
                                                              decides(&R::basesShort),
                                                              decides(&R::basesTurn),
                                                              remembers(&R::described),
                                                              remembers(&R::firstRevalidation),
                                                              remembers(&R::firstRecovery),
                                                              remembers(&R::firstRotation),
                                                              remembers(&R::downtime),
                                                              remembers(&R::downSince),
                                                              remembers(&R::outages)});
    }
    [[nodiscard]] ResourceStatus statusAt(Instant now) const;
    [[nodiscard]] bool hasSeveralKeys() const { return !otherSlots.empty(); }
    /// Its key in a slot; null where it has none there.
    [[nodiscard]] const SlotState* keyIn(SlotId wanted) const;

    /// Calls `visit(slot)` for each of its keys, in the order of the slots; at least once, also where it has none.
    template <class Visit>
    void eachSlot(Visit visit) const {
        visit(static_cast<const SlotState&>(*this));
        for (const SlotState& other : otherSlots) {
            visit(other);
        }
    }
    template <class Visit>
    void eachSlot(Visit visit) {
        visit(static_cast<SlotState&>(*this));
        for (SlotState& other : otherSlots) {
            visit(other);
        }
    }
};
static_assert(listsEveryMemberWith<ResourceState, SlotState>, "a member is missing in fields()");

/// What does not change about a resource while a scenario runs.
struct ResourceRules {
    const Model* model = nullptr;
    IdentityId ownIdentity;                 // `system:RESOURCE`
    IdentityId defaultIdentity;             // of one that gives up its key, where it can; invalid: none
    std::span<const IdentityId> attachable; // those whose being attached can change and matter
    std::span<const IdentityName> identities;
    std::span<const KeyReference> keys;
    Duration lapse{};                        // from the end of renewal, nominally
    std::span<const Duration> ownClocks;     // what is chosen of the model's; none: nominally
    std::span<const std::string> slots = {}; // by id
    SlotId shortSlot = SlotId{0};            // that of an update that names none

    [[nodiscard]] Duration lengthOf(TimingId timing) const {
        return ownClocks.empty() ? model->ownClocks[timing].nominal : ownClocks[timing.index()];
    }
};

/// A key came to be wrapped by another version.
struct Rotation {
    SlotId slot;
    MaterialId from;
    MaterialId to;
};

/// What one revalidation, lapse or action did to a resource, for the writer of the trace.
struct Step {
    ConditionSet before; // the conditions, where `conditionsChanged`
    ConditionSet after;
    bool conditionsChanged = false;
    bool moved = false; // state or reason changed
    StateId from;
    StateId to;
    Reason reason = Reason::None;
    SlotId slot;                     // whose answer the reason is, of a resource with several keys
    std::uint32_t losses = 0;        // of the state `to`, bit by bit
    std::vector<Rotation> rotations; // automatic ones

    /// Whether it did anything at all; most do not.
    [[nodiscard]] bool didAnything() const { return conditionsChanged || moved || losses != 0 || !rotations.empty(); }
};

/// What time alone brings about for a resource, in the order of one instant; lapses come after all the others of all
/// resources.
enum class OwnFact : std::uint8_t { RetentionEnd, Loss, RecoveryEnd, ToleranceEnd, Then, Lapse };
struct DueFact {
    Instant at = never;
    OwnFact what{};
    std::uint32_t loss = 0; // of a loss: its place among those of the state

    friend auto operator<=>(const DueFact&, const DueFact&) = default;
};

/// What a check of one key answers, and what wraps the key after one that passes.
struct KeyCheck {
    Answer answer;
    MaterialId wrapsNext;
};

/// What a look at all of a resource's keys sees.
struct Look {
    const Answer& answer; // of the whole look
    const Answer& own;    // of the first key alone, as below those of the others
    MaterialId wrapsNext;
    std::span<const KeyCheck> others = {};
    SlotId slot = {}; // whose answer it is; invalid: of none, or of the only one

    /// The same of a resource whose only key is in a slot.
    [[nodiscard]] SlotId slotOr(SlotId only) const { return slot.valid() ? slot : only; }

    Look(const Answer& onlyAnswer, MaterialId wraps) : answer{onlyAnswer}, own{onlyAnswer}, wrapsNext{wraps} {}
    Look(const Answer& together, std::span<const KeyCheck> slots, SlotId whose)
        : answer{together}, own{slots.front().answer}, wrapsNext{slots.front().wrapsNext}, others{slots.subspan(1)},
          slot{whose} {}
};

/// What a resource reads of the world at one moment.
class WorldView {
public:
    virtual ~WorldView() = default;

    /// The principal behind an identity's name, invalid when there is none.
    [[nodiscard]] virtual PrincipalId principal(IdentityId identity) const = 0;

    struct VaultSetUp {
        bool active = false; // only then the others count
        bool softDelete = false;
        bool purgeProtection = false;
        bool rbac = false;
        Duration retention{};
        Locality place = {};
    };
    /// How the vault of the key that an action names is set up.
    [[nodiscard]] virtual VaultSetUp vaultOf(KeyReferenceId key) const = 0;

    /// Whether something that is there stands on the resource that acts.
    [[nodiscard]] virtual bool carriesOthers() const = 0;
    /// Whether what the resource that acts stands on is enough at this moment; true where it stands on nothing.
    [[nodiscard]] virtual bool basesAreEnough() const = 0;

    /// The features that the subscription has.
    [[nodiscard]] virtual FeatureSet features() const = 0;

    struct KeySetUp {
        bool active = false; // only then the others count
        KeyShape shape = {};
        bool expires = false;
    };
    /// What the version of the key is like that a check of it would find.
    [[nodiscard]] virtual KeySetUp keyOf(KeyReferenceId key) const = 0;

    /// The answer to a check that is asked for.
    [[nodiscard]] virtual Answer asked(const AccessPath& path, Wrapping wrapping) const = 0;

    /// What a look at one key would see.
    [[nodiscard]] virtual KeyCheck look(const AccessPath& path, Wrapping wrapping) const = 0;
};

/// What refusals can see of a vault.
[[nodiscard]] WorldView::VaultSetUp setUpOf(const Vault& vault);
/// What they can see of a key: of the version that a reference names, else the newest.
[[nodiscard]] WorldView::KeySetUp setUpOf(const World& world, const KeyReference& key);

/// What an action on a resource came to.
struct ActionResult {
    std::optional<Refusal> refusal;
    Step step;
    // Kept: there afterwards, whether or not it was before.
    enum class OwnIdentity : std::uint8_t { Unchanged, Created, Kept, Ended } ownIdentity = OwnIdentity::Unchanged;
};

/// Where in their periods a resource's looks fall, unless its description pins them.
struct OpenPhases {
    // NOLINTNEXTLINE(google-explicit-constructor): most resources have the one
    OpenPhases(Duration revalidationPhase, Duration rotationPhase = Duration::zero(),
               Duration recoveryPhase = Duration::zero())
        : revalidation{revalidationPhase}, rotation{rotationPhase}, recovery{recoveryPhase} {}

    Duration revalidation{};
    Duration rotation{};
    Duration recovery{};
};

/// A resource of the estate at the scenario's start.
/// `slots` are its keys with what stands behind them; a resource without one has one that holds none.
ResourceState established(const ResourceRules& rules, const NewResource& described, Slots slots,
                          const OpenPhases& phases);

/// A resource's looks fall where its description and `phases` say, from `birth` on.
void placeLooks(ResourceState& resource, const OpenPhases& phases, Instant birth);

/// Whether a resource can do without the key of a slot.
[[nodiscard]] inline bool isOptional(const ResourceRules& rules, SlotId slot) {
    return rules.model->keys && rules.model->isOptional(rules.slots[slot.index()]);
}

/// Whether the resource's own identity is made for the first key of a slot that names none.
[[nodiscard]] inline bool makesIdentityFor(const ResourceRules& rules, SlotId slot) {
    return rules.model->keys && rules.model->makesIdentityFor(rules.slots[slot.index()]);
}

/// Whether two references lead to the same version of the same key, or are the same malformed text.
[[nodiscard]] bool isSameKey(const ResourceRules& rules, KeyReferenceId one, KeyReferenceId other);

/// Whether an identity is the one used for the key, or the default one of a resource without a key. Of a federated one,
/// the part that is attached counts.
[[nodiscard]] bool uses(const ResourceRules& rules, const ResourceState& resource, IdentityId identity);

/// Whether an identity, or the part of it that can be, is attached to a resource, as far as that can ever matter.
[[nodiscard]] bool isAttached(const ResourceRules& rules, const ResourceState& resource, IdentityId identity);

/// The path on which a resource reaches its first key now.
AccessPath accessPath(const ResourceRules& rules, const ResourceState& resource);
/// The same of any key.
AccessPath accessPath(const ResourceRules& rules, const ResourceState& resource, const SlotState& slot);
/// The same of a version that no longer wraps it.
AccessPath accessPath(const ResourceRules& rules, const ResourceState& resource, const SlotState& slot,
                      const RetainedVersion& retained);

/// The first look at or after `from` of those that come each period from `first` on.
Instant nextLook(Instant first, Duration period, Instant from);

/// Whether a resource was up and is not: one that a refused creation left behind never was.
[[nodiscard]] inline bool isDown(const ResourceState& resource) { return resource.downSince != never; }

/// Does to a resource what a look does that answers so, where that reason leads to `state`. Out of some states no look
/// leads, and none back to where a `then` has led out of; the reason follows all the same.
void moveAsLook(const ResourceRules& rules, ResourceState& resource, StateId state, Reason reason, Instant now,
                Step& step);

/// Whether revalidations mean anything to it at all.
bool takesPart(const Model& model, const ResourceState& resource);

/// One revalidation at `now`.
Step revalidate(const ResourceRules& rules, ResourceState& resource, const Look& look, Instant now);

/// Whether the next revalidation after one that did so can do something though nothing else has changed: it may see
/// less, and tolerates nothing where the resource is down; what it met of a version may not hold of the newer one that
/// it went on to.
[[nodiscard]] inline bool looksAgain(const Model& model, const Step& step, const Answer& answer) {
    return (step.moved && (answer.blindDown.raised != answer.blindUp.raised || model.countsTime())) ||
           (!step.rotations.empty() && !answer.raised.empty());
}

/// One look for a newer version at `now`, of a service that has a clock for them.
Step rotate(const ResourceRules& rules, ResourceState& resource, const Look& look, Instant now);

/// The first of what time alone will bring about for a resource; `never` where there is nothing.
DueFact nextOwnFact(const ResourceRules& rules, const ResourceState& resource);

/// Brings it about, at its instant; not the end of a revalidation by hand or of a healing.
Step happen(const ResourceRules& rules, ResourceState& resource, const DueFact& fact);

/// The check of a revalidation by hand is made again, and answers so.
Step endRecovery(const ResourceRules& rules, ResourceState& resource, const Look& asked, Instant now);

/// Whether what ends for a resource is a healing, with a look like the one that began it.
[[nodiscard]] inline bool isHealing(const Model& model, const ResourceState& resource) {
    return model.states[resource.state].heals && resource.stay.recoversAt != never;
}

/// The look with which a healing ends sees so much.
Step endOfHealing(const ResourceRules& rules, ResourceState& resource, const Look& look, Instant now);

/// Performs an action on a resource at `now`, or says why it is refused; what a refusal leaves behind is in the state.
ActionResult apply(const ResourceRules& rules, ResourceState& resource, const Action& action, const WorldView& world,
                   const OpenPhases& phases, Instant now);

/// What attempting an operation comes to.
struct OperationResult {
    bool denied = false;
    std::optional<ConditionId> blockedBy; // a condition denies it, not the state
};
OperationResult attempt(const Model& model, const ResourceState& resource, OperationId operation);

} // namespace cmksim::engine
