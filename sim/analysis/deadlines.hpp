// The points of no return that a run creates: until when each mistake can be repaired, what is lost then, and whether
// the run repaired it in time.
#pragma once

#include "base/patience.hpp"
#include "engine/program.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace cmksim::analysis {

/// A soft-deleted vault, or key, is purged.
struct RetentionEnd {
    VaultId vault;
    std::optional<KeyId> key;

    friend auto operator<=>(const RetentionEnd&, const RetentionEnd&) = default;
};

/// A deleted identity can be recovered no more.
struct RecoveryEnd {
    IdentityId identity;
    PrincipalId principal; // that stood behind it

    friend auto operator<=>(const RecoveryEnd&, const RecoveryEnd&) = default;
};

/// A credential that is no longer renewed ends.
struct CredentialEnd {
    ResourceId resource;

    friend auto operator<=>(const CredentialEnd&, const CredentialEnd&) = default;
};

/// What a deadline puts an end to.
using Ending = std::variant<RetentionEnd, RecoveryEnd, CredentialEnd>;
/// By the kinds of endings.
inline constexpr std::array<std::string_view, 3> deadlineNames{"RetentionElapsed", "IdentityRecoveryElapsed",
                                                               "IdentityLapsed"};
inline std::string_view nameOf(const Ending& ending) { return deadlineNames.at(ending.index()); }

struct Deadline {
    Ending ending;
    Instant at{};       // at the nominal timing; may lie behind the program's end
    Instant earliest{}; // as the documents leave it open; `at` where that is exact
    Instant latest{};
    std::optional<EntryId> created; // the entry that began it; none: the estate starts with it, or no course has all
    std::vector<ResourceId> loses;
    std::optional<Instant> averted; // in every course; of several the latest
    bool sometimesAverted = false;  // in some courses, and not in all that there can be

    [[nodiscard]] bool isOpen() const { return earliest < latest; }
    /// Whether it is averted before it can come at any timing.
    [[nodiscard]] bool isSurelyAverted() const { return averted && *averted < earliest; }
};

/// In order of time, at the nominal timing: what the state itself says, looked at after each action. One that the run
/// itself brings forward, by a purge, is none any more. Costs a replay, and one more for each deadline.
std::vector<Deadline> deadlines(const Program& program);

/// The same over all courses of a program with reactions, and over phases that decide what becomes of the world: those
/// that `boundsOf` goes over. `shown` is the program as it goes at nominal timings; a deadline that it does not have is
/// told at its earliest. Costs what `deadlines` does, times the courses.
std::vector<Deadline> deadlinesOver(const Program& program, const Program& shown, OpenTimings open,
                                    std::uint64_t mostReplays, const Patience& patience = {});

} // namespace cmksim::analysis
