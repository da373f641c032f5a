// The actions on vaults, keys, identities and grants, in the order of the table of section 3.1. Refusals are tried in
// the order in which the table lists them.
#include "reference/world.hpp"

#include <algorithm>

namespace cmksim::reference {

Refusal World::apply(const ActionSpec& action, Instant now, Duration delay) {
    const std::string target{action.target.text};
    switch (action.kind) {
    case kindOf<VaultCreate>: return createVault(target, *action.vault());
    case kindOf<VaultDelete>: return deleteVault(target, now);
    case kindOf<VaultRecover>: return recoverVault(target);
    case kindOf<VaultPurge>: return purgeVault(target);
    case kindOf<VaultUpdate>: return updateVault(*action.vault(), target);
    case kindOf<VaultAddNetworkRule>:
    case kindOf<VaultRemoveNetworkRule>: return changeNetworkRule(action, target);
    case kindOf<VaultFailDns>: withoutDns_.insert(target); return {};
    case kindOf<VaultRestoreDns>: withoutDns_.erase(target); return {};
    case kindOf<PolicySet>:
    case kindOf<PolicyDelete>: return changePolicy(action, target, now, delay);
    case kindOf<RoleAssign>:
    case kindOf<RoleRemove>: return changeRole(action, now, delay);
    case kindOf<KeyCreate>:
    case kindOf<KeyRotate>: return createKey(action);
    case kindOf<KeyUpdate>: return updateKey(action);
    case kindOf<KeyDelete>: return deleteKey(partsOf(target).vault, partsOf(target).key, now);
    case kindOf<KeyRecover>:
    case kindOf<KeyPurge>: return recoverOrPurgeKey(action);
    case kindOf<KeyBackup>: return backupKey(action);
    case kindOf<KeyRestore>: return restoreKey(action);
    case kindOf<IdentityCreate>: return createIdentity(target);
    case kindOf<IdentityDelete>: return deleteIdentity(target, now, delay);
    case kindOf<IdentityRecover>: return recoverIdentity(target, now);
    case kindOf<FeatureRegister>: features_.insert(target); return {};
    default: return "NotAnActionOnTheWorld";
    }
}

// --- vaults ----------------------------------------------------------------------------------------------------------

Refusal World::createVault(const std::string& name, const VaultSpec& spec) {
    if (const auto vault = vaults_.find(name); vault != vaults_.end()) {
        return vault->second.life == Life::Active ? "VaultExists" : "VaultSoftDeleted";
    }
    if (grantsNameNobody(spec)) {
        return "IdentityNotFound";
    }
    putVault(name, spec);
    return {};
}

bool World::grantsNameNobody(const VaultSpec& spec) const {
    const auto ofNone = [this](const auto& grant) { return !identityExists(std::string{grant.identity.text}); };
    return std::any_of(spec.accessPolicies.begin(), spec.accessPolicies.end(), ofNone) ||
           std::any_of(spec.roleAssignments.begin(), spec.roleAssignments.end(), ofNone) ||
           std::any_of(spec.keys.begin(), spec.keys.end(), [&](const KeySpec& key) {
               return std::any_of(key.roleAssignments.begin(), key.roleAssignments.end(), ofNone);
           });
}

Refusal World::deleteVault(const std::string& name, Instant now) {
    Vault* vault = vaultToChange(name);
    if (vault == nullptr) {
        return "VaultNotFound";
    }
    std::erase_if(lateChanges_, [&](const LateChange& change) {
        return change.vault == name && (change.ofRole || !vault->softDelete);
    });
    if (!vault->softDelete) {
        vaults_.erase(name);
        return {};
    }
    vault->life = Life::SoftDeleted;
    vault->deletedAt = now;
    vault->roles.clear();
    vault->rolesOnKeys.clear();
    vault->rolesThatCount.clear();
    vault->rolesOnKeysThatCount.clear();
    return {};
}

Refusal World::recoverVault(const std::string& name) {
    const auto vault = vaults_.find(name);
    if (vault == vaults_.end() || vault->second.life != Life::SoftDeleted) {
        return "VaultNotFound";
    }
    vault->second.life = Life::Active;
    return {};
}

Refusal World::purgeVault(const std::string& name) {
    const auto vault = vaults_.find(name);
    if (vault == vaults_.end() || vault->second.life != Life::SoftDeleted) {
        return "VaultNotFound";
    }
    if (vault->second.purgeProtection) {
        return "PurgeProtected";
    }
    std::erase_if(lateChanges_, [&](const LateChange& change) { return change.vault == name; });
    vaults_.erase(vault);
    return {};
}

Refusal World::updateVault(const VaultSpec& spec, const std::string& name) {
    Vault* vault = vaultToChange(name);
    if (vault == nullptr) {
        return "VaultNotFound";
    }
    const bool softDelete = spec.enableSoftDelete ? spec.enableSoftDelete->value : vault->softDelete;
    const bool purgeProtection =
        spec.enablePurgeProtection ? spec.enablePurgeProtection->value : vault->purgeProtection;
    if (vault->purgeProtection && !purgeProtection) {
        return "CannotDisablePurgeProtection";
    }
    if (vault->softDelete && !softDelete) {
        return "CannotDisableSoftDelete";
    }
    const std::optional<int> retention = spec.softDeleteRetentionInDays;
    if (vault->softDelete && retention && *retention != vault->retentionInDays) {
        return "RetentionImmutable";
    }
    if ((purgeProtection || retention) && !softDelete) {
        return "SoftDeleteRequired";
    }
    vault->softDelete = softDelete;
    vault->retentionInDays = retention.value_or(vault->retentionInDays);
    vault->purgeProtection = purgeProtection;
    if (spec.enableRbacAuthorization) {
        vault->rbac = spec.enableRbacAuthorization->value;
    }
    if (spec.publicNetworkAccess) {
        vault->publicAccess = *spec.publicNetworkAccess == PublicAccess::Enabled;
        vault->perimeter = *spec.publicNetworkAccess == PublicAccess::SecuredByPerimeter;
    }
    if (spec.perimeter) {
        vault->insiders = namesIn(spec.perimeter);
    }
    if (spec.networkAcls.defaultAction) {
        vault->allowByDefault = *spec.networkAcls.defaultAction == DefaultAction::Allow;
    }
    if (spec.networkAcls.bypass) {
        vault->bypassForAzureServices = *spec.networkAcls.bypass == Bypass::AzureServices;
    }
    if (spec.networkAcls.ipRules) {
        vault->ipRules = *spec.networkAcls.ipRules;
    }
    return {};
}

Refusal World::changeNetworkRule(const ActionSpec& action, const std::string& name) {
    Vault* vault = vaultToChange(name);
    if (vault == nullptr) {
        return "VaultNotFound";
    }
    std::erase(vault->ipRules, action.get<AddressBlock>("ipAddress"));
    if (action.kind == kindOf<VaultAddNetworkRule>) {
        vault->ipRules.push_back(action.get<AddressBlock>("ipAddress"));
    }
    return {};
}

// --- grants ----------------------------------------------------------------------------------------------------------

Refusal World::changePolicy(const ActionSpec& action, const std::string& name, Instant now, Duration delay) {
    Vault* vault = vaultToChange(name);
    if (vault == nullptr) {
        return "VaultNotFound";
    }
    if (vault->rbac && action.get<bool>("ifPoliciesCount")) {
        return "PoliciesDoNotCount";
    }
    const Principal principal = principalOf(std::string{action.get<Name>("identity").text});
    if (principal == 0) {
        return "IdentityNotFound";
    }
    const std::string grant = "policy " + name + " " + std::to_string(principal);
    if (action.kind == kindOf<PolicyDelete>) {
        if (vault->policies.erase(principal) == 0) {
            return "PolicyNotFound";
        }
        later(
            {{}, grant, name, false, [this, name, principal] { vaults_.at(name).policiesThatCount.erase(principal); }},
            now, delay);
        return {};
    }
    std::set<std::string> permissions;
    for (const Name& permission : action.get<std::vector<Name>>("permissions")) {
        permissions.insert(lowerCase(permission.text));
    }
    vault->policies[principal] = permissions;
    later({{},
           grant,
           name,
           false,
           [this, name, principal, permissions] { vaults_.at(name).policiesThatCount[principal] = permissions; }},
          now, delay);
    return {};
}

Refusal World::changeRole(const ActionSpec& action, Instant now, Duration delay) {
    const TargetParts scope = partsOf(action.target.text);
    const bool above = action.target.text == "/";
    if (!above) {
        const Vault* vault = activeVault(scope.vault);
        if (vault == nullptr) {
            return "VaultNotFound";
        }
        const auto key = vault->keys.find(scope.key);
        if (!scope.key.empty() && (key == vault->keys.end() || key->second.life != Life::Active)) {
            return "KeyNotFound";
        }
    }
    const Principal principal = principalOf(std::string{action.get<Name>("identity").text});
    if (principal == 0) {
        return "IdentityNotFound";
    }
    const auto recorded = [this, above, scope]() -> std::set<RoleHolder>& {
        return above               ? rolesAbove_
               : scope.key.empty() ? vaults_.at(scope.vault).roles
                                   : vaults_.at(scope.vault).rolesOnKeys[scope.key];
    };
    const auto counting = [this, above, scope]() -> std::set<RoleHolder>& {
        return above               ? rolesAboveThatCount_
               : scope.key.empty() ? vaults_.at(scope.vault).rolesThatCount
                                   : vaults_.at(scope.vault).rolesOnKeysThatCount[scope.key];
    };
    const RoleHolder holder{principal, std::string{action.get<Name>("role").text}};
    const std::string grant =
        "role " + std::string{action.target.text} + " " + std::to_string(principal) + " " + holder.second;
    if (action.kind == kindOf<RoleRemove>) {
        if (recorded().erase(holder) == 0) {
            return "RoleAssignmentNotFound";
        }
        later({{}, grant, above ? "" : scope.vault, true, [counting, holder] { counting().erase(holder); }}, now,
              delay);
    } else if (recorded().insert(holder).second) {
        later({{}, grant, above ? "" : scope.vault, true, [counting, holder] { counting().insert(holder); }}, now,
              delay);
    }
    return {};
}

// --- keys ------------------------------------------------------------------------------------------------------------

Refusal World::createKey(const ActionSpec& action) {
    const TargetParts target = partsOf(action.target.text);
    const Vault* vault = activeVault(target.vault);
    if (vault == nullptr) {
        return "VaultNotFound";
    }
    const auto key = vault->keys.find(target.key);
    const bool active = key != vault->keys.end() && key->second.life == Life::Active;
    const bool softDeleted = key != vault->keys.end() && key->second.life == Life::SoftDeleted;
    if (action.kind == kindOf<KeyRotate>) {
        if (!active) {
            return "KeyNotFound";
        }
        VersionSpec next;
        const std::string type = key->second.versions.back().type;
        next.type.text = type;
        addVersion(target.vault, target.key, next);
        return {};
    }
    if (softDeleted) {
        return "KeySoftDeleted";
    }
    VersionSpec version;
    version.enabled = action.find<bool>("enabled") == nullptr || action.get<bool>("enabled");
    version.notBefore = action.get<TimeChange>("notBefore").value;
    version.expires = action.get<TimeChange>("expires").value;
    version.type = action.get<Name>("type");
    addVersion(target.vault, target.key, version);
    return {};
}

Refusal World::updateKey(const ActionSpec& action) {
    const TargetParts target = partsOf(action.target.text);
    Vault* vault = vaultToChange(target.vault);
    if (vault == nullptr) {
        return "VaultNotFound";
    }
    const auto key = vault->keys.find(target.key);
    if (key == vault->keys.end() || key->second.life != Life::Active) {
        return "KeyNotFound";
    }
    std::vector<Version>& versions = key->second.versions;
    auto version = std::prev(versions.end());
    if (!target.version.empty()) {
        version =
            std::find_if(versions.begin(), versions.end(), [&](const Version& v) { return v.name == target.version; });
    }
    if (version == versions.end()) {
        return "KeyVersionNotFound";
    }
    if (const bool* enabled = action.find<bool>("enabled")) {
        version->enabled = *enabled;
    }
    if (action.get<TimeChange>("notBefore").given) {
        version->notBefore = action.get<TimeChange>("notBefore").value;
    }
    if (action.get<TimeChange>("expires").given) {
        version->expires = action.get<TimeChange>("expires").value;
    }
    return {};
}

Refusal World::deleteKey(const std::string& vaultName, const std::string& keyName, Instant now) {
    Vault* vault = vaultToChange(vaultName);
    if (vault == nullptr) {
        return "VaultNotFound";
    }
    const auto key = vault->keys.find(keyName);
    if (key == vault->keys.end() || key->second.life != Life::Active) {
        return "KeyNotFound";
    }
    if (!vault->softDelete) {
        vault->keys.erase(key);
        return {};
    }
    key->second.life = Life::SoftDeleted;
    key->second.deletedAt = now;
    return {};
}

Refusal World::recoverOrPurgeKey(const ActionSpec& action) {
    const TargetParts target = partsOf(action.target.text);
    Vault* vault = vaultToChange(target.vault);
    if (vault == nullptr) {
        return "VaultNotFound";
    }
    const auto key = vault->keys.find(target.key);
    if (key == vault->keys.end() || key->second.life != Life::SoftDeleted) {
        return "KeyNotFound";
    }
    if (action.kind == kindOf<KeyRecover>) {
        key->second.life = Life::Active;
        return {};
    }
    if (vault->purgeProtection) {
        return "PurgeProtected";
    }
    vault->keys.erase(key);
    return {};
}

Refusal World::backupKey(const ActionSpec& action) {
    const TargetParts target = partsOf(action.target.text);
    const Vault* vault = activeVault(target.vault);
    if (vault == nullptr) {
        return "VaultNotFound";
    }
    const auto key = vault->keys.find(target.key);
    if (key == vault->keys.end() || key->second.life != Life::Active) {
        return "KeyNotFound";
    }
    const std::string file{action.get<Name>("file").text};
    if (!file.empty()) {
        std::erase_if(backups_, [&](const Backup& backup) { return backup.file == file; });
    }
    backups_.push_back({.file = file,
                        .vault = target.vault,
                        .key = target.key,
                        .versions = key->second.versions,
                        .versionsEverMade = versionsEverMade_[target.vault + "/" + target.key]});
    return {};
}

Refusal World::restoreKey(const ActionSpec& action) {
    const TargetParts target = partsOf(action.target.text);
    Vault* vault = vaultToChange(target.vault);
    if (vault == nullptr) {
        return "VaultNotFound";
    }
    const auto fits = [&](const Backup& backup) {
        if (action.get<Name>("file").present()) {
            return backup.file == action.get<Name>("file").text && backup.key == target.key;
        }
        return backup.vault == target.vault && backup.key == target.key;
    };
    const auto backup = std::find_if(backups_.rbegin(), backups_.rend(), fits);
    if (backup == backups_.rend()) {
        return "BackupNotFound";
    }
    if (vault->keys.contains(target.key)) {
        return "KeyExists";
    }
    vault->keys[target.key].versions = backup->versions;
    rememberKey(target.vault, target.key);
    int& everMade = versionsEverMade_[target.vault + "/" + target.key];
    everMade = std::max(everMade, backup->versionsEverMade);
    return {};
}

// --- identities ------------------------------------------------------------------------------------------------------

Refusal World::createIdentity(const std::string& name) {
    Identity& identity = identities_[name];
    if (identity.principal != 0) {
        return "IdentityExists";
    }
    identity.principal = ++lastPrincipal_;
    return {};
}

Refusal World::deleteIdentity(const std::string& name, Instant now, Duration delay) {
    const auto identity = identities_.find(name);
    if (identity == identities_.end() || identity->second.principal == 0) {
        return "IdentityNotFound";
    }
    identity->second.deleted.push_back({.principal = identity->second.principal, .at = now});
    lastTokens_[identity->second.principal] = now + delay;
    takeEffect(now);
    identity->second.principal = 0;
    return {};
}

Refusal World::recoverIdentity(const std::string& name, Instant now) {
    const auto identity = identities_.find(name);
    if (identity == identities_.end()) {
        return "IdentityNotFound";
    }
    if (identity->second.principal != 0) {
        return "IdentityExists";
    }
    if (!identitiesCanBeRecovered_ || !identity->second.recoverable) {
        return "IdentityNotRecoverable";
    }
    if (identity->second.deleted.empty() || now - identity->second.deleted.back().at > 30 * day) {
        return "IdentityNotFound";
    }
    identity->second.principal = identity->second.deleted.back().principal;
    identity->second.deleted.pop_back();
    lastTokens_.erase(identity->second.principal);
    return {};
}

} // namespace cmksim::reference
