#include "engine/impairment.hpp"

#include <algorithm>

namespace cmksim::engine {

namespace {

/// Whether a condition denies an operation that the first state allows, or keeps a key from being rotated.
bool blocksAnything(const Model& model, ConditionId condition) {
    if (model.conditions[condition].blocksRotation) {
        return true;
    }
    for (const OperationRule& operation : model.operations) {
        for (const ConditionId blocking : operation.blockedBy) {
            if (blocking == condition) {
                return true;
            }
        }
    }
    return false;
}

bool isThere(const ResourceState& resource) { return resource.presence == Presence::Present; }
bool isThere(const ResourceStatus& status) { return status.presence == Presence::Present; }

} // namespace

bool isDown(const Model& model, StateId state) { return model.states[state].down && !model.states[state].terminal; }

void Impairment::include(const Impairment& other) {
    down = down || other.down;
    rotationBlocked = rotationBlocked || other.rotationBlocked;
    for (std::uint32_t i = 0; i < ConditionSet::capacity; ++i) {
        if (other.conditions.contains(ConditionId{i})) {
            conditions.insert(ConditionId{i});
        }
    }
    for (const OperationId operation : other.denied) {
        if (std::ranges::find(denied, operation) == denied.end()) {
            denied.push_back(operation);
        }
    }
    std::ranges::sort(denied);
}

Impairment impairmentOf(const Model& model, StateId state, ConditionSet conditions) {
    Impairment impairment;
    impairment.down = isDown(model, state);
    for (const OperationId operation : model.operations.ids()) {
        const bool usual = !attempt(model, model.ready(), {}, operation).denied;
        if (usual && attempt(model, state, conditions, operation).denied) {
            impairment.denied.push_back(operation);
        }
    }
    for (const ConditionId condition : model.conditions.ids()) {
        if (conditions.contains(condition) && blocksAnything(model, condition)) {
            impairment.conditions.insert(condition);
            impairment.rotationBlocked = impairment.rotationBlocked || model.conditions[condition].blocksRotation;
        }
    }
    return impairment;
}

Impairment impairmentOf(const Model& model, const ResourceState& resource) {
    Impairment impairment;
    if (isThere(resource)) {
        impairment = impairmentOf(model, resource.state, resource.conditions);
        impairment.down = isDown(resource);
    }
    return impairment;
}

Impairment impairmentOf(const Model& model, const ResourceStatus& status) {
    Impairment impairment;
    if (isThere(status)) {
        impairment = impairmentOf(model, status.state, status.conditions);
        impairment.down = status.down;
    }
    return impairment;
}

bool isImpaired(const Model& model, StateId state, ConditionSet conditions) {
    if (isDown(model, state)) {
        return true;
    }
    if (state == model.ready() && conditions.empty()) {
        return false;
    }
    for (const ConditionId condition : model.conditions.ids()) {
        if (conditions.contains(condition) && blocksAnything(model, condition)) {
            return true;
        }
    }
    for (const OperationId operation : model.operations.ids()) {
        if (attempt(model, state, {}, operation).denied && !attempt(model, model.ready(), {}, operation).denied) {
            return true;
        }
    }
    return false;
}

bool isImpaired(const Model& model, const ResourceState& resource) {
    return isThere(resource) && (isDown(resource) || isImpaired(model, resource.state, resource.conditions));
}

bool isImpaired(const Model& model, const ResourceStatus& status) {
    return isThere(status) && (status.down || isImpaired(model, status.state, status.conditions));
}

bool goesDown(const Model& model, const Transition& change) {
    return model.states[change.to].down && !model.states[change.from].down;
}

bool comesUp(const Model& model, const Transition& change) {
    return !model.states[change.to].down && model.states[change.from].down;
}

OperationResult attempt(const Model& model, StateId state, ConditionSet conditions, OperationId operation) {
    const OperationRule& rule = model.operations[operation];
    if (!rule.allowedAnywhere && !rule.allowedIn.contains(state)) {
        return {true, {}};
    }
    for (const ConditionId condition : rule.blockedBy) {
        if (conditions.contains(condition)) {
            return {true, condition};
        }
    }
    return {};
}

std::string textOf(const Model& model, const Impairment& impairment) {
    std::string text;
    for (const OperationId operation : impairment.denied) {
        text.append(text.empty() ? "denied: " : ", ").append(model.operations[operation].name);
    }
    if (impairment.rotationBlocked) {
        text.append(text.empty() ? "" : "; ").append("automatic rotation blocked");
    }
    return text;
}

} // namespace cmksim::engine
