#include "engine/slot_update.hpp"

#include "engine/free_slot.hpp"
#include "engine/request.hpp"
#include "engine/resource_changes.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::engine {

SlotUpdate::SlotUpdate(const ResourceRules& rules, const ResourceState& resource, const WorldView& world,
                       const ResourceUpdate& action, Instant now)
    : rules_{rules}, resource_{resource}, world_{world}, now_{now} {
    if (action.identity.valid() || action.key.to.valid()) {
        add({rules.shortSlot, action.key.to, action.identity});
    }
    for (const SlotChange& change : action.slots) {
        if (const auto named = change.slot.valid() ? change : inSlot(change)) {
            add(*named);
        }
    }
    std::ranges::stable_sort(changes_, {}, [this](const Change& change) { return placeOf(change.named.slot); });
}

void SlotUpdate::add(const SlotChange& named) {
    Change change{.named = named, .key = named.key, .present = resource_.keyIn(named.slot)};
    if (rules_.model->sameKeyIsIdentityUpdate && named.identity.valid() && named.key.valid() &&
        change.present != nullptr && isSameKey(rules_, named.key, change.present->key)) {
        change.key = {};
    }
    const bool isFirstKey = named.key.valid() && change.present == nullptr;
    if (isFirstKey && !named.identity.valid() && makesIdentityFor(rules_, named.slot)) {
        change.named.identity = rules_.ownIdentity;
    }
    changes_.push_back(std::move(change));
}

/// One that is there already is named as an update of its slot names it. Of several that are equal the first goes.
std::optional<SlotChange> SlotUpdate::inSlot(const SlotChange& listed) {
    const SlotState* held = nullptr;
    resource_.eachSlot([&](const SlotState& one) {
        held = held == nullptr && isListed(one, listed) && !isNamed(one.slot) ? &one : held;
    });
    if (listed.removed) {
        return held != nullptr ? std::optional{SlotChange{.slot = held->slot, .removed = true}} : std::nullopt;
    }
    const SlotId slot = held != nullptr ? held->slot : freeSlot(rules_.slots, [&](SlotId one) {
        return resource_.keyIn(one) != nullptr || isNamed(one);
    });
    isFull_ = isFull_ || !slot.valid();
    return slot.valid() ? std::optional{SlotChange{.slot = slot, .key = listed.key, .identity = listed.identity}}
                        : std::nullopt;
}

/// A key without an identity counts as one that the resource uses with its own.
bool SlotUpdate::isListed(const SlotState& slot, const SlotChange& listed) const {
    const IdentityId identity = slot.identity.valid() ? slot.identity : rules_.ownIdentity;
    return isSameKey(rules_, slot.key, listed.key) && (!listed.identity.valid() || listed.identity == identity);
}

bool SlotUpdate::isNamed(SlotId slot) const {
    return std::ranges::any_of(changes_, [&](const Change& change) { return change.named.slot == slot; });
}

/// The model's order, else that in which the resource came to have them.
std::size_t SlotUpdate::placeOf(SlotId slot) const {
    if (rules_.model->keys && !rules_.model->keys->slots.empty()) {
        const std::vector<std::string>& order = rules_.model->keys->slots;
        return static_cast<std::size_t>(std::ranges::find(order, rules_.slots[slot.index()]) - order.begin());
    }
    std::size_t place = 0;
    std::size_t found = 1 + resource_.otherSlots.size();
    resource_.eachSlot([&](const SlotState& one) {
        found = one.slot == slot && one.key.valid() ? place : found;
        ++place;
    });
    return found;
}

bool SlotUpdate::namesMissingIdentity() const {
    return std::ranges::any_of(changes_, [&](const Change& change) {
        return change.named.identity.valid() && !world_.principal(change.named.identity).valid();
    });
}

bool SlotUpdate::isPossible() const {
    return std::ranges::all_of(changes_, [&](const Change& change) { return isPossible(change); });
}

bool SlotUpdate::isPossible(const Change& change) const {
    const Model& model = *rules_.model;
    if (change.named.removed) {
        return change.present != nullptr &&
               (isOptional(rules_, change.named.slot) || (model.anyKeyWillDo() && resource_.hasSeveralKeys()));
    }
    if (change.present != nullptr) {
        return true;
    }
    if (resource_.SlotState::key.valid()) {
        return change.named.key.valid();
    }
    return change.named.key.valid() ? model.encryptionLater
                                    : !model.defaultIdentity.empty() && change.named.slot == rules_.shortSlot;
}

bool SlotUpdate::leavesNone() const {
    return resource_.SlotState::key.valid() && !changes_.empty() &&
           std::ranges::all_of(
               changes_, [](const Change& change) { return change.named.removed && change.present != nullptr; }) &&
           changes_.size() == 1 + resource_.otherSlots.size();
}

bool SlotUpdate::isTooMany() const {
    std::size_t count = resource_.SlotState::key.valid() ? 1 + resource_.otherSlots.size() : 0;
    bool adds = false;
    for (const Change& change : changes_) {
        count -= change.named.removed ? 1 : 0;
        if (change.present == nullptr && change.named.key.valid()) {
            ++count;
            adds = true;
        }
    }
    return isFull_ || (adds && count > (rules_.model->keys ? rules_.model->keys->most : 1));
}

/// A resource without a key may have an identity all the same, which a new key is used with.
const SlotState& SlotUpdate::before(const Change& change) const {
    if (change.present != nullptr) {
        return *change.present;
    }
    return resource_.SlotState::key.valid() ? none_ : resource_;
}

std::optional<ModelRefusal> SlotUpdate::refusal(PropertyValues properties) {
    for (Change& change : changes_) {
        if (change.named.removed) {
            continue;
        }
        const bool enables = !resource_.SlotState::key.valid() && change.key.valid();
        Request request{rules_,
                        resource_,
                        before(change),
                        *resource_.described,
                        world_,
                        {change.named.identity, change.key, properties},
                        enables ? RefusableAction::EnableEncryption : RefusableAction::Update};
        if (const std::optional<ModelRefusal> refusal = request.refusal()) {
            return refusal;
        }
        change.checked = request.checked();
    }
    return {};
}

std::optional<ModelRefusal> SlotUpdate::refusalOfProperties(PropertyValues properties) const {
    Slots slots = slotsAfter();
    if (slots.empty()) {
        slots.push_back(resource_);
    }
    for (const SlotState& slot : slots) {
        const SlotState* present = resource_.keyIn(slot.slot);
        const SlotState& known = present != nullptr ? *present : static_cast<const SlotState&>(resource_);
        if (const std::optional<ModelRefusal> refusal = Request{rules_,
                                                                resource_,
                                                                known,
                                                                *resource_.described,
                                                                world_,
                                                                {slot.identity, slot.key, properties},
                                                                RefusableAction::ChangeProperties}
                                                            .refusal()) {
            return refusal;
        }
    }
    return {};
}

bool SlotUpdate::locksOut() const {
    const auto isNamed = [&](const SlotState& slot) {
        return std::ranges::find(changes_, slot.slot, [](const Change& change) { return change.named.slot; });
    };
    const bool removes = std::ranges::any_of(changes_, [](const Change& change) { return change.named.removed; });
    if (!removes || !rules_.model->anyKeyWillDo()) {
        return false;
    }
    bool opens = false;
    resource_.eachSlot([&](const SlotState& slot) {
        const auto change = isNamed(slot);
        if (change != changes_.end() && change->named.removed) {
            return;
        }
        const bool passed = change != changes_.end() && change->checked;
        opens =
            opens || passed || world_.asked(accessPath(rules_, resource_, slot), slot.wrapping).reason == Reason::None;
    });
    return !opens;
}

SlotState SlotUpdate::after(const Change& change) const {
    SlotState slot = before(change);
    const Wrapping wrapped = slot.wrapping;
    const KeyReferenceId present = slot.key;
    slot.slot = change.named.slot;
    if (change.named.identity.valid()) {
        slot.identity = change.named.identity;
        slot.principal = world_.principal(change.named.identity);
    }
    if (change.key.valid()) {
        slot.key = change.key;
    }
    if (change.checked) {
        const bool usable =
            rules_.model->retains && present.valid() && wrapped.known() &&
            world_.look(pathOf(rules_, *resource_.described, slot.identity, slot.principal, present), wrapped)
                    .answer.reason == Reason::None;
        wrapBy(rules_, slot, change.checked->versionInUse, present, usable, now_);
    }
    return slot;
}

Slots SlotUpdate::slotsAfter() const {
    Slots slots = slotsOf(resource_);
    for (const Change& change : changes_) {
        const auto known = std::ranges::find(slots, change.named.slot, &SlotState::slot);
        if (change.named.removed) {
            slots.erase(known);
        } else if (known != slots.end()) {
            *known = after(change);
        } else if (SlotState added = after(change); added.key.valid()) {
            const std::size_t place = placeOf(added.slot);
            const auto behind =
                std::ranges::find_if(slots, [&](const SlotState& one) { return placeOf(one.slot) > place; });
            slots.insert(behind, std::move(added));
        }
    }
    return slots;
}

bool SlotUpdate::applyTo(ResourceState& resource) const {
    Slots slots = slotsAfter();
    if (slots.empty() && !changes_.empty()) { // of the identity that a resource without a key has
        slots.push_back(after(changes_.front()));
    }
    if (!changes_.empty()) {
        setSlots(resource, std::move(slots));
    }
    return std::ranges::any_of(changes_, [](const Change& change) { return change.checked.has_value(); });
}

} // namespace cmksim::engine
