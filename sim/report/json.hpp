// A replay as JSON: one object a scenario, on one line, its fields in the order that the command line promises.
#pragma once

#include "analysis/fleet_run.hpp"
#include "engine/program.hpp"
#include "report/az_commands.hpp"
#include "trace/record.hpp"

#include <string>
#include <string_view>

namespace cmksim::report {

/// The object of one replay, without a line end. `file` is the path as it was given. With `commands` each action says
/// what would do it.
std::string runJson(const Program& program, const Trace& trace, std::string_view file, const FleetRuns& fleets = {},
                    const AzCommands* commands = nullptr);

} // namespace cmksim::report
