// Follows a state without further actions, and tells which invariants that breaks. How long something is down though
// symptoms are answered is found elsewhere (`findWorst`).
#pragma once

#include "engine/simulation_state.hpp"
#include "exploration/invariant.hpp"
#include "recovery/search.hpp"

#include <span>
#include <vector>

namespace cmksim::exploration {

/// That an invariant is broken: which, for which resource, and when.
struct Breach {
    std::size_t invariant = 0; // in the watch's own
    ResourceId resource;
    Instant at{};
};

/// Looks at one state after another, and takes no memory anew for it.
class Watch {
public:
    /// Until `end`. `any` is any state of the program; program and invariants must outlive the watch.
    Watch(const Program& program, const SimulationState& any, Instant end, const std::vector<Invariant>& invariants);

    /// The breaches of those invariants that are `wanted`, in their order, good until the next call. `records` is what
    /// has been recorded at the state's own instant, such as a loss of data.
    std::span<const Breach> breachesFrom(const SimulationState& simulation, const std::vector<bool>& wanted,
                                         const std::vector<Record>& records);

    /// Of the invariants, those for which in some state no way back was found, and not all ways were looked at.
    [[nodiscard]] const std::vector<bool>& mayHaveMissedWays() const { return missedWays_; }

private:
    void begin(const std::vector<bool>& wanted);
    void followFrom(const SimulationState& simulation);
    void noteLosses(const std::vector<Record>& records);
    [[nodiscard]] Instant nextTurn(Instant now) const;
    void lookAt(const SimulationState& simulation);
    void lookAt(std::size_t invariant, const SimulationState& simulation);
    void breach(std::size_t invariant, ResourceId resource, Instant at);
    [[nodiscard]] bool isDown(const SimulationState& simulation, ResourceId id) const;
    [[nodiscard]] std::optional<ResourceId> firstFailing(std::span<const Expectation> expected,
                                                         const SimulationState& simulation) const;
    [[nodiscard]] std::optional<ResourceId> firstMissing(const Need& need, const SimulationState& simulation) const;
    void lookAgain(std::size_t invariant, std::optional<ResourceId> failing, Duration within, Instant now);

    void makePlans(const SimulationState& then);
    void planFor(std::size_t invariant, std::span<const ResourceId> resources, const SimulationState& then);

    const Program& program_;
    Instant end_;
    const std::vector<Invariant>& invariants_;
    std::vector<ResourceId> everyResource_;

    SimulationState later_;           // the one looked at, as time goes on
    bool looksAtTime_;                // whether some invariant can break though nothing happens
    std::vector<bool> open_;          // of the invariants, those that are wanted and not broken yet
    std::vector<Instant> failsSince_; // of the invariants, those that must come true again
    std::vector<bool> missedWays_;    // of the invariants
    std::vector<Record> records_;
    std::vector<Breach> breaches_;
};

} // namespace cmksim::exploration
