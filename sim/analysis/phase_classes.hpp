// Phases that go the same way. Every instant at which something changes for a resource, or is looked at, cuts its
// revalidation phases there and just after; between two cuts one replay stands for all (semantics, section 5).
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <vector>

namespace cmksim::analysis {

/// Phases from `first` to `last`, both in. What happens happens to all of them in the same order, at times that are
/// shifted by the phase.
struct PhaseClass {
    Duration first{};
    Duration last{};
    Duration rotation{}; // where looks for a newer version fall meanwhile, in a service that has a clock for them
    Duration recovery{}; // where looks fall while it is down, likewise

    [[nodiscard]] Duration width() const { return last - first + Duration{1}; }
    [[nodiscard]] OpenPhases firstPhases() const { return {first, rotation, recovery}; }
    [[nodiscard]] OpenPhases lastPhases() const { return {last, rotation, recovery}; }
    friend bool operator==(const PhaseClass&, const PhaseClass&) = default;
};

/// Whether a resource has a key in any of its lives, or may be given one: else it makes no looks.
bool everHasKey(const Program& program, ResourceId resource);

/// Whether the phase of the resource is open in any of its lives.
bool hasOpenPhase(const Program& program, ResourceId resource);

/// The classes of a resource's open phase, in order; together all of its period. A single one for a resource whose
/// phase makes no difference. Of a fleet whose members' phases are known, only those that some member has.
std::vector<PhaseClass> phaseClasses(const Program& program, const WorldHistory& history, ResourceId resource);

/// Every instant at which something can change for a resource, or at which it is looked at, in no order.
std::vector<Instant> instantsThatMatter(const Program& program, const WorldHistory& history, ResourceId resource);

/// The same, cut at these instants and just after.
std::vector<PhaseClass> phaseClassesAt(const Program& program, ResourceId resource,
                                       const std::vector<Instant>& instants);

/// Puts phases in order and joins those that touch.
void merge(std::vector<PhaseClass>& phases);

} // namespace cmksim::analysis
