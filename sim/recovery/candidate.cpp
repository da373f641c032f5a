#include "recovery/candidate.hpp"

#include <algorithm>

namespace cmksim::recovery {

namespace {

/// The wider what an action gives, the more it takes, with the same rights.
std::uint32_t widthOf(const Action& action) {
    if (const auto* update = std::get_if<VaultUpdate>(&action)) {
        return update->settings.allowByDefault ? 1 : 0; // open to everybody
    }
    return ruleOf(action).traits.target == TargetKind::Scope && !keyOf(action).valid() ? 1 : 0;
}

std::uint32_t keysGivenUp(const Action& action) {
    const auto* update = std::get_if<ResourceUpdate>(&action);
    return update != nullptr ? static_cast<std::uint32_t>(std::ranges::count_if(update->slots, &SlotChange::removed))
                             : 0;
}

} // namespace

PlanCost costOf(const Action& action) {
    const ActionTraits& traits = ruleOf(action).traits;
    return {.givenUp = keysGivenUp(action),
            .steps = 1,
            .doubt = traits.doubtful ? 1U : 0U,
            .privilege = static_cast<std::uint32_t>(traits.privilege) + widthOf(action),
            .irreversible = traits.irreversible ? 1U : 0U};
}

PlanCost operator+(const PlanCost& one, const PlanCost& other) {
    return {one.givenUp + other.givenUp, one.steps + other.steps, one.doubt + other.doubt,
            one.privilege + other.privilege, one.irreversible + other.irreversible};
}

} // namespace cmksim::recovery
