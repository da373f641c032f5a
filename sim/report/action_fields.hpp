// What an entry of the timeline asks for, as the scenario language writes it: the fields of `with`, with names for
// indices. From a compiled action, so that one that no file holds can be written too.
#pragma once

#include "base/flow_yaml.hpp"
#include "base/shape.hpp"
#include "engine/program.hpp"

namespace cmksim::report {

/// The arguments of an action, in the order and shape of docs/scenario-language.md; empty for one without any.
JsonObject argumentsOf(const Program& program, const TimelineEntry& entry);

/// The fields `action`, `target` and `with`.
shape::Record<TimelineEntry, Program> entryShape();

} // namespace cmksim::report
