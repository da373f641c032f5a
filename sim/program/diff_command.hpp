// `cmksim diff`: the same scenarios in two worlds, and what differs.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command diffCommand;

} // namespace cmksim::program
