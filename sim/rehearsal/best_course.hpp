// How well a story could go: at every first symptom the best plan is done at once.
#pragma once

#include "engine/replay.hpp"
#include "recovery/plan.hpp"

#include <optional>
#include <vector>

namespace cmksim::rehearsal {

/// The first instant after `from` at which a resource leaves Ready, or a condition is raised on one.
std::optional<Instant> firstSymptom(const Program& program, const Trace& trace, Instant from);

struct BestCourse {
    std::vector<Recovery> rounds; // what was done, symptom by symptom
    std::vector<ResourceId> lost; // that no round could bring back
    Duration downtime{};          // of all others together, until everything has settled
};

/// Of a story without reactions, replayed at `phases`.
BestCourse bestCourse(const Program& story, const Phases& phases);

/// How long all resources but some were down in a trace.
Duration totalDowntime(const Trace& trace, const std::vector<ResourceId>& without);

} // namespace cmksim::rehearsal
