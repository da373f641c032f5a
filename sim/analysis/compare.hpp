// One scenario in two worlds: what differs between them, for every phase of revalidations, and of looks for a newer
// version, that they leave open.
#pragma once

#include "analysis/phase_classes.hpp"
#include "base/progress.hpp"
#include "engine/program.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::analysis {

/// Pairs of phases for which something differs, of a resource that looks for newer versions by a clock of its own.
struct DifferingPairs {
    std::int64_t differing = 0;
    std::int64_t all = 0;
    bool ofBoth = false; // else its revalidation phase is pinned
    Duration period{};   // of the looks for a newer version
    Duration shown{};    // the phase of these that a difference is told for
};

/// The phases of one resource for which something differs.
struct DifferingPhases {
    std::string resource;           // whose phase decides; empty where no phase is open, and then the rest is too
    std::vector<PhaseClass> phases; // merged and in order
    Duration period{};              // what they are a part of: where the sides' periods differ, the longer
    Duration shown{};               // the one that a difference is told for
    std::optional<DifferingPairs> pairs = {}; // where at some of `phases` it differs for some of another clock alone
};

/// How a resource stands at the end on one side, in its model's words.
struct SideOutcome {
    bool exists = false; // false: there is none of that name on this side, and all else says nothing
    std::string state;
    std::string reason;
    bool recoverable = true;
    std::uint32_t outages = 0;
    std::uint32_t leastOutages = 0; // of every phase
    std::uint32_t mostOutages = 0;
    Duration downtime{};
    Duration leastDowntime{};
    Duration mostDowntime{};
};

/// A resource that goes another way. With none of the flags, only what happens to it on the way differs.
struct ResourceDifference {
    std::string name;
    SideOutcome a; // at the phase shown
    SideOutcome b;
    bool end = false; // the state, the reason or whether it is recoverable, at some phase
    bool outages = false;
    bool downtime = false;
    DifferingPhases where;
};

/// An expectation that holds on one side alone, or an action that is refused unexpectedly on one side alone.
struct CheckDifference {
    enum class Kind : std::uint8_t { Expectation, UnexpectedRefusal } kind{};
    Instant at{};
    TextPlace place; // in the scenario's file
    std::string subject;
    std::string expected;
    bool holdsInA = false;
    bool holdsInB = false;
    std::string a; // what came, at the phase shown
    std::string b;
    DifferingPhases where;
};

/// The first instant at which the two do not go the same way, at phases for which they differ.
struct Parting {
    Instant at{};
    std::vector<std::string> a; // what happens on that side alone; empty: nothing
    std::vector<std::string> b;
    std::vector<std::pair<std::string, Duration>> phases;         // of all resources whose phase is open
    std::vector<std::pair<std::string, Duration>> rotations = {}; // likewise, of looks for a newer version
};

struct Comparison {
    std::vector<ResourceDifference> resources; // as listed in A, then those of B alone
    std::vector<CheckDifference> checks;       // in the order of time
    std::optional<Parting> first;
    std::set<std::string> atNominal = {}; // clocks of which one phase alone was looked at, in words

    [[nodiscard]] bool differs() const { return !resources.empty() || !checks.empty() || first.has_value(); }
};

/// Compares two programs that were compiled from one scenario file, both until the later of their ends. Resources are
/// the same when they have the same name, expectations when they stand at the same place.
Comparison compare(const Program& a, const Program& b);

/// The same; nothing where it is told to stop before it is done.
std::optional<Comparison> compare(const Program& a, const Program& b, const Progress& progress);

} // namespace cmksim::analysis
