// `cmksim bounds`: the exact bounds of what a scenario leaves open.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command boundsCommand;

} // namespace cmksim::program
