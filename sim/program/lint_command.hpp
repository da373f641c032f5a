#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command lintCommand;

} // namespace cmksim::program
