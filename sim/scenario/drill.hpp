// The field by which a scenario is an exercise: what its players are told, what they are to reach, and what they may
// not do.
#pragma once

#include "document/document.hpp"
#include "scenario/ast.hpp"
#include "scenario/scalars.hpp"

namespace cmksim::scenario {

/// What stands under `drill`.
DrillSpec readDrill(const Entry& entry, const Reading& reading);

} // namespace cmksim::scenario
