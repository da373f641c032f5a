#include "blast/support.hpp"

#include "base/parallel.hpp"
#include "base/patience.hpp"
#include "blast/quiet.hpp"
#include "engine/part.hpp"
#include "recovery/candidate.hpp"
#include "recovery/proof.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <span>

namespace cmksim::blast {

namespace {

/// Which resources go down, and when after the start; and which are impaired and do not.
struct Fallen {
    std::map<ResourceId, Extent<Duration>> down;
    std::map<ResourceId, BlastImpairment> impaired;

    [[nodiscard]] bool has(ResourceId id) const { return down.contains(id) || impaired.contains(id); }
};

/// The losses of one part of an estate.
class Losses {
public:
    explicit Losses(const Program& estate, const Progress* progress = nullptr)
        : estate_{estate}, dependencies_{estate}, nodes_{nodesOf(estate, dependencies_)}, patience_{{}, progress} {
        const std::vector<bool> single = dependencies_.singlePoints();
        for (const BlastNode& node : nodes_) {
            if (patience_.isOver()) {
                return;
            }
            concerned_.push_back(dependencies_.resourcesOn(node.vertex));
            const bool redundant = node.kind == BlastNodeKind::Grant && !single[node.vertex];
            alone_.push_back(redundant ? Fallen{} : fallWith({&node, 1}));
        }
    }

    [[nodiscard]] const std::vector<BlastNode>& nodes() const { return nodes_; }
    /// Whether all that is to be known of single losses is. Of two together nothing can be told before.
    [[nodiscard]] bool knowsSingleOnes() const { return alone_.size() == nodes_.size(); }
    [[nodiscard]] bool isOver() const { return patience_.isOver(); }
    [[nodiscard]] const Fallen& alone(std::size_t node) const { return alone_[node]; }

    /// What two losses take down, or impair, that neither does.
    [[nodiscard]] Fallen together(std::size_t one, std::size_t other) {
        if (!meet(one, other)) {
            return {};
        }
        const std::array both{nodes_[one], nodes_[other]};
        Fallen fallen = fallWith(both);
        std::erase_if(fallen.down, [&](const auto& entry) {
            return alone_[one].down.contains(entry.first) || alone_[other].down.contains(entry.first);
        });
        std::erase_if(fallen.impaired, [&](const auto& entry) {
            return alone_[one].has(entry.first) || alone_[other].has(entry.first);
        });
        return fallen;
    }

private:
    /// Whether some resource leans on both: else one loss does nothing to what the other leaves standing.
    [[nodiscard]] bool meet(std::size_t one, std::size_t other) const {
        const std::vector<ResourceId>& ofOther = concerned_[other];
        return std::ranges::any_of(concerned_[one],
                                   [&](ResourceId id) { return std::ranges::binary_search(ofOther, id); });
    }

    /// Without what comes anyway.
    [[nodiscard]] Fallen fallWith(std::span<const BlastNode> lost) {
        std::vector<TimelineEntry> entries;
        for (const BlastNode& node : lost) {
            entries.push_back(entryOf(estate_, node.loss, scenarioStart));
        }
        const Instant end = noticedBy(estate_, entries);
        const Quiet& quiet = quietUntil(end);
        const Program without = withTimeline(estate_, std::move(entries), end);
        Fallen fallen;
        for (const ResourceBounds& one : boundsOf(without, OpenTimings::All).resources) {
            if (!one.outages.empty() && !quiet.isDownBy(one.resource, one.outages.front().start.instant.least)) {
                const Extent<Instant>& start = one.outages.front().start.instant;
                fallen.down.emplace(one.resource,
                                    Extent<Duration>{start.least.time_since_epoch(), start.most.time_since_epoch()});
            } else if (auto impaired = impairmentBeside(estate_, one, quiet)) {
                fallen.impaired.emplace(one.resource, *std::move(impaired));
            }
        }
        return fallen;
    }

    const Quiet& quietUntil(Instant end) {
        const auto known = quiet_.find(end);
        return known != quiet_.end() ? known->second
                                     : quiet_.emplace(end, withTimeline(estate_, {}, end)).first->second;
    }

    const Program& estate_;
    Dependencies dependencies_;
    std::vector<BlastNode> nodes_;
    std::vector<std::vector<ResourceId>> concerned_; // by node, in order
    std::map<Instant, Quiet> quiet_;                 // by the end of what is looked at
    std::vector<Fallen> alone_;
    Patience patience_;
};

std::vector<LossPair> pairsOfPart(const EstatePart& part, const Progress* progress) {
    std::vector<LossPair> pairs;
    Losses losses{part.program, progress};
    for (std::size_t one = 0; losses.knowsSingleOnes() && one < losses.nodes().size(); ++one) {
        for (std::size_t other = one + 1; other < losses.nodes().size() && !losses.isOver(); ++other) {
            const auto fallen = losses.together(one, other).down;
            if (fallen.empty()) {
                continue;
            }
            LossPair pair{losses.nodes()[one], losses.nodes()[other], {}, fallen.begin()->second};
            pair.one.loss = part.inWhole(pair.one.loss);
            pair.other.loss = part.inWhole(pair.other.loss);
            for (const auto& [resource, down] : fallen) {
                pair.resources.push_back(part.resources[resource]);
                pair.down.include(down.least);
                pair.down.include(down.most);
            }
            pairs.push_back(std::move(pair));
        }
    }
    return pairs;
}

/// What the loss of a node does to a resource, in the ids of the part.
Support supportOf(Losses& losses, std::size_t node, ResourceId id) {
    const Fallen& own = losses.alone(node);
    Support support;
    support.node = losses.nodes()[node];
    if (const auto down = own.down.find(id); down != own.down.end()) {
        support.alone = true;
        support.down = down->second;
        return support;
    }
    if (const auto impaired = own.impaired.find(id); impaired != own.impaired.end()) {
        support.impaired = impaired->second;
    }
    for (std::size_t other = 0; other < losses.nodes().size(); ++other) {
        const Fallen both = other == node ? Fallen{} : losses.together(std::min(node, other), std::max(node, other));
        if (both.down.contains(id)) {
            support.together.push_back(losses.nodes()[other].name);
        } else if (both.impaired.contains(id)) {
            support.impairedTogether.push_back(losses.nodes()[other].name);
        }
    }
    return support;
}

/// The place of a node in the chain from a resource to a version of its key.
int placeOf(BlastNodeKind kind) {
    switch (kind) {
    case BlastNodeKind::Identity: return 0;
    case BlastNodeKind::Grant: return 1;
    case BlastNodeKind::Network: return 2;
    case BlastNodeKind::Vault: return 3;
    case BlastNodeKind::Key: return 4;
    case BlastNodeKind::Version: return 5;
    }
    return 6;
}

} // namespace

std::vector<LossPair> lossPairsOf(const Dependencies& estate, unsigned jobs, Progress* progress) {
    const std::vector<EstatePart> parts = partsOf(estate);
    std::vector<std::vector<LossPair>> found(parts.size());
    forEachIndex(parts.size(), jobs, [&](std::size_t i) {
        if (progress == nullptr || !progress->cancelled()) {
            found[i] = pairsOfPart(parts[i], progress);
        }
        if (progress != nullptr) {
            progress->advance(1);
        }
    });
    std::vector<LossPair> pairs;
    for (std::vector<LossPair>& of : found) {
        std::ranges::move(of, std::back_inserter(pairs));
    }
    return pairs;
}

std::vector<Support> supportsOf(const Dependencies& estate, ResourceId resource) {
    std::vector<Support> supports;
    for (const EstatePart& part : partsOf(estate)) {
        const auto own = std::ranges::find(part.resources, resource);
        if (own == part.resources.end()) {
            continue;
        }
        const ResourceId id{static_cast<std::size_t>(own - part.resources.begin())};
        Losses losses{part.program};
        for (std::size_t i = 0; i < losses.nodes().size(); ++i) {
            Support support = supportOf(losses, i, id);
            support.node.loss = part.inWhole(support.node.loss);
            if (support.impaired) {
                support.impaired->resource = resource;
            }
            if (support.alone || support.impaired || !support.together.empty() || !support.impairedTogether.empty()) {
                supports.push_back(std::move(support));
            }
        }
    }
    std::ranges::stable_sort(supports, {}, [](const Support& one) { return placeOf(one.node.kind); });
    return supports;
}

} // namespace cmksim::blast
