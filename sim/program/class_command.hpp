// `cmksim class`.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command classCommand;

} // namespace cmksim::program
