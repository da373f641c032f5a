// A replay as JSON: one object a scenario, on one line, its fields in the order that the command line promises.
#pragma once

#include "analysis/event_ranges.hpp"
#include "analysis/fleet_run.hpp"
#include "base/shape.hpp"
#include "engine/program.hpp"
#include "reads/read_outputs.hpp"
#include "report/az_commands.hpp"
#include "report/run_words.hpp"
#include "trace/record.hpp"

#include <string>
#include <string_view>

namespace cmksim::report {

/// Its fields, and what `$defs` say of them.
shape::Properties runProperties();
shape::Properties runDefinitions(const RunWords& words);

/// The object of one replay, without a line end. `file` is the path as it was given. With `commands` each action says
/// what would do it; with `ranges`, which are of this trace, each event has when else it could happen; with
/// `outputs` each command that reads has what it prints; `evidence` is a field of its own.
std::string runJson(const Program& program, const Trace& trace, std::string_view file, const FleetRuns& fleets = {},
                    const AzCommands* commands = nullptr, const EventRanges* ranges = nullptr,
                    const reads::ReadOutputs* outputs = nullptr, const JsonValue* evidence = nullptr);

} // namespace cmksim::report
