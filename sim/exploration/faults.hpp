// What could go wrong next: every action that a person could do by mistake, or an attacker on purpose, on what is
// there.
#pragma once

#include "engine/simulation_state.hpp"
#include "recovery/candidate.hpp"

#include <compare>
#include <cstdint>
#include <vector>

namespace cmksim::exploration {

enum class FaultKind : std::uint8_t {
    VaultDelete,
    VaultPurge,
    VaultClose,       // its firewall, to everybody
    VaultUseRoles,    // where access policies counted
    VaultUsePolicies, // where roles counted
    PolicyDelete,
    RoleRemove,
    KeyDelete,
    KeyPurge,
    VersionDisable,
    IdentityDelete,
    IdentityRemove, // from the resource that uses it
};

/// A fault by its names alone, small enough to be kept by the million. Which of them count depends on the kind.
struct Fault {
    FaultKind kind{};
    VaultId vault;
    KeyId key;
    VersionNameId version; // invalid: the only one
    IdentityId identity;
    RoleId role;
    ResourceId resource;

    friend auto operator<=>(const Fault&, const Fault&) = default;
};

/// In a stable order. Some may be refused.
void listFaults(const Program& program, const SimulationState& simulation, std::vector<Fault>& faults);

/// Performs a fault now; whether it is refused. Appends what happens to `records`.
bool perform(const Fault& fault, SimulationState& simulation, std::vector<Record>& records);

/// A fault as the action that it is.
Candidate candidateOf(const Fault& fault);

/// All at once.
std::vector<Candidate> faultsIn(const Program& program, const SimulationState& simulation);

} // namespace cmksim::exploration
