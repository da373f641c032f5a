// `cmksim explore`: every short sequence of faults against invariants.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command exploreCommand;

} // namespace cmksim::program
