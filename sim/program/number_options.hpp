// Options that take numbers, as several commands do.
#pragma once

#include "program/command.hpp"

#include <charconv>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string_view>
#include <system_error>

namespace cmksim::program {

inline constexpr OptionRule jobsOption{"jobs", "N", "how much runs at once; default: one thing a processor", false,
                                       "j"};

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

/// The number of threads; reports one that is none, and returns nothing.
std::optional<unsigned> readJobs(const Arguments& arguments, std::string_view command, std::ostream& err);

/// One part of several.
struct PartOf {
    std::uint32_t part = 1;
    std::uint32_t parts = 1;
};

/// `2/4`, the first part being 1; the whole where the option is not there. Reports what is none, and returns nothing.
std::optional<PartOf> readPartOf(const Arguments& arguments, const OptionRule& option, std::string_view command,
                                 std::ostream& err);

} // namespace cmksim::program
