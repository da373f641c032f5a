// How terms and commands name a key in parts, where a tool takes it so.
#pragma once

#include <string_view>

namespace cmksim::az {

inline constexpr std::string_view keyVaultPart = "key.vault"; // the URI of the vault
inline constexpr std::string_view keyNamePart = "key.name";
inline constexpr std::string_view keyVersionPart = "key.version"; // may be absent or empty

/// Where a resource may name another key beside the one that a model plays.
inline constexpr std::string_view furtherKey = "key.further";

} // namespace cmksim::az
