// An action that could be taken to bring a resource back, with what it costs besides time.
#pragma once

#include "action/action.hpp"
#include "base/instant.hpp"
#include "model/reason.hpp"

#include <compare>
#include <cstdint>

namespace cmksim::recovery {

struct Candidate {
    Action action;
    ResourceId helps;             // the resource that it is for
    Reason reason = Reason::None; // and what that suffers from
    Instant due = never;          // it is well until then, unless the step is taken
    bool empty = false;           // it makes anew what was deleted, without what that held
};

/// What is weighed of a plan when plans reach the goal equally soon; the lesser is the better, in this order.
struct PlanCost {
    std::uint32_t givenUp = 0; // keys that a resource no longer has
    std::uint32_t steps = 0;
    std::uint32_t doubt = 0;        // steps that documents disagree about whether they work
    std::uint32_t privilege = 0;    // of what it takes to be allowed each step, added up
    std::uint32_t irreversible = 0; // steps that nothing undoes

    friend auto operator<=>(const PlanCost&, const PlanCost&) = default;
};

PlanCost costOf(const Action& action);
PlanCost operator+(const PlanCost& one, const PlanCost& other);

} // namespace cmksim::recovery
