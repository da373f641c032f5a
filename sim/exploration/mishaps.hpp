// What could go wrong next: every action that a person could do by mistake, or an attacker on purpose, on what is
// there.
#pragma once

#include "engine/situation.hpp"
#include "recovery/candidate.hpp"

#include <compare>
#include <cstdint>
#include <vector>

namespace cmksim {

enum class MishapKind : std::uint8_t {
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

/// A mishap by its names alone, small enough to be kept by the million. Which of them count depends on the kind.
struct Mishap {
    MishapKind kind{};
    VaultId vault;
    KeyId key;
    VersionNameId version; // invalid: the only one
    IdentityId identity;
    RoleId role;
    ResourceId resource;

    friend auto operator<=>(const Mishap&, const Mishap&) = default;
};

/// In a stable order. Some may be refused.
void listMishaps(const Program& program, const Situation& situation, std::vector<Mishap>& mishaps);

/// Performs a mishap now; whether it is refused. Appends what happens to `records`.
bool perform(const Mishap& mishap, Situation& situation, std::vector<Record>& records);

/// A mishap as the action that it is.
Candidate candidateOf(const Mishap& mishap);

/// All at once.
std::vector<Candidate> mishapsIn(const Program& program, const Situation& situation);

} // namespace cmksim
