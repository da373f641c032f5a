#include "engine/request.hpp"
#include "engine/resource_changes.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace cmksim::engine {

namespace {

void detach(const ResourceRules& rules, ResourceState& resource, IdentityId identity) {
    const auto found = std::ranges::find(rules.attachable, identity);
    resource.attached.reset(static_cast<std::size_t>(found - rules.attachable.begin()));
}

ActionResult refused(CommonRefusal refusal) {
    return {Refusal{.common = refusal}, {}, ActionResult::OwnIdentity::Unchanged};
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
        const auto missing = [this](IdentityId identity) { return !isOwn(identity) && !exists(identity); };
        if ((described.identity.valid() && missing(described.identity)) ||
            std::ranges::any_of(described.identities, missing)) {
            return refused(CommonRefusal::IdentityNotFound);
        }

        ActionResult result;
        ResourceState made;
        describe(rules_, made, described,
                 described.identity.valid() ? world_.principal(described.identity) : PrincipalId{});
        placeLooks(made, phases_, now_);
        made.stay.since = now_;
        made.stay.lossesTold = ~std::uint32_t{0}; // it has not come into its state from another
        if (described.key.valid()) {
            // Nothing of a former life counts for the rules.
            const ResourceState blank{};
            Request request{rules_,
                            blank,
                            described,
                            world_,
                            {described.identity, described.key, described.properties},
                            RefusableAction::Create};
            result.refusal = request.refusal();
            if (result.refusal) {
                const StateId leaves = rules_.model->refusals[result.refusal->model].leaves;
                if (!leaves.valid()) {
                    return result;
                }
                made.state = leaves;
                made.reason = result.refusal->reason;
            } else if (request.checked()) {
                made.wrapping = Wrapping::by(request.checked()->versionInUse);
            }
        }
        resource_ = made;
        if (described.identity == rules_.ownIdentity ||
            std::ranges::find(described.identities, rules_.ownIdentity) != described.identities.end()) {
            result.ownIdentity = ActionResult::OwnIdentity::Created;
        }
        return result;
    }

    /// An update, where the resource is there, to what the template describes. What the template does not speak of, and
    /// what cannot be changed, stays; identities that it does not name are not taken away.
    ActionResult perform(const TemplateDeploy& action) {
        if (resource_.presence != Presence::Present) {
            return perform(static_cast<const ResourceCreate&>(action));
        }
        const NewResource& described = *action.described;
        const auto missing = [this](IdentityId identity) { return !exists(identity); };
        if ((described.identity.valid() && missing(described.identity)) ||
            std::ranges::any_of(described.identities, missing)) {
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
        const bool attachedAllTheSame = !done && result.refusal->origin == Refusal::Origin::Model &&
                                        rules_.model->refusals[result.refusal->model].attachesIdentity;
        if ((done && described.names(rules_.ownIdentity)) || (attachedAllTheSame && isOwn(described.identity))) {
            result.ownIdentity = ActionResult::OwnIdentity::Kept;
        }
        return result;
    }

    [[nodiscard]] ResourceUpdate updateTo(const TemplateDeploy& deployment) const {
        const NewResource& described = *deployment.described;
        ResourceUpdate update{{deployment.resource}, {}, {}, {}};
        if (described.key.valid()) {
            update.identity = described.identity;
            update.key.to = described.key;
        } else {
            update.key.cleared = resource_.key.valid();
        }
        for (const PropertyId property : rules_.model->properties.ids()) {
            if (rules_.model->properties[property].canChange) {
                update.properties.set(property, described.properties[property]);
            }
        }
        return update;
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
        if (action.identity.valid() && !exists(action.identity)) {
            return refused(CommonRefusal::IdentityNotFound);
        }
        if (action.automaticRotation) {
            if (terminal(*rules_.model, resource_)) {
                return refused(CommonRefusal::EncryptionImmutable);
            }
            resource_.automaticRotation = *action.automaticRotation;
            return {};
        }
        const bool encrypted = resource_.key.valid();
        if (action.key.cleared && encrypted && rules_.model->decryptedIn.contains(resource_.state)) {
            return giveUpKey();
        }
        const bool ofEncryption = action.key.to.valid() || action.key.cleared || action.identity.valid();
        const bool possible = encrypted || (action.key.to.valid() ? rules_.model->encryptionLater
                                                                  : !rules_.model->defaultIdentity.empty());
        if (ofEncryption && (action.key.cleared || !possible)) {
            return refused(CommonRefusal::EncryptionImmutable);
        }

        const KeyReferenceId key = keyOfUpdate(action);
        const PropertyValues properties = action.properties.appliedTo(resource_.properties);
        const RefusableAction refusable =
            encrypted || !key.valid() ? RefusableAction::Update : RefusableAction::EnableEncryption;
        Request request{rules_, resource_, *resource_.described, world_, {action.identity, key, properties}, refusable};
        if (const std::optional<Refusal> refusal = ofEncryption ? request.refusal() : std::nullopt) {
            if (action.identity.valid() && rules_.model->refusals[refusal->model].attachesIdentity) {
                attach(rules_, resource_, action.identity);
            }
            return refused(*refusal);
        }
        if (const std::optional<Refusal> refusal = refusalOfProperties(action, key, properties)) {
            return refused(*refusal);
        }
        ActionResult result;
        resource_.properties = properties;
        if (action.identity.valid()) {
            attach(rules_, resource_, action.identity);
            resource_.identity = action.identity;
            resource_.principal = world_.principal(action.identity);
        }
        if (key.valid()) {
            resource_.key = key;
        }
        if (request.checked()) {
            resource_.wrapping = Wrapping::by(request.checked()->versionInUse);
            setConditions(resource_, {}, result.step);
            resource_.stay.endTolerance();
        }
        return result;
    }

    /// Back to the platform's key: what a resource without one is like.
    ActionResult giveUpKey() {
        ActionResult result;
        resource_.identity = rules_.defaultIdentity;
        resource_.principal = rules_.defaultIdentity.valid() ? world_.principal(rules_.defaultIdentity) : PrincipalId{};
        resource_.key = {};
        resource_.wrapping = Wrapping::unknown();
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

    /// Properties are judged as those of the resource that the update leads to. What stays as it is changes nothing.
    [[nodiscard]] std::optional<Refusal> refusalOfProperties(const ResourceUpdate& action, KeyReferenceId key,
                                                             PropertyValues properties) const {
        if (properties == resource_.properties) {
            return {};
        }
        const Named named{action.identity.valid() ? action.identity : resource_.identity,
                          key.valid() ? key : resource_.key, properties};
        return Request{rules_, resource_, *resource_.described, world_, named, RefusableAction::ChangeProperties}
            .refusal();
    }

    /// The key that an update is to, where it is one to a key at all.
    [[nodiscard]] KeyReferenceId keyOfUpdate(const ResourceUpdate& action) const {
        const bool stays = rules_.model->sameKeyIsIdentityUpdate && action.identity.valid() && action.key.to.valid() &&
                           isSameKey(rules_, action.key.to, resource_.key);
        return stays ? KeyReferenceId{} : action.key.to;
    }

    ActionResult perform(const ResourceAssignIdentity& action) {
        if (!isOwn(action.identity) && !exists(action.identity)) {
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
        if (resource_.uses(action.identity)) {
            renewCredential();
        }
        return result;
    }

    ActionResult perform(const ResourceRemoveIdentity& action) {
        const bool alwaysThere = rules_.model->isAlwaysAttached(rules_.identities[action.identity.index()].kind);
        const bool inUse = resource_.uses(action.identity);
        if (alwaysThere ? !inUse : !isAttached(rules_, resource_, action.identity)) {
            return refused(CommonRefusal::IdentityNotFound);
        }
        if (inUse) {
            if (rules_.model->renewal && resource_.credential == Credential::Renewed) {
                resource_.credential = Credential::Lapsing;
                resource_.lapseAt = now_ + action.delay.value_or(rules_.lapse);
            }
            return refused(CommonRefusal::IdentityInUse);
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
                const WorldView::Sight seen = world_.look(accessPath(rules_, resource_), resource_.wrapping);
                result.step = revalidate(rules_, resource_, seen.answer, seen.wrapsNext, now_);
            }
            return result;
        }
        if (resource_.stay.recoversAt != never) {
            return refused(CommonRefusal::OperationInProgress);
        }
        Answer asked;
        if (resource_.key.valid()) {
            asked = world_.asked(accessPath(rules_, resource_), resource_.wrapping);
            if (const Reason reason = reasonFor(resource_, asked); reason != Reason::None) {
                return refusedByRecovery(reason);
            }
        }
        if (!world_.basesAreEnough()) {
            return refusedByRecovery(Reason::BaseUnavailable);
        }
        const Duration takes = rules_.lengthOf(rules_.model->recovery->takes);
        if (takes == Duration::zero()) {
            result.step = endRecovery(rules_, resource_, asked, now_);
        } else {
            resource_.stay.recoversAt = now_ + takes;
        }
        return result;
    }

    static ActionResult refusedByRecovery(Reason reason) {
        return refused(Refusal{.origin = Refusal::Origin::Recovery, .reason = reason});
    }

    ActionResult perform(const ServiceStall&) {
        resource_.stalled = true;
        return {};
    }

    ActionResult perform(const ServiceResume&) {
        resource_.stalled = false;
        return {};
    }

    [[nodiscard]] std::optional<Refusal> modelRefusal(RefusableAction action, IdentityId identity) const {
        const Named named{identity, {}, resource_.properties};
        return Request{rules_, resource_, *resource_.described, world_, named, action}.refusal();
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
