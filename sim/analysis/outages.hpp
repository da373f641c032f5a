// The spells of unavailability in the records that one resource's walk leaves behind.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"
#include "trace/record.hpp"

#include <span>
#include <vector>

namespace cmksim::analysis {

/// Where an outage that is not over when the program ends is taken to end.
inline constexpr Position afterAll{never, Stage::Observations, 0};

/// Whether a record is the deletion of its resource.
bool isDeletion(const Program& program, const Record& record);

/// One outage in one phase.
struct ReplayedOutage {
    Position startSpell; // when what the checks answer began to fail
    Position endSpell;   // when it began to pass; `afterAll` for one that is not over
    Instant start{};
    Instant end{};            // of one that is not over: the program's end
    bool startAtOnce = false; // not seen by a revalidation, so that the phase makes no difference to it
    bool endAtOnce = false;
    bool over = false;
    Reason reason = Reason::None;
};

/// Reads them in order into `outages`, which is cleared before. `spells` are those that the walk told.
void readOutages(const Program& program, const WorldHistory& history, ResourceId resource,
                 const std::vector<Record>& records, std::span<const Position> intervals,
                 std::vector<ReplayedOutage>& outages);

} // namespace cmksim::analysis
