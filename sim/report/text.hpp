// A replay for a person to read: what happened, how each resource stood over time, why, and the documented way back.
#pragma once

#include "analysis/event_ranges.hpp"
#include "analysis/fleet_run.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"
#include "reads/read_outputs.hpp"
#include "report/az_commands.hpp"
#include "report/layout.hpp"
#include "trace/record.hpp"

#include <iosfwd>
#include <string_view>

namespace cmksim::report {

/// Writes the report of the replay of `program` at `phases` that left `trace` behind. `file` is the path as it was
/// given. No line is longer than the style's columns, but for `commands` and `outputs`, which are there to be copied.
/// `ranges` are of this trace.
void writeRunText(const Program& program, const Trace& trace, const Phases& phases, std::string_view file,
                  const TextStyle& style, std::ostream& out, const FleetRuns& fleets = {},
                  const AzCommands* commands = nullptr, const EventRanges* ranges = nullptr,
                  const reads::ReadOutputs* outputs = nullptr);

} // namespace cmksim::report
