#include "import/grants.hpp"

#include "az/references.hpp"
#include "base/flow_yaml.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "import/estate.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "scenario/key_reference.hpp"
#include "scenario/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::import {

namespace {

/// Adds a role to those of a grantee; whether it is new.
bool addRole(JsonObject& roles, const std::string& who, const std::string& role) {
    auto found = std::ranges::find(roles, who, &JsonObject::value_type::first);
    JsonArray list;
    if (found == roles.end()) {
        found = roles.insert(found, {who, JsonValue{nullptr}});
    } else {
        list = found->second.items();
    }
    if (std::ranges::any_of(list, [&](const JsonValue& one) { return one.line() == jsonString(role); })) {
        return false;
    }
    list.emplace_back(role);
    found->second = JsonValue{std::move(list)};
    return true;
}

/// Whether a scope says which subscription it is in, and not only that it is that of a template.
bool namesSubscription(std::string_view scope) {
    constexpr std::string_view subscriptions = "/subscriptions/";
    const std::string lower = lowerCase(scope);
    if (!lower.starts_with(subscriptions)) {
        return false;
    }
    const std::string rest = lower.substr(subscriptions.size());
    const std::string name = rest.substr(0, rest.find('/'));
    return name != lowerCase(ownSubscription) && name != unsaidPart;
}

/// Whether a vault lies in a subscription or group; what is not known of it may lie there.
bool liesIn(std::string_view scope, std::string_view vaultId) {
    const std::string prefix = lowerCase(scope);
    if (!prefix.starts_with("/subscriptions/")) {
        return true; // a management group, or all of Azure
    }
    const auto vault = placeOf(vaultId);
    if (!vault) {
        return true;
    }
    const std::size_t end = prefix.find('/', std::string_view{"/subscriptions/"}.size());
    const std::string subscription = prefix.substr(15, end == std::string::npos ? end : end - 15);
    const bool ownSubscriptionMeant = subscription == lowerCase(ownSubscription) || subscription == unsaidPart;
    if (!vault->subscription.empty() && !ownSubscriptionMeant && vault->subscription != subscription) {
        return false;
    }
    constexpr std::string_view groups = "/resourcegroups/";
    const std::size_t at = prefix.find(groups);
    if (at == std::string::npos) {
        return true;
    }
    std::string group = prefix.substr(at + groups.size());
    group.resize(std::min(group.find('/'), group.size()));
    if (ownSubscriptionMeant && group == lowerCase(ownGroup)) {
        return vault->isOwnGroup || vault->group.empty() || !vault->subscription.empty();
    }
    return vault->isOwnGroup ? !ownSubscriptionMeant : vault->group.empty() || vault->group == group;
}

} // namespace

std::string GrantIndex::grantee(const std::string& text) const {
    std::string known = context_.identities.nameOf(text);
    if (known.empty()) {
        const auto own = context_.own.find(lowerCase(text));
        known = own != context_.own.end() ? own->second : std::string{};
    }
    return known;
}

template <class Message>
void GrantIndex::leaveOut(const RawGrant& grant, Message message, std::string_view help) {
    context_.ledger.leaveOut(ReadKind::Grant, grant.mark);
    context_.teller.tell(grant.mark, std::move(message), help);
}

/// One that gives nothing on keys; it is told where its holder is known.
void GrantIndex::leaveOutHarmless(const RawGrant& grant) {
    const std::string who = grantee(grant.principal);
    context_.ledger.leaveOut(ReadKind::Grant, grant.mark);
    if (!who.empty()) {
        context_.teller.tell(grant.mark,
                             fmt::format("role {} of {} at {} gives nothing on keys", inQuotes(readable(grant.role)),
                                         inQuotes(who), inQuotes(readable(grant.scope))),
                             "its assignment is left out");
    }
}

// --- access policies -------------------------------------------------------------------------------------------------

void GrantIndex::learnLists(std::span<const RawVault> vaults) {
    for (const RawVault& one : vaults) {
        const RawVault*& list = lists_[lowerCase(readable(one.name))];
        const bool isOlder =
            list != nullptr && !one.changed.empty() && !list->changed.empty() && one.changed < list->changed;
        if (one.hasAllPolicies && !isOlder) {
            list = &one;
        }
    }
}

/// The list that holds for a vault, where it is another source's and has no policy of that principal.
const RawVault* GrantIndex::listWithout(const RawVault& found, const std::string& who) const {
    const auto list = lists_.find(lowerCase(readable(found.name)));
    if (!found.hasAllPolicies || list == lists_.end() || list->second == nullptr ||
        list->second->mark.source == found.mark.source) {
        return nullptr;
    }
    const bool has = std::ranges::any_of(list->second->policies,
                                         [&](const RawPolicy& one) { return grantee(one.principal) == who; });
    return has ? nullptr : list->second;
}

void GrantIndex::add(const RawVault& found) {
    JoinedVault* vault = context_.vaults.find(readable(found.name));
    for (const RawPolicy& one : found.policies) {
        context_.ledger.read(ReadKind::Grant, one.mark);
        const std::string who = grantee(one.principal);
        if (vault == nullptr || !vault->isUsable()) {
            context_.ledger.leaveOut(ReadKind::Grant, one.mark); // its vault is told
        } else if (who.empty()) {
            context_.ledger.leaveOut(ReadKind::Grant, one.mark);
            strangers_.push_back(one);
            strangerGrants_.insert(strangerGrant(vault->name, one.principal));
            context_.teller.tell(
                one.mark,
                [&] {
                    return fmt::format("the policy of {} in vault {} is of no identity that was read",
                                       inQuotes(readable(one.principal)), inQuotes(vault->name));
                },
                "it is left out");
        } else if (const RawVault* later = listWithout(found, who)) {
            context_.ledger.leaveOut(ReadKind::Grant, one.mark);
            context_.teller.tell(one.mark,
                                 fmt::format("the policy of {} in vault {} is not in the later list at {}",
                                             inQuotes(who), inQuotes(vault->name), placeText(later->mark)),
                                 "it is left out");
        } else {
            policy(one, who, *vault);
        }
    }
}

/// Several policies of one principal in one source come to one; of several sources the later holds.
void GrantIndex::policy(const RawPolicy& found, const std::string& who, JoinedVault& vault) {
    const auto held = std::ranges::find(vault.policies, who, &JsonObject::value_type::first);
    Mark& former = policyMarks_[vault.name + ' ' + who];
    const bool sameSource = held != vault.policies.end() && former.source == found.mark.source;
    JsonArray permissions = sameSource ? held->second.items() : JsonArray{};
    const auto add = [&](std::string_view name) {
        if (std::ranges::none_of(permissions, [&](const JsonValue& one) { return one.line() == jsonString(name); })) {
            permissions.emplace_back(name);
        }
    };
    for (const std::string& permission : found.permissions) {
        const std::string_view known = matchPermission(permission, context_.platform);
        if (equalIgnoringCase(permission, "all")) {
            std::ranges::for_each(context_.platform.keyPermissions, add);
        } else if (!known.empty()) {
            add(known);
        } else {
            context_.teller.tell(found.mark,
                                 fmt::format("there is no key permission {}", inQuotes(readable(permission))),
                                 "the permission is left out");
        }
    }
    if (permissions.empty()) {
        context_.ledger.leaveOut(ReadKind::Grant, found.mark);
        return;
    }
    places_.insert_or_assign(fmt::format("policy {} {}", vault.name, who), found.mark);
    if (held == vault.policies.end()) {
        vault.policies.emplace_back(who, std::move(permissions));
        former = found.mark;
        return;
    }
    context_.ledger.again(ReadKind::Grant, found.mark);
    const auto sorted = [](const JsonArray& list) {
        std::set<std::string> all;
        std::ranges::for_each(list, [&](const JsonValue& one) { all.insert(one.line()); });
        return all;
    };
    if (!sameSource && sorted(permissions) != sorted(held->second.items())) {
        context_.teller.tell(found.mark,
                             fmt::format("the policy of {} in vault {} is another one at {}", inQuotes(who),
                                         inQuotes(vault.name), placeText(former)),
                             "what stands here is later and holds");
    }
    if (sameSource || sorted(permissions) != sorted(held->second.items())) {
        held->second = JsonValue{std::move(permissions)};
    }
    former = found.mark;
}

// --- roles -----------------------------------------------------------------------------------------------------------

void GrantIndex::add(const RawRole& role) {
    roles_.insert_or_assign(role.definition, role);
    roles_.insert_or_assign(lowerCase(role.name), role);
}

/// Whether a scope is a group, a subscription, a management group, or all of the tenant.
bool GrantIndex::isAboveVaults(const std::string& text) const {
    const auto scope = readAzureId(text);
    return text == "/" ||
           (scope && (scope->names.empty() || findAzureType(context_.terms, scope->type).is(AzureThing::Scope)));
}

GrantIndex::Role GrantIndex::roleNamed(const RawGrant& grant) {
    const std::string lower =
        lowerCase(grant.role.substr(grant.role.rfind('/') == std::string::npos ? 0 : grant.role.rfind('/') + 1));
    for (const AzureTerms& terms : context_.terms) {
        for (const auto& [id, name] : terms.roles) {
            if (lower == id || lower == lowerCase(name)) {
                return {name, true};
            }
        }
    }
    const auto own = roles_.find(lower);
    if (own == roles_.end()) {
        return {};
    }
    if (!own->second.usesKeys) {
        return {{}, true};
    }
    const auto standIn = std::ranges::find_if(context_.platform.roles, &RoleRule::usesKeys);
    if (standIn == context_.platform.roles.end()) {
        return {};
    }
    context_.teller.tell(
        grant.mark,
        fmt::format("role {} is defined with reading, wrapping and unwrapping of keys", inQuotes(own->second.name)),
        fmt::format("{} stands for it, as roles of one's own are not simulated", inQuotes(standIn->name)));
    return {standIn->name, true};
}

/// A role that a vault has of its own.
void GrantIndex::add(const RawGrant& grant, const LocalGrant& local) {
    const std::string& title = context_.platform.vaultKinds[local.kind].title;
    const std::string who = grantee(grant.principal);
    if (local.vault == nullptr || !local.vault->isUsable()) {
        leaveOut(grant,
                 local.candidates > 1
                     ? fmt::format("nothing says of which of {} {}s the assignment is", local.candidates, title)
                     : fmt::format("the {} of the assignment was not read", title),
                 local.candidates > 1 ? "it is left out: import them one at a time" : "it is left out");
        return;
    }
    const std::string role = roleNamed(grant).name;
    if (who.empty()) {
        noteStranger(grant, role);
        leaveOutHarmless(grant);
        return;
    }
    places_.emplace(
        fmt::format("role {}{} {} {}", local.vault->name, local.key.empty() ? "" : "/" + local.key, who, role),
        grant.mark);
    if (!(local.key.empty() ? addRole(local.vault->roles, who, role)
                            : onKey(*local.vault, local.key, who, role, grant.mark))) {
        context_.ledger.again(ReadKind::Grant, grant.mark);
    }
}

void GrantIndex::add(const RawGrant& grant) {
    context_.ledger.read(ReadKind::Grant, grant.mark);
    if (const auto local = localGrantOf(grant, context_.terms, context_.platform, context_.vaults)) {
        add(grant, *local);
        return;
    }
    const auto scope = readAzureId(grant.scope);
    const KnownAzureType on = scope ? findAzureType(context_.terms, scope->type) : KnownAzureType{};
    const bool isAbove = isAboveVaults(grant.scope);
    const bool isOnKeys = on.is(AzureThing::Vault) || on.is(AzureThing::Key);
    if (!scope && !isAbove) {
        leaveOut(grant, fmt::format("{} is no scope that is known here", inQuotes(readable(grant.scope))),
                 "the assignment is left out");
        return;
    }
    if (!isAbove && !isOnKeys) {
        leaveOutHarmless(grant);
        return;
    }
    if (isOnKeys && !on.type->vaultKind.empty() && isUnknownText(grant.role)) {
        leaveOut(grant,
                 fmt::format("which role {} is at {} is not known", inQuotes(readable(grant.role)),
                             inQuotes(readable(grant.scope))),
                 "its assignment is left out: what it lets its holder do is not known");
        return;
    }
    const bool isLocal = kindOfRole(grant.role, context_.terms, context_.platform) != ordinaryVault;
    if (isLocal || (isOnKeys && !on.type->vaultKind.empty())) {
        leaveOutHarmless(grant); // a vault that has roles of its own knows those alone, and no other knows them
        return;
    }
    const Role role = roleNamed(grant);
    if (role.name.empty()) {
        const std::string said = readable(grant.role);
        const std::string who = grantee(grant.principal);
        if (role.isKnown || (isAbove && who.empty())) {
            leaveOutHarmless(grant); // it gives nothing on keys, or its holder was not read
        } else {
            leaveOut(grant,
                     fmt::format("what role {} lets {} do is not known here", inQuotes(said),
                                 inQuotes(who.empty() ? readable(grant.principal) : who)),
                     "its assignment is left out; import 'az role definition list' where it may be one for keys");
        }
        return;
    }
    const std::string who = grantee(grant.principal);
    if (who.empty()) {
        noteStranger(grant, role.name);
        leaveOut(
            grant,
            [&] {
                return fmt::format("the assignment of {} is to {}, {}", inQuotes(role.name),
                                   grant.isOfGroup ? "a group" : "no identity that was read",
                                   inQuotes(readable(grant.principal)));
            },
            grant.isOfGroup ? "it is left out: who is in the group was not read" : "it is left out");
        return;
    }
    if (!grant.condition.empty()) {
        leaveOut(grant,
                 fmt::format("the assignment of {} to {} has a condition, which is not worked out", inQuotes(role.name),
                             inQuotes(who)),
                 "it is left out: whether it lets it use keys is not known");
        return;
    }
    if (!place(grant, who, role.name)) {
        context_.ledger.again(ReadKind::Grant, grant.mark);
    }
}

/// One on a vault or key that stays where its principal goes.
void GrantIndex::noteStranger(const RawGrant& grant, const std::string& role) {
    const auto scope = readAzureId(grant.scope);
    if (scope && !scope->names.empty()) {
        std::string where = readable(scope->names.front());
        where += scope->names.size() > 1 ? "/" + readable(scope->names.back()) : std::string{};
        strangerGrants_.insert(strangerGrant(where, grant.principal, role));
    } else {
        strangerGrants_.insert(strangerGrant("/", grant.principal, role));
    }
}

/// Whether it is new.
bool GrantIndex::place(const RawGrant& grant, const std::string& who, const std::string& role) {
    if (isAboveVaults(grant.scope)) {
        return above(grant, who, role);
    }
    const auto scope = readAzureId(grant.scope);
    JoinedVault* vault = context_.vaults.find(readable(scope->names.front()));
    if (vault == nullptr || !vault->isUsable()) {
        leaveOut(grant, fmt::format("vault {} was not read", inQuotes(readable(scope->names.front()))),
                 "the assignment there is left out");
        return true;
    }
    const bool onVault = scope->names.size() == 1;
    places_.emplace(
        fmt::format("role {}{} {} {}", vault->name, onVault ? "" : "/" + readable(scope->names.back()), who, role),
        grant.mark);
    return onVault ? addRole(vault->roles, who, role) : onKey(*vault, scope->names.back(), who, role, grant.mark);
}

/// A grant at a resource group holds for the vaults in it; for all of them, it is written once.
bool GrantIndex::above(const RawGrant& grant, const std::string& who, const std::string& role) {
    std::vector<JoinedVault*> within;
    std::size_t usable = 0;
    for (JoinedVault& vault : context_.vaults.all()) {
        if (vault.kind != ordinaryVault) {
            continue; // it has roles of its own
        }
        usable += vault.isUsable() ? 1U : 0U;
        if (vault.isUsable() && liesIn(grant.scope, vault.id)) {
            within.push_back(&vault);
        }
    }
    const bool isOpen = namesSubscription(grant.scope) && std::ranges::any_of(within, [](const JoinedVault* vault) {
                            const auto place = placeOf(vault->id);
                            return !place || place->subscription.empty();
                        });
    if (isOpen) {
        context_.teller.tell(grant.mark,
                             fmt::format("not every vault says whether it lies in {}, where {} has {}",
                                         inQuotes(readable(grant.scope)), inQuotes(who), inQuotes(role)),
                             "those that do not say so are taken to lie there");
    }
    const auto scope = readAzureId(grant.scope);
    if (scope && !within.empty() && findAzureType(context_.terms, scope->type).is(AzureThing::Scope)) {
        context_.teller.tell(grant.mark,
                             fmt::format("which vaults lie below {}, where {} has {}, was not read",
                                         inQuotes(readable(grant.scope)), inQuotes(who), inQuotes(role)),
                             "all of them are taken to lie there");
    }
    if (within.size() == usable) {
        places_.emplace(fmt::format("role / {} {}", who, role), grant.mark);
        return addRole(above_, who, role);
    }
    if (within.empty()) {
        leaveOut(grant, fmt::format("no vault that was read lies in {}", inQuotes(readable(grant.scope))),
                 "the assignment there is left out");
        return true;
    }
    bool isNew = false;
    for (JoinedVault* vault : within) {
        places_.emplace(fmt::format("role {} {} {}", vault->name, who, role), grant.mark);
        isNew = addRole(vault->roles, who, role) || isNew;
    }
    context_.teller.tell(grant.mark,
                         fmt::format("{} of {} at {} is written at each vault in it", inQuotes(role), inQuotes(who),
                                     inQuotes(readable(grant.scope))),
                         "deleting such a vault takes the assignment there");
    return isNew;
}

bool GrantIndex::onKey(JoinedVault& vault, std::string_view key, const std::string& who, const std::string& role,
                       Mark mark) {
    const std::string name = readable(key);
    if (!isKeyName(name)) {
        context_.ledger.leaveOut(ReadKind::Grant, mark);
        return true;
    }
    return addRole(context_.vaults.keyOf(vault, name, mark).roles, who, role);
}

} // namespace cmksim::import
