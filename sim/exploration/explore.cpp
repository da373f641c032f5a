#include "exploration/explore.hpp"

#include "base/parallel.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "exploration/canonical.hpp"
#include "exploration/trails.hpp"
#include "exploration/watch.hpp"
#include "recovery/proof.hpp"
#include "recovery/repairs.hpp"

#include <tsl/robin_set.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace cmksim {

namespace {

class Explorer {
public:
    Explorer(const Program& estate, const ExplorationOptions& options, Progress* progress)
        : options_{options}, progress_{progress}, found_{0, true, {}, withKeyReferences(estate)},
          start_{found_.program, nominalPhases(found_.program)}, trails_{start_}, then_{start_}, after_{start_},
          later_{start_}, watch_{found_.program, start_, end(), options.invariants},
          wanted_(options.invariants.size(), true) {
        const bool asksForSingle =
            std::ranges::any_of(options.invariants, [](const Invariant& one) { return !one.expected.empty(); });
        measuresTime_ = std::ranges::any_of(options.invariants, [](const Invariant& one) {
            return one.kind != InvariantKind::NoDataLoss && one.kind != InvariantKind::Recoverable &&
                   one.kind != InvariantKind::Reachable;
        });
        classes_ = asksForSingle ? distinctResources(found_.program) : alikeResources(found_.program);
    }

    Exploration run() {
        seen_.insert(stateHash(found_.program, start_, classes_, form_));
        look(start_, TrailId{0}, nullptr);
        std::size_t done = 0;
        for (unsigned fault = 1; fault <= options_.faults && !isDone(); ++fault) {
            // Those that are as long; what is added is longer.
            for (const std::size_t found = trails_.size(); done < found && !isDone(); ++done) {
                goOn(TrailId{done}, fault < options_.faults);
            }
        }
        found_.states = seen_.size();
        std::ranges::sort(found_.violations, {}, &Violation::invariant);
        return std::move(found_);
    }

private:
    [[nodiscard]] Instant end() const { return scenarioStart + options_.within; }

    /// Nothing is left to find, or nobody waits any more.
    bool isDone() {
        if (seen_.size() >= options_.mostStates || (progress_ != nullptr && progress_->cancelled())) {
            found_.complete = false;
            return true;
        }
        return std::ranges::find(wanted_, true) == wanted_.end();
    }

    /// Every mishap at every instant that makes a difference; the longer trails are kept where they are gone further.
    void goOn(TrailId trail, bool further) {
        const Situation& from = trails_.after(trail);
        findInstantsAfter(from);
        for (const Instant at : instants_) {
            const Situation& then = at == from.now() ? from : later(from, at);
            afterIsThen_ = false;
            listMishaps(found_.program, then, mishaps_);
            for (const Mishap& mishap : mishaps_) {
                if (isDone()) {
                    return;
                }
                if (leadsSomewhere(mishap, then)) {
                    const TrailStep step{at, mishap};
                    look(after_, trail, &step);
                    if (further) {
                        trails_.add(trail, step);
                    }
                }
            }
        }
    }

    /// Assigning to the same situation again and again takes no memory anew.
    const Situation& later(const Situation& from, Instant at) {
        then_ = from;
        records_.clear();
        then_.advanceTo(at, records_);
        return then_;
    }

    /// Whether a mishap leads to another situation, `after_`, that was not seen before.
    bool leadsSomewhere(const Mishap& mishap, const Situation& then) {
        if (!afterIsThen_) {
            after_ = then;
        }
        records_.clear();
        afterIsThen_ = perform(mishap, after_, records_) && leavesAllAsItIs(mishap);
        return !afterIsThen_ && seen_.insert(stateHash(found_.program, after_, classes_, form_)).second;
    }

    /// When it is refused.
    static bool leavesAllAsItIs(const Mishap& mishap) { return mishap.kind != MishapKind::IdentityRemove; }

    /// Lets time go on from a situation to the end, and looks whether it breaks anything; `records_` is what happened
    /// in its own instant. `last` is the step that a trail is not kept with, if there is one.
    void look(const Situation& situation, TrailId trail, const TrailStep* last) {
        for (const auto& [invariant, resource, at] : watch_.breachesFrom(situation, wanted_, records_)) {
            std::vector<TrailStep> steps = trails_.steps(trail);
            if (last != nullptr) {
                steps.push_back(*last);
            }
            Violation& violation =
                found_.violations.emplace_back(invariant, std::vector<ViolationStep>{}, resource, at);
            for (const auto& [when, mishap] : steps) {
                violation.steps.push_back({when, std::make_shared<const Candidate>(candidateOf(mishap))});
            }
            wanted_[invariant] = false;
        }
        if (progress_ != nullptr) {
            progress_->advance(1);
        }
    }

    void findInstantsAfter(const Situation& situation) {
        const Instant now = situation.now();
        instants_ = {now, now + longestPeriod(found_.program)};
        if (situation.nextDue() <= end()) {
            later_ = situation;
            for (Instant due = later_.nextDue(); due <= end(); due = later_.nextDue()) {
                add(due);
                records_.clear();
                later_.advanceTo(due, records_);
                later_.settle(records_);
            }
        }
        if (measuresTime_) {
            addForMeasured(situation);
        }
        std::erase_if(instants_, [&](Instant at) { return at < now || at > end(); });
        std::ranges::sort(instants_);
        const auto twice = std::ranges::unique(instants_);
        instants_.erase(twice.begin(), twice.end());
    }

    /// A second before and after.
    void add(Instant due) { instants_.insert(instants_.end(), {due - Duration{1}, due + Duration{1}}); }

    /// Where invariants measure time, it matters which resource looks first after a mishap, and whether whoever
    /// responds comes just in time for what is due, or just too late: what they see is seen within a period.
    void addForMeasured(const Situation& situation) {
        const std::vector<Instant> due = instants_;
        instants_.push_back(end());
        for (const ResourceId id : found_.program.resources.ids()) {
            const ResourceState& resource = situation.resource(id);
            if (resource.presence == Presence::Present) {
                const Duration own = found_.program.modelOf(id).revalidation.nominal;
                const Instant look = nextRevalidation(resource, own, situation.now());
                instants_.insert(instants_.end(), {look, look + Duration{1}, look + own, look + own + Duration{1}});
            }
        }
        const Duration period = longestPeriod(found_.program);
        for (const Invariant& invariant : options_.invariants) {
            for (const Instant at : invariant.kind == InvariantKind::MaxDowntime ? due : std::vector<Instant>{}) {
                for (const Duration before : {invariant.response, invariant.response + period}) {
                    instants_.push_back(at - before);
                    add(at - before);
                }
            }
        }
    }

    const ExplorationOptions& options_;
    Progress* progress_;
    Exploration found_;
    Situation start_;
    Trails trails_;
    Situation then_;           // some time after a trail's end
    Situation after_;          // one mishap further
    bool afterIsThen_ = false; // as nothing came of the mishap
    Situation later_;          // when nobody acts any more
    Watch watch_;
    std::vector<Instant> instants_;
    std::vector<Mishap> mishaps_;
    CanonicalForm form_;
    bool measuresTime_ = false;
    ResourceClasses classes_;
    std::vector<bool> wanted_; // of the options' invariants, those that nothing breaks yet
    tsl::robin_set<StateHash, StateHash::Hasher> seen_;
    std::vector<Record> records_;
};

} // namespace

namespace {

/// A violation of a part, told in the whole's ids.
Violation inWhole(Violation violation, const EstatePart& part) {
    violation.resource = part.resources[violation.resource];
    for (ViolationStep& step : violation.steps) {
        Candidate action = *step.action;
        std::visit([&](auto& one) { one = part.inWhole(one); }, action.action);
        action.helps = action.helps.valid() ? part.resources[action.helps] : action.helps;
        step.action = std::make_shared<const Candidate>(std::move(action));
    }
    return violation;
}

/// Of two that break one invariant, the shorter, then the earlier.
void keepShorter(std::vector<Violation>& violations, Violation other) {
    const auto known = std::ranges::find(violations, other.invariant, &Violation::invariant);
    if (known == violations.end()) {
        violations.push_back(std::move(other));
    } else if (std::tuple{other.steps.size(), other.at} < std::tuple{known->steps.size(), known->at}) {
        *known = std::move(other);
    }
}

} // namespace

Exploration explore(const Program& estate, const ExplorationOptions& options, Progress* progress) {
    Exploration all;
    all.program = withKeyReferences(estate);
    all.states = 1;
    if (std::ranges::any_of(options.invariants, &Invariant::isOfWhole)) {
        return Explorer{estate, options, progress}.run();
    }
    const std::vector<EstatePart> parts = partsOf(estate);
    std::vector<Exploration> found(parts.size());
    forEachIndex(parts.size(), options.jobs, [&](std::size_t i) {
        found[i] = Explorer{parts[i].program, options, progress}.run();
    });
    for (std::size_t i = 0; i < parts.size(); ++i) {
        all.states += found[i].states - 1; // the start is the same
        all.complete = all.complete && found[i].complete;
        for (Violation& violation : found[i].violations) {
            keepShorter(all.violations, inWhole(std::move(violation), parts[i]));
        }
    }
    std::ranges::sort(all.violations, {}, &Violation::invariant);
    return all;
}

} // namespace cmksim
