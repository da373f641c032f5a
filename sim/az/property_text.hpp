// Property values as the Azure CLI takes them: PATH=VALUE, JSON, or its own shorthand, `{a:b,c:{d:e}}`.
#pragma once

#include "base/json_value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

/// One scalar of a value, with the way to it: `properties.networkAcls.bypass`.
struct PropertyText {
    std::string path;
    std::string value;
};

/// The scalars of `text`, which stands at `path` (empty: at the root, so that it must say where it belongs). Nothing
/// when it cannot be read. Objects nest no deeper than sixteen levels.
std::vector<PropertyText> readPropertyText(std::string_view path, std::string_view text);

/// The items of a list of texts, in JSON or without quotes; of objects, their only value.
std::vector<std::string> readListText(std::string_view text);

/// Whether two paths are the same: the CLI writes `key-vault-properties` for what templates call `keyVaultProperties`,
/// and `keys[0]` for what terms call `keys.0`.
bool isSamePath(std::string_view a, std::string_view b);

/// `keys[0].name`, as the CLI writes `keys.0.name`.
std::string indexedPath(std::string_view path);

/// Puts a value into an object at a path, `a.b.c`, and makes the objects on the way.
void insertAt(JsonObject& object, std::string_view path, JsonValue value);

} // namespace cmksim::az
