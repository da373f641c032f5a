// The key vault and identity platform under every service, as data: roles, permissions, limits, and what its own
// refusals say. Read from `models/platform.yaml`.
#pragma once

#include "model/model.hpp"

#include <array>
#include <cstdint>
#include <string>
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
    std::string fix;
    Provenance provenance;
};

/// A role of the RBAC permission model.
struct RoleRule {
    std::string name;
    bool usesKeys = false;         // lets a principal do something with keys
    std::uint32_t permissions = 0; // what that is, by their places in keyPermissions: everything where no list says it
    Provenance provenance;
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
    std::vector<std::string> vaultSuffixes; // `vault.azure.net`, …
    Provenance vaultSuffixesProvenance;
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
};

} // namespace cmksim
