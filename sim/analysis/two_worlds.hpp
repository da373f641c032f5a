// Two programs side by side: what is the same in both has one index, phases are cut so that each part goes one way in
// both, and what happens is told in words that can be compared.
#pragma once

#include "analysis/compare.hpp"
#include "analysis/footprints.hpp"
#include "analysis/phase_pairs.hpp"
#include "analysis/resource_moments.hpp"
#include "engine/expectation.hpp"
#include "engine/world_history.hpp"

#include <array>
#include <compare>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cmksim::analysis {

/// The resource of one name in both worlds; invalid where there is none.
struct ResourcePair {
    std::string name;
    std::array<ResourceId, 2> ids;
};

/// The phases of each pair.
using PairPhases = std::vector<OpenPhases>;

/// What is asked of the same thing in both worlds.
struct CheckKey {
    Instant at{};
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::string subject;

    friend auto operator<=>(const CheckKey&, const CheckKey&) = default;
};

/// What it came to in one of them.
struct Check {
    CheckDifference::Kind kind{};
    bool asked = false;
    bool holds = true;
    TextPlace place;
    std::string subject;
    std::string expected;
    std::string actual;
};

using Checks = std::map<CheckKey, Check>;

struct Event {
    Instant at{};
    std::string text;

    friend bool operator==(const Event&, const Event&) = default;
};

/// What happens to vaults, keys and identities.
struct PlayedWorld {
    std::vector<Event> events;
    Checks checks;
};

/// What happens to one resource at one phase, and how it ends.
struct Played {
    std::vector<Event> events;
    Checks checks;
    ResourceStatus status;
};

class TwoWorlds {
public:
    TwoWorlds(const Program& a, const Program& b);
    TwoWorlds(const TwoWorlds&) = delete; // histories point into the programs
    TwoWorlds& operator=(const TwoWorlds&) = delete;

    [[nodiscard]] const std::vector<ResourcePair>& pairs() const { return pairs_; }
    [[nodiscard]] bool has(std::size_t side, std::size_t pair) const { return pairs_[pair].ids[side].valid(); }
    [[nodiscard]] const Model& modelOf(std::size_t side, std::size_t pair) const;
    /// Whether the phase is open on either side.
    [[nodiscard]] bool hasOpenPhase(std::size_t pair) const;
    /// Whether classes are of pairs of phases: its looks for a newer version have a phase of their own that matters.
    [[nodiscard]] bool goesByPairs(std::size_t pair) const { return looks_[pair].paired; }
    /// Whether no look for a newer version can find anything, or every phase of these is looked at.
    [[nodiscard]] bool everyRotation(std::size_t pair) const { return looks_[pair].everyRotation; }
    /// How much of all pairs of phases some classes make up.
    [[nodiscard]] PairCover coverOf(std::size_t pair, std::span<const PhaseClass> classes) const;
    [[nodiscard]] Duration rotationPeriodOf(std::size_t pair) const;
    [[nodiscard]] const Program& program(std::size_t side) const { return sides_[side].program; }
    /// The longer of both sides' periods. A phase means the same on both sides, modulo the period of each.
    [[nodiscard]] Duration periodOf(std::size_t pair) const;

    /// Whether some resource's phase decides what becomes of the world, on either side.
    [[nodiscard]] bool dependsOnPhases() const { return !shapers_.empty(); }
    /// Calls `visit` with phases for each way in which the worlds can go. The rest of this class speaks of the one that
    /// is being visited.
    void forEachVariant(const std::function<void(const PairPhases&)>& visit);

    /// All phases of a resource, in classes of which each goes one way in both worlds and comes to the same on both
    /// sides or to different things for all of its phases.
    [[nodiscard]] std::vector<PhaseClass> classesOf(std::size_t pair) const;

    [[nodiscard]] PlayedWorld playWorld(std::size_t side) const;
    /// Nothing happens to a resource that is not there.
    [[nodiscard]] Played play(std::size_t side, std::size_t pair, const OpenPhases& phases) const;

    /// Where the two part at these phases; nothing where they do not.
    [[nodiscard]] std::optional<Parting> parting(const PairPhases& phases) const;

private:
    struct Side {
        Program program;
        WorldHistory history;
    };

    /// What is known of a pair's looks for a newer version.
    struct Looks {
        bool paired = false;
        bool everyRotation = true;
    };

    void findPairs();
    void findShapers();
    void findLooks();
    [[nodiscard]] Looks looksOf(std::size_t pair) const;
    [[nodiscard]] std::size_t sideWithClock(std::size_t pair) const;
    [[nodiscard]] ResourceMoments momentsOfBoth(std::size_t pair) const;
    [[nodiscard]] PairCutter cutterOf(std::size_t pair) const;
    void simulateWorldAt(const PairPhases& phases);
    [[nodiscard]] std::vector<FootprintGroup> footprintsOf(std::size_t pair) const;
    [[nodiscard]] std::vector<PhaseClass> commonClasses(std::size_t pair) const;
    void cutWhereDowntimesTurn(std::size_t pair, const PhaseClass& phases, std::vector<Duration>& starts) const;

    [[nodiscard]] std::vector<Record> recordsOf(std::size_t side, std::size_t pair, const OpenPhases& phases,
                                                ResourceStatus& status) const;
    void addChecks(const Program& program, const Record& record, Checks& checks) const;
    [[nodiscard]] Phases phasesOf(std::size_t side, const PairPhases& phases) const;
    [[nodiscard]] std::vector<Event> eventsOf(std::size_t side, const PairPhases& phases, bool verdicts) const;

    std::array<Side, 2> sides_;
    std::vector<ResourcePair> pairs_;
    std::vector<Looks> looks_;                 // by pair
    Shapers shapers_;                          // likewise
    std::span<const Shapers::Choice> choices_; // in the variant being visited
};

} // namespace cmksim::analysis
