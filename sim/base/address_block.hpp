// Blocks of IPv4 addresses, as firewalls know them.
#pragma once

#include <compare>
#include <cstdint>

namespace cmksim {

/// An IPv4 block; a single address is its own /32. `address` has no bits set below the prefix.
struct AddressBlock {
    std::uint32_t address = 0;
    std::uint8_t prefixLength = 32;

    [[nodiscard]] bool holds(std::uint32_t other) const {
        return prefixLength == 0 || ((address ^ other) >> (32 - prefixLength)) == 0;
    }
    friend auto operator<=>(const AddressBlock&, const AddressBlock&) = default;
};

} // namespace cmksim
