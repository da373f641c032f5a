// How resources come to be: those of the estate, and those that the timeline makes (semantics, 4.4, *Creation*).
#include "reference/services.hpp"

namespace cmksim::reference {

namespace {

std::string propertyOf(const ResourceSpec& spec, std::string_view name) {
    for (const PropertySpec& property : spec.properties) {
        if (property.name.text == name) {
            return std::string{property.value.text};
        }
    }
    return {};
}

std::string chosenRegistryVersion(const Scenario& scenario) {
    for (const ModelChoice& choice : scenario.models) {
        if (choice.service.text == "acr") {
            return std::string{choice.version.text};
        }
    }
    return "2023-10";
}

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

} // namespace

Resources::Resources(const Scenario& scenario, const Readings& readings, World& world)
    : world_{world}, readings_{readings}, registryVersion_{chosenRegistryVersion(scenario)} {
    for (const ResourceSpec& spec : scenario.estate.resources) {
        Resource resource = made(std::string{spec.key.text}, spec, scenarioStart);
        if (!resource.key.empty()) {
            resource.wrappedBy = wrappingAtStart(world, keyUseOf(resource.service, readings_), resource.key);
        }
        if (const std::string own = identityName(resource.name, "SystemAssigned"); world.identityExists(own)) {
            resource.attached.insert(own);
        }
        if (spec.state.present()) {
            resource.state = spec.state.text;
        }
        if (resource.isDown()) {
            resource.outages = 1;
        }
        resources_.push_back(resource);
    }
}

Resource Resources::made(const std::string& name, const ResourceSpec& spec, Instant birth) const {
    Resource resource;
    resource.name = name;
    resource.service = serviceNamed(spec.service.text, registryVersion_);
    resource.key = spec.keyReference.text;
    resource.outboundIp = spec.outboundIp;
    resource.region = withoutSpaces(spec.region.text);
    resource.tenant = lowerCase(spec.tenant.text);
    for (const PropertySpec& property : spec.properties) {
        resource.properties[std::string{property.name.text}] = property.value.text;
    }
    resource.firstRevalidation = birth + spec.phase;
    resource.firstRotation = birth + (spec.rotationPhase ? spec.rotationPhase->value : Duration{});
    for (const Name& identity : spec.identities) {
        resource.attached.insert(world_.attachedFor(identityName(name, identity.text)));
    }
    if (spec.identity.present()) {
        resource.credential = credentialOf(identityName(name, spec.identity.text));
        resource.attached.insert(world_.attachedFor(resource.credential->identity));
    } else if (resource.service == Service::CosmosDb && resource.key.empty()) {
        resource.credential = credentialOf("FirstPartyIdentity");
    }
    return resource;
}

Refusal Resources::create(const std::string& name, const ResourceSpec& spec, Instant now) {
    if (existing(name) != nullptr) {
        return "ResourceExists";
    }
    if (namesMissingIdentity(name, spec)) {
        return "IdentityNotFound";
    }
    Resource resource = made(name, spec, now);
    Refusal refusal;
    if (!resource.key.empty()) {
        const Refusal unmet = refusalOfCreation(resource, spec);
        if (!unmet.empty() && resource.service != Service::DocumentDb) {
            return unmet;
        }
        const Answer answer = check(world_, questionOf(resource), now);
        if (answer.reason != "None" && resource.service != Service::DocumentDb) {
            return "KeyAccessDenied";
        }
        if (!unmet.empty() || answer.reason != "None") {
            refusal = "ProvisioningFailed";
            resource.state = "Failed";
            resource.reason = unmet.empty() ? answer.reason : "RequirementNotMet";
        } else {
            resource.wrappedBy = answer.version->material;
        }
    }
    const std::string own = identityName(name, "SystemAssigned");
    if (resource.attached.contains(own)) {
        world_.makeSystemIdentity(own);
        if (resource.credential && resource.credential->identity == own) {
            resource.credential = credentialOf(own);
        }
    }
    for (Resource& deleted : resources_) {
        if (deleted.name == name) {
            deleted = resource;
            return refusal;
        }
    }
    resources_.push_back(resource);
    return refusal;
}

bool Resources::namesMissingIdentity(const std::string& name, const ResourceSpec& spec) const {
    std::vector<Name> named = spec.identities;
    if (spec.identity.present()) {
        named.push_back(spec.identity);
    }
    for (const Name& written : named) {
        const std::string identity = identityName(name, written.text);
        if (identity != identityName(name, "SystemAssigned") && !world_.identityExists(identity)) {
            return true;
        }
    }
    return false;
}

// The model's own refusals, but for that of the check.
Refusal Resources::refusalOfCreation(const Resource& resource, const ResourceSpec& spec) const {
    const bool systemAssigned =
        resource.credential && resource.credential->identity == identityName(resource.name, "SystemAssigned");
    if (resource.service == Service::DocumentDb) {
        const Refusal ofKind = refusalOfKind(resource, resource.key);
        return ofKind.empty() ? refusalOfVault(resource, resource.key) : ofKind;
    }
    if (resource.service == Service::CosmosDb) {
        if (systemAssigned) {
            return "SystemAssignedAtCreation";
        }
        if (propertyOf(spec, "continuousBackup") == "true" && resource.credential &&
            resource.credential->type == "FirstParty") {
            return "NonFirstPartyIdentityRequired";
        }
        return refusalOfVault(resource, resource.key);
    }
    const bool preview = resource.service == Service::RegistryPreview;
    if (preview && propertyOf(spec, "previewRegistered") == "false" &&
        !world_.hasFeature("Microsoft.ContainerRegistry/PrivatePreview")) {
        return "PreviewNotRegistered";
    }
    if (const std::string sku = propertyOf(spec, "sku"); !sku.empty() && sku != "Premium") {
        return "PremiumSkuRequired";
    }
    if (propertyOf(spec, "contentTrust") == "true") {
        return "FeatureUnsupported";
    }
    if (preview && (propertyOf(spec, "geoReplication") == "true" || propertyOf(spec, "virtualNetwork") == "true")) {
        return "FeatureUnsupported";
    }
    if (const Refusal refusal = refusalOfVault(resource, resource.key); !refusal.empty()) {
        return refusal;
    }
    return systemAssigned ? "UserAssignedIdentityRequired" : refusalOfKind(resource, resource.key);
}

// The refusals about the vault look at it only where it is Active.
Refusal Resources::refusalOfVault(const Resource& resource, const std::string& key) const {
    const Vault* vault = vaultOf(world_, readKeyReference(world_, keyUseOf(resource.service, readings_), key));
    if (vault == nullptr) {
        return {};
    }
    if (!vault->softDelete) {
        return "SoftDeleteRequired";
    }
    return requiresPurgeProtection(resource.service) && !vault->purgeProtection ? "PurgeProtectionRequired" : "";
}

} // namespace cmksim::reference
