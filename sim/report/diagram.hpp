// Pictures of models and of replays: Mermaid for pages that draw it, Graphviz, and SVG that needs nothing.
#pragma once

#include "analysis/fleet_run.hpp"
#include "engine/program.hpp"
#include "model/model.hpp"
#include "trace/record.hpp"

#include <string>

namespace cmksim::report {

/// A model's states, and the reasons that lead from one to another.
std::string stateMermaid(const Model& model);
std::string stateDot(const Model& model);

/// What was done, how each resource stood over time, and how many of each fleet were down.
std::string ganttMermaid(const Program& program, const Trace& trace, const FleetRuns& fleets);
std::string ganttSvg(const Program& program, const Trace& trace, const FleetRuns& fleets);

} // namespace cmksim::report
