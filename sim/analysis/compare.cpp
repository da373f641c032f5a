#include "analysis/compare.hpp"

#include "analysis/timing_texts.hpp"
#include "analysis/two_worlds.hpp"
#include "engine/wording.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace cmksim::analysis {

namespace {

/// How much one class of phases says about a difference; the greatest is shown.
enum class Weight : std::uint8_t { None, Events, Downtime, Outages, End };

/// What is known so far of one resource in both worlds.
struct ResourceFindings {
    ResourceDifference difference;
    Weight weight = Weight::None; // of what is shown
    PairPhases shown;
    std::vector<PhaseClass> outcomes; // phases for which it comes to something else
    std::vector<PhaseClass> events;   // phases for which something else happens to it
    bool seenA = false;
    bool seenB = false;
};

struct CheckFindings {
    CheckDifference difference;
    PairPhases shown;
    std::optional<std::size_t> pair; // whose phase decides
};

class Comparer {
public:
    Comparer(const Program& a, const Program& b, const Progress* progress)
        : progress_{progress}, worlds_{a, b}, resources_(worlds_.pairs().size()) {}

    /// Nothing where it was stopped.
    std::optional<Comparison> compare() {
        worlds_.forEachVariant([&](const PairPhases& phases) { compareVariant(phases); });
        if (stopped_) {
            return std::nullopt;
        }
        Comparison comparison;
        for (std::size_t pair = 0; pair < resources_.size(); ++pair) {
            if (resources_[pair].weight != Weight::None) {
                comparison.resources.push_back(finished(pair));
            }
        }
        for (auto& [key, found] : checks_) {
            if (found.pair) {
                tellPairs(*found.pair, found.shown, found.difference.where);
            }
            merge(found.difference.where.phases);
            comparison.checks.push_back(std::move(found.difference));
        }
        if (const std::optional<PairPhases> shown = shownPhases()) {
            comparison.first = worlds_.parting(*shown);
        }
        tellNominal(comparison);
        return comparison;
    }

private:
    void tellNominal(Comparison& comparison) const {
        for (std::size_t pair = 0; pair < worlds_.pairs().size(); ++pair) {
            for (std::size_t side = 0; side < 2; ++side) {
                if (worlds_.has(side, pair)) {
                    std::ranges::move(clockTextsOf(worlds_.program(side), worlds_.pairs()[pair].ids[side],
                                                   worlds_.everyRotation(pair)),
                                      std::inserter(comparison.atNominal, comparison.atNominal.end()));
                }
            }
        }
    }

    /// From its classes, one by one: of how many pairs of phases they are.
    void tellPairs(std::size_t pair, const PairPhases& shown, DifferingPhases& where) const {
        if (!worlds_.goesByPairs(pair)) {
            return;
        }
        const PairCover cover = worlds_.coverOf(pair, where.phases);
        const bool open = worlds_.hasOpenPhase(pair);
        if (cover.splitsSomePhase) {
            where.pairs =
                DifferingPairs{cover.covered, cover.all, open, worlds_.rotationPeriodOf(pair), shown[pair].rotation};
        }
        if (!open) {
            where.phases.clear(); // it makes no difference
        }
    }

    bool isToStop() {
        stopped_ = stopped_ || (progress_ != nullptr && progress_->cancelled());
        return stopped_;
    }

    void compareVariant(const PairPhases& phases) {
        if (isToStop()) {
            return;
        }
        const PlayedWorld a = worlds_.playWorld(0);
        const PlayedWorld b = worlds_.playWorld(1);
        compareChecks(a.checks, b.checks, {}, phases, {});
        if (a.events != b.events && !worldShown_) {
            worldShown_ = phases;
        }
        for (std::size_t pair = 0; pair < resources_.size() && !isToStop(); ++pair) {
            for (const PhaseClass& one : worlds_.classesOf(pair)) {
                compareClass(pair, one, phases);
            }
        }
    }

    void compareClass(std::size_t pair, const PhaseClass& phases, PairPhases all) {
        all[pair] = phases.firstPhases();
        const Played a = worlds_.play(0, pair, phases.firstPhases());
        const Played b = worlds_.play(1, pair, phases.firstPhases());
        compareChecks(a.checks, b.checks, pair, all, phases);

        ResourceFindings& found = resources_[pair];
        rangeOver(0, pair, phases, a, found.difference.a, found.seenA);
        rangeOver(1, pair, phases, b, found.difference.b, found.seenB);
        const Weight weight = weigh(pair, a, b, found.difference);
        if (weight == Weight::None) {
            return;
        }
        found.events.push_back(phases);
        if (weight > Weight::Events) {
            found.outcomes.push_back(phases);
        }
        if (weight > found.weight) {
            found.weight = weight;
            found.shown = std::move(all);
            tell(0, pair, a, found.difference.a);
            tell(1, pair, b, found.difference.b);
            found.difference.where.shown = phases.first;
        }
    }

    void rangeOver(std::size_t side, std::size_t pair, const PhaseClass& phases, const Played& first,
                   SideOutcome& outcome, bool& seen) {
        if (!worlds_.has(side, pair)) {
            return;
        }
        const Duration one = first.status.downtime;
        const Duration other = worlds_.play(side, pair, phases.lastPhases()).status.downtime;
        const std::uint32_t outages = first.status.outages;
        outcome.leastOutages = std::min(seen ? outcome.leastOutages : outages, outages);
        outcome.mostOutages = std::max(outcome.mostOutages, outages);
        outcome.leastDowntime = std::min({seen ? outcome.leastDowntime : one, one, other});
        outcome.mostDowntime = std::max({outcome.mostDowntime, one, other});
        seen = true;
    }

    Weight weigh(std::size_t pair, const Played& a, const Played& b, ResourceDifference& difference) const {
        const bool existence = worlds_.has(0, pair) != worlds_.has(1, pair);
        const bool end = existence || endOf(0, pair, a) != endOf(1, pair, b);
        const bool outages = a.status.outages != b.status.outages;
        const bool downtime = a.status.downtime != b.status.downtime;
        difference.end = difference.end || end;
        difference.outages = difference.outages || outages;
        difference.downtime = difference.downtime || downtime;
        if (end) {
            return Weight::End;
        }
        if (outages || downtime) {
            return outages ? Weight::Outages : Weight::Downtime;
        }
        return a.events != b.events ? Weight::Events : Weight::None;
    }

    struct End {
        std::string_view state;
        Reason reason = Reason::None;
        bool recoverable = true;
        friend bool operator==(const End&, const End&) = default;
    };
    [[nodiscard]] End endOf(std::size_t side, std::size_t pair, const Played& played) const {
        if (!worlds_.has(side, pair)) {
            return {};
        }
        return {stateName(worlds_.modelOf(side, pair), played.status), played.status.reason, played.status.recoverable};
    }

    void tell(std::size_t side, std::size_t pair, const Played& played, SideOutcome& outcome) const {
        outcome.exists = worlds_.has(side, pair);
        if (!outcome.exists) {
            return;
        }
        outcome.state = stateName(worlds_.modelOf(side, pair), played.status);
        outcome.reason = nameOf(played.status.reason);
        outcome.recoverable = played.status.recoverable;
        outcome.outages = played.status.outages;
        outcome.downtime = played.status.downtime;
    }

    /// `pair` is the one whose phase decides; none for what happens to the world.
    void compareChecks(const Checks& a, const Checks& b, std::optional<std::size_t> pair, const PairPhases& all,
                       const PhaseClass& phases) {
        static const Check unasked{};
        for (const auto& [key, inA] : a) {
            if (const auto inB = b.find(key); inB == b.end()) {
                compareCheck(key, inA, unasked, pair, all, phases);
            } else {
                compareCheck(key, inA, inB->second, pair, all, phases);
            }
        }
        for (const auto& [key, inB] : b) {
            if (!a.contains(key)) {
                compareCheck(key, unasked, inB, pair, all, phases);
            }
        }
    }

    void compareCheck(const CheckKey& key, const Check& a, const Check& b, std::optional<std::size_t> pair,
                      const PairPhases& all, const PhaseClass& phases) {
        if (a.holds == b.holds) {
            return;
        }
        const auto [at, isNew] = checks_.try_emplace(key);
        CheckDifference& difference = at->second.difference;
        if (isNew) {
            const Check& asked = a.asked ? a : b;
            difference.kind = asked.kind;
            difference.at = key.at;
            difference.place = asked.place;
            difference.subject = asked.subject;
            difference.expected = asked.expected;
            difference.holdsInA = a.holds;
            difference.holdsInB = b.holds;
            difference.a = a.actual;
            difference.b = b.actual;
            at->second.shown = all;
        }
        if (!pair || !hasPhases(*pair)) {
            return;
        }
        if (isNew) {
            at->second.pair = pair;
            difference.where = {worlds_.pairs()[*pair].name, {}, worlds_.periodOf(*pair), phases.first, {}};
        }
        difference.where.phases.push_back(phases);
    }

    [[nodiscard]] bool hasPhases(std::size_t pair) const {
        return worlds_.hasOpenPhase(pair) || worlds_.goesByPairs(pair);
    }

    ResourceDifference finished(std::size_t pair) {
        ResourceFindings& found = resources_[pair];
        ResourceDifference& difference = found.difference;
        difference.name = worlds_.pairs()[pair].name;
        if (hasPhases(pair)) {
            difference.where.resource = difference.name;
            difference.where.period = worlds_.periodOf(pair);
            difference.where.phases = found.outcomes.empty() ? found.events : found.outcomes;
            tellPairs(pair, found.shown, difference.where);
            merge(difference.where.phases);
        }
        return difference;
    }

    /// Phases for which something differs, of whatever differs most. Other resources that differ are at the phases
    /// shown for them, where these can be together.
    [[nodiscard]] std::optional<PairPhases> shownPhases() const {
        const ResourceFindings* most = nullptr;
        for (const ResourceFindings& found : resources_) {
            if (found.weight != Weight::None && (most == nullptr || found.weight > most->weight)) {
                most = &found;
            }
        }
        if (most == nullptr && checks_.empty()) {
            return worldShown_;
        }
        PairPhases shown = most != nullptr ? most->shown : checks_.begin()->second.shown;
        if (worlds_.dependsOnPhases()) {
            return shown;
        }
        for (std::size_t pair = 0; pair < resources_.size(); ++pair) {
            if (resources_[pair].weight != Weight::None) {
                shown[pair] = resources_[pair].shown[pair];
            }
        }
        return shown;
    }

    const Progress* progress_;
    bool stopped_ = false;
    TwoWorlds worlds_;
    std::vector<ResourceFindings> resources_;
    std::map<CheckKey, CheckFindings> checks_;
    std::optional<PairPhases> worldShown_;
};

} // namespace

Comparison compare(const Program& a, const Program& b) { return *Comparer{a, b, nullptr}.compare(); }

std::optional<Comparison> compare(const Program& a, const Program& b, const Progress& progress) {
    return Comparer{a, b, &progress}.compare();
}

} // namespace cmksim::analysis
