#include "exploration/mishaps.hpp"

namespace cmksim {

namespace {

class Mishaps {
public:
    Mishaps(const Program& program, const Situation& situation, std::vector<Candidate>& all)
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
                world(WorldActionKind::IdentityDelete).identity = identity;
            }
        }
        for (const ResourceId id : program_.resources.ids()) {
            const ResourceState& state = situation_.resource(id);
            if (state.presence == Presence::Present && state.key.valid() && state.identity.valid() &&
                program_.modelOf(id).renewal && state.credential == Credential::Renewed) {
                ResourceAction action;
                action.kind = ResourceActionKind::RemoveIdentity;
                action.resource = id;
                action.identity = state.identity;
                all_.push_back({std::move(action), id, Reason::None});
            }
        }
    }

private:
    WorldAction& world(WorldActionKind kind) {
        all_.push_back({WorldAction{}, {}, Reason::None});
        auto& action = std::get<WorldAction>(all_.back().action);
        action.kind = kind;
        return action;
    }

    void onVault(VaultId id) {
        const Vault& vault = world_.vault(id);
        if (vault.state == Lifecycle::SoftDeleted) {
            world(WorldActionKind::VaultPurge).vault = id;
        }
        if (vault.state != Lifecycle::Active) {
            return;
        }
        world(WorldActionKind::VaultDelete).vault = id;
        changeSettings(id, vault);
        for (const AccessPolicy& policy : vault.accessPolicies) {
            if (const IdentityId identity = holderOf(policy.principal); identity.valid()) {
                WorldAction& action = world(WorldActionKind::PolicyDelete);
                action.vault = id;
                action.identity = identity;
            }
        }
        for (const RoleAssignment& role : vault.roleAssignments) {
            removeRole(id, {}, role);
        }
        for (const KeyId key : program_.names.keysOf[id]) {
            onKey(id, key);
        }
    }

    void changeSettings(VaultId id, const Vault& vault) {
        if (vault.allowByDefault || vault.trustedBypass || !vault.ipRules.empty()) {
            WorldAction& closed = world(WorldActionKind::VaultUpdate);
            closed.vault = id;
            closed.settings.allowByDefault = false;
            closed.settings.trustedBypass = false;
            closed.settings.ipRules.emplace();
        }
        WorldAction& switched = world(WorldActionKind::VaultUpdate);
        switched.vault = id;
        switched.settings.rbac = !vault.rbac;
    }

    void onKey(VaultId vault, KeyId id) {
        const Key& key = world_.key(id);
        const auto onIt = [&](WorldActionKind kind) -> WorldAction& {
            WorldAction& action = world(kind);
            action.vault = vault;
            action.key = id;
            return action;
        };
        if (key.state == Lifecycle::SoftDeleted) {
            onIt(WorldActionKind::KeyPurge);
        } else if (key.state == Lifecycle::Active) {
            onIt(WorldActionKind::KeyDelete);
            for (const KeyVersion& version : key.versions) {
                if (version.enabled) {
                    WorldAction& disabled = onIt(WorldActionKind::KeyUpdate);
                    disabled.version = key.versions.size() > 1 ? version.name : VersionNameId{};
                    disabled.versionSettings.enabled = {true, false};
                }
            }
            for (const RoleAssignment& role : key.roleAssignments) {
                removeRole(vault, id, role);
            }
        }
    }

    void removeRole(VaultId vault, KeyId key, const RoleAssignment& role) {
        if (const IdentityId identity = holderOf(role.principal); identity.valid()) {
            WorldAction& action = world(WorldActionKind::RoleRemove);
            action.vault = vault;
            action.key = key;
            action.identity = identity;
            action.role = role.role;
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
    std::vector<Candidate>& all_;
};

} // namespace

std::vector<Candidate> mishapsIn(const Program& program, const Situation& situation) {
    std::vector<Candidate> all;
    mishapsIn(program, situation, all);
    return all;
}

void mishapsIn(const Program& program, const Situation& situation, std::vector<Candidate>& all) {
    all.clear();
    Mishaps{program, situation, all}.list();
}

} // namespace cmksim
