#include "import/plan_timeline.hpp"

#include "base/held_value.hpp"
#include "catalog/fact_reader.hpp"
#include "import/json_fields.hpp"
#include "import/key_fields.hpp"
#include "import/resource_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

namespace cmksim::import {

namespace {

bool isSame(const JsonValue* a, const JsonValue* b) {
    return (a == nullptr) == (b == nullptr) && (a == nullptr || a->line() == b->line());
}

class PlanTimeline {
public:
    PlanTimeline(const ImportedEstate& before, const ImportedEstate& after,
                 const std::vector<TerraformReplacement>& replaced, Diagnostics& diagnostics,
                 std::vector<std::string>* unplayed)
        : before_{before}, after_{after}, replaced_{replaced}, diagnostics_{diagnostics}, unplayed_{unplayed} {}

    std::vector<JsonObject> write() {
        destroy();
        make();
        destroyLate();
        tellUnmodelled();
        return std::move(entries_);
    }

private:
    static constexpr std::string_view ownPrefix = "system:";

    void act(std::string_view action, std::string_view target, const JsonObject& with = {}) {
        JsonObject entry{entries_.empty() ? JsonValue::Field{"at", "1m"} : JsonValue::Field{"after", "30s"},
                         {"do", action},
                         {"target", target}};
        if (!with.empty()) {
            entry.emplace_back("with", with);
        }
        entries_.push_back(std::move(entry));
    }

    void assume(std::string message) {
        if (assumed_.insert(message).second) {
            diagnostics_.warning({}, std::move(message));
        }
    }

    /// Tells of a change that the timeline does not make.
    void leave(std::string message) {
        if (unplayed_ != nullptr && !assumed_.contains(message)) {
            unplayed_->push_back(message);
        }
        assume(std::move(message));
    }

    /// What becomes of what has no model is not known; that something becomes of it is.
    void tellUnmodelled() {
        for (const auto& [name, fields] : before_.resources) {
            const JsonValue* later = fieldNamed(after_.resources, name);
            if (isUnmodelled(fields.fields()) && later == nullptr) {
                leave(fmt::format("the change removes '{}', which has no model; the timeline does not", name));
            } else if (later != nullptr && (isUnmodelled(fields.fields()) || isUnmodelled(later->fields())) &&
                       JsonValue{withoutTags(fields.fields())}.line() !=
                           JsonValue{withoutTags(later->fields())}.line()) {
                leave(fmt::format("the change alters '{}', which has no model; the timeline does not", name));
            }
        }
        for (const auto& [name, fields] : after_.resources) {
            if (isUnmodelled(fields.fields()) && fieldNamed(before_.resources, name) == nullptr) {
                leave(fmt::format("the change makes '{}', which has no model; the timeline does not", name));
            }
        }
    }

    [[nodiscard]] bool isReplaced(TerraformThing thing, std::string_view name, std::string_view vault = {}) const {
        return std::ranges::any_of(replaced_, [&](const TerraformReplacement& one) {
            return one.thing == thing && one.name == name && (thing != TerraformThing::Key || one.vault == vault);
        });
    }

    /// Whether it can be one that is left out: others may have the same name.
    static bool standsOnOthers(const JsonValue& fields) { return fieldNamed(fields.fields(), "on") != nullptr; }

    /// Whether a resource is there, and left out as it has no key of the customer's.
    static bool isKeyless(const ImportedEstate& estate, const std::string& name) {
        return fieldNamed(estate.resources, name) == nullptr && estate.keyless.contains(name);
    }

    /// How a grant that stays what it is is destroyed and made anew; null where it is not.
    [[nodiscard]] const TerraformReplacement* remadeGrant(TerraformThing thing, const std::string& what) const {
        const auto place = after_.places.find(what);
        const auto found = std::ranges::find_if(replaced_, [&](const TerraformReplacement& one) {
            return one.thing == thing && place != after_.places.end() && one.mark == place->second;
        });
        return found != replaced_.end() ? &*found : nullptr;
    }

    /// Whether a name stands for another principal than before.
    [[nodiscard]] bool isOtherPrincipal(std::string_view who) const {
        return isOwn(who) ? isReplaced(TerraformThing::Resource, who.substr(ownPrefix.size()))
                          : isReplaced(TerraformThing::Identity, who);
    }

    static std::string policyAt(std::string_view vault, std::string_view who) {
        return fmt::format("policy {} {}", vault, who);
    }

    static std::string roleAt(std::string_view scope, std::string_view who, const JsonValue& role) {
        return fmt::format("role {} {} {}", scope, who, bareText(role));
    }

    [[nodiscard]] bool isPolicyRemade(std::string_view vault, std::string_view who) const {
        const TerraformReplacement* one = remadeGrant(TerraformThing::Policy, policyAt(vault, who));
        return isOtherPrincipal(who) || (one != nullptr && !one->madeFirst);
    }

    [[nodiscard]] bool isRoleRemade(std::string_view scope, std::string_view who, const JsonValue& role) const {
        const TerraformReplacement* one = remadeGrant(TerraformThing::Grant, roleAt(scope, who, role));
        return isOtherPrincipal(who) || (one != nullptr && !one->madeFirst);
    }

    /// Whether a grant of an identity that goes is still there afterwards, as one of a principal that is no more.
    [[nodiscard]] bool staysAsStranger(std::string_view where, std::string_view who, std::string_view role = {}) const {
        const JsonValue* identity =
            fieldNamed(after_.identities, who) == nullptr ? fieldNamed(before_.identities, who) : nullptr;
        if (identity == nullptr) {
            return false;
        }
        return std::ranges::any_of(identity->fields(), [&](const auto& field) {
            const bool isId = field.first == "principalId" || field.first == "clientId" || field.first == "id";
            return isId && after_.strangers.contains(strangerGrant(where, bareText(field.second), role));
        });
    }

    /// Whether something of the estate before does not live on.
    [[nodiscard]] bool ends(TerraformThing thing, std::string_view name, const JsonObject& later,
                            std::string_view vault = {}) const {
        return fieldNamed(later, name) == nullptr || isReplaced(thing, name, vault);
    }

    /// Ends something; where the plan says so and nothing of its name follows it, once what replaces it is there.
    void endOf(const std::string& what, const JsonValue* successor, const std::function<void()>& how) {
        const auto place = before_.places.find(what);
        const bool isLate = successor == nullptr && place != before_.places.end() && place->second.line > 0 &&
                            std::ranges::any_of(replaced_, [&](const TerraformReplacement& one) {
                                return one.madeFirst && one.earlier == place->second;
                            });
        isLate ? late_.push_back(how) : how();
    }

    /// Whether something that is there before is soft-deleted later, as an estate tells it.
    bool becomesDeleted(std::string_view what, const JsonObject& before, const JsonValue* later) {
        const JsonValue* was = fieldNamed(before, "deleted");
        const JsonValue* is = later != nullptr ? fieldNamed(later->fields(), "deleted") : nullptr;
        if (was != nullptr && later != nullptr && is == nullptr) {
            leave(fmt::format("the change brings '{}' back, which is deleted before; the timeline does not", what));
        }
        return was == nullptr && is != nullptr && is->line() != "null";
    }

    // --- destroying --------------------------------------------------------------------------------------------------

    void destroy() {
        for (const auto& [name, fields] : before_.resources) {
            if (isUnmodelled(fields.fields()) || !ends(TerraformThing::Resource, name, after_.resources)) {
                continue;
            }
            if (standsOnOthers(fields) && isKeyless(after_, name)) {
                leave(fmt::format("the plan takes '{}' off what it stands on, which the timeline does not", name));
            } else {
                endOf("resource " + name, fieldNamed(after_.resources, name),
                      [this, name = name] { act("resource.delete", name); });
            }
        }
        removeRoles("/", before_.roleAssignments, after_.roleAssignments);
        for (const auto& [name, fields] : before_.vaults) {
            if (after_.unreadVaults.contains(name)) {
                leave(
                    fmt::format("what the plan makes of vault '{}' is not known; the timeline leaves it alone", name));
            } else {
                destroyIn(name, fields.fields());
            }
        }
        for (const auto& [name, fields] : before_.vaults) {
            if (!after_.unreadVaults.contains(name) && ends(TerraformThing::Vault, name, after_.vaults)) {
                endOf("vault " + name, fieldNamed(after_.vaults, name), [this, name = name, was = fields.fields()] {
                    act("vault.delete", name);
                    remember(name, was, name, "vault.purge");
                });
            } else if (becomesDeleted(name, fields.fields(), fieldNamed(after_.vaults, name))) {
                act("vault.delete", name);
            }
        }
        for (const auto& [name, fields] : before_.identities) {
            const JsonValue* later = fieldNamed(after_.identities, name);
            if (ends(TerraformThing::Identity, name, after_.identities) ||
                becomesDeleted(name, fields.fields(), later)) {
                endOf("identity " + name, later, [this, name = name] { act("identity.delete", name); });
            }
        }
    }

    void destroyIn(const std::string& vault, const JsonObject& fields) {
        const JsonValue* later = fieldNamed(after_.vaults, vault);
        const JsonObject laterFields = later != nullptr ? later->fields() : JsonObject{};
        const JsonObject laterPolicies = fieldsOf(laterFields, "accessPolicies");
        const JsonObject laterKeys = fieldsOf(laterFields, "keys");
        for (const auto& [who, permissions] : fieldsOf(fields, "accessPolicies")) {
            // That of what is gone by now means nothing, be it destroyed as well or not.
            const bool isOfGone = isOwn(who) && fieldNamed(after_.resources, who.substr(ownPrefix.size())) == nullptr;
            const JsonValue* stays = fieldNamed(laterPolicies, who);
            if (!isOfGone && !staysAsStranger(vault, who) && (stays == nullptr || isPolicyRemade(vault, who))) {
                endOf(policyAt(vault, who), stays, [this, vault, who = who] {
                    act("policy.delete", vault, {{"identity", who}});
                });
            }
        }
        removeRoles(vault, fieldsOf(fields, "roleAssignments"), fieldsOf(laterFields, "roleAssignments"));
        for (const auto& [name, key] : fieldsOf(fields, "keys")) {
            const std::string target = vault + '/' + name;
            const JsonValue* laterKey = fieldNamed(laterKeys, name);
            removeRoles(target, fieldsOf(key.fields(), "roleAssignments"),
                        laterKey != nullptr ? fieldsOf(laterKey->fields(), "roleAssignments") : JsonObject{});
            if (ends(TerraformThing::Key, name, laterKeys, vault)) {
                endOf("key " + target, laterKey, [this, vault, fields, target] {
                    act("key.delete", target);
                    remember(vault, fields, target, "key.purge");
                });
            } else if (becomesDeleted(target, key.fields(), laterKey)) {
                act("key.delete", target);
            }
        }
    }

    static bool holds(const JsonValue* roles, const JsonValue& role) {
        return roles != nullptr &&
               std::ranges::any_of(roles->items(), [&](const JsonValue& one) { return one.line() == role.line(); });
    }

    void removeRoles(const std::string& scope, const JsonObject& roles, const JsonObject& later) {
        for (const auto& [who, list] : roles) {
            const JsonValue* kept = fieldNamed(later, who);
            for (const JsonValue& role : list.items()) {
                const bool stays = holds(kept, role);
                if ((!stays && !staysAsStranger(scope, who, bareText(role))) || isRoleRemade(scope, who, role)) {
                    endOf(roleAt(scope, who, role), stays ? &role : nullptr, [this, scope, who = who, role] {
                        act("role.remove", scope, {{"identity", who}, {"role", role}});
                    });
                }
            }
        }
    }

    /// What the provider does after a deletion, and what the name stands for then.
    void remember(const std::string& vault, const JsonObject& fields, const std::string& target,
                  std::string_view purge) {
        const JsonValue* protection = fieldNamed(fields, "enablePurgeProtection");
        const JsonValue* softDelete = fieldNamed(fields, "enableSoftDelete");
        if (softDelete != nullptr && softDelete->line() == "false") {
            return;
        }
        if (protection != nullptr && protection->line() == "true") {
            softDeleted_.insert(target);
            assume(
                fmt::format("what is destroyed in vault '{}' stays soft-deleted, as purge protection has it", vault));
            return;
        }
        act(purge, target);
        assume(
            fmt::format("what is destroyed in vault '{}' is purged at once, as the provider does unless its features "
                        "say otherwise",
                        vault));
    }

    /// What is destroyed once its successor is there. A policy is one of its principal: destroying what was there
    /// before it is made takes the new one away as well.
    void destroyLate() {
        for (const std::function<void()>& end : late_) {
            end();
        }
        for (const auto& [vault, fields] : after_.vaults) {
            const JsonValue* earlier = fieldNamed(before_.vaults, vault);
            const JsonObject earlierPolicies =
                earlier != nullptr ? fieldsOf(earlier->fields(), "accessPolicies") : JsonObject{};
            for (const auto& [who, permissions] : fieldsOf(fields.fields(), "accessPolicies")) {
                const TerraformReplacement* one = remadeGrant(TerraformThing::Policy, policyAt(vault, who));
                if (one != nullptr && one->madeFirst && fieldNamed(earlierPolicies, who) != nullptr) {
                    act("policy.delete", vault, {{"identity", who}});
                }
            }
        }
        for (const auto& [what, place] : after_.places) {
            const TerraformReplacement* one = remadeGrant(TerraformThing::Grant, what);
            if (one != nullptr && one->madeFirst && before_.places.contains(what)) {
                leave(fmt::format("{} is made anew before it is destroyed; what comes of that is not known, and the "
                                  "timeline leaves it",
                                  what));
            }
        }
    }

    // --- making ------------------------------------------------------------------------------------------------------

    [[nodiscard]] bool begins(TerraformThing thing, std::string_view name, const JsonObject& earlier,
                              std::string_view vault = {}) const {
        return fieldNamed(earlier, name) == nullptr || isReplaced(thing, name, vault);
    }

    void make() {
        for (const auto& [name, fields] : after_.identities) {
            if (begins(TerraformThing::Identity, name, before_.identities)) {
                act("identity.create", name);
            }
        }
        for (const auto& [name, fields] : after_.vaults) {
            makeVault(name, fields.fields());
        }
        for (const bool own : {false, true}) {
            if (own) {
                makeResources();
            }
            addRoles("/", after_.roleAssignments, before_.roleAssignments, own);
            for (const auto& [name, fields] : after_.vaults) {
                makeIn(name, fields.fields(), own);
            }
        }
        changeResources();
    }

    static JsonObject settingsOf(const JsonObject& fields) {
        JsonObject settings;
        for (const auto& [name, value] : fields) {
            if (name != "accessPolicies" && name != "roleAssignments" && name != "keys" && name != "deleted") {
                settings.emplace_back(name, value);
            }
        }
        return settings;
    }

    void makeVault(const std::string& name, const JsonObject& fields) {
        const JsonObject settings = settingsOf(fields);
        if (begins(TerraformThing::Vault, name, before_.vaults)) {
            if (before_.unreadVaults.contains(name)) {
                leave(fmt::format("vault '{}' is there before the plan, and how it is set is not known; the timeline "
                                  "makes it",
                                  name));
            }
            if (softDeleted_.contains(name)) {
                act("vault.recover", name);
                assume(fmt::format("vault '{}' is recovered and not made anew, as the provider does", name));
            } else {
                act("vault.create", name, settings);
            }
            return;
        }
        const JsonObject earlier = fieldNamed(before_.vaults, name)->fields();
        JsonObject changed;
        constexpr std::string_view retention = "softDeleteRetentionInDays";
        if (const JsonValue* days = fieldNamed(settings, retention);
            days != nullptr && !isSame(fieldNamed(earlier, retention), days)) {
            leave(fmt::format("the plan changes {} of vault '{}', which the timeline does not", retention, name));
        }
        for (const auto& [field, value] : settings) {
            if (field != retention && !isSame(fieldNamed(earlier, field), &value)) {
                changed.emplace_back(field, value);
            }
        }
        if (!changed.empty()) {
            act("vault.update", name, changed);
        }
        for (const auto& [field, value] : settingsOf(earlier)) {
            if (fieldNamed(settings, field) == nullptr) {
                leave(fmt::format("the plan takes {} from vault '{}', which the timeline does not", field, name));
            }
        }
    }

    /// What is granted to a resource's own identity can only be once there is the resource.
    static bool isOwn(std::string_view who) { return who.starts_with(ownPrefix); }

    void makeIn(const std::string& vault, const JsonObject& fields, bool own) {
        const bool isNew = begins(TerraformThing::Vault, vault, before_.vaults) && !softDeleted_.contains(vault);
        const JsonValue* earlier = isNew ? nullptr : fieldNamed(before_.vaults, vault);
        const JsonObject earlierFields = earlier != nullptr ? earlier->fields() : JsonObject{};
        const JsonObject earlierPolicies = fieldsOf(earlierFields, "accessPolicies");
        for (const auto& [who, permissions] : fieldsOf(fields, "accessPolicies")) {
            const bool isThere = isSame(fieldNamed(earlierPolicies, who), &permissions) && !isPolicyRemade(vault, who);
            if (isOwn(who) == own && !isThere) {
                act("policy.set", vault, {{"identity", who}, {"permissions", permissions}});
            }
        }
        addRoles(vault, fieldsOf(fields, "roleAssignments"), fieldsOf(earlierFields, "roleAssignments"), own);
        const JsonObject earlierKeys = fieldsOf(earlierFields, "keys");
        for (const auto& [name, key] : fieldsOf(fields, "keys")) {
            const std::string target = vault + '/' + name;
            const bool made = begins(TerraformThing::Key, name, earlierKeys, vault);
            if (!own) {
                makeKey(target, key.fields(), made, fieldNamed(earlierKeys, name));
            }
            const JsonValue* earlierKey = made ? nullptr : fieldNamed(earlierKeys, name);
            addRoles(target, fieldsOf(key.fields(), "roleAssignments"),
                     earlierKey != nullptr ? fieldsOf(earlierKey->fields(), "roleAssignments") : JsonObject{}, own);
        }
    }

    /// Of a version, what `key.create` and `key.update` take.
    static JsonObject validityOf(const JsonObject& key) {
        const JsonValue* versions = fieldNamed(key, "versions");
        const JsonObject fields =
            versions != nullptr && !versions->items().empty() ? versions->items().back().fields() : key;
        JsonObject validity;
        for (const auto& [name, value] : fields) {
            if (name == "enabled" || name == "notBefore" || name == "expires") {
                validity.emplace_back(name, value);
            }
        }
        return validity;
    }

    void makeKey(const std::string& target, const JsonObject& key, bool made, const JsonValue* earlier) {
        if (made && softDeleted_.contains(target)) {
            act("key.recover", target);
            assume(fmt::format("key '{}' is recovered and not made anew, as the provider does", target));
        } else if (made) {
            act("key.create", target, validityOf(key));
        } else if (JsonValue{validityOf(key)}.line() != JsonValue{validityOf(earlier->fields())}.line()) {
            JsonObject changed = validityOf(key);
            for (const std::string_view name : {"notBefore", "expires"}) {
                if (fieldNamed(changed, name) == nullptr &&
                    fieldNamed(validityOf(earlier->fields()), name) != nullptr) {
                    changed.emplace_back(name, nullptr);
                }
            }
            act("key.update", target, changed);
        }
    }

    void addRoles(const std::string& scope, const JsonObject& roles, const JsonObject& earlier, bool own) {
        for (const auto& [who, list] : roles) {
            const JsonValue* had = fieldNamed(earlier, who);
            for (const JsonValue& role : list.items()) {
                const bool there = holds(had, role);
                if ((!there || isRoleRemade(scope, who, role)) && isOwn(who) == own) {
                    act("role.assign", scope, {{"identity", who}, {"role", role}});
                }
            }
        }
    }

    void makeResources() {
        for (const auto& [name, fields] : after_.resources) {
            const JsonValue* earlier = fieldNamed(before_.resources, name);
            if (isUnmodelled(fields.fields()) || (earlier != nullptr && isUnmodelled(earlier->fields()))) {
                continue; // what becomes of it is not known
            }
            if (standsOnOthers(fields) && isKeyless(before_, name)) {
                leave(fmt::format("the plan puts '{}' on what it stands on then, which the timeline does not", name));
            } else if (begins(TerraformThing::Resource, name, before_.resources)) {
                act("resource.create", name, withoutKeysApart(fields.fields(), keysApartOf(name)));
            } else {
                attach(name, fields.fields(), earlier->fields());
            }
        }
    }

    /// What is granted to a resource's own identity may let it have the key that it gets.
    void changeResources() {
        for (const auto& [name, fields] : after_.resources) {
            const JsonValue* earlier = fieldNamed(before_.resources, name);
            if (isUnmodelled(fields.fields()) || (earlier != nullptr && isUnmodelled(earlier->fields())) ||
                (standsOnOthers(fields) && isKeyless(before_, name))) {
                continue;
            }
            if (!begins(TerraformThing::Resource, name, before_.resources)) {
                changeResource(name, withoutTags(fields.fields()), withoutTags(earlier->fields()));
            } else if (const std::set<std::string> apart = keysApartOf(name); !apart.empty()) {
                changeResource(name, withoutTags(fields.fields()),
                               withoutTags(withoutKeysApart(fields.fields(), apart)));
            }
        }
    }

    void attach(const std::string& name, const JsonObject& fields, const JsonObject& earlier) {
        const std::vector<std::string> then = identitiesIn(earlier);
        for (const std::string& identity : identitiesIn(fields)) {
            if (std::ranges::find(then, identity) == then.end()) {
                act("resource.assign-identity", name, {{"identity", identity}});
            }
        }
    }

    /// Which of a new resource's keys something apart from it gives it; an empty name is its only one.
    [[nodiscard]] std::set<std::string> keysApartOf(const std::string& name) const {
        const auto found = after_.keysApart.find(name);
        return found != after_.keysApart.end() ? found->second : std::set<std::string>{};
    }

    void changeResource(const std::string& name, const JsonObject& fields, const JsonObject& earlier) {
        const std::vector<std::string> now = identitiesIn(fields);
        const std::vector<std::string> then = identitiesIn(earlier);
        JsonObject changed;
        for (const std::string_view field : {"key", "identity"}) {
            const JsonValue* value = fieldNamed(fields, field);
            if (value != nullptr && !isSame(fieldNamed(earlier, field), value)) {
                changed.emplace_back(field, *value);
            }
        }
        const bool losesKey = hasAnyKey(earlier) && !hasAnyKey(fields);
        if (JsonObject slots = changedSlots(fields, earlier); !slots.empty() && !losesKey) {
            changed = JsonObject{{"keys", std::move(slots)}}; // the short form is one of them
        }
        if (losesKey) {
            act("resource.update", name, {{"key", nullptr}}); // its identity has nothing to reach then
        } else if (!changed.empty()) {
            act("resource.update", name, changed);
        }
        constexpr std::string_view rotation = "automaticRotation";
        if (const JsonValue* on = fieldNamed(fields, rotation);
            on != nullptr && !isSame(fieldNamed(earlier, rotation), on)) {
            act("resource.update", name, JsonObject{{std::string{rotation}, *on}});
        }
        const auto isPlayed = [&](std::string_view field) {
            return field == "key" || field == "keys" || field == "identity" || field == "identities" ||
                   (field == rotation && fieldNamed(fields, rotation) != nullptr);
        };
        for (const auto& [field, value] : fields) {
            if (!isPlayed(field) && !isSame(fieldNamed(earlier, field), &value)) {
                leave(fmt::format("the plan changes {} of '{}', which the timeline does not", field, name));
            }
        }
        for (const auto& [field, value] : earlier) {
            if (!isPlayed(field) && fieldNamed(fields, field) == nullptr) {
                leave(fmt::format("the plan takes {} from '{}', which the timeline does not", field, name));
            }
        }
        for (const std::string& identity : then) {
            if (std::ranges::find(now, identity) == now.end()) {
                act("resource.remove-identity", name, {{"identity", identity}});
            }
        }
    }

    const ImportedEstate& before_;
    const ImportedEstate& after_;
    const std::vector<TerraformReplacement>& replaced_;
    Diagnostics& diagnostics_;
    std::set<std::string> softDeleted_; // vaults and keys, by name and by VAULT/KEY
    std::vector<std::string>* unplayed_;
    std::set<std::string> assumed_;
    std::vector<std::function<void()>> late_; // ends of what is there until its successor is
    std::vector<JsonObject> entries_;
};

/// Of several identities of one name which is called what may differ before and after.
void tellMistaken(const ImportedEstate& before, const ImportedEstate& after, Diagnostics& diagnostics) {
    const auto idOf = [](const JsonValue* identity) {
        const JsonValue* id = identity != nullptr ? fieldNamed(identity->fields(), "id") : nullptr;
        return id != nullptr ? lowerCase(bareText(*id)) : std::string{};
    };
    for (const auto& [name, fields] : before.identities) {
        const std::string then = idOf(&fields);
        const std::string now = idOf(fieldNamed(after.identities, name));
        if (then != now && !isPlaceless(then) && !isPlaceless(now)) {
            diagnostics.warning({}, fmt::format("identity '{}' is {} before the plan and {} after it", name, then, now),
                                "the timeline takes the two for one");
        }
    }
}

} // namespace

std::vector<JsonObject> planTimeline(const ImportedEstate& before, const ImportedEstate& after,
                                     const std::vector<TerraformReplacement>& replaced, Diagnostics& diagnostics,
                                     std::vector<std::string>* unplayed) {
    tellMistaken(before, after, diagnostics);
    return PlanTimeline{before, after, replaced, diagnostics, unplayed}.write();
}

} // namespace cmksim::import
