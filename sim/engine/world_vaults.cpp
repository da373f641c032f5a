// Vaults: made, deleted, recovered, purged and changed.

#include "base/overloaded.hpp"
#include "engine/world.hpp"

#include <algorithm>

namespace cmksim::engine {

namespace {

void takeOver(const VaultSettings& settings, Vault& vault) {
    vault.rbac = settings.rbac.value_or(vault.rbac);
    vault.softDelete = settings.softDelete.value_or(vault.softDelete);
    vault.purgeProtection = settings.purgeProtection.value_or(vault.purgeProtection);
    vault.publicAccess = settings.publicAccess.value_or(vault.publicAccess);
    vault.perimeter = settings.perimeter.value_or(vault.perimeter);
    vault.allowByDefault = settings.allowByDefault.value_or(vault.allowByDefault);
    vault.trustedBypass = settings.trustedBypass.value_or(vault.trustedBypass);
    if (settings.ipRules) {
        vault.ipRules = *settings.ipRules;
    }
    vault.privateEndpoints = settings.privateEndpoints.value_or(std::move(vault.privateEndpoints));
    vault.networkRules = settings.networkRules.value_or(std::move(vault.networkRules));
    vault.insiders = settings.insiders.value_or(std::move(vault.insiders));
    vault.retention = settings.retention.value_or(vault.retention);
}

} // namespace

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
    vault.place = created.place;
    engine::takeOver(created.settings, vault);
    vault.accessPolicies = granted(created.policies);
    vault.roleAssignments = assigned(created.roles);
    for (const NewKey& key : created.keys) {
        for (const NewVersion& version : key.versions) {
            addVersion(key.key, version, changes);
        }
        keys_[key.key].roleAssignments = assigned(key.roles);
        if (key.deleted) {
            keys_[key.key].state = Lifecycle::SoftDeleted;
            keys_[key.key].purgeAt = *key.deleted + created.retention;
            changes.deadlines.push_back({keys_[key.key].purgeAt, key.key});
        }
    }
    if (created.deleted) {
        softDelete(created.vault, *created.deleted, changes);
    }
    changes.vaults.push_back(created.vault);
}

World::Outcome World::perform(const VaultCreate& action, Instant, WorldChanges& changes) {
    const NewVault& vault = *action.described;
    switch (vaults_[vault.vault].state) {
    case Lifecycle::Active: return CommonRefusal::VaultExists;
    case Lifecycle::SoftDeleted: return CommonRefusal::VaultSoftDeleted;
    case Lifecycle::Absent: break;
    }
    const auto missing = [this](const auto& grant) { return !exists(grant.identity); };
    if (std::ranges::any_of(vault.policies, missing) || std::ranges::any_of(vault.roles, missing) ||
        std::ranges::any_of(vault.keys, [&](const NewKey& key) { return std::ranges::any_of(key.roles, missing); })) {
        return CommonRefusal::IdentityNotFound;
    }
    place(vault, changes);
    return {};
}

World::Outcome World::perform(const VaultDelete& action, Instant now, WorldChanges& changes) {
    const VaultId id = action.vault;
    const Vault& vault = vaults_[id];
    if (vault.state != Lifecycle::Active) {
        return CommonRefusal::VaultNotFound;
    }
    if (vault.softDelete) {
        softDelete(id, now, changes);
    } else {
        loseRoles(id);
        purgeVaultAndKeys(id, changes);
    }
    return {};
}

/// The role assignments at a vault and in it go with it, for good.
void World::loseRoles(VaultId id) {
    vaults_[id].roleAssignments.clear();
    for (const KeyId key : names_->keysOf[id]) {
        keys_[key].roleAssignments.clear();
    }
    std::erase_if(pendingGrants_, [&](const PendingGrant& one) {
        const auto* role = std::get_if<PendingRole>(&one.until);
        return role != nullptr && vaultOf(role->scope) == id;
    });
}

void World::softDelete(VaultId id, Instant at, WorldChanges& changes) {
    loseRoles(id);
    Vault& vault = vaults_[id];
    vault.state = Lifecycle::SoftDeleted;
    vault.purgeAt = at + vault.retention;
    changes.deadlines.push_back({vault.purgeAt, id});
    changes.vaults.push_back(id);
}

World::Outcome World::perform(const VaultRecover& action, Instant, WorldChanges& changes) {
    Vault& vault = vaults_[action.vault];
    if (vault.state != Lifecycle::SoftDeleted) {
        return CommonRefusal::VaultNotFound;
    }
    vault.state = Lifecycle::Active;
    vault.purgeAt = never;
    changes.vaults.push_back(action.vault);
    return {};
}

World::Outcome World::perform(const VaultPurge& action, Instant, WorldChanges& changes) {
    const Vault& vault = vaults_[action.vault];
    if (vault.state != Lifecycle::SoftDeleted) {
        return CommonRefusal::VaultNotFound;
    }
    if (vault.purgeProtection) {
        return CommonRefusal::PurgeProtected;
    }
    purgeVaultAndKeys(action.vault, changes);
    return {};
}

void World::purgeVaultAndKeys(VaultId id, WorldChanges& changes) {
    Vault& vault = vaults_[id];
    vault.state = Lifecycle::Absent;
    vault.purgeAt = never;
    vault.accessPolicies.clear();
    std::erase_if(pendingGrants_, [&](const PendingGrant& pending) {
        return std::visit(Overloaded{[](const PendingPolicy& policy) { return policy.vault; },
                                     [](const PendingRole& role) { return vaultOf(role.scope); }},
                          pending.until) == id;
    });
    for (const KeyId key : names_->keysOf[id]) {
        purge(key, changes);
    }
    changes.vaults.push_back(id);
}

World::Outcome World::perform(const VaultUpdate& action, Instant, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    const Vault& present = vaults_[action.vault];
    const VaultSettings& settings = action.settings;
    if (present.purgeProtection && !settings.purgeProtection.value_or(true)) {
        return CommonRefusal::CannotDisablePurgeProtection;
    }
    if (present.softDelete && !settings.softDelete.value_or(true)) {
        return CommonRefusal::CannotDisableSoftDelete;
    }
    if (present.softDelete && settings.retention.value_or(present.retention) != present.retention) {
        return CommonRefusal::RetentionImmutable;
    }
    const bool needsSoftDelete =
        settings.retention.has_value() || settings.purgeProtection.value_or(present.purgeProtection);
    if (needsSoftDelete && !settings.softDelete.value_or(present.softDelete)) {
        return CommonRefusal::SoftDeleteRequired;
    }
    engine::takeOver(settings, vaults_[action.vault]);
    changes.vaults.push_back(action.vault);
    return {};
}

World::Outcome World::perform(const VaultAddNetworkRule& action, Instant, WorldChanges& changes) {
    return replaceNetworkRule(action.vault, action.address, true, changes);
}

World::Outcome World::perform(const VaultRemoveNetworkRule& action, Instant, WorldChanges& changes) {
    return replaceNetworkRule(action.vault, action.address, false, changes);
}

World::Outcome World::replaceNetworkRule(VaultId vault, const AddressBlock& address, bool present,
                                         WorldChanges& changes) {
    if (!active(vault)) {
        return CommonRefusal::VaultNotFound;
    }
    std::vector<AddressBlock>& rules = vaults_[vault].ipRules;
    std::erase(rules, address);
    if (present) {
        rules.push_back(address);
    }
    changes.vaults.push_back(vault);
    return {};
}

World::Outcome World::perform(const VaultFailDns& action, Instant, WorldChanges& changes) {
    return setDns(action.vault, true, changes);
}

World::Outcome World::perform(const VaultRestoreDns& action, Instant, WorldChanges& changes) {
    return setDns(action.vault, false, changes);
}

World::Outcome World::setDns(VaultId vault, bool fails, WorldChanges& changes) {
    vaults_[vault].dnsFails = fails;
    changes.vaults.push_back(vault);
    return {};
}

} // namespace cmksim::engine
