// What there is to be seen of a simulated world at one moment, by the names that the shapes of outputs have for it.
#pragma once

#include "base/json_value.hpp"
#include "engine/program.hpp"
#include "engine/simulation_state.hpp"
#include "model/azure.hpp"
#include "reads/memory.hpp"
#include "reads/read_command.hpp"
#include "reads/thing.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::reads {

class ReadView {
public:
    /// Of what `command` reads. All of it must outlive the view.
    ReadView(const Program& program, const std::vector<AzureTerms>& terms, const SimulationState& state,
             const Memory& memory, const ReadCommand& command)
        : program_{program}, terms_{terms}, state_{state}, world_{state.world()}, memory_{memory}, command_{command} {}

    /// What stands in braces in a shape; null where the thing has no such value.
    [[nodiscard]] JsonValue value(const Thing& of, std::string_view name) const;
    [[nodiscard]] bool holds(const Thing& of, ReadTest test) const;
    [[nodiscard]] std::vector<Thing> list(const Thing& of, ReadList list) const;

    /// What Resource Manager returns of a thing; null where that is not simulated.
    [[nodiscard]] const ReadShape* managedShape(const Thing& of) const;

    /// What an entry of the timeline would show that is not printed: the resources of fleets, which stand for many.
    [[nodiscard]] std::vector<std::string> unseen(const TimelineEntry& entry) const;

    /// What an entry of the timeline looks at. Nothing where it is not there to be seen, or stands for many.
    [[nodiscard]] std::optional<Thing> thingOf(const TimelineEntry& entry) const;

private:
    [[nodiscard]] JsonValue valueOf(Everything all, ReadValue value) const;
    [[nodiscard]] JsonValue valueOf(VaultId vault, ReadValue value) const;
    [[nodiscard]] JsonValue valueOf(const SeenAddress& address, ReadValue value) const;
    [[nodiscard]] JsonValue valueOf(const AccessPolicy& policy, ReadValue value) const;
    [[nodiscard]] JsonValue valueOf(const SeenVersion& seen, ReadValue value) const;
    [[nodiscard]] JsonValue valueOf(IdentityId identity, ReadValue value) const;
    [[nodiscard]] JsonValue valueOf(const SeenGrant& grant, ReadValue value) const;
    [[nodiscard]] JsonValue valueOf(ResourceId resource, ReadValue value) const;
    [[nodiscard]] JsonValue valueOf(const SeenKey& seen, ReadValue value) const;
    [[nodiscard]] const SlotState& slotOf(const SeenKey& seen) const;
    /// Nothing where it is no value of a key that a resource uses, or of who uses it.
    [[nodiscard]] std::optional<JsonValue> ofSlot(const SeenKey& seen, ReadValue value) const;
    /// Nothing where a principal has no such value.
    [[nodiscard]] std::optional<JsonValue> ofPrincipal(PrincipalId principal, ReadValue value) const;
    [[nodiscard]] JsonValue common(const Thing& of, ReadValue value) const;
    [[nodiscard]] JsonValue property(ResourceId resource, std::string_view name) const;

    [[nodiscard]] std::optional<Thing> thingOf(const ReadRequest& request) const;
    void addKeys(VaultId vault, Lifecycle wanted, std::vector<Thing>& things) const;
    void addVaults(Lifecycle wanted, std::vector<Thing>& things) const;
    void addGrants(const GrantScope& scope, std::vector<Thing>& things) const;
    void addGrants(std::vector<Thing>& things) const;
    void addVersions(KeyId key, std::vector<Thing>& things) const;
    void addAddresses(VaultId vault, std::vector<Thing>& things) const;
    void addIdentities(std::vector<Thing>& things) const;
    void addAttached(ResourceId resource, std::vector<Thing>& things) const;
    void addUsedKeys(ResourceId resource, std::vector<Thing>& things) const;
    void addResources(std::vector<Thing>& things) const;
    [[nodiscard]] bool isUserAssigned(IdentityId identity) const;
    [[nodiscard]] bool isWanted(const SeenGrant& grant) const;
    [[nodiscard]] bool isScopeWanted(const GrantScope& scope) const;
    [[nodiscard]] bool isCalled(PrincipalId principal, std::string_view text) const;
    [[nodiscard]] std::vector<IdentityId> attachedTo(ResourceId resource) const;
    [[nodiscard]] bool isAttachedTo(ResourceId resource, IdentityId identity) const;
    [[nodiscard]] std::string usedIdentityText(ResourceId resource, IdentityId identity) const;
    [[nodiscard]] std::string identityTypes(ResourceId resource) const;

    [[nodiscard]] std::string typeOf(ResourceId resource) const;
    [[nodiscard]] std::string typeOf(const Thing& of) const;
    [[nodiscard]] bool isAskedFor(std::string_view name, std::string_view type) const;
    [[nodiscard]] std::string fleetNote(ResourceId fleet) const;
    [[nodiscard]] std::string idOf(const Thing& of) const;
    [[nodiscard]] std::string nameOf(const Thing& of) const;
    [[nodiscard]] std::string identityId(IdentityId identity) const;
    [[nodiscard]] std::string principalText(PrincipalId principal, std::string AzureCalls::Identity::*id) const;
    /// Of a vault as the terms of Azure call it: empty for the ordinary one.
    [[nodiscard]] std::string_view kindOf(VaultId vault) const;
    [[nodiscard]] std::string hostOf(VaultId vault) const;
    [[nodiscard]] std::string keyUri(KeyId key, std::string_view collection, VersionNameId version) const;
    [[nodiscard]] JsonValue time(Instant at) const;
    [[nodiscard]] std::string recoveryLevel(VaultId vault) const;
    [[nodiscard]] bool isThere(ResourceId resource) const;

    const Program& program_;
    const std::vector<AzureTerms>& terms_;
    const SimulationState& state_;
    const World& world_;
    const Memory& memory_;
    const ReadCommand& command_;
};

} // namespace cmksim::reads
