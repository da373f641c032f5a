// How terms and commands name a key in parts, where a tool takes it so.
#pragma once

#include <string_view>

namespace cmksim::az {

inline constexpr std::string_view keyVaultPart = "key.vault"; // the URI of the vault
inline constexpr std::string_view keyNamePart = "key.name";
inline constexpr std::string_view keyVersionPart = "key.version"; // may be absent or empty

/// Where the key comes from: from a vault, or, said with any other word, from the platform.
inline constexpr std::string_view keySourcePart = "key.source";

/// An option that takes the key away, back to the platform's.
inline constexpr std::string_view noKeyPart = "key.none";

/// An option that names the resource's own identity, where a tool has one apart.
inline constexpr std::string_view ownIdentityPart = "identity.own";

/// What a key is made for, of which only what the services here ask for matters.
inline constexpr std::string_view keyOperations = "key.operations";

/// `PATH=VALUE`: a resource that says something else there has no key, whatever else it still says of one.
inline constexpr std::string_view keyedWhen = "key.when";

/// Where a resource may name an application of another tenant, as which it reaches its key.
inline constexpr std::string_view federatedClient = "identity.federated";

/// `keys.SLOT`: where a resource names the key of a slot, `keys.SLOT.identity` who uses it; in parts as `key` is:
/// `keys.SLOT.vault`, `.name` and `.version`.
inline constexpr std::string_view slotsPrefix = "keys.";

/// `on.SERVICE`: where a resource names those of that service that it stands on, by their ids.
inline constexpr std::string_view basesPrefix = "on.";

} // namespace cmksim::az
