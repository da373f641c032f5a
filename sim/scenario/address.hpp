// IPv4 addresses as text.
#pragma once

#include "base/address_block.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace cmksim::scenario {

/// `203.0.113.7`: four numbers up to 255, without leading zeros.
std::optional<std::uint32_t> parseAddress(std::string_view text);

/// An address, which is its own /32, or `203.0.113.0/24`; bits below the prefix are cleared.
std::optional<AddressBlock> parseAddressBlock(std::string_view text);

} // namespace cmksim::scenario
