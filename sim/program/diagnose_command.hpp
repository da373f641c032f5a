#pragma once

#include "program/command.hpp"

namespace cmksim {

extern const Command diagnoseCommand;

} // namespace cmksim
