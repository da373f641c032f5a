// A whole replay: the world's history, each resource alone, and what they did merged into one trace.
#pragma once

#include "engine/history.hpp"
#include "engine/program.hpp"
#include "trace/record.hpp"

namespace cmksim {

/// The nominal 0 for every resource.
Phases nominalPhases(const Program& program);

/// Replays a program on one concrete timing.
Trace replay(const Program& program, const Phases& phases);

} // namespace cmksim
