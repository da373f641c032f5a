#include "exploration/explore.hpp"

#include "base/parallel.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "exploration/canonical.hpp"
#include "exploration/mishaps.hpp"
#include "exploration/watch.hpp"
#include "recovery/proof.hpp"
#include "recovery/repairs.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace cmksim {

namespace {

/// The mishaps that led somewhere, the last one first; what situations have in common they share.
struct Trail {
    std::shared_ptr<const Trail> before;
    Mishap last;
    std::size_t length = 1;
};
using TrailEnd = std::shared_ptr<const Trail>;

std::size_t lengthOf(const TrailEnd& trail) { return trail ? trail->length : 0; }

std::vector<Mishap> stepsOf(const TrailEnd& trail) {
    std::vector<Mishap> steps;
    for (const Trail* one = trail.get(); one != nullptr; one = one->before.get()) {
        steps.push_back(one->last);
    }
    std::ranges::reverse(steps);
    return steps;
}

/// A situation, and what led there.
struct Point {
    Situation situation;
    TrailEnd trail;
};

class Explorer {
public:
    Explorer(const Program& estate, const ExplorationOptions& options, Progress* progress)
        : options_{options}, progress_{progress}, wanted_(options.invariants.size(), true) {
        found_.program = withKeyReferences(estate);
        const bool asksForSingle =
            std::ranges::any_of(options.invariants, [](const Invariant& one) { return !one.expected.empty(); });
        measuresTime_ = std::ranges::any_of(options.invariants, [](const Invariant& one) {
            return one.kind != InvariantKind::NoDataLoss && one.kind != InvariantKind::Recoverable &&
                   one.kind != InvariantKind::Reachable;
        });
        classes_ = asksForSingle ? distinctResources(found_.program) : alikeResources(found_.program);
    }

    Exploration run() {
        std::vector<Point> points;
        Situation start{found_.program, nominalPhases(found_.program)};
        seen_.insert(stateHash(found_.program, start, classes_));
        records_.clear();
        look(start, nullptr);
        points.push_back({std::move(start), nullptr});
        for (unsigned fault = 0; fault < options_.faults && !isDone(); ++fault) {
            std::vector<Point> next;
            for (const Point& point : points) {
                goOn(point, next);
                if (isDone()) {
                    break;
                }
            }
            points = std::move(next);
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

    /// Every mishap at every instant that makes a difference.
    void goOn(const Point& point, std::vector<Point>& next) {
        for (const Instant at : instantsAfter(point.situation)) {
            Situation then = point.situation;
            records_.clear();
            then.advanceTo(at, records_);
            // Assigning to one situation again and again takes no memory anew.
            Situation after = then;
            for (const Candidate& mishap : mishapsIn(found_.program, then)) {
                if (isDone()) {
                    return;
                }
                after = then;
                const bool refused = act(mishap, after);
                // Some refusals leave something behind.
                if (!seen_.insert(stateHash(found_.program, after, classes_)).second) {
                    continue;
                }
                if (refused && std::holds_alternative<WorldAction>(mishap.action)) {
                    continue;
                }
                arrive(point, at, mishap, then, after, next);
            }
        }
    }

    bool act(const Candidate& mishap, Situation& situation) {
        records_.clear();
        return std::visit([&](const auto& one) { return situation.act(one, records_).has_value(); }, mishap.action);
    }

    /// A new state: looks at it, and keeps it where more can happen.
    void arrive(const Point& point, Instant at, const Candidate& mishap, const Situation& then, Situation& after,
                std::vector<Point>& next) {
        // The action must outlive the situation, and so is done once more from where it is kept.
        auto action = std::make_shared<const Candidate>(mishap);
        after = then;
        act(*action, after);
        auto trail =
            std::make_shared<const Trail>(Trail{point.trail, {at, std::move(action)}, lengthOf(point.trail) + 1});
        look(after, trail);
        if (trail->length < options_.faults) {
            next.push_back({after, std::move(trail)});
        }
        if (progress_ != nullptr) {
            progress_->advance(1);
        }
    }

    /// Lets time go on from a situation to the end, and looks whether it breaks anything; `records_` is what happened
    /// in its own instant.
    void look(const Situation& situation, const TrailEnd& trail) {
        const auto breaches = breachesFrom(found_.program, situation, end(), options_.invariants, wanted_, records_);
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
    bool measuresTime_ = false;
    ResourceClasses classes_;
    std::vector<bool> wanted_; // of the options' invariants, those that nothing breaks yet
    std::unordered_set<StateHash, StateHash::Hasher> seen_;
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
