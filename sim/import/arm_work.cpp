#include "import/arm_work.hpp"

#include <fmt/format.h>

#include <utility>

namespace cmksim::import {

namespace {

constexpr std::size_t mostSteps = 5'000'000;
constexpr std::size_t mostResources = 100'000;

} // namespace

bool ArmWork::step(Mark mark) {
    if (++steps_ > mostSteps && !exhausted_) {
        exhausted_ = true;
        diagnostics_.error(mark, "this template takes too long to work out", "are there loops in loops?");
    }
    return !exhausted_;
}

bool ArmWork::countResource(Mark mark) {
    if (++resources_ > mostResources && !exhausted_) {
        exhausted_ = true;
        diagnostics_.error(mark, fmt::format("this template unfolds to more than {} resources", mostResources));
    }
    return !exhausted_;
}

void ArmWork::warn(Mark mark, std::string message, std::string help) {
    if (!quiet_ && told_.insert(message).second) {
        diagnostics_.warning(mark, std::move(message), std::move(help));
    }
}

} // namespace cmksim::import
