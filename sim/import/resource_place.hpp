// What a resource id says: subscription, group, type and names, any of which may be unknown; and which descriptions are
// of one thing.
#pragma once

#include "base/diagnostics.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// How a template calls the subscription and the group that it is deployed to, which it does not know.
inline constexpr std::string_view ownSubscription = "SUBSCRIPTION";
inline constexpr std::string_view ownGroup = "GROUP";

/// How a source calls a subscription or group of which it says nothing.
inline constexpr std::string_view unsaidPart = "-";

/// Parts of an id, in lower case.
struct ResourcePlace {
    std::string subscription; // empty: unknown
    std::string group;        // empty: unknown, or none
    bool isOwnGroup = false;  // the one that a template is deployed to, of which nothing else is known
    std::string type;
    std::string name; // of several the last, with those before it: `vault/key`

    /// Whether nothing of it is unknown.
    [[nodiscard]] bool isWhole() const { return !subscription.empty() && !isOwnGroup; }
};

/// Nothing when the text is no id of a resource.
std::optional<ResourcePlace> placeOf(std::string_view id);

/// Whether it is one.
bool isPlace(std::string_view id);

/// `/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/TYPE/NAME…`; `names` are parted by slashes as the parts
/// of the type are. Empty parts stand for what is unknown.
std::string resourceIdOf(std::string_view subscription, std::string_view group, std::string_view type,
                         std::string_view names);

/// How a text begins that stands for an attribute which only Azure will know: `ref ID WAY`, behind the mark of what is
/// not known.
inline constexpr std::string_view referencePrefix = "ref ";

/// What such a text refers to. Nothing when it is none.
struct SymbolicReference {
    std::string id;
    std::string way; // `principalId`, `identity.principalId`
};
std::optional<SymbolicReference> symbolicReference(std::string_view text);

/// Whether the id has an unknown subscription or group.
bool isPlaceless(std::string_view id);

/// For each description the number of the thing that it is of, counted from 0 in the order in which they first appear.
/// Descriptions of one type and name are of one thing where subscription and group agree; one of which these are not
/// known joins the only one that there is. `isGlobal`: a name alone tells such things apart. A description that might
/// join several is one of its own, and listed in `torn`.
struct Sameness {
    std::vector<std::size_t> thingOf;
    std::size_t things = 0;
    std::vector<std::size_t> torn;
};
struct PlacedDescription {
    std::string_view id;
    Mark mark;
};
Sameness joinPlaces(std::span<const PlacedDescription> descriptions, bool isGlobal);

} // namespace cmksim::import
