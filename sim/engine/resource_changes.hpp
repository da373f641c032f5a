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

/// Sets the parts of a resource that its description gives, as one that is there and fine.
void describe(const ResourceRules& rules, ResourceState& resource, const NewResource& described, PrincipalId principal);

/// The data encryption key comes to be wrapped by other material, if it is and the resource follows its key.
void rewrap(const Model& model, ResourceState& resource, MaterialId material, Step& step);

/// What an answer means to a resource, whose credential may have lapsed.
Reason reasonFor(const ResourceState& resource, const Answer& answer);

} // namespace cmksim::engine
