// `cmksim models`: which services are known, and what their models say, with citations.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command modelsCommand;

} // namespace cmksim::program
