// How terms and commands name a key in parts, where a tool takes it so.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace cmksim::az {

/// The key of the short form. What a tool says in parts of it, or of `keys.SLOT`, stands behind its field.
inline constexpr std::string_view shortKey = "key";
inline constexpr std::string_view vaultPart = ".vault"; // the URI of the vault
inline constexpr std::string_view namePart = ".name";
inline constexpr std::string_view versionPart = ".version"; // may be absent or empty
inline constexpr std::string_view sourcePart = ".source";
inline constexpr std::string_view identityPart = ".identity"; // who uses the key of a slot

inline constexpr std::string_view keyVaultPart = "key.vault";
inline constexpr std::string_view keyNamePart = "key.name";
inline constexpr std::string_view keyVersionPart = "key.version";

/// Where the key comes from: from a vault, or, said with any other word, from the platform.
inline constexpr std::string_view keySourcePart = "key.source";

/// `key.name` of `key` and `.name`, `keys.SLOT.name` of `keys.SLOT`.
inline std::string partOf(std::string_view key, std::string_view part) { return std::string{key}.append(part); }

/// An option that takes the key away, back to the platform's.
inline constexpr std::string_view noKeyPart = "key.none";

/// An option that names the resource's own identity, where a tool has one apart.
inline constexpr std::string_view ownIdentityPart = "identity.own";

/// The resource's own identity, as timelines name it.
inline constexpr std::string_view ownIdentity = "SystemAssigned";

/// An option that names the identity by its client id, where others of the tool take its resource id.
inline constexpr std::string_view clientIdentityPart = "identity.client-id";

/// What a key is made for, of which only what the services here ask for matters.
inline constexpr std::string_view keyOperations = "key.operations";

/// `PATH=VALUE`: a resource that says something else there has no key, whatever else it still says of one.
inline constexpr std::string_view keyedWhen = "key.when";

/// Where a resource may name an application of another tenant, as which it reaches its key.
inline constexpr std::string_view federatedClient = "identity.federated";

/// `keys.SLOT`: where a resource names the key of a slot, `keys.SLOT.identity` who uses it; in parts as `key` is:
/// `keys.SLOT.vault`, `.name` and `.version`.
inline constexpr std::string_view slotsPrefix = "keys.";

/// `keys.SLOT` of a field about the key of a slot; empty of any other.
inline std::string_view slotKeyOf(std::string_view field) {
    return field.starts_with(slotsPrefix) ? field.substr(0, field.find('.', slotsPrefix.size())) : std::string_view{};
}

/// `keys.+`: a key that comes onto a resource's list of keys; `keys.-`: one that goes off it; in parts as the key of a
/// slot. Of several in one command each has its number behind the sign: `keys.+2.name`.
inline constexpr char comesOn = '+';
inline constexpr char goesOff = '-';

/// Whether a field is about a key of a list, whatever slot that is in.
inline bool isListed(std::string_view field) {
    const char sign = field.size() > slotsPrefix.size() ? field[slotsPrefix.size()] : '\0';
    return field.starts_with(slotsPrefix) && (sign == comesOn || sign == goesOff);
}

/// A field about a key of a list with a number behind the sign, and without.
inline std::string numbered(std::string_view field, std::size_t number) {
    return std::string{field}.insert(slotsPrefix.size() + 1, std::to_string(number));
}
inline std::string unnumbered(std::string_view field) {
    const std::size_t sign = slotsPrefix.size() + 1;
    const std::size_t end = std::min(field.find('.', sign), field.size());
    return std::string{field.substr(0, sign)}.append(field.substr(end));
}

/// Whether a field is a key as one text.
inline bool isWholeKey(std::string_view field) {
    return field == shortKey || (field.starts_with(slotsPrefix) && slotKeyOf(field) == field);
}

/// Whether a field is who uses the key of a slot.
inline bool isSlotIdentity(std::string_view field) {
    return field.starts_with(slotsPrefix) && field.ends_with(identityPart);
}

/// `on.SERVICE`: where a resource names those of that service that it stands on, by their ids.
inline constexpr std::string_view basesPrefix = "on.";

} // namespace cmksim::az
