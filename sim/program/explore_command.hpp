// `cmksim explore`: every short sequence of mishaps against invariants.
#pragma once

#include "program/command.hpp"

namespace cmksim {

extern const Command exploreCommand;

} // namespace cmksim
