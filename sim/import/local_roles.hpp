// Roles that a vault has of its own: who holds which is told by the vault alone, and not beside the grants of Azure.
#pragma once

#include "import/raw_import.hpp"
#include "import/vault_index.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// The kind of vaults in which a role counts that a grant names by its name or the id of its definition.
VaultKindId kindOfRole(std::string_view role, const std::vector<AzureTerms>& terms, const Platform& platform);

/// The id of what a scope within a vault with roles of its own is: `/` and `/keys` of all of it, `/keys/KEY` of a key.
std::string scopeIn(std::string_view vault, VaultKindId kind, std::string_view scope,
                    const std::vector<AzureTerms>& terms, const Platform& platform);

/// Where a role is held within a vault.
struct LocalGrant {
    VaultKindId kind;
    JoinedVault* vault = nullptr; // null: it does not say which, and not one alone of that kind was read
    std::size_t candidates = 0;   // vaults of that kind that were read
    std::string key;              // empty: in all of the vault
};

/// What a grant says of a vault with roles of its own; nothing where it is none of such a role, or its scope lies
/// elsewhere.
std::optional<LocalGrant> localGrantOf(const RawGrant& grant, const std::vector<AzureTerms>& terms,
                                       const Platform& platform, VaultIndex& vaults);

} // namespace cmksim::import
