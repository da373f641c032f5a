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
    ResourcePlace place;
    const Source* source = nullptr;
    std::size_t number = 0;
};

bool agree(const Thing& thing, const ResourcePlace& place, const Source* source) {
    const ResourcePlace& known = thing.place;
    if (!known.subscription.empty() && !place.subscription.empty() && known.subscription != place.subscription) {
        return false;
    }
    if (known.isOwnGroup || place.isOwnGroup) {
        // What one template puts into its own group and into another one it names is not the same.
        return known.isOwnGroup == place.isOwnGroup || thing.source != source || known.group == place.group;
    }
    return known.group.empty() || place.group.empty() || known.group == place.group;
}

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
    std::unordered_map<std::string, std::vector<Thing>> byName;
    std::size_t count = 0;
    const auto join = [&](std::size_t i, const ResourcePlace& place) {
        std::vector<Thing>& things = byName[isGlobal ? place.name : place.type + ' ' + place.name];
        const Source* source = descriptions[i].mark.source;
        const auto fits = [&](const Thing& thing) { return isGlobal || agree(thing, place, source); };
        auto fitting = std::ranges::find_if(things, fits);
        if (fitting != things.end() && std::any_of(fitting + 1, things.end(), fits)) {
            fitting = std::ranges::find_if(things, [&](const Thing& thing) {
                return fits(thing) && thing.place.subscription == place.subscription &&
                       thing.place.group == place.group && thing.place.isOwnGroup == place.isOwnGroup;
            });
            if (fitting == things.end()) {
                same.torn.push_back(i);
            }
        }
        if (fitting == things.end()) {
            things.push_back({place, source, count++});
            same.thingOf[i] = things.back().number;
            return;
        }
        Thing& thing = *fitting;
        same.thingOf[i] = thing.number;
        if (thing.place.subscription.empty()) {
            thing.place.subscription = place.subscription;
        }
        if (thing.place.isOwnGroup || thing.place.group.empty()) {
            thing.place.group = place.group;
            thing.place.isOwnGroup = place.isOwnGroup;
        }
    };
    // Those first of which everything is known, so that the others find all that they may be.
    for (const bool whole : {true, false}) {
        for (std::size_t i = 0; i < firsts.size(); ++i) {
            if (places[i].isWhole() == whole) {
                join(firsts[i], places[i]);
            }
        }
    }
    // Numbers in the order of the descriptions.
    std::vector<std::size_t> renumbered(count, nothing);
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
