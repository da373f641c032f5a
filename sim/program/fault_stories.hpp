// Generated stories: every sequence of a few faults that an estate allows, played in two estates.
#pragma once

#include "analysis/compare.hpp"
#include "base/progress.hpp"
#include "engine/program.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace cmksim::program {

/// What becomes of a story in two estates, where it is not the same.
struct FaultDifference {
    std::string story; // `key.delete contoso-kv/cmk, 3h later key.purge contoso-kv/cmk`
    Comparison comparison;
};

struct FaultComparison {
    std::size_t stories = 0; // that were compared; one that either estate has no name for is none
    std::vector<FaultDifference> differences;
    std::set<std::string> atNominal; // clocks of which one phase alone was looked at, in words
    bool complete = true;            // not told to stop before all were compared
};

/// Plays every sequence of exactly `faults` faults (1 or 2) that either estate allows in both: the first an hour after
/// the start, the second a minute or three hours later, long enough for every retention to end. Timelines do not count.
/// A resource that has nothing to do with a story is not played, where the estates agree at rest.
FaultComparison compareUnderFaults(const Program& a, const Program& b, unsigned faults, const Progress& progress);

} // namespace cmksim::program
