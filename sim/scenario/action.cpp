#include "scenario/timeline.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "document/values.hpp"
#include "scenario/actions.hpp"
#include "scenario/estate.hpp"
#include "scenario/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace cmksim::scenario {

namespace {

std::vector<std::string_view> actionNames() {
    std::vector<std::string_view> names;
    for (const ActionRule& rule : actionRules()) {
        names.push_back(rule.name);
    }
    return names;
}

// --- targets ---------------------------------------------------------------------------------------------------------

std::string_view shapeOf(TargetKind kind) {
    switch (kind) {
    case TargetKind::Vault: return "the name of a vault";
    case TargetKind::Scope: return "'/', VAULT or VAULT/KEY";
    case TargetKind::Key: return "VAULT/KEY";
    case TargetKind::KeyOrVersion: return "VAULT/KEY or VAULT/KEY/VERSION";
    case TargetKind::Identity: return "the name of a user-assigned identity";
    case TargetKind::Resource: return "the name of a resource";
    }
    return {};
}

/// The parts of a path between its slashes; 0 when one is empty.
std::size_t countParts(std::string_view path) {
    const bool emptyPart =
        path.empty() || path.starts_with('/') || path.ends_with('/') || path.find("//") != std::string_view::npos;
    return emptyPart ? 0 : static_cast<std::size_t>(std::ranges::count(path, '/')) + 1;
}

bool hasShape(std::string_view target, TargetKind kind) {
    const std::size_t parts = countParts(target);
    const bool plain = target.find(':') == std::string_view::npos;
    switch (kind) {
    case TargetKind::Vault: return parts == 1;
    case TargetKind::Scope: return target == "/" || parts == 1 || parts == 2;
    case TargetKind::Key: return parts == 2;
    case TargetKind::KeyOrVersion: return parts == 2 || parts == 3;
    case TargetKind::Identity:
    case TargetKind::Resource: return parts == 1 && plain;
    }
    return false;
}

/// What an action makes must have a name that it may have.
void checkNewName(const ActionSpec& action, Diagnostics& diagnostics) {
    const auto [text, mark] = action.target;
    if (action.kind == ActionKind::KeyCreate) {
        const std::size_t slash = text.find('/');
        checkVaultName({text.substr(0, slash), mark}, diagnostics);
        checkKeyName({text.substr(slash + 1), mark}, diagnostics);
    } else if (action.kind == ActionKind::IdentityCreate) {
        checkFreeName(action.target, "an identity", diagnostics);
    }
}

bool readTarget(Node node, const ActionRule& rule, Mark at, ActionSpec& action, Diagnostics& diagnostics) {
    if (!node) {
        diagnostics.error(at, fmt::format("'{}' needs a 'target'", rule.name), std::string{shapeOf(rule.target)});
        return false;
    }
    if (!node.isScalar() || !hasShape(node.text(), rule.target)) {
        reportUnexpected(node, shapeOf(rule.target), diagnostics);
        return false;
    }
    action.target = nameOf(node);
    checkNewName(action, diagnostics);
    return true;
}

// --- arguments -------------------------------------------------------------------------------------------------------

using ReadArgument = void (*)(Node node, ActionSpec& action, const Reading& reading);

struct ArgumentReader {
    std::string_view name;
    ReadArgument read;
};

constexpr std::array argumentReaders{
    ArgumentReader{"identity",
                   [](Node node, ActionSpec& action, const Reading& reading) {
                       action.identity = readName(node, "the name of an identity", reading.diagnostics);
                   }},
    ArgumentReader{"permissions",
                   [](Node node, ActionSpec& action, const Reading& reading) {
                       action.permissions = readPermissions(node, reading.diagnostics);
                   }},
    ArgumentReader{"role",
                   [](Node node, ActionSpec& action, const Reading& reading) {
                       action.role = readName(node, "the name of a role", reading.diagnostics);
                   }},
    ArgumentReader{"enabled", [](Node node, ActionSpec& action,
                                 const Reading& reading) { action.enabled = readBoolean(node, reading.diagnostics); }},
    ArgumentReader{"notBefore", [](Node node, ActionSpec& action,
                                   const Reading& reading) { action.notBefore = readTimeChange(node, reading); }},
    ArgumentReader{"expires", [](Node node, ActionSpec& action,
                                 const Reading& reading) { action.expires = readTimeChange(node, reading); }},
    ArgumentReader{"file",
                   [](Node node, ActionSpec& action, const Reading& reading) {
                       action.file = readName(node, "the name of a backup", reading.diagnostics);
                   }},
    ArgumentReader{"ipAddress",
                   [](Node node, ActionSpec& action, const Reading& reading) {
                       action.ipAddress = readAddressBlock(node, reading.diagnostics);
                   }},
    ArgumentReader{"key",
                   [](Node node, ActionSpec& action, const Reading& reading) {
                       action.keyCleared = node.isNull();
                       if (!action.keyCleared) {
                           action.keyReference =
                               readName(node, "a key as VAULT/KEY or as a URI, or null", reading.diagnostics);
                       }
                   }},
};

void readTableArguments(const ActionRule& rule, Node with, Mark at, ActionSpec& action, const Reading& reading) {
    MappingReader fields{with, rule.name, at, reading.diagnostics};
    bool any = false;
    for (const ArgumentRule& argument : rule.with) {
        const Node value = argument.required ? fields.require(argument.name) : fields.take(argument.name);
        const auto reader = std::ranges::find(argumentReaders, argument.name, &ArgumentReader::name);
        assert(reader != argumentReaders.end());
        if (value) {
            reader->read(value, action, reading);
            any = true;
        }
    }
    fields.finish();
    if (action.kind == ActionKind::ResourceUpdate && !any && fields.readable()) {
        reading.diagnostics.error(at, "resource.update needs the field 'key', 'identity' or both");
    }
}

void readArguments(const ActionRule& rule, Node with, Mark at, ActionSpec& action, const Reading& reading) {
    switch (rule.kind) {
    case ActionKind::VaultCreate:
        action.vault = readVault(action.target, with, reading);
        refuseDeleted(action.vault, reading.diagnostics);
        break;
    case ActionKind::ResourceCreate:
        if (with && isUnmodelled(with)) {
            reading.diagnostics.error(at, "what has no model cannot be made: nobody knows what becomes of it",
                                      "describe it in the estate");
            break;
        }
        action.resource = readResource(action.target, with, reading);
        break;
    case ActionKind::VaultUpdate: {
        MappingReader fields{with, rule.name, at, reading.diagnostics};
        action.vault.name = action.target;
        readVaultSettings(fields, action.vault);
        fields.finish();
        break;
    }
    default: readTableArguments(rule, with, at, action, reading); break;
    }
}

} // namespace

std::optional<ActionSpec> readAction(Node verb, Node target, Node with, Mark at, const Reading& reading) {
    Diagnostics& diagnostics = reading.diagnostics;
    const Name name = readName(verb, "the name of an action", diagnostics);
    if (!name.present()) {
        return std::nullopt;
    }
    const std::optional<ActionKind> kind = actionNamed(name.text);
    if (!kind) {
        diagnostics.error(name.mark, fmt::format("there is no action {}", inQuotes(name.text)),
                          suggestion(name.text, actionNames()));
        return std::nullopt;
    }
    const ActionRule& rule = ruleOf(*kind);
    ActionSpec action;
    action.kind = *kind;
    const bool targeted = readTarget(target, rule, at, action, diagnostics);
    readArguments(rule, with, name.mark, action, reading);
    return targeted ? std::optional{std::move(action)} : std::nullopt;
}

} // namespace cmksim::scenario
