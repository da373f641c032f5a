#include "engine/base_walks.hpp"

#include "engine/resource_replay.hpp"

#include <map>

namespace cmksim::engine {

namespace {

BaseCourse walked(const Program& program, const WorldHistory& history, ResourceId base, const OpenPhases& phases) {
    BaseWalk walk{phases, history.born(base).statusAt(scenarioStart), {}};
    ResourceReplay{program, history, base, phases, walk.records}.finish();
    return courseOf(program.modelOf(base), base, walk);
}

/// One for each that stands behind the name.
std::vector<BaseCourse> coursesOf(const Program& program, const WorldHistory& history, ResourceId base,
                                  const Phases& phases) {
    std::vector<BaseCourse> courses;
    const auto& fleet = program.resources[base].fleet;
    if (!fleet || !fleet->phases) {
        courses.push_back(walked(program, history, base, phases.of(base)));
        return courses;
    }
    for (Member member = 0; member < fleet->members; ++member) {
        const Duration rotation =
            fleet->phases->haveRotations() ? fleet->phases->rotationOf(member) : phases.rotation(base);
        courses.push_back(walked(program, history, base, {fleet->phases->phaseOf(member), rotation}));
    }
    return courses;
}

} // namespace

void walkBases(const Program& program, const BaseGraph& baseGraph, std::span<const ResourceId> resources,
               const Phases& phases, WorldHistory& history) {
    std::map<ResourceId, std::vector<BaseCourse>> courses;
    for (const ResourceId id : resources) {
        const Model& model = program.modelOf(id);
        if (!model.standsOn || baseGraph.basesOf(id).empty()) {
            continue;
        }
        for (const NewResource* life : livesOf(program, id)) {
            std::vector<const BaseCourse*> bases;
            for (const ResourceId base : life->on) {
                auto found = courses.find(base);
                if (found == courses.end()) {
                    found = courses.emplace(base, coursesOf(program, history, base, phases)).first;
                }
                for (const BaseCourse& course : found->second) {
                    bases.push_back(&course);
                }
            }
            if (!bases.empty()) {
                history.bases().set(life, togetherOf(bases, model.standsOn->all, life->onUnmodelled));
            }
        }
    }
}

} // namespace cmksim::engine
