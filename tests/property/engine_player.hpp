// The engine's side of the comparison: a scenario through compile and replay, told in the reference's terms.
#pragma once

#include "engine/program.hpp"
#include "property/harness.hpp"
#include "reference/event.hpp"
#include "trace/record.hpp"

namespace cmksim::property {

using namespace scenario;

/// Plays scenarios by the base models; takes none that does not compile.
Player enginePlayer();

/// What a trace of the engine's says, in the words of the reference.
reference::Replay told(const engine::Program& program, const Trace& trace);

} // namespace cmksim::property
