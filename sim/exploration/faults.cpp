#include "exploration/faults.hpp"

namespace cmksim::exploration {

namespace {

/// Nothing gets through any more.
VaultSettings closedToAll(const Vault& vault) {
    VaultSettings settings;
    settings.allowByDefault = false;
    settings.trustedBypass = false;
    settings.ipRules.emplace();
    closeNetworks(vault, settings);
    return settings;
}

/// Roles where access policies counted, and the other way round.
VaultSettings otherGrants(const Vault& vault) {
    VaultSettings settings;
    settings.rbac = !vault.rbac;
    return settings;
}

class Lister {
public:
    Lister(const Program& program, const SimulationState& simulation, std::vector<Action>& all)
        : program_{program}, simulation_{simulation}, world_{simulation.world()}, all_{all} {}

    void list() {
        for (const VaultId vault : program_.names.vaults.ids()) {
            onVault(vault);
        }
        for (const RoleAssignment& role : world_.rootRoleAssignments()) {
            removeRole(AboveVaults{}, role);
        }
        for (const IdentityId identity : program_.names.identities.ids()) {
            if (world_.exists(identity) && standsAlone(program_.names.identities[identity].kind)) {
                all_.emplace_back(IdentityDelete{{identity}, {}});
            }
        }
        for (const ResourceId id : program_.resources.ids()) {
            const ResourceState& state = simulation_.resource(id);
            if (state.presence == Presence::Present && state.key.valid() && state.identity.valid() &&
                program_.modelOf(id).renewal && state.credential == Credential::Renewed) {
                all_.emplace_back(ResourceRemoveIdentity{{id}, state.identity, {}});
            }
        }
    }

private:
    void onVault(VaultId id) {
        const Vault& vault = world_.vault(id);
        if (vault.state == Lifecycle::SoftDeleted && !vault.purgeProtection) {
            all_.emplace_back(VaultPurge{{id}});
        }
        if (vault.state != Lifecycle::Active) {
            return;
        }
        all_.emplace_back(VaultDelete{{id}});
        if (vault.allowByDefault || vault.trustedBypass || !vault.ipRules.empty() || letsNetworksIn(vault)) {
            all_.emplace_back(VaultUpdate{{id}, closedToAll(vault)});
        }
        if (program_.names.vaults[id].kind == ordinaryVault) { // others go by their own roles alone
            all_.emplace_back(VaultUpdate{{id}, otherGrants(vault)});
        }
        for (const AccessPolicy& policy : vault.accessPolicies) {
            if (const IdentityId identity = holderOf(policy.principal); identity.valid()) {
                all_.emplace_back(PolicyDelete{{id}, identity, {}});
            }
        }
        for (const RoleAssignment& role : vault.roleAssignments) {
            removeRole(OnVault{id}, role);
        }
        for (const KeyId key : program_.names.keysOf[id]) {
            onKey(id, key);
        }
    }

    void onKey(VaultId vault, KeyId id) {
        const Key& key = world_.key(id);
        if (key.state == Lifecycle::SoftDeleted && !world_.vault(vault).purgeProtection) {
            all_.emplace_back(KeyPurge{{vault, id}});
        } else if (key.state == Lifecycle::Active) {
            all_.emplace_back(KeyDelete{{vault, id}});
            for (const KeyVersion& version : key.versions) {
                if (version.enabled) {
                    const VersionNameId name = key.versions.size() > 1 ? version.name : VersionNameId{};
                    all_.emplace_back(KeyUpdate{{vault, id, name}, {.enabled = false, .notBefore = {}, .expires = {}}});
                }
            }
            for (const RoleAssignment& role : key.roleAssignments) {
                removeRole(OnKey{vault, id}, role);
            }
        }
    }

    void removeRole(const GrantScope& scope, const RoleAssignment& role) {
        if (const IdentityId identity = holderOf(role.principal); identity.valid()) {
            all_.emplace_back(RoleRemove{{scope}, identity, role.role, {}});
        }
    }

    [[nodiscard]] IdentityId holderOf(PrincipalId principal) const {
        for (const IdentityId identity : program_.names.identities.ids()) {
            if (world_.identity(identity).principal == principal) {
                return identity;
            }
        }
        return {};
    }

    const Program& program_;
    const SimulationState& simulation_;
    const World& world_;
    std::vector<Action>& all_;
};

} // namespace

void listFaults(const Program& program, const SimulationState& simulation, std::vector<Action>& faults) {
    faults.clear();
    Lister{program, simulation, faults}.list();
}

std::vector<Action> faultsIn(const Program& program, const SimulationState& simulation) {
    std::vector<Action> faults;
    listFaults(program, simulation, faults);
    return faults;
}

} // namespace cmksim::exploration
