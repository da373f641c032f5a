// Single actions and observations without a plan.
#include "property/estate_generator.hpp"
#include "property/story_teller.hpp"

namespace cmksim::property {

void StoryTeller::anyAction() {
    const VaultRole vault = random_.of(cast_.vaults);
    switch (random_.below(6)) {
    case 0: return anyVaultAction(vault);
    case 1: return anyGrantAction(vault);
    case 2: return anyKeyAction(vault);
    case 3: return anyIdentityAction();
    default: return anyResourceAction(random_.of(cast_.resources));
    }
}

void StoryTeller::anyVaultAction(const VaultRole& vault) {
    const FlowMap rule = FlowMap{}.add("ipAddress", random_.oneOf({"203.0.113.0/24", "198.51.100.7", "192.0.2.0/24"}));
    switch (random_.below(9)) {
    case 0: act("vault.delete", vault.name); return;
    case 1: act("vault.recover", vault.name); return;
    case 2: act("vault.purge", vault.name); return;
    case 3: act("vault.add-network-rule", vault.name, rule); return;
    case 4: act("vault.remove-network-rule", vault.name, rule); return;
    case 5: act("vault.restore-dns", vault.name); return;
    case 6: {
        const std::string fields = drawVaultFields(random_, cast_, vault, vault.keys, cast_.deadlines, now_);
        FlowMap entry;
        entry.add("at", instantText(now_)).add("do", "vault.create").add("target", vault.name).add("with", fields);
        add(entry);
        return;
    }
    default: {
        FlowMap settings;
        if (random_.chance(60)) {
            settings.add("enablePurgeProtection", random_.oneOf({"true", "true", "false"}));
        }
        if (random_.chance(40) || settings.empty()) {
            settings.add("enableSoftDelete", random_.oneOf({"true", "true", "false"}));
        }
        if (random_.chance(20)) {
            settings.add("networkAcls",
                         random_.oneOf({"{ipRules: [203.0.113.0/24]}", "{ipRules: []}", "{bypass: AzureServices}"}));
        }
        act("vault.update", vault.name, settings);
        return;
    }
    }
}

void StoryTeller::anyGrantAction(const VaultRole& vault) {
    const FlowMap role = FlowMap{}.add("identity", someGrantee()).add("role", drawRole(random_, 75));
    const std::string scope = random_.oneOf({std::string{"/"}, vault.name, vault.name, someKeyOf(vault)});
    switch (random_.below(4)) {
    case 0:
        act("policy.set", vault.name,
            asATool(FlowMap{}.add("identity", someGrantee()).add("permissions", drawPermissions(random_, 70))));
        return;
    case 1: act("policy.delete", vault.name, asATool(FlowMap{}.add("identity", someGrantee()))); return;
    case 2: act("role.assign", scope, role); return;
    default: act("role.remove", scope, role); return;
    }
}

// A change of a policy that is refused, now and then, where policies do not count.
FlowMap StoryTeller::asATool(FlowMap change) {
    if (random_.chance(30)) {
        change.add("ifPoliciesCount", random_.oneOf({"true", "true", "false"}));
    }
    return change;
}

void StoryTeller::anyKeyAction(const VaultRole& vault) {
    const std::string key = someKeyOf(vault);
    const FlowMap file = random_.chance(50) ? FlowMap{}.add("file", random_.oneOf({"nightly", "weekly"})) : FlowMap{};
    switch (random_.below(8)) {
    case 0: act("key.create", key, random_.chance(40) ? drawKeyKind(random_) : FlowMap{}); return;
    case 1: act("key.rotate", key); return;
    case 2:
        act("key.update", key + "/v" + std::to_string(random_.between(1, 4)),
            FlowMap{}.add("enabled", random_.oneOf({"true", "false"})));
        return;
    case 3: act("key.delete", key); return;
    case 4: act("key.recover", key); return;
    case 5: act("key.purge", key); return;
    case 6: act("key.backup", key, file); return;
    default: act("key.restore", key, file); return;
    }
}

void StoryTeller::anyIdentityAction() {
    const IdentityRole identity = random_.of(cast_.identities);
    if (identity.plain) {
        if (cast_.registryPreview && random_.chance(20)) {
            act("feature.register", "Microsoft.ContainerRegistry/PrivatePreview");
            return;
        }
        act(random_.oneOf({"identity.create", "identity.delete", "identity.recover", "identity.recover"}),
            identity.name);
    }
}

void StoryTeller::anyResourceAction(const ResourceRole& resource) {
    const FlowMap with = FlowMap{}.add("identity", random_.chance(50) || resource.identity.empty()
                                                       ? (random_.chance(80) ? someIdentity() : "SystemAssigned")
                                                       : resource.identity);
    switch (random_.below(8)) {
    case 0: act("resource.delete", resource.name); return;
    case 1: act("resource.assign-identity", resource.name, with); return;
    case 2: act("resource.remove-identity", resource.name, with); return;
    case 3: act("support.restore-identity", resource.name); return;
    case 4: act("service.stall", resource.name); return;
    case 5: act("service.resume", resource.name); return;
    case 6: createResource(resource); return;
    default: act("resource.update", resource.name, with); return;
    }
}

void StoryTeller::tryOperation(const ResourceRole& resource) {
    FlowMap entry;
    entry.add("at", instantText(now_));
    if (resource.isRegistry()) {
        entry.add("try", random_.oneOf({"pull", "push", "import", "import", "show"}));
    } else if (resource.service == "cosmosdb") {
        entry.add("try", random_.oneOf({"read", "query", "write", "show"}));
    } else {
        entry.add("try", random_.oneOf({"connect", "read", "write", "show"}));
    }
    entry.add("target", resource.name);
    if (random_.chance(40)) {
        entry.add("expect", random_.oneOf({"ok", "403", "{status: 403}", "404"}));
    }
    add(entry);
}

void StoryTeller::expect(const ResourceRole& resource) {
    const auto state = [&] {
        if (resource.isRegistry()) {
            return random_.oneOf({"Ready", "Ready", "Revoked", "Inaccessible", "[Ready, Revoked]", "Deleted"});
        }
        if (resource.service == "cosmosdb") {
            return random_.oneOf({"Ready", "Ready", "Revoked", "[Ready, Revoked]", "Absent"});
        }
        return random_.oneOf({"Ready", "Ready", "Inaccessible", "[Ready, Inaccessible]", "Failed"});
    };
    FlowMap what;
    if (random_.chance(60)) {
        what.add("state", state());
    }
    if (random_.chance(15)) {
        what.add("reason", random_.oneOf({"None", "KeyNotFound", "IdentityUnauthorized"}));
    }
    if (random_.chance(30)) {
        what.add("downtime", random_.oneOf({R"("<= 3h")", R"(">= 1h")", R"("== 0s")", R"("1h..2h")"}));
    }
    if (random_.chance(30)) {
        what.add("outages", random_.oneOf({R"("<= 1")", R"(">= 1")", R"("== 0")", R"("1..2")"}));
    }
    if (random_.chance(20) || what.empty()) {
        what.add("recoverable", random_.oneOf({"true", "false"}));
    }
    FlowMap entry;
    entry.add("at", instantText(now_)).add("expect", FlowMap{}.add(resource.name, what.text()).text());
    add(entry);
}

} // namespace cmksim::property
