// How everything that a scenario speaks of stood over its time: vaults, keys, identities, grants and resources, and
// which of them a resource leaned on when. Read from a state that is led through the whole story.
#pragma once

#include "engine/program.hpp"
#include "engine/replay.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

enum class SubjectKind : std::uint8_t { Resource, Identity, Grant, Vault, Key };
inline constexpr std::array<std::string_view, 5> subjectKindNames{"resource", "identity", "grant", "vault", "key"};

/// How well something stands, for a reader at a distance.
enum class Tone : std::uint8_t { Good, Warning, Bad, Lost, Absent };
inline constexpr std::array<std::string_view, 5> toneNames{"good", "warning", "bad", "lost", "absent"};

/// From one instant to another it stood like this.
struct StatusInterval {
    Instant from{};
    Instant to{};
    Tone tone{};
    std::string text;
};

struct Subject {
    SubjectKind kind{};
    std::string name;
    std::string detail; // a resource's service
    std::vector<StatusInterval> intervals;
};

/// One subject needs another, for some time.
struct Tie {
    std::size_t from = 0;
    std::size_t to = 0;
    Instant since{};
    Instant until{};
    std::string slots; // for which keys of a resource that has several: `primary, backup`
};

struct StatusHistory {
    std::vector<Subject>
        subjects; // resources in the order of the list, then vaults, each with its keys, identities, grants
    std::vector<Tie> ties;
    std::vector<Instant> changes; // when something of all this became different, the start included
};

/// `program` has no reactions left in its timeline.
StatusHistory statusHistoryOf(const Program& program, const Phases& phases);

} // namespace cmksim::report
