// `cmksim completion`: what shells need to complete command lines, and the manual page, from the commands' own
// definitions.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command completionCommand;

} // namespace cmksim::program
