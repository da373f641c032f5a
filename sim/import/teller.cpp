#include "import/teller.hpp"

#include <fmt/format.h>

namespace cmksim::import {

namespace {

constexpr std::size_t mostAlike = 100;

} // namespace

void Teller::tell(Mark mark, std::string message, std::string_view help) {
    if (isTold(help)) {
        write(mark, std::move(message), help);
    }
}

/// Counts one more; whether it is among the first.
bool Teller::isTold(std::string_view help) {
    auto told = told_.find(help);
    if (told == told_.end()) {
        told = told_.try_emplace(std::string{help}).first;
    }
    return ++told->second <= mostAlike;
}

void Teller::write(Mark mark, std::string message, std::string_view help) {
    diagnostics_.warning(mark, std::move(message), std::string{help});
}

void Teller::countUntold() {
    for (const auto& [help, told] : told_) {
        if (told > mostAlike) {
            diagnostics_.warning({}, fmt::format("{} more items: {}", told - mostAlike, help));
        }
    }
}

std::string placeText(Mark mark) {
    return mark.source != nullptr ? fmt::format("{}:{}", mark.source->name(), mark.line) : std::string{"elsewhere"};
}

} // namespace cmksim::import
