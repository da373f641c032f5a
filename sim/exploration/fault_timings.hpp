// How long what a search does takes to count, at the ends of what the documents leave open (semantics, section 5).
#pragma once

#include "engine/simulation_state.hpp"
#include "engine/timings.hpp"

#include <optional>
#include <vector>

namespace cmksim::exploration {

/// What something that the documents leave open is taken to be, where it is not nominal.
struct TakenTiming {
    const Timing* timing = nullptr;
    Duration value{};

    friend bool operator==(const TakenTiming&, const TakenTiming&) = default;
};

/// Adds to faults that can happen now the same ones as they count at the other ends of their ranges, where these differ
/// from the nominal value and it shows by `end`.
void addOtherEnds(const Program& program, const SimulationState& simulation, Instant end, std::vector<Action>& faults);

/// What an action takes to count, where it is another than the nominal value.
std::optional<TakenTiming> takenBy(const Program& program, const Action& action);

/// What is so at one end of what an estate leaves open by itself: the clocks of its resources, earlier deletions.
std::vector<TakenTiming> takenAt(const Program& estate, TimingEnd end);

/// How long what a responder grants may take to count: nominally, and at the ends.
std::vector<Duration> lengthsOfAnswers(const Program& program);

/// Adds what is not among them yet.
void include(std::vector<TakenTiming>& all, const TakenTiming& one);

} // namespace cmksim::exploration
