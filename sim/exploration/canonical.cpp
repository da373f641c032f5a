#include "exploration/canonical.hpp"

#include <cstring>

namespace cmksim {

namespace {

class FormWriter {
public:
    FormWriter(const Program& program, const Situation& situation)
        : program_{program}, situation_{situation}, world_{situation.world()} {}

    std::string write() {
        put(situation_.now().time_since_epoch().count());
        for (const VaultId id : program_.names.vaults.ids()) {
            vault(world_.vault(id));
        }
        for (const KeyId id : program_.names.keys.ids()) {
            key(world_.key(id));
        }
        for (const IdentityId id : program_.names.identities.ids()) {
            const Identity& identity = world_.identity(id);
            put(number(identity.principal));
            put(number(identity.lastDeleted));
            put(identity.lastDeleted.valid() ? identity.deletedAt.time_since_epoch().count() : 0);
        }
        roles(world_.rootRoleAssignments());
        for (const ResourceId id : program_.resources.ids()) {
            resource(situation_.resource(id));
        }
        return std::move(form_);
    }

private:
    void put(std::int64_t value) {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        form_.append(bytes, sizeof value);
    }

    template <class IdType>
    static std::int64_t number(IdType id) {
        return id.valid() ? static_cast<std::int64_t>(id.index()) : -1;
    }

    void vault(const Vault& vault) {
        put(static_cast<std::int64_t>(vault.state) * 64 + vault.rbac + 2 * vault.softDelete +
            4 * vault.purgeProtection + 8 * vault.publicAccess + 16 * vault.allowByDefault + 32 * vault.trustedBypass);
        put(vault.dnsFails ? 1 : 0);
        put(vault.purgeAt.time_since_epoch().count());
        put(static_cast<std::int64_t>(vault.ipRules.size()));
        for (const AddressBlock& block : vault.ipRules) {
            put(std::int64_t{block.address} * 64 + block.prefixLength);
        }
        put(static_cast<std::int64_t>(vault.accessPolicies.size()));
        for (const AccessPolicy& policy : vault.accessPolicies) {
            put(number(policy.principal));
            put(policy.permissions);
        }
        roles(vault.roleAssignments);
    }

    void key(const Key& key) {
        put(static_cast<std::int64_t>(key.state));
        put(key.purgeAt.time_since_epoch().count());
        put(key.created);
        put(static_cast<std::int64_t>(key.versions.size()));
        for (const KeyVersion& version : key.versions) {
            put(number(version.material));
            put(version.enabled ? 1 : 0);
            put(version.notBefore.time_since_epoch().count());
            put(version.expires.time_since_epoch().count());
        }
        roles(key.roleAssignments);
    }

    void roles(const std::vector<RoleAssignment>& roles) {
        put(static_cast<std::int64_t>(roles.size()));
        for (const RoleAssignment& role : roles) {
            put(number(role.principal));
            put(number(role.role));
        }
    }

    void resource(const ResourceState& state) {
        put(static_cast<std::int64_t>(state.presence));
        put(number(state.state));
        put(static_cast<std::int64_t>(state.reason));
        put(number(state.identity));
        put(number(state.principal));
        put(number(state.key));
        put(state.wrapping.known() ? number(state.wrapping.material()) : -1);
        put(static_cast<std::int64_t>(state.credential));
        put(state.lapseAt.time_since_epoch().count());
        put(static_cast<std::int64_t>(state.attached.to_ullong()));
        put(state.stalled + 2 * state.dataLost);
    }

    const Program& program_;
    const Situation& situation_;
    const World& world_;
    std::string form_;
};

} // namespace

std::string canonicalForm(const Program& program, const Situation& situation) {
    return FormWriter{program, situation}.write();
}

} // namespace cmksim
