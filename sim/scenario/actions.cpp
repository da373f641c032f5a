#include "scenario/actions.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace cmksim::scenario {

namespace {

constexpr std::array<ArgumentRule, 0> nothing{};
constexpr std::array vaultChanges{ArgumentRule{"networkAcls"},           ArgumentRule{"publicNetworkAccess"},
                                  ArgumentRule{"enablePurgeProtection"}, ArgumentRule{"enableRbacAuthorization"},
                                  ArgumentRule{"enableSoftDelete"},      ArgumentRule{"softDeleteRetentionInDays"}};
constexpr std::array networkRule{ArgumentRule{"ipAddress", true}};
constexpr std::array policy{ArgumentRule{"identity", true}, ArgumentRule{"permissions", true}};
constexpr std::array identity{ArgumentRule{"identity", true}};
constexpr std::array grant{ArgumentRule{"identity", true}, ArgumentRule{"role", true}};
constexpr std::array attributes{ArgumentRule{"enabled"}, ArgumentRule{"notBefore"}, ArgumentRule{"expires"}};
constexpr std::array file{ArgumentRule{"file"}};
constexpr std::array encryption{ArgumentRule{"key"}, ArgumentRule{"identity"}};

constexpr std::array rules{
    ActionRule{ActionKind::VaultCreate, "vault.create", TargetKind::Vault, nothing},
    ActionRule{ActionKind::VaultDelete, "vault.delete", TargetKind::Vault, nothing},
    ActionRule{ActionKind::VaultRecover, "vault.recover", TargetKind::Vault, nothing},
    ActionRule{ActionKind::VaultPurge, "vault.purge", TargetKind::Vault, nothing},
    ActionRule{ActionKind::VaultUpdate, "vault.update", TargetKind::Vault, vaultChanges},
    ActionRule{ActionKind::VaultAddNetworkRule, "vault.add-network-rule", TargetKind::Vault, networkRule},
    ActionRule{ActionKind::VaultRemoveNetworkRule, "vault.remove-network-rule", TargetKind::Vault, networkRule},
    ActionRule{ActionKind::VaultFailDns, "vault.fail-dns", TargetKind::Vault, nothing},
    ActionRule{ActionKind::VaultRestoreDns, "vault.restore-dns", TargetKind::Vault, nothing},
    ActionRule{ActionKind::PolicySet, "policy.set", TargetKind::Vault, policy},
    ActionRule{ActionKind::PolicyDelete, "policy.delete", TargetKind::Vault, identity},
    ActionRule{ActionKind::RoleAssign, "role.assign", TargetKind::Scope, grant},
    ActionRule{ActionKind::RoleRemove, "role.remove", TargetKind::Scope, grant},
    ActionRule{ActionKind::KeyCreate, "key.create", TargetKind::Key, attributes},
    ActionRule{ActionKind::KeyRotate, "key.rotate", TargetKind::Key, nothing},
    ActionRule{ActionKind::KeyUpdate, "key.update", TargetKind::KeyOrVersion, attributes},
    ActionRule{ActionKind::KeyDelete, "key.delete", TargetKind::Key, nothing},
    ActionRule{ActionKind::KeyRecover, "key.recover", TargetKind::Key, nothing},
    ActionRule{ActionKind::KeyPurge, "key.purge", TargetKind::Key, nothing},
    ActionRule{ActionKind::KeyBackup, "key.backup", TargetKind::Key, file},
    ActionRule{ActionKind::KeyRestore, "key.restore", TargetKind::Key, file},
    ActionRule{ActionKind::IdentityCreate, "identity.create", TargetKind::Identity, nothing},
    ActionRule{ActionKind::IdentityDelete, "identity.delete", TargetKind::Identity, nothing},
    ActionRule{ActionKind::IdentityRecover, "identity.recover", TargetKind::Identity, nothing},
    ActionRule{ActionKind::ResourceCreate, "resource.create", TargetKind::Resource, nothing},
    ActionRule{ActionKind::ResourceDelete, "resource.delete", TargetKind::Resource, nothing},
    ActionRule{ActionKind::ResourceUpdate, "resource.update", TargetKind::Resource, encryption},
    ActionRule{ActionKind::ResourceAssignIdentity, "resource.assign-identity", TargetKind::Resource, identity},
    ActionRule{ActionKind::ResourceRemoveIdentity, "resource.remove-identity", TargetKind::Resource, identity},
    ActionRule{ActionKind::SupportRestoreIdentity, "support.restore-identity", TargetKind::Resource, nothing},
    ActionRule{ActionKind::ServiceStall, "service.stall", TargetKind::Resource, nothing},
    ActionRule{ActionKind::ServiceResume, "service.resume", TargetKind::Resource, nothing},
};

constexpr bool inOrderOfKinds() {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (static_cast<std::size_t>(rules[i].kind) != i) {
            return false;
        }
    }
    return static_cast<std::size_t>(ActionKind::ServiceResume) + 1 == rules.size();
}
static_assert(inOrderOfKinds());

} // namespace

std::span<const ActionRule> actionRules() { return rules; }

const ActionRule& ruleOf(ActionKind kind) {
    assert(static_cast<std::size_t>(kind) < rules.size());
    return rules[static_cast<std::size_t>(kind)];
}

std::optional<ActionKind> actionNamed(std::string_view name) {
    const auto rule = std::ranges::find(rules, name, &ActionRule::name);
    return rule != rules.end() ? std::optional{rule->kind} : std::nullopt;
}

} // namespace cmksim::scenario
