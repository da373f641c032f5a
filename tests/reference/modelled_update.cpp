// Which key and which identity a resource of any model uses, and recovery by hand (rules, section 4).
#include "reference/modelled_request.hpp"
#include "reference/services.hpp"

#include <algorithm>
#include <iterator>

namespace cmksim::reference {

namespace {

// Whether the identity is the one used for a key, or the part of it that is attached.
bool uses(const World& world, const ModelledResource& resource, const std::string& identity) {
    return std::any_of(resource.slots.begin(), resource.slots.end(), [&](const ModelledSlot& slot) {
        return slot.credential && world.attachedFor(slot.credential->identity) == identity;
    });
}

} // namespace

/// What an update is to do to one slot.
struct ModelledResources::SlotRequest {
    std::string slot;
    std::string key;
    std::optional<Credential> credential = {};
    bool removed = false;
    std::optional<Answer> checked = {};
};

// The first slot with that key and that identity, its own where the slot has none. An update that names no identity is
// about any.
const ModelledSlot* ModelledResources::listedSlot(const ModelledResource& resource, const KeyUseSpec& use,
                                                  const std::function<bool(const std::string&)>& isWritten) const {
    const auto found = std::find_if(resource.slots.begin(), resource.slots.end(), [&](const ModelledSlot& slot) {
        const std::string own = identityName(resource.name, "SystemAssigned");
        const std::string identity = slot.credential ? slot.credential->identity : own;
        return !isWritten(slot.name) &&
               isSameKey(world_, keyUseOf(*resource.model), std::string{use.key.text}, slot.key) &&
               (!use.identity.present() || identityName(resource.name, use.identity.text) == identity);
    });
    return found != resource.slots.end() ? &*found : nullptr;
}

// In the order of the slots: the model's, else those that are there and then the others.
std::vector<ModelledResources::SlotRequest> ModelledResources::slotsOf(const ModelledResource& resource,
                                                                       const ActionSpec& action) const {
    std::vector<SlotRequest> written;
    const auto add = [&](const std::string& slot, const Name& key, const Name& identity, bool removed) {
        SlotRequest request{.slot = slot, .key = std::string{key.text}, .removed = removed};
        if (identity.present()) {
            request.credential = credentialOf(identityName(resource.name, identity.text));
        }
        written.push_back(request);
    };
    if (action.get<Name>("key").present() || action.get<Name>("identity").present()) {
        add(resource.model->shortSlot(), action.get<Name>("key"), action.get<Name>("identity"), false);
    }
    for (const KeyUseSpec& use : action.slots()) {
        if (use.slot.present()) {
            add(std::string{use.slot.text}, use.key, use.identity, use.removed);
            continue;
        }
        const auto isWritten = [&](const std::string& slot) {
            return std::any_of(written.begin(), written.end(),
                               [&](const SlotRequest& one) { return one.slot == slot; });
        };
        if (const ModelledSlot* listed = listedSlot(resource, use, isWritten)) {
            add(listed->name, use.removed ? Name{} : use.key, use.removed ? Name{} : use.identity, use.removed);
        } else if (!use.removed) { // beside those that are there
            const auto isThere = [&](const std::string& slot) {
                return std::any_of(resource.slots.begin(), resource.slots.end(),
                                   [&](const ModelledSlot& one) { return one.name == slot; });
            };
            std::string free = "primary";
            for (int number = 2; isThere(free) || isWritten(free); ++number) {
                free = "key-" + std::to_string(number);
            }
            add(free, use.key, use.identity, false);
        }
    }
    std::vector<std::string> order;
    if (resource.model->keys && !resource.model->keys->slots.empty()) {
        order = resource.model->keys->slots;
    } else {
        for (const ModelledSlot& slot : resource.slots) {
            order.push_back(slot.name);
        }
    }
    std::vector<SlotRequest> sorted;
    for (const std::string& slot : order) {
        std::copy_if(written.begin(), written.end(), std::back_inserter(sorted),
                     [&](const SlotRequest& one) { return one.slot == slot; });
    }
    std::copy_if(written.begin(), written.end(), std::back_inserter(sorted), [&](const SlotRequest& one) {
        return std::find(order.begin(), order.end(), one.slot) == order.end();
    });
    return sorted;
}

bool ModelledResources::isPossible(ModelledResource& resource, const SlotRequest& request) {
    const ModelledSlot* present = resource.slotNamed(request.slot);
    const ModelFile& model = *resource.model;
    if (request.removed) {
        const bool optional = model.keys && model.keys->optional.contains(request.slot);
        return present != nullptr && (optional || (model.anyKeyWillDo() && resource.slots.size() > 1));
    }
    return present != nullptr || (!request.key.empty() && (!resource.slots.empty() || model.encryptionLater));
}

// Whether a key that stays opens the data.
bool ModelledResources::opensWithout(const ModelledResource& resource, const std::vector<SlotRequest>& requests,
                                     Instant now) const {
    return std::any_of(resource.slots.begin(), resource.slots.end(), [&](const ModelledSlot& slot) {
        const auto request = std::find_if(requests.begin(), requests.end(),
                                          [&](const SlotRequest& one) { return one.slot == slot.name; });
        if (request != requests.end() && (request->removed || request->checked)) {
            return !request->removed;
        }
        return check(world_, questionOf(resource, slot), now).reason == "None";
    });
}

Refusal ModelledResources::update(ModelledResource& resource, const ActionSpec& action, Instant now,
                                  std::vector<Event>& events) {
    std::vector<SlotRequest> requests = slotsOf(resource, action);
    if (std::any_of(requests.begin(), requests.end(),
                    [](const SlotRequest& one) { return one.credential && one.credential->principal == 0; })) {
        return "IdentityNotFound";
    }
    if (const bool* automatic = action.find<bool>("automaticRotation")) {
        if (resource.rule().terminal) {
            return "EncryptionImmutable";
        }
        rule("automatic rotation switched");
        resource.followsNewVersions = *automatic;
        return {};
    }
    const auto isRemoved = [](const SlotRequest& one) { return one.removed; };
    std::size_t left = resource.slots.size();
    for (const SlotRequest& one : requests) {
        const bool there = resource.slotNamed(one.slot) != nullptr;
        left -= one.removed && there ? 1U : 0U;
        left += !one.removed && !there && !one.key.empty() ? 1U : 0U;
    }
    const bool removesAll =
        left == 0 && !requests.empty() && std::all_of(requests.begin(), requests.end(), [&](const SlotRequest& one) {
            return one.removed && resource.slotNamed(one.slot) != nullptr;
        });
    if (action.find<Cleared>("key") != nullptr || removesAll) {
        if (resource.slots.empty() || !resource.model->decryptedIn.contains(resource.state)) {
            return "EncryptionImmutable";
        }
        for (const std::string& condition : resource.conditions) {
            if (resource.model->keptDuring.contains(condition)) {
                rule("a key not taken away in a condition");
                return "EncryptionImmutable";
            }
        }
        return giveUpKey(resource, now, events);
    }
    const bool listsOnly = !action.slots().empty() && !action.slots().front().slot.present();
    if (requests.empty() && listsOnly) {
        rule("a key that is not listed not removed");
        return {};
    }
    if (requests.empty() || !std::all_of(requests.begin(), requests.end(),
                                         [&](const SlotRequest& one) { return isPossible(resource, one); })) {
        return "EncryptionImmutable";
    }
    if (left > (resource.model->keys ? resource.model->keys->most : 1)) {
        rule("too many keys");
        return "TooManyKeys";
    }
    for (SlotRequest& one : requests) {
        if (one.removed) {
            continue;
        }
        const ModelledSlot none{};
        const ModelledSlot* present = resource.slotNamed(one.slot);
        Request request{.resource = resource,
                        .slot = present != nullptr ? *present : none,
                        .key = one.key,
                        .credential = one.credential};
        if (const ModelRefusal* refusal =
                refusalOf(resource.slots.empty() ? "enable-encryption" : "update", request, now)) {
            for (const SlotRequest& named : requests) {
                if (refusal->attachesIdentity && named.credential) {
                    resource.attached.insert(world_.attachedFor(named.credential->identity));
                }
            }
            return refusal->error;
        }
        one.checked = request.checked;
    }
    if (std::any_of(requests.begin(), requests.end(), isRemoved)) {
        if (resource.model->anyKeyWillDo() && !opensWithout(resource, requests, now)) {
            rule("a key not removed, as no other one opens");
            return "KeyAccessDenied";
        }
        rule("a key removed");
    }
    takeSlots(resource, requests, now, events);
    return {};
}

void ModelledResources::takeSlots(ModelledResource& resource, const std::vector<SlotRequest>& requests, Instant now,
                                  std::vector<Event>& events) {
    bool checked = false;
    for (const SlotRequest& one : requests) {
        if (one.removed) {
            std::erase_if(resource.slots, [&](const ModelledSlot& slot) { return slot.name == one.slot; });
            continue;
        }
        if (resource.slotNamed(one.slot) == nullptr) {
            resource.slots.push_back({.name = one.slot});
        }
        ModelledSlot& slot = *resource.slotNamed(one.slot);
        const std::string before = slot.key;
        if (!one.key.empty()) {
            slot.key = one.key;
        }
        if (one.credential) {
            slot.credential = one.credential;
            resource.attached.insert(world_.attachedFor(one.credential->identity));
        }
        if (one.checked) {
            checked = true;
            wrapBy(resource, slot, one.checked->version->material, before, now);
        }
    }
    sortSlots(*resource.model, resource.slots);
    if (checked) {
        resource.runSince.reset();
        resource.tolerance.reset();
        setConditions(resource, {}, now, events);
    }
}

Refusal ModelledResources::deploy(ModelledResource& resource, const ResourceSpec& spec, Instant now,
                                  std::vector<Event>& events) {
    if (namesMissingIdentity(resource.name, spec)) {
        return "IdentityNotFound";
    }
    rule("a template deployed again");
    std::set<std::string> named;
    for (const Name& identity : spec.identities) {
        named.insert(identityName(resource.name, identity.text));
    }
    if (spec.identity.present()) {
        named.insert(identityName(resource.name, spec.identity.text));
    }
    for (const KeyUseSpec& use : spec.slots) {
        if (use.identity.present()) {
            named.insert(identityName(resource.name, use.identity.text));
        }
    }
    const std::string own = identityName(resource.name, "SystemAssigned");
    const bool brought = named.contains(own) && !world_.identityExists(own);
    if (brought) {
        world_.makeSystemIdentity(own);
    }
    ActionSpec action = updateTo(spec, !resource.slots.empty() && spec.slots.empty());
    std::vector<KeyUseSpec> slots = spec.slots;
    for (const ModelledSlot& slot : resource.slots) { // what it does not name is to go
        const bool isShort = spec.keyReference.present() && slot.name == resource.model->shortSlot();
        const bool named = std::any_of(spec.slots.begin(), spec.slots.end(),
                                       [&](const KeyUseSpec& use) { return use.slot.text == slot.name; });
        if (!isShort && !named && action.find<Cleared>("key") == nullptr) {
            slots.push_back({.slot = {slot.name, {}}, .removed = true});
        }
    }
    const bool changes = !action.arguments().empty() || !slots.empty();
    action.give({"keys", std::move(slots)});
    const Refusal refusal = changes ? update(resource, action, now, events) : Refusal{};
    if (refusal.empty()) {
        for (const std::string& one : named) {
            resource.attached.insert(world_.attachedFor(one));
        }
        if (spec.automaticRotation) {
            resource.followsNewVersions = spec.automaticRotation->value;
        }
    } else if (brought && !resource.attached.contains(own)) {
        world_.endSystemIdentity(own);
    }
    return refusal;
}

Refusal ModelledResources::giveUpKey(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    rule("a key taken away");
    resource.slots.clear();
    resource.lapses.reset();
    resource.lapsed = false;
    resource.runSince.reset();
    resource.tolerance.reset();
    setConditions(resource, {}, now, events);
    if (resource.basesUnavailable) {
        moveAsLook(resource, resource.model->bases->state, "BaseUnavailable", now, events);
    } else {
        moveTo(resource, resource.model->first(), "None", now, events);
    }
    return {};
}

Refusal ModelledResources::assignIdentity(ModelledResource& resource, const std::string& written) {
    const std::string identity = world_.attachedFor(written);
    const bool own = identity == identityName(resource.name, "SystemAssigned");
    if (!own && !world_.identityExists(identity)) {
        return "IdentityNotFound";
    }
    if (own && !resource.attached.contains(identity)) {
        world_.makeSystemIdentity(identity);
    }
    resource.attached.insert(identity);
    if (uses(world_, resource, identity)) {
        resource.lapses.reset();
        resource.lapsed = false;
    }
    return {};
}

Refusal ModelledResources::removeIdentity(ModelledResource& resource, const std::string& written,
                                          std::optional<Instant> lapses) {
    const std::string identity = world_.attachedFor(written);
    if (!resource.attached.contains(identity)) {
        return "IdentityNotFound";
    }
    if (uses(world_, resource, identity)) {
        if (lapses && !resource.lapses) {
            resource.lapses = lapses;
        }
        return "IdentityInUse";
    }
    resource.attached.erase(identity);
    if (identity == identityName(resource.name, "SystemAssigned")) {
        world_.endSystemIdentity(identity);
    }
    return {};
}

Refusal ModelledResources::revalidateByHand(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    const ModelRecovery& recovery = *resource.model->recovery;
    if (resource.rule().terminal) {
        return recovery.error;
    }
    if (!resource.rule().byAction) {
        if (resource.looks()) {
            rule("a look by hand");
            look(resource, now, events);
        }
        return {};
    }
    if (resource.recoveryEnds) {
        rule("a revalidation by hand while one is under way");
        return "OperationInProgress";
    }
    if (byHandAnswer(resource, now).reason != "None") {
        rule("a revalidation by hand refused");
        return recovery.error;
    }
    resource.recoveryEnds = now + recovery.takes;
    if (recovery.takes == Duration::zero()) {
        endRecovery(resource, now, events);
    }
    return {};
}

} // namespace cmksim::reference
