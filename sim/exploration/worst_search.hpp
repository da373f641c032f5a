// The search behind a worst case: faults at every instant that makes a difference, at given phases.
#pragma once

#include "base/progress.hpp"
#include "exploration/answered_course.hpp"
#include "exploration/search_limit.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace cmksim::exploration {

struct WorstStory {
    Badness badness;
    Phases phases;
    std::vector<Duration> responses;
    std::vector<CourseStep> faults;
    std::optional<Instant> exceeded;        // when it came to more than a limit, where there is one
    TimingEnd answers = TimingEnd::Nominal; // how long what they grant takes to count
};

struct WorstQuestion {
    WorstMeasure measure{};
    Need of;
    unsigned faults = 1;
    Instant end{}; // of the faults
    std::optional<ResponseTime> response;
    std::uint64_t mostStates = 1'000'000;
    Duration longer{}; // it is waited for so much longer that nothing is bad any more
};

struct WorstSearched {
    WorstStory worst;
    std::uint64_t states = 0;
    std::uint64_t phaseSets = 0;
    bool complete = true;
    bool everyPhase = true;
    SearchLimits limits; // that cut it short, where it is not complete
};

/// The worst over all phases that make a difference. Those of the resources `asked` for are tried in all combinations,
/// the others look when the first of these does. `program` has all its keys among its references.
WorstSearched searchWorst(const Program& program, const WorstQuestion& question, const std::vector<ResourceId>& asked,
                          Progress* progress);

/// What a story comes to in a program that has more resources; `steps` is all that is done in it.
Badness playStory(const Program& program, const WorstQuestion& question, const WorstStory& story,
                  std::vector<CourseStep>* steps = nullptr, Tally* tally = nullptr);

/// Up to when it is waited for that nothing is bad any more, once no fault can come.
Instant patienceOf(const Program& program, const WorstQuestion& question);

} // namespace cmksim::exploration
