// `cmksim schema`.
#pragma once

#include "program/command.hpp"

namespace cmksim {

extern const Command schemaCommand;

} // namespace cmksim
