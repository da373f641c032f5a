#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command diagramCommand;

} // namespace cmksim::program
