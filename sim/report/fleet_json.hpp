// Fleets in a run's JSON and CSV.
#pragma once

#include "analysis/fleet_totals.hpp"
#include "base/json_value.hpp"
#include "engine/program.hpp"

#include <iosfwd>

namespace cmksim::report {

/// To how many members of a fleet an event happens, to which, and when to the last of them; of an event that a verb of
/// the timeline is, how many it was refused to, denied, or are not as expected.
JsonValue membersJson(const Program& program, const Record& record);

/// How a fleet ended, as a row among the resources.
JsonValue fleetRowJson(const Program& program, const FleetRun& run);

/// How many members of each fleet are down from when on: `scenario,resource,t,down,members`, a line a change.
void writeFleetCsvHead(std::ostream& out);
void writeFleetCsv(const Program& program, const FleetRuns& fleets, std::ostream& out);

} // namespace cmksim::report
