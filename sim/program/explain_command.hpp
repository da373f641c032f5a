#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command explainCommand;

} // namespace cmksim::program
