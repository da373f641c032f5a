#include "analysis/lost_bases.hpp"

#include <algorithm>

namespace cmksim::analysis {

LeantOn leantOn(const Program& program, const Standings& standings, ResourceId resource) {
    const auto& rule = program.modelOf(resource).standsOn;
    const auto& described = program.resources[resource].described;
    if (!rule || !described || described->on.empty() || (!rule->all && described->onUnmodelled)) {
        return {};
    }
    return {standings.basesOf(resource), rule->all};
}

std::vector<ResourceId> withWhatStandsOn(const Program& program, std::vector<ResourceId> lost) {
    const Standings standings{program};
    for (const ResourceId id : standings.order()) {
        const LeantOn leant = leantOn(program, standings, id);
        const auto isLost = [&](ResourceId base) { return std::ranges::find(lost, base) != lost.end(); };
        const bool goes = leant.all ? std::ranges::any_of(leant.bases, isLost)
                                    : !leant.bases.empty() && std::ranges::all_of(leant.bases, isLost);
        if (goes && !isLost(id)) {
            lost.push_back(id);
        }
    }
    std::ranges::sort(lost);
    return lost;
}

std::vector<ResourceId> lostBelow(const Program& program, std::span<const ResourceEnd> ends) {
    if (!hasBases(program)) {
        return {};
    }
    std::vector<ResourceId> lost;
    for (const ResourceEnd& end : ends) {
        if (!end.status.recoverable) {
            lost.push_back(end.resource);
        }
    }
    std::vector<ResourceId> below = lost.empty() ? lost : withWhatStandsOn(program, lost);
    std::erase_if(below, [&](ResourceId id) {
        const auto end = std::ranges::find(ends, id, &ResourceEnd::resource);
        return std::ranges::find(lost, id) != lost.end() || end == ends.end() ||
               end->status.presence != Presence::Present;
    });
    return below;
}

} // namespace cmksim::analysis
