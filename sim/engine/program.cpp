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

std::string targetName(const Program& program, const Action& action) {
    const WorldNames& names = program.names;
    switch (ruleOf(action).traits.target) {
    case TargetKind::Resource: return program.resources[resourceOf(action)].name;
    case TargetKind::Identity: return names.identities[identityOf(action)].text;
    case TargetKind::Vault:
    case TargetKind::Scope:
    case TargetKind::Key:
    case TargetKind::KeyOrVersion: break;
    }
    if (!vaultOf(action).valid()) {
        return "/";
    }
    std::string target = names.vaults[vaultOf(action)].text;
    if (const KeyId key = keyOf(action); key.valid()) {
        target.append("/").append(names.keys[key].text);
    }
    if (const VersionNameId version = versionOf(action); version.valid()) {
        target.append("/").append(names.text(version));
    }
    return target;
}

TimelineEntry entryOf(const Program& program, Action action, Instant at) {
    TimelineEntry entry;
    entry.at = at;
    entry.name = ruleOf(action).traits.name;
    entry.target = targetName(program, action);
    entry.what = std::move(action);
    return entry;
}

void sortEntries(std::vector<TimelineEntry>& entries) {
    std::ranges::stable_sort(entries, {}, [](const TimelineEntry& one) { return std::pair{one.at, one.stage()}; });
}

namespace {

/// Whether an action makes or ends a resource's own identity, or may.
bool shapesWorld(const Action& action, IdentityId own) {
    const auto* assigned = std::get_if<ResourceAssignIdentity>(&action);
    const auto* removed = std::get_if<ResourceRemoveIdentity>(&action);
    return std::holds_alternative<ResourceCreate>(action) || std::holds_alternative<ResourceDelete>(action) ||
           (assigned != nullptr && assigned->identity == own) || (removed != nullptr && removed->identity == own);
}

} // namespace

void linkEntries(Program& program) {
    for (const EntryId id : program.entries.ids()) {
        const auto& what = program.entries[id].what;
        if (const Action* action = program.entries[id].resourceAction()) {
            ResourceProgram& resource = program.resources[resourceOf(*action)];
            resource.entries.push_back({id, 0});
            const auto* removal = std::get_if<ResourceRemoveIdentity>(action);
            if (removal != nullptr &&
                std::ranges::find(resource.detachable, removal->identity) == resource.detachable.end()) {
                resource.detachable.push_back(removal->identity);
            }
            resource.shapesWorld = resource.shapesWorld || shapesWorld(*action, resource.ownIdentity);
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
