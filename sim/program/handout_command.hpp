#pragma once

#include "program/command.hpp"

namespace cmksim {

extern const Command handoutCommand;

} // namespace cmksim
