// What becomes of an instant that a timeline leaves open.
#pragma once

#include <cstdint>

namespace cmksim::compile {

/// Of `at: 10m..3h`. What does not say refuses it, so that nothing passes over one.
enum class OpenInstants : std::uint8_t {
    Refused, // an error
    First,   // it is the first of the range, as a warning tells
    Kept,    // the program has it
};

} // namespace cmksim::compile
