#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command reportCommand;

} // namespace cmksim::program
