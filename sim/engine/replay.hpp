// A whole replay: the world's history, each resource alone, and what they did merged into one trace.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"
#include "trace/record.hpp"

namespace cmksim::engine {

/// The nominal 0 for every resource.
Phases nominalPhases(const Program& program);

/// Replays a program on one concrete timing. A fleet is replayed as one resource.
Trace replay(const Program& program, const Phases& phases);

/// Puts together what the world and each resource did.
class TraceBuilder {
public:
    TraceBuilder(const Program& program, const WorldHistory& history);

    /// Where the records of the next resource go, in their own order.
    [[nodiscard]] std::vector<Record>& records() { return trace_.records; }

    /// All records since the last call are those of this resource; `appeared` as its walk says.
    void add(ResourceId resource, MomentId appeared, const ResourceStatus& end, bool passed);

    /// All of it in the order in which it took effect.
    Trace finish();

private:
    struct Replayed {
        ResourceEnd end;
        MomentId appeared;
        std::size_t firstRecord = 0;
        std::size_t lastRecord = 0;
    };

    void dealBases();

    const Program& program_;
    Trace trace_;
    std::size_t worldRecords_ = 0;
    std::vector<Replayed> replayed_;
};

} // namespace cmksim::engine
