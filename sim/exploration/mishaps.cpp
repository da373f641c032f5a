#include "exploration/mishaps.hpp"

namespace cmksim {

namespace {

class Lister {
public:
    Lister(const Program& program, const Situation& situation, std::vector<Mishap>& all)
        : program_{program}, situation_{situation}, world_{situation.world()}, all_{all} {}

    void list() {
        for (const VaultId vault : program_.names.vaults.ids()) {
            onVault(vault);
        }
        for (const RoleAssignment& role : world_.rootRoleAssignments()) {
            removeRole({}, {}, role);
        }
        for (const IdentityId identity : program_.names.identities.ids()) {
            if (world_.exists(identity) && program_.names.identities[identity].kind == IdentityKind::UserAssigned) {
                add(MishapKind::IdentityDelete).identity = identity;
            }
        }
        for (const ResourceId id : program_.resources.ids()) {
            const ResourceState& state = situation_.resource(id);
            if (state.presence == Presence::Present && state.key.valid() && state.identity.valid() &&
                program_.modelOf(id).renewal && state.credential == Credential::Renewed) {
                Mishap& removed = add(MishapKind::IdentityRemove);
                removed.resource = id;
                removed.identity = state.identity;
            }
        }
    }

private:
    Mishap& add(MishapKind kind, VaultId vault = {}, KeyId key = {}) { return all_.emplace_back(kind, vault, key); }

    void onVault(VaultId id) {
        const Vault& vault = world_.vault(id);
        if (vault.state == Lifecycle::SoftDeleted && !vault.purgeProtection) {
            add(MishapKind::VaultPurge, id);
        }
        if (vault.state != Lifecycle::Active) {
            return;
        }
        add(MishapKind::VaultDelete, id);
        if (vault.allowByDefault || vault.trustedBypass || !vault.ipRules.empty()) {
            add(MishapKind::VaultClose, id);
        }
        add(vault.rbac ? MishapKind::VaultUsePolicies : MishapKind::VaultUseRoles, id);
        for (const AccessPolicy& policy : vault.accessPolicies) {
            if (const IdentityId identity = holderOf(policy.principal); identity.valid()) {
                add(MishapKind::PolicyDelete, id).identity = identity;
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
            add(MishapKind::KeyPurge, vault, id);
        } else if (key.state == Lifecycle::Active) {
            add(MishapKind::KeyDelete, vault, id);
            for (const KeyVersion& version : key.versions) {
                if (version.enabled) {
                    add(MishapKind::VersionDisable, vault, id).version =
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
            Mishap& removed = add(MishapKind::RoleRemove, vault, key);
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
    const Situation& situation_;
    const World& world_;
    std::vector<Mishap>& all_;
};

WorldActionKind actionKindOf(MishapKind kind) {
    switch (kind) {
    case MishapKind::VaultDelete: return WorldActionKind::VaultDelete;
    case MishapKind::VaultPurge: return WorldActionKind::VaultPurge;
    case MishapKind::VaultClose:
    case MishapKind::VaultUseRoles:
    case MishapKind::VaultUsePolicies: return WorldActionKind::VaultUpdate;
    case MishapKind::PolicyDelete: return WorldActionKind::PolicyDelete;
    case MishapKind::RoleRemove: return WorldActionKind::RoleRemove;
    case MishapKind::KeyDelete: return WorldActionKind::KeyDelete;
    case MishapKind::KeyPurge: return WorldActionKind::KeyPurge;
    case MishapKind::VersionDisable: return WorldActionKind::KeyUpdate;
    case MishapKind::IdentityDelete:
    case MishapKind::IdentityRemove: break;
    }
    return WorldActionKind::IdentityDelete;
}

WorldAction worldActionOf(const Mishap& mishap) {
    WorldAction action;
    action.kind = actionKindOf(mishap.kind);
    action.vault = mishap.vault;
    action.key = mishap.key;
    action.version = mishap.version;
    action.identity = mishap.identity;
    action.role = mishap.role;
    if (mishap.kind == MishapKind::VaultClose) {
        action.settings.allowByDefault = false;
        action.settings.trustedBypass = false;
        action.settings.ipRules.emplace();
    } else if (mishap.kind == MishapKind::VaultUseRoles || mishap.kind == MishapKind::VaultUsePolicies) {
        action.settings.rbac = mishap.kind == MishapKind::VaultUseRoles;
    } else if (mishap.kind == MishapKind::VersionDisable) {
        action.versionSettings.enabled = {true, false};
    }
    return action;
}

ResourceAction removalOf(const Mishap& mishap) {
    ResourceAction action;
    action.kind = ResourceActionKind::RemoveIdentity;
    action.resource = mishap.resource;
    action.identity = mishap.identity;
    return action;
}

} // namespace

void listMishaps(const Program& program, const Situation& situation, std::vector<Mishap>& mishaps) {
    mishaps.clear();
    Lister{program, situation, mishaps}.list();
}

bool perform(const Mishap& mishap, Situation& situation, std::vector<Record>& records) {
    if (mishap.kind == MishapKind::IdentityRemove) {
        return situation.act(removalOf(mishap), records).has_value();
    }
    return situation.act(worldActionOf(mishap), records).has_value();
}

Candidate candidateOf(const Mishap& mishap) {
    if (mishap.kind == MishapKind::IdentityRemove) {
        return {removalOf(mishap), mishap.resource, Reason::None};
    }
    return {worldActionOf(mishap), {}, Reason::None};
}

std::vector<Candidate> mishapsIn(const Program& program, const Situation& situation) {
    std::vector<Mishap> mishaps;
    listMishaps(program, situation, mishaps);
    std::vector<Candidate> candidates;
    candidates.reserve(mishaps.size());
    for (const Mishap& mishap : mishaps) {
        candidates.push_back(candidateOf(mishap));
    }
    return candidates;
}

} // namespace cmksim
