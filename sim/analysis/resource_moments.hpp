// What of a story matters to one resource: when its lives begin, what it can come to depend on, and the instants at
// which something changes that it can see or that it does itself. Timings that are open are cut at these.
#pragma once

#include "engine/program.hpp"
#include "engine/timings.hpp"
#include "engine/world_history.hpp"

#include <algorithm>
#include <cstddef>
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

/// Costs the timeline, the facts of `nominal`, the history of the program at nominal timings, and what is open.
ResourceMoments momentsOf(const Program& program, const WorldHistory& nominal, const std::vector<OpenDelay>& open,
                          ResourceId id);

} // namespace cmksim::analysis
