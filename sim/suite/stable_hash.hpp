// A hash that is the same on every machine and in every version: identities that outlive a run are made of it.
#pragma once

#include <cstdint>
#include <string_view>

namespace cmksim::suite {

/// FNV-1a, 64 bits wide.
constexpr std::uint64_t stableHash(std::string_view text, std::uint64_t seed = 0xCBF29CE484222325U) {
    for (const char c : text) {
        seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    }
    return seed;
}

} // namespace cmksim::suite
