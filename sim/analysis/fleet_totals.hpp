// What a fleet's replay comes to in numbers: how it ended, how long its members were down, and how many when.
#pragma once

#include "analysis/fleet_run.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace cmksim::analysis {

/// How a fleet's downtime is spread over its members: quantiles are those of a member that has it.
struct DowntimeDistribution {
    Duration min{};
    Duration median{};
    Duration p90{};
    Duration p99{};
    Duration max{};
    Duration total{}; // of all members
};
DowntimeDistribution downtimesOf(const Program& program, const FleetRun& run);

/// How many members ended in each state, the most first; of equally many, the earlier state.
struct EndCount {
    ResourceStatus status; // of one of them
    std::uint32_t members = 0;
};
std::vector<EndCount> endsOf(const FleetRun& run);

/// The total downtime alone, in as many steps as there are classes.
Duration totalDowntime(const Program& program, const FleetRun& run);

/// At one instant, how many more members are down than before; negative: fewer.
struct DownChange {
    Instant at{};
    std::int64_t more = 0;
};

/// In order of time; what happens at one instant is one change.
std::vector<DownChange> downChanges(const Program& program, const FleetRun& run);

/// Calls `see` for every member in order with how it ended.
void forEachMember(const Program& program, const FleetRun& run,
                   const std::function<void(Member, const ResourceStatus&)>& see);

} // namespace cmksim::analysis
