// What holds a resource up: the losses that take it down or impair it alone, and the pairs of losses of which neither
// would.
#pragma once

#include "analysis/bounds.hpp"
#include "base/progress.hpp"
#include "blast/blast.hpp"
#include "blast/node.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cmksim::blast {

/// Two losses that together take resources down which neither takes down alone.
struct LossPair {
    BlastNode one;
    BlastNode other;
    std::vector<ResourceId> resources;
    Extent<Duration> down; // after both losses, the first of them at the earliest, the last at the latest
};

/// Every such pair, in the order of the estate. Parts of the estate that have nothing to do with each other are worked
/// out by themselves, up to `jobs` at a time.
std::vector<LossPair> lossPairsOf(const Dependencies& estate, unsigned jobs = 1, Progress* progress = nullptr);

/// A node on which a resource leans.
struct Support {
    BlastNode node;
    bool alone = false;                        // its loss is enough to take it down
    Extent<Duration> down;                     // then, after the loss
    std::optional<BlastImpairment> impaired;   // else: what its loss alone does to it
    std::vector<std::string> together;         // not alone: nodes with whose loss it takes it down
    std::vector<std::string> impairedTogether; // it does neither alone: nodes with whose loss it impairs it
};

/// What holds up a resource of the estate, in the order of the chain: its identity, what that is granted, the vault's
/// network, the vault, the key, its versions. Nodes that make no difference even with another are left out.
std::vector<Support> supportsOf(const Dependencies& estate, ResourceId resource);

} // namespace cmksim::blast
