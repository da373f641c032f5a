#include "recovery/plan.hpp"

#include "analysis/at_rest.hpp"
#include "engine/alike.hpp"
#include "engine/check.hpp"
#include "engine/replay.hpp"
#include "engine/timeline_walk.hpp"
#include "recovery/alike.hpp"
#include "recovery/apart.hpp"
#include "recovery/lasting.hpp"
#include "recovery/repairs.hpp"
#include "recovery/schedule.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

namespace cmksim::recovery {

namespace {

/// So many of the cheapest ways are timed: the cheapest need not be the soonest.
constexpr std::size_t waysCompared = 3;

bool isDoubtful(const RecoveryPlan& plan) {
    return std::ranges::any_of(plan.steps, [](const PlannedStep& one) { return costOf(one.step->action).doubt > 0; });
}

/// Puts a recovery together.
class Planner {
public:
    Planner(const Program& original, Instant at, const PlanOptions& options)
        : options_{options}, recovery_{makeRecovery(original, at)}, program_{recovery_.program},
          classes_{alikeResources(program_, nominalPhases(program_))}, now_{stateAt(program_, at)}, acting_{now_} {
        std::vector<Record> ignored;
        acting_.advanceTo(at + firstStepAfter, ignored);
    }

    Recovery plan() {
        tellApart();
        if (recovery_.wanted.empty()) {
            return std::move(recovery_);
        }
        const Goal goal = options_.lasting ? lastingGoal() : goalOf(recovery_.wanted, {});
        addPlans(acting_, goal, Doubt::Allowed);
        if (!hasPlan() && !options_.lasting) {
            addPlans(acting_, goalOf(recovery_.wanted, recovery_.wanted),
                     Doubt::Allowed); // something falls due while it is under way
        }
        if (!hasPlan()) {
            addPlans(whenNoticed(), goal, Doubt::Allowed);
        }
        if (options_.doubt == Doubt::Avoided && !recovery_.plans.empty() && !hasSurePlan()) {
            addPlans(acting_, goal, Doubt::Avoided);
            if (!hasSurePlan()) {
                addPlans(whenNoticed(), goal, Doubt::Avoided);
            }
        }
        choosePlans();
        return std::move(recovery_);
    }

private:
    /// Those that can be whole from those that nothing brings back. What brings one back is looked at for all.
    void tellApart() {
        const std::vector<ResourceId> all = asked();
        std::set<ResourceId> reached;
        const auto reach = [&](const SimulationState& noticed) {
            std::ranges::copy_if(all, std::inserter(reached, reached.end()),
                                 [&](ResourceId id) { return isWhole(program_, noticed, id); });
        };
        reach(afterLooks(program_, acting_));
        for (const ResourceId id : all) {
            addImpaired(id);
            if (!reached.contains(id) && !lostLikeAnother(id)) {
                WayBack back = isAskedFor(id) ? findWayBack(program_, acting_, noticedBy(), goalOf({id}, {}))
                                              : WayBack{{}, acting_};
                if (back.ways.found.empty()) {
                    addLoss(id);
                    if (back.ways.cutShort) {
                        recovery_.undecided.push_back(id);
                    }
                    continue;
                }
                performAll(program_, back.ways.found.front(), back.from);
                reach(afterLooks(program_, std::move(back.from)));
                reached.insert(id);
            }
            if (reached.contains(id)) {
                recovery_.wanted.push_back(id);
            }
        }
    }

    /// Adds the loss of a resource that is described like one which is lost, and that no action is on: what is true of
    /// one is true of the other.
    bool lostLikeAnother(ResourceId id) {
        const auto isPassive = [&](ResourceId one) { return program_.resources[one].entries.empty(); };
        const auto like = std::ranges::find_if(recovery_.lost, [&](const Loss& loss) {
            return classes_[loss.resource] == classes_[id] && isPassive(loss.resource);
        });
        if (like == recovery_.lost.end() || !isPassive(id)) {
            return false;
        }
        Loss loss = *like;
        if (std::ranges::find(recovery_.undecided, loss.resource) != recovery_.undecided.end()) {
            recovery_.undecided.push_back(id);
        }
        loss.resource = id;
        recovery_.lost.push_back(std::move(loss));
        return true;
    }

    [[nodiscard]] bool hasSurePlan() const {
        return std::ranges::any_of(recovery_.plans,
                                   [](const RecoveryPlan& plan) { return plan.proof.holds() && !isDoubtful(plan); });
    }

    /// The best first, and no more than are asked for.
    void choosePlans() {
        std::vector<RecoveryPlan>& plans = recovery_.plans;
        const bool avoided = options_.doubt == Doubt::Avoided;
        std::ranges::stable_sort(plans, {}, [&](const RecoveryPlan& plan) {
            const bool narrower = plan.proof.over != OpenTimings::All;
            const PlanCost cost = costOf(plan);
            return std::tuple{
                !plan.proof.holds(), avoided && isDoubtful(plan), cost.givenUp, narrower, plan.proof.within.most, cost};
        });
        const std::size_t shown = std::min(plans.size(), options_.alternatives);
        const auto other =
            std::find_if(plans.begin() + static_cast<std::ptrdiff_t>(shown), plans.end(),
                         [](const RecoveryPlan& plan) { return plan.proof.holds() && isDoubtful(plan); });
        if (avoided && other != plans.end() && plans.front().proof.holds() && !isDoubtful(plans.front())) {
            recovery_.inDoubt = *other;
        }
        plans.resize(shown);
    }

    static Recovery makeRecovery(const Program& original, Instant at) {
        Recovery recovery;
        recovery.program = withKeyReferences(original);
        recovery.at = at;
        recovery.program.until = std::max(recovery.program.until, at);
        return recovery;
    }

    [[nodiscard]] std::vector<ResourceId> asked() const {
        if (!options_.goal.empty()) {
            return options_.goal;
        }
        std::vector<ResourceId> ids;
        for (const ResourceId id : program_.resources.ids()) {
            if (isAskedFor(id)) {
                ids.push_back(id);
            }
        }
        return ids;
    }

    /// Those that are there; of those that are not, those whose creation was tried, where that is asked for.
    [[nodiscard]] bool isAskedFor(ResourceId id) const {
        const Presence presence = now_.resource(id).presence;
        return presence == Presence::Present ||
               (options_.setUp && presence == Presence::Absent && triedCreation(program_, now_, id) != nullptr);
    }

    [[nodiscard]] Goal goalOf(std::vector<ResourceId> wanted, std::vector<ResourceId> lasting) const {
        return {std::move(wanted), std::move(lasting), options_.allowed};
    }

    [[nodiscard]] bool hasRecovery(const SimulationState& simulation, const Goal& goal) const {
        return !findRecoveries(program_, simulation, goal, 1).found.empty();
    }

    [[nodiscard]] bool hasPlan() const {
        return std::ranges::any_of(recovery_.plans, [](const RecoveryPlan& plan) { return plan.proof.holds(); });
    }

    [[nodiscard]] Instant noticedBy() const { return recovery_.at + longestPeriod(program_); }

    /// What a resource lets one do may depend on whether it has noticed: when all have, all phases are alike.
    [[nodiscard]] SimulationState whenNoticed() const {
        SimulationState noticed = now_;
        std::vector<Record> ignored;
        noticed.advanceTo(noticedBy(), ignored);
        return noticed;
    }

    void addImpaired(ResourceId id) {
        const ResourceState& resource = now_.resource(id);
        const bool isThere = resource.presence == Presence::Present;
        ImpairedResource impaired{
            id, isThere ? resource.state : StateId{}, impairmentOf(program_.modelOf(id), resource), Reason::None, {}};
        const auto rootCause = rootCauseOf(program_, now_, id);
        if (isAskedFor(id) && (impaired.impairment.any() || rootCause)) {
            impaired.reason = rootCause ? reportedReason(id, *rootCause) : Reason::None;
            impaired.dataEnds = whenDataEnds(id);
            recovery_.impaired.push_back(impaired);
        }
    }

    /// The reason as a run tells it: what the resource has met, while that is in the way. A plan may meet another one
    /// first, as what is down cannot see past a firewall.
    [[nodiscard]] Reason reportedReason(ResourceId id, const RootCause& rootCause) const {
        const ResourceState& resource = now_.resource(id);
        if (rootCause.gone || rootCause.failed) {
            return rootCause.reason;
        }
        if (rootCause.lapsed) {
            return Reason::IdentityInactive;
        }
        if (rootCause.reason == Reason::None) {
            return rootCause.byHand ? Reason::RevalidationRequired : resource.reason;
        }
        return isInTheWay(resource.reason, id) ? resource.reason : rootCause.reason;
    }

    [[nodiscard]] bool isInTheWay(Reason reason, ResourceId id) const {
        const ResourceState& resource = now_.resource(id);
        bool found = reason == Reason::BaseUnavailable && resource.basesShort;
        resource.eachSlot([&](const SlotState& slot) {
            const Lacks lacks =
                slot.key.valid() ? lacksOf(now_.world(), program_.keys[slot.key],
                                           accessPath(program_.rulesOf(id), resource, slot), slot.wrapping, now_.now())
                                 : Lacks{};
            found = found || !lacks.where([&](Reason lack) { return lack == reason; }).empty();
        });
        return found;
    }

    // --- what cannot be reached --------------------------------------------------------------------------------------

    void addLoss(ResourceId id) {
        Loss loss;
        loss.resource = id;
        if (const auto rootCause = rootCauseOf(program_, now_, id)) {
            loss.reason = reportedReason(id, *rootCause);
            loss.refusal = rootCause->refusal;
        }
        const ResourceState& resource = now_.resource(id);
        loss.materialGone = resource.dataLost;
        loss.up = resource.presence == Presence::Present && !isDown(resource);
        loss.dataEnds = whenDataEnds(id);
        tellWhen(loss);
        recovery_.lost.push_back(std::move(loss));
    }

    /// When a resource loses its data for good, if nothing is done from now on.
    [[nodiscard]] std::optional<Instant> whenDataEnds(ResourceId id) {
        if (!dataEnds_) {
            dataEnds_ = dataEndsFrom(now_);
        }
        const auto known = dataEnds_->find(id);
        return known != dataEnds_->end() ? std::optional{known->second} : std::nullopt;
    }

    /// When the last plan for a resource ended: the instant of what happened then.
    void tellWhen(Loss& loss) const {
        const Trace trace = replay(program_, nominalPhases(program_));
        Instant later = never;
        for (auto record = trace.records.rbegin(); record != trace.records.rend(); ++record) {
            if (!record->isCause() || record->position.at > recovery_.at || record->position.at == later ||
                record->position.at == scenarioStart) {
                continue;
            }
            later = record->position.at;
            const SimulationState then = stateAt(program_, later - Duration{1});
            if (then.resource(loss.resource).presence == Presence::Present &&
                hasRecovery(then, goalOf({loss.resource}, {}))) {
                loss.until = later;
                loss.ended = *record;
                return;
            }
        }
    }

    // --- what can ----------------------------------------------------------------------------------------------------

    /// Those that are not whole at some time, if nothing is done.
    [[nodiscard]] std::set<ResourceId> everImpaired() const {
        std::set<ResourceId> impaired;
        SimulationState later = afterLooks(program_, acting_);
        std::vector<Record> ignored;
        while (true) {
            for (const ResourceId id : recovery_.wanted) {
                if (!isWhole(program_, later, id)) {
                    impaired.insert(id);
                }
            }
            const Instant due = later.nextDue();
            if (due == never) {
                return impaired;
            }
            later.advanceTo(due, ignored);
            later.settle(ignored);
        }
    }

    /// Those wanted; to last are those for which something averts whatever falls due.
    Goal lastingGoal() {
        Goal goal = goalOf(recovery_.wanted, {});
        const std::set<ResourceId> impaired = everImpaired();
        for (const ResourceId id : recovery_.wanted) {
            if (!impaired.contains(id) || hasRecovery(acting_, goalOf({id}, {id}))) {
                goal.lasting.push_back(id);
                continue;
            }
            WayBack back = findWayBack(program_, acting_, noticedBy(), goalOf({id}, {}));
            if (!back.ways.found.empty()) {
                performAll(program_, back.ways.found.front(), back.from);
            }
            if (const auto decline = declineOf(program_, afterLooks(program_, std::move(back.from)), {&id, 1})) {
                recovery_.risks.push_back({id, decline->due, decline->fact});
            }
        }
        return goal;
    }

    /// Adds the ways back from a state, with their proofs.
    void addPlans(const SimulationState& simulation, const Goal& goal, Doubt doubt) {
        const std::size_t most = std::max(options_.alternatives, waysCompared);
        const Ways ways = findRecoveries(program_, simulation, goal, most, doubt);
        recovery_.everyWay = recovery_.everyWay && ways.found.size() < most && !ways.cutShort;
        recovery_.compared += ways.found.size();
        for (const Steps& steps : ways.found) {
            recovery_.plans.push_back(scheduled(program_, questionOf(goal, steps), steps));
        }
    }

    /// What is averted is proved to be; what else falls due is not the plan's matter.
    [[nodiscard]] ProofQuestion questionOf(const Goal& goal, const Steps& steps) const {
        ProofQuestion question{recovery_.at, recovery_.wanted, options_.open, {}, {}};
        SimulationState done = acting_;
        performAll(program_, steps, done);
        boundByWhatFallsDue(question, program_, done, goal.wanted, options_.lasting);
        return question;
    }

    static PlanCost costOf(const RecoveryPlan& plan) {
        PlanCost cost;
        for (const PlannedStep& step : plan.steps) {
            cost = cost + recovery::costOf(step.step->action);
        }
        return cost;
    }

    const PlanOptions& options_;
    Recovery recovery_;
    const Program& program_;
    ResourceClasses classes_;
    SimulationState now_;
    SimulationState acting_;                                // a second later, when the first step is taken
    std::optional<std::map<ResourceId, Instant>> dataEnds_; // as things are now
};

} // namespace

namespace {

Recovery planTogether(const Program& program, Instant at, const PlanOptions& options) {
    const OneOfEachKind fewer{program, options};
    return fewer.isSmaller() ? fewer.ofAll(Planner{fewer.program(), at, fewer.options()}.plan())
                             : Planner{program, at, options}.plan();
}

Recovery planNominally(const Program& program, Instant at, const PlanOptions& options) {
    if (auto apart = planApart(program, at, options, planTogether)) {
        return std::move(*apart);
    }
    return planTogether(program, at, options);
}

/// Of more ways than are asked for, those first that hold however documents are read.
void preferSure(Recovery& recovery, const PlanOptions& options) {
    std::vector<RecoveryPlan>& plans = recovery.plans;
    for (RecoveryPlan& plan : plans) {
        if (plan.proof.holds()) {
            plan.otherwise = options.otherwise(recovery, plan);
        }
    }
    std::ranges::stable_sort(plans, {}, [](const RecoveryPlan& plan) {
        return std::pair{!plan.proof.holds(), !plan.otherwise.value_or(false)};
    });
    const auto rest = plans.begin() + static_cast<std::ptrdiff_t>(std::min(plans.size(), options.alternatives));
    const auto doubtful = std::find_if(rest, plans.end(), [](const RecoveryPlan& plan) { return isDoubtful(plan); });
    if (!recovery.inDoubt && doubtful != plans.end() && !isDoubtful(plans.front())) {
        recovery.inDoubt = *doubtful;
    }
    plans.erase(rest, plans.end());
}

} // namespace

Recovery planRecovery(const Program& program, Instant at, const PlanOptions& options) {
    if (!options.otherwise) {
        return planNominally(program, at, options);
    }
    PlanOptions more = options;
    more.alternatives = std::max(options.alternatives, waysCompared);
    more.otherwise = {};
    Recovery recovery = planNominally(program, at, more);
    if (recovery.plans.size() > 1) {
        preferSure(recovery, options);
    }
    return recovery;
}

} // namespace cmksim::recovery
