#pragma once

#include "program/command.hpp"

namespace cmksim {

extern const Command lintCommand;

} // namespace cmksim
