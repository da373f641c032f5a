#include "exploration/canonical.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace cmksim::exploration {

namespace {

class FormWriter {
public:
    FormWriter(const Program& program, const SimulationState& simulation, const ResourceClasses& classes,
               CanonicalForm& form)
        : program_{program}, simulation_{simulation}, world_{simulation.world()}, classes_{classes}, form_{form} {}

    void write() {
        form_.clear();
        put(simulation_.now());
        for (const VaultId id : program_.names.vaults.ids()) {
            vault(world_.vault(id));
        }
        for (const KeyId id : program_.names.keys.ids()) {
            key(world_.key(id));
        }
        for (const IdentityId id : program_.names.identities.ids()) {
            const Identity& identity = world_.identity(id);
            put(number(identity.principal), number(identity.lastDeleted));
            if (identity.lastDeleted.valid()) {
                put(identity.deletedAt);
            }
        }
        putCount(world_.rootRoleAssignments().size());
        roles(world_.rootRoleAssignments());
        resources();
    }

private:
    void put(std::int64_t value) { form_.push_back(value); }
    void put(Instant instant) { put(instant.time_since_epoch().count()); }

    void put(std::uint32_t one, std::uint32_t other) {
        put(static_cast<std::int64_t>(std::uint64_t{one} << 32U | other));
    }
    void putCount(std::size_t count) { put(static_cast<std::int64_t>(count)); }

    template <class IdType>
    static std::uint32_t number(IdType id) {
        return id.valid() ? static_cast<std::uint32_t>(id.index()) : std::numeric_limits<std::uint32_t>::max();
    }

    void vault(const Vault& vault) {
        put(static_cast<std::uint32_t>(vault.state),
            vault.rbac + 2U * vault.softDelete + 4U * vault.purgeProtection + 8U * vault.publicAccess +
                16U * vault.allowByDefault + 32U * vault.trustedBypass + 64U * vault.dnsFails + 128U * vault.perimeter);
        if (vault.state == Lifecycle::SoftDeleted) {
            put(vault.purgeAt);
        }
        putCount(vault.ipRules.size());
        putCount(vault.accessPolicies.size());
        putCount(vault.roleAssignments.size());
        for (const AddressBlock& block : vault.ipRules) {
            put(block.address, block.prefixLength);
        }
        for (const AccessPolicy& policy : vault.accessPolicies) {
            put(number(policy.principal), policy.permissions);
        }
        roles(vault.roleAssignments);
    }

    /// Each list ends with an item that says so, and the key says which lists are empty.
    void key(const Key& key) {
        put(key.created,
            static_cast<std::uint32_t>(key.state) + 4U * key.versions.empty() + 8U * key.roleAssignments.empty());
        if (key.state == Lifecycle::SoftDeleted) {
            put(key.purgeAt);
        }
        for (const KeyVersion& version : key.versions) {
            const bool limited = version.notBefore != Instant::min() || version.expires != never;
            put(number(version.material), version.enabled + 2U * limited + 4U * (&version == &key.versions.back()));
            if (limited) {
                put(version.notBefore);
                put(version.expires);
            }
        }
        roles(key.roleAssignments);
    }

    void roles(const std::vector<RoleAssignment>& roles) {
        for (const RoleAssignment& role : roles) {
            put(number(role.principal), 2U * number(role.role) + (&role == &roles.back()));
        }
    }

    /// Those of a class in an order of their own, whichever of them it is that stands so.
    void resources() {
        const std::size_t begin = form_.size();
        bool alike = false;
        for (const ResourceId id : program_.resources.ids()) {
            alike = alike || classes_[id] != id.index();
            put(classes_[id], 0);
            resource(simulation_.resource(id));
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
        put(number(state.state), static_cast<std::uint32_t>(state.reason));
        put(static_cast<std::uint32_t>(state.presence),
            4U * static_cast<std::uint32_t>(state.credential) + 2U * state.stalled + state.dataLost);
        put(number(state.identity), number(state.principal));
        put(number(state.key), state.wrapping.known() ? number(state.wrapping.material()) : number(MaterialId{}));
        put(state.lapseAt);
        put(static_cast<std::int64_t>(state.attached.to_ullong()));
    }

    const Program& program_;
    const SimulationState& simulation_;
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
                        described.outboundIp, described.state, described.phase, described.rotationPhase);
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

ResourceClasses alikeResources(const Program& program, const Phases& phases) {
    ResourceClasses classes = distinctResources(program);
    for (const ResourceId id : program.resources.ids()) {
        for (const ResourceId other : program.resources.ids()) {
            if (other.index() >= id.index()) {
                break;
            }
            if (phases[id] == phases[other] && phases.rotation(id) == phases.rotation(other) &&
                areAlike(program.resources[id], program.resources[other])) {
                classes[id] = classes[other];
                break;
            }
        }
    }
    return classes;
}

CanonicalForm canonicalForm(const Program& program, const SimulationState& simulation, const ResourceClasses& classes) {
    CanonicalForm form;
    FormWriter{program, simulation, classes, form}.write();
    return form;
}

StateHash stateHash(const Program& program, const SimulationState& simulation, const ResourceClasses& classes,
                    CanonicalForm& buffer) {
    FormWriter{program, simulation, classes, buffer}.write();
    const XXH128_hash_t hash = XXH3_128bits(buffer.data(), buffer.size() * sizeof(CanonicalForm::value_type));
    return {hash.high64, hash.low64};
}

} // namespace cmksim::exploration
