// How things begin, time passes and resources look: the same for the world's history, for a resource on its way through
// it, and for a live state.
#pragma once

#include "engine/program.hpp"
#include "engine/resource.hpp"
#include "engine/world.hpp"
#include "trace/record.hpp"

#include <algorithm>
#include <vector>

namespace cmksim::engine {

/// Puts everything that the estate has in its place, but resources.
void establishWorld(const Program& program, World& world, WorldChanges& changes);

/// A resource as the estate describes it, at the start of an established world.
ResourceState establishedResource(const Program& program, const World& world, ResourceId id, const OpenPhases& phases);

/// What time alone will bring about in the world.
class Deadlines {
public:
    /// Those of the changes that come after `now`.
    void add(const WorldChanges& changes, Instant now);

    /// The first of them; `never` when there is none.
    [[nodiscard]] Instant next() const { return heap_.empty() ? never : heap_.front().at; }

    /// Takes all of the first instant, into `due` and in the world's order.
    void takeNext(const World& world, std::vector<WorldChanges::Deadline>& due);

private:
    std::vector<WorldChanges::Deadline> heap_; // the earliest in front
};

/// A fact as a record.
Record recordOf(const WorldFact& fact, const Position& position);

/// Whether an action brings along a system-assigned identity, with which it is checked: a creation that uses it, or an
/// update that gives a key to a slot for whose first one the service makes it.
bool bringsOwnIdentity(const Program& program, const World& world, const Action& action);

/// Makes or ends the system-assigned identity of a resource as an action came to; `brought`: it was made for the check.
void changeOwnIdentity(World& world, IdentityId own, ActionResult::OwnIdentity change, bool brought,
                       WorldChanges& changes);

/// From when on a resource's looks may find something new.
class Looks {
public:
    /// Anything may have changed for it.
    void from(const Model& model, Instant now) {
        lookFrom_ = now;
        if (model.rotationClock) {
            rotateFrom_ = now;
        }
    }

    /// A revalidation has answered, and did so much.
    void revalidated(const Model& model, const Step& step, const Answer& answer, Instant now) {
        from(model, now);
        lookFrom_ = looksAgain(model, step, answer) ? now + Duration{1} : never;
    }
    /// A look for a newer version is done. What a condition was raised for may not hold of the version gone over to.
    void rotated(const ResourceState& resource, const Step& step, Instant now) {
        rotateFrom_ = never;
        if (!step.rotations.empty() && !resource.conditions.empty()) {
            lookFrom_ = std::min(lookFrom_, now + Duration{1});
        }
    }

    /// Whether any may find something, unless something changes.
    [[nodiscard]] bool mayFind() const { return lookFrom_ != never || rotateFrom_ != never; }

    /// When the next comes that may find something; `never`: none, unless something changes. Of a resource that takes
    /// part.
    [[nodiscard]] Instant nextRevalidation(const Model& model, const ResourceState& resource) const {
        if (lookFrom_ == never || resource.stalled) {
            return never;
        }
        return model.recoveryClock ? nextByTwoClocks(model, resource)
                                   : nextLook(resource.firstRevalidation, model.revalidation.nominal, lookFrom_);
    }
    [[nodiscard]] Instant nextRotation(const Model& model, const ResourceState& resource) const {
        return rotateFrom_ == never || resource.stalled
                   ? never
                   : nextLook(resource.firstRotation, model.rotationClock->nominal, rotateFrom_);
    }

private:
    /// The clock of an instant is that of the state in which the resource was at the end of the instant before.
    [[nodiscard]] Instant nextByTwoClocks(const Model& model, const ResourceState& resource) const {
        const auto next = [&](bool down, Instant from) {
            return down ? nextLook(resource.firstRecovery, model.recoveryClock->nominal, from)
                        : nextLook(resource.firstRevalidation, model.revalidation.nominal, from);
        };
        const Stay& stay = resource.stay;
        if (stay.turnedAt >= lookFrom_ && next(stay.downBefore, stay.turnedAt) == stay.turnedAt) {
            return stay.turnedAt;
        }
        const Instant from = stay.turnedAt >= lookFrom_ ? stay.turnedAt + Duration{1} : lookFrom_;
        return next(model.states[resource.state].down, from);
    }

    Instant lookFrom_ = never;
    Instant rotateFrom_ = never;
};

} // namespace cmksim::engine
