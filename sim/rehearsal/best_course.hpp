// How well a story could go for a person who knows no more than a player does: what happens, not what is to come. At
// every first symptom the best plan from there is carried out, its first step a second later.
#pragma once

#include "engine/replay.hpp"
#include "recovery/plan.hpp"

#include <optional>
#include <span>
#include <vector>

namespace cmksim::rehearsal {

/// The first instant after `from` at which a resource leaves its first state, or a condition is raised on one; the
/// start, where something stands so then and `from` lies before it.
std::optional<Instant> firstSymptom(const Program& program, const Trace& trace, Instant from);

/// Whether a resource is there, has its data, and denies nothing that its first state allows.
bool isWhole(const Program& program, const ResourceEnd& end);

struct BestCourse {
    std::vector<Recovery> rounds;     // what was done, symptom by symptom
    Instant until{};                  // when the story has ended and everything has settled
    Program played;                   // the story with all steps, up to then
    std::vector<ResourceId> kept;     // that are whole then: what a player can be asked for
    std::vector<ResourceId> repaired; // of those, that are not when nothing is done: what there is to repair
};

/// Of a story without reactions, replayed at `phases`, with steps that are allowed. Costs a plan for each symptom, and
/// a few replays.
BestCourse bestCourse(const Program& story, const Phases& phases, const StepFilter& allowed = {});

/// How long some resources were down, all together.
Duration downtimeOf(const Trace& trace, Instant until, std::span<const ResourceId> resources);

/// How long some resources showed that something is wrong with them before it was repaired, all together. What is
/// repaired counts no longer, though a resource may not have looked again.
Duration unrepairedTime(const Program& played, const Phases& phases, std::span<const ResourceId> resources);

/// From when on none of some resources is impaired, to the end; nothing where one is then.
std::optional<Instant> wholeSince(const Program& program, const Trace& trace, std::span<const ResourceId> resources);

} // namespace cmksim::rehearsal
