// `resource.update`: which key and which identity a resource uses (semantics, 4.1 to 4.4). `key` is empty, and
// `credential` nothing, where the update does not name them.
#include "reference/services.hpp"

namespace cmksim::reference {

void take(const World& world, Resource& resource, const std::string& key, const std::optional<Credential>& credential) {
    if (!key.empty()) {
        resource.key = key;
    }
    if (credential) {
        resource.credential = credential;
        resource.attached.insert(world.attachedFor(credential->identity));
    }
}

bool isSameKey(const World& world, const KeyUse& use, const std::string& one, const std::string& other) {
    const KeyReference a = readKeyReference(world, use, one);
    const KeyReference b = readKeyReference(world, use, other);
    if (a.vault.empty() || b.vault.empty()) {
        return one == other;
    }
    return a.vault == b.vault && a.kind == b.kind && a.key == b.key && a.version == b.version;
}

ActionSpec updateTo(const ResourceSpec& spec, bool encrypted) {
    ActionSpec update;
    if (spec.keyReference.present()) {
        update.give({"key", spec.keyReference});
        if (spec.identity.present()) {
            update.give({"identity", spec.identity});
        }
    } else if (encrypted) {
        update.give({"key", Cleared{}});
    }
    return update;
}

// A template says all of a resource: what it does not name has its default, but for identities, which stay.
Refusal Resources::deploy(Resource& resource, const ResourceSpec& spec, Instant now, std::vector<Event>& consequences) {
    if (namesMissingIdentity(resource.name, spec)) {
        return "IdentityNotFound";
    }
    rules_.insert("a template deployed again");
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
    ActionSpec action = updateTo(spec, !resource.key.empty());
    const std::vector<std::string_view> changeable =
        isRegistry(resource.service) ? std::vector<std::string_view>{"contentTrust", "geoReplication", "virtualNetwork"}
                                     : std::vector<std::string_view>{"continuousBackup"};
    std::vector<PropertySpec> properties;
    for (const std::string_view name : changeable) {
        PropertySpec property{{name, {}}, {"false", {}}};
        for (const PropertySpec& given : spec.properties) {
            property = given.name.text == name ? given : property;
        }
        properties.push_back(property);
    }
    if (resource.service != Service::DocumentDb) {
        action.give({{}, std::move(properties)});
    }
    const Refusal refusal = update(resource, action, now, consequences);
    if (refusal.empty()) {
        for (const std::string& one : named) {
            resource.attached.insert(world_.attachedFor(one));
        }
    } else if (brought && !resource.attached.contains(own)) {
        world_.endSystemIdentity(own);
    }
    return refusal;
}

// All of an update happens, or none of it.
Refusal Resources::update(Resource& resource, const ActionSpec& action, Instant now, std::vector<Event>& consequences) {
    const Resource before = resource;
    const std::size_t told = consequences.size();
    const bool ofEncryption = action.get<Name>("identity").present() || action.get<Name>("key").present() ||
                              action.find<Cleared>("key") != nullptr;
    if (ofEncryption) {
        if (const Refusal refusal = updateEncryption(resource, action, now, consequences); !refusal.empty()) {
            return refusal;
        }
    }
    const Refusal refusal = changeProperties(resource, action);
    if (!refusal.empty()) {
        resource = before;
        consequences.erase(consequences.begin() + static_cast<std::ptrdiff_t>(told), consequences.end());
    }
    return refusal;
}

Refusal Resources::updateEncryption(Resource& resource, const ActionSpec& action, Instant now,
                                    std::vector<Event>& consequences) {
    std::optional<Credential> credential;
    if (action.get<Name>("identity").present()) {
        credential = credentialOf(identityName(resource.name, action.get<Name>("identity").text));
        if (credential->principal == 0) {
            return "IdentityNotFound";
        }
    }
    if (action.find<Cleared>("key") != nullptr) {
        return "EncryptionImmutable";
    }
    std::string key{action.get<Name>("key").text};
    const Changes changes = changesOf(resource, action);
    if (resource.key.empty()) {
        if (resource.service != Service::CosmosDb) {
            return "EncryptionImmutable";
        }
        return key.empty() ? changeDefaultIdentity(resource, *credential, now)
                           : giveKey(resource, key, credential, changes, now);
    }
    if (!isRegistry(resource.service) && credential && !key.empty() &&
        isSameKey(world_, keyUseOf(resource.service, readings_), key, resource.key)) {
        rules_.insert("present key named with an identity");
        key.clear();
    }
    if (resource.service == Service::CosmosDb) {
        return updateCosmosDb(resource, key, credential, changes, now);
    }
    if (resource.service == Service::DocumentDb) {
        return updateDocumentDb(resource, key, credential, now);
    }
    return updateRegistry(resource, key, credential, now, consequences);
}

// The checks that an update asks for (section 2): of the new key with the new identity, and of the present key with the
// present identity or the new one; of the present key alone, where only the identity changes. The answer is that of the
// key which the resource will use.
Answer Resources::checksOfUpdate(const Resource& resource, const std::string& key,
                                 const std::optional<Credential>& credential, Instant now) const {
    Question present = questionOf(resource);
    Question presentWithNew = present;
    if (credential) {
        presentWithNew.credential = credential;
        presentWithNew.lapsed = false;
    }
    if (key.empty()) {
        return check(world_, presentWithNew, now);
    }
    Question next = presentWithNew;
    next.key = key;
    next.wrappedBy.reset();
    Answer answer = check(world_, next, now);
    if (answer.reason != "None") {
        return answer;
    }
    const Answer unwrap = check(world_, present, now);
    if (unwrap.reason != "None" && check(world_, presentWithNew, now).reason != "None") {
        answer.reason = unwrap.reason;
    }
    return answer;
}

// Encryption with a key of one's own, of a resource that had none.
Refusal Resources::giveKey(Resource& resource, const std::string& key, const std::optional<Credential>& credential,
                           const Changes& changes, Instant now) {
    if (credential || !changes.empty()) {
        return "CombinedUpdateUnsupported";
    }
    if (const Refusal refusal = refusalOfVault(resource, key); !refusal.empty()) {
        return refusal;
    }
    Question question = questionOf(resource);
    question.key = key;
    const Answer answer = check(world_, question, now);
    if (answer.reason != "None") {
        return "KeyAccessDenied";
    }
    take(world_, resource, key, credential);
    resource.wrappedBy = answer.version->material;
    return {};
}

Refusal Resources::changeDefaultIdentity(Resource& resource, const Credential& credential, Instant now) {
    if (!isAttached(resource, credential.identity)) {
        return "IdentityNotAttached";
    }
    if (resource.key.empty()) {
        rules_.insert("default identity without a key");
    } else if (readings_.validatesDefaultIdentity && checksOfUpdate(resource, "", credential, now).reason != "None") {
        return "KeyAccessDenied";
    }
    resource.credential = credential;
    return {};
}

// A key that a resource has not had yet must lie in a vault that its service takes.
Refusal Resources::refusalOfNewKey(const Resource& resource, const std::string& key) const {
    if (key.empty() || isSameKey(world_, keyUseOf(resource.service, readings_), key, resource.key)) {
        return "";
    }
    const Refusal ofKind = resource.service == Service::DocumentDb ? refusalOfKind(resource, key) : "";
    return ofKind.empty() ? refusalOfVault(resource, key) : ofKind;
}

Refusal Resources::updateRegistry(Resource& resource, const std::string& key,
                                  const std::optional<Credential>& credential, Instant now,
                                  std::vector<Event>& consequences) {
    const bool leavesDeletedIdentity = readings_.rotatesFromDeletedIdentity &&
                                       resource.reason == "TokenAcquisitionFailed" && credential &&
                                       credential->principal != resource.credential->principal;
    if (!resource.isReady() && !leavesDeletedIdentity) {
        return "KeyAccessDenied";
    }
    if (resource.lapses) {
        return "IdentityDetached";
    }
    if (const Refusal refusal = refusalOfNewKey(resource, key); !refusal.empty()) {
        return refusal;
    }
    if (const Refusal refusal = refusalOfKind(resource, key); !refusal.empty()) {
        return refusal;
    }
    const Answer answer = checksOfUpdate(resource, key, credential, now);
    if (answer.reason != "None") {
        return "KeyAccessDenied";
    }
    if (leavesDeletedIdentity) {
        rules_.insert("rotated away from a deleted identity");
    }
    take(world_, resource, key, credential);
    resource.wrappedBy = answer.version->material;
    setDegraded(resource, false, now, consequences);
    return {};
}

Refusal Resources::updateCosmosDb(Resource& resource, const std::string& key,
                                  const std::optional<Credential>& credential, const Changes& changes, Instant now) {
    const bool isRepair = resource.reason == "KeyUriMalformed";
    if (!key.empty() && !isRepair && !resource.isReady()) {
        return "AccountRevoked";
    }
    if (credential && credential->type == "FirstParty" && isTrueAfter("continuousBackup", resource, changes)) {
        return "NonFirstPartyIdentityRequired";
    }
    if (!key.empty() && (credential || (!changes.empty() && !isSameKey(world_, keyUseOf(resource.service, readings_),
                                                                       key, resource.key)))) {
        return "CombinedUpdateUnsupported";
    }
    if (key.empty()) {
        return changeDefaultIdentity(resource, *credential, now);
    }
    if (!isRepair) {
        if (const Refusal refusal = refusalOfNewKey(resource, key); !refusal.empty()) {
            return refusal;
        }
        const Answer answer = checksOfUpdate(resource, key, credential, now);
        if (answer.reason != "None") {
            return "KeyAccessDenied";
        }
        resource.wrappedBy = answer.version->material;
    }
    take(world_, resource, key, credential);
    return {};
}

Refusal Resources::updateDocumentDb(Resource& resource, const std::string& key,
                                    const std::optional<Credential>& credential, Instant now) {
    if (credential) {
        resource.attached.insert(world_.attachedFor(credential->identity));
    }
    if (resource.state == "Failed" || (!key.empty() && !resource.isReady())) {
        return "ClusterInaccessible";
    }
    if (!key.empty()) {
        if (const Refusal refusal = refusalOfNewKey(resource, key); !refusal.empty()) {
            return refusal;
        }
        const Answer answer = checksOfUpdate(resource, key, credential, now);
        if (answer.reason != "None") {
            return "KeyAccessDenied";
        }
        resource.wrappedBy = answer.version->material;
    }
    take(world_, resource, key, credential);
    return {};
}

} // namespace cmksim::reference
