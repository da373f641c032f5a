#include "recovery/lasting.hpp"

#include <utility>
#include <vector>

namespace cmksim::recovery {

namespace {

Instant lastDue(SimulationState state) {
    std::vector<Record> ignored;
    for (Instant due = state.nextDue(); due != never; due = state.nextDue()) {
        state.advanceTo(due, ignored);
        state.settle(ignored);
    }
    return state.now();
}

} // namespace

SimulationState afterLooks(const Program& program, SimulationState state) {
    std::vector<Record> ignored;
    state.advanceTo(state.now() + longestPeriod(program) + longestRecovery(program) + Duration{1}, ignored);
    return state;
}

void boundByWhatFallsDue(ProofQuestion& question, const Program& program, const SimulationState& done,
                         std::span<const ResourceId> resources, bool lasting) {
    const SimulationState seen = afterLooks(program, done);
    const auto decline = declineOf(program, seen, resources);
    if (decline && decline->due > seen.now()) {
        question.atMostUntil = decline->due - Duration{1};
    } else if (lasting) {
        question.atLeastUntil = lastDue(seen) + 2 * longestPeriod(program) + longestRecovery(program);
    }
}

} // namespace cmksim::recovery
