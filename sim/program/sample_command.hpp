#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command sampleCommand;
extern const Command mergeCommand;

} // namespace cmksim::program
