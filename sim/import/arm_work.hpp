// How long templates may be worked out, and what has been told about them.
#pragma once

#include "base/diagnostics.hpp"

#include <cstddef>
#include <set>
#include <string>

namespace cmksim {

/// What all templates of one import share: bounds, and what has been told.
class ArmWork {
public:
    explicit ArmWork(Diagnostics& diagnostics) : diagnostics_{diagnostics} {}

    /// Counts a step; false once there have been too many, which is reported.
    bool step(Mark mark);
    bool countResource(Mark mark);
    [[nodiscard]] bool exhausted() const { return exhausted_; }

    /// Tells something once.
    void warn(Mark mark, std::string message, std::string help = {});

private:
    Diagnostics& diagnostics_;
    std::set<std::string> told_;
    std::size_t steps_ = 0;
    std::size_t resources_ = 0;
    bool exhausted_ = false;
};

} // namespace cmksim
