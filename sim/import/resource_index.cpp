#include "import/resource_index.hpp"

#include "az/references.hpp"
#include "base/flow_yaml.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "scenario/key_reference.hpp"
#include "scenario/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::import {

namespace {

constexpr std::string_view unmodelledHelp = "it stands as unmodelled: what becomes of it is not known";

template <class T>
void addNew(std::vector<T>& list, const T& item) {
    if (std::ranges::find(list, item) == list.end()) {
        list.push_back(item);
    }
}

std::string lastPart(std::string_view path) { return std::string{path.substr(path.rfind('/') + 1)}; }

RawVersion versionNamed(std::string_view name) {
    RawVersion version;
    version.name = name;
    return version;
}

/// The things of one id, as `thingOf` numbers them, each put together by `merge`.
template <class Found, class Joined, class Merge>
void joinById(std::span<const Found> found, std::vector<Joined>& into, Ledger& ledger, ReadKind kind, Teller& teller,
              Merge merge) {
    std::vector<PlacedDescription> places;
    places.reserve(found.size());
    for (const Found& one : found) {
        places.push_back({one.id, one.mark});
    }
    const Sameness same = joinPlaces(places, false);
    into.resize(same.things);
    std::vector<bool> seen(same.things);
    for (std::size_t i = 0; i < found.size(); ++i) {
        ledger.read(kind, found[i].mark);
        if (seen[same.thingOf[i]]) {
            ledger.again(kind, found[i].mark);
        }
        merge(found[i], into[same.thingOf[i]], !seen[same.thingOf[i]]);
        seen[same.thingOf[i]] = true;
    }
    for (const std::size_t i : same.torn) {
        teller.tell(found[i].mark,
                    fmt::format("{} may be one of several of that name", inQuotes(readable(found[i].name))),
                    "it is taken to be one of its own");
    }
}

} // namespace

ResourceIndex::ResourceIndex(const ResourceContext& context, std::span<const RawResource> resources,
                             std::span<const RawMention> mentions)
    : context_{context} {
    join(resources);
    join(mentions);
    nameAll();
}

// --- one thing, several descriptions ---------------------------------------------------------------------------------

void ResourceIndex::join(std::span<const RawResource> found) {
    joinById(found, resources_, context_.ledger, ReadKind::Resource, context_.teller,
             [this](const RawResource& one, Joined& into, bool isFirst) {
                 if (isFirst) {
                     into.one = one;
                     into.keyMark = one.mark;
                     if (!one.ownPrincipal.empty()) {
                         into.ownPrincipals.push_back(one.ownPrincipal);
                     }
                 } else {
                     merge(one, into);
                 }
             });
}

/// What a later description says holds, where it is not known to be older; what it does not say stays.
void ResourceIndex::merge(const RawResource& found, Joined& into) {
    RawResource& known = into.one;
    const bool stays = !found.changed.empty() && !known.changed.empty() && found.changed < known.changed;
    const auto conflict = [&](std::string_view field, std::string_view now, std::string_view before) {
        context_.teller.tell(found.mark,
                             fmt::format("{} of {} {} is {} here and {} at {}", field, found.service,
                                         inQuotes(readable(found.name)), inQuotes(readable(now)),
                                         inQuotes(readable(before)), placeText(into.keyMark)),
                             stays ? "the other is newer and holds" : "what stands here is later and holds");
    };
    if (isPlaceless(known.id) && !isPlaceless(found.id)) {
        known.id = found.id;
    }
    if (known.type.empty()) {
        known.type = found.type;
    }
    known.isWhole = known.isWhole || found.isWhole;
    const auto take = [&](std::string& to, const std::string& from, std::string_view field, auto&& isSame) {
        if (from.empty() || (isUnknownText(from) && !to.empty())) {
            return;
        }
        if (!to.empty() && !isUnknownText(to) && !isSame(to, from)) {
            conflict(field, from, to);
        } else if (!to.empty() && isPlaceless(from) && field == "identity") {
            return;
        }
        if (to.empty() || !stays) {
            to = from;
        }
    };
    take(known.key, found.key, "key", [](const std::string& a, const std::string& b) {
        const KeyParts one = keyPartsOf(a);
        const KeyParts other = keyPartsOf(b);
        return equalIgnoringCase(a, b) || (!one.key.empty() && equalIgnoringCase(one.vault, other.vault) &&
                                           equalIgnoringCase(one.key, other.key) && one.version == other.version);
    });
    take(known.identity, found.identity, "identity", [&](const std::string& a, const std::string& b) {
        const std::string one = context_.identities.nameOf(a);
        return equalIgnoringCase(a, b) || (IdentityIndex::isOwn(a) && IdentityIndex::isOwn(b)) ||
               (!one.empty() && one == context_.identities.nameOf(b));
    });
    for (const PrincipalText& attached : found.attached) {
        addNew(known.attached, attached);
    }
    if (!found.ownPrincipal.empty()) {
        known.ownPrincipal = found.ownPrincipal;
        addNew(into.ownPrincipals, found.ownPrincipal);
    }
    for (const auto& [property, value] : found.properties) {
        const auto same = std::ranges::find(known.properties, property, &std::pair<std::string, JsonValue>::first);
        if (same == known.properties.end()) {
            known.properties.emplace_back(property, value);
        } else if (!stays) {
            if (same->second.line() != value.line()) {
                conflict(property, value.line(), same->second.line());
            }
            same->second = value;
        }
    }
    into.keyMark = found.mark;
    known.changed = std::max(known.changed, found.changed);
}

// --- what has no model -----------------------------------------------------------------------------------------------

bool ResourceIndex::hangsOnSomething(const RawMention& mention) const {
    return !mention.isPart &&
           (!mention.keys.empty() || std::ranges::any_of(mention.identities, [&](const PrincipalText& one) {
               return !context_.identities.nameOf(one).empty();
           }));
}

/// The vaults and identities that were read and that it names: `vault 'kv'`.
std::vector<std::string> ResourceIndex::namedBy(const RawMention& mention) const {
    std::vector<std::string> named;
    for (const std::string& id : mention.ids) {
        const auto parts = readAzureId(id);
        const KnownAzureType type = parts ? findAzureType(context_.catalog.azure(), parts->type) : KnownAzureType{};
        const std::string vault = !parts                       ? id
                                  : type.is(AzureThing::Vault) ? parts->names.front()
                                  : type.is(AzureThing::Key)   ? parts->names.front()
                                                               : std::string{};
        if (JoinedVault* known = vault.empty() ? nullptr : context_.vaults.find(readable(vault))) {
            addNew(named, type.is(AzureThing::Key)
                              ? fmt::format("key {}", inQuotes(known->name + '/' + parts->names.back()))
                              : fmt::format("vault {}", inQuotes(known->name)));
        } else if (const std::string identity = context_.identities.nameOf(id); !identity.empty()) {
            addNew(named, fmt::format("identity {}", inQuotes(identity)));
        } else if (parts && parts->names.empty() && mention.isPart) {
            // A lock on a group or subscription holds for what lies in it.
            const std::string prefix = lowerCase(id) + '/';
            for (const JoinedVault& one : context_.vaults.all()) {
                if (lowerCase(one.id).starts_with(prefix)) {
                    addNew(named, fmt::format("vault {}", inQuotes(one.name)));
                }
            }
        }
    }
    for (const PrincipalText& one : mention.identities) {
        if (const std::string identity = context_.identities.nameOf(one); !identity.empty()) {
            addNew(named, fmt::format("identity {}", inQuotes(identity)));
        }
    }
    return named;
}

void ResourceIndex::join(std::span<const RawMention> found) {
    std::vector<RawMention> hanging;
    for (const RawMention& one : found) {
        if (hangsOnSomething(one)) {
            hanging.push_back(one);
            continue;
        }
        const std::vector<std::string> named = namedBy(one);
        const bool isContent = one.isPart && one.detail.empty() && one.ids.size() == 1 && one.keys.empty() &&
                               one.identities.empty() && one.id.find("/providers/") == one.id.rfind("/providers/");
        if (named.empty() || (isContent && named.front().starts_with("vault"))) {
            context_.ledger.other(one.mark, one.type, 1); // such as what a vault holds beside keys
            continue;
        }
        std::string things;
        for (const std::string& thing : named) {
            things += (things.empty() ? "" : ", ") + thing;
        }
        context_.ledger.read(ReadKind::Other, one.mark);
        context_.ledger.leaveOut(ReadKind::Other, one.mark);
        const bool forbids = !one.detail.empty();
        context_.teller.tell(one.mark,
                             fmt::format("{} {}{} {} {} and is not simulated", one.type, inQuotes(readable(one.name)),
                                         forbids ? " (" + one.detail + ")" : "", one.isPart ? "is on" : "names",
                                         things),
                             forbids ? "what it forbids is refused in reality, and not here" : "it is left out");
    }
    joinById(std::span<const RawMention>{hanging}, others_, context_.ledger, ReadKind::Unmodelled, context_.teller,
             [](const RawMention& one, Other& into, bool isFirst) {
                 if (isFirst) {
                     into.one = one;
                     return;
                 }
                 RawMention& known = into.one;
                 known.id = isPlaceless(known.id) && !isPlaceless(one.id) ? one.id : known.id;
                 for (const RawKeyUse& use : one.keys) {
                     addNew(known.keys, use);
                 }
                 for (const PrincipalText& identity : one.identities) {
                     addNew(known.identities, identity);
                 }
                 known.ownPrincipal = one.ownPrincipal.empty() ? known.ownPrincipal : one.ownPrincipal;
             });
}

// --- names -----------------------------------------------------------------------------------------------------------

void ResourceIndex::nameAll() {
    std::vector<std::string> names;
    std::vector<std::string> order; // those with a model first, then by service or type, then by place
    for (const Joined& resource : resources_) {
        names.push_back(matchName(readable(resource.one.name)));
        order.push_back("0 " + resource.one.service + ' ' + lowerCase(resource.one.id));
    }
    for (const Other& other : others_) {
        names.push_back(matchName(readable(other.one.name)));
        order.push_back("1 " + other.one.type + ' ' + lowerCase(other.one.id));
    }
    const auto kindOf = [&](std::size_t i) {
        return i < resources_.size() ? resources_[i].one.service : lastPart(others_[i - resources_.size()].one.type);
    };
    // Of one name the first keeps it; another kind is told by its kind, what is left by numbers.
    std::unordered_map<std::string, std::vector<std::size_t>> byName;
    for (std::size_t i = 0; i < names.size(); ++i) {
        byName[names[i]].push_back(i);
    }
    for (auto& [name, same] : byName) {
        const std::size_t first = *std::ranges::min_element(same, {}, [&](std::size_t i) { return order[i]; });
        for (const std::size_t i : same) {
            if (kindOf(i) != kindOf(first)) {
                names[i] = fmt::format("{}-{}", name, kindOf(i));
            }
        }
    }
    const std::vector<std::string> unique = uniqueNames(names, order);
    const auto own = [&](const PrincipalText& principal, const std::string& name) {
        if (!principal.empty()) {
            owners_.emplace(lowerCase(principal), "system:" + name);
        }
    };
    // A template may refer to one that another source describes.
    const auto refer = [&](const Described& one, const std::string& name) {
        own(fmt::format("{}{}{} identity.principalId", unknownMark, referencePrefix, one.id), name);
    };
    for (std::size_t i = 0; i < resources_.size(); ++i) {
        resources_[i].name = unique[i];
        for (const std::string& principal : resources_[i].ownPrincipals) {
            own(principal, unique[i]);
            refer(resources_[i].one, unique[i]);
        }
    }
    for (std::size_t i = 0; i < others_.size(); ++i) {
        others_[i].name = unique[resources_.size() + i];
        own(others_[i].one.ownPrincipal, others_[i].name);
        refer(others_[i].one, others_[i].name);
    }
}

// --- describing them -------------------------------------------------------------------------------------------------

JsonObject ResourceIndex::describe() {
    JsonObject described;
    for (Joined& resource : resources_) {
        if (isUnknownText(resource.one.name)) {
            context_.teller.tell(resource.one.mark,
                                 fmt::format("the name of a resource of type {} is not known: {}", resource.one.type,
                                             inQuotes(readable(resource.one.name))),
                                 fmt::format("it is called {} here", inQuotes(resource.name)));
        }
        described.emplace_back(resource.name, describe(resource));
        places_.emplace(resource.name, resource.one.mark);
    }
    for (const Other& other : others_) {
        described.emplace_back(other.name, describe(other));
        places_.emplace(other.name, other.one.mark);
    }
    return described;
}

JsonObject ResourceIndex::describe(Joined& resource) {
    const RawResource& one = resource.one;
    resource.obstacle = obstacleOf(resource);
    if (!resource.obstacle.empty()) {
        return describeUnmodelled(resource);
    }
    JsonObject fields{{"service", one.service}};
    if (resource.name != one.name && !isUnknownText(one.name)) {
        fields.emplace_back("name", one.name);
    }
    properties(one, fields);
    JsonArray attached = attachedTo(resource);
    if (!one.key.empty()) {
        const std::string identity = identityOf(resource);
        if (identity.empty()) {
            context_.teller.tell(one.mark,
                                 fmt::format("{} {} names no identity for its key", one.service, inQuotes(one.name)),
                                 "it is taken to have none");
        } else {
            fields.emplace_back("identity", identity);
        }
        fields.emplace_back("key", keyOf(one.key, one.mark));
    }
    if (!attached.empty()) {
        fields.emplace_back("identities", std::move(attached));
    }
    return fields;
}

void ResourceIndex::properties(const RawResource& resource, JsonObject& fields) {
    for (const auto& [property, value] : resource.properties) {
        if (isKnown(resource.service, property, value)) {
            fields.emplace_back(property, value);
        } else {
            context_.teller.tell(resource.mark,
                                 fmt::format("{} of {} {} cannot be {}", property, resource.service,
                                             inQuotes(resource.name), value.line()),
                                 "the property is left out");
        }
    }
}

/// Whether the newest model of the service has the property with that value.
bool ResourceIndex::isKnown(const std::string& service, const std::string& property, const JsonValue& value) {
    const Model* model = context_.catalog.model(service, {}, context_.diagnostics);
    if (model == nullptr) {
        return false;
    }
    const std::string text = flowYaml(value);
    return std::ranges::any_of(model->properties, [&](const PropertyRule& rule) {
        return rule.name == property && std::ranges::find(rule.values, text) != rule.values.end();
    });
}

JsonArray ResourceIndex::attachedTo(const Joined& resource) {
    std::vector<std::string> names;
    if (!resource.one.ownPrincipal.empty()) {
        names.emplace_back("SystemAssigned");
    }
    for (const PrincipalText& text : resource.one.attached) {
        const std::string known = context_.identities.nameOf(text);
        addNew(names, known.empty() ? strange(text, resource) : known);
    }
    return {names.begin(), names.end()};
}

/// What keeps a model from playing it; empty where nothing does.
std::string ResourceIndex::obstacleOf(const Joined& resource) {
    const RawResource& one = resource.one;
    if (!one.isWhole) {
        return "whether it has a key of the customer's was not read";
    }
    if (one.key.empty()) {
        return {};
    }
    if (isUnknownText(one.key) && keyPartsOf(one.key).key.empty()) {
        return fmt::format("its key is not known ({})", readable(one.key));
    }
    const KeyParts parts = keyPartsOf(one.key);
    if (parts.key.empty()) {
        return fmt::format("{} is no key identifier", inQuotes(readable(one.key)));
    }
    const std::vector<std::string>& suffixes = context_.catalog.platform().vaultSuffixes;
    const std::string host = lowerCase(parts.host);
    if (std::ranges::none_of(suffixes, [&](const std::string& suffix) { return host == lowerCase(suffix); })) {
        return fmt::format("its key {} lies in no key vault (keys of managed HSMs are not simulated) and cannot be "
                           "followed",
                           inQuotes(readable(one.key)));
    }
    if (IdentityIndex::isFederated(one.identity)) {
        return fmt::format("it reaches its key through {}, and the grants there are those of an application of the "
                           "other tenant",
                           inQuotes(one.identity));
    }
    const JoinedVault* vault = context_.vaults.find(readable(parts.vault));
    if (vault == nullptr || !vault->isUsable()) {
        return fmt::format("its key lies in vault {}, which was not read", inQuotes(readable(parts.vault)));
    }
    if (!isKeyName(readable(parts.key))) {
        return fmt::format("{} can be no key's name", inQuotes(readable(parts.key)));
    }
    if (isUnknownText(one.identity) && context_.identities.nameOf(one.identity).empty() &&
        !owners_.contains(lowerCase(one.identity))) {
        return fmt::format("its identity is not known ({})", readable(one.identity));
    }
    return {};
}

std::string ResourceIndex::identityOf(const Joined& resource) {
    const RawResource& one = resource.one;
    if (one.identity.empty()) {
        const auto terms = std::ranges::find(context_.catalog.azure(), one.service, &AzureTerms::service);
        return terms != context_.catalog.azure().end() ? terms->identityDefault : std::string{};
    }
    const auto owner = owners_.find(lowerCase(one.identity));
    if (IdentityIndex::isOwn(one.identity) || (owner != owners_.end() && owner->second == "system:" + resource.name)) {
        return "SystemAssigned";
    }
    const std::string known = context_.identities.nameOf(one.identity);
    return known.empty() ? strange(one.identity, resource) : known;
}

/// One that is used and that nothing says more of.
std::string ResourceIndex::strange(std::string_view text, const Joined& user) {
    const std::string name = context_.identities.addUnknown(text);
    context_.ledger.speakOf(ReadKind::Identity, user.one.mark);
    context_.teller.tell(user.one.mark,
                         fmt::format("nothing that was read is the identity {} of {} {}", inQuotes(readable(text)),
                                     user.one.service, inQuotes(readable(user.one.name))),
                         "it stands as one of that name, to which nothing is granted but what names it so");
    return name;
}

/// VAULT/KEY or VAULT/KEY/VERSION of a key in a vault that is in the estate; else the URI; empty where it is none.
std::string ResourceIndex::keyOf(const std::string& uri, Mark mark) {
    const KeyParts parts = keyPartsOf(uri);
    JoinedVault* vault = parts.key.empty() ? nullptr : context_.vaults.find(readable(parts.vault));
    const std::string name = readable(parts.key);
    const std::vector<std::string>& suffixes = context_.catalog.platform().vaultSuffixes;
    const std::string host = lowerCase(parts.host);
    const bool isOfVault =
        std::ranges::any_of(suffixes, [&](const std::string& one) { return host == lowerCase(one); });
    if (vault == nullptr || !vault->isUsable() || !isKeyName(name) || !isOfVault) {
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
    context_.teller.tell(one.mark,
                         fmt::format("{} {}: {}", one.service, inQuotes(readable(one.name)), resource.obstacle),
                         unmodelledHelp);
    JsonObject fields{{"service", "unmodelled"}, {"type", one.type.empty() ? one.service : one.type}};
    if (resource.name != one.name && !isUnknownText(one.name)) {
        fields.emplace_back("name", one.name);
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
    return fields;
}

JsonObject ResourceIndex::describe(const Other& other) {
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
    for (const RawKeyUse& use : one.keys) {
        const std::string key = keyOf(use.key, one.mark);
        const std::string identity = nameOf(use.identity);
        uses += fmt::format("{} key {}{}", uses.empty() ? "" : " and", key.empty() ? readable(use.key) : key,
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
    context_.teller.tell(one.mark,
                         fmt::format("{} {} uses{} and is not simulated", one.type, inQuotes(readable(one.name)), uses),
                         unmodelledHelp);
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
