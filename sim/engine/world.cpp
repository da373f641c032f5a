#include "engine/world.hpp"

#include <algorithm>
#include <cassert>

namespace cmksim {

namespace {

AccessPolicy* policyOf(Vault& vault, PrincipalId principal) {
    const auto found = std::ranges::find(vault.accessPolicies, principal, &AccessPolicy::principal);
    return found == vault.accessPolicies.end() ? nullptr : &*found;
}

void apply(const VaultSettings& settings, Vault& vault) {
    vault.rbac = settings.rbac.value_or(vault.rbac);
    vault.softDelete = settings.softDelete.value_or(vault.softDelete);
    vault.purgeProtection = settings.purgeProtection.value_or(vault.purgeProtection);
    vault.publicAccess = settings.publicAccess.value_or(vault.publicAccess);
    vault.allowByDefault = settings.allowByDefault.value_or(vault.allowByDefault);
    vault.trustedBypass = settings.trustedBypass.value_or(vault.trustedBypass);
    if (settings.ipRules)
        vault.ipRules = *settings.ipRules;
}

} // namespace

void WorldChanges::clear() {
    vaults.clear();
    keys.clear();
    principals.clear();
    gone.clear();
    deadlines.clear();
}

std::string WorldNames::text(VersionNameId name) const {
    if (name.index() >= firstGiven)
        return givenVersionNames[name.index() - firstGiven];
    std::string text{"v"};
    return text.append(std::to_string(name.index()));
}

World::World(const WorldNames& names, const Platform& platform)
    : names_{&names}, platform_{&platform}, vaults_{names.vaults.size()}, keys_{names.keys.size()},
      identities_{names.identities.size()} {}

// --- identities ------------------------------------------------------------------------------------------------------

PrincipalId World::establish(IdentityId identity) {
    return identities_[identity].principal = principals_.push_back(Presence::There);
}

void World::establishRootRole(IdentityId identity, RoleId role) {
    rootRoles_.push_back({identities_[identity].principal, role});
}

void World::createSystemIdentity(IdentityId identity, WorldChanges& changes) {
    changes.principals.push_back(establish(identity));
}

void World::endSystemIdentity(IdentityId identity, WorldChanges& changes) {
    PrincipalId& principal = identities_[identity].principal;
    principals_[principal] = Presence::Deleted;
    changes.principals.push_back(principal);
    principal = {};
}

std::optional<CommonRefusal> World::deleteIdentity(IdentityId id, Instant now, WorldChanges& changes) {
    Identity& identity = identities_[id];
    if (!identity.principal.valid())
        return CommonRefusal::IdentityNotFound;
    principals_[identity.principal] = Presence::Deleted;
    changes.principals.push_back(identity.principal);
    identity.lastDeleted = identity.principal;
    identity.deletedAt = now;
    identity.principal = {};
    return {};
}

std::optional<CommonRefusal> World::recoverIdentity(IdentityId id, Instant now, WorldChanges& changes) {
    Identity& identity = identities_[id];
    if (identity.principal.valid())
        return CommonRefusal::IdentityExists;
    if (!names_->identities[id].recoverable)
        return CommonRefusal::IdentityNotRecoverable;
    if (!identity.lastDeleted.valid() || now - identity.deletedAt > platform_->identityRecovery)
        return CommonRefusal::IdentityNotFound;
    identity.principal = identity.lastDeleted;
    identity.lastDeleted = {};
    principals_[identity.principal] = Presence::There;
    changes.principals.push_back(identity.principal);
    return {};
}

// --- vaults ----------------------------------------------------------------------------------------------------------

void World::establish(const NewVault& vault, WorldChanges& changes) { place(vault, changes); }

void World::place(const NewVault& created, WorldChanges& changes) {
    Vault& vault = vaults_[created.vault];
    const bool dnsFails = vault.dnsFails;
    const std::uint32_t appeared = vault.appeared > 0 ? vault.appeared : ++vaultsAppeared_;
    vault = Vault{};
    vault.state = Lifecycle::Active;
    vault.appeared = appeared;
    vault.dnsFails = dnsFails;
    vault.retention = created.retention;
    cmksim::apply(created.settings, vault);
    for (const NewPolicy& policy : created.policies)
        vault.accessPolicies.push_back({identities_[policy.identity].principal, policy.permissions});
    for (const NewRole& role : created.roles)
        vault.roleAssignments.push_back({identities_[role.identity].principal, role.role});
    for (const NewKey& key : created.keys) {
        for (const NewVersion& version : key.versions)
            addVersion(key.key, version, changes);
        for (const NewRole& role : key.roles)
            keys_[key.key].roleAssignments.push_back({identities_[role.identity].principal, role.role});
    }
    changes.vaults.push_back(created.vault);
}

std::optional<CommonRefusal> World::createVault(const NewVault& vault, WorldChanges& changes) {
    switch (vaults_[vault.vault].state) {
    case Lifecycle::Active: return CommonRefusal::VaultExists;
    case Lifecycle::SoftDeleted: return CommonRefusal::VaultSoftDeleted;
    case Lifecycle::Absent: break;
    }
    const auto missing = [this](const auto& grant) { return !exists(grant.identity); };
    if (std::ranges::any_of(vault.policies, missing) || std::ranges::any_of(vault.roles, missing) ||
        std::ranges::any_of(vault.keys, [&](const NewKey& key) { return std::ranges::any_of(key.roles, missing); }))
        return CommonRefusal::IdentityNotFound;
    place(vault, changes);
    return {};
}

std::optional<CommonRefusal> World::deleteVault(VaultId id, Instant now, WorldChanges& changes) {
    Vault& vault = vaults_[id];
    if (vault.state != Lifecycle::Active)
        return CommonRefusal::VaultNotFound;
    vault.roleAssignments.clear();
    for (const KeyId key : names_->keysOf[id])
        keys_[key].roleAssignments.clear();
    if (vault.softDelete) {
        vault.state = Lifecycle::SoftDeleted;
        vault.purgeAt = now + vault.retention;
        changes.deadlines.push_back({vault.purgeAt, id, {}});
        changes.vaults.push_back(id);
    } else {
        purgeVaultAndKeys(id, changes);
    }
    return {};
}

std::optional<CommonRefusal> World::recoverVault(VaultId id, WorldChanges& changes) {
    Vault& vault = vaults_[id];
    if (vault.state != Lifecycle::SoftDeleted)
        return CommonRefusal::VaultNotFound;
    vault.state = Lifecycle::Active;
    vault.purgeAt = never;
    changes.vaults.push_back(id);
    return {};
}

std::optional<CommonRefusal> World::purgeVault(VaultId id, WorldChanges& changes) {
    const Vault& vault = vaults_[id];
    if (vault.state != Lifecycle::SoftDeleted)
        return CommonRefusal::VaultNotFound;
    if (vault.purgeProtection)
        return CommonRefusal::PurgeProtected;
    purgeVaultAndKeys(id, changes);
    return {};
}

void World::purgeVaultAndKeys(VaultId id, WorldChanges& changes) {
    Vault& vault = vaults_[id];
    vault.state = Lifecycle::Absent;
    vault.purgeAt = never;
    vault.accessPolicies.clear();
    for (const KeyId key : names_->keysOf[id])
        purge(key, changes);
    changes.vaults.push_back(id);
}

std::optional<CommonRefusal> World::updateVault(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    const Vault& present = vaults_[action.vault];
    const VaultSettings& settings = action.settings;
    if (present.purgeProtection && !settings.purgeProtection.value_or(true))
        return CommonRefusal::CannotDisablePurgeProtection;
    if (present.softDelete && !settings.softDelete.value_or(true))
        return CommonRefusal::CannotDisableSoftDelete;
    if (settings.purgeProtection.value_or(present.purgeProtection) && !settings.softDelete.value_or(present.softDelete))
        return CommonRefusal::SoftDeleteRequired;
    cmksim::apply(settings, vaults_[action.vault]);
    changes.vaults.push_back(action.vault);
    return {};
}

std::optional<CommonRefusal> World::changeNetworkRule(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    std::vector<AddressBlock>& rules = vaults_[action.vault].ipRules;
    std::erase(rules, action.address);
    if (action.kind == WorldActionKind::VaultAddNetworkRule)
        rules.push_back(action.address);
    changes.vaults.push_back(action.vault);
    return {};
}

// --- grants ----------------------------------------------------------------------------------------------------------

std::optional<CommonRefusal> World::setPolicy(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    if (!exists(action.identity))
        return CommonRefusal::IdentityNotFound;
    const PrincipalId principal = identities_[action.identity].principal;
    if (AccessPolicy* present = policyOf(vaults_[action.vault], principal))
        present->permissions = action.permissions;
    else
        vaults_[action.vault].accessPolicies.push_back({principal, action.permissions});
    changes.vaults.push_back(action.vault);
    return {};
}

std::optional<CommonRefusal> World::deletePolicy(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    if (!exists(action.identity))
        return CommonRefusal::IdentityNotFound;
    if (std::erase_if(vaults_[action.vault].accessPolicies, [&](const AccessPolicy& policy) {
            return policy.principal == identities_[action.identity].principal;
        }) == 0)
        return CommonRefusal::PolicyNotFound;
    changes.vaults.push_back(action.vault);
    return {};
}

std::vector<RoleAssignment>& World::rolesAt(VaultId vault, KeyId key) {
    if (key.valid())
        return keys_[key].roleAssignments;
    return vault.valid() ? vaults_[vault].roleAssignments : rootRoles_;
}

std::optional<CommonRefusal> World::changeRole(const WorldAction& action, WorldChanges& changes) {
    if (action.vault.valid() && !active(action.vault))
        return CommonRefusal::VaultNotFound;
    if (action.key.valid() && !active(action.key))
        return CommonRefusal::KeyNotFound;
    if (!exists(action.identity))
        return CommonRefusal::IdentityNotFound;
    const RoleAssignment assignment{identities_[action.identity].principal, action.role};
    std::vector<RoleAssignment>& roles = rolesAt(action.vault, action.key);
    const bool was = std::erase(roles, assignment) > 0;
    if (action.kind == WorldActionKind::RoleAssign)
        roles.push_back(assignment);
    else if (!was)
        return CommonRefusal::RoleAssignmentNotFound;
    if (action.key.valid())
        changes.keys.push_back(action.key);
    else if (action.vault.valid())
        changes.vaults.push_back(action.vault);
    else
        changes.principals.push_back(assignment.principal);
    return {};
}

// --- keys ------------------------------------------------------------------------------------------------------------

void World::hold(const std::vector<KeyVersion>& versions) {
    for (const KeyVersion& version : versions)
        ++holders_[version.material];
}

void World::release(const std::vector<KeyVersion>& versions, WorldChanges& changes) {
    for (const KeyVersion& version : versions)
        if (--holders_[version.material] == 0)
            changes.gone.push_back(version.material);
}

void World::watchValidity(KeyId id, WorldChanges& changes) const {
    for (const KeyVersion& version : keys_[id].versions) {
        if (version.notBefore != Instant::min())
            changes.deadlines.push_back({version.notBefore, names_->keys[id].vault, id});
        if (version.expires != never)
            changes.deadlines.push_back({version.expires, names_->keys[id].vault, id});
    }
}

void World::addVersion(KeyId id, const NewVersion& created, WorldChanges& changes) {
    Key& key = keys_[id];
    key.state = Lifecycle::Active;
    if (key.appeared == 0)
        key.appeared = ++keysAppeared_;
    ++key.created;
    const VersionNameId name = created.name.valid() ? created.name : WorldNames::numberedVersion(key.created);
    const MaterialId material = materialNames_.push_back(name);
    holders_.push_back(1);
    key.versions.push_back({name, material, created.enabled, created.notBefore, created.expires});
    watchValidity(id, changes);
    changes.keys.push_back(id);
}

void World::purge(KeyId id, WorldChanges& changes) {
    Key& key = keys_[id];
    key.state = Lifecycle::Absent;
    key.purgeAt = never;
    release(key.versions, changes);
    key.versions.clear();
    changes.keys.push_back(id);
}

std::optional<CommonRefusal> World::createKey(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    if (keys_[action.key].state == Lifecycle::SoftDeleted)
        return CommonRefusal::KeySoftDeleted;
    NewVersion version;
    if (action.versionSettings.enabled.given)
        version.enabled = action.versionSettings.enabled.value;
    if (action.versionSettings.notBefore.given)
        version.notBefore = action.versionSettings.notBefore.value;
    if (action.versionSettings.expires.given)
        version.expires = action.versionSettings.expires.value;
    addVersion(action.key, version, changes);
    return {};
}

std::optional<CommonRefusal> World::rotateKey(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    if (!active(action.key))
        return CommonRefusal::KeyNotFound;
    addVersion(action.key, NewVersion{}, changes);
    return {};
}

std::optional<CommonRefusal> World::updateKey(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    if (!active(action.key))
        return CommonRefusal::KeyNotFound;
    std::vector<KeyVersion>& versions = keys_[action.key].versions;
    const auto version = action.version.valid() ? std::ranges::find(versions, action.version, &KeyVersion::name)
                                                : std::prev(versions.end());
    if (version == versions.end())
        return CommonRefusal::KeyVersionNotFound;
    const VersionSettings& settings = action.versionSettings;
    if (settings.enabled.given)
        version->enabled = settings.enabled.value;
    if (settings.notBefore.given)
        version->notBefore = settings.notBefore.value;
    if (settings.expires.given)
        version->expires = settings.expires.value;
    watchValidity(action.key, changes);
    changes.keys.push_back(action.key);
    return {};
}

std::optional<CommonRefusal> World::deleteKey(const WorldAction& action, Instant now, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    Key& key = keys_[action.key];
    if (key.state != Lifecycle::Active)
        return CommonRefusal::KeyNotFound;
    const Vault& vault = vaults_[action.vault];
    if (vault.softDelete) {
        key.state = Lifecycle::SoftDeleted;
        key.purgeAt = now + vault.retention;
        changes.deadlines.push_back({key.purgeAt, action.vault, action.key});
        changes.keys.push_back(action.key);
    } else {
        purge(action.key, changes);
    }
    return {};
}

std::optional<CommonRefusal> World::recoverKey(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    Key& key = keys_[action.key];
    if (key.state != Lifecycle::SoftDeleted)
        return CommonRefusal::KeyNotFound;
    key.state = Lifecycle::Active;
    key.purgeAt = never;
    changes.keys.push_back(action.key);
    return {};
}

std::optional<CommonRefusal> World::purgeKey(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    if (keys_[action.key].state != Lifecycle::SoftDeleted)
        return CommonRefusal::KeyNotFound;
    if (vaults_[action.vault].purgeProtection)
        return CommonRefusal::PurgeProtected;
    purge(action.key, changes);
    return {};
}

std::optional<CommonRefusal> World::backUpKey(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    const Key& key = keys_[action.key];
    if (key.state != Lifecycle::Active)
        return CommonRefusal::KeyNotFound;
    backups_.push_back({action.file, action.key, key.created, key.versions});
    hold(key.versions);
    if (!action.file.valid())
        return {};
    // The file is written again: what only its former content held goes with it.
    const auto former = std::ranges::find(backups_, action.file, &Backup::file);
    if (std::next(former) != backups_.end()) {
        release(former->versions, changes);
        backups_.erase(former);
    }
    return {};
}

std::optional<CommonRefusal> World::restoreKey(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault))
        return CommonRefusal::VaultNotFound;
    const auto fits = [&](const Backup& backup) {
        return action.file.valid() ? backup.file == action.file : backup.key == action.key;
    };
    const auto backup = std::find_if(backups_.rbegin(), backups_.rend(), fits);
    if (backup == backups_.rend() || names_->keys[backup->key].text != names_->keys[action.key].text)
        return CommonRefusal::BackupNotFound;
    Key& key = keys_[action.key];
    if (key.state != Lifecycle::Absent)
        return CommonRefusal::KeyExists;
    key.state = Lifecycle::Active;
    if (key.appeared == 0)
        key.appeared = ++keysAppeared_;
    key.created = std::max(key.created, backup->created);
    key.versions = backup->versions;
    hold(key.versions);
    watchValidity(action.key, changes);
    changes.keys.push_back(action.key);
    return {};
}

// --- actions and time ------------------------------------------------------------------------------------------------

std::optional<CommonRefusal> World::apply(const WorldAction& action, Instant now, WorldChanges& changes) {
    using enum WorldActionKind;
    switch (action.kind) {
    case VaultCreate: return createVault(*action.newVault, changes);
    case VaultDelete: return deleteVault(action.vault, now, changes);
    case VaultRecover: return recoverVault(action.vault, changes);
    case VaultPurge: return purgeVault(action.vault, changes);
    case VaultUpdate: return updateVault(action, changes);
    case VaultAddNetworkRule:
    case VaultRemoveNetworkRule: return changeNetworkRule(action, changes);
    case VaultFailDns:
    case VaultRestoreDns:
        vaults_[action.vault].dnsFails = action.kind == VaultFailDns;
        changes.vaults.push_back(action.vault);
        return {};
    case PolicySet: return setPolicy(action, changes);
    case PolicyDelete: return deletePolicy(action, changes);
    case RoleAssign:
    case RoleRemove: return changeRole(action, changes);
    case KeyCreate: return createKey(action, changes);
    case KeyRotate: return rotateKey(action, changes);
    case KeyUpdate: return updateKey(action, changes);
    case KeyDelete: return deleteKey(action, now, changes);
    case KeyRecover: return recoverKey(action, changes);
    case KeyPurge: return purgeKey(action, changes);
    case KeyBackup: return backUpKey(action, changes);
    case KeyRestore: return restoreKey(action, changes);
    case IdentityCreate:
        if (exists(action.identity))
            return CommonRefusal::IdentityExists;
        changes.principals.push_back(establish(action.identity));
        return {};
    case IdentityDelete: return deleteIdentity(action.identity, now, changes);
    case IdentityRecover: return recoverIdentity(action.identity, now, changes);
    }
    assert(false && "every kind of action is performed above");
    return {};
}

void World::elapse(const WorldChanges::Deadline& deadline, WorldChanges& changes, std::vector<WorldFact>& facts) {
    if (!deadline.key.valid()) {
        if (vaults_[deadline.vault].purgeAt == deadline.at) {
            facts.push_back({FactKind::RetentionElapsed, {deadline.vault, {}, {}}});
            purgeVaultAndKeys(deadline.vault, changes);
        }
        return;
    }
    const Key& key = keys_[deadline.key];
    if (key.purgeAt == deadline.at) {
        facts.push_back({FactKind::RetentionElapsed, {deadline.vault, deadline.key, {}}});
        purge(deadline.key, changes);
        return;
    }
    const std::size_t before = facts.size();
    for (const KeyVersion& version : key.versions) {
        const FactTarget target{deadline.vault, deadline.key, version.name};
        if (version.notBefore == deadline.at)
            facts.push_back({FactKind::KeyValid, target});
        if (version.expires == deadline.at)
            facts.push_back({FactKind::KeyExpired, target});
    }
    if (facts.size() > before)
        changes.keys.push_back(deadline.key);
}

} // namespace cmksim
