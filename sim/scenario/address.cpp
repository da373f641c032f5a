#include "scenario/address.hpp"

#include <algorithm>

namespace cmksim::scenario {

namespace {

/// A number of one to three digits at the front of `text`, which it takes away.
std::optional<std::uint32_t> takeNumber(std::string_view& text, std::uint32_t most) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const bool leadingZero = digits > 1 && text.front() == '0';
    if (digits == 0 || digits > 3 || leadingZero) {
        return std::nullopt;
    }
    std::uint32_t number = 0;
    for (const char digit : text.substr(0, digits)) {
        number = number * 10 + static_cast<std::uint32_t>(digit - '0');
    }
    text.remove_prefix(digits);
    return number <= most ? std::optional{number} : std::nullopt;
}

std::optional<std::uint32_t> takeAddress(std::string_view& text) {
    std::uint32_t address = 0;
    for (int part = 0; part < 4; ++part) {
        if (part > 0) {
            if (!text.starts_with('.')) {
                return std::nullopt;
            }
            text.remove_prefix(1);
        }
        const std::optional<std::uint32_t> number = takeNumber(text, 255);
        if (!number) {
            return std::nullopt;
        }
        address = address << 8 | *number;
    }
    return address;
}

} // namespace

std::optional<std::uint32_t> parseAddress(std::string_view text) {
    const std::optional<std::uint32_t> address = takeAddress(text);
    return text.empty() ? address : std::nullopt;
}

std::optional<AddressBlock> parseAddressBlock(std::string_view text) {
    const std::optional<std::uint32_t> address = takeAddress(text);
    if (!address || text.empty()) {
        return address ? std::optional{AddressBlock{*address, 32}} : std::nullopt;
    }
    if (!text.starts_with('/')) {
        return std::nullopt;
    }
    text.remove_prefix(1);
    const std::optional<std::uint32_t> length = takeNumber(text, 32);
    if (!length || !text.empty()) {
        return std::nullopt;
    }
    const std::uint32_t mask = *length == 0 ? 0 : ~std::uint32_t{0} << (32 - *length);
    return AddressBlock{*address & mask, static_cast<std::uint8_t>(*length)};
}

} // namespace cmksim::scenario
