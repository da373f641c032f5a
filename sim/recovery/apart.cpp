#include "recovery/apart.hpp"

#include "engine/part.hpp"
#include "recovery/in_whole.hpp"
#include "recovery/repairs.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace cmksim::recovery {

namespace {

/// So many parts that ail are planned for together: all their ways can be weighed against each other.
constexpr std::size_t fewParts = 8;

/// The question about each part; nothing for one that has none of what is asked for.
std::vector<std::optional<PlanOptions>> questionsOf(const Program& program, const std::vector<EstatePart>& parts,
                                                    const PlanOptions& options) {
    std::vector<std::optional<PlanOptions>> questions(parts.size());
    IdVector<ResourceId, std::pair<std::size_t, ResourceId>> places{program.resources.size()};
    const auto ask = [&](std::size_t part) -> PlanOptions& {
        if (!questions[part]) {
            questions[part] = options;
            questions[part]->goal.clear();
        }
        return *questions[part];
    };
    for (std::size_t i = 0; i < parts.size(); ++i) {
        for (const ResourceId own : parts[i].resources.ids()) {
            places[parts[i].resources[own]] = {i, own};
        }
        if (options.goal.empty() && !parts[i].resources.empty()) {
            ask(i);
        }
    }
    for (const ResourceId id : options.goal) {
        ask(places[id].first).goal.push_back(places[id].second);
    }
    return questions;
}

/// The plans of all parts as one.
RecoveryPlan joined(const std::vector<const RecoveryPlan*>& parts) {
    RecoveryPlan all;
    all.proof.whole = all.proof.accepted = true;
    for (const RecoveryPlan* plan : parts) {
        all.steps.insert(all.steps.end(), plan->steps.begin(), plan->steps.end());
        const Proof& own = plan->proof;
        Proof& proof = all.proof;
        proof.whole = proof.whole && own.whole;
        proof.accepted = proof.accepted && own.accepted;
        proof.cutShort = proof.cutShort || own.cutShort;
        proof.over = own.over == OpenTimings::All ? proof.over : own.over;
        proof.within = {std::max(proof.within.least, own.within.least), std::max(proof.within.most, own.within.most)};
    }
    std::ranges::stable_sort(all.steps, {}, &PlannedStep::at);
    return all;
}

/// Puts the recoveries of parts together.
class Joining {
public:
    Joining(const Program& program, Instant at) {
        all_.program = withKeyReferences(program);
        all_.program.until = std::max(all_.program.until, at);
        all_.at = at;
        all_.partsApart = true;
    }

    void add(Recovery found) {
        move(found.wanted, all_.wanted);
        move(found.undecided, all_.undecided);
        move(found.impaired, all_.impaired);
        move(found.risks, all_.risks);
        all_.alikeTogether = all_.alikeTogether || found.alikeTogether;
        all_.everyWay = all_.everyWay && found.everyWay;
        all_.compared = std::max(all_.compared, found.compared);
        if (!found.plans.empty()) {
            parts_.push_back(std::move(found));
        }
    }

    Recovery finish(const PlanOptions& options) {
        std::vector<const RecoveryPlan*> best;
        std::ranges::transform(parts_, std::back_inserter(best), [](const auto& part) { return &part.plans.front(); });
        if (!best.empty()) {
            all_.plans.push_back(joined(best));
            addOthers(best, options.alternatives);
            addDoubtful(best);
        }
        order(options);
        return std::move(all_);
    }

private:
    template <class Item>
    static void move(std::vector<Item>& from, std::vector<Item>& to) {
        std::ranges::move(from, std::back_inserter(to));
    }

    /// One part in another way than the best.
    void addOthers(std::vector<const RecoveryPlan*> best, std::size_t most) {
        for (std::size_t i = 0; i < parts_.size() && all_.plans.size() < most; ++i) {
            for (std::size_t other = 1; other < parts_[i].plans.size() && all_.plans.size() < most; ++other) {
                best[i] = &parts_[i].plans[other];
                all_.plans.push_back(joined(best));
            }
            best[i] = &parts_[i].plans.front();
        }
    }

    void addDoubtful(std::vector<const RecoveryPlan*> best) {
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            best[i] = parts_[i].inDoubt ? &*parts_[i].inDoubt : best[i];
        }
        if (std::ranges::any_of(parts_, [](const Recovery& part) { return part.inDoubt.has_value(); })) {
            all_.inDoubt = joined(best);
        }
    }

    /// As they are asked for.
    void order(const PlanOptions& options) {
        IdVector<ResourceId, std::size_t> places{all_.program.resources.size()};
        for (const ResourceId id : all_.program.resources.ids()) {
            places[id] = id.index();
        }
        for (std::size_t i = 0; i < options.goal.size(); ++i) {
            places[options.goal[i]] = i;
        }
        const auto place = [&](ResourceId id) { return places[id]; };
        std::ranges::sort(all_.wanted, {}, place);
        std::ranges::sort(all_.undecided, {}, place);
        std::ranges::sort(all_.impaired, {}, [&](const ImpairedResource& one) { return place(one.resource); });
        std::ranges::sort(all_.risks, {}, [&](const Risk& one) { return place(one.resource); });
    }

    Recovery all_;
    std::vector<Recovery> parts_; // those with something to bring back
};

} // namespace

std::optional<Recovery> planApart(const Program& program, Instant at, const PlanOptions& options,
                                  const PlanPart& plan) {
    if (options.allowed || program.names.vaults.size() <= fewParts) {
        return std::nullopt; // what is allowed may speak of all
    }
    std::vector<EstatePart> parts = partsWithTimeline(program);
    if (parts.size() <= fewParts) {
        return std::nullopt;
    }
    Joining joining{program, at};
    std::size_t impaired = 0;
    const auto questions = questionsOf(program, parts, options);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!questions[i]) {
            continue;
        }
        Recovery found = plan(parts[i].program, at, *questions[i]);
        const bool isWell = found.wanted.empty() || (!found.plans.empty() && found.plans.front().proof.holds());
        if (!found.lost.empty() || !isWell) {
            return std::nullopt;
        }
        const bool needsSteps = !found.plans.empty() && !found.plans.front().steps.empty();
        impaired += needsSteps ? 1U : 0U;
        joining.add(InWhole{program, std::move(parts[i])}(std::move(found)));
    }
    return impaired > fewParts ? std::optional{joining.finish(options)} : std::nullopt;
}

} // namespace cmksim::recovery
