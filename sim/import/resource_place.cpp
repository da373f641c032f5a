#include "import/resource_place.hpp"

#include "catalog/fact_reader.hpp"
#include "import/raw_import.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>

namespace cmksim::import {

namespace {

constexpr std::size_t nothing = static_cast<std::size_t>(-1);

constexpr std::string_view providers = "/providers/";

/// Takes the next part of a path.
std::string_view next(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(part.size());
    return part;
}

void appendLower(std::string& text, std::string_view part) {
    std::ranges::transform(part, std::back_inserter(text),
                           [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
}

bool isSaid(std::string_view part, std::string_view own) {
    return !part.empty() && part != unsaidPart && !equalIgnoringCase(part, own);
}

/// Where the last `/providers/` begins, whatever its case.
std::size_t lastProviders(std::string_view id) {
    std::size_t slash = id.rfind('/');
    while (slash != std::string_view::npos && !equalIgnoringCase(id.substr(slash, providers.size()), providers)) {
        slash = slash == 0 ? std::string_view::npos : id.rfind('/', slash - 1);
    }
    return slash;
}

/// A thing as far as it is known by now.
struct Thing {
    ResourcePlace* place = nullptr; // of the first of its descriptions, completed by the others
    const Source* source = nullptr;
    std::size_t next = nothing; // of the same name
};

/// What things have to share to be one.
struct NameKey {
    std::string_view type;
    std::string_view name;

    friend bool operator==(const NameKey&, const NameKey&) = default;
};
struct HashName {
    std::size_t operator()(const NameKey& key) const {
        constexpr std::size_t spread = 0x9E3779B97F4A7C15U;
        const std::hash<std::string_view> hash;
        return hash(key.type) * spread + hash(key.name);
    }
};

bool agree(const Thing& thing, const ResourcePlace& place, const Source* source) {
    const ResourcePlace& known = *thing.place;
    if (!known.subscription.empty() && !place.subscription.empty() && known.subscription != place.subscription) {
        return false;
    }
    if (known.isOwnGroup || place.isOwnGroup) {
        // What one template puts into its own group and into another one it names is not the same.
        return known.isOwnGroup == place.isOwnGroup || thing.source != source || known.group == place.group;
    }
    return known.group.empty() || place.group.empty() || known.group == place.group;
}

/// Whether an id says subscription, group, type and name, each in the one way in which it can be said: two of those are
/// of one thing where they are alike but for their case, and nowhere else.
bool isFullySaid(std::string_view id) {
    std::string_view rest = id;
    if (!id.starts_with('/') || id.ends_with('/') || id.find("//") != std::string_view::npos ||
        !equalIgnoringCase(next(rest), "subscriptions") || !isSaid(next(rest), ownSubscription) ||
        !equalIgnoringCase(next(rest), "resourcegroups") || !isSaid(next(rest), ownGroup) || !rest.starts_with('/') ||
        !equalIgnoringCase(next(rest), "providers")) {
        return false;
    }
    const auto slashes = std::ranges::count(rest, '/');
    return slashes >= 3 && slashes % 2 == 1; // a provider, and types with names
}

struct HashId {
    std::size_t operator()(std::string_view id) const {
        constexpr std::size_t prime = 0x100000001B3U; // of FNV-1a
        std::size_t hash = 0xCBF29CE484222325U;
        for (const char c : id) {
            hash = (hash ^ static_cast<unsigned char>('A' <= c && c <= 'Z' ? c - 'A' + 'a' : c)) * prime;
        }
        return hash;
    }
};
struct SameId {
    bool operator()(std::string_view a, std::string_view b) const { return equalIgnoringCase(a, b); }
};

/// What the things are of ids that are all fully said; nothing where some are not.
std::optional<Sameness> joinFullySaid(std::span<const PlacedDescription> descriptions) {
    if (!std::ranges::all_of(descriptions, isFullySaid, &PlacedDescription::id)) {
        return std::nullopt;
    }
    Sameness same;
    same.thingOf.reserve(descriptions.size());
    std::unordered_map<std::string_view, std::size_t, HashId, SameId> byId;
    byId.reserve(descriptions.size());
    for (const PlacedDescription& one : descriptions) {
        same.thingOf.push_back(byId.try_emplace(one.id, byId.size()).first->second);
    }
    same.things = byId.size();
    return same;
}

/// Joins descriptions one after the other, each to the thing that it is of.
class PlaceJoiner {
public:
    PlaceJoiner(std::span<const PlacedDescription> descriptions, bool isGlobal, std::size_t most, Sameness& same)
        : descriptions_{descriptions}, isGlobal_{isGlobal}, same_{same} {
        things_.reserve(most);
        byName_.reserve(most);
    }

    [[nodiscard]] std::size_t things() const { return things_.size(); }

    /// The places must outlive this; what a description adds to what is known of its thing is taken over.
    void join(std::size_t i, ResourcePlace& place) {
        const auto [head, isNew] = byName_.try_emplace(
            {isGlobal_ ? std::string_view{} : std::string_view{place.type}, place.name}, things_.size());
        const Source* source = descriptions_[i].mark.source;
        const auto fits = [&](const Thing& thing) { return isGlobal_ || agree(thing, place, source); };
        const auto isAlike = [&](const Thing& thing) {
            return fits(thing) && thing.place->subscription == place.subscription &&
                   thing.place->group == place.group && thing.place->isOwnGroup == place.isOwnGroup;
        };
        const auto find = [&](std::size_t from, const auto& holds) {
            while (from != nothing && !holds(things_[from])) {
                from = things_[from].next;
            }
            return from;
        };
        std::size_t fitting = isNew ? nothing : find(head->second, fits);
        if (fitting != nothing && find(things_[fitting].next, fits) != nothing) {
            fitting = find(head->second, isAlike);
            if (fitting == nothing) {
                same_.torn.push_back(i);
            }
        }
        if (fitting == nothing) {
            if (!isNew) {
                const std::size_t last = find(head->second, [](const Thing& one) { return one.next == nothing; });
                things_[last].next = things_.size();
            }
            same_.thingOf[i] = things_.size();
            things_.push_back({&place, source, nothing});
            return;
        }
        ResourcePlace& known = *things_[fitting].place;
        same_.thingOf[i] = fitting;
        if (known.subscription.empty()) {
            known.subscription = place.subscription;
        }
        if (known.isOwnGroup || known.group.empty()) {
            known.group = place.group;
            known.isOwnGroup = place.isOwnGroup;
        }
    }

private:
    std::span<const PlacedDescription> descriptions_;
    bool isGlobal_;
    Sameness& same_;
    std::vector<Thing> things_;
    std::unordered_map<NameKey, std::size_t, HashName> byName_; // the first of a name, from which the others follow
};

} // namespace

std::optional<ResourcePlace> placeOf(std::string_view id) {
    if (!id.starts_with('/')) {
        return std::nullopt;
    }
    const std::size_t provider = lastProviders(id);
    if (provider == std::string_view::npos) {
        return std::nullopt;
    }
    ResourcePlace place;
    std::string_view head = id.substr(0, provider);
    std::string_view part = next(head);
    if (equalIgnoringCase(part, "subscriptions")) {
        part = next(head);
        place.subscription = isSaid(part, ownSubscription) ? lowerCase(part) : std::string{};
        if (equalIgnoringCase(next(head), "resourcegroups")) {
            part = next(head);
            place.isOwnGroup = place.subscription.empty() && equalIgnoringCase(part, ownGroup);
            place.group = part == unsaidPart || place.isOwnGroup ? std::string{} : lowerCase(part);
        }
    }
    appendLower(place.group, head); // what lies on another resource is told apart by that, too
    std::string_view tail = id.substr(provider + providers.size());
    place.type.reserve(tail.size());
    appendLower(place.type, next(tail));
    while (!tail.empty()) {
        const std::string_view type = next(tail);
        const std::string_view name = next(tail);
        if (!type.empty()) {
            appendLower(place.type.append("/"), type);
            appendLower(place.name.append(place.name.empty() ? "" : "/"), name);
        }
    }
    return place.name.empty() ? std::nullopt : std::optional{std::move(place)};
}

bool isPlace(std::string_view id) {
    const std::size_t provider = id.starts_with('/') ? lastProviders(id) : std::string_view::npos;
    if (provider == std::string_view::npos) {
        return false;
    }
    std::string_view tail = id.substr(provider + providers.size());
    next(tail); // the provider's name, behind which a type stands, and a name
    next(tail);
    return !next(tail).empty();
}

std::string resourceIdOf(std::string_view subscription, std::string_view group, std::string_view type,
                         std::string_view names) {
    std::string id = "/subscriptions/";
    id.append(subscription.empty() ? unsaidPart : subscription);
    id.append("/resourceGroups/").append(group.empty() ? unsaidPart : group);
    const auto take = [](std::string_view& rest) {
        const std::string_view part = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        return part;
    };
    id.append("/providers/").append(take(type));
    while (!type.empty() && !names.empty()) {
        id.append("/").append(take(type));
        id.append("/").append(take(names));
    }
    return id;
}

std::optional<SymbolicReference> symbolicReference(std::string_view text) {
    const std::size_t begin = 1 + referencePrefix.size();
    if (text.size() < begin || text.front() != unknownMark ||
        text.substr(1, referencePrefix.size()) != referencePrefix) {
        return std::nullopt;
    }
    const std::size_t blank = std::min(text.find(' ', begin), text.size());
    return SymbolicReference{std::string{text.substr(begin, blank - begin)},
                             std::string{text.substr(std::min(blank + 1, text.size()))}};
}

bool isPlaceless(std::string_view id) {
    const auto place = placeOf(id);
    return !place || !place->isWhole();
}

Sameness joinPlaces(std::span<const PlacedDescription> descriptions, bool isGlobal) {
    if (auto said = isGlobal ? std::nullopt : joinFullySaid(descriptions)) {
        return std::move(*said);
    }
    Sameness same;
    same.thingOf.assign(descriptions.size(), nothing);
    // What one source writes alike is of one thing: the first description stands for the others.
    std::vector<std::size_t> firstOf(descriptions.size());
    std::vector<std::size_t> firsts;
    std::vector<ResourcePlace> places; // of the firsts
    std::unordered_map<std::string_view, std::size_t> byId;
    for (std::size_t i = 0; i < descriptions.size(); ++i) {
        const PlacedDescription& one = descriptions[i];
        const auto [at, isNew] = byId.try_emplace(one.id, i);
        if (!isNew && descriptions[at->second].mark.source != one.mark.source) {
            at->second = i;
        }
        firstOf[i] = at->second;
        if (firstOf[i] == i) {
            auto place = placeOf(one.id);
            firsts.push_back(i);
            places.push_back(place ? std::move(*place) : ResourcePlace{{}, {}, false, {}, lowerCase(one.id)});
        }
    }
    PlaceJoiner joiner{descriptions, isGlobal, firsts.size(), same};
    // Those first of which everything is known, so that the others find all that they may be.
    std::vector<bool> isWhole; // as they are written
    isWhole.reserve(places.size());
    std::ranges::transform(places, std::back_inserter(isWhole), &ResourcePlace::isWhole);
    for (const bool whole : {true, false}) {
        for (std::size_t i = 0; i < firsts.size(); ++i) {
            if (isWhole[i] == whole) {
                joiner.join(firsts[i], places[i]);
            }
        }
    }
    // Numbers in the order of the descriptions.
    std::vector<std::size_t> renumbered(joiner.things(), nothing);
    for (const std::size_t first : firsts) {
        std::size_t& number = renumbered[same.thingOf[first]];
        number = number == nothing ? same.things++ : number;
        same.thingOf[first] = number;
    }
    for (std::size_t i = 0; i < firstOf.size(); ++i) {
        same.thingOf[i] = same.thingOf[firstOf[i]];
    }
    std::ranges::sort(same.torn);
    return same;
}

} // namespace cmksim::import
