// How resources of any model come to be and end, and which refusals of the model apply.
#include "reference/check.hpp"
#include "reference/modelled_request.hpp"
#include "reference/services.hpp"

#include <algorithm>

namespace cmksim::reference {

namespace {

// What wraps the DEK of a resource that was set up properly before the start: nothing if its URI leads to no key.
std::optional<Material> wrappingAtStart(const World& world, const KeyUse& use, const std::string& text) {
    const KeyReference reference = readKeyReference(world, use, text);
    const Vault* vault = vaultOf(world, reference);
    if (vault == nullptr || !vault->keys.contains(reference.key)) {
        return std::nullopt;
    }
    const Key& key = vault->keys.at(reference.key);
    const Version* version = reference.version.empty() ? &key.versions.back() : key.versionNamed(reference.version);
    return version == nullptr ? std::nullopt : std::optional{version->material};
}

bool isOneOf(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

ModelledResources::ModelledResources(const Scenario& scenario, const std::vector<ModelFile>& models, World& world)
    : models_{models}, world_{world} {
    for (const ResourceSpec& spec : scenario.estate.resources) {
        ModelledResource resource = made(std::string{spec.key.text}, spec, scenarioStart);
        for (ModelledSlot& slot : resource.slots) {
            slot.wrappedBy = wrappingAtStart(world, keyUseOf(*resource.model), slot.key);
        }
        if (const std::string own = identityName(resource.name, "SystemAssigned"); world.identityExists(own)) {
            resource.attached.insert(own);
        }
        if (spec.state.present()) {
            resource.state = spec.state.text;
            resource.basesUnavailable = resource.slots.empty() && !resource.isFirst();
            resource.losesNothingYet = resource.rule().terminal;
        }
        if (resource.rule().down && !resource.rule().terminal) {
            resource.outages = 1;
            resource.downSince = scenarioStart;
        }
        resources_.push_back(resource);
    }
}

// In the model's order; where the estate names the slots, in that in which they came.
void ModelledResources::sortSlots(const ModelFile& model, std::vector<ModelledSlot>& slots) {
    if (!model.keys || model.keys->slots.empty()) {
        return;
    }
    std::vector<ModelledSlot> sorted;
    for (const std::string& name : model.keys->slots) {
        for (const ModelledSlot& slot : slots) {
            if (slot.name == name) {
                sorted.push_back(slot);
            }
        }
    }
    slots = sorted;
}

ModelledResource ModelledResources::made(const std::string& name, const ResourceSpec& spec, Instant birth) {
    ModelledResource resource;
    resource.name = name;
    for (const ModelFile& model : models_) {
        if (model.service == spec.service.text) {
            resource.model = &model;
        }
    }
    resource.state = resource.model->first();
    resource.outboundIp = spec.outboundIp;
    resource.followsNewVersions = spec.automaticRotation ? spec.automaticRotation->value : resource.model->rotates;
    resource.firstLook = birth + spec.phase;
    resource.firstRecoveryLook = birth + (spec.recoveryPhase ? spec.recoveryPhase->value : Duration{});
    resource.firstRotation = birth + (spec.rotationPhase ? spec.rotationPhase->value : Duration{});
    resource.since = birth;
    for (const Name& base : spec.on) {
        resource.on.emplace_back(base.text);
    }
    resource.downBefore = false;
    for (const Name& identity : spec.identities) {
        resource.attached.insert(world_.attachedFor(identityName(name, identity.text)));
    }
    const auto addSlot = [&](std::string_view slot, const Name& key, const Name& identity) {
        ModelledSlot made{.name = std::string{slot}, .key = std::string{key.text}};
        if (identity.present()) {
            made.credential = credentialOf(identityName(name, identity.text));
            resource.attached.insert(world_.attachedFor(made.credential->identity));
        }
        resource.slots.push_back(made);
    };
    if (spec.keyReference.present()) {
        addSlot(resource.model->shortSlot(), spec.keyReference, spec.identity);
    }
    for (const KeyUseSpec& use : spec.slots) {
        addSlot(use.slot.text, use.key, use.identity);
    }
    if (resource.slots.size() > 1) {
        rules_.insert(resource.model->anyKeyWillDo() ? "several keys of which any will do" : "several keys");
    }
    for (const ModelledSlot& slot : resource.slots) {
        const std::string kind = world_.kindOfVault(world_.vaultNameOfHost(parseKeyReference(slot.key).vault));
        if (!kind.empty()) {
            rules_.insert(resource.model->otherVaults.contains(kind) ? "a key in a vault of another kind"
                                                                     : "a key in a vault of a kind that is not taken");
        }
    }
    sortSlots(*resource.model, resource.slots);
    return resource;
}

bool ModelledResources::namesMissingIdentity(const std::string& name, const ResourceSpec& spec) const {
    std::vector<Name> named = spec.identities;
    if (spec.identity.present()) {
        named.push_back(spec.identity);
    }
    for (const KeyUseSpec& use : spec.slots) {
        if (use.identity.present()) {
            named.push_back(use.identity);
        }
    }
    return std::any_of(named.begin(), named.end(), [&](const Name& written) {
        const std::string identity = identityName(name, written.text);
        return identity != identityName(name, "SystemAssigned") && !world_.identityExists(identity);
    });
}

Refusal ModelledResources::create(const std::string& name, const ResourceSpec& spec, Instant now) {
    if (existing(name) != nullptr) {
        return "ResourceExists";
    }
    if (namesMissingIdentity(name, spec)) {
        return "IdentityNotFound";
    }
    ModelledResource resource = made(name, spec, now);
    resource.losesNothingYet = true;
    Refusal refused;
    std::vector<std::optional<Material>> wraps;
    for (const ModelledSlot& slot : resource.slots) {
        Request request{
            .resource = resource, .slot = slot, .creates = true, .key = slot.key, .credential = slot.credential};
        if (const ModelRefusal* refusal = refusalOf("create", request, now)) {
            if (refusal->leaves.empty()) {
                return refusal->error;
            }
            refused = refusal->error;
            resource.state = refusal->leaves;
            resource.reason = request.checked ? std::string{request.checked->reason} : "RequirementNotMet";
            break;
        }
        wraps.push_back(request.checked ? std::optional{request.checked->version->material} : std::nullopt);
    }
    for (std::size_t i = 0; refused.empty() && i < wraps.size(); ++i) {
        resource.slots[i].wrappedBy = wraps[i];
    }
    const std::string own = identityName(name, "SystemAssigned");
    if (resource.attached.contains(own)) {
        world_.makeSystemIdentity(own);
        for (ModelledSlot& slot : resource.slots) {
            if (slot.credential && slot.credential->identity == own) {
                slot.credential = credentialOf(own);
            }
        }
    }
    if (ModelledResource* deleted = const_cast<ModelledResource*>(find(name))) {
        *deleted = resource;
    } else {
        resources_.push_back(resource);
    }
    return refused;
}

Refusal ModelledResources::remove(ModelledResource& resource, Instant now) {
    if (resource.model->deleteNeedsNothingOnIt && carriesOthers(resource)) {
        return "InUse";
    }
    const ModelledResource before = resource;
    resource = ModelledResource{};
    resource.name = before.name;
    resource.model = before.model;
    resource.outages = before.outages;
    resource.downtimeBefore = before.downtimeAt(now);
    resource.state = "Deleted";
    resource.recoverable = false;
    world_.endSystemIdentity(identityName(resource.name, "SystemAssigned"));
    return {};
}

// --- refusals --------------------------------------------------------------------------------------------------------

const ModelRefusal* ModelledResources::refusalOf(const std::string& action, Request& request, Instant now) {
    const auto rules = request.resource.model->refusals.find(action);
    if (rules == request.resource.model->refusals.end()) {
        return nullptr;
    }
    for (const ModelRefusal& rule : rules->second) {
        if (!holds(rule, request) || (rule.checkFails && request.key.empty() && request.slot.key.empty())) {
            continue;
        }
        if (!rule.checkFails) {
            return &rule;
        }
        if (!request.checked) {
            request.checked = checkFor(request, now);
        }
        if (request.checked->reason != "None") {
            return &rule;
        }
    }
    return nullptr;
}

bool ModelledResources::holds(const ModelRefusal& rule, const Request& request) const {
    const ModelledResource& resource = request.resource;
    for (const auto& [name, values] : rule.when) {
        const bool wanted = values.front() == "true";
        const std::string state = request.creates ? resource.model->first() : resource.state;
        const bool holds = name == "names-key"        ? wanted == !request.key.empty()
                           : name == "names-identity" ? wanted == request.credential.has_value()
                           : name == "state"          ? isOneOf(values, state)
                           : name == "state-not"      ? !isOneOf(values, state)
                           : name == "reason"         ? isOneOf(values, resource.reason)
                           : name == "reason-not"     ? !isOneOf(values, resource.reason)
                           : name == "has-key"        ? wanted == (!request.creates && !resource.slots.empty())
                           : name == "present-key"
                               ? !request.key.empty() && wanted == (!request.slot.key.empty() &&
                                                                    isSameKey(world_, keyUseOf(*resource.model),
                                                                              request.key, request.slot.key))
                               : false;
        if (!holds) {
            return false;
        }
    }
    return true;
}

// Of a creation the new key with the new identity; of an update that names a key that too, and the present key with
// the present identity or the new one; of an update of the identity alone the present key with the new one.
Answer ModelledResources::checkFor(const Request& request, Instant now) {
    const Question present = questionOf(request.resource, request.slot);
    Question presentWithNew = present;
    if (request.credential) {
        presentWithNew.credential = request.credential;
        presentWithNew.lapsed = false;
    }
    if (request.key.empty()) {
        return check(world_, presentWithNew, now);
    }
    Question next = presentWithNew;
    next.key = request.key;
    next.wrappedBy.reset();
    Answer answer = check(world_, next, now);
    if (request.creates || request.resource.slots.empty() || answer.reason != "None") {
        return answer;
    }
    const bool any = request.resource.model->anyKeyWillDo();
    const bool anotherOpens =
        std::any_of(request.resource.slots.begin(), request.resource.slots.end(), [&](const ModelledSlot& other) {
            return other.name != request.slot.name &&
                   check(world_, questionOf(request.resource, other), now).reason == "None";
        });
    if (request.slot.key.empty()) { // a further one
        rule("a key added");
        if (any && !anotherOpens) {
            rule("a key not added, as no other one opened");
            answer.reason = check(world_, questionOf(request.resource, request.resource.slots.front()), now).reason;
        }
        return answer;
    }
    const Answer unwrap = check(world_, present, now);
    if (unwrap.reason == "None" || check(world_, presentWithNew, now).reason == "None") {
        return answer;
    }
    if (any && anotherOpens) {
        rule("another key opened what the present one did not");
        return answer;
    }
    answer.reason = unwrap.reason;
    return answer;
}

} // namespace cmksim::reference
