// The estate: vaults, identities, resources and the roles above all vaults.
#pragma once

#include "document/document.hpp"
#include "document/mapping_reader.hpp"
#include "scenario/ast.hpp"
#include "scenario/scalars.hpp"

#include <vector>

namespace cmksim::scenario {

/// Takes the estate's fields from `fields`, and finishes it.
EstateSpec readEstate(MappingReader& fields, const Reading& reading);

/// A vault as in the estate. `name` is its key there, or the target of a `vault.create`.
VaultSpec readVault(const Name& name, Node node, const Reading& reading);

/// The fields that `vault.update` can change, taken from its arguments.
void readVaultSettings(MappingReader& fields, VaultSpec& vault);

/// A resource as in the estate. `key` is its key there, or the target of a `resource.create`.
ResourceSpec readResource(const Name& key, Node node, const Reading& reading);

/// A list of key permissions.
std::vector<Name> readPermissions(Node node, Diagnostics& diagnostics);

/// Identities with one role or a list of them.
std::vector<RoleSpec> readRoleAssignments(Node node, Diagnostics& diagnostics);

} // namespace cmksim::scenario
