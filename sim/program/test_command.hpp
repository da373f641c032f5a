// `cmksim test`: runs a suite of scenarios, for every revalidation phase.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command testCommand;

} // namespace cmksim::program
