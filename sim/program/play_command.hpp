#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command playCommand;

} // namespace cmksim::program
