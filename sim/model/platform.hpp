// The key vault and identity platform under every service, as data: roles, permissions, limits, and what its own
// refusals say. Read from `models/platform.yaml`.
#pragma once

#include "model/ids.hpp"
#include "model/model.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim {

/// The refusals that do not depend on a service (semantics, sections 3.1 and 4.4).
enum class CommonRefusal : std::uint8_t {
    VaultExists,
    VaultSoftDeleted,
    VaultNotFound,
    PurgeProtected,
    CannotDisablePurgeProtection,
    CannotDisableSoftDelete,
    RetentionImmutable,
    SoftDeleteRequired,
    PolicyNotFound,
    PoliciesDoNotCount,
    RoleAssignmentNotFound,
    KeyNotFound,
    KeySoftDeleted,
    KeyVersionNotFound,
    KeyExists,
    BackupNotFound,
    IdentityExists,
    IdentityNotFound,
    IdentityNotRecoverable,
    IdentityInUse,
    ResourceExists,
    ResourceNotFound,
    EncryptionImmutable,
    OperationInProgress,
    InUse,
    TooManyKeys,
    KeyAccessDenied, // of the removal of a key
};
inline constexpr std::size_t commonRefusalCount = static_cast<std::size_t>(CommonRefusal::KeyAccessDenied) + 1;
inline constexpr std::array<std::string_view, commonRefusalCount> commonRefusalNames{
    "VaultExists",
    "VaultSoftDeleted",
    "VaultNotFound",
    "PurgeProtected",
    "CannotDisablePurgeProtection",
    "CannotDisableSoftDelete",
    "RetentionImmutable",
    "SoftDeleteRequired",
    "PolicyNotFound",
    "PoliciesDoNotCount",
    "RoleAssignmentNotFound",
    "KeyNotFound",
    "KeySoftDeleted",
    "KeyVersionNotFound",
    "KeyExists",
    "BackupNotFound",
    "IdentityExists",
    "IdentityNotFound",
    "IdentityNotRecoverable",
    "IdentityInUse",
    "ResourceExists",
    "ResourceNotFound",
    "EncryptionImmutable",
    "OperationInProgress",
    "InUse",
    "TooManyKeys",
    "KeyAccessDenied",
};
static_assert(!commonRefusalNames.back().empty(), "a refusal has no name");

/// What a common refusal answers, and how one gets past it.
struct RefusalText {
    struct Answer {
        int status = 0; // 0: none is documented
        std::string message;
    };

    Answer answer;
    std::optional<Answer> ofVault; // to an action on a whole vault, where that is refused in other words
    std::optional<Answer> inVault; // to what is asked of the vault itself, such as its keys, likewise
    std::string fix;
    Provenance provenance;
};

/// A role of the RBAC permission model.
struct RoleRule {
    std::string name;
    bool usesKeys = false;         // lets a principal do something with keys
    std::uint32_t permissions = 0; // what that is, by their places in keyPermissions: everything where no list says it
    VaultKindId vaultKind = ordinaryVault; // of the vaults in which it counts
    Provenance provenance;
};

/// A kind of vault. The first is `vault`; the others have soft delete always, roles of their own, and no access
/// policies.
struct VaultKindRule {
    std::string name;                  // what an estate writes at `kind`
    std::string title;                 // what people call it
    std::vector<std::string> suffixes; // of its hosts, the usual one first: `vault.azure.net`, …
    Provenance provenance;
    std::string grantFix = {}; // how an identity is let in, where models speak of vaults of the first kind
};

struct Platform {
    std::string file;
    std::vector<std::string> documents;
    std::vector<RoleRule> roles;
    Provenance rolesProvenance;
    std::vector<std::string> keyPermissions; // every permission that an access policy may list, as documented
    Provenance keyPermissionsProvenance;
    std::vector<std::string> keyTypes; // `RSA`, …: those that a key can be said to have, 32 at most
    Provenance keyTypesProvenance;
    std::vector<std::string> features; // `PROVIDER/NAME`: those of a subscription that something depends on
    Provenance featuresProvenance;
    IdVector<VaultKindId, VaultKindRule> vaultKinds{1, VaultKindRule{"vault", "key vault", {}, {}}};
    int retentionDaysLeast = 0;
    int retentionDaysMost = 0;
    int retentionDaysDefault = 0;
    Provenance retentionProvenance;
    Duration identityRecovery{}; // how long a deleted identity can be recovered
    Provenance identityRecoveryProvenance;
    Timing roleEffect;   // a role assignment's or its removal's way into effect
    Timing policyEffect; // an access policy's
    Timing tokenLife;    // a deleted identity's last token goes on working
    std::array<RefusalText, commonRefusalCount> refusals;
    std::vector<Note> notes;

    /// The least role that gives these permissions on the keys of vaults of a kind, the first in the file; invalid
    /// where there is none.
    [[nodiscard]] RoleId leastRole(VaultKindId kind, PermissionSet permissions) const {
        for (std::size_t i = 0; i < roles.size(); ++i) {
            if (roles[i].usesKeys && roles[i].vaultKind == kind &&
                (roles[i].permissions & permissions) == permissions) {
                return RoleId{i};
            }
        }
        return {};
    }

    /// The usual host of a vault.
    [[nodiscard]] std::string hostOf(std::string_view vault, VaultKindId kind) const {
        return std::string{vault}.append(".").append(vaultKinds[kind].suffixes.front());
    }
};

} // namespace cmksim
