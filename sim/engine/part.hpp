// The parts of an estate that have nothing to do with each other: no resource of one reads anything of another. What
// happens to one can be worked out alone, however large the estate.
#pragma once

#include "engine/program.hpp"

#include <algorithm>
#include <vector>

namespace cmksim::engine {

class Dependencies;

/// One part, as a program of its own, and what its ids are in the whole. Roles, versions, backups and models have the
/// same ids in both.
struct EstatePart {
    Program program;
    IdVector<VaultId, VaultId> vaults;
    IdVector<KeyId, KeyId> keys;
    IdVector<IdentityId, IdentityId> identities;
    IdVector<ResourceId, ResourceId> resources;
    IdVector<KeyReferenceId, KeyReferenceId> references;
    IdVector<EntryId, EntryId> entries;   // of a part with its timeline; of expectations those of its resources
    std::vector<std::uint32_t> reactions; // likewise

    /// An action of the part in the ids of the whole.
    [[nodiscard]] Action inWhole(Action action) const;
};

/// The parts of a program's estate, in the order of the first thing in each. Vaults hang together by the identities
/// that hold grants in them, resources by what they use. The service's own identity, which cannot be deleted, ties
/// nothing together. Connections that only a timeline would make do not count, and parts have none.
std::vector<EstatePart> partsOf(const Program& whole);
/// The same, by the graph of the whole where it is there already.
std::vector<EstatePart> partsOf(const Dependencies& whole);

/// The same, each part with its share of the timeline and of the reactions: what these name together is one part, and
/// what becomes of a part becomes of it in the whole. One part where some action concerns all of them. Reads that name
/// nothing are in no part.
std::vector<EstatePart> partsWithTimeline(const Program& whole);

/// Everything but some resources, on which no entry is and which nothing stands on, with the timeline.
EstatePart withoutResources(const Program& whole, const std::vector<bool>& leftOut);

/// What a thing of the whole is in a part that has it.
template <class IdType>
IdType inPart(const IdVector<IdType, IdType>& part, IdType whole) {
    const auto found = std::ranges::find(part, whole);
    return found != part.end() ? IdType{static_cast<std::size_t>(found - part.begin())} : IdType{};
}

} // namespace cmksim::engine
