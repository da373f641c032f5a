// The objectives of an estate in one trial after the other.
#pragma once

#include "analysis/objective_intervals.hpp"
#include "analysis/objectives.hpp"
#include "engine/program.hpp"
#include "sampling/tally.hpp"

#include <map>
#include <set>
#include <vector>

namespace cmksim::sampling {

class ObjectiveTrials {
public:
    explicit ObjectiveTrials(const Program& program);

    /// Whether some objective names the resource.
    [[nodiscard]] bool isAbout(ResourceId id) const { return resources_.contains(id); }

    /// What it goes through in the trial in hand. `dataLost` counts what it stands on, too.
    void note(ResourceId id, ObjectiveCourse course, bool dataLost);
    /// Counts the trial, of which every resource was noted, and begins the next one.
    void count(std::vector<ObjectiveTally>& tallies);

private:
    std::vector<Objective> objectives_;
    std::vector<AskedThing> asked_;
    std::set<ResourceId> resources_;
    std::map<ResourceId, std::vector<DownTime>> down_;
    std::set<ResourceId> lost_;
    std::set<ResourceId> impaired_;
};

} // namespace cmksim::sampling
