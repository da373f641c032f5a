#include "catalog/facts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::catalog {

namespace {

bool isSame(const Provenance& one, const Provenance& other) {
    return one.sources == other.sources && one.assumed == other.assumed;
}

} // namespace

std::vector<Fact> factsOf(const Model& model) {
    std::vector<Fact> facts;
    const auto add = [&](std::string name, const Provenance& provenance, const Timing* timing = nullptr) {
        facts.push_back({std::move(name), &provenance, timing});
    };
    for (const StateRule& state : model.states) {
        add(fmt::format("states.{}", state.name), state.provenance);
        if (state.then) {
            add(fmt::format("states.{}.then", state.name), state.then->provenance, &model.ownClocks[state.then->after]);
        }
        if (state.heals) {
            add(fmt::format("states.{}.heals", state.name), state.heals->provenance,
                &model.ownClocks[state.heals->takes]);
        }
        for (const LossRule& loss : state.losses) {
            add(fmt::format("states.{}.loses: {}", state.name, loss.what), loss.provenance,
                &model.ownClocks[loss.after]);
        }
    }
    for (const ConditionId id : model.conditions.ids()) {
        if (id != model.tolerating) {
            add(fmt::format("conditions.{}", model.conditions[id].name), model.conditions[id].provenance);
        }
    }
    for (std::size_t i = 1; i < reasonCount; ++i) {
        const ReasonRule& rule = model.reasons[i];
        const bool isKnown = std::ranges::any_of(facts, [&](const Fact& fact) {
            return fact.name.starts_with("reasons.") && isSame(*fact.provenance, rule.provenance);
        });
        if (!rule.fix.empty() && !isKnown) {
            add(fmt::format("reasons.{}", reasonNames[i]), rule.provenance);
        }
    }
    add("revalidation", model.revalidation.provenance, &model.revalidation);
    add("identities", model.identitiesProvenance);
    add("trusted", model.trustedProvenance);
    add("permissions", model.permissionsProvenance);
    add("rotation", model.rotationProvenance);
    add("existing-resources", model.encryptionLaterProvenance);
    if (model.renewal) {
        add("renewal", model.renewal->provenance, &model.renewal->lapse);
    }
    if (model.recovery) {
        add("recovery-action", model.recovery->provenance, &model.ownClocks[model.recovery->takes]);
    }
    if (model.keys) {
        add("keys", model.keys->provenance);
    }
    if (model.retains) {
        add("retains", model.retains->provenance, &model.ownClocks[model.retains->versions]);
    }
    for (const OperationRule& operation : model.operations) {
        add(fmt::format("operations.{}", operation.name), operation.provenance);
    }
    for (const PropertyRule& property : model.properties) {
        add(fmt::format("properties.{}", property.name), property.provenance);
    }
    for (std::size_t action = 0; action < refusableActionCount; ++action) {
        for (const RefusalId id : model.refusalsOf[action]) {
            add(fmt::format("refusals.{}: {}", refusableActionNames[action], model.refusals[id].error),
                model.refusals[id].provenance);
        }
    }
    return facts;
}

} // namespace cmksim::catalog
