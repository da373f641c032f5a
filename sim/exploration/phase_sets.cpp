#include "exploration/phase_sets.hpp"

#include "analysis/phase_classes.hpp"
#include "engine/replay.hpp"

#include <algorithm>

namespace cmksim::exploration {

namespace {

/// The phases of a resource that may make a difference, in order.
std::vector<Duration> phasesOf(const Program& quiet, const WorldHistory& history, ResourceId id, Duration nominal) {
    std::vector<Duration> phases{nominal};
    for (const PhaseClass& one :
         hasOpenPhase(quiet, id) ? phaseClasses(quiet, history, id) : std::vector<PhaseClass>{}) {
        phases.push_back(one.last);
    }
    std::ranges::sort(phases);
    const auto twice = std::ranges::unique(phases);
    phases.erase(twice.begin(), twice.end());
    return phases;
}

/// Goes through all combinations of places in lists, those of one group in rising order alone.
class Combinations {
public:
    Combinations(const IdVector<ResourceId, std::vector<Duration>>& phases,
                 std::span<const std::vector<ResourceId>> similar)
        : phases_{phases}, places_(phases.size(), 0), before_(phases.size()) {
        for (const std::vector<ResourceId>& group : similar) {
            for (std::size_t i = 1; i < group.size(); ++i) {
                before_[group[i - 1].index()] = group[i];
            }
        }
    }

    /// Calls `visit` with each as long as it says true; whether all were visited.
    template <class Visit>
    bool visit(Visit visit) {
        return visitUpTo(phases_.size(), visit);
    }

private:
    template <class Visit>
    bool visitUpTo(std::size_t end, Visit& visit) {
        if (end == 0) {
            return visit(places_);
        }
        const std::size_t index = end - 1;
        const ResourceId before = before_[index];
        for (std::size_t place = before.valid() ? places_[before.index()] : 0;
             place < phases_[ResourceId{index}].size(); ++place) {
            places_[index] = place;
            if (!visitUpTo(index, visit)) {
                return false;
            }
        }
        return true;
    }

    const IdVector<ResourceId, std::vector<Duration>>& phases_;
    std::vector<std::size_t> places_;
    std::vector<ResourceId> before_; // the next of its group, which is placed before it; invalid: there is none
};

} // namespace

PhaseSets phaseSetsOf(const Program& estate, Instant end, std::span<const std::vector<ResourceId>> similar,
                      bool eachAlone) {
    const Phases nominal = nominalPhases(estate);
    const Program quiet = withTimeline(estate, {}, end);
    const WorldHistory history = simulateWorld(quiet, nominal);
    IdVector<ResourceId, std::vector<Duration>> phases;
    std::size_t longest = 1;
    for (const ResourceId id : estate.resources.ids()) {
        phases.push_back(phasesOf(quiet, history, id, nominal[id]));
        longest = std::max(longest, phases[id].size());
    }
    PhaseSets found{{nominal}, true};
    const auto take = [&](Phases set) {
        if (std::ranges::find(found.sets, set) == found.sets.end()) {
            found.sets.push_back(std::move(set));
        }
    };
    std::size_t combinations = 0;
    found.complete = Combinations{phases, similar}.visit([&](const std::vector<std::size_t>& places) {
        if (++combinations > mostPhaseSets) {
            return false;
        }
        Phases set;
        for (const ResourceId id : phases.ids()) {
            set.push_back(phases[id][places[id.index()]]);
        }
        take(std::move(set));
        return true;
    });
    if (!found.complete) {
        found.sets.resize(1);
        for (std::size_t i = 0; i < longest; ++i) {
            Phases set;
            for (const std::vector<Duration>& of : phases) {
                set.push_back(of[std::min(i, of.size() - 1)]);
            }
            take(std::move(set));
        }
        found.complete = eachAlone;
    }
    return found;
}

} // namespace cmksim::exploration
