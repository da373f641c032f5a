// What each vault, key, identity and grant would take down with it: settled by simulating its loss, not by looking at a
// graph. A resource may have two grants, of which either will do. Costs, for each node, the bounds of the resources
// that use it, and one plan or more. 10,000 resources in 500 vaults take about 2 s (bench/RESULTS.md).
#pragma once

#include "analysis/at_rest.hpp"
#include "analysis/bounds.hpp"
#include "analysis/state_losses.hpp"
#include "base/progress.hpp"
#include "blast/node.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace cmksim::blast {

/// A resource that uses a node, and how it stands before the loss.
struct NodeUser {
    ResourceId resource;
    RestStatus atRest{};
    bool laterAnyway = false; // up at the start, and down or impaired later whatever becomes of the node
    bool attached = false;    // it has the identity, and uses another for its key: what for is not known
};

/// A resource that stays up without a node, and no longer does all that it did.
struct BlastImpairment {
    ResourceId resource;
    Impairment impairment;
    Extent<Duration> from; // after the loss
};

/// The loss of one node, at the start of the estate.
struct Blast {
    BlastNode node;
    std::vector<ResourceId> resources;     // that go down
    std::vector<Extent<Duration>> downOf;  // after the loss, of each of `resources`, in their order
    Extent<Duration> down;                 // the first of them at the earliest, the last at the latest
    std::vector<BlastImpairment> impaired; // that do not, and deny something
    bool recoverable = true;               // all of them, by a plan made when they are down or impaired
    std::optional<Duration> until;         // after the loss, while there is a plan for all of them; none: for ever
    std::vector<std::string> recovery;     // its steps
    std::optional<Duration> stepsUntil;    // after the loss, where another way is needed before there is none
    Extent<Duration> ready;                // how long they take
    bool exact = true;                     // else `down`, and when the others deny, may be wider than what can happen
    std::vector<StateLoss> losses;         // of the resources while they stay so, if nothing brings them back before
    std::vector<NodeUser> users;           // of the node, whatever its loss does to them, in the order of the estate

    /// Whether its loss takes anything away.
    [[nodiscard]] bool harms() const { return !resources.empty() || !impaired.empty(); }
    [[nodiscard]] bool isHarmed(ResourceId resource) const;
};

/// For how long after a loss a way back is looked for. No retention and no recovery of an identity is longer.
inline constexpr Duration longestLookedAhead = std::chrono::hours{24} * 120;

/// Of every node, or of those named so; the worst first: what cannot be undone, then by how many resources it takes
/// down, by how soon the way back ends, by how soon they are down, by name. Parts of the estate that have nothing to do
/// with each other are worked out by themselves, up to `jobs` at a time; `progress` is told of each, and when it says
/// so no further ones are looked at.
std::vector<Blast> blastsOf(const Dependencies& estate, const std::optional<std::string>& only, unsigned jobs = 1,
                            Progress* progress = nullptr);

} // namespace cmksim::blast
