// What a story comes to, so that it can be held against the same story without one of its steps: what a step is good
// for, and what it does harm to.
#pragma once

#include "recovery/proof.hpp"
#include "recovery/search.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace cmksim::recovery {

/// What is worse of a resource than it would be without a step.
enum class StepHarmKind : std::uint8_t {
    DataLost, // for good
    Gone,
    Down,
    Impaired,
    AtSomeTiming, // not whole at some timing that is open, though it is nominally
    FallsDue,     // something ends sooner that it needs
    FartherBack,  // more is left to be done for it, or nothing brings it back
};

struct StepHarm {
    ResourceId resource;
    StepHarmKind kind{};
};

/// What does not stay whole, if nothing more is done: when that can end at the earliest, and by what.
struct FallingDue {
    Instant due{};
    std::optional<Record> fact;
};
/// Of those resources that are whole.
std::map<ResourceId, FallingDue> fallingDue(const Program& program, const SimulationState& state,
                                            std::span<const ResourceId> resources);

struct StoryOutcome {
    Proof proof;
    IdVector<ResourceId, ResourceStatus> ends;              // nominally, when all have looked again
    std::map<ResourceId, FallingDue> due;                   // of what is whole then
    std::map<ResourceId, std::optional<std::uint32_t>> way; // of what is wanted and is not: steps left; none: no way
    bool wayKnown = true;
};

/// `played` has the steps and goes on until all have looked again; `proof` is of the same.
StoryOutcome outcomeOf(const Program& played, Proof proof, std::span<const ResourceId> wanted);

/// What comes of a step, by the outcomes with it and without it.
struct StepDifference {
    std::vector<StepHarm> harms;
    bool better = false;
    bool isKnown = true; // whether it is none, where there are no harms and nothing is better
};
StepDifference differenceOf(const Program& program, const StoryOutcome& with, const StoryOutcome& without);

} // namespace cmksim::recovery
