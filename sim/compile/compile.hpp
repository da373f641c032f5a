// From a scenario as written to a program that can be replayed: names become indices, services become their models'
// tables, the timeline is put in time order. Everything that does not resolve is reported at its place.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"
#include "compile/open_instants.hpp"
#include "engine/program.hpp"
#include "scenario/ast.hpp"

#include <optional>

namespace cmksim::compile {

/// How long a scenario goes on after its last entry when it does not say until when.
inline constexpr Duration timeAfterLastEntry = std::chrono::hours{2};

/// Nothing when the scenario, or what was reported before, has errors. The program points into the catalog.
std::optional<Program> compileScenario(const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics,
                                       OpenInstants open = OpenInstants::Refused);

} // namespace cmksim::compile
