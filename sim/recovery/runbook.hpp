// A user's own way back, checked: which of its steps are refused, come too early, do harm, or change nothing, whether
// the end is reached at every timing that is open, and for how long.
#pragma once

#include "recovery/plan.hpp"
#include "recovery/proof.hpp"
#include "recovery/runbook_outcome.hpp"

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace cmksim::recovery {

enum class StepVerdict : std::uint8_t {
    Helps,
    Waits,      // refused at once at some timing, and accepted at every one after a while
    OutOfOrder, // refused where it stands, and accepted after all the others
    Refused,
    Useless,  // everything is as it would be without it
    Harms,    // something is worse than it would be without it
    NotKnown, // the end is not reached, and whether it brings it nearer was not worked out
};
inline constexpr std::array<std::string_view, 7> stepVerdictNames{"helps",   "waits", "out-of-order", "refused",
                                                                  "useless", "harms", "not-known"};

struct CheckedStep {
    StepVerdict verdict{};
    Instant at{};                  // when it was played, or tried
    Duration wait{};               // that has to go by before it, so that it is accepted
    std::optional<Record> refusal; // as it was refused where it stands
    std::vector<StepHarm> harms;   // against the story without it; also of one that waits
};

/// A command of a runbook that changes nothing: it reads, or tries something.
struct RunbookLook {
    TimelineEntry entry;
    std::size_t behind = 0; // so many of the steps
};

struct CheckedRunbook {
    Program program; // in whose names refusals are told
    Instant at{};    // after which it is played
    std::vector<CheckedStep> steps;
    Proof proof;                                    // of those that were not refused
    std::vector<ResourceId> wanted;                 // that are to be whole in the end
    std::vector<ResourceId> missed;                 // of those, that are not, at some timing
    std::vector<ResourceId> worsened;               // that were whole and are not, besides those wanted
    std::vector<ResourceId> dataLost;               // for good, and not before
    std::vector<Risk> risks;                        // what does not stay whole, as something falls due
    std::vector<std::optional<Record>> failedLooks; // of each look, how it fails; see `checkLooks`

    [[nodiscard]] bool waits() const;
    /// Whether all is whole in the end, and stays so, by the steps as they stand.
    [[nodiscard]] bool reached() const;
};

/// Plays `steps`, actions of the program, one after the other from `at` on, each when the one before is done; one that
/// is refused at some of the timings that are `open` waits until it is accepted, where that helps.
CheckedRunbook checkRunbook(const Program& program, Instant at, std::span<const TimelineEntry> steps,
                            std::span<const ResourceId> wanted, OpenTimings open = OpenTimings::All);

/// Notes how looks fail where they stand among `steps`, those that were checked: nominally, or else at an end of the
/// timings that are open. One that fails between those alone is not found.
void checkLooks(CheckedRunbook& checked, const Program& program, std::span<const TimelineEntry> steps,
                std::span<const RunbookLook> looks, OpenTimings open = OpenTimings::All);

} // namespace cmksim::recovery
