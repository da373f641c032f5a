// What a service requires of the key that it is given and of where its vault lies, and how its properties change
// (semantics, 3.4 and 4.5). What is not said is required of nothing.
#include "reference/services.hpp"

namespace cmksim::reference {

namespace {

bool isForeign(const std::string& one, const std::string& other) {
    return !one.empty() && !other.empty() && one != other;
}

// The version that a check of a key that wraps nothing yet would find, of an active key.
const Version* versionToBeFound(const Vault& vault, const KeyReference& reference) {
    const auto key = vault.keys.find(reference.key);
    if (key == vault.keys.end() || key->second.life != Life::Active) {
        return nullptr;
    }
    return reference.version.empty() ? &key->second.versions.back() : key->second.versionNamed(reference.version);
}

} // namespace

// The code of an update; a creation of a cluster has its own for all of them.
Refusal Resources::refusalOfKind(const Resource& resource, const std::string& key) const {
    const KeyReference reference = readKeyReference(world_, keyUseOf(resource.service, readings_), key);
    const Vault* vault = vaultOf(world_, reference);
    if (vault == nullptr) {
        return {};
    }
    const Version* version = versionToBeFound(*vault, reference);
    const bool isRsa = version == nullptr || version->type.empty() || version->type.starts_with("rsa");
    if (!isRsa && (resource.service == Service::Registry || resource.service == Service::DocumentDb)) {
        return "KeyTypeUnsupported";
    }
    if (resource.service == Service::DocumentDb && isForeign(resource.tenant, vault->tenant)) {
        return "TenantMismatch";
    }
    if (resource.service == Service::DocumentDb && isForeign(resource.region, vault->region)) {
        return "RegionMismatch";
    }
    return {};
}

Changes changesOf(const Resource& resource, const ActionSpec& action) {
    Changes changes;
    for (const PropertySpec& property : action.properties()) {
        const std::string name{property.name.text};
        const auto known = resource.properties.find(name);
        if ((known != resource.properties.end() ? known->second : "false") != property.value.text) {
            changes[name] = property.value.text;
        }
    }
    return changes;
}

bool isTrueAfter(const std::string& property, const Resource& resource, const Changes& changes) {
    const auto change = changes.find(property);
    const auto known = resource.properties.find(property);
    return change != changes.end() ? change->second == "true"
                                   : known != resource.properties.end() && known->second == "true";
}

// Properties are judged as those of the resource that the update leads to; what stays as it is changes nothing.
Refusal Resources::changeProperties(Resource& resource, const ActionSpec& action) {
    const Changes changes = changesOf(resource, action);
    if (changes.empty()) {
        return {};
    }
    const bool keyed = !resource.key.empty();
    const auto becomesTrue = [&](const std::string& name) {
        return changes.contains(name) && changes.at(name) == "true";
    };
    if (isRegistry(resource.service) && keyed && becomesTrue("contentTrust")) {
        return resource.service == Service::Registry ? "BlockedForEncryptionEnabledRegistry" : "FeatureUnsupported";
    }
    if (resource.service == Service::RegistryPreview && keyed &&
        (becomesTrue("geoReplication") || becomesTrue("virtualNetwork"))) {
        return "FeatureUnsupported";
    }
    if (resource.service == Service::CosmosDb) {
        if (!resource.isReady()) {
            return "AccountRevoked";
        }
        if (!becomesTrue("continuousBackup")) {
            return "BackupPolicyImmutable";
        }
        if (keyed && resource.credential && resource.credential->type == "FirstParty") {
            return "NonFirstPartyIdentityRequired";
        }
    }
    rules_.insert("property changed");
    for (const auto& [name, value] : changes) {
        resource.properties[name] = value;
    }
    return {};
}

} // namespace cmksim::reference
