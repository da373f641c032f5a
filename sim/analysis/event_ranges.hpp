// When else the events of a run could happen: at the other timings that the documents leave open. A run shows one
// course of many, and its round hours look like no delay at all (command line, `run`).
#pragma once

#include "analysis/bounds.hpp"
#include "engine/impairment.hpp"
#include "engine/program.hpp"
#include "trace/record.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace cmksim::analysis {

/// What a resource is spared in one trace, and not in every course: without it a trace that is quiet reads as safe.
struct SparedHere {
    ResourceId resource;
    std::uint32_t outages = 0;      // at most, where that is more than the trace has; 0: nowhere more
    Extent<Instant> from{};         // when the first of those outages begins in a course that has more
    Impairment impairment;          // what it denies while it is up, where it never does in the trace
    Extent<Instant> impairedFrom{}; // when that begins in a course that has it
    bool dataLost = false;          // and not in the trace
    Extent<Instant> lostFrom{};

    /// The first instant at which any of it begins.
    [[nodiscard]] Instant earliest() const;
};

/// What is known of the events of one trace.
struct EventRanges {
    /// Of each record of the trace; none for one that can happen at its instant alone.
    std::vector<std::optional<Extent<Instant>>> ranges;
    /// Resources of which not all timings were looked at: the ranges of their events are the whole program.
    std::vector<ResourceId> cutShort;
    std::vector<SparedHere> spared; // in the order of the list

    [[nodiscard]] bool isCutShort(ResourceId id) const { return std::ranges::find(cutShort, id) != cutShort.end(); }
};

/// For the events that happen to resources by themselves: transitions, conditions, lapses, rotations, losses of data.
/// An event of another course is the same one where the same happens in it, and as many of its like came before it.
/// `trace` is a replay of `program`, which has no reactions, at one choice of what is open. Costs what `boundsOf` does.
/// What a fleet is spared is told with its members.
EventRanges rangesOf(const Program& program, const Trace& trace, OpenTimings open);

} // namespace cmksim::analysis
