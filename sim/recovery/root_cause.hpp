// What keeps a resource from being whole, as things stand at one instant of a simulation.
#pragma once

#include "action/action.hpp"
#include "engine/simulation_state.hpp"

#include <optional>
#include <vector>

namespace cmksim::recovery {

/// Whether a resource is there, denies nothing that its first state allows, and has its data.
bool isWhole(const Program& program, const SimulationState& simulation, ResourceId id);

/// What keeps a resource from being whole after its next revalidation, as things stand; nothing when nothing does.
struct RootCause {
    Reason reason = Reason::None;
    AccessPath path;         // on which it reaches its key, or would
    SlotId slot = SlotId{0}; // of that key
    IdentityId identity;
    Wrapping wrapping = Wrapping::unknown();
    MaterialId versionInUse; // valid where the check got as far as a version
    bool stalled = false;
    bool lapsed = false;
    bool byHand = false;                    // no look leads out of its state, and no revalidation is under way
    bool failed = false;                    // its creation failed, and it holds no data
    bool gone = false;                      // it is not there, and is to be made as `described`
    bool needsProtection = false;           // its vault is not protected as its creation asks for
    const NewResource* described = nullptr; // by its creation; of what is there, how it was made
    std::optional<Refusal> refusal;         // that a creation would meet now
    std::vector<RootCause> others;          // of further keys that cannot be used
};
std::optional<RootCause> rootCauseOf(const Program& program, const SimulationState& simulation, ResourceId resource);

/// The latest creation of a resource that is not there, up to the moment of a simulation; null where there was none.
const NewResource* triedCreation(const Program& program, const SimulationState& simulation, ResourceId resource);

/// The action that makes a resource as it is described.
Action creationOf(ResourceId resource, const NewResource& described);

} // namespace cmksim::recovery
