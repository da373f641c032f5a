#include "exploration/causes.hpp"

#include "engine/alike.hpp"
#include "engine/replay.hpp"
#include "engine/simulation_state.hpp"
#include "engine/timings.hpp"
#include "exploration/faults.hpp"
#include "recovery/proof.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <variant>

namespace cmksim::exploration {

namespace {

using Instants = std::vector<Instant>;

/// Of so many open timings every combination of ends is tried in any case; of so many where each symptom shows.
constexpr std::size_t fewDelays = 2;
constexpr std::size_t mostDelaysCombined = 4;

/// The phases that are in both.
std::vector<PhaseClass> both(const std::vector<PhaseClass>& one, const std::vector<PhaseClass>& other) {
    std::vector<PhaseClass> shared;
    for (const PhaseClass& a : one) {
        for (const PhaseClass& b : other) {
            const PhaseClass common{std::max(a.first, b.first), std::min(a.last, b.last)};
            if (common.first <= common.last) {
                shared.push_back(common);
            }
        }
    }
    return shared;
}

/// The resources without a symptom that are down or impaired at the end of a story, at some phase.
void addOthers(const Program& story, const std::vector<Symptom>& symptoms, Diagnosis& diagnosis) {
    for (const ResourceBounds& one : boundsOf(story, OpenTimings::Phases).resources) {
        const bool mentioned = std::ranges::any_of(
            symptoms, [&](const Symptom& symptom) { return symptom.seen.resource == one.resource; });
        const bool isDown = std::ranges::any_of(one.outages, [](const OutageBounds& outage) { return !outage.over; });
        const bool isImpaired =
            std::ranges::any_of(one.impairments, [](const ImpairmentBounds& interval) { return !interval.over; });
        if (!mentioned && (isDown || isImpaired)) {
            (isDown ? diagnosis.alsoDown : diagnosis.alsoImpaired).push_back(one.resource);
        }
    }
}

class Diagnostician {
public:
    Diagnostician(const Program& estate, const std::vector<Symptom>& symptoms, Instant last, Progress* progress)
        : estate_{estate}, symptoms_{symptoms}, seen_{withResources(estate, withSymptoms(symptoms))},
          period_{longestPeriod(estate)}, last_{last}, progress_{progress} {}

    std::vector<Diagnosis> run(unsigned faults) {
        if (explains({}, {})) {
            return {withOthers({{}, {}, {}, {}}, {}, {})};
        }
        std::ranges::copy_if(symptoms_, std::back_inserter(telling_), [&](const Symptom& symptom) {
            return !explains({}, {}, std::span{&symptom, 1});
        });
        if (telling_.empty()) {
            telling_ = symptoms_; // they contradict each other, but none of them by itself
        }
        const Instants instants = breakpoints();
        const std::vector<Action> first = faultsAfter({});
        std::vector<Diagnosis> found;
        for (const Action& fault : faults > 0 ? first : std::vector<Action>{}) {
            tryOut({fault}, instants, found);
        }
        if (found.empty() && faults > 1) {
            for (const Action& fault : first) {
                pairsWith(fault, instants, found);
            }
        }
        return found;
    }

private:
    static std::vector<ResourceId> withSymptoms(const std::vector<Symptom>& symptoms) {
        std::vector<ResourceId> seen;
        for (const Symptom& symptom : symptoms) {
            if (symptom.seen.resource.valid()) {
                seen.push_back(symptom.seen.resource);
            }
        }
        return seen;
    }

    [[nodiscard]] bool isCancelled() const { return progress_ != nullptr && progress_->cancelled(); }

    /// Those that can happen at the start, or right after others at the start, and may show in a symptom.
    [[nodiscard]] std::vector<Action> faultsAfter(std::span<const Action> others) const {
        SimulationState simulation{estate_, nominalPhases(estate_)};
        std::vector<Record> ignored;
        for (const Action& other : others) {
            simulation.act(other, ignored);
        }
        std::vector<Action> faults;
        listFaults(estate_, simulation, faults);
        std::erase_if(faults, [&](const Action& fault) { return isElsewhere(fault); });
        return faults;
    }

    /// Whether an action is on a resource that has nothing to do with the symptoms.
    [[nodiscard]] bool isElsewhere(const Action& action) const {
        return isOnResource(action) && !seen_.resources[resourceOf(action)].described &&
               estate_.resources[resourceOf(action)].described;
    }

    /// What can follow a fault: whatever could happen before it, and what it makes possible. One of them has to
    /// explain some symptom, or the two have to do together what neither does alone.
    void pairsWith(const Action& fault, const Instants& instants, std::vector<Diagnosis>& found) {
        if (isCancelled()) {
            return;
        }
        const bool explainsSome = explainsAny({fault}, instants);
        for (const Action& second : faultsAfter(std::span{&fault, 1})) {
            if (!isCancelled() && second != fault && (explainsSome || doMoreTogether(fault, second)) &&
                pairs_.insert({std::min(fault, second), std::max(fault, second)}).second) {
                tryOut({fault, second}, instants, found);
            }
        }
    }

    /// Whether a resource with a symptom goes down, or is impaired, by both and by neither alone.
    bool doMoreTogether(const Action& one, const Action& other) {
        const std::set<ResourceId> together = downOf(std::array{one, other});
        return std::ranges::any_of(symptoms_, [&](const Symptom& symptom) {
            const ResourceId id = symptom.seen.resource;
            return together.contains(id) && !downOfOne(one).contains(id) && !downOfOne(other).contains(id);
        });
    }

    const std::set<ResourceId>& downOfOne(const Action& fault) {
        const auto [known, isNew] = downOfOne_.try_emplace(fault);
        if (isNew) {
            known->second = downOf(std::array{fault});
        }
        return known->second;
    }

    /// What the faults take down or impair when they happen at the start.
    [[nodiscard]] std::set<ResourceId> downOf(std::span<const Action> faults) const {
        std::set<ResourceId> down;
        for (const ResourceBounds& one :
             boundsOf(story(seen_, faults, Instants(faults.size(), scenarioStart), {}), OpenTimings::Phases)
                 .resources) {
            if (!one.outages.empty() || !one.impairments.empty()) {
                down.insert(one.resource);
            }
        }
        return down;
    }

    // --- one sequence ------------------------------------------------------------------------------------------------

    [[nodiscard]] Program story(const Program& estate, std::span<const Action> steps, const Instants& at,
                                std::span<const Symptom> symptoms) const {
        std::vector<TimelineEntry> entries;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            entries.push_back(entryOf(estate_, steps[i], at[i]));
        }
        for (const Symptom& symptom : symptoms) {
            TimelineEntry entry;
            entry.at = symptom.at;
            entry.what = std::vector<Expectation>{symptom.seen};
            entries.push_back(std::move(entry));
        }
        return withTimeline(estate, std::move(entries), last_);
    }

    /// Whether some phase of every resource lets it be seen so, with each of whatever else is open at one end.
    [[nodiscard]] bool explains(std::span<const Action> steps, const Instants& at,
                                std::span<const Symptom> symptoms) const {
        const Program played = story(seen_, steps, at, symptoms);
        return explainsAtEnds(played, openDelays(played));
    }

    /// All at the same end first, then every combination of ends. There are many of more than two timings: they are
    /// tried where each that is to be seen shows at one end and not all together, and of very many those in which one
    /// timing is at another end than the others.
    [[nodiscard]] bool explainsAtEnds(Program played, const std::vector<OpenDelay>& delays) const {
        constexpr std::array allEnds{TimingEnd::Nominal, TimingEnd::Earliest, TimingEnd::Latest};
        const auto setAll = [&](TimingEnd end) {
            for (const OpenDelay& delay : delays) {
                setDelay(played, delay, lengthAt(*delay.timing, end));
            }
        };
        std::map<EntryId, bool> shows;
        for (const TimingEnd end : allEnds) {
            const bool differs = std::ranges::any_of(
                delays, [&](const OpenDelay& delay) { return lengthAt(*delay.timing, end) != delay.timing->nominal; });
            if (end != TimingEnd::Nominal && !differs) {
                continue;
            }
            setAll(end);
            if (explainsAsPlayed(played, &shows)) {
                return true;
            }
        }
        const bool eachShows = std::ranges::all_of(shows, [](const auto& one) { return one.second; });
        if (delays.size() < 2 || (delays.size() > fewDelays && !eachShows)) {
            return false;
        }
        if (delays.size() <= mostDelaysCombined) {
            return explainsAtSomeEnds(played, delays);
        }
        for (const TimingEnd most : allEnds) {
            for (const OpenDelay& other : delays) {
                setAll(most);
                for (const TimingEnd end : allEnds) {
                    setDelay(played, other, lengthAt(*other.timing, end));
                    if (end != most && !isCancelled() && explainsAsPlayed(played)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// With each of some at every end, the others as they are.
    [[nodiscard]] bool explainsAtSomeEnds(Program& played, std::span<const OpenDelay> delays) const {
        if (delays.empty()) {
            return !isCancelled() && explainsAsPlayed(played);
        }
        const Timing& timing = *delays.front().timing;
        return std::ranges::any_of(std::set{timing.earliest, timing.nominal, timing.latest}, [&](Duration length) {
            setDelay(played, delays.front(), length);
            return explainsAtSomeEnds(played, delays.subspan(1));
        });
    }

    /// `shows`: takes in what can be seen by itself.
    static bool explainsAsPlayed(const Program& played, std::map<EntryId, bool>* shows = nullptr) {
        std::map<ResourceId, std::vector<PhaseClass>> phases;
        bool all = true;
        for (const ExpectationBounds& one : boundsOf(played, OpenTimings::Phases).expectations) {
            if (harmsThoughRefused(played.entries[one.entry])) {
                continue;
            }
            const bool alone = one.decides ? !one.decides->holds.empty() : one.always;
            if (shows != nullptr) {
                bool& known = (*shows)[one.entry];
                known = known || alone;
            }
            all = all && alone;
            if (!one.decides) {
                continue;
            }
            const auto [known, isNew] = phases.try_emplace(one.decides->resource, one.decides->holds);
            if (!isNew) {
                known->second = both(known->second, one.decides->holds);
            }
            all = all && !known->second.empty();
        }
        return all;
    }
    [[nodiscard]] bool explains(std::span<const Action> steps, const Instants& at) const {
        return explains(steps, at, symptoms_);
    }

    /// What is refused is no cause, with one exception: the refusal to remove the identity in use ends the renewal of
    /// its credential all the same (semantics, 4.1).
    static bool harmsThoughRefused(const TimelineEntry& entry) {
        return entry.action<ResourceRemoveIdentity>() != nullptr;
    }

    [[nodiscard]] bool explainsAny(std::vector<Action> steps, const Instants& instants) const {
        return std::ranges::any_of(telling_, [&](const Symptom& symptom) {
            return std::ranges::any_of(withLengths(steps, instants), [&](Instant at) {
                return explains(steps, {at}, std::span{&symptom, 1});
            });
        });
    }

    /// Looks for instants at which the steps explain everything; for each of them then how early and how late.
    void tryOut(const std::vector<Action>& steps, const Instants& ofSymptoms, std::vector<Diagnosis>& found) const {
        const Instants instants = withLengths(steps, ofSymptoms);
        if (progress_ != nullptr) {
            progress_->advance(1);
        }
        const std::optional<Instants> at = isCancelled() ? std::nullopt : place(steps, instants);
        if (!at) {
            return;
        }
        Diagnosis diagnosis = withOthers({{}, *at, {}, {}}, steps, *at);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            diagnosis.steps.push_back({steps[i], extent(steps, *at, i, instants)});
        }
        found.push_back(std::move(diagnosis));
    }

    [[nodiscard]] std::optional<Instants> place(const std::vector<Action>& steps, const Instants& instants) const {
        for (const Instant first : instants) {
            if (isCancelled()) {
                break;
            }
            if (steps.size() == 1) {
                if (explains(steps, {first})) {
                    return Instants{first};
                }
                continue;
            }
            for (const Instant second : instants) {
                if (explains(steps, {first, second})) {
                    return Instants{first, second};
                }
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] Extent<Instant> extent(const std::vector<Action>& steps, const Instants& at, std::size_t step,
                                         const Instants& instants) const {
        const auto fits = [&](Instant instant) {
            Instants other = at;
            other[step] = instant;
            return explains(steps, other);
        };
        Extent<Instant> when{at[step], at[step]};
        for (const Instant instant : instants) {
            if (fits(instant)) {
                when.include(instant);
            }
        }
        const auto least = std::ranges::find(instants, when.least);
        if (least != instants.begin() && least != instants.end()) {
            when.least = border(*std::prev(least), when.least, fits);
        }
        const auto most = std::ranges::find(instants, when.most);
        if (most != instants.end() && std::next(most) != instants.end()) {
            when.most = border(*std::next(most), when.most, fits);
        }
        when.least = withLongerLength(steps, at, step, when.least);
        return when;
    }

    static bool isOfAction(const Program& played, const OpenDelay& delay, const Action& action) {
        const auto* effect = std::get_if<OpenDelay::Effect>(&delay.of);
        const auto* lapse = std::get_if<OpenDelay::Lapse>(&delay.of);
        const EntryId entry = effect != nullptr ? effect->entry : lapse != nullptr ? lapse->entry : EntryId{};
        return entry.valid() && played.entries[entry].action() != nullptr && *played.entries[entry].action() == action;
    }

    /// What takes a time to count can have been done as much earlier as it can take longer.
    [[nodiscard]] Instant withLongerLength(std::vector<Action> steps, Instants at, std::size_t step,
                                           Instant least) const {
        const Timing* timing = openTiming(estate_, steps[step]);
        if (timing == nullptr) {
            return least;
        }
        at[step] = least;
        for (const Duration length : {timing->earliest, timing->nominal}) {
            setDelay(steps[step], length);
            const Program played = story(seen_, steps, at, symptoms_);
            std::vector<OpenDelay> others = openDelays(played);
            std::erase_if(others, [&](const OpenDelay& delay) { return isOfAction(played, delay, steps[step]); });
            if (explainsAtEnds(played, others)) {
                return std::max(scenarioStart, least - (timing->latest - length));
            }
        }
        return least;
    }

    /// The last instant on the way from one that fits to one that does not.
    template <class Fits>
    static Instant border(Instant outside, Instant inside, Fits fits) {
        while (std::chrono::abs(outside - inside) > Duration{1}) {
            const Instant middle = inside + (outside - inside) / 2;
            (fits(middle) ? inside : outside) = middle;
        }
        return inside;
    }

    /// With those from which on steps count at the instants, where they take a time to count.
    [[nodiscard]] Instants withLengths(std::span<const Action> steps, const Instants& instants) const {
        std::set<Instant> all{instants.begin(), instants.end()};
        for (const Action& step : steps) {
            const Timing* timing = openTiming(estate_, step);
            for (const Instant at : timing != nullptr ? instants : Instants{}) {
                all.insert({at - timing->earliest, at - timing->latest});
            }
        }
        std::erase_if(all, [&](Instant at) { return at < scenarioStart || at > last_; });
        return {all.begin(), all.end()};
    }

    /// Between two of them what a fault comes to is seen at the symptoms, or is not, with at most one change.
    [[nodiscard]] Instants breakpoints() const {
        std::set<Instant> all{scenarioStart, last_};
        const Program quiet = withTimeline(estate_, {}, last_);
        for (const Record& record : replay(quiet, nominalPhases(quiet)).records) {
            all.insert({record.position.at - Duration{1}, record.position.at, record.position.at + Duration{1}});
        }
        for (const Symptom& symptom : symptoms_) {
            for (const Duration before : {Duration::zero(), period_ / 2, period_, 2 * period_}) {
                all.insert(symptom.at - before);
                all.insert(symptom.at - before - Duration{1});
            }
            for (const ResourceId id : seen_.resources.ids()) {
                if (const auto& renewal = seen_.modelOf(id).renewal) {
                    all.insert(
                        {symptom.at - renewal->lapse.nominal, symptom.at - renewal->lapse.nominal + Duration{1}});
                }
            }
        }
        std::erase_if(all, [&](Instant at) { return at < scenarioStart || at > last_; });
        return {all.begin(), all.end()};
    }

    /// With the resources that have no symptom and would have one.
    [[nodiscard]] Diagnosis withOthers(Diagnosis diagnosis, std::span<const Action> steps, const Instants& at) const {
        addOthers(story(estate_, steps, at, {}), symptoms_, diagnosis);
        return diagnosis;
    }

    const Program& estate_;
    const std::vector<Symptom>& symptoms_;
    Program seen_; // the estate as far as it has to do with the symptoms
    Duration period_;
    Instant last_;
    Progress* progress_;
    std::vector<Symptom> telling_;              // those that would not be seen if nothing had happened
    std::set<std::pair<Action, Action>> pairs_; // that have been tried, the lesser first
    std::map<Action, std::set<ResourceId>> downOfOne_;
};

} // namespace

std::vector<Diagnosis> causesIn(const Program& estate, const std::vector<Symptom>& symptoms, Instant last,
                                unsigned faults, Progress* progress) {
    return Diagnostician{estate, symptoms, last, progress}.run(faults);
}

bool combinesEveryEnd(const Program& estate, unsigned faults) {
    return openDelays(estate).size() + faults <= fewDelays;
}

Diagnosis withoutFaults(const Program& estate, Instant last) {
    Diagnosis diagnosis;
    addOthers(withTimeline(estate, {}, last), {}, diagnosis);
    return diagnosis;
}

} // namespace cmksim::exploration
