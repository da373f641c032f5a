#include "engine/program.hpp"

#include "engine/bases.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::engine {

TimelineEntry::TimelineEntry() = default;
TimelineEntry::TimelineEntry(const TimelineEntry&) = default;
TimelineEntry::TimelineEntry(TimelineEntry&&) noexcept = default;
TimelineEntry& TimelineEntry::operator=(const TimelineEntry&) = default;
TimelineEntry& TimelineEntry::operator=(TimelineEntry&&) noexcept = default;
TimelineEntry::~TimelineEntry() = default;

ResourceProgram::ResourceProgram() = default;
ResourceProgram::ResourceProgram(const ResourceProgram&) = default;
ResourceProgram::ResourceProgram(ResourceProgram&&) noexcept = default;
ResourceProgram& ResourceProgram::operator=(const ResourceProgram&) = default;
ResourceProgram& ResourceProgram::operator=(ResourceProgram&&) noexcept = default;
ResourceProgram::~ResourceProgram() = default;

Program::Program() = default;
Program::Program(const Program&) = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(const Program&) = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

SlotId shortSlotOf(const WorldNames& names, const Model& model) {
    if (!model.keys || model.keys->slots.empty()) {
        return SlotId{0};
    }
    const std::vector<std::string>& slots = model.keys->slots;
    const bool usual = std::ranges::find(slots, shortSlotName) != slots.end();
    const std::string_view name = usual ? shortSlotName : std::string_view{slots.front()};
    return SlotId{static_cast<std::size_t>(std::ranges::find(names.slots, name) - names.slots.begin())};
}

bool mayMakeIdentity(const Program& program, const ResourceUpdate& update) {
    const Model& model = program.modelOf(update.resource);
    if (!model.keys) {
        return false;
    }
    const IdentityId own = program.resources[update.resource].ownIdentity;
    bool makes = false;
    bool names = update.identity == own;
    const auto look = [&](SlotId slot, KeyReferenceId key, IdentityId identity) {
        makes = makes || (key.valid() && !identity.valid() && model.makesIdentityFor(program.names.slots[slot]));
        names = names || identity == own;
    };
    look(shortSlotOf(program.names, model), update.key.to, update.identity);
    for (const SlotChange& change : update.slots) {
        if (change.slot.valid()) { // else its slot is one that the estate names
            look(change.slot, change.key, change.identity);
        }
    }
    return makes && !names;
}

ResourceRules Program::rulesOf(ResourceId id) const {
    const ResourceProgram& resource = resources[id];
    const Model& model = *models[resource.model];
    ResourceRules rules;
    rules.model = &model;
    rules.ownIdentity = resource.ownIdentity;
    rules.attachable = resource.attachable;
    rules.ownClocks = resource.ownClocks;
    if (!model.decryptedIn.empty()) {
        rules.defaultIdentity = defaultIdentity(*this, id);
    }
    rules.identities = {names.identities.begin(), names.identities.end()};
    rules.keys = {keys.begin(), keys.end()};
    rules.slots = {names.slots.begin(), names.slots.end()};
    rules.shortSlot = shortSlotOf(names, model);
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
    case TargetKind::Feature: return names.features[std::get<FeatureRegister>(action).feature];
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

constexpr std::size_t mostFollowed = 64;

void insertOnce(std::vector<IdentityId>& identities, IdentityId identity) {
    if (std::ranges::find(identities, identity) == identities.end()) {
        identities.push_back(identity);
    }
}

/// In a service that asks whether an identity is attached: those of the estate, and the resource's own, as long as
/// there are few; searches try them all.
void followEveryIdentity(const Program& program, ResourceProgram& resource) {
    std::vector<IdentityId> all = resource.attachable;
    insertOnce(all, resource.ownIdentity);
    for (const IdentityId id : program.names.identities.ids()) {
        if (program.names.identities[id].kind == IdentityKind::UserAssigned) {
            insertOnce(all, id);
        }
        if (all.size() > mostFollowed) {
            return;
        }
    }
    resource.attachable = std::move(all);
}

/// Whether an action makes or ends a resource's own identity, or may.
bool shapesWorld(const Program& program, const Action& action, IdentityId own) {
    const auto* update = std::get_if<ResourceUpdate>(&action);
    const auto* assigned = std::get_if<ResourceAssignIdentity>(&action);
    const auto* removed = std::get_if<ResourceRemoveIdentity>(&action);
    return creationIn(action) != nullptr || (update != nullptr && mayMakeIdentity(program, *update)) ||
           std::holds_alternative<ResourceDelete>(action) || (assigned != nullptr && assigned->identity == own) ||
           (removed != nullptr && removed->identity == own);
}

} // namespace

void linkEntries(Program& program) {
    for (const EntryId id : program.entries.ids()) {
        const auto& what = program.entries[id].what;
        if (const Action* action = program.entries[id].resourceAction()) {
            ResourceProgram& resource = program.resources[resourceOf(*action)];
            resource.entries.push_back({id, 0});
            const bool changes =
                std::holds_alternative<ResourceUpdate>(*action) || std::holds_alternative<TemplateDeploy>(*action);
            const bool looked = changes && program.models[resource.model]->looksAtAttachment;
            const auto follow = [&](IdentityId identity) {
                insertOnce(resource.attachable, attachedOf(program.names.identities, identity));
            };
            if (std::holds_alternative<ResourceRemoveIdentity>(*action) || (looked && identityOf(*action).valid())) {
                follow(identityOf(*action));
            }
            for (const KeyUse& other : looked ? otherKeysOf(*action) : std::vector<KeyUse>{}) {
                if (other.identity.valid()) {
                    follow(other.identity);
                }
            }
            resource.shapesWorld = resource.shapesWorld || shapesWorld(program, *action, resource.ownIdentity);
        } else if (const auto* attempt = std::get_if<Attempt>(&what)) {
            program.resources[attempt->resource].entries.push_back({id, 0});
        } else if (const auto* expectations = std::get_if<std::vector<Expectation>>(&what)) {
            for (std::uint32_t item = 0; item < expectations->size(); ++item) {
                program.resources[(*expectations)[item].resource].entries.push_back({id, item});
            }
        }
    }
    for (ResourceProgram& resource : program.resources) {
        if (program.models[resource.model]->looksAtAttachment) {
            followEveryIdentity(program, resource);
        }
    }
}

Program withTimeline(const Program& program, std::vector<TimelineEntry> entries, Instant until) {
    Program other = program;
    for (ResourceProgram& resource : other.resources) {
        resource.entries.clear();
        resource.attachable.clear();
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

Program withInstantAt(const Program& program, Instant at) {
    std::vector<TimelineEntry> entries{program.entries.begin(), program.entries.end()};
    for (TimelineEntry& entry : entries) {
        entry.at += entry.moves ? at - program.openInstant->first : Duration::zero();
        entry.moves = false;
    }
    std::ranges::stable_sort(entries, {}, &TimelineEntry::place); // equal times go in file order
    Program fixed = withTimeline(program, std::move(entries), program.until);
    fixed.openInstant.reset();
    return fixed;
}

std::vector<KeyUse> keysOf(const Program& program, ResourceId resource) {
    std::vector<KeyUse> keys;
    if (const auto& described = program.resources[resource].described) {
        described->eachKey([&](const KeyUse& use) {
            if (program.keys[use.key].named) {
                keys.push_back(use);
            }
        });
    }
    return keys;
}

IdentityId defaultIdentity(const Program& program, ResourceId resource) {
    const std::string& name = program.modelOf(resource).defaultIdentity;
    const auto found = name.empty() ? program.names.identities.end()
                                    : std::ranges::find(program.names.identities, name, &IdentityName::text);
    return found == program.names.identities.end()
               ? IdentityId{}
               : IdentityId{static_cast<std::size_t>(found - program.names.identities.begin())};
}

Duration longestRecovery(const Program& program) {
    Duration longest{};
    for (const ResourceProgram& resource : program.resources) {
        const Model& model = *program.models[resource.model];
        if (model.recovery) {
            longest = std::max(longest, model.ownClocks[model.recovery->takes].latest);
        }
        for (const StateRule& state : model.states) {
            if (state.heals) {
                longest = std::max(longest, model.ownClocks[state.heals->takes].latest);
            }
        }
    }
    return longest;
}

Duration longestPeriod(const Program& program) {
    Duration longest{};
    for (const ResourceId id : program.resources.ids()) {
        const Model& model = program.modelOf(id);
        longest = std::max(longest, model.revalidation.nominal);
        if (model.recoveryClock) {
            longest = std::max(longest, model.recoveryClock->nominal);
        }
    }
    return longest + longestBaseDelay(program);
}

} // namespace cmksim::engine
