// How long work may go on.
#pragma once

#include "base/progress.hpp"

#include <chrono>
#include <optional>

namespace cmksim {

/// When work is to end before it is done: at an instant of real time, or when its caller waits for it no more. Neither
/// is needed. Cheap to ask; from any thread.
struct Patience {
    std::optional<std::chrono::steady_clock::time_point> deadline;
    const Progress* progress = nullptr;

    [[nodiscard]] bool isOver() const {
        return (progress != nullptr && progress->cancelled()) ||
               (deadline && std::chrono::steady_clock::now() > *deadline);
    }
};

} // namespace cmksim
