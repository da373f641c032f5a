#include "import/resource_place.hpp"

#include "catalog/fact_reader.hpp"
#include "import/raw_import.hpp"

#include <algorithm>
#include <unordered_map>

namespace cmksim::import {

namespace {

constexpr std::size_t nothing = static_cast<std::size_t>(-1);

/// Takes the next part of a path, in lower case.
std::string next(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(part.size());
    return lowerCase(part);
}

bool isSaid(std::string_view part, std::string_view own) {
    return !part.empty() && part != unsaidPart && part != lowerCase(own);
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
    ResourcePlace place;
    const std::string whole{id};
    const std::size_t provider = lowerCase(whole).rfind("/providers/");
    if (provider == std::string::npos) {
        return std::nullopt;
    }
    std::string_view head = id.substr(0, provider);
    std::string part = next(head);
    if (part == "subscriptions") {
        part = next(head);
        place.subscription = isSaid(part, ownSubscription) ? part : std::string{};
        if (next(head) == "resourcegroups") {
            part = next(head);
            place.isOwnGroup = place.subscription.empty() && part == lowerCase(ownGroup);
            place.group = part == unsaidPart || place.isOwnGroup ? std::string{} : part;
        }
    }
    // What lies on another resource is told apart by that, too.
    if (!head.empty()) {
        place.group += lowerCase(head);
    }
    std::string_view tail = id.substr(provider + std::string_view{"/providers/"}.size());
    place.type = next(tail);
    while (!tail.empty()) {
        const std::string type = next(tail);
        const std::string name = next(tail);
        if (!type.empty()) {
            place.type.append("/").append(type);
            place.name.append(place.name.empty() ? "" : "/").append(name);
        }
    }
    return place.name.empty() ? std::nullopt : std::optional{std::move(place)};
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
    std::vector<ResourcePlace> places;
    places.reserve(descriptions.size());
    for (const PlacedDescription& one : descriptions) {
        auto place = placeOf(one.id);
        places.push_back(place ? std::move(*place) : ResourcePlace{{}, {}, false, {}, lowerCase(one.id)});
    }
    std::unordered_map<std::string, std::vector<Thing>> byName;
    std::size_t count = 0;
    const auto join = [&](std::size_t i) {
        const ResourcePlace& place = places[i];
        std::vector<Thing>& things = byName[isGlobal ? place.name : place.type + ' ' + place.name];
        std::vector<Thing*> fitting;
        for (Thing& thing : things) {
            if (isGlobal || agree(thing, place, descriptions[i].mark.source)) {
                fitting.push_back(&thing);
            }
        }
        if (fitting.size() > 1) {
            const auto exact = std::ranges::find_if(fitting, [&](const Thing* thing) {
                return thing->place.subscription == place.subscription && thing->place.group == place.group &&
                       thing->place.isOwnGroup == place.isOwnGroup;
            });
            if (exact == fitting.end()) {
                same.torn.push_back(i);
            }
            fitting = exact == fitting.end() ? std::vector<Thing*>{} : std::vector<Thing*>{*exact};
        }
        if (fitting.empty()) {
            things.push_back({place, descriptions[i].mark.source, count++});
            same.thingOf[i] = things.back().number;
            return;
        }
        Thing& thing = *fitting.front();
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
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (places[i].isWhole() == whole) {
                join(i);
            }
        }
    }
    // Numbers in the order of the descriptions.
    std::vector<std::size_t> renumbered(count, nothing);
    for (std::size_t& thing : same.thingOf) {
        if (renumbered[thing] == nothing) {
            renumbered[thing] = same.things++;
        }
        thing = renumbered[thing];
    }
    std::ranges::sort(same.torn);
    return same;
}

} // namespace cmksim::import
