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
LeantOn leantOn(const Program& program, const BaseGraph& baseGraph, ResourceId resource);

/// Lost resources, with those that stand on them, near or far, and cannot come back without them; in order.
std::vector<ResourceId> withWhatStandsOn(const Program& program, std::vector<ResourceId> lost);

/// Resources that are there at the end and have stood on data that was lost since they were made; in order. Those whose
/// own data was lost are not among them.
std::vector<ResourceId> lostBelow(const Program& program, const Trace& trace);

} // namespace cmksim::analysis
