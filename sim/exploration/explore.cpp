#include "exploration/explore.hpp"

#include "base/parallel.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "exploration/canonical.hpp"
#include "exploration/mishaps.hpp"
#include "exploration/watch.hpp"
#include "recovery/proof.hpp"
#include "recovery/repairs.hpp"

#include <tsl/robin_set.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace cmksim {

namespace {

/// The mishaps that led somewhere, the last one first; what situations have in common they share. A situation takes
/// more room than it takes time to go its trail once more, so trails alone are kept.
struct Trail {
    std::shared_ptr<const Trail> before;
    Instant at{};
    Candidate action;
    std::size_t length = 1;
};
using TrailEnd = std::shared_ptr<const Trail>;

std::size_t lengthOf(const TrailEnd& trail) { return trail ? trail->length : 0; }

std::vector<Mishap> stepsOf(const TrailEnd& trail) {
    std::vector<Mishap> steps;
    for (const Trail* one = trail.get(); one != nullptr; one = one->before.get()) {
        steps.push_back({one->at, std::make_shared<const Candidate>(one->action)});
    }
    std::ranges::reverse(steps);
    return steps;
}

class Explorer {
public:
    Explorer(const Program& estate, const ExplorationOptions& options, Progress* progress)
        : options_{options}, progress_{progress}, found_{0, true, {}, withKeyReferences(estate)},
          start_{found_.program, nominalPhases(found_.program)}, from_{start_}, then_{start_}, after_{start_},
          later_{start_}, wanted_(options.invariants.size(), true) {
        const bool asksForSingle =
            std::ranges::any_of(options.invariants, [](const Invariant& one) { return !one.expected.empty(); });
        measuresTime_ = std::ranges::any_of(options.invariants, [](const Invariant& one) {
            return one.kind != InvariantKind::NoDataLoss && one.kind != InvariantKind::Recoverable &&
                   one.kind != InvariantKind::Reachable;
        });
        classes_ = asksForSingle ? distinctResources(found_.program) : alikeResources(found_.program);
    }

    Exploration run() {
        std::vector<TrailEnd> trails{nullptr};
        seen_.insert(stateHash(found_.program, start_, classes_, form_));
        look(start_, nullptr);
        for (unsigned fault = 0; fault < options_.faults && !isDone(); ++fault) {
            std::vector<TrailEnd> next;
            for (const TrailEnd& trail : trails) {
                goOn(trail, next);
                if (isDone()) {
                    break;
                }
            }
            trails = std::move(next);
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

    /// Goes a trail once more.
    void follow(const Trail* trail, Situation& situation) {
        if (trail != nullptr) {
            follow(trail->before.get(), situation);
            situation.advanceTo(trail->at, records_);
            act(trail->action, situation);
        }
    }

    /// Every mishap at every instant that makes a difference.
    void goOn(const TrailEnd& trail, std::vector<TrailEnd>& next) {
        // Assigning to the same situations again and again takes no memory anew.
        from_ = start_;
        follow(trail.get(), from_);
        for (const Instant at : instantsAfter(from_)) {
            then_ = from_;
            records_.clear();
            then_.advanceTo(at, records_);
            mishapsIn(found_.program, then_, mishaps_);
            for (const Candidate& mishap : mishaps_) {
                if (isDone()) {
                    return;
                }
                after_ = then_;
                const bool refused = act(mishap, after_);
                // Some refusals leave something behind.
                if (!seen_.insert(stateHash(found_.program, after_, classes_, form_)).second) {
                    continue;
                }
                if (refused && std::holds_alternative<WorldAction>(mishap.action)) {
                    continue;
                }
                auto longer = std::make_shared<const Trail>(Trail{trail, at, mishap, lengthOf(trail) + 1});
                look(after_, longer);
                if (longer->length < options_.faults) {
                    next.push_back(std::move(longer));
                }
                if (progress_ != nullptr) {
                    progress_->advance(1);
                }
            }
        }
    }

    bool act(const Candidate& mishap, Situation& situation) {
        records_.clear();
        return std::visit([&](const auto& one) { return situation.act(one, records_).has_value(); }, mishap.action);
    }

    /// Lets time go on from a situation to the end, and looks whether it breaks anything; `records_` is what happened
    /// in its own instant.
    void look(const Situation& situation, const TrailEnd& trail) {
        const auto breaches =
            breachesFrom(found_.program, situation, end(), options_.invariants, wanted_, records_, later_);
        for (std::size_t i = 0; i < breaches.size(); ++i) {
            if (breaches[i]) {
                found_.violations.push_back({i, stepsOf(trail), breaches[i]->resource, breaches[i]->at});
                wanted_[i] = false;
            }
        }
    }

    [[nodiscard]] std::set<Instant> instantsAfter(const Situation& situation) {
        const Instant now = situation.now();
        std::set<Instant> instants{now, now + longestPeriod(found_.program)};
        Situation later = situation;
        for (Instant due = later.nextDue(); due <= end(); due = later.nextDue()) {
            instants.insert(due - Duration{1});
            instants.insert(due + Duration{1});
            records_.clear();
            later.advanceTo(due, records_);
            later.settle(records_);
        }
        if (measuresTime_) {
            addForMeasured(situation, instants);
        }
        std::erase_if(instants, [&](Instant at) { return at < now || at > end(); });
        return instants;
    }

    /// Where invariants measure time, it matters which resource looks first after a mishap, and whether whoever
    /// responds comes just in time for what is due, or just too late: what they see is seen within a period.
    void addForMeasured(const Situation& situation, std::set<Instant>& instants) const {
        const Duration period = longestPeriod(found_.program);
        std::set<Instant> due{instants};
        instants.insert(end());
        for (const ResourceId id : found_.program.resources.ids()) {
            const ResourceState& resource = situation.resource(id);
            if (resource.presence == Presence::Present) {
                const Duration own = found_.program.modelOf(id).revalidation.nominal;
                const Instant look = nextRevalidation(resource, own, situation.now());
                instants.insert({look, look + Duration{1}, look + own, look + own + Duration{1}});
            }
        }
        for (const Invariant& invariant : options_.invariants) {
            for (const Instant at : invariant.kind == InvariantKind::MaxDowntime ? due : std::set<Instant>{}) {
                for (const Duration before : {invariant.response, invariant.response + period}) {
                    instants.insert({at - before - Duration{1}, at - before, at - before + Duration{1}});
                }
            }
        }
    }

    const ExplorationOptions& options_;
    Progress* progress_;
    Exploration found_;
    Situation start_;
    Situation from_;  // at the end of a trail
    Situation then_;  // some time later
    Situation after_; // one mishap further
    Situation later_; // when nobody acts any more
    std::vector<Candidate> mishaps_;
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
    for (Mishap& step : violation.steps) {
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
