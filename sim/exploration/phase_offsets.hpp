// Phases that may be the worst: where looks meet what the story does, what time brings about, and each other by way of
// a responder.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <cstddef>
#include <vector>

namespace cmksim::exploration {

/// What looks may have to meet.
struct Meetings {
    std::vector<Instant> instants;   // of the story, and of what time alone brings about
    std::vector<Duration> responses; // between a symptom and its answer
};

/// Where there are more combinations not all of them are tried.
inline constexpr std::size_t mostOffsetPhases = 1'024;

struct OffsetPhases {
    std::vector<Phases> sets; // the nominal phases first
    bool complete = true;     // every combination that makes a difference
};

/// Where nothing has an instant of its own, only how far apart looks are matters: the first clock of those `asked` for
/// stays at its nominal phase. All other resources look when that does.
OffsetPhases offsetPhases(const Program& program, const std::vector<ResourceId>& asked, const Meetings& meetings);

} // namespace cmksim::exploration
