#include "scenario/timeline.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "document/values.hpp"
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
        names.push_back(rule.traits.name);
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
    case TargetKind::Feature: return "PROVIDER/FEATURE";
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
    case TargetKind::Key:
    case TargetKind::Feature: return parts == 2;
    case TargetKind::KeyOrVersion: return parts == 2 || parts == 3;
    case TargetKind::Identity:
    case TargetKind::Resource: return parts == 1 && plain;
    }
    return false;
}

/// What an action makes must have a name that it may have; vaults and resources are checked where they are read.
void checkNewName(const ActionSpec& action, const ActionTraits& traits, Diagnostics& diagnostics) {
    const auto [text, mark] = action.target;
    if (traits.makes && traits.target == TargetKind::Key) {
        const std::size_t slash = text.find('/');
        checkVaultName({text.substr(0, slash), mark}, diagnostics);
        checkKeyName({text.substr(slash + 1), mark}, diagnostics);
    } else if (traits.makes && traits.target == TargetKind::Identity) {
        checkFreeName(action.target, "an identity", diagnostics);
    }
}

bool readTarget(Node node, const ActionRule& rule, Mark at, ActionSpec& action, Diagnostics& diagnostics) {
    if (!node) {
        diagnostics.error(at, fmt::format("'{}' needs a 'target'", rule.traits.name),
                          std::string{shapeOf(rule.traits.target)});
        return false;
    }
    if (!node.isScalar()) {
        reportUnexpected(node, shapeOf(rule.traits.target), diagnostics);
        return false;
    }
    return acceptTarget(nameOf(node), rule, action, diagnostics);
}

// --- arguments -------------------------------------------------------------------------------------------------------

void add(const ArgumentRule& rule, Name name, ActionSpec& action) {
    if (name.present()) {
        action.give({rule.name, name});
    }
}

template <class T>
void add(const ArgumentRule& rule, const std::optional<T>& value, ActionSpec& action) {
    if (value) {
        action.give({rule.name, *value});
    }
}

Name readWord(Node node, const ArgumentRule& rule, Diagnostics& diagnostics) {
    if (std::ranges::find(rule.words, node.text()) == rule.words.end()) {
        reportUnexpected(node, fmt::format("{}", fmt::join(rule.words, " or ")), diagnostics);
        return {};
    }
    return nameOf(node);
}

void readArgument(const ArgumentRule& rule, Node node, ActionSpec& action, const Reading& reading) {
    Diagnostics& diagnostics = reading.diagnostics;
    switch (rule.type) {
    case ArgumentType::Identity: add(rule, readName(node, "the name of an identity", diagnostics), action); break;
    case ArgumentType::Role: add(rule, readName(node, "the name of a role", diagnostics), action); break;
    case ArgumentType::Backup: add(rule, readName(node, "the name of a backup", diagnostics), action); break;
    case ArgumentType::KeyType: add(rule, readName(node, "a type of keys such as RSA", diagnostics), action); break;
    case ArgumentType::Bits: add(rule, readInteger(node, 1, mostKeyBits, diagnostics), action); break;
    case ArgumentType::Permissions: action.give({rule.name, readPermissions(node, diagnostics)}); break;
    case ArgumentType::Flag: add(rule, readBoolean(node, diagnostics), action); break;
    case ArgumentType::Word: add(rule, readWord(node, rule, diagnostics), action); break;
    case ArgumentType::Moment:
        if (const TimeChange change = readTimeChange(node, reading); change.given) {
            action.give({rule.name, change});
        }
        break;
    case ArgumentType::Address: add(rule, readAddressBlock(node, diagnostics), action); break;
    case ArgumentType::Key:
        if (node.isNull()) {
            action.give({rule.name, Cleared{}});
        } else {
            add(rule, readName(node, "a key as VAULT/KEY or as a URI, or null", diagnostics), action);
        }
        break;
    case ArgumentType::Keys: action.give({rule.name, readSlots(node, SlotRemoval::Taken, diagnostics)}); break;
    case ArgumentType::Addresses:
    case ArgumentType::Networks:
    case ArgumentType::Days:
    case ArgumentType::Properties:
    case ArgumentType::Vault:
    case ArgumentType::Resource: assert(false && "read with the vault or resource that it is of"); break;
    }
}

/// The names of the arguments that have one.
std::vector<std::string_view> namesOf(std::span<const ArgumentRule> rules) {
    std::vector<std::string_view> names;
    for (const ArgumentRule& rule : rules) {
        if (!rule.name.empty()) {
            names.push_back(rule.name);
        }
    }
    return names;
}

/// `'key', 'identity', a property of the service, or more than one of them`.
std::string someOf(std::span<const ArgumentRule> rules) {
    std::string text;
    for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
        if (!rule->name.empty()) {
            text += fmt::format("'{}', ", rule->name);
        }
    }
    const bool properties = std::ranges::find(rules, ArgumentType::Properties, &ArgumentRule::type) != rules.end();
    return text + (properties ? "a property of the service, " : "") + "or more than one of them";
}

/// The fields that no other argument has taken.
bool readRest(const ActionRule& rule, const ArgumentRule& argument, MappingReader& fields, ActionSpec& action) {
    const std::vector<std::string_view> others = namesOf(rule.arguments);
    bool any = false;
    std::vector<PropertySpec> properties;
    for (const Entry& entry : fields.takeRest()) {
        any = true;
        if (const auto property = readProperty(entry, rule.traits.name, others, fields.diagnostics())) {
            properties.push_back(*property);
        }
    }
    action.give({argument.name, std::move(properties)});
    return any;
}

void readTableArguments(const ActionRule& rule, Node with, Mark at, ActionSpec& action, const Reading& reading) {
    MappingReader fields{with, rule.traits.name, at, reading.diagnostics};
    bool any = false;
    for (const ArgumentRule& argument : rule.arguments) {
        if (argument.type == ArgumentType::Properties) {
            any = readRest(rule, argument, fields, action) || any;
        } else if (const Node value = argument.required ? fields.require(argument.name) : fields.take(argument.name)) {
            readArgument(argument, value, action, reading);
            any = true;
        }
    }
    fields.finish();
    if (rule.traits.needsArgument && !any && fields.readable()) {
        reading.diagnostics.error(at, fmt::format("{} needs the field {}", rule.traits.name, someOf(rule.arguments)));
    }
}

void readArguments(const ActionRule& rule, Node with, Mark at, ActionSpec& action, const Reading& reading) {
    const ArgumentType first = rule.arguments.empty() ? ArgumentType::Flag : rule.arguments.front().type;
    if (first == ArgumentType::Vault) {
        const VaultSpec& vault = action.with.emplace<VaultSpec>(readVault(action.target, with, reading));
        refuseDeleted(vault, reading.diagnostics);
    } else if (first == ArgumentType::Resource) {
        if (with && isUnmodelled(with)) {
            reading.diagnostics.error(at, "what has no model cannot be made: what becomes of it is not known",
                                      "describe it in the estate");
            return;
        }
        action.with = readResource(action.target, with, reading);
    } else if (rule.kind == kindOf<VaultUpdate>) {
        MappingReader fields{with, rule.traits.name, at, reading.diagnostics};
        VaultSpec& vault = action.with.emplace<VaultSpec>();
        vault.name = action.target;
        readVaultSettings(fields, vault);
        fields.finish();
    } else {
        readTableArguments(rule, with, at, action, reading);
    }
}

} // namespace

bool acceptTarget(const Name& target, const ActionRule& rule, ActionSpec& action, Diagnostics& diagnostics) {
    if (!hasShape(target.text, rule.traits.target)) {
        diagnostics.error(target.mark,
                          fmt::format("expected {}, not {}", shapeOf(rule.traits.target), inQuotes(target.text)));
        return false;
    }
    action.target = target;
    checkNewName(action, rule.traits, diagnostics);
    return true;
}

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
