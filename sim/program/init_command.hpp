// `cmksim init`.
#pragma once

#include "program/command.hpp"

namespace cmksim {

extern const Command initCommand;

} // namespace cmksim
