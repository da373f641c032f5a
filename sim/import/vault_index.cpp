#include "import/vault_index.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "catalog/fact_reader.hpp"
#include "import/arm_values.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "scenario/key_reference.hpp"
#include "scenario/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace cmksim::import {

namespace {

/// Without these it is not known who gets to the vault, or what lets them.
bool isDecisive(std::string_view field) {
    return field == "publicNetworkAccess" || field == "enableRbacAuthorization" || field.starts_with("networkAcls.");
}

constexpr std::string_view unsaid = "import what 'az keyvault show' prints of it, or the graph query";

/// How many days lie between a deletion and the purge that it leads to; nothing where that is no retention.
std::optional<std::int64_t> retentionOf(const Deletion& deletion, const Platform& platform) {
    const auto at = parseTimestamp(deletion.at);
    const auto purge = parseTimestamp(deletion.purgeAt);
    if (!at || !purge || *purge <= *at) {
        return std::nullopt;
    }
    const std::int64_t days = std::chrono::round<std::chrono::days>(*purge - *at).count();
    return days >= platform.retentionDaysLeast && days <= platform.retentionDaysMost ? std::optional{days}
                                                                                     : std::nullopt;
}

bool isEarlier(const std::string& a, const std::string& b) { return !a.empty() && !b.empty() && a < b; }

} // namespace

JoinedKey* JoinedVault::keyNamed(std::string_view key) {
    const auto found =
        std::ranges::find_if(keys, [&](const JoinedKey& one) { return equalIgnoringCase(one.name, key); });
    return found != keys.end() ? &*found : nullptr;
}

const JoinedVault::Setting* JoinedVault::setting(std::string_view field) const {
    const auto found = std::ranges::find(settings, field, &Setting::field);
    return found != settings.end() ? &*found : nullptr;
}

JoinedVault* VaultIndex::find(std::string_view name) {
    const auto found = byName_.find(lowerCase(name));
    return found != byName_.end() ? &vaults_[found->second] : nullptr;
}

JoinedVault* VaultIndex::find(std::string_view name, VaultKindId kind) {
    JoinedVault* vault = find(name);
    return vault != nullptr && vault->kind == kind ? vault : nullptr;
}

std::string VaultIndex::titleOf(const JoinedVault& vault) const {
    return fmt::format("{} {}", callOf(vault.kind), inQuotes(vault.name));
}

const std::string& VaultIndex::callOf(VaultKindId kind) const {
    static const std::string ordinary = "vault";
    return kind == ordinaryVault ? ordinary : platform_.vaultKinds[kind].title;
}

void VaultIndex::add(const RawVault& found) {
    ledger_.read(ReadKind::Vault, found.mark);
    std::string name = readable(found.name);
    if (isUnknownText(found.name) && !isVaultName(name)) {
        name = matchName(name); // of a parameter or an address, in which other letters stand
        std::erase_if(name, [](char c) { return !(std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-'); });
        name.resize(std::min<std::size_t>(name.size(), 24));
    }
    const auto [at, isNew] = byName_.try_emplace(lowerCase(name), vaults_.size());
    if (isNew && !isVaultName(name)) {
        teller_.tell(found.mark, fmt::format("{} can be no vault's name", inQuotes(name)), "the vault is left out");
        ledger_.leaveOut(ReadKind::Vault, found.mark);
        byName_.erase(at);
        return;
    }
    if (isNew) {
        JoinedVault vault;
        vault.name = name;
        vault.kind = found.kind;
        vault.rolesAreKnown = found.kind == ordinaryVault;
        vault.mark = found.mark;
        vaults_.push_back(std::move(vault));
        if (isUnknownText(found.name)) {
            teller_.tell(found.mark,
                         fmt::format("the name of a vault is not known: {}", inQuotes(readable(found.name))),
                         fmt::format("it is called {} here", inQuotes(name)));
        }
    } else if (vaults_[at->second].kind != found.kind) {
        teller_.tell(
            found.mark,
            fmt::format("there is a {} already, {}", titleOf(vaults_[at->second]), placeText(vaults_[at->second].mark)),
            "two of one name cannot stand in an estate: this one is left out");
        ledger_.leaveOut(ReadKind::Vault, found.mark);
        return;
    } else {
        ledger_.again(ReadKind::Vault, found.mark);
    }
    JoinedVault& vault = vaults_[at->second];
    vault.rolesAreKnown = vault.rolesAreKnown || found.hasAllRoles;
    if (vault.id.empty() || (isPlaceless(vault.id) && !isPlaceless(found.id))) {
        vault.id = found.id;
    } else if (!isPlaceless(vault.id) && !isPlaceless(found.id) && !equalIgnoringCase(vault.id, found.id)) {
        teller_.tell(found.mark,
                     fmt::format("vault {} is {} here and {} at {}", inQuotes(vault.name), inQuotes(found.id),
                                 inQuotes(vault.id), placeText(vault.mark)),
                     "there is one vault of a name in all of Azure: what stands here is later and holds");
        vault.id = found.id;
    }
    deletion(found, vault, isNew);
    vault.isWhole = vault.isWhole || found.isWhole;
    vault.hasNewDefault = vault.hasNewDefault && (found.hasNewDefault || !found.isWhole);
    settings(found, vault);
}

/// A vault that one source has as deleted and another as it is in use: the later holds, where neither is known to be
/// older. What only speaks of it says neither.
void VaultIndex::deletion(const RawVault& found, JoinedVault& vault, bool isNew) {
    const bool saysSo = found.deleted.has_value() || found.isWhole;
    const bool wasSaid = !isNew && (vault.deleted.has_value() || vault.isWhole);
    if (saysSo && wasSaid && found.deleted.has_value() != vault.deleted.has_value()) {
        const bool wasInUseLater = found.deleted && isEarlier(found.deleted->at, vault.changed);
        teller_.tell(found.mark,
                     fmt::format("vault {} is {} here and {} at {}", inQuotes(vault.name),
                                 found.deleted ? "deleted" : "in use", vault.deleted ? "deleted" : "in use",
                                 placeText(vault.mark)),
                     wasInUseLater ? "it was changed after that, and is taken to be recovered"
                                   : "what stands here is later and holds");
        vault.deleted = wasInUseLater ? std::nullopt : found.deleted;
    } else if (found.deleted) {
        vault.deleted = found.deleted;
    }
    vault.changed = std::max(vault.changed, found.changed);
}

void VaultIndex::settings(const RawVault& found, JoinedVault& vault) {
    for (const auto& [field, value] : found.settings) {
        set(vault, field, value, found);
    }
    if (found.deleted) {
        if (const auto days = retentionOf(*found.deleted, platform_)) {
            set(vault, "softDeleteRetentionInDays", *days, found);
        }
    }
}

void VaultIndex::set(JoinedVault& vault, std::string field, JsonValue value, const RawVault& found) {
    const auto known = std::ranges::find(vault.settings, field, &JoinedVault::Setting::field);
    const bool isKnown = !isUnknown(value);
    if (known == vault.settings.end()) {
        vault.settings.push_back({std::move(field), std::move(value), found.mark, found.changed});
        return;
    }
    if (!isKnown) {
        return; // nothing that was known is lost to what is not
    }
    const auto fits = [&](const JsonValue& one) {
        return matchSetting(known->field, one, platform_).value_or(one).line();
    };
    const bool stays = isEarlier(found.changed, known->changed);
    if (!isUnknown(known->value) && fits(known->value) != fits(value)) {
        teller_.tell(found.mark,
                     fmt::format("{} of vault {} is {} here and {} at {}", known->field, inQuotes(vault.name),
                                 value.line(), known->value.line(), placeText(known->mark)),
                     stays ? "the other is newer and holds" : "what stands here is later and holds");
    }
    if (!stays) {
        *known = {std::move(field), std::move(value), found.mark, found.changed};
    }
}

void VaultIndex::judge() {
    for (JoinedVault& vault : vaults_) {
        judge(vault);
    }
}

void VaultIndex::judge(JoinedVault& vault) {
    std::vector<JoinedVault::Setting> fitting;
    constexpr std::string_view model = "enableRbacAuthorization";
    if (vault.isWhole && vault.hasNewDefault && vault.kind == ordinaryVault && vault.setting(model) == nullptr) {
        vault.settings.push_back({std::string{model}, true, vault.mark, vault.changed});
        teller_.tell(vault.mark,
                     fmt::format("vault {} does not say whether it uses roles, as new ones of its API's version do",
                                 inQuotes(vault.name)),
                     "it is taken to use them; one that is there already keeps what it has: import that, too");
    }
    if (vault.kind != ordinaryVault) { // what it can do without is not said of it
        std::erase_if(vault.settings, [](const JoinedVault::Setting& setting) {
            return setting.field == "enableRbacAuthorization" || setting.field == "enableSoftDelete";
        });
    }
    for (JoinedVault::Setting& setting : vault.settings) {
        if (auto fit = matchSetting(setting.field, setting.value, platform_)) {
            setting.value = std::move(*fit);
            if (setting.field == "publicNetworkAccess" && stringOf(setting.value) == "SecuredByPerimeter") {
                vault.unread = "who is in the perimeter that it is secured by was not read";
            }
            fitting.push_back(std::move(setting));
            continue;
        }
        const std::string said = readable(stringOf(setting.value));
        const bool isKnown = !isUnknown(setting.value);
        if (isDecisive(setting.field) && vault.unread.empty()) {
            const bool isNumber = isKnown && !said.empty() && said.find_first_not_of("0123456789") == std::string::npos;
            vault.unread = isNumber  ? fmt::format("{} is the number {}: PowerShell prints words so unless it is asked "
                                                    "with 'ConvertTo-Json -EnumsAsStrings'",
                                                   setting.field, said)
                           : isKnown ? fmt::format("{} is {}, which is not simulated", setting.field, inQuotes(said))
                                     : fmt::format("{} is not known ({})", setting.field, said);
        } else if (!isDecisive(setting.field)) {
            teller_.tell(
                setting.mark,
                isKnown
                    ? fmt::format("{} of vault {} cannot be {}", setting.field, inQuotes(vault.name), inQuotes(said))
                    : fmt::format("{} of vault {} is not known ({})", setting.field, inQuotes(vault.name), said),
                "the setting is left out, and has its default");
        }
    }
    vault.settings = std::move(fitting);
    if (!vault.isWhole && vault.deleted) {
        teller_.tell(
            vault.mark,
            fmt::format("vault {} is deleted; its network rules and grants were not read", inQuotes(vault.name)),
            "what holds once it is recovered is not known");
    } else if (!vault.isWhole) {
        vault.unread = "its properties were not read";
    }
    if (!vault.unread.empty()) {
        teller_.tell(vault.mark, fmt::format("vault {} is left out: {}", inQuotes(vault.name), vault.unread),
                     vault.isWhole ? "what uses its keys has no model here" : unsaid);
        ledger_.leaveOut(ReadKind::Vault, vault.mark);
    }
}

void VaultIndex::add(const RawKey& found) {
    ledger_.read(ReadKind::Key, found.mark);
    JoinedVault* vault = find(readable(found.vault), found.vaultKind);
    const std::string name = readable(found.name);
    const std::string& called = callOf(found.vaultKind);
    if (vault == nullptr || !vault->isUsable() || !isKeyName(name)) {
        teller_.tell(
            found.mark,
            [&] {
                return vault != nullptr && vault->isUsable()
                           ? fmt::format("{} can be no key's name", inQuotes(name))
                           : fmt::format("key {} lies in {} {}, which was not read", inQuotes(name), called,
                                         inQuotes(readable(found.vault)));
            },
            "it is left out");
        ledger_.leaveOut(ReadKind::Key, found.mark);
        return;
    }
    JoinedKey* key = vault->keyNamed(name);
    if (key == nullptr) {
        vault->keys.push_back({.name = name, .mark = found.mark});
        key = &vault->keys.back();
        if (isUnknownText(found.name)) {
            teller_.tell(found.mark, fmt::format("the name of a key is not known: {}", inQuotes(name)),
                         "it is called so here");
        }
        key->deleted = found.deleted;
    } else {
        ledger_.again(ReadKind::Key, found.mark);
        if (key->deleted.has_value() != found.deleted.has_value()) {
            const std::string deletedAt = key->deleted ? key->deleted->at : found.deleted->at;
            const std::string seen = key->deleted ? found.changed : key->changed;
            const bool recovered = isEarlier(deletedAt, seen);
            teller_.tell(found.mark,
                         fmt::format("key {} is deleted in one source and not in another, {}",
                                     inQuotes(vault->name + '/' + name), placeText(key->mark)),
                         recovered ? "it was changed after that, and is taken to be recovered"
                                   : "it is taken to be deleted");
            key->deleted = recovered ? std::nullopt : key->deleted ? key->deleted : found.deleted;
        }
    }
    versions(found, *vault, *key);
    key->changed = std::max(key->changed, found.changed);
}

/// Puts two descriptions of a version together. One that names the version says all of its validity; of one that does
/// not, as a template's, what it does not say stays. What is printed of it, with when it was made, holds before others.
void VaultIndex::merge(const RawVersion& found, const RawKey& of, const std::string& name, const JoinedKey& key,
                       RawVersion& known) {
    const bool isFull = !found.name.empty();
    const bool wasFull = !known.name.empty();
    const bool wasNewer = isEarlier(of.changed, key.changed);
    const bool stays = wasNewer || (found.created.empty() && !known.created.empty());
    const auto conflict = [&](std::string_view field, std::string_view now, std::string_view before) {
        teller_.tell(of.mark,
                     fmt::format("{} of key {} is {} here and {} at {}", field, inQuotes(name),
                                 now.empty() ? "not set" : now, before.empty() ? "not set" : before,
                                 placeText(key.mark)),
                     wasNewer ? "the other is newer and holds"
                     : stays  ? "the other is printed of the version that is there, and holds"
                              : "what stands here is later and holds");
    };
    const auto instant = [&](std::string& to, const std::string& from, std::string_view field) {
        const bool isSaid = isFull || !from.empty();
        const bool wasSaid = wasFull || !to.empty();
        if (isSaid && wasSaid && matchInstant(from) != matchInstant(to)) {
            conflict(field, from, to);
        }
        if (isSaid && (!stays || !wasSaid)) {
            to = from;
        }
    };
    const auto word = [](bool enabled) { return enabled ? "true" : "false"; };
    if (found.enabled && known.enabled && *found.enabled != *known.enabled) {
        conflict("enabled", word(*found.enabled), word(*known.enabled));
    }
    if (found.enabled && (!stays || !known.enabled)) {
        known.enabled = found.enabled;
    }
    instant(known.notBefore, found.notBefore, "notBefore");
    instant(known.expires, found.expires, "expires");
    known.created = found.created.empty() ? known.created : found.created;
}

void VaultIndex::versions(const RawKey& found, const JoinedVault& vault, JoinedKey& key) {
    for (const RawVersion& version : found.versions) {
        // One without a name is the newest, which may be described already.
        const auto same = version.name.empty() && !key.versions.empty()
                              ? std::prev(key.versions.end())
                              : std::ranges::find(key.versions, version.name, &RawVersion::name);
        if (same != key.versions.end()) {
            merge(version, found, vault.name + '/' + key.name, key, *same);
            continue;
        }
        std::erase_if(key.versions, [](const RawVersion& one) { return one.name.empty(); });
        key.versions.push_back(version);
    }
    std::ranges::stable_sort(key.versions, {}, &RawVersion::created);
}

JoinedKey& VaultIndex::keyOf(JoinedVault& vault, std::string_view key, Mark user) {
    if (JoinedKey* known = vault.keyNamed(key)) {
        return *known;
    }
    teller_.tell(
        user,
        [&] {
            return fmt::format("nothing that was read describes key {} in vault {}", inQuotes(key),
                               inQuotes(vault.name));
        },
        "it is taken to be there, enabled, and never to expire");
    ledger_.speakOf(ReadKind::Key, user);
    vault.keys.push_back({.name = std::string{key}, .mark = user, .isAssumed = true});
    return vault.keys.back();
}

void VaultIndex::dropPurged() {
    std::string start;
    const auto consider = [&](const std::optional<Deletion>& deleted) {
        start = deleted ? std::max(start, deleted->at) : start;
    };
    for (const JoinedVault& vault : vaults_) {
        consider(vault.deleted);
        std::ranges::for_each(vault.keys, consider, &JoinedKey::deleted);
    }
    const auto latest = parseTimestamp(start);
    if (!latest) {
        return;
    }
    const CalendarTime now = std::chrono::floor<std::chrono::days>(*latest) + std::chrono::days{1};
    const auto isPurged = [&](const Deletion& deleted, const JoinedVault& vault) {
        const JoinedVault::Setting* retention = vault.setting("softDeleteRetentionInDays");
        const auto days = retention != nullptr ? numberOf(retention->value) : std::nullopt;
        const auto at = parseTimestamp(deleted.at);
        return at && *at + std::chrono::days{days.value_or(platform_.retentionDaysDefault)} < now;
    };
    for (JoinedVault& vault : vaults_) {
        const JoinedVault::Setting* softDelete = vault.setting("enableSoftDelete");
        const bool keeps = softDelete == nullptr || softDelete->value.line() != "false";
        std::erase_if(vault.keys, [&](const JoinedKey& key) {
            const bool gone = key.deleted && (!keeps || isPurged(*key.deleted, vault));
            if (gone) {
                teller_.tell(key.mark, fmt::format("key {} was purged since", inQuotes(vault.name + '/' + key.name)),
                             "it is left out");
                ledger_.leaveOut(ReadKind::Key, key.mark);
            }
            return gone;
        });
        if (vault.deleted && isPurged(*vault.deleted, vault)) {
            teller_.tell(vault.mark, fmt::format("vault {} was purged since", inQuotes(vault.name)), "it is left out");
            vault.unread = "it was purged";
            ledger_.leaveOut(ReadKind::Vault, vault.mark);
        }
    }
}

} // namespace cmksim::import
