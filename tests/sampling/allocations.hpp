// How often this test program has asked for memory.
#pragma once

#include <cstddef>

namespace cmksim::test {

std::size_t allocationsSoFar();

} // namespace cmksim::test
