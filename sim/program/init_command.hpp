// `cmksim init`.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command initCommand;

} // namespace cmksim::program
