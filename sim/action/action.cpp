#include "action/action.hpp"

#include <algorithm>
#include <cassert>

namespace cmksim::action {

namespace {

template <std::size_t I>
using ActionAt = std::variant_alternative_t<I, Action>;

constexpr std::size_t actionCount = std::variant_size_v<Action>;

template <class A>
constexpr auto argumentsOf = detail::rulesOfAll<A>();

template <std::size_t... I>
constexpr std::array<ActionRule, actionCount> makeRules(std::index_sequence<I...>) {
    return {ActionRule{kindOf<ActionAt<I>>, ActionAt<I>::traits, argumentsOf<ActionAt<I>>}...};
}

constexpr std::array rules = makeRules(std::make_index_sequence<actionCount>{});

constexpr bool namesDiffer() {
    for (const ActionRule& one : rules) {
        if (std::ranges::count_if(rules,
                                  [&](const ActionRule& other) { return other.traits.name == one.traits.name; }) != 1) {
            return false;
        }
    }
    return true;
}
static_assert(namesDiffer(), "every action has a name of its own");

template <std::size_t... I>
Action makeBlank(ActionKind kind, std::index_sequence<I...>) {
    using Make = Action (*)();
    constexpr std::array<Make, actionCount> makers{+[] { return Action{ActionAt<I>{}}; }...};
    return makers[static_cast<std::size_t>(kind)]();
}

/// What `member` gives of an action that has it; a default-made value of others.
template <class Value, class Member>
Value valueOf(const Action& action, Member member) {
    return std::visit(
        [&](const auto& one) -> Value {
            if constexpr (std::is_invocable_r_v<Value, Member, decltype(one)>) {
                return member(one);
            } else {
                return {};
            }
        },
        action);
}

const GrantScope* scopeOf(const Action& action) {
    return std::visit(
        [](const auto& one) -> const GrantScope* {
            if constexpr (requires { one.scope; }) {
                return &one.scope;
            } else {
                return nullptr;
            }
        },
        action);
}

} // namespace

std::span<const ActionRule> actionRules() { return rules; }

const ActionRule& ruleOf(ActionKind kind) { return rules[static_cast<std::size_t>(kind)]; }

std::optional<ActionKind> actionNamed(std::string_view name) {
    const auto rule = std::ranges::find(rules, name, [](const ActionRule& one) { return one.traits.name; });
    return rule != rules.end() ? std::optional{rule->kind} : std::nullopt;
}

Action blankAction(ActionKind kind) { return makeBlank(kind, std::make_index_sequence<actionCount>{}); }

VaultId vaultOf(const GrantScope& scope) {
    if (const auto* vault = std::get_if<OnVault>(&scope)) {
        return vault->vault;
    }
    const auto* key = std::get_if<OnKey>(&scope);
    return key != nullptr ? key->vault : VaultId{};
}

KeyId keyOf(const GrantScope& scope) {
    const auto* key = std::get_if<OnKey>(&scope);
    return key != nullptr ? key->key : KeyId{};
}

bool covers(const GrantScope& scope, VaultId vault, KeyId key) {
    if (const auto* at = std::get_if<OnKey>(&scope)) {
        return at->key == key;
    }
    const auto* at = std::get_if<OnVault>(&scope);
    return at == nullptr || at->vault == vault;
}

VaultId vaultOf(const Action& action) {
    if (const GrantScope* scope = scopeOf(action)) {
        return vaultOf(*scope);
    }
    return valueOf<VaultId>(action, [](const auto& one) -> decltype(one.vault) { return one.vault; });
}

KeyId keyOf(const Action& action) {
    if (const GrantScope* scope = scopeOf(action)) {
        return keyOf(*scope);
    }
    return valueOf<KeyId>(action, [](const auto& one) -> decltype(one.key) { return one.key; });
}

VersionNameId versionOf(const Action& action) {
    return valueOf<VersionNameId>(action, [](const auto& one) -> decltype(one.version) { return one.version; });
}

RoleId roleOf(const Action& action) {
    return valueOf<RoleId>(action, [](const auto& one) -> decltype(one.role) { return one.role; });
}

ResourceId resourceOf(const Action& action) {
    return valueOf<ResourceId>(action, [](const auto& one) -> decltype(one.resource) { return one.resource; });
}

IdentityId identityOf(const Action& action) {
    if (const NewResource* described = describedBy(action)) {
        return described->identity;
    }
    return valueOf<IdentityId>(action, [](const auto& one) -> decltype(one.identity) { return one.identity; });
}

KeyReferenceId keyReferenceOf(const Action& action) {
    if (const NewResource* described = describedBy(action)) {
        return described->key;
    }
    const auto* update = std::get_if<ResourceUpdate>(&action);
    return update != nullptr ? update->key.to : KeyReferenceId{};
}

std::vector<KeyUse> otherKeysOf(const Action& action) {
    if (const NewResource* described = describedBy(action)) {
        return described->otherKeys;
    }
    std::vector<KeyUse> uses;
    if (const auto* update = std::get_if<ResourceUpdate>(&action)) {
        for (const SlotChange& change : update->slots) {
            uses.push_back(change.removed ? KeyUse{change.slot, {}, {}}
                                          : KeyUse{change.slot, change.key, change.identity});
        }
    }
    return uses;
}

const ResourceCreate* creationIn(const Action& action) {
    return std::visit(
        [](const auto& one) -> const ResourceCreate* {
            if constexpr (std::is_base_of_v<ResourceCreate, std::decay_t<decltype(one)>>) {
                return &one;
            } else {
                return nullptr;
            }
        },
        action);
}

const NewResource* describedBy(const Action& action) {
    const ResourceCreate* creation = creationIn(action);
    return creation != nullptr ? creation->described.get() : nullptr;
}

Action withPhase(Action action, std::optional<Duration> phase) {
    std::visit(
        [&](auto& one) {
            if constexpr (std::is_base_of_v<ResourceCreate, std::decay_t<decltype(one)>>) {
                NewResource described = *one.described;
                described.phase = phase;
                one.described = std::make_shared<const NewResource>(std::move(described));
            }
        },
        action);
    return action;
}

std::optional<Duration> delayOf(const Action& action) {
    return valueOf<std::optional<Duration>>(action, [](const auto& one) -> decltype(one.delay) { return one.delay; });
}

void setDelay(Action& action, Duration delay) {
    std::visit(
        [&](auto& one) {
            if constexpr (requires { one.delay; }) {
                one.delay = delay;
            }
        },
        action);
}

} // namespace cmksim::action
