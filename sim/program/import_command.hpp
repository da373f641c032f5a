#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command importCommand;

} // namespace cmksim::program
