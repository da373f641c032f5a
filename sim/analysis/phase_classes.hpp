// Phases that go the same way. Every instant at which something changes for a resource, or is looked at, cuts its
// revalidation phases there and just after; between two cuts one replay stands for all (semantics, section 5).
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <cstdint>
#include <vector>

namespace cmksim::analysis {

/// Which pairs of two ranges of phases belong together. Of the others than `All` both ranges are as wide, and what
/// counts is how far a phase is from the first of its range.
enum class Pairing : std::uint8_t {
    All,
    Together,         // both as far: the looks of both clocks meet
    RevalidatesFirst, // that of revalidations no further than that of looks for a newer version
    RotatesFirst,     // the other way round
};

/// Phases from `first` to `last`, both in, with those of looks for a newer version that go with them. What happens
/// happens to all of them in the same order, at times that are shifted by the phases. The first of both ranges go
/// together, and so do the last.
struct PhaseClass {
    Duration first{};
    Duration last{};
    Duration rotation{};     // where looks for a newer version fall meanwhile, in a service that has a clock for them
    Duration recovery{};     // where looks fall while it is down, likewise
    Duration rotationSpan{}; // from the first phase of looks for a newer version, which is `rotation`, to the last
    Pairing pairing = Pairing::All;

    [[nodiscard]] Duration width() const { return last - first + Duration{1}; }
    [[nodiscard]] Duration lastRotation() const { return rotation + rotationSpan; }
    [[nodiscard]] OpenPhases firstPhases() const { return {first, rotation, recovery}; }
    [[nodiscard]] OpenPhases lastPhases() const { return {last, lastRotation(), recovery}; }
    friend bool operator==(const PhaseClass&, const PhaseClass&) = default;
};

/// How many pairs of phases a class has; of a service with one clock, how many phases.
std::int64_t pairsIn(const PhaseClass& one);

/// How many sixths a value at the first phases counts in the mean of a class, where it goes in a straight line with the
/// revalidation phase; that at the last phases counts the others.
std::int64_t leanOf(const PhaseClass& one);

/// The part of a class with revalidation phases from `first` to `last`, both in: one class, two, or none.
std::vector<PhaseClass> within(const PhaseClass& one, Duration first, Duration last);

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

/// The revalidation phases of `some` that are not among `others`; both merged and in order.
std::vector<PhaseClass> without(const std::vector<PhaseClass>& some, const std::vector<PhaseClass>& others);

} // namespace cmksim::analysis
