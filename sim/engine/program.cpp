#include "engine/program.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::engine {

ResourceRules Program::rulesOf(ResourceId id) const {
    const ResourceProgram& resource = resources[id];
    const Model& model = *models[resource.model];
    ResourceRules rules;
    rules.model = &model;
    rules.ownIdentity = resource.ownIdentity;
    rules.detachable = resource.detachable;
    rules.identities = {names.identities.begin(), names.identities.end()};
    if (model.renewal) {
        rules.lapse = model.renewal->lapse.nominal;
    }
    return rules;
}

void sortEntries(std::vector<TimelineEntry>& entries) {
    std::ranges::stable_sort(entries, {}, [](const TimelineEntry& one) { return std::pair{one.at, one.stage()}; });
}

void linkEntries(Program& program) {
    for (const EntryId id : program.entries.ids()) {
        const auto& what = program.entries[id].what;
        if (const auto* action = std::get_if<ResourceAction>(&what)) {
            ResourceProgram& resource = program.resources[action->resource];
            resource.entries.push_back({id, 0});
            if (action->kind == ResourceActionKind::RemoveIdentity &&
                std::ranges::find(resource.detachable, action->identity) == resource.detachable.end()) {
                resource.detachable.push_back(action->identity);
            }
            using enum ResourceActionKind;
            resource.shapesWorld = resource.shapesWorld || action->kind == Create || action->kind == Delete ||
                                   ((action->kind == AssignIdentity || action->kind == RemoveIdentity) &&
                                    action->identity == resource.ownIdentity);
        } else if (const auto* attempt = std::get_if<Attempt>(&what)) {
            program.resources[attempt->resource].entries.push_back({id, 0});
        } else if (const auto* expectations = std::get_if<std::vector<Expectation>>(&what)) {
            for (std::uint32_t item = 0; item < expectations->size(); ++item) {
                program.resources[(*expectations)[item].resource].entries.push_back({id, item});
            }
        }
    }
}

Program withTimeline(const Program& program, std::vector<TimelineEntry> entries, Instant until) {
    Program other = program;
    for (ResourceProgram& resource : other.resources) {
        resource.entries.clear();
        resource.detachable.clear();
        resource.shapesWorld = false;
    }
    sortEntries(entries);
    other.entries = {};
    for (TimelineEntry& entry : entries) {
        other.entries.push_back(std::move(entry));
    }
    other.reactions.clear();
    other.until = until;
    linkEntries(other);
    return other;
}

} // namespace cmksim::engine
