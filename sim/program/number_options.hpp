// Options that take numbers, as several commands do.
#pragma once

#include "program/command.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace cmksim::program {

inline constexpr OptionRule jobsOption =
    withNumbers({"jobs", "N", "how much runs at once; default: one thing a processor", false, "j"}, 1, 1'024);

/// All of a text as a number.
template <class Number>
std::optional<Number> parseNumber(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return {};
    }
    return number;
}

/// The number of threads.
unsigned jobsOf(const Arguments& arguments);

/// One part of several.
struct PartOf {
    std::uint32_t part = 1;
    std::uint32_t parts = 1;
};

/// `2/4`, the first part being 1; nothing where it is none.
std::optional<PartOf> parsePart(std::string_view text);

/// The part that an option of the form `I/N` names; the whole where it is not there.
PartOf partOf(const Arguments& arguments, const OptionRule& option);

} // namespace cmksim::program
