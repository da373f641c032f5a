#include "import/carry.hpp"

#include "base/held_value.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/vault_kinds.hpp"
#include "import/identity_index.hpp"
#include "import/json_fields.hpp"
#include "model/model.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

namespace cmksim::import {

namespace {

/// Of a key, the versions of both; those of a key that has none are not told.
JsonObject withVersionsOf(JsonObject key, const JsonObject& other) {
    const JsonValue* more = fieldNamed(other, "versions");
    const auto found = std::ranges::find(key, "versions", &JsonValue::Field::first);
    if (more == nullptr || found == key.end()) {
        return key;
    }
    JsonArray versions = found->second.items();
    for (const JsonValue& version : more->items()) {
        const bool isThere =
            std::ranges::any_of(versions, [&](const JsonValue& one) { return one.line() == version.line(); });
        if (!isThere) {
            versions.push_back(version);
        }
    }
    found->second = JsonValue{std::move(versions)};
    return key;
}

/// Applications, and who acts as one where that is there: neither is what a change makes or takes away.
void carryForeignTo(ImportedEstate& estate, const ImportedEstate& from) {
    for (const auto& [name, fields] : from.identities) {
        constexpr std::string_view application = identityKindNames[static_cast<std::size_t>(IdentityKind::Application)];
        const JsonValue* type = fieldNamed(fields.fields(), "type");
        const JsonValue* with = fieldNamed(fields.fields(), "with");
        const bool isForeign = with != nullptr || (type != nullptr && bareText(*type) == application);
        const bool isThere = with == nullptr || fieldNamed(estate.identities, bareText(*with)) != nullptr;
        if (isForeign && isThere && fieldNamed(estate.identities, name) == nullptr) {
            estate.identities.emplace_back(name, fields);
        }
    }
}

void carryAssumedIdentitiesTo(ImportedEstate& estate, const ImportedEstate& from) {
    for (const auto& [name, fields] : from.identities) {
        if (from.assumedIdentities.contains(name) && fieldNamed(estate.identities, name) == nullptr) {
            estate.identities.emplace_back(name, fields);
            estate.assumedIdentities.insert(name);
        }
    }
}

/// What is said of identities whose ids are known and that nothing said so makes, as what only speaks of them.
std::vector<RawIdentity> identitiesThere(const RawImport& side) {
    const IdentityIndex index{side.identities};
    std::vector<RawIdentity> there;
    for (std::size_t i = 0; i < side.identities.size(); ++i) {
        const IdentityIndex::Identity& identity = index.all()[index.ofEach()[i]];
        if (!identity.isMade && (identity.isFound || !isUnknownText(identity.id))) {
            there.push_back(side.identities[i]);
            there.back().mentioned = true;
        }
    }
    return there;
}

void carryAssumedKeysTo(ImportedEstate& estate, const ImportedEstate& from) {
    for (auto& [name, described] : estate.vaults) {
        const JsonValue* source = fieldNamed(from.vaults, name);
        if (source == nullptr) {
            continue;
        }
        JsonObject keys = fieldsOf(described.fields(), "keys");
        for (const auto& [key, fields] : fieldsOf(source->fields(), "keys")) {
            const std::string target = name + '/' + key;
            if (!from.assumedKeys.contains(target)) {
                continue;
            }
            const auto known = std::ranges::find(keys, key, &JsonValue::Field::first);
            if (known == keys.end()) {
                JsonObject carried = fields.fields();
                std::erase_if(carried, [](const JsonValue::Field& field) { return field.first == "roleAssignments"; });
                keys.emplace_back(key, std::move(carried));
                estate.assumedKeys.insert(target);
            } else if (estate.assumedKeys.contains(target)) {
                known->second = JsonValue{withVersionsOf(known->second.fields(), fields.fields())};
            }
        }
        if (!keys.empty()) {
            described = described.with("keys", std::move(keys));
        }
    }
}

} // namespace

void carryAssumed(ImportedEstate& one, ImportedEstate& other) {
    carryAssumedKeysTo(one, other);
    carryAssumedKeysTo(other, one);
    carryAssumedIdentitiesTo(one, other);
    carryAssumedIdentitiesTo(other, one);
    carryForeignTo(one, other);
    carryForeignTo(other, one);
}

void shareIdentities(RawImport& before, RawImport& after) {
    std::vector<RawIdentity> beforeIt = identitiesThere(before);
    std::vector<RawIdentity> afterIt = identitiesThere(after);
    std::ranges::move(afterIt, std::back_inserter(before.identities));
    std::ranges::move(beforeIt, std::back_inserter(after.identities));
}

void nameMadeIdentities(const RawImport& known, RawImport& after) {
    std::map<std::string, PrincipalText> principals; // by the reference to each, in lower case
    for (RawResource& resource : after.resources) {
        const auto there = std::ranges::find_if(known.resources, [&](const RawResource& one) {
            return one.service == resource.service && equalIgnoringCase(one.name, readable(resource.name));
        });
        for (RawSlot& slot : resource.slots) {
            const bool isMade =
                isUnknownText(slot.use.identity) &&
                std::ranges::find(after.identities, slot.use.identity, &RawIdentity::id) != after.identities.end();
            if (!isMade || there == known.resources.end()) {
                continue;
            }
            const auto same = std::ranges::find(there->slots, slot.slot, &RawSlot::slot);
            if (same == there->slots.end() || same->use.identity.empty()) {
                continue;
            }
            const bool isOwn = IdentityIndex::isOwn(same->use.identity);
            principals.emplace(lowerCase(slot.use.identity), isOwn ? there->ownPrincipal : same->use.identity);
            resource.ownPrincipal = isOwn ? there->ownPrincipal : resource.ownPrincipal;
            slot.use.identity = same->use.identity;
        }
    }
    if (principals.empty()) {
        return;
    }
    const auto rename = [&](PrincipalText& principal) {
        const auto known = principals.find(lowerCase(principal));
        principal = known != principals.end() ? known->second : std::move(principal);
    };
    for (RawVault& vault : after.vaults) {
        std::ranges::for_each(vault.policies, rename, &RawPolicy::principal);
    }
    std::ranges::for_each(after.grants, rename, &RawGrant::principal);
    std::erase_if(after.identities, [&](const RawIdentity& one) { return principals.contains(lowerCase(one.id)); });
}

void tellUndescribed(std::initializer_list<const RawImport*> read, Diagnostics& diagnostics) {
    std::vector<RawIdentity> all;
    for (const RawImport* side : read) {
        all.insert(all.end(), side->identities.begin(), side->identities.end());
    }
    const IdentityIndex index{all};
    for (std::size_t i = 0; i < all.size(); ++i) {
        const IdentityIndex::Identity& identity = index.all()[index.ofEach()[i]];
        if (!identity.isMade && !identity.isFound && !index.isAgain()[i] && !isUnknownText(identity.id)) {
            diagnostics.warning(
                all[i].mark,
                fmt::format("nothing that was read describes identity {}", inQuotes(readable(identity.name))),
                "it is taken to be there before the change and after it; what else is granted to it is not known");
        }
    }
}

void carryUnmodelled(ImportedEstate& before, const ImportedEstate& after, const Platform& platform) {
    const auto carried = [&](const JsonValue& key) {
        const std::string text = bareText(key);
        const std::size_t slash = text.find('/');
        if (text.find("://") != std::string::npos || slash == std::string::npos) {
            return key;
        }
        const JsonValue* vault = fieldNamed(before.vaults, text.substr(0, slash));
        const JsonValue* later = fieldNamed(after.vaults, text.substr(0, slash));
        const JsonValue* kind = later != nullptr ? fieldNamed(later->fields(), "kind") : nullptr;
        const std::string rest = text.substr(slash + 1);
        const bool known =
            vault != nullptr && fieldNamed(fieldsOf(vault->fields(), "keys"), rest.substr(0, rest.find('/')));
        return known ? key
                     : JsonValue{fmt::format(
                           "https://{}/keys/{}",
                           platform.hostOf(text.substr(0, slash),
                                           catalog::vaultKindNamed(kind != nullptr ? bareText(*kind) : "", platform)),
                           rest)};
    };
    const auto isThere = [&](const JsonValue& identity) {
        const std::string text = bareText(identity);
        return text == "SystemAssigned" || fieldNamed(before.identities, text) != nullptr;
    };
    for (const auto& [name, fields] : after.resources) {
        if (!isUnmodelled(fields.fields()) || fieldNamed(before.resources, name) != nullptr) {
            continue;
        }
        JsonObject kept;
        for (const auto& [field, value] : fields.fields()) {
            if (field == "key") {
                kept.emplace_back(field, carried(value));
            } else if (field == "keys") {
                JsonObject slots;
                for (const auto& [slot, use] : value.fields()) {
                    slots.emplace_back(slot, JsonObject{{"key", carried(*fieldNamed(use.fields(), "key"))}});
                }
                kept.emplace_back(field, std::move(slots));
            } else if (field == "vaults") {
                JsonArray there;
                std::ranges::copy_if(value.items(), std::back_inserter(there), [&](const JsonValue& vault) {
                    return fieldNamed(before.vaults, bareText(vault)) != nullptr;
                });
                if (!there.empty()) { // else they are made only later
                    kept.emplace_back(field, std::move(there));
                }
            } else if (field == "identities") {
                JsonArray there;
                std::ranges::copy_if(value.items(), std::back_inserter(there), isThere);
                kept.emplace_back(field, std::move(there));
            } else if (field != "identity" || isThere(value)) {
                kept.emplace_back(field, value);
            }
        }
        before.resources.emplace_back(name, std::move(kept));
    }
}

} // namespace cmksim::import
