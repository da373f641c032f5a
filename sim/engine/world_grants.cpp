// Access policies and role assignments.

#include "engine/world.hpp"

#include <algorithm>

namespace cmksim {

namespace {

AccessPolicy* policyOf(Vault& vault, PrincipalId principal) {
    const auto found = std::ranges::find(vault.accessPolicies, principal, &AccessPolicy::principal);
    return found == vault.accessPolicies.end() ? nullptr : &*found;
}

} // namespace

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

} // namespace cmksim
