#include "exploration/trails.hpp"

#include <algorithm>

namespace cmksim {

Trails::Trails(const Situation& start) { gone_.push_back({trails_.push_back({}), start}); }

TrailId Trails::add(TrailId before, const TrailStep& step) {
    return trails_.push_back({before, trails_[before].length + 1, step});
}

std::vector<TrailStep> Trails::steps(TrailId id) const {
    std::vector<TrailStep> steps;
    for (; trails_[id].before.valid(); id = trails_[id].before) {
        steps.push_back(trails_[id].last);
    }
    std::ranges::reverse(steps);
    return steps;
}

const Situation& Trails::after(TrailId id) {
    const Trail& trail = trails_[id];
    if (trail.length < gone_.size() && gone_[trail.length].trail == id) {
        return gone_[trail.length].situation;
    }
    const Situation& before = after(trail.before);
    if (trail.length == gone_.size()) {
        gone_.push_back({id, Situation{before}});
    } else {
        gone_[trail.length].trail = id;
        gone_[trail.length].situation = before; // takes no memory anew
    }
    Situation& situation = gone_[trail.length].situation;
    records_.clear();
    situation.advanceTo(trail.last.at, records_);
    perform(trail.last.mishap, situation, records_);
    return situation;
}

} // namespace cmksim
