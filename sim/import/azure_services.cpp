// Services' resources as Azure's interfaces write them: with a model, as the key of their parent, or as mentions.
#include "az/flag_words.hpp"
#include "az/key_parts.hpp"
#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/values.hpp"
#include "import/azure_fields.hpp"
#include "import/azure_resources.hpp"
#include "import/identity_index.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "import/slots.hpp"
#include "import/tags.hpp"
#include "import/unread_changes.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cmksim::import {

namespace {

/// How a child that is printed flat calls its parent, one of `servers`: by `serverName`.
std::string parentNameIn(Node child, std::string_view parents) {
    return textOf(
        findField(child, std::string{parents.substr(0, parents.size() - (parents.ends_with('s') ? 1 : 0))} + "Name"));
}

} // namespace

/// What a resource may stand on. Of a block that is not known it is not known either.
void AzureResources::addBases(Node resource, std::string_view path, std::vector<std::string>& bases) {
    forEachAt(resource, path, [&](const Looked& looked) {
        const Node base = read(looked, Expected::Scalar);
        if (base && !base.text().empty() && looked.way != "properties") {
            addNew(bases, std::string{base.text()});
        }
    });
}

/// Of a whole block that is not known its parts are not either; but for an identity, which need not be among them.
/// Where nothing of a resource is known, that is told of it as a whole.
Node AzureResources::valueAt(Node resource, std::string_view path, std::string_view field) {
    const Looked looked = look(resource, path);
    if (!path.starts_with(propertiesPrefix) &&
        field != "identity") { // `sku`, of which some cmdlets print only the name
        return looked.value && looked.value.isScalar() ? looked.value : Node{};
    }
    const Node value = read(looked, Expected::Scalar);
    const bool isBlock = looked.block && (field == "identity" || looked.way == "properties");
    return isBlock ? Node{} : value;
}

/// The text at a path; of a block that is not known none.
std::string AzureResources::knownAt(Node resource, std::string_view path) {
    const Looked looked = look(resource, path);
    const Node value = read(looked, Expected::Scalar);
    return looked.block ? std::string{} : textOf(value);
}

void AzureResources::service(Node resource, const AzureTerms& terms, Described head, Telling telling) {
    if (telling == Telling::Mentioned) {
        return; // whatever it is set to stands elsewhere
    }
    RawResource found;
    static_cast<Described&>(found) = std::move(head);
    found.service = terms.service;
    found.type = typeOf(resource);
    const Node properties = findField(resource, "properties");
    found.isWhole = telling == Telling::Declared ? !isOpen(properties) : properties && properties.isMapping();
    readTerms(resource, terms, found);
    if (telling == Telling::Declared) {
        madeIdentities(terms, found);
    }
    found.keyMayBeApart = telling == Telling::Seen && keyApartFrom(terms) != nullptr;
    found.tags = tagsIn(findField(resource, "tags"));
    attachedIdentities(at(resource, "identity", Expected::Mapping), found.service, found.id, found.attached,
                       found.ownPrincipal);
    if (found.isWhole && standsOnOthers(terms)) {
        RawMention said;
        mentions_.find(resource, said);
        if (found.bases.empty() || !said.keys.empty()) { // it has no key of the customer's, or in a way of its own
            if (said.keys.empty()) {
                raw_.baseless.push_back(found.id);
            }
            mention(resource, found.type, std::move(found));
            return;
        }
    }
    raw_.resources.push_back(std::move(found));
}

/// The key that a child says its parent uses: what it tells is told of the parent, be that in this file or another.
void AzureResources::keyOfParent(Node resource, const AzureTerms& terms, Described head) {
    const std::string type = typeOf(resource);
    const std::string parentType = type.substr(0, type.rfind('/'));
    const auto place = placeOf(head.id);
    std::string parent; // its id
    if (place && place->name.find('/') != std::string::npos) {
        parent = head.id.substr(0, head.id.rfind('/', head.id.rfind('/') - 1));
    } else if (const std::string called = parentNameIn(resource, lastPart(parentType)); !called.empty()) {
        parent = resourceIdOf(textOf(findField(resource, "subscriptionId")),
                              firstText(resource, {"resourceGroup", "resourceGroupName"}), parentType, called);
    } else {
        tell(resource, fmt::format("the resource of key {} is not named in its id", inQuotes(readable(head.name))),
             "it is left out");
        raw_.reportedOf(resource.mark(), type);
        return;
    }
    RawResource found;
    static_cast<Described&>(found) = std::move(head);
    found.id = std::move(parent);
    found.name = lastPart(found.id);
    found.service = terms.service;
    found.type = parentType;
    found.isWhole = true;
    found.saysWhichKey = true;
    readTerms(resource, terms, found);
    if (const Node properties = findField(resource, "properties"); isOpen(properties) && !hasKey(found)) {
        found.key = properties.text();
    }
    raw_.resources.push_back(std::move(found));
}

/// Of a list of keys those behind the first, each in a slot of its own, by the fields that the first one has.
void AzureResources::listedKeys(Node resource, const AzureTerms& terms, SlotParts& slots) {
    constexpr std::string_view first = ".0.";
    for (const AzureProperty& property : terms.properties) {
        const std::string_view field = property.field;
        const std::string_view part = field == "key"            ? ""
                                      : field == "identity"     ? ".identity"
                                      : field == keyVaultPart   ? ".vault"
                                      : field == keyNamePart    ? ".name"
                                      : field == keyVersionPart ? ".version"
                                                                : "none";
        const std::size_t at = property.path.find(first);
        if (property.thing != AzureThing::Resource || part == "none" || at == std::string::npos) {
            continue;
        }
        const Node list = findPath(resource, property.path.substr(0, at)); // whether it is one the first key tells
        for (std::size_t i = 1; list && list.isSequence() && i < list.size(); ++i) {
            const std::string_view within = std::string_view{property.path}.substr(at + first.size());
            const Node value = this->at(list.item(i), within, Expected::Scalar);
            if (value && !value.text().empty()) {
                slots.take(fmt::format("{}{}{}", slotsPrefix, slotAt(i), part), value.text());
            }
        }
    }
}

/// Keys, identities and properties, from where the terms have them.
void AzureResources::readTerms(Node resource, const AzureTerms& terms, RawResource& found) {
    NamedKey key;
    SlotParts slots;
    listedKeys(resource, terms, slots);
    std::string joined;
    std::string application;
    for (const AzureProperty& property : terms.properties) {
        if (property.thing != AzureThing::Resource || property.field == keyedWhen) {
            continue;
        }
        const bool tellsKey = property.field == "key" || property.field == keyNamePart ||
                              property.field.starts_with(slotsPrefix) ||
                              (property.field.starts_with(basesPrefix) && standsOnOthers(terms));
        if (tellsKey && property.path.starts_with(propertiesPrefix)) {
            // Flat: the field is there, be it null.
            const std::string_view path = std::string_view{property.path}.substr(propertiesPrefix.size());
            found.isWhole = found.isWhole || static_cast<bool>(findField(resource, path.substr(0, path.find('.'))));
        }
        if (property.field.starts_with(basesPrefix)) {
            addBases(resource, property.path, found.bases);
            continue;
        }
        if (property.field == federatedClient) {
            application = application.empty() ? knownAt(resource, property.path) : application;
            continue;
        }
        const az::FlagPath place = az::flagPathOf(property.path);
        const Node value = valueAt(resource, place.path, property.field);
        if (!value) {
            continue;
        }
        if (property.field.starts_with(slotsPrefix)) {
            if (!value.text().empty()) {
                slots.take(property.field, value.text());
            }
        } else if (property.field == "key") {
            found.key = value.text();
        } else if (property.field == keyVaultPart) {
            key.vault = value.text();
        } else if (property.field == keyNamePart) {
            key.name = value.text();
        } else if (property.field == keyVersionPart) {
            key.version = value.text();
        } else if (property.field == keyJoined) {
            joined = value.text();
        } else if (property.field == "identity") {
            // The only one that is attached is the key's where the resource has none of its own.
            const bool hasOwn =
                lowerCase(textAt(resource, "identity.type")).find("systemassigned") != std::string::npos;
            found.identity = hasOwn && property.path.ends_with(".only") ? std::string_view{} : value.text();
        } else if (!isUnknownText(value.text())) {
            const std::optional<bool> flag = place.words ? az::flagOf(*place.words, value.text()) : std::nullopt;
            found.properties.emplace_back(property.field, flag ? JsonValue{*flag} : scalarValue(value));
        } else {
            tell(value,
                 fmt::format("{} of {} {} is not known", property.field, found.service, inQuotes(readable(found.name))),
                 "the property is left out");
        }
    }
    if (found.key.empty()) {
        found.key = identifierOf(key);
    }
    if (found.key.empty()) {
        found.key = identifierOfJoined(joined, mentions_.vaultSuffix());
    }
    found.slots = slots.slots();
    if (!application.empty() && !found.key.empty()) {
        found.identity = IdentityIndex::federatedAs(found.identity, application);
    }
    switchOff(resource, terms, found);
}

/// A key that is still named where encryption with it is switched off is none; where it is switched on and no key is
/// named, that was not read.
void AzureResources::switchOff(Node resource, const AzureTerms& terms, RawResource& found) {
    for (const AzureProperty& property : terms.properties) {
        if (property.field != keyedWhen) {
            continue;
        }
        const az::FlagPath place = az::flagPathOf(property.path);
        const std::string said = knownAt(resource, place.path);
        if (!hasKey(found)) {
            const bool isOn = !said.empty() && place.words && az::flagOf(*place.words, said) == true;
            found.key = isOn ? fmt::format("{}{}: {}", unknownMark, place.path, said) : std::string{};
            continue;
        }
        if (found.key.empty()) {
            continue;
        }
        if (isUnknownText(said)) {
            found.key = std::string{unknownMark} + fmt::format("{}, where {}", readable(found.key), readable(said));
        } else if (!said.empty() && place.words && az::flagOf(*place.words, said) != true) {
            found.key.clear();
            found.identity.clear();
        }
    }
}

void AzureResources::attachedIdentities(Node block, std::string_view kind, std::string_view id,
                                        std::vector<PrincipalText>& attached, PrincipalText& ownPrincipal) {
    if (!isThere(block) || !block.isMapping()) {
        return;
    }
    const std::string type = lowerCase(textOf(findField(block, "type")));
    ownPrincipal = textOf(findField(block, "principalId"));
    if (ownPrincipal.empty() && type.find("systemassigned") != std::string::npos) {
        ownPrincipal = fmt::format("own of {} {}", kind, id);
    }
    const Node ids = findField(block, "userAssignedIdentities");
    if (!isThere(ids)) {
        return;
    }
    if (!fits(ids, Expected::Mapping)) {
        wrong(ids, Expected::Mapping, "identity.userAssignedIdentities");
    }
    for (const auto [entry, others] : ids.entries()) {
        if (entry.text().empty()) {
            continue;
        }
        attached.emplace_back(entry.text());
        const auto parts = readAzureId(entry.text());
        RawIdentity identity;
        identity.name = parts && !parts->names.empty() ? parts->names.back() : std::string{lastPart(entry.text())};
        identity.mark = entry.mark();
        identity.id = entry.text();
        identity.principalId = textOf(findField(others, "principalId"));
        identity.clientId = textOf(findField(others, "clientId"));
        identity.mentioned = true;
        speakOf(std::move(identity));
    }
}

/// Many resources have one identity: what says only what was said last is not written down again.
void AzureResources::speakOf(RawIdentity identity) {
    const auto [at, isNew] = lastOf_.try_emplace(lowerCase(identity.id), raw_.identities.size());
    if (!isNew) {
        const RawIdentity& last = raw_.identities[at->second];
        if (last.id == identity.id && last.principalId == identity.principalId && last.clientId == identity.clientId &&
            last.mark.source == identity.mark.source) {
            return;
        }
        at->second = raw_.identities.size();
    }
    raw_.identities.push_back(std::move(identity));
}

/// What has no model, and may hang on something that has.
void AzureResources::mention(Node resource, std::string_view type, Described head, bool isLock) {
    RawMention mention;
    static_cast<Described&>(mention) = std::move(head);
    mention.type = type;
    noteWay(resource, type, mention);
    if (const Node properties = findField(resource, "properties"); isThere(properties) && !properties.isMapping()) {
        tell(resource,
             isOpen(properties) ? fmt::format("what {} {} is set to is not known ({})", type,
                                              inQuotes(readable(mention.name)), readable(properties.text()))
                                : fmt::format("expected a mapping for 'properties' of {} {}, not {}", type,
                                              inQuotes(readable(mention.name)), describe(properties)),
             "whether it uses a key was not read");
    }
    constexpr std::array<std::string_view, 5> others{"id", "identity", "dependsOn", "tags", "scope"};
    const bool hasNested = hasNestedResources(resource); // which are taken by themselves
    for (const auto [field, value] : resource.entries()) {
        if (hasNested && equalIgnoringCase(field.text(), "resources")) {
            continue;
        }
        if (std::ranges::none_of(others, [&](std::string_view one) { return equalIgnoringCase(field.text(), one); })) {
            mentions_.find(value, mention);
        }
    }
    attachedIdentities(findField(resource, "identity"), mention.type, mention.id, mention.identities,
                       mention.ownPrincipal);
    noteKeysApart(resource, mention);
    // Those whom something forbids or allows what is not simulated.
    if (const Node principals = findPath(resource, "properties.principals"); principals && principals.isSequence()) {
        for (const Node one : principals.items()) {
            mention.ids.push_back(textAt(one, "id"));
        }
    }
    if (mention.identities.size() == 1) {
        for (RawKeyUse& use : mention.keys) {
            use.identity = use.identity.empty() ? mention.identities.front() : use.identity;
        }
    }
    if (mention.identities.empty() && !mention.ownPrincipal.empty()) {
        for (RawKeyUse& use : mention.keys) {
            use.identity = use.identity.empty() ? std::string{"SystemAssigned"} : use.identity;
        }
    }
    markPart(mention, isLock);
    mention.detail = isLock ? firstText(resource, {"properties.level"}) : std::string{};
    if (!isLock && isFarReaching(type, terms_)) {
        mention.words = wordsIn(findField(resource, "properties"));
    }
    if (mention.keys.empty() && mention.identities.empty() && mention.ids.empty() && mention.ownPrincipal.empty() &&
        mention.words.empty() && mention.apart.empty()) {
        raw_.other(resource.mark(), type); // of nothing that matters here
    } else {
        mention.tags = tagsIn(findField(resource, "tags"));
        raw_.mentions.push_back(std::move(mention));
    }
}

} // namespace cmksim::import
