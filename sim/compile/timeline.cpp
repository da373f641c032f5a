// Entries of the timeline with their names resolved.

#include "base/text.hpp"
#include "compile/compiler.hpp"
#include "scenario/actions.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <cassert>

namespace cmksim::compile {

namespace {

std::optional<WorldActionKind> worldKind(ActionKind kind) {
    // The actions on the world come first in the table, in the same order.
    static_assert(static_cast<int>(ActionKind::VaultCreate) == static_cast<int>(WorldActionKind::VaultCreate));
    static_assert(static_cast<int>(ActionKind::RoleRemove) == static_cast<int>(WorldActionKind::RoleRemove));
    static_assert(static_cast<int>(ActionKind::KeyRestore) == static_cast<int>(WorldActionKind::KeyRestore));
    static_assert(static_cast<int>(ActionKind::IdentityRecover) == static_cast<int>(WorldActionKind::IdentityRecover));
    if (kind > ActionKind::IdentityRecover) {
        return {};
    }
    return static_cast<WorldActionKind>(kind);
}

ResourceActionKind resourceKind(ActionKind kind) {
    static_assert(static_cast<int>(ActionKind::ServiceResume) - static_cast<int>(ActionKind::ResourceCreate) ==
                  static_cast<int>(ResourceActionKind::Resume));
    return static_cast<ResourceActionKind>(static_cast<int>(kind) - static_cast<int>(ActionKind::ResourceCreate));
}

constexpr std::string_view deletedPrefix = "deleted ";

std::string_view sightName(std::string_view what) {
    if (what == "everything") {
        return "list";
    }
    return what.starts_with(deletedPrefix) ? "show deleted" : "show";
}

Change<Instant> instantChange(const TimeChange& change, Instant cleared) {
    return {change.given, change.value.value_or(cleared)};
}

} // namespace

TimelineEntry Compiler::entry(const EntrySpec& spec) {
    TimelineEntry entry;
    entry.at = spec.at;
    entry.place = {spec.mark.line, spec.mark.column};
    const Model* model = nullptr;
    switch (spec.kind) {
    case EntryKind::Do:
        entry.name = ruleOf(spec.action.kind).name;
        entry.target = spec.action.target.text;
        if (worldKind(spec.action.kind)) {
            if (auto action = worldAction(spec.action)) {
                entry.what = std::move(*action);
            }
        } else if (auto action = resourceAction(spec.action)) {
            model = &program_.modelOf(action->resource);
            entry.what = std::move(*action);
        }
        break;
    case EntryKind::Try: {
        entry.name = spec.operation.text;
        entry.target = spec.target.text;
        Attempt attempt;
        if (spec.target.present()) {
            attempt.resource = names_.resource(spec.target);
        }
        if (attempt.resource.valid()) {
            model = &program_.modelOf(attempt.resource);
            for (const OperationId id : model->operations.ids()) {
                if (model->operations[id].name == spec.operation.text) {
                    attempt.operation = id;
                }
            }
            if (!attempt.operation.valid() && spec.operation.present() && isKnown(*model)) {
                std::vector<std::string_view> known;
                for (const OperationRule& operation : model->operations) {
                    known.push_back(operation.name);
                }
                names_.reportUnknown("operation", spec.operation.text, spec.operation.mark, std::move(known));
            }
            entry.what = attempt;
        }
        break;
    }
    case EntryKind::Look:
        entry.name = sightName(spec.operation.text);
        entry.target = spec.target.text;
        entry.what = readRequest(spec);
        break;
    case EntryKind::Command: assert(false && "commands are translated before"); break;
    case EntryKind::Expect: entry.what = expectations(spec.expectations); break;
    }
    entry.result = expectedResult(spec, model);
    return entry;
}

ReadRequest Compiler::readRequest(const EntrySpec& spec) {
    ReadRequest readRequest;
    std::string_view what = spec.operation.text;
    readRequest.deleted = what.starts_with(deletedPrefix);
    what.remove_prefix(readRequest.deleted ? deletedPrefix.size() : 0);
    if (what == "vault") {
        readRequest.vault = names_.vault(spec.target);
    } else if (what == "identity") {
        readRequest.identity = names_.standaloneIdentity(spec.target);
    } else if (const auto key = parseShortKey(spec.target.text); key && what == "key") {
        readRequest.vault = names_.vault({key->vault, spec.target.mark});
        if (readRequest.vault.valid()) {
            readRequest.key = names_.key(readRequest.vault, key->key, spec.target.mark);
        }
        if (!key->version.empty()) {
            readRequest.version = names_.version(key->version);
        }
    }
    return readRequest;
}

Reaction Compiler::reaction(const EntrySpec& spec) {
    Reaction reaction;
    reaction.entry = entry(spec);
    reaction.trigger = expectations(spec.when->trigger);
    reaction.least = spec.when->least;
    reaction.most = spec.when->most;
    reaction.once = spec.when->once;
    for (const Expectation& one : reaction.trigger) {
        if (program_.resources[one.resource].fleet) {
            diagnostics_.error({spec.mark.source, one.place.line, one.place.column},
                               "a reaction cannot wait for a fleet", "name a resource of its own");
        }
    }
    return reaction;
}

bool Compiler::resolveKeyTarget(const ActionSpec& spec, WorldAction& action) {
    const auto target = parseShortKey(spec.target.text);
    const bool versionFits = ruleOf(spec.kind).target == TargetKind::KeyOrVersion;
    if (!target || (!target->version.empty() && !versionFits)) {
        diagnostics_.error(spec.target.mark, inQuotes(spec.target.text) + " is no key",
                           versionFits ? "write VAULT/KEY or VAULT/KEY/VERSION" : "write VAULT/KEY");
        return false;
    }
    action.vault = names_.vault({target->vault, spec.target.mark});
    if (action.vault.valid()) {
        action.key = names_.key(action.vault, target->key, spec.target.mark);
    }
    if (!target->version.empty()) {
        action.version = names_.version(target->version);
    }
    return action.key.valid();
}

bool Compiler::resolveTarget(const ActionSpec& spec, WorldAction& action) {
    if (!spec.target.present()) {
        return false;
    }
    switch (ruleOf(spec.kind).target) {
    case TargetKind::Vault:
        action.vault =
            spec.kind == ActionKind::VaultCreate ? names_.mentionVault(spec.target.text) : names_.vault(spec.target);
        return action.vault.valid();
    case TargetKind::Scope:
        if (spec.target.text == "/") {
            return true;
        }
        if (spec.target.text.find('/') != std::string_view::npos) {
            return resolveKeyTarget(spec, action);
        }
        action.vault = names_.vault(spec.target);
        return action.vault.valid();
    case TargetKind::Key:
    case TargetKind::KeyOrVersion: return resolveKeyTarget(spec, action);
    case TargetKind::Identity: action.identity = names_.standaloneIdentity(spec.target); return action.identity.valid();
    case TargetKind::Resource: break;
    }
    return false;
}

std::optional<WorldAction> Compiler::worldAction(const ActionSpec& spec) {
    WorldAction action;
    action.kind = *worldKind(spec.kind);
    bool sound = resolveTarget(spec, action);
    if (spec.identity.present()) {
        action.identity = names_.grantee(spec.identity);
        sound = sound && action.identity.valid();
    }
    if (spec.role.present()) {
        action.role = names_.role(spec.role);
        sound = sound && action.role.valid();
    }
    action.permissions = names_.permissions(spec.permissions);
    action.settings = settings(spec.vault);
    if (spec.kind == ActionKind::VaultUpdate && spec.vault.softDeleteRetentionInDays) {
        action.settings.retention = std::chrono::days{*spec.vault.softDeleteRetentionInDays};
    }
    if (spec.kind == ActionKind::VaultCreate && sound) {
        action.newVault = std::make_shared<const NewVault>(newVault(spec.vault));
    }
    action.versionSettings.enabled = {spec.enabled.has_value(), spec.enabled.value_or(true)};
    action.versionSettings.notBefore = instantChange(spec.notBefore, Instant::min());
    action.versionSettings.expires = instantChange(spec.expires, never);
    if (spec.file.present()) {
        action.file = names_.file(spec.file.text);
    }
    if (spec.ipAddress) {
        action.address = *spec.ipAddress;
    }
    if (!sound) {
        return {};
    }
    return action;
}

std::optional<ResourceAction> Compiler::resourceAction(const ActionSpec& spec) {
    ResourceAction action;
    action.kind = resourceKind(spec.kind);
    if (!spec.target.present()) {
        return {};
    }
    action.resource = names_.resource(spec.target);
    if (!action.resource.valid()) {
        return {};
    }
    if (spec.identity.present()) {
        action.identity = names_.identityOf(action.resource, spec.identity);
    }
    if (spec.keyReference.present()) {
        action.key = keyReference(action.resource, spec.keyReference, Scope::Timeline);
    }
    action.clearsKey = spec.keyCleared;
    if (spec.kind == ActionKind::ResourceCreate) {
        action.newResource = newResource(action.resource, spec.resource, Scope::Timeline);
        if (spec.resource.count) {
            diagnostics_.error(spec.resource.count->mark,
                               "a fleet stands in the estate; the timeline makes one resource", "leave out 'count'");
        }
    }
    return action;
}

} // namespace cmksim::compile
