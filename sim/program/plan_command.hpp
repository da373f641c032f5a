// `cmksim plan`: the way back.
#pragma once

#include "program/command.hpp"

namespace cmksim {

extern const Command planCommand;

} // namespace cmksim
