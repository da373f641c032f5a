#include "recovery/root_cause.hpp"

#include "engine/impairment.hpp"
#include "engine/request.hpp"
#include "engine/slots.hpp"

#include <algorithm>
#include <memory>

namespace cmksim::recovery {

Action creationOf(ResourceId resource, const NewResource& described) {
    return ResourceCreate{{resource}, std::make_shared<const NewResource>(described)};
}

bool isWhole(const Program& program, const SimulationState& simulation, ResourceId id) {
    const ResourceState& state = simulation.resource(id);
    return state.presence == Presence::Present && !state.dataLost && !isImpaired(program.modelOf(id), state);
}

namespace {

/// The first reason of those whose conditions a look would raise that impairs a resource which is up.
Reason impairingReason(const Model& model, ConditionSet raised) {
    for (std::size_t i = 0; i < model.reasons.size(); ++i) {
        const ConditionId condition = model.reasons[i].condition;
        ConditionSet alone;
        if (condition.valid() && raised.contains(condition)) {
            alone.insert(condition);
        }
        if (isImpaired(model, model.ready(), alone)) {
            return static_cast<Reason>(i);
        }
    }
    return Reason::None;
}

} // namespace

const NewResource* triedCreation(const Program& program, const SimulationState& simulation, ResourceId resource) {
    const NewResource* tried = nullptr;
    for (const OwnEntry& own : program.resources[resource].entries) {
        const TimelineEntry& entry = program.entries[own.entry];
        const auto* creation = entry.creation();
        if (creation != nullptr && entry.at <= simulation.now()) {
            tried = creation->described.get();
        }
    }
    return tried;
}

namespace {

/// The same cause for each of several keys that a creation could not use now.
void byKeyOfCreation(const Program& program, const SimulationState& simulation, ResourceId resource,
                     RootCause& rootCause) {
    const World& world = simulation.world();
    std::vector<RootCause> failing;
    rootCause.described->eachKey([&](const KeyUse& use) {
        RootCause one = rootCause;
        const PrincipalId principal = use.identity.valid() ? world.identity(use.identity).principal : PrincipalId{};
        one.slot = use.slot;
        one.identity = use.identity;
        one.path = pathOf(program.rulesOf(resource), *rootCause.described, use.identity, principal, use.key);
        one.reason = askedAnswer(world, program.keys[use.key], one.path, Wrapping::unknown(), simulation.now()).reason;
        if (one.reason != Reason::None) {
            failing.push_back(std::move(one));
        }
    });
    if (!failing.empty()) {
        rootCause = failing.front();
        rootCause.others.assign(failing.begin() + 1, failing.end());
    }
}

/// What a creation would come to now, of what is not there or failed.
RootCause beforeCreation(const Program& program, const SimulationState& simulation, ResourceId resource,
                         const NewResource& described) {
    RootCause rootCause;
    rootCause.failed = simulation.resource(resource).presence == Presence::Present;
    rootCause.gone = !rootCause.failed;
    rootCause.described = &described;
    rootCause.identity = described.identity;
    const PrincipalId principal =
        described.identity.valid() ? simulation.world().identity(described.identity).principal : PrincipalId{};
    rootCause.path = pathOf(program.rulesOf(resource), described, described.identity, principal, described.key);
    rootCause.slot = described.slot;
    SimulationState trial = simulation;
    std::vector<Record> ignored;
    if (rootCause.failed) {
        trial.act(ResourceDelete{{resource}}, ignored);
    }
    rootCause.refusal = trial.act(creationOf(resource, described), ignored);
    if (rootCause.refusal) {
        rootCause.reason = reasonOf(*rootCause.refusal);
        rootCause.needsProtection = rootCause.reason == Reason::None || rootCause.reason == Reason::RequirementNotMet;
    }
    if (!described.otherKeys.empty() && rootCause.reason != Reason::None) {
        byKeyOfCreation(program, simulation, resource, rootCause);
    }
    return rootCause;
}

/// The same cause for each key, and each version that is retained, that stands in the way: of its own reason.
void byKey(const Model& model, const std::vector<SimulationState::KeyAnswer>& answers, RootCause& rootCause) {
    std::vector<RootCause> failing;
    for (const SimulationState::KeyAnswer& key : answers) {
        RootCause one = rootCause;
        one.slot = key.slot;
        one.path = key.path;
        one.identity = key.identity;
        one.wrapping = key.wrapping;
        one.versionInUse = key.answer.versionInUse;
        one.reason = key.answer.reason != Reason::None ? key.answer.reason : impairingReason(model, key.answer.raised);
        if (one.reason != Reason::None) {
            failing.push_back(std::move(one));
        }
    }
    if (!failing.empty()) {
        rootCause = failing.front();
        rootCause.others.assign(failing.begin() + 1, failing.end());
    }
}

} // namespace

std::optional<RootCause> rootCauseOf(const Program& program, const SimulationState& simulation, ResourceId resource) {
    const ResourceState& state = simulation.resource(resource);
    const Model& model = program.modelOf(resource);
    if (state.presence != Presence::Present) {
        const NewResource* described =
            state.presence == Presence::Deleted ? state.described : triedCreation(program, simulation, resource);
        return described != nullptr ? std::optional{beforeCreation(program, simulation, resource, *described)}
                                    : std::nullopt;
    }
    const bool byHand = model.states[state.state].byAction && state.stay.recoversAt == never;
    if (!state.key.valid() && !state.basesShort && !byHand) {
        return std::nullopt;
    }
    if (model.states[state.state].terminal) {
        return beforeCreation(program, simulation, resource, *state.described);
    }
    RootCause rootCause;
    rootCause.described = state.described;
    rootCause.byHand = byHand;
    if (!state.key.valid()) {
        rootCause.reason = state.basesShort ? Reason::BaseUnavailable : Reason::None;
        return rootCause;
    }
    rootCause.path = accessPath(program.rulesOf(resource), state);
    rootCause.slot = state.slot;
    rootCause.identity = state.identity;
    rootCause.wrapping = state.wrapping;
    rootCause.stalled = state.stalled;
    rootCause.lapsed = state.credential == Credential::Lapsed;
    const Answer answer = *simulation.answer(resource);
    rootCause.reason = answer.reason;
    rootCause.versionInUse = answer.versionInUse;
    if (rootCause.reason == Reason::None) {
        rootCause.reason = impairingReason(model, answer.raised);
    }
    if (!isSeenAtOnce(state) && rootCause.reason != Reason::None && rootCause.reason != Reason::BaseUnavailable) {
        byKey(model, simulation.answersByKey(resource), rootCause);
    }
    const bool waits = rootCause.stalled && isImpaired(model, state);
    const bool hasCause = rootCause.reason != Reason::None || waits || rootCause.lapsed || rootCause.byHand;
    return hasCause ? std::optional{rootCause} : std::nullopt;
}

} // namespace cmksim::recovery
