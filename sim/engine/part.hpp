// The parts of an estate that have nothing to do with each other: no resource of one reads anything of another. What
// happens to one can be worked out alone, however large the estate.
#pragma once

#include "engine/program.hpp"

#include <vector>

namespace cmksim::engine {

/// One part, as a program of its own without a timeline, and what its ids are in the whole. Roles, versions, backups
/// and models have the same ids in both.
struct EstatePart {
    Program program;
    IdVector<VaultId, VaultId> vaults;
    IdVector<KeyId, KeyId> keys;
    IdVector<IdentityId, IdentityId> identities;
    IdVector<ResourceId, ResourceId> resources;
    IdVector<KeyReferenceId, KeyReferenceId> references;

    /// An action of the part in the ids of the whole.
    [[nodiscard]] Action inWhole(Action action) const;
};

/// The parts of a program's estate, in the order of the first thing in each. Vaults hang together by the identities
/// that hold grants in them, resources by what they use. The service's own identity, which cannot be deleted, ties
/// nothing together. Connections that only a timeline would make do not count.
std::vector<EstatePart> partsOf(const Program& whole);

} // namespace cmksim::engine
