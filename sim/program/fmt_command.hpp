// `cmksim fmt`.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command fmtCommand;

} // namespace cmksim::program
