#include "import/resource_index.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "import/estate.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "import/slots.hpp"
#include "import/tags.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cmksim::import {

namespace {

/// Whether a description is known to be older than another one.
bool isOlder(const Described& one, const Described& other) {
    return !one.changed.empty() && !other.changed.empty() && one.changed < other.changed;
}

/// The things of one id, as `thingOf` numbers them, each put together by `merge`, which may take what it is given.
template <class Found, class Joined, class Merge>
void joinById(std::span<Found> found, std::vector<Joined>& into, Ledger& ledger, ReadKind kind, Teller& teller,
              Merge merge) {
    std::vector<PlacedDescription> places;
    places.reserve(found.size());
    for (const Found& one : found) {
        places.push_back({one.id, one.mark});
    }
    const Sameness same = joinPlaces(places, false);
    for (const std::size_t i : same.torn) {
        teller.tell(found[i].mark,
                    fmt::format("{} may be one of several of that name", inQuotes(readable(found[i].name))),
                    "it is taken to be one of its own");
    }
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
}

/// How many things it names, be they read or not: that on which it lies counts once, however it is called.
std::size_t thingsNamedBy(const RawMention& mention) {
    const std::string place = lowerCase(mention.id);
    const auto isOnPlace = [&](const std::string& id) {
        return place.find('/' + lowerCase(id) + '/') != std::string::npos;
    };
    return mention.ids.size() - static_cast<std::size_t>(std::ranges::count_if(mention.ids, isOnPlace));
}

} // namespace

ResourceIndex::ResourceIndex(const ResourceContext& context, std::vector<RawResource> resources,
                             std::vector<RawMention> mentions, std::span<const std::string> baseless,
                             std::span<const RawApplication> applications)
    : context_{context}, applications_{applications} {
    for (const std::string& id : baseless) {
        baseless_.push_back(lowerCase(id));
        keyless_.insert(matchName(readable(lastPart(id))));
    }
    std::ranges::sort(baseless_);
    join(std::move(resources));
    join(std::move(mentions));
    nameAll();
}

// --- one thing, several descriptions ---------------------------------------------------------------------------------

void ResourceIndex::join(std::vector<RawResource> found) {
    joinById(std::span{found}, resources_, context_.ledger, ReadKind::Resource, context_.teller,
             [this](RawResource& one, Joined& into, bool isFirst) {
                 noteApart(one, into);
                 if (isFirst) {
                     into.keyMark = one.mark;
                     if (!one.ownPrincipal.empty()) {
                         into.ownPrincipals.push_back(one.ownPrincipal);
                     }
                     into.one = std::move(one);
                 } else {
                     merge(one, into);
                 }
             });
}

/// Whether a key is said apart from the resource itself, and of which slot: by something else, or by a later
/// description of what is made without one, as templates do.
void ResourceIndex::noteApart(const RawResource& found, Joined& into) {
    const bool comesLater = into.isMade && !hasKey(into.one);
    into.isMade = into.isMade || !found.changesAlone;
    if (!hasKey(found) || !(found.changesAlone || comesLater)) {
        return;
    }
    into.apartMark = found.mark;
    if (!found.key.empty()) {
        into.apart.emplace();
    }
    for (const RawSlot& one : found.slots) {
        into.apart.insert(one.slot);
    }
}

void ResourceIndex::notePlaces(const Joined& resource) {
    places_.emplace("resource " + resource.name, resource.one.mark);
    if (resource.isMade && !resource.apart.empty()) {
        keysApart_.emplace(resource.name, resource.apart);
        places_.emplace("key of resource " + resource.name, resource.apartMark);
    }
}

/// What a later description says holds, where it is not known to be older; what it does not say stays.
void ResourceIndex::merge(const RawResource& found, Joined& into) {
    RawResource& known = into.one;
    const bool stays = isOlder(found, known);
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
    for (const std::string& base : found.bases) {
        addNew(known.bases, base);
    }
    known.saysWhichKey = known.saysWhichKey || found.saysWhichKey;
    known.keyMayBeApart = known.keyMayBeApart || found.keyMayBeApart;
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
    const auto isSameKey = [](const std::string& a, const std::string& b) {
        const KeyParts one = keyPartsOf(a);
        const KeyParts other = keyPartsOf(b);
        return equalIgnoringCase(a, b) || (!one.key.empty() && equalIgnoringCase(one.vault, other.vault) &&
                                           equalIgnoringCase(one.key, other.key) && one.version == other.version);
    };
    const auto isSameIdentity = [&](const std::string& a, const std::string& b) {
        const std::string one = context_.identities.nameOf(a);
        return equalIgnoringCase(a, b) || (IdentityIndex::isOwn(a) && IdentityIndex::isOwn(b)) ||
               (!one.empty() && one == context_.identities.nameOf(b));
    };
    take(known.key, found.key, "key", isSameKey);
    take(known.identity, found.identity, "identity", isSameIdentity);
    for (const RawSlot& slot : found.slots) {
        RawSlot& there = slotOf(known.slots, slot.slot);
        const std::string& said = there.use.identity;
        const std::string& says = slot.use.identity;
        if (isUnknownText(said) && !says.empty() && !isUnknownText(says)) {
            context_.identities.isOne(said, says);
        } else if (isUnknownText(says) && !said.empty() && !isUnknownText(said)) {
            context_.identities.isOne(says, said);
        }
        take(there.use.key, slot.use.key, "key " + slot.slot, isSameKey);
        take(there.use.identity, slot.use.identity, "identity", isSameIdentity);
    }
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
            continue;
        }
        if (same->second.line() != value.line()) {
            conflict(property, value.line(), same->second.line());
        }
        same->second = stays ? same->second : value;
    }
    if (!found.tags.empty()) {
        mergeTags(found.tags, stays, callOf(known), known.tags, context_.teller);
    }
    into.keyMark = found.mark;
    known.changed = std::max(known.changed, found.changed);
}

/// The only resource that an id may be of.
std::optional<std::size_t> ResourceIndex::withId(std::string_view id) {
    const auto keyOf = [](const ResourcePlace& place) { return place.type + '\n' + place.name; };
    if (!byName_) {
        byName_.emplace();
        for (std::size_t i = 0; i < resources_.size(); ++i) {
            if (const auto place = placeOf(resources_[i].one.id)) {
                byName_->emplace(keyOf(*place), i);
            }
        }
    }
    const auto meant = placeOf(id);
    std::optional<std::size_t> found;
    if (!meant) {
        return found;
    }
    const auto agree = [](const std::string& a, const std::string& b) { return a.empty() || b.empty() || a == b; };
    const auto [first, last] = byName_->equal_range(keyOf(*meant));
    for (auto at = first; at != last; ++at) {
        const auto place = placeOf(resources_[at->second].one.id);
        const bool isSame = agree(place->subscription, meant->subscription) &&
                            (place->isOwnGroup || meant->isOwnGroup || agree(place->group, meant->group));
        if (isSame && found) {
            return std::nullopt; // it may be of either
        }
        found = isSame ? at->second : found;
    }
    return found;
}

// --- what has no model -----------------------------------------------------------------------------------------------

bool ResourceIndex::hangsOnSomething(const RawMention& mention) {
    if (mention.isPart) {
        // A child that names a key uses it; what lies in a vault does not.
        const bool isOfVault = std::ranges::any_of(mention.ids, [&](const std::string& id) {
            const auto parts = readAzureId(id);
            const KnownAzureType type = parts ? findAzureType(context_.catalog.azure(), parts->type) : KnownAzureType{};
            return (type.is(AzureThing::Vault) || type.is(AzureThing::Key)) && mention.id.starts_with(id);
        });
        return !mention.keys.empty() && !isOfVault && mention.detail.empty();
    }
    return !mention.keys.empty() || std::ranges::any_of(mention.identities, [&](const PrincipalText& one) {
        return !context_.identities.nameOf(one).empty();
    }) || !vaultsOf(mention).empty();
}

/// Whether it names the key that the parent is known to use anyway.
bool ResourceIndex::isKeyOfParent(const RawMention& mention) const {
    const auto place = placeOf(mention.id);
    if (!mention.isPart || !place || mention.keys.size() != 1) {
        return false;
    }
    const std::string_view suffix = context_.catalog.platform().vaultKinds[ordinaryVault].suffixes.front();
    const std::string_view parent = std::string_view{place->name}.substr(0, place->name.rfind('/'));
    const KeyParts held = keyPartsOf(mention.keys.front().key);
    return std::ranges::any_of(resources_, [&](const Joined& one) {
        if (!equalIgnoringCase(one.one.name, parent)) {
            return false;
        }
        const KeyParts used = keyPartsOf(one.one.key);
        if (held.key.empty()) { // of one that is not known, or that the parent calls by the part's name
            const std::string said = lowerCase(readable(one.one.key));
            const std::string_view part = lastPart(place->name);
            return !said.empty() && (one.one.key == mention.keys.front().key || said == lowerCase(readable(part)) ||
                                     said == lowerCase(identifierOfJoined(part, suffix)));
        }
        return equalIgnoringCase(used.vault, held.vault) && equalIgnoringCase(used.key, held.key);
    });
}

/// The vaults and identities that were read and that it names: `vault 'kv'`.
std::vector<std::string> ResourceIndex::namedBy(const RawMention& mention) {
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
        } else if (const auto base = type.is(AzureThing::Resource) ? withId(id) : std::nullopt) {
            const RawResource& one = resources_[*base].one;
            addNew(named, fmt::format("{} {}", one.service, inQuotes(readable(one.name))));
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
    for (const RawKeyUse& use : mention.keys) {
        const KeyParts parts = keyPartsOf(use.key);
        if (const JoinedVault* vault = context_.vaults.find(readable(parts.vault))) {
            addNew(named, fmt::format("key {}", inQuotes(vault->name + '/' + readable(parts.key))));
        }
    }
    for (const PrincipalText& one : mention.identities) {
        if (const std::string identity = context_.identities.nameOf(one); !identity.empty()) {
            addNew(named, fmt::format("identity {}", inQuotes(identity)));
        }
    }
    for (const std::string& vault : vaultsInCommandsOf(mention)) {
        addNew(named, fmt::format("vault {}", inQuotes(vault)));
    }
    return named;
}

namespace {

bool isSameKey(const KeyParts& one, const KeyParts& other) {
    return !one.key.empty() && equalIgnoringCase(one.vault, other.vault) && equalIgnoringCase(one.host, other.host) &&
           equalIgnoringCase(one.key, other.key) &&
           (one.version.empty() || other.version.empty() || equalIgnoringCase(one.version, other.version));
}

/// Adds the use of a key, once for each: which identity is the key's may be said in one place alone.
void addUse(std::vector<RawKeyUse>& uses, RawKeyUse use) {
    const KeyParts parts = keyPartsOf(use.key);
    const auto same = std::ranges::find_if(uses, [&](const RawKeyUse& one) {
        const bool isOneIdentity = one.identity.empty() || use.identity.empty() || one.identity == use.identity;
        return isOneIdentity && (equalIgnoringCase(one.key, use.key) || isSameKey(keyPartsOf(one.key), parts));
    });
    if (same == uses.end()) {
        uses.push_back(std::move(use));
        return;
    }
    same->identity = same->identity.empty() ? use.identity : same->identity;
    if (parts.version.empty() && !keyPartsOf(same->key).version.empty()) {
        same->key = std::move(use.key); // followed to its newest version, which is printed beside it
    }
}

/// What parts of things say of keys, each behind the whole's id.
struct PartKeys {
    std::unordered_map<std::string, std::string> byName; // of a part that names one key
    std::set<std::string> all;
};

std::string withinWhole(const RawMention& part, std::string_view what) {
    return lowerCase(part.ids.back()) + '\n' + lowerCase(readable(what));
}

/// A key that a part calls by another part's name, `VAULT_KEY_VERSION`, is the one that this names; and a part that is
/// called as another one's key names no other.
std::string namedByParts(const RawKeyUse& use, const RawMention& part, const PartKeys& keys, std::string_view suffix) {
    if (!isUnknownText(use.key) || !keyPartsOf(use.key).key.empty()) {
        return use.key;
    }
    if (const auto other = keys.byName.find(withinWhole(part, use.key)); other != keys.byName.end()) {
        return other->second;
    }
    std::string joined = identifierOfJoined(lastPart(part.name), suffix);
    return keys.all.contains(withinWhole(part, joined)) ? std::move(joined) : use.key;
}

} // namespace

/// The key that a part of something without a model names is the whole one's. Says of each whether it was such a part.
std::vector<bool> ResourceIndex::foldIntoParents(std::vector<RawMention>& found) const {
    const auto namesKeys = [](const RawMention& one) { return one.isPart && !one.keys.empty() && one.detail.empty(); };
    std::vector<bool> isFolded(found.size());
    if (std::ranges::none_of(found, namesKeys)) {
        return isFolded;
    }
    const std::string_view suffix = context_.catalog.platform().vaultKinds[ordinaryVault].suffixes.front();
    PartKeys partKeys;
    for (const RawMention& one : found) {
        for (const RawKeyUse& use : namesKeys(one) ? one.keys : std::vector<RawKeyUse>{}) {
            partKeys.all.insert(withinWhole(one, use.key));
        }
    }
    for (const RawMention& one : found) {
        if (namesKeys(one) && one.keys.size() == 1) {
            partKeys.byName.emplace(withinWhole(one, lastPart(one.name)),
                                    namedByParts(one.keys.front(), one, partKeys, suffix));
        }
    }
    std::unordered_map<std::string, std::size_t> wholes;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (!found[i].isPart && !found[i].id.empty()) {
            wholes.emplace(lowerCase(found[i].id), i);
        }
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        const RawMention& part = found[i];
        const auto whole = namesKeys(part) ? wholes.find(lowerCase(part.ids.back())) : wholes.end();
        if (whole == wholes.end()) {
            continue;
        }
        RawMention& parent = found[whole->second];
        for (RawKeyUse use : part.keys) {
            use.key = namedByParts(use, part, partKeys, suffix);
            if (use.identity.empty()) {
                use.identity = parent.identities.size() == 1  ? parent.identities.front()
                               : !parent.ownPrincipal.empty() ? std::string{"SystemAssigned"}
                                                              : std::string{};
            }
            addUse(parent.keys, std::move(use));
        }
        isFolded[i] = true;
    }
    return isFolded;
}

void ResourceIndex::join(std::vector<RawMention> found) {
    std::vector<RawMention> hanging;
    const std::vector<bool> isFolded = foldIntoParents(found);
    for (std::size_t i = 0; i < found.size(); ++i) {
        RawMention& one = found[i];
        nameKeys(one);
        if (isFolded[i] || isKeyOfParent(one)) {
            context_.ledger.read(ReadKind::Other, one.mark);
            context_.ledger.again(ReadKind::Other, one.mark);
            continue;
        }
        if (hangsOnSomething(one)) {
            hanging.push_back(std::move(one));
            continue;
        }
        const std::vector<std::string> named = namedBy(one);
        const bool isContent = one.isPart && one.detail.empty() && thingsNamedBy(one) == 1 && one.keys.empty() &&
                               one.identities.empty() && one.id.find("/providers/") == one.id.rfind("/providers/");
        if (!one.apart.empty()) {
            context_.teller.tell(one.mark,
                                 fmt::format("{} {} may have keys that are in no export: {}", one.type,
                                             inQuotes(readable(one.name)), one.apart),
                                 mayHaveKeysApart);
        }
        if (named.empty() && one.apart.empty()) {
            context_.ledger.other(one.mark, one.type, 1);
            continue;
        }
        if (named.empty()) {
            context_.ledger.reported(one.mark, one.type, 1);
            continue;
        }
        if (isContent && named.front().starts_with("vault")) {
            context_.ledger.content(one.mark, one.type);
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
    joinById(std::span{hanging}, others_, context_.ledger, ReadKind::Unmodelled, context_.teller,
             [this](RawMention& one, Other& into, bool isFirst) {
                 if (isFirst) {
                     into.one = std::move(one);
                     return;
                 }
                 RawMention& known = into.one;
                 known.id = isPlaceless(known.id) && !isPlaceless(one.id) ? one.id : known.id;
                 std::ranges::for_each(one.keys, [&](const RawKeyUse& use) { addUse(known.keys, use); });
                 for (const std::string& id : one.ids) {
                     addNew(known.ids, id);
                 }
                 for (const PrincipalText& identity : one.identities) {
                     addNew(known.identities, identity);
                 }
                 known.ownPrincipal = one.ownPrincipal.empty() ? known.ownPrincipal : one.ownPrincipal;
                 mergeTags(one.tags, isOlder(one, known), callOf(known), known.tags, context_.teller);
                 known.changed = std::max(known.changed, one.changed);
             });
}

/// How a resource is called in what is told of it: `acr 'registry'`.
std::string ResourceIndex::callOf(const RawResource& one) {
    return fmt::format("{} {}", one.service, inQuotes(readable(one.name)));
}
std::string ResourceIndex::callOf(const RawMention& one) {
    return fmt::format("{} {}", one.type, inQuotes(readable(one.name)));
}

// --- names -----------------------------------------------------------------------------------------------------------

void ResourceIndex::nameAll() {
    std::vector<std::string> names;
    names.reserve(resources_.size() + others_.size());
    for (const Joined& resource : resources_) {
        names.push_back(matchName(readable(resource.one.name)));
    }
    for (const Other& other : others_) {
        names.push_back(matchName(readable(other.one.name)));
    }
    // Those with a model first, then by service or type, then by place.
    const auto orderOf = [&](std::size_t i) {
        const bool modelled = i < resources_.size();
        const Described& one =
            modelled ? static_cast<const Described&>(resources_[i].one) : others_[i - resources_.size()].one;
        const std::string& kind = modelled ? resources_[i].one.service : others_[i - resources_.size()].one.type;
        return fmt::format("{} {} {}", modelled ? 0 : 1, kind, lowerCase(one.id));
    };
    const auto kindOf = [&](std::size_t i) {
        return i < resources_.size() ? std::string_view{resources_[i].one.service}
                                     : lastPart(others_[i - resources_.size()].one.type);
    };
    // Of one name the first keeps it; another kind is told by its kind, what is left by numbers.
    std::unordered_map<std::string_view, std::size_t> firstOf;
    std::map<std::string, std::vector<std::size_t>> byName; // where several have it
    firstOf.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto [at, isNew] = firstOf.try_emplace(names[i], i);
        if (!isNew) {
            std::vector<std::size_t>& same = byName[names[i]];
            if (same.empty()) {
                same.push_back(at->second);
            }
            same.push_back(i);
        }
    }
    for (auto& [name, same] : byName) {
        const std::size_t first = *std::ranges::min_element(same, {}, orderOf);
        for (const std::size_t i : same) {
            if (kindOf(i) != kindOf(first)) {
                names[i] = fmt::format("{}-{}", name, kindOf(i));
            }
        }
    }
    const std::vector<std::string> unique = uniqueNames(names, orderOf);
    const auto own = [&](const PrincipalText& principal, const std::string& name, Mark mark) {
        if (principal.empty()) {
            return;
        }
        const auto [at, isNew] = owners_.emplace(lowerCase(principal), "system:" + name);
        if (isNew || at->second == "system:" + name) {
            return;
        }
        context_.teller.tell(mark,
                             fmt::format("the own identity of {} has the id {}, as another's has", inQuotes(name),
                                         inQuotes(readable(principal))),
                             "what is granted to that id may be of either; it is left out");
        at->second.clear(); // it is of none
    };
    // A template may refer to one that another source describes.
    const auto refer = [&](const Described& one, const std::string& name) {
        own(fmt::format("{}{}{} identity.principalId", unknownMark, referencePrefix, one.id), name, one.mark);
    };
    for (std::size_t i = 0; i < resources_.size(); ++i) {
        resources_[i].name = unique[i];
        for (const std::string& principal : resources_[i].ownPrincipals) {
            own(principal, unique[i], resources_[i].one.mark);
            refer(resources_[i].one, unique[i]);
        }
    }
    for (std::size_t i = 0; i < others_.size(); ++i) {
        others_[i].name = unique[resources_.size() + i];
        own(others_[i].one.ownPrincipal, others_[i].name, others_[i].one.mark);
        refer(others_[i].one, others_[i].name);
    }
}

/// The versions that resources name are known before one is asked for that is the newest.
void ResourceIndex::nameVersions() {
    const auto name = [&](const std::string& key, Mark mark) {
        const KeyParts parts = keyPartsOf(key);
        if (!parts.version.empty() && !isUnknownText(parts.version)) {
            static_cast<void>(keyOf(key, mark));
        }
    };
    for (const Joined& resource : resources_) {
        name(resource.one.key, resource.one.mark);
        for (const RawSlot& slot : resource.one.slots) {
            name(slot.use.key, resource.one.mark);
        }
    }
    for (const Other& other : others_) {
        for (const RawKeyUse& use : other.one.keys) {
            name(use.key, other.one.mark);
        }
    }
}

} // namespace cmksim::import
