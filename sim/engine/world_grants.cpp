// Access policies and role assignments.

#include "base/overloaded.hpp"
#include "engine/world.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::engine {

namespace {

/// A change of an access policy that has granted `until` it counts.
PendingGrant changeOfPolicy(VaultId vault, PrincipalId principal, PermissionSet until) {
    return {.at = {}, .principal = principal, .until = PendingPolicy{vault, until}};
}

} // namespace

const AccessPolicy* policyOf(const std::vector<AccessPolicy>& policies, PrincipalId principal) {
    const auto found = std::ranges::lower_bound(policies, principal, {}, &AccessPolicy::principal);
    return found != policies.end() && found->principal == principal ? &*found : nullptr;
}

std::span<const RoleAssignment> rolesOf(const std::vector<RoleAssignment>& assignments, PrincipalId principal) {
    const auto roles = std::ranges::equal_range(assignments, principal, {}, &RoleAssignment::principal);
    return {roles.begin(), roles.end()};
}

bool WorldNames::covers(const GrantScope& scope, VaultId vault, KeyId key) const {
    return action::covers(scope, vault, key) &&
           (countsRolesAbove(vault) || !std::holds_alternative<AboveVaults>(scope));
}

std::vector<RoleAssignment> World::assigned(const std::vector<NewRole>& roles) const {
    std::vector<RoleAssignment> assignments;
    for (const NewRole& role : roles) {
        assignments.push_back({principalAtStart(role.identity), role.role});
    }
    std::ranges::sort(assignments);
    const auto repeated = std::ranges::unique(assignments);
    assignments.erase(repeated.begin(), repeated.end());
    return assignments;
}

std::vector<AccessPolicy> World::granted(const std::vector<NewPolicy>& grants) const {
    std::vector<AccessPolicy> policies;
    for (const NewPolicy& grant : grants) {
        policies.push_back({principalAtStart(grant.identity), grant.permissions});
    }
    std::ranges::sort(policies, {}, &AccessPolicy::principal);
    return policies;
}

World::Outcome World::perform(const PolicySet& action, Instant now, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    if (action.ifPoliciesCount.value_or(false) && vaults_[action.vault].rbac) {
        return CommonRefusal::PoliciesDoNotCount;
    }
    if (!exists(action.identity)) {
        return CommonRefusal::IdentityNotFound;
    }
    const PrincipalId principal = identities_[action.identity].principal;
    const Duration delay = action.delay.value_or(platform_->policyEffect.nominal);
    std::vector<AccessPolicy>& policies = vaults_[action.vault].accessPolicies;
    const auto present = std::ranges::lower_bound(policies, principal, {}, &AccessPolicy::principal);
    if (present != policies.end() && present->principal == principal) {
        postpone(changeOfPolicy(action.vault, principal, present->permissions), delay, now, changes);
        present->permissions = action.permissions;
    } else {
        postpone(changeOfPolicy(action.vault, principal, 0), delay, now, changes);
        policies.insert(present, {principal, action.permissions});
    }
    return {};
}

World::Outcome World::perform(const PolicyDelete& action, Instant now, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    if (action.ifPoliciesCount.value_or(false) && vaults_[action.vault].rbac) {
        return CommonRefusal::PoliciesDoNotCount;
    }
    if (!exists(action.identity)) {
        return CommonRefusal::IdentityNotFound;
    }
    const PrincipalId principal = identities_[action.identity].principal;
    std::vector<AccessPolicy>& policies = vaults_[action.vault].accessPolicies;
    const AccessPolicy* policy = policyOf(policies, principal);
    if (policy == nullptr) {
        return CommonRefusal::PolicyNotFound;
    }
    postpone(changeOfPolicy(action.vault, principal, policy->permissions),
             action.delay.value_or(platform_->policyEffect.nominal), now, changes);
    policies.erase(policies.begin() + (policy - policies.data()));
    return {};
}

std::vector<RoleAssignment>& World::rolesAt(const GrantScope& scope) {
    return const_cast<std::vector<RoleAssignment>&>(std::as_const(*this).rolesAt(scope));
}

const std::vector<RoleAssignment>& World::rolesAt(const GrantScope& scope) const {
    if (const auto* key = std::get_if<OnKey>(&scope)) {
        return keys_[key->key].roleAssignments;
    }
    const auto* vault = std::get_if<OnVault>(&scope);
    return vault != nullptr ? vaults_[vault->vault].roleAssignments : rootRoles_;
}

World::Outcome World::perform(const RoleAssign& action, Instant now, WorldChanges& changes) {
    return changeRole(action, true, now, changes);
}

World::Outcome World::perform(const RoleRemove& action, Instant now, WorldChanges& changes) {
    return changeRole(action, false, now, changes);
}

template <class A>
World::Outcome World::changeRole(const A& action, bool held, Instant now, WorldChanges& changes) {
    if (const VaultId vault = vaultOf(action.scope); vault.valid() && !active(vault)) {
        return CommonRefusal::VaultNotFound;
    }
    if (const KeyId key = keyOf(action.scope); key.valid() && !active(key)) {
        return CommonRefusal::KeyNotFound;
    }
    if (!exists(action.identity)) {
        return CommonRefusal::IdentityNotFound;
    }
    const RoleAssignment assignment{identities_[action.identity].principal, action.role};
    std::vector<RoleAssignment>& roles = rolesAt(action.scope);
    const auto place = std::ranges::lower_bound(roles, assignment);
    const bool is = place != roles.end() && *place == assignment;
    if (!held && !is) {
        return CommonRefusal::RoleAssignmentNotFound;
    }
    if (held == is) {
        return {};
    }
    postpone({.at = {}, .principal = assignment.principal, .until = PendingRole{action.scope, action.role, is}},
             action.delay.value_or(platform_->roleEffect.nominal), now, changes);
    if (held) {
        roles.insert(place, assignment);
    } else {
        roles.erase(place);
    }
    return {};
}

// --- what counts -----------------------------------------------------------------------------------------------------

const PendingPolicy* World::pendingPolicy(VaultId vault, PrincipalId principal) const {
    for (const PendingGrant& pending : pendingGrants_) {
        const auto* policy = std::get_if<PendingPolicy>(&pending.until);
        if (policy != nullptr && pending.principal == principal && policy->vault == vault) {
            return policy;
        }
    }
    return nullptr;
}

const PendingRole* World::pendingRole(const GrantScope& scope, const RoleAssignment& assignment) const {
    for (const PendingGrant& pending : pendingGrants_) {
        const auto* role = std::get_if<PendingRole>(&pending.until);
        if (role != nullptr && pending.principal == assignment.principal && role->role == assignment.role &&
            role->scope == scope) {
            return role;
        }
    }
    return nullptr;
}

/// Lets a change count after a delay. None overtakes an earlier one of the same grant: what counts is what was before
/// the first that is pending.
void World::postpone(PendingGrant change, Duration delay, Instant now, WorldChanges& changes) {
    change.at = now + delay;
    if (change.at == now) {
        noteGrant(change, changes);
        return;
    }
    pendingGrants_.push_back(change);
    changes.deadlines.push_back({change.at, WorldChanges::GrantsAndTokens{}});
}

void World::noteGrant(const PendingGrant& change, WorldChanges& changes) {
    std::visit(Overloaded{[&](const PendingPolicy& policy) { changes.vaults.push_back(policy.vault); },
                          [&](const PendingRole& role) {
                              std::visit(Overloaded{[&](const AboveVaults&) { note(change.principal, changes); },
                                                    [&](const OnVault& at) { changes.vaults.push_back(at.vault); },
                                                    [&](const OnKey& at) { changes.keys.push_back(at.key); }},
                                         role.scope);
                          }},
               change.until);
}

void World::settleGrants(Instant now, WorldChanges& changes) {
    std::erase_if(pendingGrants_, [&](const PendingGrant& pending) {
        if (pending.at > now) {
            return false;
        }
        noteGrant(pending, changes);
        return true;
    });
}

/// What the roles that count now at one scope give. What a pending change took away goes on counting, and what it gave
/// does not count yet.
PermissionSet World::givenByRoles(PrincipalId principal, const GrantScope& scope) const {
    PermissionSet given = 0;
    for (const PendingGrant& pending : pendingGrants_) {
        const auto* role = std::get_if<PendingRole>(&pending.until);
        if (role != nullptr && pending.principal == principal && role->scope == scope &&
            pendingRole(scope, {principal, role->role})->held) {
            given |= givenBy(role->role);
        }
    }
    for (const RoleAssignment& one : rolesOf(rolesAt(scope), principal)) {
        if (pendingRole(scope, one) == nullptr) {
            given |= givenBy(one.role);
        }
    }
    return given;
}

bool World::permits(PrincipalId user, PermissionSet needed, VaultId vault, KeyId key) const {
    const PrincipalId principal = granteeOf(user);
    if (vaults_[vault].rbac) {
        const PermissionSet above = names_->countsRolesAbove(vault) ? givenByRoles(principal, AboveVaults{}) : 0;
        const PermissionSet given =
            above | givenByRoles(principal, OnVault{vault}) | givenByRoles(principal, OnKey{vault, key});
        return given != 0 && (given & needed) == needed;
    }
    if (const PendingPolicy* pending = pendingPolicy(vault, principal)) {
        return (pending->permissions & needed) == needed;
    }
    const AccessPolicy* policy = policyOf(vaults_[vault].accessPolicies, principal);
    return policy != nullptr && (policy->permissions & needed) == needed;
}

} // namespace cmksim::engine
