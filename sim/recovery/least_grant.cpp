#include "recovery/least_grant.hpp"

#include "analysis/at_rest.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <set>

namespace cmksim::recovery {

namespace {

class GrantFinder {
public:
    GrantFinder(const Program& estate, IdentityId identity, VaultId vault, KeyId key)
        : estate_{withTimeline(estate, {}, scenarioStart + 2 * longestPeriod(estate))} {
        found_.identity = estate.names.granteeOf(identity);
        found_.vault = vault;
        found_.key = key;
    }

    std::optional<LeastGrant> find() {
        const auto vault = std::ranges::find(estate_.vaults, found_.vault, &NewVault::vault);
        if (vault == estate_.vaults.end() || !leastRole().valid()) {
            return std::nullopt;
        }
        const bool rbac = vault->settings.rbac.value_or(false);
        findUsers(rbac);
        if (rbac) {
            found_.grant = RoleAssign{{OnKey{found_.vault, found_.key}}, found_.identity, leastRole(), {}};
        } else {
            found_.grant = PolicySet{{found_.vault}, found_.identity, needed_, {}};
        }
        const TimelineEntry entry = entryOf(estate_, found_.grant, scenarioStart);
        found_.countsWithin = openTiming(estate_, entry)->latest;
        findHeld(*vault, rbac);
        found_.suffices = suffices(rbac);
        findLosing(rbac);
        return std::move(found_);
    }

private:
    [[nodiscard]] RoleId leastRole() const {
        return estate_.platform->leastRole(estate_.names.vaults[found_.vault].kind, {});
    }

    void findUsers(bool rbac) {
        for (const ResourceId id : estate_.resources.ids()) {
            const auto& described = estate_.resources[id].described;
            bool uses = false;
            bool shares = false; // the policy, for another key of the vault
            bool has = false;
            if (described) {
                has = std::ranges::any_of(described->identities, [&](IdentityId one) {
                    return estate_.names.granteeOf(one) == found_.identity;
                });
                described->eachKey([&](const KeyUse& use) {
                    const std::optional<NamedKey>& key = estate_.keys[use.key].named;
                    const bool isTheirs = estate_.names.granteeOf(use.identity) == found_.identity;
                    const bool reaches = isTheirs && key && key->vault == found_.vault;
                    has = has && !isTheirs; // what it has it for is known
                    uses = uses || (reaches && key->key == found_.key);
                    shares = shares || (reaches && !rbac);
                });
            }
            if (uses) {
                found_.users.push_back(id);
            } else if (shares) {
                found_.sharing.push_back(id);
            } else if (has && !rbac) {
                found_.attached.push_back(id);
            }
        }
        for (const ResourceId id : found_.users) {
            need(estate_.modelOf(id));
        }
        if (found_.users.empty()) {
            for (const Model* model : estate_.models) {
                need(*model);
            }
        }
        for (const ResourceId id : found_.sharing) {
            need(estate_.modelOf(id));
        }
    }

    void need(const Model& model) {
        needed_ |= model.permissionSet;
        if (std::ranges::find(found_.services, model.service) == found_.services.end()) {
            found_.services.push_back(model.service);
        }
    }

    void findHeld(const NewVault& vault, bool rbac) {
        const auto addRoles = [&](const std::vector<NewRole>& roles, const GrantScope& scope) {
            for (const NewRole& role : roles) {
                if (role.identity == found_.identity && estate_.platform->roles[role.role.index()].usesKeys) {
                    const Action grant = RoleAssign{{scope}, role.identity, role.role, {}};
                    found_.held.push_back({grant, rbac, rbac && grant == found_.grant});
                }
            }
        };
        if (estate_.names.countsRolesAbove(found_.vault)) {
            addRoles(estate_.rootRoles, AboveVaults{});
        }
        addRoles(vault.roles, OnVault{found_.vault});
        for (const NewKey& key : vault.keys) {
            if (key.key == found_.key) {
                addRoles(key.roles, OnKey{found_.vault, found_.key});
            }
        }
        for (const NewPolicy& policy : vault.policies) {
            if (policy.identity == found_.identity) {
                const Action grant = PolicySet{{found_.vault}, policy.identity, policy.permissions, {}};
                found_.held.push_back({grant, !rbac, !rbac && grant == found_.grant});
            }
        }
    }

    /// Plays the estate with all that the identity is granted taken away, and this given instead.
    [[nodiscard]] bool suffices(bool rbac) const {
        Program alone = estate_;
        const auto isTheirs = [&](const auto& grant) { return grant.identity == found_.identity; };
        std::erase_if(alone.rootRoles, isTheirs);
        for (NewVault& vault : alone.vaults) {
            std::erase_if(vault.policies, isTheirs);
            std::erase_if(vault.roles, isTheirs);
            for (NewKey& key : vault.keys) {
                std::erase_if(key.roles, isTheirs);
                if (rbac && key.key == found_.key) {
                    key.roles.push_back({found_.identity, leastRole()});
                }
            }
            if (!rbac && vault.vault == found_.vault) {
                vault.policies.push_back({found_.identity, needed_});
            }
        }
        const std::set<ResourceId> lacking = lackingIn(alone);
        const auto lacks = [&](ResourceId id) { return lacking.contains(id); };
        return std::ranges::none_of(found_.users, lacks) && std::ranges::none_of(found_.sharing, lacks);
    }

    /// Plays what is printed: a policy takes the place of the one that is there.
    void findLosing(bool rbac) {
        if (rbac) {
            return; // one more role takes nothing from anyone
        }
        Program granted = estate_;
        const auto vault = std::ranges::find(granted.vaults, found_.vault, &NewVault::vault);
        std::erase_if(vault->policies, [&](const NewPolicy& one) { return one.identity == found_.identity; });
        vault->policies.push_back({found_.identity, needed_});
        const std::set<ResourceId> before = lackingIn(estate_);
        for (const ResourceId id : lackingIn(granted)) {
            if (!before.contains(id)) {
                found_.losing.push_back(id);
            }
        }
    }

    /// The resources that lack a permission.
    static std::set<ResourceId> lackingIn(const Program& estate) {
        std::set<ResourceId> lacking;
        for (const analysis::AtRest& trouble : analysis::troublesAtRest(estate)) {
            if (trouble.reason == Reason::IdentityUnauthorized) {
                lacking.insert(trouble.resource);
            }
        }
        return lacking;
    }

    Program estate_;
    PermissionSet needed_ = 0;
    LeastGrant found_;
};

} // namespace

std::optional<LeastGrant> leastGrantOf(const Program& estate, IdentityId identity, VaultId vault, KeyId key) {
    return GrantFinder{estate, identity, vault, key}.find();
}

} // namespace cmksim::recovery
