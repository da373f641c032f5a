// What there is to be seen in a simulated world, one thing at a time.
#pragma once

#include "engine/program.hpp"
#include "engine/world.hpp"
#include "reads/folder.hpp"

#include <cstddef>
#include <variant>

namespace cmksim::reads {

/// A version of a key. A key itself is seen by its newest.
struct SeenVersion {
    KeyId key;
    std::size_t place = 0; // oldest first
};

/// A rule of a vault's firewall.
struct SeenAddress {
    VaultId vault;
    AddressBlock block;
};

/// A key that a resource uses.
struct SeenKey {
    ResourceId resource;
    std::size_t place = 0; // among those of the resource
};

/// A role that is held somewhere.
struct SeenGrant {
    GrantScope scope;
    RoleAssignment role;
};

/// What a shape is of.
using Thing = std::variant<Everything, VaultId, AccessPolicy, SeenAddress, SeenVersion, IdentityId, SeenGrant,
                           ResourceId, SeenKey>;

} // namespace cmksim::reads
