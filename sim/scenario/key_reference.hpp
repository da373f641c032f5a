// Key identifiers: which vault, key and version a URI names, if it names any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cmksim::scenario {

/// The parts of a key identifier, as views into it. The version is empty where none is named.
struct KeyIdentifier {
    std::string_view vault;
    std::string_view key;
    std::string_view version;
};

/// `https://VAULT.SUFFIX[:443]/keys/KEY[/VERSION]` with one of the platform's suffixes, the host in any case. Nothing
/// when the text is no such URI.
std::optional<KeyIdentifier> parseKeyUri(std::string_view uri, std::span<const std::string> suffixes);

/// `VAULT/KEY` or `VAULT/KEY/VERSION`.
std::optional<KeyIdentifier> parseShortKey(std::string_view text);

/// Equality of ASCII text without regard to case.
bool equalIgnoringCase(std::string_view a, std::string_view b);

} // namespace cmksim::scenario
