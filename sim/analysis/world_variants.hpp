// The ways in which the world itself can go. It depends on nobody's phase, but where a resource's own actions make or
// end its system-assigned identity: whether they are refused may depend on that resource's phase.
#pragma once

#include "analysis/phase_classes.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <map>
#include <vector>

namespace cmksim::analysis {

/// One way. The phases of the resources that shape the world are restricted to those that lead there; all others are
/// free.
struct WorldVariant {
    Phases phases; // one combination that leads there
    std::map<ResourceId, std::vector<PhaseClass>> allowed;

    /// The classes of a resource's phase in this world, given its history: all of its period, or what is allowed.
    [[nodiscard]] std::vector<PhaseClass> classesOf(const Program& program, const WorldHistory& history,
                                                    ResourceId resource) const;
};

/// All ways, in a stable order; together they hold every combination of phases. A single one, nominal, where the
/// world depends on nobody. Beyond 4,096 ways a resource more counts as if its nominal phase were its only one.
std::vector<WorldVariant> worldVariants(const Program& program);

} // namespace cmksim::analysis
