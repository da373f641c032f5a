#include "recovery/missing.hpp"

#include <fmt/format.h>

namespace cmksim::recovery {

namespace {

class Describer {
public:
    Describer(const Program& program, const SimulationState& simulation, ResourceId resource)
        : program_{program}, world_{simulation.world()}, state_{simulation.resource(resource)},
          model_{program.modelOf(resource)}, key_{program.keys[state_.key]} {}

    [[nodiscard]] std::string missing(Reason reason) const {
        switch (reason) {
        case Reason::IdentityNotAssigned: return "no identity is set for the key, or none that the service takes";
        case Reason::TokenAcquisitionFailed: return identity() + " is not there";
        case Reason::KeyUriMalformed: return fmt::format("'{}' is no key identifier", key_.text);
        case Reason::VaultNotFound: return vault() + " is not there";
        case Reason::VaultFirewallDenied: return "the firewall of " + vault() + " lets the service in neither as trusted "
                                                 "nor by its address";
        case Reason::IdentityUnauthorized: return grant();
        case Reason::KeyNotFound: return vault() + " has no active key " + keyName();
        case Reason::KeyVersionNotFound: return keyName() + " has no version of that name";
        case Reason::KeyDisabled: return "the version of " + keyName() + " in use is disabled";
        case Reason::KeyNotYetValid: return "the version of " + keyName() + " in use is not valid yet";
        case Reason::KeyExpired: return "the version of " + keyName() + " in use has expired";
        default: return {};
        }
    }

private:
    [[nodiscard]] std::string identity() const { return program_.names.identities[state_.identity].text; }
    [[nodiscard]] std::string vault() const { return program_.names.vaults[key_.vault].text; }
    [[nodiscard]] std::string keyName() const { return program_.names.keys[key_.key].text; }

    [[nodiscard]] std::string grant() const {
        if (world_.vault(key_.vault).rbac) {
            return fmt::format("{} has no role that lets it use keys, on {}/{}, on {} or above", identity(), vault(),
                               keyName(), vault());
        }
        const AccessPolicy* policy = policyOf(world_.vault(key_.vault).accessPolicies, state_.principal);
        if (policy == nullptr) {
            return fmt::format("{} has no access policy of {}; it needs {}", vault(), identity(),
                               permissions(model_.permissionSet));
        }
        const PermissionSet missing = model_.permissionSet & ~policy->permissions;
        return fmt::format("the access policy of {} in {} lacks {}", identity(), vault(), permissions(missing));
    }

    [[nodiscard]] std::string permissions(PermissionSet set) const {
        std::string text;
        for (std::size_t i = 0; i < program_.platform->keyPermissions.size(); ++i) {
            if ((set >> i & 1U) != 0) {
                text.append(text.empty() ? "" : ", ").append(program_.platform->keyPermissions[i]);
            }
        }
        return text;
    }

    const Program& program_;
    const World& world_;
    const ResourceState& state_;
    const Model& model_;
    const KeyReference& key_;
};

} // namespace

std::optional<Shortcoming> shortcomingOf(const Program& program, const SimulationState& simulation,
                                         ResourceId resource) {
    const std::optional<Answer> answer = simulation.answer(resource);
    if (!answer || (answer->reason == Reason::None && answer->raised.empty())) {
        return std::nullopt;
    }
    Shortcoming found;
    found.reason = answer->reason;
    const Model& model = program.modelOf(resource);
    for (const ConditionId id : model.conditions.ids()) {
        if (answer->raised.contains(id)) {
            found.conditions.push_back(model.conditions[id].name);
        }
    }
    found.missing = Describer{program, simulation, resource}.missing(answer->reason);
    return found;
}

} // namespace cmksim::recovery
