// The cheapest sequence of candidates after which the resources wanted are whole.
#pragma once

#include "engine/simulation_state.hpp"
#include "engine/timings.hpp"
#include "recovery/candidate.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace cmksim::recovery {

using Steps = std::vector<std::shared_ptr<const Candidate>>;

/// Whether a step may be taken, by how things stand before and after it.
using StepFilter = std::function<bool(const SimulationState& before, const Action& step, const SimulationState& after)>;

/// What is to be reached.
struct Goal {
    std::vector<ResourceId> wanted;  // that are to be whole once all have looked
    std::vector<ResourceId> lasting; // of these, those that are to stay so, whatever falls due
    StepFilter allowed = {};         // which steps may be taken; empty: all
};

/// Takes all steps now, but for those that are refused until what was granted counts, and those by hand that have to
/// wait for what they stand on.
void performAll(const Program& program, const Steps& steps, SimulationState& simulation);

/// The same steps, of which each counts at one end of how long it may take.
Steps countingAt(const Program& program, const Steps& steps, TimingEnd end);

/// When the last grant counts that has been made or taken, if an action is refused now and not then; else now.
Instant whenAccepted(const SimulationState& simulation, const Action& action);

/// Whether steps may be taken of which documents disagree whether they work.
enum class Doubt : std::uint8_t { Allowed, Avoided };

/// Whether some step is one of which documents disagree.
bool isDoubtful(const Steps& steps);

struct Ways {
    std::vector<Steps> found; // none: nothing helps, as far as was looked
    bool cutShort = false;    // not all ways were looked at, and none was found
};

/// All steps at the instant of `start`. The best `most` sequences, the first of them the cheapest; their steps differ
/// as sets. Where several resources ail in so many ways that not all ways can be looked at, one sequence that brings
/// back one resource after the other, each in its own cheapest way.
Ways findRecoveries(const Program& program, const SimulationState& start, const Goal& goal, std::size_t most,
                    Doubt doubt = Doubt::Allowed);

/// Ways back, and the state at which their steps are taken.
struct WayBack {
    Ways ways;
    SimulationState from;
};

/// The best way at the instant of `acting`, or where there is none, once all have noticed by `noticed` how things are:
/// what a resource saw last may refuse what it takes when it has looked.
WayBack findWayBack(const Program& program, const SimulationState& acting, Instant noticed, const Goal& goal);

/// When the first of some resources is no longer whole if nothing is done from now on, and all that is known to fall
/// due has; nothing where they stay so. What they suffer from before all have looked does not count.
struct Decline {
    Instant due{};              // of what ends it, at the earliest
    std::optional<Record> fact; // that ends it, where time alone does
    ResourceId resource;
    SimulationState seen; // when it shows
};
std::optional<Decline> declineOf(const Program& program, const SimulationState& simulation,
                                 std::span<const ResourceId> resources);

} // namespace cmksim::recovery
