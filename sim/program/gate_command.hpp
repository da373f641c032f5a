// `cmksim gate`: whether a change can go ahead.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command gateCommand;

} // namespace cmksim::program
