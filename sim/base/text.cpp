#include "base/text.hpp"

#include "base/hidden_text.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <utility>

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

struct Range {
    char32_t first;
    char32_t last;
};

/// Unicode's controls, separators of lines, and what it says may be drawn as nothing. Selectors of a variant are not
/// here: they only choose how the sign before them looks.
constexpr std::array hidden{
    Range{0x0, 0x1F},        Range{0x7F, 0x9F},       Range{0xAD, 0xAD},     Range{0x34F, 0x34F},
    Range{0x61C, 0x61C},     Range{0x115F, 0x1160},   Range{0x17B4, 0x17B5}, Range{0x180B, 0x180F},
    Range{0x200B, 0x200F},   Range{0x2028, 0x202E},   Range{0x2060, 0x206F}, Range{0x3164, 0x3164},
    Range{0xFEFF, 0xFEFF},   Range{0xFFA0, 0xFFA0},   Range{0xFFF0, 0xFFFB}, Range{0x1BCA0, 0x1BCA3},
    Range{0x1D173, 0x1D17A}, Range{0xE0000, 0xE0FFF},
};

} // namespace

bool isHidden(char32_t value) {
    if (U' ' <= value && value <= U'~') {
        return false;
    }
    return std::ranges::any_of(hidden, [&](Range range) { return range.first <= value && value <= range.last; });
}

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
    if (isHidden(point.value)) {
        const auto value = static_cast<std::uint32_t>(point.value);
        return value < 0x100     ? fmt::format("\\x{:02x}", value)
               : value < 0x10000 ? fmt::format("\\u{:04x}", value)
                                 : fmt::format("\\U{:08x}", value);
    }
    return std::string{text.substr(at, point.bytes)};
}

std::size_t shownWidth(CodePoint point) {
    if (!point.valid || point.value == U'\t') {
        return 1;
    }
    if (!isHidden(point.value)) {
        return static_cast<std::size_t>(utf8proc_charwidth(static_cast<utf8proc_int32_t>(point.value)));
    }
    return point.value < 0x100 ? 4 : point.value < 0x10000 ? 6 : 10;
}

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        if (' ' <= text[at] && text[at] <= '~') {
            result += text[at++];
            continue;
        }
        const CodePoint point = codePointAt(text, at);
        result += shown(text, at, point);
        at += point.bytes;
    }
    return result;
}

std::string printableLines(std::string_view text) {
    std::string result;
    for (bool more = true; more;) {
        const std::size_t end = text.find('\n');
        more = end != std::string_view::npos;
        const std::size_t size = more && end > 0 && text[end - 1] == '\r' ? end - 1 : end;
        result.append(printable(text.substr(0, size))).append(more ? "\n" : "");
        text.remove_prefix(more ? end + 1 : 0);
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

std::string asciiOnly(std::string_view text) {
    constexpr std::array<std::pair<char32_t, std::string_view>, 6> signs{
        {{U'…', "..."}, {U'–', "-"}, {U'—', "-"}, {U'─', "-"}, {U'→', "->"}, {U'·', "-"}}};
    std::string plain;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = codePointAt(text, at);
        if (point.value < 0x80 && point.valid) {
            plain += text[at];
        } else {
            const auto known = std::ranges::find(signs, point.value, &std::pair<char32_t, std::string_view>::first);
            plain += known == signs.end() || !point.valid ? std::string_view{"?"} : known->second;
        }
        at += point.bytes;
    }
    return plain;
}

bool naturallyBefore(std::string_view one, std::string_view other) {
    const auto isDigit = [](char letter) { return letter >= '0' && letter <= '9'; };
    const auto takeNumber = [&](std::string_view& text) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if_not(text, isDigit) - text.begin());
        std::string_view digits = text.substr(0, end);
        text.remove_prefix(end);
        digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
        return digits;
    };
    std::string_view left = one;
    std::string_view right = other;
    while (!left.empty() && !right.empty()) {
        if (isDigit(left.front()) && isDigit(right.front())) {
            const std::string_view first = takeNumber(left);
            const std::string_view second = takeNumber(right);
            if (first != second) {
                return first.size() != second.size() ? first.size() < second.size() : first < second;
            }
        } else if (left.front() != right.front()) {
            return left.front() < right.front();
        } else {
            left.remove_prefix(1);
            right.remove_prefix(1);
        }
    }
    return left.empty() && right.empty() ? one < other : left.empty();
}

} // namespace cmksim
