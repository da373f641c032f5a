#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command drillCommand;

} // namespace cmksim::program
