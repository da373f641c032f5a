#include "recovery/schedule.hpp"

#include "engine/timings.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace cmksim::recovery {

namespace {

/// The latest that anything which is under way can still come to count or to be seen.
constexpr Duration mostWait = std::chrono::hours{26};

/// So many instants are tried for a step, the earliest first.
constexpr std::ptrdiff_t mostInstants = 60;

class Scheduler {
public:
    Scheduler(const Program& program, const ProofQuestion& question, const Steps& steps)
        : program_{program}, question_{question}, steps_{steps}, first_{question.at + firstStepAfter} {
        // Grants before what relies on them, though it would be accepted before; it is what one would do.
        std::ranges::stable_partition(steps_, [](const auto& step) { return !isOnResource(step->action); });
        ProofQuestion nominal = question;
        nominal.open = OpenTimings::Nominal;
        nominal.aim = ProofAim::Accepted;
        if (!prove(program, nominal, entriesOf(unproved(atOnce()))).accepted) {
            steps_ = steps;
        }
    }

    RecoveryPlan schedule() {
        RecoveryPlan soonest = planOf(atOnce(), ProofAim::Holds);
        if (soonest.proof.holds()) {
            return soonest;
        }
        findWaits();
        if (const auto instants = earliestInstants()) {
            return planOf(*instants, ProofAim::All);
        }
        soonest.proof = proveAsFarAsItHolds(program_, question_, entriesOf(soonest));
        return soonest;
    }

private:
    [[nodiscard]] std::vector<Instant> atOnce() const { return std::vector<Instant>(steps_.size(), first_); }

    /// The steps at these instants, those of one instant in their order.
    [[nodiscard]] RecoveryPlan unproved(const std::vector<Instant>& instants) const {
        RecoveryPlan plan;
        for (std::size_t i = 0; i < instants.size(); ++i) {
            plan.steps.push_back({steps_[i], instants[i]});
        }
        std::ranges::stable_sort(plan.steps, {}, &PlannedStep::at);
        return plan;
    }

    [[nodiscard]] RecoveryPlan planOf(const std::vector<Instant>& instants, ProofAim aim) const {
        RecoveryPlan plan = unproved(instants);
        ProofQuestion question = question_;
        question.aim = aim;
        plan.proof = prove(program_, question, entriesOf(plan));
        return plan;
    }

    [[nodiscard]] std::vector<TimelineEntry> entriesOf(const RecoveryPlan& plan) const {
        std::vector<TimelineEntry> entries;
        for (const PlannedStep& step : plan.steps) {
            entries.push_back(entryOf(program_, step.step->action, step.at));
        }
        return entries;
    }

    /// How long after something has happened others can depend on it: until it counts, until it is noticed, or both.
    void findWaits() {
        std::set<Duration> counts{Duration::zero()};
        std::set<Duration> looks{Duration::zero()};
        for (const Timing* timing :
             {&program_.platform->roleEffect, &program_.platform->policyEffect, &program_.platform->tokenLife}) {
            counts.insert(timing->latest);
        }
        for (const ResourceId id : program_.resources.ids()) {
            looks.insert(program_.modelOf(id).revalidation.nominal);
        }
        for (const Duration count : counts) {
            for (const Duration look : looks) {
                waits_.insert(count + look);
            }
        }
    }

    /// When a step may have to wait until, given the instants of those before it.
    [[nodiscard]] std::set<Instant> instantsAfter(const std::vector<Instant>& taken) const {
        std::set<Instant> instants{first_};
        const auto addAfter = [&](Instant from) {
            for (const Duration wait : waits_) {
                if (from + wait > first_) {
                    instants.insert(from + wait);
                }
            }
        };
        for (const TimelineEntry& entry : program_.entries) {
            if (entry.action() != nullptr && entry.at <= question_.at && entry.at + mostWait > first_) {
                addAfter(entry.at);
            }
        }
        std::ranges::for_each(taken, addAfter);
        addAfter(first_);
        for (const ResourceId id : question_.wanted) {
            addLooks(id, instants);
        }
        if (std::ssize(instants) > mostInstants) {
            instants.erase(std::next(instants.begin(), mostInstants), instants.end());
        }
        return instants;
    }

    /// Just after the next looks of a resource whose phase is known.
    void addLooks(ResourceId id, std::set<Instant>& instants) const {
        const auto& described = program_.resources[id].described;
        if (described && described->phase) {
            const Duration period = program_.modelOf(id).revalidation.nominal;
            const Instant look = nextLook(scenarioStart + *described->phase, period, first_);
            instants.insert(look + Duration{1});
        }
    }

    /// One step after the other, each at the first instant at which it and those before it are accepted.
    [[nodiscard]] std::optional<std::vector<Instant>> earliestInstants() const {
        std::vector<Instant> instants;
        while (instants.size() < steps_.size()) {
            bool found = false;
            for (const Instant at : instantsAfter(instants)) {
                std::vector<Instant> trial = instants;
                trial.push_back(at);
                const bool isLast = trial.size() == steps_.size();
                const RecoveryPlan plan = planOf(trial, isLast ? ProofAim::Holds : ProofAim::Accepted);
                if (isLast ? plan.proof.holds() : plan.proof.accepted) {
                    instants = std::move(trial);
                    found = true;
                    break;
                }
            }
            if (!found) {
                return std::nullopt;
            }
        }
        return instants;
    }

    const Program& program_;
    const ProofQuestion& question_;
    Steps steps_;
    Instant first_;
    std::set<Duration> waits_;
};

} // namespace

RecoveryPlan scheduled(const Program& program, const ProofQuestion& question, const Steps& steps) {
    return Scheduler{program, question, steps}.schedule();
}

} // namespace cmksim::recovery
