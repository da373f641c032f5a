#pragma once

#include "program/command.hpp"

namespace cmksim {

extern const Command sampleCommand;
extern const Command mergeCommand;

} // namespace cmksim
