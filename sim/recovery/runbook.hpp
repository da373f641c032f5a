// A user's own way back, checked: which of its steps are refused, come too early, or change nothing, and whether the
// end is reached.
#pragma once

#include "recovery/proof.hpp"

#include <optional>
#include <span>
#include <vector>

namespace cmksim::recovery {

enum class StepVerdict : std::uint8_t {
    Helps,
    Waits,      // refused at once, and accepted when every resource has looked again
    OutOfOrder, // refused where it stands, and accepted after all the others
    Refused,
    Useless, // everything is as it would be without it
};
inline constexpr std::array<std::string_view, 5> stepVerdictNames{"helps", "waits", "out-of-order", "refused",
                                                                  "useless"};

struct CheckedStep {
    StepVerdict verdict{};
    Instant at{};                  // when it was played, or tried
    std::optional<Record> refusal; // as it was refused where it stands
};

struct CheckedRunbook {
    Program program; // in whose names refusals are told
    std::vector<CheckedStep> steps;
    Proof proof;                    // of those that were not refused
    std::vector<ResourceId> wanted; // that are to be whole in the end
    std::vector<ResourceId> missed; // of those, that are not
};

/// Plays `steps`, actions of the program, one after the other from `at` on, each when the one before is done, and
/// when it is refused once more after every resource has looked again.
CheckedRunbook checkRunbook(const Program& program, Instant at, std::span<const TimelineEntry> steps,
                            std::span<const ResourceId> wanted);

} // namespace cmksim::recovery
