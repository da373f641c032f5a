// The stories: what befalls keys and those who use them, and the ways back.
#include "property/estate_generator.hpp"
#include "property/story_teller.hpp"

namespace cmksim::property {

// --- keys and vaults -------------------------------------------------------------------------------------------------

void StoryTeller::keyDeleted() {
    const VaultRole vault = random_.of(cast_.vaults);
    const std::string key = someKeyOf(vault);
    const std::int64_t purged = now_ + vault.retention;
    cast_.deadlines.push_back(purged);
    act("key.delete", key);
    if (random_.chance(20)) {
        passUntil(purged + random_.oneOf<std::int64_t>({0, -1, 1}));
    }
    if (random_.chance(70)) {
        act("key.recover", key);
    } else {
        act("key.create", key);
    }
}

void StoryTeller::keyPurgedAndRestored() {
    const std::string key = someKeyOf(random_.of(cast_.vaults));
    if (random_.chance(60)) {
        act("key.backup", key);
    }
    if (random_.chance(30)) {
        act("key.rotate", key);
    }
    act("key.delete", key);
    act("key.purge", key);
    if (random_.chance(60)) {
        act("key.restore", key);
    } else {
        act("key.create", key);
    }
    if (random_.chance(50)) {
        act("key.rotate", key);
    }
}

void StoryTeller::vaultDeleted() {
    const VaultRole vault = random_.of(cast_.vaults);
    const std::int64_t purged = now_ + vault.retention;
    cast_.deadlines.push_back(purged);
    act("vault.delete", vault.name);
    if (random_.chance(20)) {
        passUntil(purged + random_.oneOf<std::int64_t>({0, -1, 1}));
    }
    act("vault.recover", vault.name);
    if (random_.chance(60)) {
        act("role.assign", vault.name, FlowMap{}.add("identity", someGrantee()).add("role", drawRole(random_, 90)));
    }
}

void StoryTeller::vaultPurgedAndMadeAnew() {
    const VaultRole vault = random_.of(cast_.vaults);
    const std::string key = someKeyOf(vault);
    if (random_.chance(60)) {
        act("key.backup", key);
    }
    if (random_.chance(25)) {
        act("key.delete", key);
    }
    act("vault.delete", vault.name);
    act("vault.purge", vault.name);
    const std::vector<std::string> keys = random_.chance(50) ? vault.keys : std::vector<std::string>{};
    const std::string fields = drawVaultFields(random_, cast_, vault, keys, cast_.deadlines, now_);
    FlowMap entry;
    entry.add("at", instantText(now_)).add("do", "vault.create").add("target", vault.name).add("with", fields);
    add(entry);
    pass();
    act(random_.chance(70) ? "key.restore" : "key.create", key);
}

void StoryTeller::keyMovedToOtherVault() {
    const VaultRole from = random_.of(cast_.vaults);
    const std::string key = random_.of(from.keys);
    VaultRole to{.name = "kv-9", .keys = {key}, .retention = 7 * day};
    act("key.backup", from.name + "/" + key, FlowMap{}.add("file", "nightly"));
    const std::string fields = drawVaultFields(random_, cast_, to, {}, cast_.deadlines, now_);
    FlowMap entry;
    entry.add("at", instantText(now_)).add("do", "vault.create").add("target", to.name).add("with", fields);
    add(entry);
    pass();
    act("key.restore", to.name + "/" + key, FlowMap{}.add("file", "nightly"));
    bool known = false;
    for (const VaultRole& vault : cast_.vaults) {
        known = known || vault.name == to.name;
    }
    if (!known) {
        cast_.vaults.push_back(to);
    }
    updateResource(random_.of(cast_.resources), to.name + "/" + key, "");
    if (random_.chance(50)) {
        act("vault.delete", from.name);
    }
    if (random_.chance(50)) {
        act("key.rotate", to.name + "/" + key);
    }
}

void StoryTeller::backupsOverwritten() {
    const std::string file = random_.oneOf({"nightly", "weekly"});
    const std::string key = someKeyOf(random_.of(cast_.vaults));
    act("key.backup", key, FlowMap{}.add("file", file));
    act("key.delete", key);
    act("key.purge", key);
    if (random_.chance(40)) {
        act("key.create", key);
    }
    act("key.backup", someKeyOf(random_.of(cast_.vaults)), FlowMap{}.add("file", file));
    act("key.restore", key, random_.chance(50) ? FlowMap{}.add("file", file) : FlowMap{});
}

void StoryTeller::keyRotated() {
    const std::string key = someKeyOf(random_.of(cast_.vaults));
    if (random_.chance(70)) {
        act("key.rotate", key);
    } else {
        act("key.create", key,
            FlowMap{}
                .add("enabled", random_.oneOf({"true", "false"}))
                .add("notBefore", instantText(now_ + random_.between(0, hour))));
    }
    if (random_.chance(60)) {
        act("key.update", key + "/v" + std::to_string(random_.between(1, 2)), FlowMap{}.add("enabled", "false"));
    }
    if (random_.chance(50)) {
        act("key.update", key, FlowMap{}.add("enabled", random_.oneOf({"true", "false"})));
    }
    if (random_.chance(50)) {
        act("key.update", key + "/v1", FlowMap{}.add("enabled", "true"));
    }
}

void StoryTeller::versionRunsOut() {
    const std::string key = someKeyOf(random_.of(cast_.vaults));
    const std::string field = random_.oneOf({"expires", "expires", "notBefore"});
    const std::int64_t at = now_ + random_.oneOf<std::int64_t>({0, 1, 600, hour, random_.between(1, 3 * hour)});
    cast_.deadlines.push_back(at);
    act("key.update", random_.chance(70) ? key : key + "/v1", FlowMap{}.add(field, instantText(at)));
    if (random_.chance(50)) {
        passUntil(at + random_.oneOf<std::int64_t>({0, 1, hour}));
    }
    if (random_.chance(60)) {
        act("key.update", key, FlowMap{}.add(field, "null"));
    } else {
        act("key.rotate", key);
    }
}

// --- identities and grants -------------------------------------------------------------------------------------------

void StoryTeller::identityDeleted() {
    const IdentityRole identity = random_.of(cast_.identities);
    if (!identity.plain) {
        return;
    }
    const ResourceRole resource = random_.of(cast_.resources);
    const std::int64_t gone = now_ + 30 * day;
    cast_.deadlines.push_back(gone);
    act("identity.delete", identity.name);
    if (random_.chance(30)) {
        passUntil(gone + random_.oneOf<std::int64_t>({0, 0, -1, 1}));
    }
    if (random_.chance(50)) {
        act("identity.recover", identity.name);
        return;
    }
    act("identity.create", identity.name);
    const VaultRole vault = vaultOf(resource);
    act("policy.set", vault.name,
        FlowMap{}.add("identity", identity.name).add("permissions", drawPermissions(random_, 95)));
    act("role.assign", random_.chance(15) ? "/" : vault.name,
        FlowMap{}.add("identity", identity.name).add("role", drawRole(random_, 95)));
    if (random_.chance(50)) {
        act("resource.assign-identity", resource.name, FlowMap{}.add("identity", identity.name));
    }
    updateResource(resource, "", identity.name);
    if (random_.chance(30)) {
        act("identity.delete", identity.name);
    }
    if (random_.chance(30)) {
        act("identity.recover", identity.name);
    }
}

void StoryTeller::identityRemoved() {
    const ResourceRole resource = someResource("acr").value_or(random_.of(cast_.resources));
    const bool other = resource.identity.empty() || random_.chance(15);
    const std::string identity = other ? someIdentity() : resource.identity;
    const FlowMap with = FlowMap{}.add("identity", identity);
    const std::int64_t lapse = now_ + 90 * day;
    cast_.deadlines.push_back(lapse);
    act("resource.remove-identity", resource.name, with);
    if (random_.chance(40)) {
        updateResource(resource, "", someIdentity());
    }
    if (random_.chance(25)) {
        act("resource.remove-identity", resource.name, with);
    }
    if (isPlain(identity) && random_.chance(20)) {
        act("identity.delete", identity);
        act("identity.create", identity);
    }
    if (random_.chance(70)) {
        passUntil(lapse + random_.oneOf<std::int64_t>({0, 0, -1, 1, -hour, hour}));
    }
    if (random_.chance(80)) {
        act("resource.assign-identity", resource.name, with);
    }
    if (random_.chance(50)) {
        act("support.restore-identity", resource.name);
    }
    if (random_.chance(50)) {
        updateResource(resource, "", identity);
    }
}

void StoryTeller::ownIdentityTakesOver() {
    const ResourceRole resource = random_.of(cast_.resources);
    const VaultRole vault = vaultOf(resource);
    const std::string own = "system:" + resource.name;
    if (random_.chance(85)) {
        act("resource.assign-identity", resource.name,
            FlowMap{}.add("identity", random_.chance(70) ? "SystemAssigned" : own));
    }
    act("policy.set", vault.name, FlowMap{}.add("identity", own).add("permissions", drawPermissions(random_, 95)));
    act("role.assign", someKeyOf(vault), FlowMap{}.add("identity", own).add("role", drawRole(random_, 95)));
    if (random_.chance(50)) {
        act("vault.update", vault.name, FlowMap{}.add("networkAcls", "{defaultAction: Deny, bypass: AzureServices}"));
    }
    updateResource(resource, "", random_.chance(70) ? "SystemAssigned" : own);
    act("resource.remove-identity", resource.name,
        FlowMap{}.add("identity", random_.chance(50) ? std::string{"SystemAssigned"} : someIdentity()));
    if (random_.chance(40)) {
        act("resource.assign-identity", resource.name, FlowMap{}.add("identity", "SystemAssigned"));
    }
}

void StoryTeller::grantsWithdrawn() {
    const VaultRole vault = random_.of(cast_.vaults);
    const std::string who = someGrantee();
    const FlowMap policy = FlowMap{}.add("identity", who);
    const FlowMap role =
        FlowMap{}
            .add("identity", who)
            .add("role", random_.chance(60) ? "Key Vault Crypto Service Encryption User" : drawRole(random_, 90));
    const std::string scope = random_.oneOf({vault.name, vault.name, someKeyOf(vault), std::string{"/"}});
    if (random_.chance(50)) {
        if (random_.chance(60)) {
            act("policy.delete", vault.name, policy);
        } else {
            act("policy.set", vault.name,
                FlowMap{}.add("identity", who).add("permissions", drawPermissions(random_, 30)));
        }
        act("policy.set", vault.name, FlowMap{}.add("identity", who).add("permissions", drawPermissions(random_, 90)));
    } else {
        act("role.remove", scope, role);
        act("role.assign", scope, role);
        if (random_.chance(40)) {
            act("role.remove", scope, role);
        }
    }
}

void StoryTeller::permissionModelSwitched() {
    const VaultRole vault = random_.of(cast_.vaults);
    const std::string value = random_.oneOf({"true", "false"});
    act("vault.update", vault.name, FlowMap{}.add("enableRbacAuthorization", value));
    if (random_.chance(50)) {
        grantsWithdrawn();
    }
    act("vault.update", vault.name, FlowMap{}.add("enableRbacAuthorization", value == "true" ? "false" : "true"));
}

// --- the way to the vault --------------------------------------------------------------------------------------------

void StoryTeller::firewallClosed() {
    const VaultRole vault = random_.of(cast_.vaults);
    const FlowMap rule =
        FlowMap{}.add("ipAddress", random_.oneOf({"203.0.113.0/24", "198.51.100.7", "198.51.100.7/32", "0.0.0.0/0"}));
    if (random_.chance(20)) {
        act("vault.update", vault.name,
            FlowMap{}.add("publicNetworkAccess", "Disabled").add("networkAcls", "{bypass: None}"));
    } else {
        act("vault.update", vault.name,
            FlowMap{}.add("networkAcls",
                          random_.oneOf({"{defaultAction: Deny, bypass: None}", "{defaultAction: Deny, bypass: None}",
                                         "{defaultAction: Deny}", "{bypass: None}"})));
    }
    if (random_.chance(50)) {
        act("key.rotate", someKeyOf(vault));
    }
    for (int times = random_.oneOf({0, 1, 1, 2, 2}); times > 0; --times) {
        act("vault.add-network-rule", vault.name, rule);
    }
    if (random_.chance(50)) {
        updateResource(random_.of(cast_.resources), "", someIdentity());
    }
    if (random_.chance(50)) {
        act("vault.remove-network-rule", vault.name, rule);
    }
    if (random_.chance(60)) {
        act("vault.update", vault.name,
            FlowMap{}.add("publicNetworkAccess", "Enabled").add("networkAcls", "{defaultAction: Allow}"));
    }
}

void StoryTeller::nameDoesNotResolve() {
    const VaultRole vault = random_.of(cast_.vaults);
    act("vault.fail-dns", vault.name);
    if (random_.chance(20)) {
        vaultDeleted();
    }
    act("vault.restore-dns", vault.name);
}

void StoryTeller::serviceStalls() {
    const ResourceRole resource = random_.of(cast_.resources);
    act("service.stall", resource.name);
    if (random_.chance(50)) {
        keyDeleted();
    } else {
        grantsWithdrawn();
    }
    act("service.resume", resource.name);
}

} // namespace cmksim::property
