#include "engine/resource.hpp"

#include "engine/impairment.hpp"
#include "engine/request.hpp"
#include "engine/resource_changes.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace cmksim::engine {

namespace {

const ReasonRule& ruleOf(const Model& model, Reason reason) { return model.reasons[static_cast<std::size_t>(reason)]; }

/// Whether a check answers it, when it fails.
bool isAnswer(Reason reason) { return reason != Reason::None && static_cast<std::size_t>(reason) < checkedReasonCount; }

/// A resource comes into a state; what is lost at once there is told.
void beginStay(const ResourceRules& rules, Stay& stay, StateId state, Instant now, Step& step) {
    stay.since = now;
    stay.thenFrom = now;
    stay.movedOn = {};
    stay.lossesReported = 0;
    stay.recoversAt = never;
    const std::vector<LossRule>& losses = rules.model->states[state].losses;
    for (std::uint32_t i = 0; i < losses.size(); ++i) {
        if (rules.lengthOf(losses[i].after) == Duration::zero()) {
            stay.lossesReported |= std::uint32_t{1} << i;
        }
    }
    step.losses = stay.lossesReported;
}

/// A look has failed, or sees nothing, while one that passed had begun to heal the resource.
void endHealing(Stay& stay, Instant now) {
    if (stay.recoversAt != never) {
        stay.recoversAt = never;
        stay.thenFrom = now;
    }
}

/// Whether a look that passes does no more than begin to heal the resource, or finds that that is under way.
bool healsYet(const ResourceRules& rules, ResourceState& resource, Instant now) {
    const auto& heals = rules.model->states[resource.state].heals;
    if (!heals) {
        return false;
    }
    Stay& stay = resource.stay;
    if (stay.recoversAt == never) {
        stay.recoversAt = now + rules.lengthOf(heals->takes);
    }
    return stay.recoversAt > now;
}

} // namespace

void attach(const ResourceRules& rules, ResourceState& resource, IdentityId identity) {
    const auto found = std::ranges::find(rules.attachable, attachedOf(rules.identities, identity));
    if (found != rules.attachable.end()) {
        resource.attached.set(static_cast<std::size_t>(found - rules.attachable.begin()));
    }
}

void move(const ResourceRules& rules, ResourceState& resource, StateId to, Reason reason, Instant now, Step& step) {
    const Model& model = *rules.model;
    if (to == resource.state && reason == resource.reason) {
        return;
    }
    step.moved = true;
    step.from = resource.state;
    step.to = to;
    step.reason = reason;
    if (resource.hasSeveralKeys() && isAnswer(reason)) {
        step.slot = resource.reasonSlot;
    }
    const bool down = model.states[to].down;
    if (down && resource.downSince == never) {
        resource.downSince = now;
        ++resource.outages;
    } else if (!down && resource.downSince != never) {
        resource.downtime += now - resource.downSince;
        resource.downSince = never;
    }
    if (const bool wasDown = model.states[resource.state].down; down != wasDown && resource.stay.turnedAt != now) {
        resource.stay.turnedAt = now;
        resource.stay.downBefore = wasDown;
    }
    if (to != resource.state) {
        beginStay(rules, resource.stay, to, now, step);
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

void describe(const ResourceRules& rules, ResourceState& resource, const NewResource& described, Slots slots) {
    resource = ResourceState{};
    setSlots(resource, std::move(slots));
    resource.presence = Presence::Present;
    resource.described = &described;
    resource.state = rules.model->ready();
    resource.automaticRotation = described.automaticRotation.value_or(rules.model->automaticRotation);
    resource.properties = described.properties;
    described.eachIdentity([&](IdentityId identity) { attach(rules, resource, identity); });
}

Slots slotsOf(const ResourceState& resource) {
    Slots slots;
    resource.eachSlot([&](const SlotState& slot) {
        if (slot.key.valid()) {
            slots.push_back(slot);
        }
    });
    return slots;
}

void setSlots(ResourceState& resource, Slots slots) {
    SlotState& first = resource;
    first = slots.empty() ? SlotState{} : std::move(slots.front());
    resource.otherSlots.clear();
    for (std::size_t i = 1; i < slots.size(); ++i) {
        resource.otherSlots.push_back(std::move(slots[i]));
    }
}

void wrapBy(const ResourceRules& rules, SlotState& slot, MaterialId material, KeyReferenceId key, bool usable,
            Instant now) {
    const Wrapping before = slot.wrapping;
    slot.wrapping = Wrapping::by(material);
    if (!rules.model->retains) {
        return;
    }
    if (usable && before.known() && before != slot.wrapping) {
        slot.retained.push_back({key, before.material(), now + rules.lengthOf(rules.model->retains->versions)});
    }
    std::erase_if(slot.retained, [&](const RetainedVersion& one) { return one.material == material; });
}

const SlotState* ResourceState::keyIn(SlotId wanted) const {
    const SlotState* found = nullptr;
    eachSlot([&](const SlotState& one) { found = one.key.valid() && one.slot == wanted ? &one : found; });
    return found;
}

Reason reasonFor(const ResourceState& resource, const Answer& answer) {
    const bool lapsed = resource.credential == Credential::Lapsed && answer.reason != Reason::IdentityNotAssigned;
    return lapsed ? Reason::IdentityInactive : answer.reason;
}

void moveAsLook(const ResourceRules& rules, ResourceState& resource, StateId state, Reason reason, Instant now,
                Step& step) {
    if (terminal(*rules.model, resource)) {
        return;
    }
    if (rules.model->states[resource.state].byAction) {
        move(rules, resource, resource.state, reason == Reason::None ? Reason::RevalidationRequired : reason, now,
             step);
        return;
    }
    if (reason != Reason::None) {
        endHealing(resource.stay, now);
    }
    const bool back = reason != Reason::None && resource.stay.movedOn.contains(state);
    move(rules, resource, back ? resource.state : state, reason, now, step);
}

ResourceStatus ResourceState::statusAt(Instant now) const {
    const bool recoverable = !dataLost && presence != Presence::Deleted;
    ResourceStatus status{.presence = presence,
                          .reason = reason,
                          .recoverable = recoverable,
                          .down = downSince != never,
                          .state = state,
                          .downtime = downtime,
                          .outages = outages,
                          .conditions = conditions};
    if (status.down) {
        status.downtime += now - downSince;
    }
    return status;
}

ResourceState established(const ResourceRules& rules, const NewResource& described, Slots slots,
                          const OpenPhases& phases) {
    ResourceState resource;
    describe(rules, resource, described, std::move(slots));
    placeLooks(resource, phases, scenarioStart);
    if (described.state && *described.state != rules.model->ready()) {
        resource.state = *described.state;
        resource.basesShort = !described.key.valid(); // as if they had been until now
        if (terminal(*rules.model, resource)) {
            resource.stay.lossesReported = ~std::uint32_t{0}; // nothing was there to be lost
        } else if (rules.model->states[resource.state].down) {
            resource.outages = 1;
            resource.downSince = scenarioStart;
        }
    }
    return resource;
}

AccessPath accessPath(const ResourceRules& rules, const ResourceState& resource) {
    return accessPath(rules, resource, resource);
}

AccessPath accessPath(const ResourceRules& rules, const ResourceState& resource, const SlotState& slot) {
    return pathOf(rules, *resource.described, slot.identity, slot.principal, slot.key);
}

AccessPath accessPath(const ResourceRules& rules, const ResourceState& resource, const SlotState& slot,
                      const RetainedVersion& retained) {
    return pathOf(rules, *resource.described, slot.identity, slot.principal, retained.key);
}

WorldView::VaultSetUp setUpOf(const Vault& vault) {
    return {vault.state == Lifecycle::Active,
            vault.softDelete,
            vault.purgeProtection,
            vault.rbac,
            vault.retention,
            vault.place};
}

WorldView::KeySetUp setUpOf(const World& world, const KeyReference& key) {
    if (!key.named || !world.active(key.named->vault) || !world.active(key.named->key)) {
        return {};
    }
    const KeyVersion* found = versionIn(world.key(key.named->key).versions, key.named->version);
    return found == nullptr ? WorldView::KeySetUp{} : WorldView::KeySetUp{true, found->shape, found->expires != never};
}

void placeLooks(ResourceState& resource, const OpenPhases& phases, Instant birth) {
    resource.firstRevalidation = birth + resource.described->phase.value_or(phases.revalidation);
    resource.firstRecovery = birth + resource.described->recoveryPhase.value_or(phases.recovery);
    resource.firstRotation = birth + resource.described->rotationPhase.value_or(phases.rotation);
}

bool isSameKey(const ResourceRules& rules, KeyReferenceId one, KeyReferenceId other) {
    if (one == other || !one.valid() || !other.valid()) {
        return one == other;
    }
    const KeyReference& a = rules.keys[one.index()];
    const KeyReference& b = rules.keys[other.index()];
    return a.named && a.named == b.named;
}

bool uses(const ResourceRules& rules, const ResourceState& resource, IdentityId identity) {
    const IdentityId attached = attachedOf(rules.identities, identity);
    bool used = false;
    resource.eachSlot([&](const SlotState& slot) {
        used = used || (slot.identity.valid() && attachedOf(rules.identities, slot.identity) == attached);
    });
    return used;
}

bool isAttached(const ResourceRules& rules, const ResourceState& resource, IdentityId identity) {
    const IdentityId itself = attachedOf(rules.identities, identity);
    if (rules.model->isAlwaysAttached(rules.identities[itself.index()].kind)) {
        return true;
    }
    const auto found = std::ranges::find(rules.attachable, itself);
    if (found == rules.attachable.end()) {
        bool named = uses(rules, resource, itself);
        resource.described->eachIdentity(
            [&](IdentityId one) { named = named || attachedOf(rules.identities, one) == itself; });
        return named;
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

namespace {

/// Whether a resource that is not down stays where it is though a look answered a reason: for how long says the model.
bool tolerates(const ResourceRules& rules, ResourceState& resource, Reason reason, Instant now) {
    Stay& stay = resource.stay;
    const std::optional<Tolerance>& tolerated = ruleOf(*rules.model, reason).tolerated;
    const bool down = rules.model->states[resource.state].down;
    const auto* timing = tolerated && !down ? std::get_if<TimingId>(&*tolerated) : nullptr;
    stay.toleranceEnds = never;
    if (timing == nullptr) {
        stay.runSince = never;
        return tolerated && !down;
    }
    if (stay.runSince == never) {
        stay.runSince = now;
    }
    const Instant end = stay.runSince + rules.lengthOf(*timing);
    if (end <= now) {
        return false;
    }
    stay.toleranceEnds = end;
    stay.toleratedReason = reason;
    return true;
}

} // namespace

namespace {

/// Takes over what wraps a key that has passed, where that was not known.
void settleWrapping(SlotState& slot, const Answer& own) {
    if (own.reason == Reason::None && !slot.wrapping.known()) {
        slot.wrapping = Wrapping::by(own.versionInUse);
    }
}

void settleWrappings(ResourceState& resource, const Look& look) {
    settleWrapping(resource, look.own);
    for (std::size_t i = 0; i < resource.otherSlots.size(); ++i) {
        settleWrapping(resource.otherSlots[i], look.others[i].answer);
    }
}

/// The data encryption key of a slot that has passed comes to be wrapped by other material, if it is and the resource
/// follows its key.
void rewrap(const ResourceRules& rules, const ResourceState& resource, SlotState& slot, const Answer& own,
            MaterialId wrapsNext, Instant now, Step& step) {
    const bool follows = !rules.model->rotationIsSetting || resource.automaticRotation;
    if (own.reason == Reason::None && follows && slot.wrapping.known() && slot.wrapping.material() != wrapsNext) {
        step.rotations.push_back({slot.slot, slot.wrapping.material(), wrapsNext});
        wrapBy(rules, slot, wrapsNext, slot.key, true, now);
    }
}

void rewrapAll(const ResourceRules& rules, ResourceState& resource, const Look& look, Instant now, Step& step) {
    rewrap(rules, resource, resource, look.own, look.wrapsNext, now, step);
    for (std::size_t i = 0; i < resource.otherSlots.size(); ++i) {
        const KeyCheck& other = look.others[i];
        rewrap(rules, resource, resource.otherSlots[i], other.answer, other.wrapsNext, now, step);
    }
}

} // namespace

Step revalidate(const ResourceRules& rules, ResourceState& resource, const Look& look, Instant now) {
    const Model& model = *rules.model;
    const Answer& answer = look.answer;
    Step step;
    Reason reason = answer.reason;
    ConditionSet raised = answer.raised;
    if (resource.credential == Credential::Lapsed && reason != Reason::IdentityNotAssigned) {
        reason = Reason::IdentityInactive;
        raised = {};
    }
    if (const Blindness& blind = blindnessOf(answer, model.states[resource.state].down);
        blind.reason != Reason::None && reason != Reason::IdentityInactive) {
        ConditionSet seen = blind.raised;
        if (model.tolerating.valid() && resource.conditions.contains(model.tolerating)) {
            seen.insert(model.tolerating);
        }
        setConditions(resource, seen, step);
        return step;
    }
    const bool stays = model.tolerating.valid() && tolerates(rules, resource, reason, now);
    if (stays) {
        resource.stay.toleratedSlot = look.slotOr(resource.slot);
        raised.insert(model.tolerating);
    }
    setConditions(resource, raised, step);
    if (stays) {
        return step;
    }
    if (reason == Reason::None && resource.basesShort) {
        moveAsLook(rules, resource, model.standsOn->state, Reason::BaseUnavailable, now, step);
        return step;
    }
    if (reason == Reason::None && healsYet(rules, resource, now)) {
        return step;
    }
    resource.reasonSlot = look.slotOr(resource.slot);
    moveAsLook(rules, resource, reason == Reason::None ? model.ready() : ruleOf(model, reason).state, reason, now,
               step);
    if (reason != Reason::None) {
        return step;
    }
    settleWrappings(resource, look);
    if (!model.rotationClock && resource.state == model.ready()) {
        rewrapAll(rules, resource, look, now, step);
    }
    return step;
}

Step rotate(const ResourceRules& rules, ResourceState& resource, const Look& look, Instant now) {
    Step step;
    const bool passes = look.answer.reason == Reason::None && look.answer.blindUp.reason == Reason::None &&
                        resource.credential != Credential::Lapsed;
    if (resource.state == rules.model->ready() && passes) {
        rewrapAll(rules, resource, look, now, step);
    }
    return step;
}

DueFact nextOwnFact(const ResourceRules& rules, const ResourceState& resource) {
    DueFact next{resource.lapseAt, OwnFact::Lapse};
    if (!rules.model->countsTime() || resource.presence != Presence::Present) {
        return next;
    }
    const Stay& stay = resource.stay;
    const StateRule& state = rules.model->states[resource.state];
    if (rules.model->retains) {
        resource.eachSlot([&](const SlotState& slot) {
            if (!slot.retained.empty()) {
                next = std::min(next, DueFact{slot.retained.front().until, OwnFact::RetentionEnd});
            }
        });
    }
    for (std::uint32_t i = 0; i < state.losses.size(); ++i) {
        if ((stay.lossesReported >> i & 1U) == 0) {
            next = std::min(next, DueFact{stay.since + rules.lengthOf(state.losses[i].after), OwnFact::Loss, i});
        }
    }
    next = std::min(
        {next, DueFact{stay.recoversAt, OwnFact::RecoveryEnd}, DueFact{stay.toleranceEnds, OwnFact::ToleranceEnd}});
    if (const auto& then = state.then; then && !isHealing(*rules.model, resource)) {
        next = std::min(next, DueFact{stay.thenFrom + rules.lengthOf(then->after), OwnFact::Then});
    }
    return next;
}

namespace {

Step lose(ResourceState& resource, std::uint32_t loss) {
    Step step;
    step.to = resource.state;
    step.losses = std::uint32_t{1} << loss;
    resource.stay.lossesReported |= step.losses;
    return step;
}

/// Versions that no longer wrap are needed no more; nothing tells.
Step endRetention(ResourceState& resource, Instant now) {
    resource.eachSlot([&](SlotState& slot) {
        std::erase_if(slot.retained, [&](const RetainedVersion& one) { return one.until <= now; });
    });
    return {};
}

Step lapse(const ResourceRules& rules, ResourceState& resource, Instant now) {
    const Model& model = *rules.model;
    Step step;
    resource.credential = Credential::Lapsed;
    resource.lapseAt = never;
    resource.stay.endTolerance();
    setConditions(resource, {}, step);
    moveAsLook(rules, resource, model.renewal->state, Reason::IdentityInactive, now, step);
    return step;
}

/// The run of looks goes on: only looks, and what ends conditions, break it.
Step endOfTolerance(const ResourceRules& rules, ResourceState& resource, Instant now) {
    const Model& model = *rules.model;
    Step step;
    const Reason reason = resource.stay.toleratedReason;
    resource.stay.toleranceEnds = never;
    ConditionSet left;
    for (const ConditionId condition : model.conditions.ids()) {
        if (condition != model.tolerating && resource.conditions.contains(condition)) {
            left.insert(condition);
        }
    }
    setConditions(resource, left, step);
    resource.reasonSlot = resource.stay.toleratedSlot;
    moveAsLook(rules, resource, ruleOf(model, reason).state, reason, now, step);
    return step;
}

Step moveOn(const ResourceRules& rules, ResourceState& resource, Instant now) {
    Step step;
    StateSet movedOn = resource.stay.movedOn;
    movedOn.insert(resource.state);
    move(rules, resource, rules.model->states[resource.state].then->to, resource.reason, now, step);
    resource.stay.movedOn = movedOn;
    return step;
}

} // namespace

Step happen(const ResourceRules& rules, ResourceState& resource, const DueFact& fact) {
    switch (fact.what) {
    case OwnFact::RetentionEnd: return endRetention(resource, fact.at);
    case OwnFact::Loss: return lose(resource, fact.loss);
    case OwnFact::RecoveryEnd: break;
    case OwnFact::ToleranceEnd: return endOfTolerance(rules, resource, fact.at);
    case OwnFact::Then: return moveOn(rules, resource, fact.at);
    case OwnFact::Lapse: return lapse(rules, resource, fact.at);
    }
    assert(false && "the end of a revalidation by hand, or of a healing, needs an answer");
    return {};
}

Step endOfHealing(const ResourceRules& rules, ResourceState& resource, const Look& look, Instant now) {
    Step step = revalidate(rules, resource, look, now);
    endHealing(resource.stay, now);
    return step;
}

Step endRecovery(const ResourceRules& rules, ResourceState& resource, const Look& asked, Instant now) {
    Step step;
    resource.stay.recoversAt = never;
    const Reason reason = reasonFor(resource, asked.answer);
    if (reason != Reason::None) {
        resource.reasonSlot = asked.slotOr(resource.slot);
        move(rules, resource, resource.state, reason, now, step);
        return step;
    }
    resource.stay.endTolerance();
    resource.basesShort = false;
    resource.basesTurn = never;
    setConditions(resource, {}, step);
    settleWrappings(resource, asked);
    move(rules, resource, rules.model->ready(), Reason::None, now, step);
    return step;
}

OperationResult attempt(const Model& model, const ResourceState& resource, OperationId operation) {
    if (resource.presence != Presence::Present) {
        return {true, {}};
    }
    return attempt(model, resource.state, resource.conditions, operation);
}

} // namespace cmksim::engine
