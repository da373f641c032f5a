// What an entry of the timeline asks for, in the words of the scenario language.
#pragma once

#include "engine/program.hpp"

#include <string>

namespace cmksim {

/// The arguments of an action, as `enabled: false, expires: 30d`; empty where it has none worth saying.
std::string argumentsOf(const Program& program, const TimelineEntry& entry);

} // namespace cmksim
