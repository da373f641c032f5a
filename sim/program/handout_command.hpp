#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command handoutCommand;

} // namespace cmksim::program
