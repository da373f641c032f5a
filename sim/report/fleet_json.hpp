// Fleets in a run's JSON and CSV.
#pragma once

#include "analysis/fleet_totals.hpp"
#include "base/shape.hpp"
#include "engine/program.hpp"
#include "report/run_words.hpp"

#include <iosfwd>

namespace cmksim::report {

/// To how many members of a fleet an event happens, to which, and when to the last of them; of an event that a verb of
/// the timeline is, how many it was refused to, denied, or are not as expected. Its schema stands in `$defs`.
shape::Shape<Record, Program> membersShape();
JsonValue membersSchema();

/// How a fleet ended, as a row among the resources.
shape::Record<FleetRun, Program> fleetRowShape(const RunWords& words);

/// How many members of each fleet are down from when on: `scenario,resource,t,down,members`, a line a change.
void writeFleetCsvHead(std::ostream& out);
void writeFleetCsv(const Program& program, const FleetRuns& fleets, std::ostream& out);

} // namespace cmksim::report
