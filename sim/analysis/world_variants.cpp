#include "analysis/world_variants.hpp"

#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"

#include <algorithm>

namespace cmksim::analysis {

namespace {

/// Worlds that differ in more ways than this are beyond any scenario that somebody wrote to be read.
constexpr std::size_t mostVariants = 4'096;

/// What a resource's actions did to the world: for each of them, whether it was refused.
using Footprint = std::vector<bool>;

/// The classes of one resource's phases that leave the same footprint in the world.
struct FootprintGroup {
    Footprint footprint;
    std::vector<PhaseClass> classes;
};

std::vector<FootprintGroup> footprintsOf(const Program& program, const WorldHistory& history, ResourceId id) {
    std::vector<FootprintGroup> groups;
    std::vector<Record> records;
    for (const PhaseClass& phases : phaseClasses(program, history, id)) {
        records.clear();
        ResourceReplay walk{program, history, id, phases.first, records};
        walk.finish();
        Footprint footprint;
        for (const Record& record : records) {
            if (record.kind == RecordKind::Action) {
                footprint.push_back(record.refused);
            }
        }
        const auto known = std::ranges::find(groups, footprint, &FootprintGroup::footprint);
        if (known == groups.end()) {
            groups.push_back({std::move(footprint), {phases}});
        } else {
            known->classes.push_back(phases);
        }
    }
    return groups;
}

} // namespace

std::vector<PhaseClass> WorldVariant::classesOf(const Program& program, const WorldHistory& history,
                                                ResourceId resource) const {
    if (!hasOpenPhase(program, resource)) {
        return {{Duration::zero(), Duration::zero()}};
    }
    const auto found = allowed.find(resource);
    return found != allowed.end() ? found->second : phaseClasses(program, history, resource);
}

std::vector<WorldVariant> worldVariants(const Program& program) {
    std::vector<WorldVariant> variants{{nominalPhases(program), {}}};
    std::vector<ResourceId> shapers;
    for (const ResourceId id : program.resources.ids()) {
        if (program.resources[id].shapesWorld && hasOpenPhase(program, id)) {
            shapers.push_back(id);
        }
    }
    if (shapers.empty()) {
        return variants;
    }
    const WorldHistory nominal = simulateWorld(program, variants.front().phases);
    for (const ResourceId id : shapers) {
        const std::vector<FootprintGroup> groups = footprintsOf(program, nominal, id);
        if (groups.size() < 2 || variants.size() * groups.size() > mostVariants) {
            continue;
        }
        std::vector<WorldVariant> finer;
        for (const WorldVariant& variant : variants) {
            for (const FootprintGroup& group : groups) {
                WorldVariant one = variant;
                one.phases[id] = group.classes.front().first;
                one.allowed[id] = group.classes;
                finer.push_back(std::move(one));
            }
        }
        variants = std::move(finer);
    }
    return variants;
}

} // namespace cmksim::analysis
