// What is written of resources: as a model plays them, or as unmodelled.
#include "import/resource_index.hpp"

#include "az/key_parts.hpp"
#include "az/references.hpp"
#include "base/flow_yaml.hpp"
#include "base/held_value.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/vault_kinds.hpp"
#include "import/azure_fields.hpp"
#include "import/match.hpp"
#include "import/slots.hpp"
#include "import/tags.hpp"
#include "scenario/key_reference.hpp"
#include "scenario/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cmksim::import {

namespace {

RawVersion versionNamed(std::string_view name) {
    RawVersion version;
    version.name = name;
    return version;
}

/// Of a resource that is described, what nothing asks for any more: a large estate is not held twice.
void release(RawResource& one) {
    static_cast<void>(std::exchange(one.tags, {}));
    static_cast<void>(std::exchange(one.attached, {}));
    static_cast<void>(std::exchange(one.properties, {}));
}

} // namespace

JsonObject ResourceIndex::describe() {
    JsonObject described;
    described.reserve(resources_.size() + others_.size());
    places_.reserve(described.capacity());
    nameVersions();
    findObstacles();
    findBases();
    for (Joined& resource : resources_) {
        if (resource.isLeftOut) {
            context_.ledger.leaveOut(ReadKind::Resource, resource.one.mark, resource.one.type);
            keyless_.insert(resource.name);
            continue;
        }
        if (isUnknownText(resource.one.name)) {
            context_.teller.tell(resource.one.mark,
                                 fmt::format("the name of a resource of type {} is not known: {}", resource.one.type,
                                             inQuotes(readable(resource.one.name))),
                                 fmt::format("it is called {} here", inQuotes(resource.name)));
        }
        described.emplace_back(resource.name, describe(resource));
        notePlaces(resource);
        release(resource.one);
    }
    for (const Other& other : others_) {
        described.emplace_back(other.name, describe(other));
        places_.emplace("resource " + other.name, other.one.mark);
    }
    nameReferred();
    return described;
}

void ResourceIndex::findObstacles() {
    for (Joined& resource : resources_) {
        resource.obstacle = obstacleOf(resource);
    }
}

/// Those first that stand on what stands by itself, so that what is left out takes along what stands on it alone.
void ResourceIndex::findBases() {
    for (Joined& resource : resources_) {
        resource.isLeftOut = !hasKey(resource.one) && resource.obstacle.empty() && !resource.one.bases.empty();
    }
    for (bool isNew = true; isNew;) {
        isNew = false;
        for (Joined& resource : resources_) {
            if (resource.isLeftOut && resolveBases(resource)) {
                resource.isLeftOut = false;
                isNew = true;
            }
        }
    }
    for (Joined& resource : resources_) {
        const std::string open = resource.obstacle.empty() ? openBaseOf(resource) : std::string{};
        if (resource.isLeftOut && !open.empty()) {
            resource.isLeftOut = false;
            resource.obstacle = fmt::format("it stands on {}", open);
        } else if ((!resource.bases.empty() || hasKey(resource.one)) && resource.obstacle.empty() && !open.empty()) {
            context_.teller.tell(resource.one.mark,
                                 fmt::format("{} {} stands on {}, too", resource.one.service,
                                             inQuotes(readable(resource.one.name)), open),
                                 "that it goes down with that is left out");
        }
    }
}

/// Whether it stands on something that is in the estate, and a model plays.
bool ResourceIndex::resolveBases(Joined& resource) {
    const Model* model = context_.catalog.model(resource.one.service, {}, context_.diagnostics);
    if (model == nullptr || !model->standsOn) {
        return false;
    }
    resource.bases.clear();
    for (const std::string& id : resource.one.bases) {
        const auto base = withId(id);
        const bool isThere = base && !resources_[*base].isLeftOut && resources_[*base].obstacle.empty();
        const auto& services = model->standsOn->services;
        if (isThere && std::ranges::find(services, resources_[*base].one.service) != services.end()) {
            addNew(resource.bases, *base);
        }
    }
    return !resource.bases.empty();
}

/// What it stands on that was not read, or no model plays; empty where that is nothing.
std::string ResourceIndex::openBaseOf(const Joined& resource) {
    for (const std::string& id : resource.one.bases) {
        const auto base = withId(id);
        const bool isKeyless =
            base ? resources_[*base].isLeftOut : std::ranges::binary_search(baseless_, lowerCase(id));
        const bool isPlayed = base && std::ranges::find(resource.bases, *base) != resource.bases.end();
        if (isKeyless || isPlayed) {
            continue;
        }
        const auto parts = readAzureId(id);
        const std::string name = inQuotes(parts && !parts->names.empty() ? parts->names.back() : readable(id));
        const Model* model = base ? context_.catalog.model(resource.one.service, {}, context_.diagnostics) : nullptr;
        return !base ? fmt::format("{}, which was not read", name)
               : model != nullptr && !model->standsOn && resources_[*base].obstacle.empty()
                   ? fmt::format("{}, and what becomes of it without that is not known", name)
               : resources_[*base].obstacle.empty() ? fmt::format("{}, through what was not read", name)
                                                    : fmt::format("{}, which no model plays", name);
    }
    return {};
}

JsonObject ResourceIndex::describe(Joined& resource) {
    JsonObject fields = resource.obstacle.empty() ? describeModelled(resource) : describeUnmodelled(resource);
    if (!resource.one.tags.empty()) {
        addTags(resource.one.tags, callOf(resource.one), context_.teller, fields);
    }
    fields.shrink_to_fit(); // there may be a hundred thousand of them
    return fields;
}

JsonObject ResourceIndex::describe(const Other& other) {
    JsonObject fields = describeOther(other);
    addTags(other.one.tags, callOf(other.one), context_.teller, fields);
    return fields;
}

JsonObject ResourceIndex::describeModelled(const Joined& resource) {
    const RawResource& one = resource.one;
    JsonObject fields{{"service", one.service}};
    if (resource.name != one.name && !isUnknownText(one.name)) {
        fields.emplace_back("name", one.name);
    }
    properties(one, fields);
    if (!resource.bases.empty()) {
        JsonArray bases;
        for (const std::size_t base : resource.bases) {
            bases.emplace_back(resources_[base].name);
        }
        fields.emplace_back("on", std::move(bases));
    }
    JsonArray attached = attachedTo(resource);
    if (hasKeyInSlot(one)) {
        fields.emplace_back("keys", describeSlots(resource));
    } else if (!one.key.empty()) {
        const std::string identity = identityOf(resource);
        if (identity.empty()) {
            context_.teller.tell(one.mark,
                                 fmt::format("{} {} names no identity for its key", one.service, inQuotes(one.name)),
                                 "it is taken to have none");
        } else {
            fields.emplace_back("identity", identity);
        }
        fields.emplace_back("key", keyInUse(one, az::shortKey, one.key));
    }
    if (!hasKey(one) && one.keyMayBeApart && !one.saysWhichKey) {
        const auto terms = std::ranges::find(context_.catalog.azure(), one.service, &AzureTerms::service);
        const AzureType* apart = keyApartFrom(*terms);
        context_.teller.tell(one.mark,
                             fmt::format("{} {} may have a key of its own in {}, which was not read", one.service,
                                         inQuotes(readable(one.name)), apart->name),
                             "it is taken to have none");
    }
    if (!attached.empty()) {
        fields.emplace_back("identities", std::move(attached));
    }
    return fields;
}

/// Its keys by slot, each with the identity that uses it. Keys that are alike have the usual one where none is named.
JsonObject ResourceIndex::describeSlots(const Joined& resource) {
    const RawResource& one = resource.one;
    const Model* model = context_.catalog.model(one.service, {}, context_.diagnostics);
    const bool areAlike = model == nullptr || !model->keys || model->keys->slots.empty();
    JsonObject keys;
    for (const RawSlot& slot : keysOf(one, model)) {
        const std::string key = keyInUse(one, std::string{az::slotsPrefix} + slot.slot, slot.use.key);
        if (key.empty()) {
            continue; // not even a URI
        }
        const bool isFirst = slot.use == RawKeyUse{one.key, one.identity};
        const std::string identity =
            !slot.use.identity.empty()
                ? identityNamed(slot.use.identity, resource, isFirst ? std::string_view{} : slot.slot)
            : isFirst || areAlike ? usualIdentityOf(one)
                                  : std::string{};
        const bool comes = model != nullptr && model->makesIdentityFor(slot.slot) && resource.obstacle.empty();
        if (identity.empty() && !comes) {
            context_.teller.tell(
                one.mark,
                fmt::format("{} {} names no identity for its key {}", one.service, inQuotes(one.name), slot.slot),
                "it is taken to have none");
        }
        JsonObject use{{"key", key}};
        if (!identity.empty()) {
            use.emplace_back("identity", identity);
        }
        keys.emplace_back(slot.slot, std::move(use));
    }
    return keys;
}

void ResourceIndex::properties(const RawResource& resource, JsonObject& fields) {
    for (const auto& [property, value] : resource.properties) {
        if (std::optional<JsonValue> known = knownValue(resource.service, property, value)) {
            fields.emplace_back(property, *std::move(known));
        } else {
            context_.teller.tell(resource.mark,
                                 fmt::format("{} of {} {} cannot be {}", property, resource.service,
                                             inQuotes(resource.name), value.line()),
                                 "the property is left out");
        }
    }
}

std::optional<JsonValue> ResourceIndex::knownValue(const std::string& service, const std::string& property,
                                                   const JsonValue& value) {
    const Model* model = context_.catalog.model(service, {}, context_.diagnostics);
    if (model == nullptr) {
        return std::nullopt;
    }
    const std::string text = bareText(value);
    if (property == "automaticRotation") {
        const bool isFlag = text == "true" || text == "false";
        return model->rotationIsSetting && isFlag ? std::optional{value} : std::nullopt;
    }
    for (const PropertyRule& rule : model->properties) {
        const auto word =
            std::ranges::find_if(rule.values, [&](const std::string& one) { return equalIgnoringCase(one, text); });
        if (rule.name == property && word != rule.values.end()) {
            return *word == text ? value : JsonValue{*word};
        }
    }
    return std::nullopt;
}

/// What keeps a model from playing it; empty where nothing does.
std::string ResourceIndex::obstacleOf(const Joined& resource) {
    const RawResource& one = resource.one;
    if (!one.isWhole) {
        return "whether it has a key of the customer's was not read";
    }
    const Model* model = context_.catalog.model(one.service, {}, context_.diagnostics);
    if (!hasSlotsFor(one, model)) {
        return "it names several keys";
    }
    for (const RawSlot& slot : keysOf(one, model)) {
        const bool isFirst = slot.use == RawKeyUse{one.key, one.identity};
        if (std::string obstacle = obstacleOf(one, slot.use, isFirst); !obstacle.empty()) {
            return obstacle;
        }
    }
    return {};
}

/// What keeps a model from playing one key of it.
std::string ResourceIndex::obstacleOf(const RawResource& one, const RawKeyUse& use, bool isFirst) {
    if (isUnknownText(use.key) && keyPartsOf(use.key).key.empty()) {
        return fmt::format("its key is not known ({})", readable(use.key));
    }
    const KeyParts parts = keyPartsOf(use.key);
    if (parts.key.empty()) {
        return fmt::format("{} is no key identifier", inQuotes(readable(use.key)));
    }
    const auto terms = std::ranges::find(context_.catalog.azure(), one.service, &AzureTerms::service);
    const bool isOwnByDefault = terms != context_.catalog.azure().end() && IdentityIndex::isOwn(terms->identityDefault);
    if (isFirst && use.identity.empty() && isOwnByDefault && one.ownPrincipal.empty()) {
        return "it names no identity for its key, and has none of its own";
    }
    const Platform& platform = context_.catalog.platform();
    const std::optional<VaultKindId> kind = catalog::vaultKindOfHost(parts.host, platform);
    if (!kind) {
        return fmt::format("its key {} lies in no key vault and cannot be followed", inQuotes(readable(use.key)));
    }
    const Model* model = context_.catalog.model(one.service, {}, context_.diagnostics);
    if (model != nullptr && !model->vaultKinds.contains(*kind)) {
        return fmt::format("its key lies in a {}, and the model of {} is not known to take one from there",
                           platform.vaultKinds[*kind].title, one.service);
    }
    if (IdentityIndex::isFederated(use.identity) && !takesFederated(one)) {
        return fmt::format("it reaches its key through {}, and the grants there are those of an application of the "
                           "other tenant",
                           inQuotes(use.identity));
    }
    JoinedVault* vault = context_.vaults.find(readable(parts.vault), *kind);
    if (vault == nullptr || !vault->isUsable()) {
        return fmt::format("its key lies in {} {}, which was not read{}", context_.vaults.callOf(*kind),
                           inQuotes(readable(parts.vault)),
                           IdentityIndex::isFederated(use.identity)
                               ? ", and the grants there are those of an application of the other tenant"
                               : "");
    }
    if (!vault->rolesAreKnown) {
        return fmt::format("its key lies in {}, and who holds which role there was not read",
                           context_.vaults.titleOf(*vault));
    }
    if (!isKeyRead(*vault, parts.key)) {
        return fmt::format("which key in {} it has is not known ({})", context_.vaults.titleOf(*vault),
                           readable(parts.key));
    }
    if (!isKeyName(readable(parts.key))) {
        return fmt::format("{} can be no key's name", inQuotes(readable(parts.key)));
    }
    const IdentityIndex::FederatedParts acting = IdentityIndex::federatedParts(use.identity);
    const std::string& identity = acting.application.empty() ? use.identity : acting.identity;
    if (isUnknownText(acting.application)) {
        return fmt::format("which application it reaches its key as is not known ({})", readable(acting.application));
    }
    if (!acting.application.empty() && (acting.identity.empty() || IdentityIndex::isOwn(acting.identity))) {
        return fmt::format("it reaches its key as application {}, and no user-assigned identity is named for that",
                           inQuotes(acting.application));
    }
    if (isUnknownText(identity) && context_.identities.nameOf(identity).empty() &&
        !owners_.contains(lowerCase(identity))) {
        return fmt::format("its identity is not known ({})", readable(identity));
    }
    return {};
}

/// VAULT/KEY or VAULT/KEY/VERSION of a key in a vault that is in the estate; else the URI; empty where it is none, or
/// where it is not known which key it is.
std::string ResourceIndex::keyOf(const std::string& uri, Mark mark) {
    const KeyParts parts = keyPartsOf(uri);
    JoinedVault* vault = vaultOfKey(uri);
    const std::string name = readable(parts.key);
    if (vault == nullptr ? isUnknownText(parts.vault) || isUnknownText(parts.key) : !isKeyRead(*vault, parts.key)) {
        return {};
    }
    if (vault == nullptr || !isKeyName(name)) {
        const bool hasOpenVersion = isUnknownText(parts.version);
        const std::string known = hasOpenVersion ? uri.substr(0, uri.size() - parts.version.size() - 1) : uri;
        return known.find("://") != std::string::npos ? readable(known) : std::string{};
    }
    JoinedKey& key = context_.vaults.keyOf(*vault, name, mark);
    std::string text = vault->name + '/' + key.name;
    if (parts.version.empty()) {
        return text;
    }
    if (isUnknownText(parts.version)) {
        // That which is the newest when this is made: of those known the last, and of one without a name the first.
        if (key.versions.empty() || key.versions.back().name.empty()) {
            return text + "/v1";
        }
        return text + '/' + key.versions.back().name;
    }
    if (!isVersionName(parts.version)) {
        return readable(uri);
    }
    if (std::ranges::find(key.versions, parts.version, &RawVersion::name) == key.versions.end()) {
        if (key.versions.empty()) {
            key.versions.push_back(versionNamed(parts.version));
        } else if (key.versions.size() == 1 && key.versions.front().name.empty()) {
            key.versions.front().name = parts.version;
        } else {
            context_.teller.tell(mark,
                                 fmt::format("nothing that was read describes version {} of key {}",
                                             inQuotes(parts.version), inQuotes(text)),
                                 "it is taken to be an older one, and enabled");
            key.versions.insert(key.versions.begin(), versionNamed(parts.version));
        }
    }
    return text.append("/").append(parts.version);
}

JsonObject ResourceIndex::describeUnmodelled(const Joined& resource) {
    const RawResource& one = resource.one;
    JsonObject unread;
    const std::string_view help = addUnread(unreadOf(one), unread);
    context_.teller.tell(one.mark,
                         fmt::format("{} {}: {}", one.service, inQuotes(readable(one.name)), resource.obstacle), help);
    JsonObject fields = unmodelledFields(resource);
    std::ranges::move(unread, std::back_inserter(fields));
    return fields;
}

JsonObject ResourceIndex::unmodelledFields(const Joined& resource) {
    const RawResource& one = resource.one;
    JsonObject fields{{"service", "unmodelled"}, {"type", one.type.empty() ? one.service : one.type}};
    if (resource.name != one.name && !isUnknownText(one.name)) {
        fields.emplace_back("name", one.name);
    }
    if (hasKeyInSlot(one)) {
        if (JsonObject keys = describeSlots(resource); !keys.empty()) {
            fields.emplace_back("keys", std::move(keys));
        }
        if (JsonArray attached = attachedTo(resource); !attached.empty()) {
            fields.emplace_back("identities", std::move(attached));
        }
        return fields;
    }
    const bool hasIdentity =
        !one.key.empty() && (!isUnknownText(one.identity) || !context_.identities.nameOf(one.identity).empty());
    const std::string identity = hasIdentity ? identityOf(resource) : std::string{};
    if (!identity.empty()) {
        fields.emplace_back("identity", identity);
    }
    if (const std::string key = one.key.empty() ? std::string{} : keyOf(one.key, one.mark); !key.empty()) {
        fields.emplace_back("key", key);
    }
    if (JsonArray attached = attachedTo(resource); !attached.empty()) {
        fields.emplace_back("identities", std::move(attached));
    }
    JsonArray bases;
    for (const std::string& id : hasKey(one) ? std::vector<std::string>{} : one.bases) {
        if (const auto base = withId(id); base && !resources_[*base].isLeftOut) {
            bases.emplace_back(resources_[*base].name);
        }
    }
    if (!bases.empty()) {
        fields.emplace_back("on", std::move(bases));
    }
    return fields;
}

JsonObject ResourceIndex::describeOther(const Other& other) {
    const RawMention& one = other.one;
    JsonObject fields{{"service", "unmodelled"}, {"type", one.type}};
    if (other.name != one.name && !isUnknownText(one.name)) {
        fields.emplace_back("name", one.name);
    }
    const auto nameOf = [&](const PrincipalText& text) {
        return IdentityIndex::isOwn(text) ? std::string{"SystemAssigned"} : context_.identities.nameOf(text);
    };
    std::string uses;
    JsonObject keys;
    Unread unread{.anywhere = false, .inVaults = false, .vaults = vaultsOf(one)};
    for (const std::string& vault : unread.vaults) {
        uses += fmt::format("{} vault {}", uses.empty() ? "" : " and", vault);
    }
    for (const RawKeyUse& use : one.keys) {
        note(use, one.mark, unread);
        const std::string key = keyOf(use.key, one.mark);
        const std::string identity = nameOf(use.identity);
        uses += fmt::format("{} {}{}", uses.empty() ? "" : " and",
                            key.empty() ? fmt::format("a key that is not known ({})", readable(use.key)) : "key " + key,
                            identity.empty() ? "" : " through " + identity);
        if (key.empty()) {
            continue;
        }
        JsonObject slot;
        if (!identity.empty()) {
            slot.emplace_back("identity", identity);
        }
        slot.emplace_back("key", key);
        keys.emplace_back(keys.empty() ? "primary" : fmt::format("key-{}", keys.size() + 1), std::move(slot));
    }
    if (keys.size() == 1) {
        for (const auto& [field, value] : keys.front().second.fields()) {
            fields.emplace_back(field, value);
        }
    } else if (!keys.empty()) {
        fields.emplace_back("keys", std::move(keys));
    }
    JsonArray identities;
    for (const PrincipalText& text : one.identities) {
        if (const std::string known = context_.identities.nameOf(text); !known.empty()) {
            if (std::ranges::any_of(identities,
                                    [&](const JsonValue& there) { return there.line() == jsonString(known); })) {
                continue; // the same, written in another way
            }
            identities.emplace_back(known);
            uses += one.keys.empty() ? fmt::format("{} identity {}", uses.empty() ? "" : " and", known) : "";
        }
    }
    if (!one.ownPrincipal.empty()) {
        identities.insert(identities.begin(), JsonValue{"SystemAssigned"});
    }
    if (!identities.empty()) {
        fields.emplace_back("identities", std::move(identities));
    }
    for (const std::string& vault : vaultsInCommandsOf(one)) {
        uses += fmt::format("{} vault {} in its commands", uses.empty() ? "" : " and", vault);
    }
    const std::string_view help = addUnread(unread, fields);
    context_.teller.tell(
        one.mark,
        [&] { return fmt::format("{} {} uses{} and is not simulated", one.type, inQuotes(readable(one.name)), uses); },
        help);
    return fields;
}

void ResourceIndex::tellFirstParty(std::span<const RawPolicy> strangers) const {
    for (const Joined& resource : resources_) {
        const RawResource& one = resource.one;
        const auto terms = std::ranges::find(context_.catalog.azure(), one.service, &AzureTerms::service);
        if (terms == context_.catalog.azure().end() || terms->firstParty.empty() || one.key.empty() ||
            !resource.obstacle.empty() ||
            (!one.identity.empty() && context_.identities.nameOf(one.identity) != terms->identityDefault)) {
            continue;
        }
        if (!strangers.empty()) {
            context_.teller.tell(
                one.mark,
                fmt::format("{} {} works through the service's own principal; the policy of {} may be that one's",
                            one.service, inQuotes(readable(one.name)), inQuotes(readable(strangers.front().principal))),
                fmt::format("import what 'az ad sp show --id {}' prints too", terms->firstParty));
        }
    }
}

} // namespace cmksim::import
