#include "engine/resource.hpp"

#include "engine/impairment.hpp"
#include "engine/request.hpp"

#include <algorithm>
#include <cassert>

namespace cmksim::engine {

namespace {

const ReasonRule& ruleOf(const Model& model, Reason reason) { return model.reasons[static_cast<std::size_t>(reason)]; }

void attach(const ResourceRules& rules, ResourceState& resource, IdentityId identity) {
    const auto found = std::ranges::find(rules.attachable, identity);
    if (found != rules.attachable.end()) {
        resource.attached.set(static_cast<std::size_t>(found - rules.attachable.begin()));
    }
}

void detach(const ResourceRules& rules, ResourceState& resource, IdentityId identity) {
    const auto found = std::ranges::find(rules.attachable, identity);
    resource.attached.reset(static_cast<std::size_t>(found - rules.attachable.begin()));
}

bool terminal(const Model& model, const ResourceState& resource) { return model.states[resource.state].terminal; }

/// Puts a resource into a state for a reason, and keeps count of its downtime. A state that is terminal was never up.
void move(const Model& model, ResourceState& resource, StateId to, Reason reason, Instant now, Step& step) {
    if (to == resource.state && reason == resource.reason) {
        return;
    }
    step.moved = true;
    step.from = resource.state;
    step.to = to;
    step.reason = reason;
    if (resource.state == model.ready() && to != model.ready()) {
        resource.downSince = now;
        ++resource.outages;
    } else if (resource.state != model.ready() && to == model.ready()) {
        resource.downtime += now - resource.downSince;
        resource.downSince = never;
    }
    resource.state = to;
    resource.reason = reason;
}

void setConditions(ResourceState& resource, ConditionSet conditions, Step& step) {
    if (conditions == resource.conditions) {
        return;
    }
    step.conditionsChanged = true;
    step.before = resource.conditions;
    step.after = conditions;
    resource.conditions = conditions;
}

/// Sets the parts of a resource that its description gives, as one that is there and fine.
void describe(const ResourceRules& rules, ResourceState& resource, const NewResource& described,
              PrincipalId principal) {
    resource = ResourceState{};
    resource.presence = Presence::Present;
    resource.described = &described;
    resource.state = rules.model->ready();
    resource.key = described.key;
    resource.identity = described.identity;
    resource.principal = principal;
    if (described.identity.valid()) {
        attach(rules, resource, described.identity);
    }
    for (const IdentityId identity : described.identities) {
        attach(rules, resource, identity);
    }
}

/// The data encryption key comes to be wrapped by other material, if it is.
void rewrap(ResourceState& resource, MaterialId material, Step& step) {
    if (material == resource.wrapping.material()) {
        return;
    }
    step.rotatedFrom = resource.wrapping.material();
    step.rotatedTo = material;
    resource.wrapping = Wrapping::by(material);
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
                } else if (!std::is_same_v<A, ResourceCreate> && resource_.presence != Presence::Present) {
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
        if (described.key.valid()) {
            // Nothing of a former life counts for the rules.
            const ResourceState nobody{};
            Request request{
                rules_, nobody, described, world_, described.identity, described.key, RefusableAction::Create};
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

    ActionResult perform(const ResourceDelete&) {
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
        return result;
    }

    ActionResult perform(const ResourceUpdate& action) {
        if (action.identity.valid() && !exists(action.identity)) {
            return refused(CommonRefusal::IdentityNotFound);
        }
        const bool encrypted = resource_.key.valid();
        const bool possible = encrypted || (action.key.to.valid() ? rules_.model->encryptionLater
                                                                  : !rules_.model->defaultIdentity.empty());
        if (action.key.cleared || !possible) {
            return refused(CommonRefusal::EncryptionImmutable);
        }

        const KeyReferenceId key = keyOfUpdate(action);
        const RefusableAction refusable =
            encrypted || !key.valid() ? RefusableAction::Update : RefusableAction::EnableEncryption;
        Request request{rules_, resource_, *resource_.described, world_, action.identity, key, refusable};
        if (const std::optional<Refusal> refusal = request.refusal()) {
            if (action.identity.valid() && rules_.model->refusals[refusal->model].attachesIdentity) {
                attach(rules_, resource_, action.identity);
            }
            return refused(*refusal);
        }
        ActionResult result;
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
        }
        return result;
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

    ActionResult perform(const ServiceStall&) {
        resource_.stalled = true;
        return {};
    }

    ActionResult perform(const ServiceResume&) {
        resource_.stalled = false;
        return {};
    }

    [[nodiscard]] std::optional<Refusal> modelRefusal(RefusableAction action, IdentityId identity) const {
        return Request{rules_, resource_, *resource_.described, world_, identity, {}, action}.refusal();
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

ResourceStatus ResourceState::statusAt(Instant now) const {
    const bool recoverable = !dataLost && presence != Presence::Deleted;
    ResourceStatus status{presence, reason, recoverable, downSince != never, state, downtime, outages, conditions};
    if (status.down) {
        status.downtime += now - downSince;
    }
    return status;
}

ResourceState established(const ResourceRules& rules, const NewResource& described, PrincipalId principal,
                          Wrapping wrapping, const OpenPhases& phases) {
    ResourceState resource;
    describe(rules, resource, described, principal);
    resource.wrapping = wrapping;
    placeLooks(resource, phases, scenarioStart);
    if (described.state && *described.state != rules.model->ready()) {
        resource.state = *described.state;
        if (!terminal(*rules.model, resource)) {
            resource.outages = 1;
            resource.downSince = scenarioStart;
        }
    }
    return resource;
}

AccessPath accessPath(const ResourceRules& rules, const ResourceState& resource) {
    return pathOf(rules, *resource.described, resource.identity, resource.principal, resource.key);
}

WorldView::VaultSetUp setUpOf(const Vault& vault) {
    return {vault.state == Lifecycle::Active, vault.softDelete, vault.purgeProtection, vault.rbac, vault.retention};
}

void placeLooks(ResourceState& resource, const OpenPhases& phases, Instant birth) {
    resource.firstRevalidation = birth + resource.described->phase.value_or(phases.revalidation);
    resource.firstRotation = birth + resource.described->rotationPhase.value_or(phases.rotation);
}

bool isSameKey(const ResourceRules& rules, KeyReferenceId one, KeyReferenceId other) {
    if (one == other || !one.valid() || !other.valid()) {
        return one == other;
    }
    const KeyReference& a = rules.keys[one.index()];
    const KeyReference& b = rules.keys[other.index()];
    return !a.malformed && !b.malformed && a.vault == b.vault && a.key == b.key && a.version == b.version;
}

bool isAttached(const ResourceRules& rules, const ResourceState& resource, IdentityId identity) {
    if (rules.model->isAlwaysAttached(rules.identities[identity.index()].kind)) {
        return true;
    }
    const auto found = std::ranges::find(rules.attachable, identity);
    if (found == rules.attachable.end()) {
        return resource.uses(identity) || resource.described->names(identity);
    }
    return resource.attached.test(static_cast<std::size_t>(found - rules.attachable.begin()));
}

Instant nextLook(Instant first, Duration period, Instant from) {
    if (from <= first) {
        return first;
    }
    const Duration since = from - first;
    return first + (since + period - Duration{1}) / period * period;
}

bool takesPart(const Model& model, const ResourceState& resource) {
    return resource.presence == Presence::Present && resource.key.valid() && !terminal(model, resource);
}

Step revalidate(const ResourceRules& rules, ResourceState& resource, const Answer& answer, MaterialId wrapsNext,
                Instant now) {
    const Model& model = *rules.model;
    Step step;
    Reason reason = answer.reason;
    ConditionSet raised = answer.raised;
    if (resource.credential == Credential::Lapsed && reason != Reason::IdentityNotAssigned) {
        reason = Reason::IdentityInactive;
        raised = {};
    }
    if (const Blindness& blind = blindnessOf(answer, resource.state != model.ready());
        blind.reason != Reason::None && reason != Reason::IdentityInactive) {
        setConditions(resource, blind.raised, step);
        return step;
    }
    setConditions(resource, raised, step);
    move(model, resource, reason == Reason::None ? model.ready() : ruleOf(model, reason).state, reason, now, step);
    if (reason != Reason::None) {
        return step;
    }
    if (!resource.wrapping.known()) {
        resource.wrapping = Wrapping::by(answer.versionInUse);
    }
    if (!model.rotationClock) {
        rewrap(resource, wrapsNext, step);
    }
    return step;
}

Step rotate(const ResourceRules& rules, ResourceState& resource, const Answer& answer, MaterialId wrapsNext) {
    Step step;
    const bool passes = answer.reason == Reason::None && answer.blindUp.reason == Reason::None &&
                        resource.credential != Credential::Lapsed;
    if (resource.state == rules.model->ready() && passes && resource.wrapping.known()) {
        rewrap(resource, wrapsNext, step);
    }
    return step;
}

Step lapse(const ResourceRules& rules, ResourceState& resource, Instant now) {
    Step step;
    resource.credential = Credential::Lapsed;
    resource.lapseAt = never;
    setConditions(resource, {}, step);
    move(*rules.model, resource, rules.model->renewal->state, Reason::IdentityInactive, now, step);
    return step;
}

ActionResult apply(const ResourceRules& rules, ResourceState& resource, const Action& action, const WorldView& world,
                   const OpenPhases& phases, Instant now) {
    return Performance{rules, resource, world, phases, now}.performAny(action);
}

OperationResult attempt(const Model& model, const ResourceState& resource, OperationId operation) {
    if (resource.presence != Presence::Present) {
        return {true, {}};
    }
    return attempt(model, resource.state, resource.conditions, operation);
}

} // namespace cmksim::engine
