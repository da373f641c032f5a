// What an identity has to be granted to use a key, and no more: the least role at the narrowest scope, or the
// permissions of an access policy.
#pragma once

#include "engine/program.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cmksim::recovery {

/// A grant that is there already and covers the key.
struct HeldGrant {
    Action grant;       // by which it would be made
    bool counts = true; // in the vault's own permission model
    bool least = false; // it is the one that is needed, no more
};

struct LeastGrant {
    IdentityId identity;
    KeyId key;
    VaultId vault;
    std::vector<ResourceId> users;     // that reach the key with the identity; their services say what is needed
    std::vector<ResourceId> sharing;   // that reach other keys by the same access policy: they need it as well
    std::vector<ResourceId> attached;  // that have the identity and use it for no key: what for is not known
    std::vector<std::string> services; // that it is for; every one of the estate where nothing uses the two yet
    Action grant;
    Duration countsWithin{};        // at the latest, from when it is made
    bool suffices = false;          // played: with this grant alone, none of all these lacks a permission
    std::vector<ResourceId> losing; // played: that lack a permission once it is made, and do not now
    std::vector<HeldGrant> held;
};

/// Of an access policy all that the identity needs in the vault, as setting one replaces the one that is there. Nothing
/// where the estate does not describe the key's vault. Costs a replay of two periods.
std::optional<LeastGrant> leastGrantOf(const Program& estate, IdentityId identity, VaultId vault, KeyId key);

} // namespace cmksim::recovery
