// Kinds of vaults in a file of models/, and in the URI of a key, by what the platform knows of them.
#pragma once

#include "catalog/fact_reader.hpp"
#include "model/platform.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace cmksim::catalog {

/// The names of all kinds, in their order.
inline std::vector<std::string_view> vaultKindNames(const Platform& platform) {
    std::vector<std::string_view> names;
    for (const VaultKindRule& kind : platform.vaultKinds) {
        names.push_back(kind.name);
    }
    return names;
}

/// The kind that a node names; nothing, as reported, where there is none of that name.
inline std::optional<VaultKindId> readVaultKind(Node node, const Platform& platform, FactReader& facts) {
    const auto place = facts.indexOf(node, "kind of vaults", vaultKindNames(platform));
    return place ? std::optional{VaultKindId{*place}} : std::nullopt;
}

/// The kind of that name; the ordinary one where the name is empty, or the platform knows none such.
inline VaultKindId vaultKindNamed(std::string_view name, const Platform& platform) {
    const auto found = std::ranges::find(platform.vaultKinds, name, &VaultKindRule::name);
    return found == platform.vaultKinds.end()
               ? ordinaryVault
               : VaultKindId{static_cast<std::size_t>(found - platform.vaultKinds.begin())};
}

/// The kind of the vaults whose hosts end so, `vault.azure.net` in any case; nothing where none do.
inline std::optional<VaultKindId> vaultKindOfHost(std::string_view host, const Platform& platform) {
    for (const VaultKindId kind : platform.vaultKinds.ids()) {
        for (const std::string& suffix : platform.vaultKinds[kind].suffixes) {
            if (scenario::equalIgnoringCase(suffix, host)) {
                return kind;
            }
        }
    }
    return std::nullopt;
}

/// A key as its URI names it.
struct LocatedKey : scenario::KeyIdentifier {
    VaultKindId kind;
};

/// The key that a URI names: its host tells of which kind its vault is. Nothing where it is no key's URI.
inline std::optional<LocatedKey> locateKey(std::string_view uri, const Platform& platform) {
    for (const VaultKindId kind : platform.vaultKinds.ids()) {
        if (const auto key = scenario::parseKeyUri(uri, platform.vaultKinds[kind].suffixes)) {
            return LocatedKey{*key, kind};
        }
    }
    return std::nullopt;
}

} // namespace cmksim::catalog
