// Every sequence of a few faults, at every instant that makes a difference, against what must never be.
#pragma once

#include "base/progress.hpp"
#include "engine/world_history.hpp"
#include "exploration/answered_course.hpp"
#include "exploration/fault_timings.hpp"
#include "exploration/invariant.hpp"
#include "exploration/search_limit.hpp"

#include <cstdint>
#include <vector>

namespace cmksim::exploration {

/// A shortest sequence that breaks an invariant, at the earliest instants.
struct Violation {
    std::size_t invariant = 0;             // in the options
    Phases phases;                         // at which it does
    std::vector<CourseStep> steps;         // the faults, and what a responder does where one is meant
    ResourceId resource;                   // that it happens to
    Instant at{};                          // when
    TimingEnd clocks = TimingEnd::Nominal; // at which of their ends the estate's own clocks are
    std::vector<TakenTiming> timings = {}; // what is not nominal besides phases: of these, the steps and the responder
};

struct Exploration {
    std::uint64_t states = 0;  // that differ
    std::size_t phaseSets = 1; // that were begun with, of the part with the most
    bool complete = true;      // nothing was left out within the bounds
    bool everyPhase = true;    // nor was any phase that makes a difference
    std::vector<Violation> violations;
    std::vector<SearchLimits> limits; // by invariant of the options: what was left out of its search
    Program program;                  // in whose names the steps are told

    [[nodiscard]] bool isBroken(std::size_t invariant) const;
    /// Nothing was found to break it, and not all was looked at that could.
    [[nodiscard]] bool isUndecided(std::size_t invariant) const;
    [[nodiscard]] bool leavesOpen() const; // some invariant is undecided
};

struct ExplorationOptions {
    unsigned faults = 1;
    Duration within = std::chrono::hours{24}; // from the start: when faults happen, and what comes of them
    std::vector<Invariant> invariants = usualInvariants();
    std::uint64_t mostStates = 1'000'000; // of each part of the estate
    unsigned jobs = 1;
};

/// No invariant is cut short by what another one needs: where that is so it is searched by itself as well. From the
/// estate's start; what takes as long as the documents leave open takes it at each end of its range, each
/// fault and each answer by itself; at nominal phases, and where an invariant measures time also at every other that
/// makes a difference. Where a responder is meant, each symptom is answered (`findWorst`). Parts of the estate that
/// have nothing to do with each other one by one, as no fault ties them together, unless an invariant is of several
/// resources. Faults happen at once after the one before, a second before and after each deadline, a second after each
/// revalidation that may find something new, and a period on.
Exploration explore(const Program& estate, const ExplorationOptions& options, Progress* progress);

/// What a violation does, as a timeline up to just after it, at its timings.
Program storyOf(const Exploration& found, const Violation& violation);

} // namespace cmksim::exploration
