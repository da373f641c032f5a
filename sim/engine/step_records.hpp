// What happened to one resource, as records: the same for a replay and for a step of a live state.
#pragma once

#include "engine/resource.hpp"
#include "trace/record.hpp"

#include <vector>

namespace cmksim::engine {

/// Says in a record how the resource that it is about stands after it.
inline void tellResource(Record& record, ResourceId id, const ResourceState& resource, const Position& position) {
    record.position = position;
    record.on.emplace(id, resource.identity, resource.key, resource.statusAt(position.at));
}

/// Where what is due for a resource stands within an instant.
inline Stage stageOf(OwnFact fact) { return fact == OwnFact::Lapse ? Stage::Lapses : Stage::OwnFacts; }

/// Has a record that is about one of several keys speak of that key.
inline void tellSlot(Record& record, const ResourceState& resource) {
    if (!resource.hasSeveralKeys()) {
        return;
    }
    const auto* moved = record.asIf<Transition>();
    const auto* rotated = record.asIf<KeyRotated>();
    const SlotId slot = moved != nullptr ? moved->slot : rotated != nullptr ? rotated->slot : SlotId{};
    if (const SlotState* own = slot.valid() ? resource.keyIn(slot) : nullptr) {
        record.on->identity = own->identity;
        record.on->key = own->key;
    }
}

/// Calls `append` with everything that a step did to a resource, in the contract's order. `nameOf` gives the name of a
/// version.
template <class NameOf, class Append>
void tellStep(const Model& model, const ResourceState& resource, const Step& step, NameOf nameOf, Append append) {
    if (step.conditionsChanged) {
        for (const ConditionId condition : model.conditions.ids()) {
            if (step.before.contains(condition) != step.after.contains(condition)) {
                append(ConditionChanged{condition, step.after.contains(condition)});
            }
        }
    }
    if (step.moved) {
        append(Transition{step.from, step.to, step.reason, step.slot});
    }
    for (std::uint32_t loss = 0; step.losses >> loss != 0; ++loss) {
        if ((step.losses >> loss & 1U) != 0) {
            append(LossCame{step.to, loss});
        }
    }
    for (const Rotation& rotation : step.rotations) {
        append(KeyRotated{nameOf(rotation.from), nameOf(rotation.to),
                          resource.hasSeveralKeys() ? rotation.slot : SlotId{}});
    }
}

/// Calls `append` where an action made or deleted a resource.
template <class Append>
void tellPresence(Presence before, Presence after, Append append) {
    if (after != before) {
        append(after == Presence::Deleted ? Record::What{Deleted{}} : Record::What{Created{}});
    }
}

} // namespace cmksim::engine
