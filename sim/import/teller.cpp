#include "import/teller.hpp"

#include <fmt/format.h>

namespace cmksim::import {

namespace {

constexpr std::size_t mostAlike = 100;

} // namespace

void Teller::tell(Mark mark, std::string message, std::string_view help) {
    if (isReported(help)) {
        write(mark, std::move(message), help);
    }
}

/// Counts one more; whether it is among the first.
bool Teller::isReported(std::string_view help) {
    auto reported = reported_.find(help);
    if (reported == reported_.end()) {
        reported = reported_.try_emplace(std::string{help}).first;
    }
    return ++reported->second <= mostAlike;
}

void Teller::write(Mark mark, std::string message, std::string_view help) {
    diagnostics_.warning(mark, std::move(message), std::string{help});
}

void Teller::countUnreported() {
    for (const auto& [help, reported] : reported_) {
        if (reported > mostAlike) {
            diagnostics_.warning({}, fmt::format("{} more items: {}", reported - mostAlike, help));
        }
    }
}

std::string placeText(Mark mark) {
    return mark.source != nullptr ? fmt::format("{}:{}", mark.source->name(), mark.line) : std::string{"elsewhere"};
}

} // namespace cmksim::import
