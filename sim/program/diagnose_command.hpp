#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command diagnoseCommand;

} // namespace cmksim::program
