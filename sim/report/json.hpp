// A replay as JSON: one object a scenario, on one line, its fields in the order that the command line promises.
#pragma once

#include "analysis/fleet_run.hpp"
#include "engine/program.hpp"
#include "trace/record.hpp"

#include <string>
#include <string_view>

namespace cmksim {

/// The object of one replay, without a line end. `file` is the path as it was given.
std::string runJson(const Program& program, const Trace& trace, std::string_view file, const FleetRuns& fleets = {});

} // namespace cmksim
