// The points of no return that a run creates: until when each mistake can be mended, what is lost then, and whether
// the run mended it in time.
#pragma once

#include "engine/program.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cmksim::analysis {

/// What ends at a deadline.
enum class DeadlineKind : std::uint8_t {
    RetentionElapsed,        // a soft-deleted vault or key is purged
    IdentityRecoveryElapsed, // a deleted identity can be recovered no more
    IdentityLapsed,          // a credential that is no longer renewed ends
};
inline constexpr std::array<std::string_view, 3> deadlineNames{"RetentionElapsed", "IdentityRecoveryElapsed",
                                                               "IdentityLapsed"};

struct Deadline {
    DeadlineKind kind{};
    Instant at{};       // at the nominal timing; may lie behind the program's end
    Instant earliest{}; // as the documents leave it open; `at` where that is exact
    Instant latest{};
    EntryId created;     // the entry that began it
    VaultId vault;       // of a retention
    KeyId key;           // of a key's retention
    IdentityId identity; // of an identity's recovery
    ResourceId resource; // of a credential
    std::vector<ResourceId> loses;
    std::optional<Instant> averted;

    [[nodiscard]] bool isOpen() const { return earliest < latest; }
    /// Whether it is averted before it can come at any timing.
    [[nodiscard]] bool isSurelyAverted() const { return averted && *averted < earliest; }
};

/// In order of time, at the nominal timing. One that the run itself brings forward, by a purge, is none any more.
std::vector<Deadline> deadlines(const Program& program);

} // namespace cmksim::analysis
