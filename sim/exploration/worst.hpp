// The worst that a few faults can do, if a responder answers each symptom: not whether a limit is kept, but how bad it
// gets.
#pragma once

#include "base/progress.hpp"
#include "engine/objective.hpp"
#include "engine/world_history.hpp"
#include "exploration/answered_course.hpp"
#include "exploration/fault_timings.hpp"
#include "exploration/search_limit.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cmksim::exploration {

struct WorstOptions {
    WorstMeasure measure = WorstMeasure::Outage;
    std::optional<Objective> journey;         // of which the outages are meant; else each resource by itself
    unsigned faults = 1;                      // at most
    Duration within = std::chrono::hours{24}; // from the start: when faults happen
    std::optional<ResponseTime> response;     // none: nothing is repaired but by the story
    bool during = false;                      // the story's own timeline goes on beside the faults
    std::uint64_t mostStates = 1'000'000;     // of each resource that is searched by itself
    std::optional<Duration> limit;            // when there is more downtime than that is noted
    unsigned jobs = 1;
};

/// What a resource, or a journey, can come to.
struct WorstCase {
    std::optional<ResourceId> resource; // none: the journey that was asked about
    Badness badness;
    Phases phases;                         // at which it does
    std::vector<CourseStep> steps;         // of the faults, the story and the responder, in order
    Instant from{};                        // of the longest interval; of downtime, of the first
    Instant exceeded = never;              // when there was more than the limit
    std::optional<Badness> limit;          // it can be no worse, though whether it can be that bad is not known
    TimingEnd clocks = TimingEnd::Nominal; // at which end what the estate and the story leave open is
    std::vector<TakenTiming> timings;      // what is not nominal besides phases: of these, the steps and the answers
    std::vector<ResourceId> alike;         // others of which the same holds, as they may change places with it
};

struct WorstFound {
    std::vector<WorstCase> cases; // the worst first, else in the order of the estate; those of resources that are there
    std::uint64_t states = 0;
    std::uint64_t phaseSets = 0;
    std::size_t searched = 0; // resources of which each stands for those that are alike
    bool complete = true;     // nothing was left out within the bounds
    bool everyPhase = true;   // nor was any phase that makes a difference
    bool everyAnswer = true;  // nor what becomes of a resource as others are repaired with it
    bool everyClock = true;   // nor any length of what rules count while answers repair what stands on others
    SearchLimits limits;      // all that any of this comes from
    Program program;          // in whose names the steps are told
};

/// What a worst case does, as a timeline up to `end`, at its timings.
Program storyOf(const WorstFound& found, const WorstCase& worst, Instant end);

/// Searches each resource with what decides about it alone; of those that are alike, one. What it finds is then played
/// with the whole part of the estate, in which others may show the responder sooner that something is wrong.
WorstFound findWorst(const Program& scenario, const WorstOptions& options, Progress* progress);

} // namespace cmksim::exploration
