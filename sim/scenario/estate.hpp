// The estate: vaults, identities, resources and the roles above all vaults.
#pragma once

#include "document/document.hpp"
#include "document/mapping_reader.hpp"
#include "scenario/ast.hpp"
#include "scenario/scalars.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace cmksim::scenario {

/// Takes the estate's fields from `fields`, and finishes it.
EstateSpec readEstate(MappingReader& fields, const Reading& reading);

/// A vault as in the estate. `name` is its key there, or the target of a `vault.create`.
VaultSpec readVault(const Name& name, Node node, const Reading& reading);

/// How many days a vault keeps what is deleted.
inline constexpr int leastRetention = 7;
inline constexpr int mostRetention = 90;

/// Reports purge protection without soft delete.
void checkProtection(const VaultSpec& vault, Diagnostics& diagnostics);

/// Reports what says of itself that it is deleted, in a vault that an action makes.
void refuseDeleted(const VaultSpec& vault, Diagnostics& diagnostics);

/// `deleted:`, since when a thing of the estate is (soft-)deleted: before the start, or nothing.
std::optional<Marked<Instant>> readDeleted(MappingReader& fields, const Reading& reading);

/// `region:` and `tenant:`, where a vault or resource says them.
void readPlace(MappingReader& fields, Name& region, Name& tenant);

/// `tags:` of a resource, by name.
std::vector<TagSpec> readTagsOfResource(Node node, Diagnostics& diagnostics);

/// The fields that `vault.update` can change, taken from its arguments.
void readVaultSettings(MappingReader& fields, VaultSpec& vault);

/// Keys by slot, as a resource or an update of one names them; whether null takes one away, and a list changes that of
/// the resource.
enum class SlotRemoval : std::uint8_t { Refused, Taken };
std::vector<KeyUseSpec> readSlots(Node node, SlotRemoval removal, Diagnostics& diagnostics);

/// A resource as in the estate. `key` is its key there, or the target of a `resource.create`.
ResourceSpec readResource(const Name& key, Node node, const Reading& reading);

/// A field that only a model knows, of `what`, which has these fields besides; nothing, as reported, where it is none.
std::optional<PropertySpec> readProperty(const Entry& entry, std::string_view what,
                                         std::span<const std::string_view> otherFields, Diagnostics& diagnostics);

/// The service of what has no model.
inline constexpr std::string_view unmodelledService = "unmodelled";

/// Whether a resource's fields say that it has no model.
bool isUnmodelled(Node resource);

/// Such a resource; one that an action makes is reported.
UnmodelledSpec readUnmodelled(const Name& key, Node node, Diagnostics& diagnostics);

/// A list of key permissions.
std::vector<Name> readPermissions(Node node, Diagnostics& diagnostics);

/// Identities with one role or a list of them.
std::vector<RoleSpec> readRoleAssignments(Node node, Diagnostics& diagnostics);

} // namespace cmksim::scenario
