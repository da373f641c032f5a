// The shape of what a command that reads prints: a template of fields with named values in it, which the engine fills
// in. Read from `models/azure*.yaml`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cmksim {

/// A value of what the shape is of: a vault, a key or one of its versions, an identity, a grant, a resource. Anything
/// else in braces is a property of the resource's model. What a thing does not have is null.
enum class ReadValue : std::uint8_t {
    Name,
    Id,   // the resource id
    Type, // as in it
    Vault,
    VaultUri,
    EnableRbacAuthorization,
    EnableSoftDelete,
    SoftDeleteRetentionInDays,
    EnablePurgeProtection,
    PublicNetworkAccess,
    DefaultAction,
    Bypass,
    Address,
    DeletedAt,
    PurgedAt,
    KeyUri,     // without a version
    VersionUri, // of one version; of a key the newest
    RecoveryUri,
    Enabled,
    Expires,
    NotBefore,
    RecoveryLevel,
    RecoverableDays,
    KeyType, // the platform's first where nothing says it
    PrincipalId,
    PrincipalName, // null of one that is gone
    ClientId,
    Permissions,
    Role,
    RoleDefinition,
    Scope,
    State,
    StateText, // what the service says of it
    KeyGiven,  // the key as the resource names it
    KeyInUse,  // the version that wraps its data
    KeyName,
    KeyVersion, // that the resource names; null where it names none
    RotatedAt,
    UsedIdentity,   // its resource id: of the identity that it uses for the key
    UsedClientId,   // likewise
    OwnPrincipalId, // of its system-assigned identity
    IdentityTypes,  // which kinds of identities are attached
};
inline constexpr std::array<std::string_view, 42> readValueNames{
    "name",
    "id",
    "type",
    "vault",
    "vaultUri",
    "enableRbacAuthorization",
    "enableSoftDelete",
    "softDeleteRetentionInDays",
    "enablePurgeProtection",
    "publicNetworkAccess",
    "defaultAction",
    "bypass",
    "address",
    "deletedAt",
    "purgedAt",
    "keyUri",
    "versionUri",
    "recoveryUri",
    "enabled",
    "expires",
    "notBefore",
    "recoveryLevel",
    "recoverableDays",
    "keyType",
    "principalId",
    "principalName",
    "clientId",
    "permissions",
    "role",
    "roleId",
    "scope",
    "state",
    "stateText",
    "keyGiven",
    "keyInUse",
    "keyName",
    "keyVersion",
    "rotatedAt",
    "identityId",
    "identityClientId",
    "ownPrincipalId",
    "identityTypes",
};

/// What a list in a shape goes over (`each keys`), or a mapping (`all attached identities`).
enum class ReadList : std::uint8_t {
    Vaults,
    DeletedVaults,
    Keys,
    DeletedKeys,
    Versions,
    Policies,
    Addresses,
    Identities,
    Grants,
    Resources, // of the service of the file
    AttachedIdentities,
    UsedKeys, // of a resource, in the order of its slots
    Things,   // vaults, identities, and resources of every service
};
inline constexpr std::array<std::string_view, 13> readListNames{
    "vaults",     "deleted vaults", "keys",      "deleted keys",        "versions",  "policies", "addresses",
    "identities", "grants",         "resources", "attached identities", "used keys", "things"};

/// What a part of a shape depends on: `if keyed`. Anything else after `if` is a property of the resource's model that
/// is true.
enum class ReadTest : std::uint8_t {
    Keyed,        // the resource has a key of its own
    Ready,        // it is in its first state
    Automatic,    // its key is named without a version, so that it goes over to newer ones
    IdentityLost, // the identity that it uses for the key is not attached, or is not the one any more that it was
    OwnIdentity,  // that identity is its system-assigned one
    UserIdentity, // … a user-assigned one
};
inline constexpr std::array<std::string_view, 6> readTestNames{"keyed",         "ready",        "automatic",
                                                               "identity-lost", "own-identity", "user-identity"};

struct ReadShape;

/// What shapes are made of.
namespace shape {

/// With values in braces; one value alone stands for itself, be it a text or not.
struct Text {
    std::string text;
};

struct Field;
struct Fields {
    std::vector<Field> fields;
};

struct Items {
    std::vector<ReadShape> items;
};

/// A list, with one item for each thing.
struct Each {
    ReadList list{};
    std::vector<ReadShape> item; // one
};

/// A mapping, with the fields that each thing brings.
struct All {
    ReadList list{};
    std::vector<ReadShape> fields; // one
};

/// What stands there if a test holds, or a property of the resource's model is true, and what else, if anything.
struct If {
    std::variant<ReadTest, std::string> test;
    std::vector<ReadShape> then; // one
    std::vector<ReadShape> otherwise;
};

/// What Resource Manager returns of the thing, whatever kind of thing it is.
struct Managed {};

} // namespace shape

struct ReadShape {
    std::variant<std::nullptr_t, bool, std::int64_t, shape::Text, shape::Fields, shape::Items, shape::Each, shape::All,
                 shape::If, shape::Managed>
        what;
};

struct shape::Field {
    std::string name;
    ReadShape shape;
};

/// How a shape says that it is the one of Resource Manager.
inline constexpr std::string_view managedShape = "{resource-manager}";

} // namespace cmksim
