#include "program/number_options.hpp"

#include <algorithm>
#include <thread>

namespace cmksim::program {

unsigned jobsOf(const Arguments& arguments) {
    const auto given = arguments.number(jobsOption.name);
    return given ? static_cast<unsigned>(*given) : std::max(1U, std::thread::hardware_concurrency());
}

std::optional<PartOf> parsePart(std::string_view text) {
    const std::size_t stroke = text.find('/');
    const auto part = parseNumber<std::uint32_t>(text.substr(0, stroke));
    const auto parts =
        stroke == std::string_view::npos ? std::nullopt : parseNumber<std::uint32_t>(text.substr(stroke + 1));
    return part && parts && *part >= 1 && *part <= *parts ? std::optional{PartOf{*part, *parts}} : std::nullopt;
}

PartOf partOf(const Arguments& arguments, const OptionRule& option) {
    const auto text = arguments.value(option.name);
    return text ? parsePart(*text).value_or(PartOf{}) : PartOf{};
}

} // namespace cmksim::program
