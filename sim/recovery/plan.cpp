#include "recovery/plan.hpp"

#include "engine/replay.hpp"
#include "engine/timeline_walk.hpp"
#include "recovery/repairs.hpp"

#include <algorithm>
#include <array>
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
void addPlans(const SimulationState& simulation, Instant when, std::size_t alternatives, Recovery& recovery) {
    for (Steps& steps : findRecoveries(recovery.program, simulation, recovery.wanted, alternatives)) {
        const Proof proof = prove(recovery.program, recovery.at, when, steps, recovery.wanted);
        recovery.plans.push_back({when, std::move(steps), proof});
    }
}

} // namespace

Recovery planRecovery(const Program& original, Instant at, std::vector<ResourceId> goal, std::size_t alternatives) {
    Program program = withKeyReferences(original);
    program.until = std::max(program.until, at);
    Recovery recovery{std::move(program), at, {}, {}, {}};
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
    addPlans(now, at, alternatives, recovery);
    if (recovery.plans.empty() || !recovery.plans.front().proof.ready) {
        // What a resource lets one do may depend on whether it has noticed: when all have, all phases are alike.
        noticed = now;
        noticed.advanceTo(at + period, ignored);
        addPlans(noticed, at + period, alternatives, recovery);
    }
    std::ranges::stable_sort(recovery.plans, {}, [](const RecoveryPlan& plan) {
        return std::pair{!plan.proof.ready, plan.proof.within.most};
    });
    if (recovery.plans.size() > alternatives) {
        recovery.plans.resize(alternatives);
    }
    return recovery;
}

} // namespace cmksim::recovery
