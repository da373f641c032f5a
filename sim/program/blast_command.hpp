// `cmksim blast`: what each node of an estate would take down with it.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command blastCommand;

} // namespace cmksim::program
