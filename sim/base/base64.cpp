#include "base/base64.hpp"

#include <cstdint>

namespace cmksim {

namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned bitsOfALetter = 6;
constexpr unsigned bitsOfAByte = 8;

} // namespace

std::string base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char byte : bytes) {
        bits = bits << bitsOfAByte | static_cast<unsigned char>(byte);
        for (count += bitsOfAByte; count >= bitsOfALetter; count -= bitsOfALetter) {
            text += letters[bits >> (count - bitsOfALetter) & 63U];
        }
    }
    if (count > 0) {
        text += letters[bits << (bitsOfALetter - count) & 63U];
    }
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::optional<std::string> fromBase64(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    unsigned count = 0;
    std::size_t read = 0;
    std::size_t padding = 0;
    for (const char letter : text) {
        if (letter == '\n' || letter == '\r' || letter == ' ') {
            continue;
        }
        ++read;
        if (letter == '=') {
            ++padding;
            continue;
        }
        const std::size_t place = letters.find(letter);
        if (place == std::string_view::npos || padding > 0) {
            return std::nullopt;
        }
        bits = bits << bitsOfALetter | static_cast<std::uint32_t>(place);
        count += bitsOfALetter;
        if (count >= bitsOfAByte) {
            count -= bitsOfAByte;
            bytes += static_cast<char>(bits >> count & 255U);
        }
    }
    return read % 4 == 0 && padding <= 2 ? std::optional{std::move(bytes)} : std::nullopt;
}

} // namespace cmksim
