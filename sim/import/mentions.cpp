#include "import/mentions.hpp"

#include "az/flag_words.hpp"
#include "az/key_parts.hpp"
#include "az/references.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/vault_kinds.hpp"
#include "document/json.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

namespace cmksim::import {

namespace {

constexpr std::string_view scheme = "https://";

std::string pathOf(const std::vector<AzureTerms>& terms, AzureThing thing) {
    return "/providers/" + lowerCase(azureTypeOf(terms, thing).name) + '/';
}

/// A field's name without what only parts words: `key_vault_id` and `keyVaultId` are one.
std::string plainName(std::string_view name) {
    std::string plain = lowerCase(name);
    std::erase(plain, '_');
    return plain;
}

/// Whether a field may be one of those that are looked for: the URI or id of a vault, or by the end of its name one of
/// `keyName`, `keyVersion`, `principalId`.
bool mayMatter(std::string_view name, std::string_view text) {
    constexpr std::string_view ends = "eEnNdD";
    return text.front() == 'h' || text.front() == 'H' || text.front() == '/' || isUnknownText(text) ||
           (!name.empty() && ends.find(name.back()) != std::string_view::npos);
}

std::string_view lastField(std::string_view path) { return path.substr(path.rfind('.') + 1); }

/// Whether a text may be JSON that says something of vaults.
bool mayBeJson(std::string_view text) {
    constexpr std::string_view objects = "{[";
    return !text.empty() && objects.find(text.front()) != std::string_view::npos &&
           text.find('{') != std::string_view::npos && lowerCase(text).find("vault") != std::string::npos;
}

std::string_view hostOf(std::string_view uri) {
    uri.remove_prefix(scheme.size());
    return uri.substr(0, uri.find_first_of("/:"));
}

} // namespace

MentionFinder::MentionFinder(const std::vector<AzureTerms>& terms, const Platform& platform)
    : identityType_{pathOf(terms, AzureThing::Identity)} {
    for (const VaultKindRule& kind : platform.vaultKinds) {
        for (const std::string& suffix : kind.suffixes) {
            suffixes_.push_back('.' + suffix);
        }
    }
    for (const AzureTerms& of : terms) {
        for (const AzureType& type : of.types) {
            if (type.thing == AzureThing::Vault) {
                const VaultKindId kind = catalog::vaultKindNamed(type.vaultKind, platform);
                vaultTypes_.push_back(
                    {"/providers/" + lowerCase(type.name) + '/', '.' + platform.vaultKinds[kind].suffixes.front()});
            }
        }
        for (const AzureProperty& property : of.properties) {
            if (property.field.starts_with(basesPrefix)) {
                addBaseType(terms, property.field.substr(basesPrefix.size()));
            } else if (property.field == keyJoined) {
                addNew(joinedFields_, plainName(lastField(property.path)));
            } else if (property.field == az::keyedWhen) {
                addSwitch(property.path);
            } else if (property.field == "key" && property.thing == AzureThing::Resource) {
                addNew(keyFields_, plainName(lastField(property.path)));
            }
        }
    }
}

/// Fields of other names than those of keys say in other resources other things.
void MentionFinder::addSwitch(std::string_view path) {
    const az::FlagPath place = az::flagPathOf(path);
    const std::string name = plainName(lastField(place.path));
    if (place.words && name.find("key") != std::string::npos) {
        switches_.push_back({name, *place.words});
    }
}

void MentionFinder::addBaseType(const std::vector<AzureTerms>& terms, std::string_view service) {
    for (const AzureTerms& of : terms) {
        for (const AzureType& type : of.types) {
            if (of.service == service && type.thing == AzureThing::Resource) {
                addNew(baseTypes_, "/providers/" + lowerCase(type.name) + '/');
            }
        }
    }
}

bool MentionFinder::isOfVault(std::string_view uri) const {
    if (!isUri(uri)) {
        return false;
    }
    const std::string host = lowerCase(hostOf(uri));
    return std::ranges::any_of(suffixes_, [&](const std::string& suffix) { return host.ends_with(suffix); });
}

bool MentionFinder::isVaultUri(std::string_view text) const { return isBareVault(text) && !isUnknownText(text); }

bool MentionFinder::isBareVault(std::string_view text) const {
    return isOfVault(text) && text.find('/', scheme.size()) >= text.size() - 1;
}

const MentionFinder::VaultType* MentionFinder::vaultTypeIn(std::string_view lowerId) const {
    const auto found = std::ranges::find_if(
        vaultTypes_, [&](const VaultType& type) { return lowerId.find(type.path) != std::string_view::npos; });
    return found != vaultTypes_.end() ? &*found : nullptr;
}

bool MentionFinder::isKey(std::string_view text) const { return !keyPartsOf(text).key.empty(); }

void MentionFinder::lookAtText(std::string_view text, Found& found) const {
    // `@Microsoft.KeyVault(SecretUri=https://…)` stands for a secret.
    if (text.starts_with('@') && text.find(scheme) != std::string_view::npos) {
        const std::string_view uri = text.substr(text.find(scheme));
        if (isOfVault(uri)) {
            const std::string_view host = hostOf(uri);
            addNew(found.ids, std::string{host.substr(0, host.find('.'))});
        }
        return;
    }
    if (text.starts_with('@')) { // or by names: `@Microsoft.KeyVault(VaultName=…;SecretName=…)`
        constexpr std::string_view field = "vaultname=";
        const std::size_t at = lowerCase(text).find(field);
        const std::string_view name = at == std::string::npos ? std::string_view{} : text.substr(at + field.size());
        if (!name.empty()) {
            addNew(found.ids, std::string{name.substr(0, name.find_first_of(";)"))});
        }
        return;
    }
    if (mayBeJson(text)) { // settings, templates and the like that are sent as texts
        Diagnostics ignored;
        if (const auto inner = parseJson(std::make_shared<const Source>("text", std::string{text}), ignored)) {
            include(look(inner->root()), found);
        }
        return;
    }
    if (text.size() < scheme.size() || (text.front() != '/' && !isUri(text))) {
        return;
    }
    if (isKey(text)) {
        addNew(found.keys, RawKeyUse{std::string{text}, {}});
    } else if (text.front() == '/') {
        const std::string lower = lowerCase(text);
        if (lower.find(identityType_) != std::string::npos) {
            addNew(found.identities, std::string{text});
        } else if (vaultTypeIn(lower) != nullptr || std::ranges::any_of(baseTypes_, [&](const std::string& type) {
                       return lower.find(type) != std::string::npos;
                   })) {
            addNew(found.ids, std::string{text});
        }
    } else if (isOfVault(text) && !isUnknownText(text)) { // or of a secret or certificate in one
        const std::string_view host = hostOf(text);
        addNew(found.ids, std::string{host.substr(0, host.find('.'))});
    }
}

/// A vault beside the name of a key in it: `keyVaultUri` and `keyName`, `key: {name, keyVaultUrl}`.
void MentionFinder::lookAtFields(Node mapping, Found& found) const {
    std::string vault; // its host
    std::string_view key;
    std::string_view bareName;
    std::string_view version;
    std::string_view unknownVault;
    for (const auto [field, value] : mapping.entries()) {
        if (!value.isScalar() || value.text().empty()) {
            continue;
        }
        const std::string_view text = value.text();
        if (!mayMatter(field.text(), text)) {
            continue;
        }
        const std::string name = plainName(field.text());
        if (name == "principalid" || name == "objectid") {
            addNew(found.ids, std::string{text});
        }
        found.saysKeyed = found.saysKeyed || std::ranges::any_of(switches_, [&](const Switch& one) {
                              return one.field == name && az::flagOf(one.words, text) == true;
                          });
        if (isBareVault(text)) {
            vault = hostOf(text);
        } else if (isUnknownText(text) && std::ranges::find(keyFields_, name) != keyFields_.end() && !isKey(text)) {
            addNew(found.keys, RawKeyUse{std::string{text}, {}});
        } else if (isUnknownText(text) && name.find("vault") != std::string::npos && !isKey(text)) {
            unknownVault = text;
        } else if (name.find("vault") != std::string::npos && text.front() == '/' && vault.empty()) {
            const auto id = readAzureId(text);
            const VaultType* type = vaultTypeIn(lowerCase(text));
            vault = id && !id->names.empty() ? id->names.front() + (type != nullptr ? type->suffix : suffixes_.front())
                                             : std::string{};
        } else if (std::ranges::find(joinedFields_, name) != joinedFields_.end()) {
            if (std::string joined = identifierOfJoined(text, vaultSuffix()); !joined.empty()) {
                addNew(found.keys, RawKeyUse{std::move(joined), {}});
            }
        } else if (name.ends_with("keyname")) {
            key = text;
        } else if (name == "name") {
            bareName = text;
        } else if (name.ends_with("keyversion") && text.front() != '/') {
            version = text;
        }
    }
    if (vault.empty() && !unknownVault.empty() && !key.empty()) {
        addNew(found.keys, RawKeyUse{std::string{unknownVault} + "/" + std::string{key}, {}});
    }
    // A name alone is a key's where nothing else stands beside it that a resource has.
    if (key.empty() && !mapping.find("type") && !mapping.find("properties") && !mapping.find("id")) {
        key = bareName;
    }
    if (!vault.empty() && !key.empty()) {
        std::string uri = std::string{scheme} + vault + "/keys/" + std::string{key};
        if (!version.empty()) {
            uri.append("/").append(version);
        }
        addNew(found.keys, RawKeyUse{std::move(uri), {}});
    }
}

void MentionFinder::include(Found inner, Found& found) {
    std::ranges::for_each(inner.keys, [&](RawKeyUse& one) { addNew(found.keys, std::move(one)); });
    std::ranges::for_each(inner.identities, [&](std::string& one) { addNew(found.identities, std::move(one)); });
    std::ranges::for_each(inner.ids, [&](std::string& one) { addNew(found.ids, std::move(one)); });
    found.saysKeyed = found.saysKeyed || inner.saysKeyed;
}

MentionFinder::Found MentionFinder::look(Node node) const {
    Found found;
    if (!node) {
        return found;
    }
    if (node.isScalar()) {
        lookAtText(node.text(), found);
        return found;
    }
    for (const Node item : node.items()) {
        include(look(item), found);
    }
    for (const auto [key, value] : node.entries()) {
        lookAtText(key.text(), found); // identities attached are keys of a mapping
        include(look(value), found);
    }
    if (node.isMapping()) {
        lookAtFields(node, found);
        if (found.identities.size() == 1) {
            for (RawKeyUse& use : found.keys) {
                if (use.identity.empty()) {
                    use.identity = found.identities.front();
                }
            }
        }
    }
    return found;
}

void MentionFinder::find(Node node, RawMention& mention) const {
    Found found = look(node);
    if (found.saysKeyed && found.keys.empty() && mention.keys.empty()) {
        found.keys.push_back({unknownMark + std::string{"none is named"}, {}});
    }
    // Beside a key that is followed to its newest version some services print which that is.
    const std::vector<RawKeyUse> all = found.keys;
    std::erase_if(found.keys, [&](const RawKeyUse& use) {
        const KeyParts parts = keyPartsOf(use.key);
        return !parts.version.empty() && std::ranges::any_of(all, [&](const RawKeyUse& other) {
            const KeyParts one = keyPartsOf(other.key);
            return one.version.empty() && equalIgnoringCase(one.vault, parts.vault) &&
                   equalIgnoringCase(one.key, parts.key);
        });
    });
    const auto add = [](auto& target, auto& source) {
        std::ranges::for_each(source, [&](auto& one) { addNew(target, std::move(one)); });
    };
    add(mention.keys, found.keys);
    add(mention.identities, found.identities);
    add(mention.ids, found.ids);
}

std::set<std::string> wordsIn(Node node) {
    std::set<std::string> words;
    if (!node) {
        return words;
    }
    if (node.isScalar()) {
        constexpr std::string_view ofNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
        std::string_view rest = node.text();
        while (!rest.empty()) {
            rest.remove_prefix(std::min(rest.find_first_of(ofNames), rest.size()));
            const std::size_t end = std::min(rest.find_first_not_of(ofNames), rest.size());
            words.emplace(rest.substr(0, end));
            rest.remove_prefix(end);
        }
        words.erase(std::string{});
    }
    for (const Node item : node.items()) {
        words.merge(wordsIn(item));
    }
    for (const auto [name, value] : node.entries()) {
        words.merge(wordsIn(value));
    }
    return words;
}

void markPart(RawMention& mention, bool isLock) {
    constexpr std::string_view providers = "/providers/";
    const std::size_t on = lowerCase(mention.id).rfind(providers);
    const std::string base = on == std::string::npos || on == 0 ? std::string{} : mention.id.substr(0, on);
    const auto parts = readAzureId(mention.id);
    if (isLock || (isPlace(base) && base.find(providers) != std::string::npos)) {
        mention.ids.push_back(base);
        mention.isPart = true;
    } else if (parts && parts->names.size() > 1) {
        mention.ids.push_back(mention.id.substr(0, mention.id.rfind('/', mention.id.rfind('/') - 1)));
        mention.isPart = true;
    }
}

} // namespace cmksim::import
