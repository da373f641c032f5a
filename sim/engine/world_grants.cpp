// Access policies and role assignments.

#include "engine/world.hpp"

#include <algorithm>

namespace cmksim {

const AccessPolicy* policyOf(const std::vector<AccessPolicy>& policies, PrincipalId principal) {
    const auto found = std::ranges::lower_bound(policies, principal, {}, &AccessPolicy::principal);
    return found != policies.end() && found->principal == principal ? &*found : nullptr;
}

std::span<const RoleAssignment> rolesOf(const std::vector<RoleAssignment>& assignments, PrincipalId principal) {
    const auto roles = std::ranges::equal_range(assignments, principal, {}, &RoleAssignment::principal);
    return {roles.begin(), roles.end()};
}

std::vector<RoleAssignment> World::assigned(const std::vector<NewRole>& roles) const {
    std::vector<RoleAssignment> assignments;
    for (const NewRole& role : roles) {
        assignments.push_back({identities_[role.identity].principal, role.role});
    }
    std::ranges::sort(assignments);
    const auto repeated = std::ranges::unique(assignments);
    assignments.erase(repeated.begin(), repeated.end());
    return assignments;
}

std::vector<AccessPolicy> World::granted(const std::vector<NewPolicy>& grants) const {
    std::vector<AccessPolicy> policies;
    for (const NewPolicy& grant : grants) {
        policies.push_back({identities_[grant.identity].principal, grant.permissions});
    }
    std::ranges::sort(policies, {}, &AccessPolicy::principal);
    return policies;
}

std::optional<CommonRefusal> World::setPolicy(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    if (!exists(action.identity)) {
        return CommonRefusal::IdentityNotFound;
    }
    const PrincipalId principal = identities_[action.identity].principal;
    std::vector<AccessPolicy>& policies = vaults_[action.vault].accessPolicies;
    const auto present = std::ranges::lower_bound(policies, principal, {}, &AccessPolicy::principal);
    if (present != policies.end() && present->principal == principal) {
        present->permissions = action.permissions;
    } else {
        policies.insert(present, {principal, action.permissions});
    }
    changes.vaults.push_back(action.vault);
    return {};
}

std::optional<CommonRefusal> World::deletePolicy(const WorldAction& action, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    if (!exists(action.identity)) {
        return CommonRefusal::IdentityNotFound;
    }
    if (std::erase_if(vaults_[action.vault].accessPolicies, [&](const AccessPolicy& policy) {
            return policy.principal == identities_[action.identity].principal;
        }) == 0) {
        return CommonRefusal::PolicyNotFound;
    }
    changes.vaults.push_back(action.vault);
    return {};
}

std::vector<RoleAssignment>& World::rolesAt(VaultId vault, KeyId key) {
    if (key.valid()) {
        return keys_[key].roleAssignments;
    }
    return vault.valid() ? vaults_[vault].roleAssignments : rootRoles_;
}

std::optional<CommonRefusal> World::changeRole(const WorldAction& action, WorldChanges& changes) {
    if (action.vault.valid() && !active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    if (action.key.valid() && !active(action.key)) {
        return CommonRefusal::KeyNotFound;
    }
    if (!exists(action.identity)) {
        return CommonRefusal::IdentityNotFound;
    }
    const RoleAssignment assignment{identities_[action.identity].principal, action.role};
    std::vector<RoleAssignment>& roles = rolesAt(action.vault, action.key);
    const auto place = std::ranges::lower_bound(roles, assignment);
    const bool is = place != roles.end() && *place == assignment;
    if (action.kind == WorldActionKind::RoleRemove && !is) {
        return CommonRefusal::RoleAssignmentNotFound;
    }
    if (action.kind == WorldActionKind::RoleRemove) {
        roles.erase(place);
    } else if (!is) {
        roles.insert(place, assignment);
    }
    if (action.key.valid()) {
        changes.keys.push_back(action.key);
    } else if (action.vault.valid()) {
        changes.vaults.push_back(action.vault);
    } else {
        changes.principals.push_back(assignment.principal);
    }
    return {};
}

} // namespace cmksim
