// By which numbers a program speaks of the things of an estate; `Program` and `WorldNames` know their names.
#pragma once

#include "base/ids.hpp"

#include <cstdint>
#include <string_view>

namespace cmksim {

using ResourceId = Id<struct ResourceTag>;
using VaultId = Id<struct VaultTag>;               // a vault's name, whatever stands behind it now
using KeyId = Id<struct KeyTag>;                   // a key's name in a vault's name
using IdentityId = Id<struct IdentityTag>;         // an identity's name, whatever principal stands behind it now
using KeyReferenceId = Id<struct KeyReferenceTag>; // a key as a resource names it
using VersionNameId = Id<struct VersionNameTag>;   // the name of a key version
using BackupFileId = Id<struct BackupFileTag>;
using NetworkId = Id<struct NetworkTag>;     // a network, or a resource as a perimeter names it
using RoleId = Id<struct RoleTag>;           // index into Platform::roles
using FeatureId = Id<struct FeatureTag>;     // of a subscription; those of Platform::features come first
using KeyTypeId = Id<struct KeyTypeTag>;     // index into Platform::keyTypes
using VaultKindId = Id<struct VaultKindTag>; // index into Platform::vaultKinds
using RegionId = Id<struct RegionTag>;       // where something lies, as far as it is said
using TenantId = Id<struct TenantTag>;       // whose directory it is of, likewise
using SlotId = Id<struct SlotTag>;           // where a resource holds one of its keys, by its name

/// The kind of a vault that says none: it goes by access policies or by roles, and those above all vaults count in it.
inline constexpr VaultKindId ordinaryVault{0};

/// The slot of a resource that has one key, and of the short form of several.
inline constexpr std::string_view shortSlotName = "primary";

/// Key permissions by their place in Platform::keyPermissions.
using PermissionSet = std::uint32_t;

} // namespace cmksim
