// Which key and which identity a resource of any model uses, and recovery by hand (rules, section 4).
#include "reference/modelled_request.hpp"
#include "reference/services.hpp"

namespace cmksim::reference {

Refusal ModelledResources::update(ModelledResource& resource, const ActionSpec& action, Instant now,
                                  std::vector<Event>& events) {
    Request request{.resource = resource, .key = std::string{action.get<Name>("key").text}, .credential = {}};
    if (action.get<Name>("identity").present()) {
        request.credential = credentialOf(identityName(resource.name, action.get<Name>("identity").text));
        if (request.credential->principal == 0) {
            return "IdentityNotFound";
        }
    }
    if (const bool* automatic = action.find<bool>("automaticRotation")) {
        if (resource.rule().terminal) {
            return "EncryptionImmutable";
        }
        rule("automatic rotation switched");
        resource.followsNewVersions = *automatic;
        return {};
    }
    if (action.find<Cleared>("key") != nullptr) {
        const bool allowed = !resource.key.empty() && resource.model->decryptedIn.contains(resource.state);
        return allowed ? giveUpKey(resource, now, events) : "EncryptionImmutable";
    }
    const bool encrypted = !resource.key.empty();
    if (!encrypted && (request.key.empty() || !resource.model->encryptionLater)) {
        return "EncryptionImmutable";
    }
    if (const ModelRefusal* refusal = refusalOf(encrypted ? "update" : "enable-encryption", request, now)) {
        if (refusal->attachesIdentity && request.credential) {
            resource.attached.insert(request.credential->identity);
        }
        return refusal->error;
    }
    const std::optional<Answer> checked = request.checked;
    if (!request.key.empty()) {
        resource.key = request.key;
    }
    if (request.credential) {
        resource.credential = request.credential;
        resource.attached.insert(request.credential->identity);
    }
    if (checked) {
        resource.wrappedBy = checked->version->material;
        resource.runSince.reset();
        resource.tolerance.reset();
        setConditions(resource, {}, now, events);
    }
    return {};
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
    const std::string own = identityName(resource.name, "SystemAssigned");
    const bool brought = named.contains(own) && !world_.identityExists(own);
    if (brought) {
        world_.makeSystemIdentity(own);
    }
    const ActionSpec action = updateTo(spec, !resource.key.empty());
    const Refusal refusal = action.arguments.empty() ? Refusal{} : update(resource, action, now, events);
    if (refusal.empty()) {
        resource.attached.insert(named.begin(), named.end());
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
    resource.key.clear();
    resource.credential.reset();
    resource.wrappedBy.reset();
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

Refusal ModelledResources::assignIdentity(ModelledResource& resource, const std::string& identity) {
    const bool own = identity == identityName(resource.name, "SystemAssigned");
    if (!own && !world_.identityExists(identity)) {
        return "IdentityNotFound";
    }
    if (own && !resource.attached.contains(identity)) {
        world_.makeSystemIdentity(identity);
    }
    resource.attached.insert(identity);
    if (resource.credential && resource.credential->identity == identity) {
        resource.lapses.reset();
        resource.lapsed = false;
    }
    return {};
}

Refusal ModelledResources::removeIdentity(ModelledResource& resource, const std::string& identity,
                                          std::optional<Instant> lapses) {
    if (!resource.attached.contains(identity)) {
        return "IdentityNotFound";
    }
    if (resource.credential && resource.credential->identity == identity) {
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
    if (byHandAnswer(resource, now) != "None") {
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
