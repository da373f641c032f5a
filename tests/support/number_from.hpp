// More of a random test, or others, by hand: numbers that the environment gives.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace cmksim::test {

/// The number in a variable of the environment; `usual` where there is none.
inline std::uint64_t numberFrom(const char* variable, std::uint64_t usual) {
    const char* text = std::getenv(variable);
    return text == nullptr ? usual : std::stoull(text);
}

} // namespace cmksim::test
