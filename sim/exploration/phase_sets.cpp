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

} // namespace

PhaseSets phaseSetsOf(const Program& estate, Instant end) {
    const Phases nominal = nominalPhases(estate);
    const Program quiet = withTimeline(estate, {}, end);
    const WorldHistory history = simulateWorld(quiet, nominal);
    IdVector<ResourceId, std::vector<Duration>> phases;
    std::size_t combinations = 1;
    std::size_t longest = 1;
    for (const ResourceId id : estate.resources.ids()) {
        phases.push_back(phasesOf(quiet, history, id, nominal[id]));
        combinations = std::min(combinations * phases[id].size(), mostPhaseSets + 1);
        longest = std::max(longest, phases[id].size());
    }
    PhaseSets found{{nominal}, combinations <= mostPhaseSets};
    for (std::size_t i = 0; i < (found.complete ? combinations : longest); ++i) {
        Phases set;
        std::size_t rest = i;
        for (const std::vector<Duration>& of : phases) {
            set.push_back(found.complete ? of[rest % of.size()] : of[std::min(i, of.size() - 1)]);
            rest /= of.size();
        }
        if (std::ranges::find(found.sets, set) == found.sets.end()) {
            found.sets.push_back(std::move(set));
        }
    }
    return found;
}

} // namespace cmksim::exploration
