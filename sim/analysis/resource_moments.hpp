// What of a story matters to one resource: when its lives begin, what it can come to depend on, and the instants at
// which something changes that it can see or that it does itself. Timings that are open are cut at these.
#pragma once

#include "engine/program.hpp"
#include "engine/timings.hpp"
#include "engine/world_history.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cmksim::analysis {

/// What may take a time to count: from when to when.
struct Window {
    std::size_t delay = 0; // in the open delays
    Instant least{};
    Instant most{};
};

/// Which vaults and identities a resource can come to depend on.
struct Reliance {
    std::vector<VaultId> vaults;
    std::vector<IdentityId> identities;

    [[nodiscard]] bool on(VaultId vault) const { return std::ranges::find(vaults, vault) != vaults.end(); }
    [[nodiscard]] bool on(IdentityId identity) const {
        return std::ranges::find(identities, identity) != identities.end();
    }
};

/// When a life of a resource begins, and how its looks fall in it where that is pinned.
struct Life {
    Instant birth{};
    std::optional<Duration> phase;
    std::optional<Duration> rotationPhase;
    std::optional<Duration> recoveryPhase;
};

struct ResourceMoments {
    std::vector<Duration> offsets; // of what rules count
    std::vector<Life> lives;
    Reliance reliance;
    std::vector<Window> windows;
    std::vector<Instant> changes;    // sorted
    std::vector<Instant> ownMoments; // of what it does, and of what is expected of it
    std::vector<Instant> ownActions; // of what it does
};

/// When something happens in the world that resources may see, by what it happens to: gathered once for all resources.
class WorldMoments {
public:
    /// `nominal` is the history of the program at nominal timings.
    WorldMoments(const Program& program, const WorldHistory& nominal);

    /// What is done to a vault and what is in it, and what time alone brings about there; to an identity likewise.
    [[nodiscard]] const std::vector<Instant>& of(VaultId vault) const { return ofVaults_[vault]; }
    [[nodiscard]] const std::vector<Instant>& of(IdentityId identity) const { return ofIdentities_[identity]; }
    /// Whether a key of the vault has several versions at some time.
    [[nodiscard]] bool hasNewerVersions(VaultId vault) const { return newerVersions_[vault] != 0; }

private:
    IdVector<VaultId, std::vector<Instant>> ofVaults_;
    IdVector<IdentityId, std::vector<Instant>> ofIdentities_;
    IdVector<VaultId, std::uint8_t> newerVersions_; // a flag each
};

/// Costs what happens to what the resource relies on, and what is open.
ResourceMoments momentsOf(const Program& program, const WorldMoments& world, const std::vector<OpenDelay>& open,
                          ResourceId id);

} // namespace cmksim::analysis
