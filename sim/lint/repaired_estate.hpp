// How an estate is repaired, so that a story which takes something down no longer does.
#pragma once

#include "engine/program.hpp"

#include <vector>

namespace cmksim::lint {

/// A vault, and a key, of the estate.
NewVault& vaultOf(Program& program, VaultId id);
NewKey& newKeyOf(Program& program, VaultId vault, KeyId id);

/// A new key for a resource, beside a shared one and with its grants.
void giveOwnKey(Program& program, ResourceId id, VaultId vaultId, KeyId shared);

/// A new identity for each of some resources, with the shared one's grants above all vaults and in those of its keys.
void giveOwnIdentities(Program& program, const std::vector<ResourceId>& users, IdentityId shared);

} // namespace cmksim::lint
