// The stories of resources: deleted, made, given another key or identity.
#include "property/estate_generator.hpp"
#include "property/story_teller.hpp"

namespace cmksim::property {

void StoryTeller::resourceDeleted() {
    const ResourceRole resource = random_.of(cast_.resources);
    act("resource.delete", resource.name);
    if (random_.chance(70)) {
        createResource(resource);
    }
}

void StoryTeller::resourceMade() {
    const std::string number = std::to_string(random_.below(3));
    ResourceRole resource;
    for (const ResourceRole& known : cast_.resources) {
        if (known.name == "new-" + number) {
            resource = known;
        }
    }
    if (resource.name.empty()) {
        resource.name = "new-" + number;
        resource.service = random_.oneOf({"acr", "cosmosdb", "documentdb"});
    }
    if (random_.chance(30) && cast_.vaults.size() < 4) {
        act("vault.update", random_.of(cast_.vaults).name, FlowMap{}.add("enablePurgeProtection", "true"));
    }
    createResource(resource);
}

void StoryTeller::clusterFails() {
    ResourceRole resource;
    resource.name = "cluster";
    resource.service = "documentdb";
    createResource(resource);
    if (random_.chance(40)) {
        updateResource(resource, drawKeyReference(random_, cast_), random_.chance(50) ? someIdentity() : "");
    }
    if (random_.chance(40)) {
        act("resource.remove-identity", resource.name, FlowMap{}.add("identity", someIdentity()));
    }
    if (random_.chance(40)) {
        createResource(resource);
    }
    act("resource.delete", resource.name);
    if (random_.chance(60)) {
        createResource(resource);
    }
}

void StoryTeller::resourceUpdated() {
    const ResourceRole resource = random_.of(cast_.resources);
    const std::size_t kind = random_.below(100);
    std::string identity = random_.chance(80) ? someIdentity() : "SystemAssigned";
    if (resource.service == "cosmosdb" && random_.chance(25)) {
        identity = "FirstPartyIdentity";
    }
    const std::string key = kind < 8 ? "null" : drawKeyReference(random_, cast_);
    updateResource(resource, kind < 70 ? key : "", kind >= 45 ? identity : "");
    if (random_.chance(40)) {
        act("resource.remove-identity", resource.name,
            FlowMap{}.add("identity", resource.identity.empty() || random_.chance(60) ? identity : resource.identity));
    }
}

// Key and identity change together while one of the two identities has no grant on the present key.
void StoryTeller::identityReplacedInTime() {
    const ResourceRole resource = random_.of(cast_.resources);
    if (resource.key.empty() || resource.identity.empty()) {
        return;
    }
    const std::string present = resource.ownsIdentity() ? "system:" + resource.name : resource.identity;
    const std::string next = someIdentity();
    const VaultRole vault = vaultOf(resource);
    std::string target = someKeyOf(vault);
    for (const VaultRole& other : cast_.vaults) {
        if (other.name != vault.name && random_.chance(70)) {
            target = someKeyOf(other);
        }
    }
    const FlowMap loser = FlowMap{}.add("identity", random_.chance(60) ? next : present);
    if (random_.chance(60)) {
        act("vault.update", vault.name, FlowMap{}.add("enableRbacAuthorization", "false"));
    }
    act("policy.delete", vault.name, loser);
    if (random_.chance(30)) {
        act("role.remove", vault.name, FlowMap{loser}.add("role", "Key Vault Crypto Service Encryption User"));
    }
    updateResource(resource, target, next);
}

// The key that a resource's URI names comes to be after the resource, perhaps behind a firewall.
void StoryTeller::keyAppears() {
    ResourceRole resource = random_.of(cast_.resources);
    for (const ResourceRole& waiting : cast_.resources) {
        if (waiting.key.find("no-such-key") != std::string::npos) {
            resource = waiting;
        }
    }
    const VaultRole vault = vaultOf(resource);
    const bool waits = resource.key.find("no-such-key") != std::string::npos;
    const std::string key = waits ? vault.name + "/no-such-key" : someKeyOf(vault);
    if (random_.chance(60)) {
        act("vault.update", vault.name, FlowMap{}.add("networkAcls", "{defaultAction: Deny, bypass: None}"));
    }
    act("key.create", key);
    passToRevalidation();
    act("key.rotate", key);
    if (random_.chance(60)) {
        act("vault.update", vault.name, FlowMap{}.add("networkAcls", "{defaultAction: Allow}"));
    }
}

void StoryTeller::uriRepaired() {
    const std::optional<ResourceRole> account = someResource("cosmosdb");
    if (!account) {
        return;
    }
    updateResource(*account, drawKeyReference(random_, cast_), random_.chance(30) ? someIdentity() : "");
    const VaultRole vault = random_.of(cast_.vaults);
    updateResource(*account, someKeyOf(vault), random_.chance(30) ? "FirstPartyIdentity" : "");
}

void StoryTeller::encryptionSwitchedOn() {
    for (const ResourceRole& resource : std::vector<ResourceRole>{cast_.resources}) {
        if (!resource.key.empty()) {
            continue;
        }
        if (random_.chance(50)) {
            act("resource.assign-identity", resource.name, FlowMap{}.add("identity", someIdentity()));
        }
        updateResource(resource, random_.chance(85) ? someKeyOf(random_.of(cast_.vaults)) : "",
                       random_.chance(85) ? someIdentity() : "");
    }
}

// An account's default identity: assigned first, or not, with a key or without one.
void StoryTeller::defaultIdentityChanged() {
    const std::optional<ResourceRole> account = someResource("cosmosdb");
    if (!account) {
        return;
    }
    const std::string next =
        random_.oneOf({someIdentity(), std::string{"FirstPartyIdentity"}, std::string{"SystemAssigned"}});
    if (random_.chance(70)) {
        act("resource.assign-identity", account->name, FlowMap{}.add("identity", next));
    }
    updateResource(*account, "", next);
    if (random_.chance(40)) {
        updateResource(*account, someKeyOf(vaultOf(*account)), "");
    }
    if (random_.chance(40)) {
        act("resource.remove-identity", account->name,
            FlowMap{}.add("identity", account->identity.empty() || random_.chance(50) ? next : account->identity));
    }
}

// An update that names everything, whether it changes or not, as templates and tools send it.
void StoryTeller::everyParameterNamed() {
    const ResourceRole resource = random_.of(cast_.resources);
    if (resource.key.empty()) {
        return;
    }
    const std::string next = someIdentity();
    if (random_.chance(50)) {
        act("resource.assign-identity", resource.name, FlowMap{}.add("identity", next));
    }
    std::string key = resource.key;
    if (key.find(':') == std::string::npos && random_.chance(30)) {
        const std::size_t slash = key.find('/');
        const std::string host = random_.oneOf({".vault.azure.net", ".VAULT.azure.cn"});
        key = "https://" + key.substr(0, slash) + (cast_.isManaged(key) ? ".managedhsm.azure.net" : host) + "/keys" +
              key.substr(slash);
    }
    updateResource(resource, key, next);
}

// A registry whose identity is deleted goes on with another one, perhaps of the same name.
void StoryTeller::registryLeavesItsIdentity() {
    const std::optional<ResourceRole> registry = someResource("acr");
    if (!registry || registry->identity.empty() || registry->ownsIdentity()) {
        return;
    }
    const std::string identity = registry->identity;
    act("identity.delete", identity);
    passToRevalidation();
    std::string next = someIdentity();
    if (random_.chance(40)) {
        act("identity.create", identity);
        next = identity;
    }
    if (random_.chance(60)) {
        act("policy.set", vaultOf(*registry).name,
            FlowMap{}.add("identity", next).add("permissions", drawPermissions(random_, 95)));
    }
    updateResource(*registry, random_.chance(30) ? someKeyOf(vaultOf(*registry)) : "", next);
}

// The firewall closes, the key goes and comes back behind it, and the firewall opens again: in some order.
void StoryTeller::recoveredBehindFirewall() {
    const VaultRole vault = vaultOf(someResource("acr").value_or(random_.of(cast_.resources)));
    const std::string key = someKeyOf(vault);
    const auto close = [&] {
        act("vault.update", vault.name, FlowMap{}.add("networkAcls", "{defaultAction: Deny, bypass: None}"));
    };
    const bool before = random_.chance(50);
    if (before) {
        close();
    }
    act("key.update", key, FlowMap{}.add("enabled", "false"));
    if (!before) {
        passToRevalidation();
        close();
    }
    act("key.update", key, FlowMap{}.add("enabled", "true"));
    passToRevalidation();
    act("vault.update", vault.name, FlowMap{}.add("networkAcls", "{defaultAction: Allow}"));
}

// Content trust, replicas, backups: switched on or off, by themselves or with the key or the identity.
void StoryTeller::propertyChanged() {
    const std::optional<ResourceRole> resource = someResource(random_.chance(50) ? "acr" : "cosmosdb");
    if (!resource) {
        return;
    }
    FlowMap with;
    if (resource->isRegistry()) {
        with.add(random_.oneOf({"contentTrust", "contentTrust", "geoReplication", "virtualNetwork"}),
                 random_.oneOf({"true", "true", "false"}));
    } else {
        with.add("continuousBackup", random_.oneOf({"true", "true", "false"}));
    }
    if (random_.chance(20)) {
        with.add("key", random_.chance(50) && !resource->key.empty() ? resource->key : someKeyOf(vaultOf(*resource)));
    }
    if (random_.chance(20)) {
        with.add("identity", random_.chance(50) ? someIdentity() : "SystemAssigned");
    }
    act("resource.update", resource->name, with);
}

void StoryTeller::retentionChanged() {
    const VaultRole& vault = random_.of(cast_.vaults);
    FlowMap settings;
    settings.add("softDeleteRetentionInDays", random_.oneOf({"7", "8", "30", "90"}));
    if (random_.chance(30)) {
        settings.add("enableSoftDelete", random_.oneOf({"true", "true", "false"}));
    }
    act("vault.update", vault.name, settings);
}

} // namespace cmksim::property
