#include "program/number_options.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <thread>

namespace cmksim::program {

std::optional<unsigned> readJobs(const Arguments& arguments, std::string_view command, std::ostream& err) {
    const auto text = arguments.value(jobsOption.name);
    if (!text) {
        return std::max(1U, std::thread::hardware_concurrency());
    }
    const auto jobs = parseNumber<unsigned>(*text);
    if (!jobs || *jobs < 1 || *jobs > 1'024) {
        err << fmt::format("cmksim {}: error: {} after '--jobs' is no number from 1 to 1024\n", command,
                           inQuotes(*text));
        return {};
    }
    return jobs;
}

std::optional<PartOf> readPartOf(const Arguments& arguments, const OptionRule& option, std::string_view command,
                                 std::ostream& err) {
    const auto text = arguments.value(option.name);
    if (!text) {
        return PartOf{};
    }
    const std::size_t stroke = text->find('/');
    const auto part = parseNumber<std::uint32_t>(std::string_view{*text}.substr(0, stroke));
    const auto parts = stroke == std::string::npos
                           ? std::nullopt
                           : parseNumber<std::uint32_t>(std::string_view{*text}.substr(stroke + 1));
    if (!part || !parts || *part < 1 || *part > *parts) {
        err << fmt::format("cmksim {}: error: {} after '--{}' is not of the form I/N, such as 1/4\n", command,
                           inQuotes(*text), option.name);
        return {};
    }
    return PartOf{*part, *parts};
}

} // namespace cmksim::program
