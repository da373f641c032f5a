// `cmksim deadline`: by when a repair must be done.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command deadlineCommand;

} // namespace cmksim::program
