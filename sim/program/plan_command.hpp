// `cmksim plan`: the way back.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command planCommand;

} // namespace cmksim::program
