#include "sampling/objective_trials.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::sampling {

ObjectiveTrials::ObjectiveTrials(const Program& program)
    : objectives_{program.objectives}, asked_{askedBy(program.objectives)} {
    for (const Objective& one : objectives_) {
        for (const ResourceId id : resourcesOf(one.of)) {
            resources_.insert(id);
        }
    }
}

void ObjectiveTrials::note(ResourceId id, ObjectiveCourse course, bool dataLost) {
    down_[id] = std::move(course.down);
    if (course.losesData || dataLost) {
        lost_.insert(id);
    }
    if (course.impaired) {
        impaired_.insert(id);
    }
}

void ObjectiveTrials::count(std::vector<ObjectiveTally>& tallies) {
    for (std::size_t i = 0; i < asked_.size(); ++i) {
        const Objective& one = objectives_[asked_[i].objective];
        const auto isAnyIn = [&](const std::set<ResourceId>& those) {
            return std::ranges::any_of(resourcesOf(one.of), [&](ResourceId id) { return those.contains(id); });
        };
        const auto measure = [&](const Measured& measured, Duration limit) {
            tallies[i].broken += measured.value > limit ? 1U : 0U;
            tallies[i].open += measured.value <= limit && measured.open ? 1U : 0U;
        };
        switch (asked_[i].kind) {
        case ObjectiveKind::Rto: measure(longestOf(unmet(one.of, down_)), *one.rto); break;
        case ObjectiveKind::Downtime:
            measure(mostWithin(unmet(one.of, down_), one.downtime->per), one.downtime->most);
            break;
        case ObjectiveKind::NoDataLoss: tallies[i].broken += isAnyIn(lost_) ? 1U : 0U; break;
        case ObjectiveKind::NoImpairment: tallies[i].broken += isAnyIn(impaired_) ? 1U : 0U; break;
        }
    }
    down_.clear();
    lost_.clear();
    impaired_.clear();
}

} // namespace cmksim::sampling
