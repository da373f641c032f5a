#include "engine/request.hpp"
#include "engine/resource_changes.hpp"
#include "engine/slot_update.hpp"
#include "engine/slots.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace cmksim::engine {

namespace {

void detach(const ResourceRules& rules, ResourceState& resource, IdentityId identity) {
    const auto found = std::ranges::find(rules.attachable, attachedOf(rules.identities, identity));
    resource.attached.reset(static_cast<std::size_t>(found - rules.attachable.begin()));
}

ActionResult refused(const Refusal& refusal) { return {refusal, {}, ActionResult::OwnIdentity::Unchanged}; }

// --- actions ---------------------------------------------------------------------------------------------------------

/// One action on one resource.
class Performance {
public:
    Performance(const ResourceRules& rules, ResourceState& resource, const WorldView& world, const OpenPhases& phases,
                Instant now)
        : rules_{rules}, resource_{resource}, world_{world}, phases_{phases}, now_{now} {}

    ActionResult performAny(const Action& action) {
        return std::visit(
            [&](const auto& one) -> ActionResult {
                using A = std::decay_t<decltype(one)>;
                if constexpr (!ResourceAction<A>) {
                    assert(false && "a resource performs no action on the world");
                    return {};
                } else if (!A::traits.makes && resource_.presence != Presence::Present) {
                    return refused(CommonRefusal::ResourceNotFound);
                } else {
                    return perform(one);
                }
            },
            action);
    }

private:
    [[nodiscard]] bool isOwn(IdentityId identity) const { return identity == rules_.ownIdentity; }
    [[nodiscard]] bool exists(IdentityId identity) const { return world_.principal(identity).valid(); }

    ActionResult perform(const ResourceCreate& action) {
        const NewResource& described = *action.described;
        if (resource_.presence == Presence::Present) {
            return refused(CommonRefusal::ResourceExists);
        }
        if (namesMissing(described, true)) {
            return refused(CommonRefusal::IdentityNotFound);
        }

        ActionResult result;
        ResourceState made;
        describe(rules_, made, described, slotsOf(described));
        placeLooks(made, phases_, now_);
        made.stay.since = now_;
        made.stay.lossesReported = ~std::uint32_t{0}; // it has not come into its state from another
        if (const std::optional<ModelRefusal> refusal = wrapNew(described, made)) {
            result.refusal = refusal;
            const StateId leaves = rules_.model->refusals[refusal->rule].leaves;
            if (!leaves.valid()) {
                return result;
            }
            made.state = leaves;
            made.reason = refusal->reason;
        }
        resource_ = made;
        if (described.names(rules_.ownIdentity)) {
            result.ownIdentity = ActionResult::OwnIdentity::Created;
        }
        return result;
    }

    /// Whether an identity is named that is not there; `comes`: its own will be.
    [[nodiscard]] bool namesMissing(const NewResource& described, bool comes) const {
        bool missing = false;
        described.eachIdentity(
            [&](IdentityId identity) { missing = missing || (!(comes && isOwn(identity)) && !exists(identity)); });
        return missing;
    }

    [[nodiscard]] Slots slotsOf(const NewResource& described) const {
        return slotsOfNew(described, [this](IdentityId identity) { return world_.principal(identity); });
    }

    /// The keys of a new resource wrap, or the first refusal of the model leaves them all as they are.
    [[nodiscard]] std::optional<ModelRefusal> wrapNew(const NewResource& described, ResourceState& made) const {
        const ResourceState blank{}; // nothing of a former life counts for the rules
        std::vector<MaterialId> wraps;
        std::optional<ModelRefusal> refusal;
        described.eachKey([&](const KeyUse& use) {
            Request request{rules_,
                            blank,
                            blank,
                            described,
                            world_,
                            {use.identity, use.key, described.properties},
                            RefusableAction::Create};
            refusal = refusal ? refusal : request.refusal();
            wraps.push_back(!refusal && request.checked() ? request.checked()->versionInUse : MaterialId{});
        });
        std::size_t place = 0;
        made.eachSlot([&](SlotState& slot) {
            if (!refusal && slot.key.valid() && wraps[place].valid()) {
                slot.wrapping = Wrapping::by(wraps[place]);
            }
            ++place;
        });
        return refusal;
    }

    /// An update, where the resource is there, to what the template describes. What the template does not speak of, and
    /// what cannot be changed, stays; identities that it does not name are not taken away.
    ActionResult perform(const TemplateDeploy& action) {
        if (resource_.presence != Presence::Present) {
            return perform(static_cast<const ResourceCreate&>(action));
        }
        const NewResource& described = *action.described;
        if (namesMissing(described, false)) {
            return refused(CommonRefusal::IdentityNotFound);
        }
        ActionResult result = perform(updateTo(action));
        const bool done = !result.refusal;
        if (done) {
            for (const IdentityId identity : described.identities) {
                attach(rules_, resource_, identity);
            }
            resource_.automaticRotation = described.automaticRotation.value_or(resource_.automaticRotation);
        }
        const auto* refusal = done ? nullptr : std::get_if<ModelRefusal>(&*result.refusal);
        const bool attachedAllTheSame = refusal != nullptr && rules_.model->refusals[refusal->rule].attachesIdentity;
        if ((done && described.names(rules_.ownIdentity)) || (attachedAllTheSame && usesOwn(described))) {
            result.ownIdentity = ActionResult::OwnIdentity::Kept;
        }
        return result;
    }

    [[nodiscard]] ResourceUpdate updateTo(const TemplateDeploy& deployment) const {
        const NewResource& described = *deployment.described;
        ResourceUpdate update{{deployment.resource}, {}, {}, {}};
        described.eachKey([&](const KeyUse& use) {
            // What is made for a first key alone is no other identity for one that is there.
            const bool isMade = isOwn(use.identity) && makesIdentityFor(rules_, use.slot);
            update.slots.push_back({use.slot, use.key, isMade ? IdentityId{} : use.identity});
        });
        update.key.cleared = update.slots.empty() && resource_.key.valid();
        resource_.eachSlot([&](const SlotState& slot) {
            const bool stays = std::ranges::find(update.slots, slot.slot, &SlotChange::slot) != update.slots.end();
            if (slot.key.valid() && !stays && !update.key.cleared) {
                update.slots.push_back({.slot = slot.slot, .removed = true});
            }
        });
        for (const PropertyId property : rules_.model->properties.ids()) {
            if (rules_.model->properties[property].canChange) {
                update.properties.set(property, described.properties[property]);
            }
        }
        return update;
    }

    [[nodiscard]] bool usesOwn(const NewResource& described) const {
        bool uses = false;
        described.eachKey([&](const KeyUse& use) { uses = uses || isOwn(use.identity); });
        return uses;
    }

    ActionResult perform(const ResourceDelete&) {
        if (rules_.model->deleteNeedsNothingOnIt && world_.carriesOthers()) {
            return refused(CommonRefusal::InUse);
        }
        ActionResult result;
        if (exists(rules_.ownIdentity)) {
            result.ownIdentity = ActionResult::OwnIdentity::Ended;
        }
        if (resource_.downSince != never) {
            resource_.downtime += now_ - resource_.downSince;
        }
        resource_.downSince = never;
        resource_.presence = Presence::Deleted;
        resource_.reason = Reason::None;
        resource_.lapseAt = never;
        resource_.stay = {};
        resource_.basesTurn = never;
        return result;
    }

    ActionResult perform(const ResourceUpdate& action) {
        SlotUpdate update{rules_, resource_, world_, action, now_};
        if (update.namesMissingIdentity()) {
            return refused(CommonRefusal::IdentityNotFound);
        }
        if (action.automaticRotation) {
            if (terminal(*rules_.model, resource_)) {
                return refused(CommonRefusal::EncryptionImmutable);
            }
            resource_.automaticRotation = *action.automaticRotation;
            return {};
        }
        const bool givesUp = (action.key.cleared && resource_.key.valid()) || update.leavesNone();
        if (givesUp && rules_.model->decryptedIn.contains(resource_.state) &&
            !rules_.model->keptDuring.hasOneOf(resource_.conditions)) {
            return giveUpKey();
        }
        if (action.key.cleared || givesUp || !update.isPossible()) {
            const auto own = givesUp ? modelRefusal(RefusableAction::RemoveKey, {}) : std::nullopt;
            return own ? refused(*own) : refused(CommonRefusal::EncryptionImmutable);
        }
        if (update.isTooMany()) {
            return refused(CommonRefusal::TooManyKeys);
        }
        const PropertyValues properties = action.properties.appliedTo(resource_.properties);
        ActionResult result;
        if (const std::optional<ModelRefusal> refusal = update.refusal(properties)) {
            result.refusal = refusal;
            if (rules_.model->refusals[refusal->rule].attachesIdentity) {
                takeIdentities(update, result);
            }
            return result;
        }
        // One that names nothing changes what is not simulated, and is judged as a change of properties.
        const bool namesNothing = update.isEmpty() && action.properties.empty() && !action.key.cleared;
        if (namesNothing || properties != resource_.properties) {
            if (const std::optional<ModelRefusal> refusal = update.refusalOfProperties(properties)) {
                return refused(*refusal);
            }
        }
        if (update.locksOut()) {
            return refused(CommonRefusal::KeyAccessDenied);
        }
        resource_.properties = properties;
        takeIdentities(update, result);
        if (update.applyTo(resource_)) {
            setConditions(resource_, {}, result.step);
            resource_.stay.endTolerance();
        }
        return result;
    }

    /// What an update names is attached; its own identity stays, where it came with the update.
    void takeIdentities(const SlotUpdate& update, ActionResult& result) {
        update.eachIdentity([&](IdentityId identity) {
            attach(rules_, resource_, identity);
            if (isOwn(identity)) {
                result.ownIdentity = ActionResult::OwnIdentity::Kept;
            }
        });
    }

    /// Back to the platform's key: what a resource without one is like.
    ActionResult giveUpKey() {
        ActionResult result;
        SlotState none{.slot = rules_.shortSlot, .identity = rules_.defaultIdentity};
        none.principal = none.identity.valid() ? world_.principal(none.identity) : PrincipalId{};
        setSlots(resource_, {none});
        renewCredential();
        resource_.stay.endTolerance();
        setConditions(resource_, {}, result.step);
        if (resource_.basesShort) {
            moveAsLook(rules_, resource_, rules_.model->standsOn->state, Reason::BaseUnavailable, now_, result.step);
        } else {
            move(rules_, resource_, rules_.model->ready(), Reason::None, now_, result.step);
        }
        return result;
    }

    ActionResult perform(const ResourceAssignIdentity& action) {
        if (!isOwn(action.identity) && !exists(attachedOf(rules_.identities, action.identity))) {
            return refused(CommonRefusal::IdentityNotFound);
        }
        if (const auto refusal = modelRefusal(RefusableAction::AssignIdentity, action.identity)) {
            return refused(*refusal);
        }
        ActionResult result;
        if (isOwn(action.identity) && !exists(action.identity)) {
            result.ownIdentity = ActionResult::OwnIdentity::Created;
        }
        attach(rules_, resource_, action.identity);
        if (uses(rules_, resource_, action.identity)) {
            renewCredential();
        }
        return result;
    }

    ActionResult perform(const ResourceRemoveIdentity& action) {
        const IdentityId attached = attachedOf(rules_.identities, action.identity);
        const bool alwaysThere = rules_.model->isAlwaysAttached(rules_.identities[attached.index()].kind);
        const bool inUse = uses(rules_, resource_, attached);
        if (alwaysThere ? !inUse : !isAttached(rules_, resource_, action.identity)) {
            return refused(CommonRefusal::IdentityNotFound);
        }
        if (inUse) {
            if (rules_.model->renewal && resource_.credential == Credential::Renewed) {
                resource_.credential = Credential::Lapsing;
                resource_.lapseAt = now_ + action.delay.value_or(rules_.lapse);
            }
            const auto own = ownRefusalOf(CommonRefusal::IdentityInUse, RefusableAction::RemoveIdentity);
            return own ? refused(*own) : refused(CommonRefusal::IdentityInUse);
        }
        if (const auto refusal = modelRefusal(RefusableAction::RemoveIdentity, action.identity)) {
            return refused(*refusal);
        }
        ActionResult result;
        detach(rules_, resource_, action.identity);
        if (isOwn(action.identity)) {
            result.ownIdentity = ActionResult::OwnIdentity::Ended;
        }
        return result;
    }

    ActionResult perform(const SupportRestoreIdentity&) {
        renewCredential();
        return {};
    }

    /// Where a look leads out of the state it is one; else a check of the key, made once more after a while.
    ActionResult perform(const ResourceRevalidate&) {
        const StateRule& state = rules_.model->states[resource_.state];
        ActionResult result;
        if (state.terminal) {
            return refusedByRecovery(resource_.reason);
        }
        if (!state.byAction) {
            if (resource_.key.valid()) {
                const SeenTogether seen = seenTogether(rules_, resource_, world_);
                result.step = revalidate(rules_, resource_, seen.look(), now_);
            }
            return result;
        }
        if (resource_.stay.recoversAt != never) {
            return refused(CommonRefusal::OperationInProgress);
        }
        SeenTogether asked = SeenTogether::ofNone(*rules_.model);
        if (resource_.key.valid()) {
            asked = askedTogether(rules_, resource_, world_);
            if (const Reason reason = reasonFor(resource_, asked.answer()); reason != Reason::None) {
                return refusedByRecovery(reason);
            }
        }
        if (!world_.basesAreEnough()) {
            return refusedByRecovery(Reason::BaseUnavailable);
        }
        const Duration takes = rules_.lengthOf(rules_.model->recovery->takes);
        if (takes == Duration::zero()) {
            result.step = endRecovery(rules_, resource_, asked.look(), now_);
        } else {
            resource_.stay.recoversAt = now_ + takes;
        }
        return result;
    }

    static ActionResult refusedByRecovery(Reason reason) { return refused(RecoveryRefusal{reason}); }

    ActionResult perform(const ServiceStall&) {
        resource_.stalled = true;
        return {};
    }

    ActionResult perform(const ServiceResume&) {
        resource_.stalled = false;
        return {};
    }

    [[nodiscard]] std::optional<ModelRefusal> modelRefusal(RefusableAction action, IdentityId identity) const {
        const Named named{identity, {}, resource_.properties};
        return Request{rules_, resource_, resource_, *resource_.described, world_, named, action}.refusal();
    }

    /// What the model says in its own words where every service refuses.
    [[nodiscard]] std::optional<ModelRefusal> ownRefusalOf(CommonRefusal common, RefusableAction action) const {
        const std::string_view code = commonRefusalNames[static_cast<std::size_t>(common)];
        for (const RefusalId id : rules_.model->refusalsOf[static_cast<std::size_t>(action)]) {
            if (rules_.model->refusals[id].error == code) {
                return ModelRefusal{id};
            }
        }
        return std::nullopt;
    }

    void renewCredential() {
        resource_.credential = Credential::Renewed;
        resource_.lapseAt = never;
    }

    const ResourceRules& rules_;
    ResourceState& resource_;
    const WorldView& world_;
    OpenPhases phases_;
    Instant now_;
};

} // namespace

ActionResult apply(const ResourceRules& rules, ResourceState& resource, const Action& action, const WorldView& world,
                   const OpenPhases& phases, Instant now) {
    return Performance{rules, resource, world, phases, now}.performAny(action);
}

} // namespace cmksim::engine
