#include "recovery/candidate.hpp"

#include "scenario/actions.hpp"

namespace cmksim::recovery {

namespace {

enum Privilege : std::uint32_t {
    OnTheResource = 1, // to change one resource
    OnTheKey = 2,      // to manage keys
    OnTheVault = 3,    // to change a vault and its network
    Grants = 4,        // to give others access
    Directory = 5,     // to bring identities back
    Support = 6,
};

PlanCost costOf(const WorldAction& action) {
    using enum WorldActionKind;
    switch (action.kind) {
    case KeyPurge: return {1, 0, OnTheVault, 1};
    case KeyDelete: return {1, 0, OnTheKey, 0};
    case KeyCreate:
    case KeyRotate:
    case KeyUpdate:
    case KeyRecover:
    case KeyBackup:
    case KeyRestore: return {1, 0, OnTheKey, 0};
    case VaultPurge: return {1, 0, OnTheVault, 1};
    case PolicySet:
    case PolicyDelete: return {1, 0, Grants, 0};
    // The wider the scope, the more is given.
    case RoleAssign:
    case RoleRemove: return {1, 0, action.key.valid() ? Grants : Grants + 1U, 0};
    case IdentityCreate:
    case IdentityDelete: return {1, 0, Grants, 0};
    case IdentityRecover: return {1, 1, Directory, 0};
    case VaultUpdate:
        // Opening a vault to everybody takes no more rights than opening it to one service, but gives more.
        return {1, 0, OnTheVault + (action.settings.allowByDefault ? 1U : 0U), 0};
    default: return {1, 0, OnTheVault, 0};
    }
}

PlanCost costOf(const ResourceAction& action) {
    switch (action.kind) {
    case ResourceActionKind::RestoreIdentity: return {1, 0, Support, 0};
    case ResourceActionKind::Delete: return {1, 0, OnTheResource, 1};
    default: return {1, 0, OnTheResource, 0};
    }
}

/// What an action is called, by its place in the table of actions.
std::string_view nameOf(const Candidate& candidate) {
    // The actions on the world come first in the table, in the same order; those on resources follow.
    if (const auto* action = std::get_if<WorldAction>(&candidate.action)) {
        return ruleOf(static_cast<ActionKind>(action->kind)).name;
    }
    const auto kind = static_cast<int>(std::get<ResourceAction>(candidate.action).kind);
    return ruleOf(static_cast<ActionKind>(static_cast<int>(ActionKind::ResourceCreate) + kind)).name;
}

std::string targetOf(const Program& program, const Candidate& candidate) {
    const WorldNames& names = program.names;
    if (const auto* own = std::get_if<ResourceAction>(&candidate.action)) {
        return program.resources[own->resource].name;
    }
    const auto& action = std::get<WorldAction>(candidate.action);
    const bool isRole = action.kind == WorldActionKind::RoleAssign || action.kind == WorldActionKind::RoleRemove;
    if (!action.vault.valid()) {
        return isRole ? "/" : names.identities[action.identity].text;
    }
    std::string target = names.vaults[action.vault].text;
    if (action.key.valid()) {
        target += '/' + names.keys[action.key].text;
    }
    if (action.version.valid()) {
        target += '/' + names.text(action.version);
    }
    return target;
}

} // namespace

Candidate inWhole(Candidate candidate, const EstatePart& part) {
    std::visit([&](auto& action) { action = part.inWhole(action); }, candidate.action);
    candidate.helps = candidate.helps.valid() ? part.resources[candidate.helps] : candidate.helps;
    return candidate;
}

PlanCost costOf(const Candidate& candidate) {
    return std::visit([](const auto& action) { return costOf(action); }, candidate.action);
}

PlanCost operator+(const PlanCost& one, const PlanCost& other) {
    return {one.steps + other.steps, one.doubt + other.doubt, one.privilege + other.privilege,
            one.irreversible + other.irreversible};
}

TimelineEntry entryOf(const Program& program, const Candidate& candidate, Instant at) {
    TimelineEntry entry;
    entry.at = at;
    entry.name = nameOf(candidate);
    entry.target = targetOf(program, candidate);
    std::visit([&entry](const auto& action) { entry.what = action; }, candidate.action);
    return entry;
}

} // namespace cmksim::recovery
