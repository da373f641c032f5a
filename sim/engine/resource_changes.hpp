// The changes of a resource that looks, time and actions share.
#pragma once

#include "engine/resource.hpp"

namespace cmksim::engine {

inline bool terminal(const Model& model, const ResourceState& resource) {
    return model.states[resource.state].terminal;
}

void attach(const ResourceRules& rules, ResourceState& resource, IdentityId identity);

/// Puts a resource into a state for a reason, and keeps count of its downtime.
void move(const ResourceRules& rules, ResourceState& resource, StateId to, Reason reason, Instant now, Step& step);

void setConditions(ResourceState& resource, ConditionSet conditions, Step& step);

/// Sets the parts of a resource that its description gives, as one that is there and fine, with these keys.
void describe(const ResourceRules& rules, ResourceState& resource, const NewResource& described, Slots slots);

/// Its keys as a list; none for a resource without one.
Slots slotsOf(const ResourceState& resource);
/// The same the other way round; with none the first slot is one that holds no key.
void setSlots(ResourceState& resource, Slots slots);

/// The data encryption key of a slot comes to be wrapped by `material`. `usable`: what wrapped it before can be used by
/// the identity that the slot has now, through `key`.
void wrapBy(const ResourceRules& rules, SlotState& slot, MaterialId material, KeyReferenceId key, bool usable,
            Instant now);

/// What an answer means to a resource, whose credential may have lapsed.
Reason reasonFor(const ResourceState& resource, const Answer& answer);

} // namespace cmksim::engine
