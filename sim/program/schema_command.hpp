// `cmksim schema`.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

extern const Command schemaCommand;

} // namespace cmksim::program
