#include "exploration/canonical.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <tuple>

namespace cmksim {

namespace {

class FormWriter {
public:
    FormWriter(const Program& program, const Situation& situation, const ResourceClasses& classes, CanonicalForm& form)
        : program_{program}, situation_{situation}, world_{situation.world()}, classes_{classes}, form_{form} {}

    void write() {
        form_.clear();
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
        resources();
    }

private:
    void put(std::int64_t value) { form_.push_back(value); }

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

    /// Those of a class in an order of their own, whichever of them it is that stands so.
    void resources() {
        const std::size_t begin = form_.size();
        bool alike = false;
        for (const ResourceId id : program_.resources.ids()) {
            alike = alike || classes_[id] != id.index();
            put(classes_[id]);
            resource(situation_.resource(id));
        }
        if (alike) {
            sortParts(begin, (form_.size() - begin) / program_.resources.size());
        }
    }

    /// The parts of one length from `begin` on, in order.
    void sortParts(std::size_t begin, std::size_t length) {
        const auto at = [&](std::size_t place) { return form_.begin() + static_cast<std::ptrdiff_t>(place); };
        std::vector<CanonicalForm> parts;
        for (std::size_t part = begin; part < form_.size(); part += length) {
            parts.emplace_back(at(part), at(part + length));
        }
        std::ranges::sort(parts);
        form_.resize(begin);
        for (const CanonicalForm& part : parts) {
            form_.insert(form_.end(), part.begin(), part.end());
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
    const ResourceClasses& classes_;
    CanonicalForm& form_;
};

bool areAlike(const ResourceProgram& one, const ResourceProgram& other) {
    if (!one.described || !other.described || one.fleet || other.fleet || one.model != other.model) {
        return false;
    }
    const auto parts = [](const NewResource& described) {
        return std::tie(described.identity, described.identities, described.key, described.properties,
                        described.outboundIp, described.state, described.phase);
    };
    const bool usesOwn = one.described->names(one.ownIdentity) || other.described->names(other.ownIdentity);
    return !usesOwn && parts(*one.described) == parts(*other.described);
}

} // namespace

ResourceClasses distinctResources(const Program& program) {
    ResourceClasses classes;
    for (const ResourceId id : program.resources.ids()) {
        classes.push_back(static_cast<std::uint32_t>(id.index()));
    }
    return classes;
}

ResourceClasses alikeResources(const Program& program) {
    ResourceClasses classes = distinctResources(program);
    for (const ResourceId id : program.resources.ids()) {
        for (const ResourceId other : program.resources.ids()) {
            if (other.index() >= id.index()) {
                break;
            }
            if (areAlike(program.resources[id], program.resources[other])) {
                classes[id] = classes[other];
                break;
            }
        }
    }
    return classes;
}

CanonicalForm canonicalForm(const Program& program, const Situation& situation, const ResourceClasses& classes) {
    CanonicalForm form;
    FormWriter{program, situation, classes, form}.write();
    return form;
}

StateHash stateHash(const Program& program, const Situation& situation, const ResourceClasses& classes,
                    CanonicalForm& buffer) {
    FormWriter{program, situation, classes, buffer}.write();
    const XXH128_hash_t hash = XXH3_128bits(buffer.data(), buffer.size() * sizeof(CanonicalForm::value_type));
    return {hash.high64, hash.low64};
}

} // namespace cmksim
