#include "exploration/faults.hpp"

namespace cmksim::exploration {

namespace {

class Lister {
public:
    Lister(const Program& program, const SimulationState& simulation, std::vector<Fault>& all)
        : program_{program}, simulation_{simulation}, world_{simulation.world()}, all_{all} {}

    void list() {
        for (const VaultId vault : program_.names.vaults.ids()) {
            onVault(vault);
        }
        for (const RoleAssignment& role : world_.rootRoleAssignments()) {
            removeRole({}, {}, role);
        }
        for (const IdentityId identity : program_.names.identities.ids()) {
            if (world_.exists(identity) && program_.names.identities[identity].kind == IdentityKind::UserAssigned) {
                add(FaultKind::IdentityDelete).identity = identity;
            }
        }
        for (const ResourceId id : program_.resources.ids()) {
            const ResourceState& state = simulation_.resource(id);
            if (state.presence == Presence::Present && state.key.valid() && state.identity.valid() &&
                program_.modelOf(id).renewal && state.credential == Credential::Renewed) {
                Fault& removed = add(FaultKind::IdentityRemove);
                removed.resource = id;
                removed.identity = state.identity;
            }
        }
    }

private:
    Fault& add(FaultKind kind, VaultId vault = {}, KeyId key = {}) { return all_.emplace_back(kind, vault, key); }

    void onVault(VaultId id) {
        const Vault& vault = world_.vault(id);
        if (vault.state == Lifecycle::SoftDeleted && !vault.purgeProtection) {
            add(FaultKind::VaultPurge, id);
        }
        if (vault.state != Lifecycle::Active) {
            return;
        }
        add(FaultKind::VaultDelete, id);
        if (vault.allowByDefault || vault.trustedBypass || !vault.ipRules.empty()) {
            add(FaultKind::VaultClose, id);
        }
        add(vault.rbac ? FaultKind::VaultUsePolicies : FaultKind::VaultUseRoles, id);
        for (const AccessPolicy& policy : vault.accessPolicies) {
            if (const IdentityId identity = holderOf(policy.principal); identity.valid()) {
                add(FaultKind::PolicyDelete, id).identity = identity;
            }
        }
        for (const RoleAssignment& role : vault.roleAssignments) {
            removeRole(id, {}, role);
        }
        for (const KeyId key : program_.names.keysOf[id]) {
            onKey(id, key);
        }
    }

    void onKey(VaultId vault, KeyId id) {
        const Key& key = world_.key(id);
        if (key.state == Lifecycle::SoftDeleted && !world_.vault(vault).purgeProtection) {
            add(FaultKind::KeyPurge, vault, id);
        } else if (key.state == Lifecycle::Active) {
            add(FaultKind::KeyDelete, vault, id);
            for (const KeyVersion& version : key.versions) {
                if (version.enabled) {
                    add(FaultKind::VersionDisable, vault, id).version =
                        key.versions.size() > 1 ? version.name : VersionNameId{};
                }
            }
            for (const RoleAssignment& role : key.roleAssignments) {
                removeRole(vault, id, role);
            }
        }
    }

    void removeRole(VaultId vault, KeyId key, const RoleAssignment& role) {
        if (const IdentityId identity = holderOf(role.principal); identity.valid()) {
            Fault& removed = add(FaultKind::RoleRemove, vault, key);
            removed.identity = identity;
            removed.role = role.role;
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
    std::vector<Fault>& all_;
};

WorldActionKind actionKindOf(FaultKind kind) {
    switch (kind) {
    case FaultKind::VaultDelete: return WorldActionKind::VaultDelete;
    case FaultKind::VaultPurge: return WorldActionKind::VaultPurge;
    case FaultKind::VaultClose:
    case FaultKind::VaultUseRoles:
    case FaultKind::VaultUsePolicies: return WorldActionKind::VaultUpdate;
    case FaultKind::PolicyDelete: return WorldActionKind::PolicyDelete;
    case FaultKind::RoleRemove: return WorldActionKind::RoleRemove;
    case FaultKind::KeyDelete: return WorldActionKind::KeyDelete;
    case FaultKind::KeyPurge: return WorldActionKind::KeyPurge;
    case FaultKind::VersionDisable: return WorldActionKind::KeyUpdate;
    case FaultKind::IdentityDelete:
    case FaultKind::IdentityRemove: break;
    }
    return WorldActionKind::IdentityDelete;
}

WorldAction worldActionOf(const Fault& fault) {
    WorldAction action;
    action.kind = actionKindOf(fault.kind);
    action.vault = fault.vault;
    action.key = fault.key;
    action.version = fault.version;
    action.identity = fault.identity;
    action.role = fault.role;
    if (fault.kind == FaultKind::VaultClose) {
        action.settings.allowByDefault = false;
        action.settings.trustedBypass = false;
        action.settings.ipRules.emplace();
    } else if (fault.kind == FaultKind::VaultUseRoles || fault.kind == FaultKind::VaultUsePolicies) {
        action.settings.rbac = fault.kind == FaultKind::VaultUseRoles;
    } else if (fault.kind == FaultKind::VersionDisable) {
        action.versionSettings.enabled = {true, false};
    }
    return action;
}

ResourceAction removalOf(const Fault& fault) {
    ResourceAction action;
    action.kind = ResourceActionKind::RemoveIdentity;
    action.resource = fault.resource;
    action.identity = fault.identity;
    return action;
}

} // namespace

void listFaults(const Program& program, const SimulationState& simulation, std::vector<Fault>& faults) {
    faults.clear();
    Lister{program, simulation, faults}.list();
}

bool perform(const Fault& fault, SimulationState& simulation, std::vector<Record>& records) {
    if (fault.kind == FaultKind::IdentityRemove) {
        return simulation.act(removalOf(fault), records).has_value();
    }
    return simulation.act(worldActionOf(fault), records).has_value();
}

Candidate candidateOf(const Fault& fault) {
    if (fault.kind == FaultKind::IdentityRemove) {
        return {removalOf(fault), fault.resource, Reason::None};
    }
    return {worldActionOf(fault), {}, Reason::None};
}

std::vector<Candidate> faultsIn(const Program& program, const SimulationState& simulation) {
    std::vector<Fault> faults;
    listFaults(program, simulation, faults);
    std::vector<Candidate> candidates;
    candidates.reserve(faults.size());
    for (const Fault& fault : faults) {
        candidates.push_back(candidateOf(fault));
    }
    return candidates;
}

} // namespace cmksim::exploration
