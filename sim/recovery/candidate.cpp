#include "recovery/candidate.hpp"

namespace cmksim::recovery {

namespace {

/// The wider what an action gives, the more it takes, with the same rights.
std::uint32_t widthOf(const Action& action) {
    if (const auto* update = std::get_if<VaultUpdate>(&action)) {
        return update->settings.allowByDefault ? 1 : 0; // open to everybody
    }
    return ruleOf(action).traits.target == TargetKind::Scope && !keyOf(action).valid() ? 1 : 0;
}

} // namespace

PlanCost costOf(const Action& action) {
    const ActionTraits& traits = ruleOf(action).traits;
    return {1, traits.doubtful ? 1U : 0U, static_cast<std::uint32_t>(traits.privilege) + widthOf(action),
            traits.irreversible ? 1U : 0U};
}

PlanCost operator+(const PlanCost& one, const PlanCost& other) {
    return {one.steps + other.steps, one.doubt + other.doubt, one.privilege + other.privilege,
            one.irreversible + other.irreversible};
}

} // namespace cmksim::recovery
