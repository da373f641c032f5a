// The table of structured actions: what each is called, what it acts on, which arguments it takes.
#pragma once

#include "scenario/ast.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace cmksim::scenario {

/// What an action's `target` names.
enum class TargetKind : std::uint8_t {
    Vault,        // VAULT
    Scope,        // `/`, VAULT or VAULT/KEY
    Key,          // VAULT/KEY
    KeyOrVersion, // VAULT/KEY or VAULT/KEY/VERSION
    Identity,     // a user-assigned identity
    Resource,
};

/// One argument in `with`.
struct ArgumentRule {
    std::string_view name;
    bool required = false;
};

/// One row of the table.
struct ActionRule {
    ActionKind kind;
    std::string_view name; // `key.delete`
    TargetKind target;
    std::span<const ArgumentRule> with; // of `vault.create` and `resource.create`: none here, they take an estate entry
};

/// All actions, in the order of `ActionKind`.
std::span<const ActionRule> actionRules();

/// The row of one action.
const ActionRule& ruleOf(ActionKind kind);

/// The action of that name.
std::optional<ActionKind> actionNamed(std::string_view name);

} // namespace cmksim::scenario
