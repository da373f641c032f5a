// Whose phases decide what becomes of the world, and in which ways: a resource's own actions may make or end its
// system-assigned identity, and whether they are refused may depend on its phase.
#pragma once

#include "analysis/phase_classes.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace cmksim::analysis {

/// What a resource's actions did to the world: for each of them, whether it was refused.
using Footprint = std::vector<bool>;

/// Appends to a footprint what the records of one resource say.
void appendFootprint(const std::vector<Record>& records, Footprint& footprint);

/// The classes of one resource's phases that leave the same footprint in the world.
struct FootprintGroup {
    Footprint footprint;
    std::vector<PhaseClass> classes;
};

/// The groups of classes, in the order of their first class.
std::vector<FootprintGroup> groupByFootprint(const std::vector<PhaseClass>& classes,
                                             const std::function<Footprint(const PhaseClass&)>& footprintOf);

/// Those who shape the world. Beyond 4,096 ways one more counts as if its first group were its only one.
class Shapers {
public:
    /// One of the groups of a shaper's phases.
    struct Choice {
        std::size_t who = 0; // as it was added
        const FootprintGroup* group = nullptr;
    };

    /// A shaper with a single group shapes nothing.
    void add(std::size_t who, std::vector<FootprintGroup> groups);

    [[nodiscard]] bool empty() const { return shapers_.empty(); }

    /// Every combination of groups, in a stable order; a single empty one where nothing is shaped. Goes on as long
    /// as `visit` says so; returns whether it went through all.
    bool forEachChoice(const std::function<bool(std::span<const Choice>)>& visit) const;

private:
    struct Shaper {
        std::size_t who = 0;
        std::vector<FootprintGroup> groups;
    };

    bool choose(std::vector<Choice>& choices, const std::function<bool(std::span<const Choice>)>& visit) const;

    std::vector<Shaper> shapers_;
    std::size_t ways_ = 1;
};

} // namespace cmksim::analysis
