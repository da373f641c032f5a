#include "analysis/lost_bases.hpp"

#include <algorithm>

namespace cmksim::analysis {

LeantOn leantOn(const Program& program, const BaseGraph& baseGraph, ResourceId resource) {
    const auto& rule = program.modelOf(resource).standsOn;
    const auto& described = program.resources[resource].described;
    if (!rule || !described || described->on.empty() || (!rule->all && described->onUnmodelled)) {
        return {};
    }
    return {baseGraph.basesOf(resource), rule->all};
}

std::vector<ResourceId> withWhatStandsOn(const Program& program, std::vector<ResourceId> lost) {
    const BaseGraph baseGraph{program};
    for (const ResourceId id : baseGraph.order()) {
        const LeantOn leant = leantOn(program, baseGraph, id);
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

std::vector<ResourceId> lostBelow(const Program& program, const Trace& trace) {
    if (!hasBases(program)) {
        return {};
    }
    std::vector<ResourceId> lost;
    std::vector<ResourceId> below;
    for (const Record& record : trace.records) {
        if (record.is<DataLost>()) {
            lost.push_back(record.on->resource);
            for (const ResourceId id : withWhatStandsOn(program, lost)) {
                if (std::ranges::find(below, id) == below.end()) {
                    below.push_back(id);
                }
            }
        } else if (record.is<Created>()) {
            std::erase(lost, record.on->resource);
            std::erase(below, record.on->resource);
        }
    }
    std::erase_if(below, [&](ResourceId id) {
        const auto end = std::ranges::find(trace.ends, id, &ResourceEnd::resource);
        return std::ranges::find(lost, id) != lost.end() || end == trace.ends.end() ||
               end->status.presence != Presence::Present;
    });
    std::ranges::sort(below);
    return below;
}

} // namespace cmksim::analysis
