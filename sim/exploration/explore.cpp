#include "exploration/explore.hpp"

#include "base/parallel.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "exploration/canonical.hpp"
#include "exploration/mishaps.hpp"
#include "recovery/proof.hpp"
#include "recovery/repairs.hpp"
#include "recovery/search.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace cmksim {

namespace {

/// A situation, and what led there.
struct Point {
    Situation situation;
    std::vector<Mishap> steps;
};

class Explorer {
public:
    Explorer(const Program& estate, const ExplorationOptions& options, Progress* progress)
        : options_{options}, progress_{progress} {
        found_.program = withKeyReferences(estate);
    }

    Exploration run() {
        std::vector<Point> points;
        Situation start{found_.program, nominalPhases(found_.program)};
        seen_.insert(canonicalForm(found_.program, start));
        look(start, {});
        points.push_back({std::move(start), {}});
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

    [[nodiscard]] bool isBroken(Invariant invariant) const {
        return std::ranges::find(found_.violations, invariant, &Violation::invariant) != found_.violations.end();
    }

    /// Nothing is left to find, or nobody waits any more.
    bool isDone() {
        if (seen_.size() >= options_.mostStates || (progress_ != nullptr && progress_->cancelled())) {
            found_.complete = false;
            return true;
        }
        return std::ranges::all_of(options_.invariants, [this](Invariant one) { return isBroken(one); });
    }

    /// Every mishap at every instant that makes a difference.
    void goOn(const Point& point, std::vector<Point>& next) {
        for (const Instant at : instantsAfter(point.situation)) {
            Situation then = point.situation;
            records_.clear();
            then.advanceTo(at, records_);
            for (Candidate& mishap : mishapsIn(found_.program, then)) {
                if (isDone()) {
                    return;
                }
                auto action = std::make_shared<const Candidate>(std::move(mishap));
                Situation after = then;
                records_.clear();
                const bool refused =
                    std::visit([&](const auto& one) { return after.act(one, records_).has_value(); }, action->action);
                // Some refusals leave something behind.
                if (!seen_.insert(canonicalForm(found_.program, after)).second) {
                    continue;
                }
                if (refused && std::holds_alternative<WorldAction>(action->action)) {
                    continue;
                }
                std::vector<Mishap> steps = point.steps;
                steps.push_back({at, std::move(action)});
                noteLosses(steps);
                look(after, steps);
                next.push_back({std::move(after), std::move(steps)});
                if (progress_ != nullptr) {
                    progress_->advance(1);
                }
            }
        }
    }

    /// Lets time go on from a situation to the end, and looks whether it breaks anything.
    void look(const Situation& situation, const std::vector<Mishap>& steps) {
        Situation later = situation;
        records_.clear();
        later.advanceTo(end(), records_);
        later.settle(records_);
        noteLosses(steps);
        if (!wants(Invariant::Recoverable)) {
            return;
        }
        for (const ResourceId id : found_.program.resources.ids()) {
            if (situation.resource(id).presence == Presence::Present && !isWell(situation, id) &&
                findRecoveries(found_.program, situation, std::array{id}, 1).empty()) {
                found_.violations.push_back({Invariant::Recoverable, steps, id, situation.now()});
                return;
            }
        }
    }

    /// Nothing is to be brought back where nothing is wrong.
    [[nodiscard]] bool isWell(const Situation& situation, ResourceId id) const {
        const ResourceState& resource = situation.resource(id);
        const std::optional<Answer> answer = situation.answer(id);
        return resource.state == found_.program.modelOf(id).ready() && resource.credential == Credential::Renewed &&
               (!answer || answer->reason == Reason::None);
    }

    [[nodiscard]] bool wants(Invariant invariant) const {
        return !isBroken(invariant) && std::ranges::find(options_.invariants, invariant) != options_.invariants.end();
    }

    void noteLosses(const std::vector<Mishap>& steps) {
        const auto lost = std::ranges::find(records_, RecordKind::DataLost, &Record::kind);
        if (lost != records_.end() && wants(Invariant::NoDataLoss)) {
            found_.violations.push_back({Invariant::NoDataLoss, steps, lost->resource, lost->position.at});
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
        std::erase_if(instants, [&](Instant at) { return at < now || at > end(); });
        return instants;
    }

    const ExplorationOptions& options_;
    Progress* progress_;
    Exploration found_;
    std::unordered_set<std::string> seen_;
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
