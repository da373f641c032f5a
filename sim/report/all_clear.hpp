// Every sentence by which a report gives the all-clear: that something is not down, not lost, not used, that nothing
// is left to be done. People act on these, so each says no more than was looked at, and each has a case in
// tests/program/all_clear_test.cpp where it may not be said. A report takes them from here and writes none of its own.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cmksim::report {

enum class AllClear : std::uint8_t {
    NeverDown,
    NotDownHere,
    Throughout,
    NoMemberDown,
    NothingLost,
    NotUsed,
    StaysUp,
    WayBackStays,
    NoPair,
    NoSupport,
    InvariantHolds,
    NoFinding,
    NoStep,
    OnlyWait,
    Replayed,
    EndReached,
    AlsoDownNone,
    Passed,
    NoExpectations,
    GatePasses,
    GateChangesNothing,
    NoFindingInOrder,
    NoneDownAtAnyRepair,
    RepairWhenever,
    KeptIsWhole,
    DrillPassed,
    NothingDark,
    ObjectiveHolds,
    NoneUnreachable,
    NoDataLost,
    CanBeRetired,
    NoModelledDataLost,
};
inline constexpr std::size_t allClearCount = 32;

/// Patterns: what stands in braces is filled in.
inline constexpr std::array<std::string_view, allClearCount> allClearTexts{
    "never down",
    "not down in what was looked at",
    " throughout",
    "none was down in this course",
    "no resource loses by it at nominal timings",
    "no resource with a model uses: ",
    "stays up and unimpaired without it",
    "no end to it within {}, if not always by these steps",
    "none was found",
    "nothing that was tried takes it down or impairs it",
    "holds in what was searched",
    "no finding by these rules",
    "no step is needed: {} {}",
    "no step is needed but to wait: {}",
    "replayed: {}",
    "the end is reached: {}",
    "no other at any phase",
    "PASSED",
    "no expectations",
    "passes: no finding counts against it",
    "no step changes anything that is simulated",
    "no finding is left in this order{}:",
    "no resource goes down, whenever the repair is made in what was looked at",
    "whenever it is done in what was looked at",
    "what can be kept is whole from {} on: a downtime of {} in all",
    "passed: what can be kept is whole, and no rule is broken",
    "at the timing of the drill nothing goes dark: there is nothing to train",
    "holds in every case that was looked at",
    "No resource that a model plays became unreachable, {}.",
    "No data is lost {}.",
    "can be disabled from {} on: no resource fares otherwise by it in what was looked at",
    "No data of a resource that a model plays is lost {}.",
};

constexpr std::string_view textOf(AllClear which) { return allClearTexts[static_cast<std::size_t>(which)]; }

/// The sentence with what it speaks of.
template <class... Parts>
std::string allClear(AllClear which, const Parts&... parts) {
    return fmt::format(fmt::runtime(textOf(which)), parts...);
}

} // namespace cmksim::report
