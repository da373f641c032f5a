#include "base/text.hpp"

#include <fmt/format.h>

namespace cmksim {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

constexpr std::size_t longestQuoted = 64;
constexpr std::size_t quotedHead = 40;
constexpr std::size_t quotedTail = 20;

std::size_t sequenceLength(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return 3;
    }
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

/// Characters that do not show, or that change how the rest of a line does.
bool isControl(char32_t value) {
    return value < 0x20 || (value >= 0x7F && value < 0xA0) || (value >= 0x200B && value <= 0x200F) ||
           (value >= 0x2028 && value <= 0x202E) || (value >= 0x2060 && value <= 0x206F) || value == 0xFEFF;
}

} // namespace

CodePoint codePointAt(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = sequenceLength(lead);
    if (length == 1) {
        return {lead, 1, true};
    }
    if (length == 0 || text.size() - at < length) {
        return {lead, 1, false};
    }
    char32_t value = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[at + i]);
        if ((next & 0xC0u) != 0x80u) {
            return {lead, 1, false};
        }
        value = (value << 6) | (next & 0x3Fu);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xD800 && value < 0xE000;
    if (overlong || surrogate || value > 0x10FFFF) {
        return {lead, 1, false};
    }
    return {value, length, true};
}

std::string shown(std::string_view text, std::size_t at, CodePoint point) {
    if (!point.valid) {
        return std::string{replacement};
    }
    if (point.value == U'\t') {
        return " ";
    }
    if (isControl(point.value)) {
        const auto value = static_cast<std::uint32_t>(point.value);
        return value < 0x100 ? fmt::format("\\x{:02x}", value) : fmt::format("\\u{:04x}", value);
    }
    return std::string{text.substr(at, point.bytes)};
}

std::size_t shownWidth(CodePoint point) {
    if (!point.valid || point.value == U'\t' || !isControl(point.value)) {
        return 1;
    }
    return point.value < 0x100 ? 4 : 6;
}

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = codePointAt(text, at);
        result += shown(text, at, point);
        at += point.bytes;
    }
    return result;
}

std::string inQuotes(std::string_view name) {
    if (name.size() <= longestQuoted) {
        return fmt::format("'{}'", printable(name));
    }
    const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(name[at]) & 0xC0u) == 0x80u; };
    std::size_t headEnd = quotedHead;
    std::size_t tailStart = name.size() - quotedTail;
    while (headEnd > quotedHead - 3 && continues(headEnd)) {
        --headEnd;
    }
    while (tailStart < name.size() - quotedTail + 3 && continues(tailStart)) {
        ++tailStart;
    }
    return fmt::format("'{}…{}'", printable(name.substr(0, headEnd)), printable(name.substr(tailStart)));
}

} // namespace cmksim
