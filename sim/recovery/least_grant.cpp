#include "recovery/least_grant.hpp"

#include "analysis/at_rest.hpp"
#include "engine/timings.hpp"

#include <algorithm>

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
        findUsers();
        const bool rbac = vault->settings.rbac.value_or(false);
        if (rbac) {
            found_.grant = RoleAssign{{OnKey{found_.vault, found_.key}}, found_.identity, leastRole(), {}};
        } else {
            found_.grant = PolicySet{{found_.vault}, found_.identity, needed_, {}};
        }
        const TimelineEntry entry = entryOf(estate_, found_.grant, scenarioStart);
        found_.countsWithin = openTiming(estate_, entry)->latest;
        findHeld(*vault, rbac);
        found_.suffices = suffices(rbac);
        return std::move(found_);
    }

private:
    [[nodiscard]] RoleId leastRole() const {
        return estate_.platform->leastRole(estate_.names.vaults[found_.vault].kind, {});
    }

    void findUsers() {
        for (const ResourceId id : estate_.resources.ids()) {
            const auto& described = estate_.resources[id].described;
            bool uses = false;
            if (described) {
                described->eachKey([&](const KeyUse& use) {
                    uses = uses || (estate_.names.granteeOf(use.identity) == found_.identity && estate_.keys[use.key].named &&
                                    estate_.keys[use.key].named->key == found_.key);
                });
            }
            if (uses) {
                found_.users.push_back(id);
                need(estate_.modelOf(id));
            }
        }
        if (found_.users.empty()) {
            for (const Model* model : estate_.models) {
                need(*model);
            }
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
        const std::vector<analysis::AtRest> troubles = analysis::troublesAtRest(alone);
        return std::ranges::none_of(troubles, [&](const analysis::AtRest& trouble) {
            return trouble.reason == Reason::IdentityUnauthorized &&
                   std::ranges::find(found_.users, trouble.resource) != found_.users.end();
        });
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
