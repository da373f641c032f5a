// What others write, held against what the language takes.
#pragma once

#include "base/json_value.hpp"
#include "import/raw_import.hpp"
#include "model/platform.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cmksim::import {

/// What stands behind the last slash of a path, an id or a type.
inline std::string_view lastPart(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Appends what is not there yet.
template <class T>
void addNew(std::vector<T>& list, const std::type_identity_t<T>& item) {
    if (std::ranges::find(list, item) == list.end()) {
        list.push_back(item);
    }
}

/// A vault's setting, by its field, `networkAcls.bypass`; nothing where the value is none that it can have.
std::optional<JsonValue> matchSetting(std::string_view field, const JsonValue& value, const Platform& platform);

/// A key permission as the platform spells it; empty where there is none of that name.
std::string_view matchPermission(std::string_view permission, const Platform& platform);

/// An instant near enough to be one; empty for one so far away that it never comes, and for what is none.
std::string matchInstant(std::string_view text);

/// Whether a text begins as an address in the web does, in whichever case.
bool isUri(std::string_view text);

/// Vault, key and version of a key's identifier, whatever the cloud it lies in; empty where it is none.
struct KeyParts {
    std::string_view vault;
    std::string_view host; // what of the host follows the vault: `vault.azure.net`
    std::string_view key;
    std::string_view version;
};
KeyParts keyPartsOf(std::string_view uri);

/// A key that is named by the URI of its vault, its name and a version, which may be empty; as one identifier. Empty
/// where vault or name is.
struct NamedKey {
    std::string vault;
    std::string name;
    std::string version;
};
std::string identifierOf(const NamedKey& key);

/// How terms call the names of vault and key and mostly a version as one text, joined by underscores, which none of
/// them has.
inline constexpr std::string_view keyJoined = "key.joined";

/// Likewise of names that underscores join, in a vault of that suffix. What is not known stays so; empty where the text
/// names no key.
std::string identifierOfJoined(std::string_view joined, std::string_view suffix);

/// A name without what separates the parts of a target.
std::string matchName(std::string_view name);

/// A key with these versions, oldest first, as an estate has it.
JsonObject keyFieldsOf(const std::vector<RawVersion>& versions);

} // namespace cmksim::import
