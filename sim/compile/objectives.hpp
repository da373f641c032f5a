// Objectives, with the resources that they name.
#pragma once

#include "base/diagnostics.hpp"
#include "engine/objective.hpp"
#include "engine/program.hpp"
#include "scenario/ast.hpp"
#include "scenario/objectives.hpp"

#include <vector>

namespace cmksim::compile {

/// Those of a scenario and its estate, in the order in which they stand there; names that do not resolve are reported.
std::vector<Objective> compileObjectives(const Scenario& scenario, const Program& program, Diagnostics& diagnostics);

/// The same of objectives that stand elsewhere.
std::vector<Objective> compileObjectives(const std::vector<scenario::ObjectiveSpec>& written, const Program& program,
                                         Diagnostics& diagnostics);

} // namespace cmksim::compile
