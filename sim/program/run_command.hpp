// `cmksim run`: replays scenarios on one concrete timing and shows what happened.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command runCommand;

} // namespace cmksim::program
