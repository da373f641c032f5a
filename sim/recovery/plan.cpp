#include "recovery/plan.hpp"

#include "engine/replay.hpp"
#include "engine/timeline_walk.hpp"
#include "recovery/repairs.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace cmksim::recovery {

namespace {

/// How things stand at an instant, its revalidations with it.
SimulationState stateAt(const Program& program, Instant at) {
    std::vector<Record> ignored;
    TimelineWalk walk{program, nominalPhases(program)};
    walk.advanceTo(at, ignored);
    return walk.state();
}

bool hasRecovery(const Program& program, const SimulationState& simulation, ResourceId resource) {
    return !findRecoveries(program, simulation, std::array{resource}, 1).empty();
}

/// Whether the material that wraps a resource is gone for good.
bool hasLostData(const SimulationState& simulation, ResourceId resource) {
    return simulation.resource(resource).dataLost;
}

/// When the last plan for a resource ended: the instant of what happened then.
void tellWhen(const Program& program, Instant at, Loss& loss) {
    const Trace trace = replay(program, nominalPhases(program));
    Instant later = never;
    for (auto record = trace.records.rbegin(); record != trace.records.rend(); ++record) {
        if (!record->isCause() || record->position.at > at || record->position.at == later ||
            record->position.at == scenarioStart) {
            continue;
        }
        later = record->position.at;
        const SimulationState then = stateAt(program, later - Duration{1});
        if (then.resource(loss.resource).presence == Presence::Present && hasRecovery(program, then, loss.resource)) {
            loss.until = later;
            loss.ended = *record;
            return;
        }
    }
}

/// Adds the ways back from a state, with their proofs.
void addPlans(const SimulationState& simulation, Instant when, std::size_t alternatives, Doubt doubt,
              Recovery& recovery) {
    for (Steps& steps : findRecoveries(recovery.program, simulation, recovery.wanted, alternatives, doubt)) {
        const Proof proof = prove(recovery.program, recovery.at, when, steps, recovery.wanted);
        recovery.plans.push_back({when, std::move(steps), proof});
    }
}

bool isSure(const RecoveryPlan& plan) { return plan.proof.ready && !isDoubtful(plan.steps); }

/// The best first, and no more than are asked for.
void choosePlans(std::size_t alternatives, Doubt doubt, Recovery& recovery) {
    std::ranges::stable_sort(recovery.plans, {}, [doubt](const RecoveryPlan& plan) {
        const bool doubted = doubt == Doubt::Avoided && isDoubtful(plan.steps);
        return std::tuple{!plan.proof.ready, doubted, plan.proof.within.most};
    });
    if (recovery.plans.size() <= alternatives) {
        return;
    }
    RecoveryPlan& other = recovery.plans[alternatives];
    if (doubt == Doubt::Avoided && isSure(recovery.plans.front()) && other.proof.ready && isDoubtful(other.steps)) {
        recovery.inDoubt = std::move(other);
    }
    recovery.plans.resize(alternatives);
}

} // namespace

Recovery planRecovery(const Program& original, Instant at, std::vector<ResourceId> goal, std::size_t alternatives,
                      Doubt doubt) {
    Program program = withKeyReferences(original);
    program.until = std::max(program.until, at);
    Recovery recovery{std::move(program), at, {}, {}, {}, {}};
    const SimulationState now = stateAt(recovery.program, at);
    if (goal.empty()) {
        for (const ResourceId id : recovery.program.resources.ids()) {
            if (now.resource(id).presence == Presence::Present) {
                goal.push_back(id);
            }
        }
    }
    SimulationState noticed = now;
    std::vector<Record> ignored;
    const Duration period = longestPeriod(recovery.program);
    noticed.advanceTo(at + period + Duration{1}, ignored);
    for (const ResourceId id : goal) {
        const bool isThere = now.resource(id).presence == Presence::Present;
        if (isThere && (isReady(recovery.program, noticed, id) || hasRecovery(recovery.program, now, id))) {
            recovery.wanted.push_back(id);
            continue;
        }
        Loss loss;
        loss.resource = id;
        if (const auto rootCause = rootCauseOf(recovery.program, now, id)) {
            loss.reason = rootCause->reason;
        }
        loss.materialGone = hasLostData(now, id);
        tellWhen(recovery.program, at, loss);
        recovery.lost.push_back(std::move(loss));
    }
    addPlans(now, at, alternatives, Doubt::Allowed, recovery);
    // What a resource lets one do may depend on whether it has noticed: when all have, all phases are alike.
    noticed = now;
    noticed.advanceTo(at + period, ignored);
    if (recovery.plans.empty() || !recovery.plans.front().proof.ready) {
        addPlans(noticed, at + period, alternatives, Doubt::Allowed, recovery);
    }
    if (doubt == Doubt::Avoided && !recovery.plans.empty() && std::ranges::none_of(recovery.plans, isSure)) {
        addPlans(now, at, 1, Doubt::Avoided, recovery);
        if (std::ranges::none_of(recovery.plans, isSure)) {
            addPlans(noticed, at + period, 1, Doubt::Avoided, recovery);
        }
    }
    choosePlans(alternatives, doubt, recovery);
    return recovery;
}

} // namespace cmksim::recovery
