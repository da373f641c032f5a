// What a resource that is there cannot do as it stands: the one answer to what counts as a loss (rules, section 1), for
// whatever speaks of what is lost, healthy or safe.
#pragma once

#include "engine/resource.hpp"
#include "model/model.hpp"
#include "trace/record.hpp"

#include <string>
#include <vector>

namespace cmksim::engine {

/// A resource is impaired when any of these says something. One that is not there is neither whole nor impaired: it has
/// no operations to deny.
struct Impairment {
    bool down = false;               // its data is not available, and its downtime counts
    std::vector<OperationId> denied; // operations that the first state of its model allows, in the order of the model
    bool rotationBlocked = false;    // a condition keeps it from moving to a newer version of its key by itself
    ConditionSet conditions;         // those that deny or block something

    [[nodiscard]] bool any() const { return down || !denied.empty() || rotationBlocked; }

    /// Takes in what another interval of the same resource keeps from it.
    void include(const Impairment& other);
    friend bool operator==(const Impairment&, const Impairment&) = default;
};

/// Of a resource that is there and stands so. A resource in a terminal state is down only where a `then` led there: the
/// state alone does not tell, and stands for a creation that failed.
Impairment impairmentOf(const Model& model, StateId state, ConditionSet conditions);
Impairment impairmentOf(const Model& model, const ResourceState& resource);
Impairment impairmentOf(const Model& model, const ResourceStatus& status);

/// Whether there is any, and nothing more: for what asks often.
bool isImpaired(const Model& model, StateId state, ConditionSet conditions);
bool isImpaired(const Model& model, const ResourceState& resource);
bool isImpaired(const Model& model, const ResourceStatus& status);

/// Whether a resource that stands in a state is down. One whose creation failed never was up, and is not down either.
bool isDown(const Model& model, StateId state);

/// Whether a transition takes a resource down, or brings it back up.
bool goesDown(const Model& model, const Transition& change);
bool comesUp(const Model& model, const Transition& change);

/// What attempting an operation comes to, of a resource that is there and stands so.
OperationResult attempt(const Model& model, StateId state, ConditionSet conditions, OperationId operation);

/// In words: `denied: import; automatic rotation blocked`. Empty where there is no impairment; that a resource is down
/// is said by its state.
std::string textOf(const Model& model, const Impairment& impairment);

} // namespace cmksim::engine
