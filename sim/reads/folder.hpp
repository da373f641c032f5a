// What this folder sees without qualification, besides what base/folders.hpp says.
#pragma once

#include "base/folders.hpp"

namespace cmksim::reads {
using namespace az;
using namespace engine;
} // namespace cmksim::reads
