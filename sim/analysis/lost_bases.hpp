// What becomes of resources whose bases lose their data for good: they never have them back.
#pragma once

#include "engine/bases.hpp"
#include "engine/program.hpp"
#include "trace/record.hpp"

#include <span>
#include <vector>

namespace cmksim::analysis {

/// Those bases of a resource whose loss is its own: each one where it needs all of them, and all where it needs one.
struct LeantOn {
    std::span<const ResourceId> bases;
    bool all = true; // the loss of one is enough
};
LeantOn leantOn(const Program& program, const Standings& standings, ResourceId resource);

/// Lost resources, with those that stand on them, near or far, and cannot come back without them; in order.
std::vector<ResourceId> withWhatStandsOn(const Program& program, std::vector<ResourceId> lost);

/// Resources that are there at the end, whose own data nothing has taken, and that stand on data that is lost; in
/// order.
std::vector<ResourceId> lostBelow(const Program& program, std::span<const ResourceEnd> ends);

} // namespace cmksim::analysis
