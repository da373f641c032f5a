// Actions with names become indices: what the engine performs.
#pragma once

#include "base/address_block.hpp"
#include "engine/names.hpp"
#include "trace/record.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace cmksim::engine {

/// What happens to a vault, a key, an identity or a grant.
enum class WorldActionKind : std::uint8_t {
    VaultCreate,
    VaultDelete,
    VaultRecover,
    VaultPurge,
    VaultUpdate,
    VaultAddNetworkRule,
    VaultRemoveNetworkRule,
    VaultFailDns,
    VaultRestoreDns,
    PolicySet,
    PolicyDelete,
    RoleAssign,
    RoleRemove,
    KeyCreate,
    KeyRotate,
    KeyUpdate,
    KeyDelete,
    KeyRecover,
    KeyPurge,
    KeyBackup,
    KeyRestore,
    IdentityCreate,
    IdentityDelete,
    IdentityRecover,
};

/// The settings of a vault that an action names; what it does not name stays.
struct VaultSettings {
    std::optional<bool> rbac;
    std::optional<bool> softDelete;
    std::optional<bool> purgeProtection;
    std::optional<bool> publicAccess;
    std::optional<bool> perimeter; // a network security perimeter decides alone; said together with public access
    std::optional<bool> allowByDefault;
    std::optional<bool> trustedBypass;
    std::optional<std::vector<AddressBlock>> ipRules;
    std::optional<Duration> retention; // of a change; a new vault has it beside its settings
};

/// A setting that an action leaves alone, or gives a new value.
template <class T>
struct Change {
    bool given = false;
    T value{};
};

/// What is said of a version when it is made or changed. An instant before all others means that nothing is set.
struct VersionSettings {
    Change<bool> enabled;
    Change<Instant> notBefore;
    Change<Instant> expires;
};

/// A version of a key that comes with a new vault.
struct NewVersion {
    VersionNameId name; // invalid: by its place
    bool enabled = true;
    Instant notBefore = Instant::min();
    Instant expires = never;
};

struct NewRole {
    IdentityId identity;
    RoleId role;
};

struct NewPolicy {
    IdentityId identity;
    PermissionSet permissions = 0;
};

struct NewKey {
    KeyId key;
    std::vector<NewVersion> versions;
    std::vector<NewRole> roles;
    std::optional<Instant> deleted = {}; // of the estate: soft-deleted since then
};

/// A whole vault: of the estate, or as `vault.create` makes it. Every setting is given.
struct NewVault {
    VaultId vault;
    VaultSettings settings;
    Duration retention{};
    std::vector<NewPolicy> policies;
    std::vector<NewRole> roles;
    std::vector<NewKey> keys;
    std::optional<Instant> deleted = {}; // of the estate: soft-deleted since then
};

/// One action on the world. Which fields count depends on the kind.
struct WorldAction {
    WorldActionKind kind{};
    VaultId vault;         // of all but identities and roles above all vaults
    KeyId key;             // of a key, or of a role at its scope
    VersionNameId version; // key.update; invalid: the newest
    IdentityId identity;
    RoleId role;
    PermissionSet permissions = 0;
    VaultSettings settings;
    VersionSettings versionSettings;
    BackupFileId file; // invalid: one of its own, or the latest
    AddressBlock address;
    std::shared_ptr<const NewVault> newVault; // apart, as searches copy actions that have none
    std::optional<Duration> delay; // until it counts, of one that a documented timing leaves open; none: nominal
};

/// What happens to one resource.
enum class ResourceActionKind : std::uint8_t {
    Create,
    Delete,
    Update,
    AssignIdentity,
    RemoveIdentity,
    RestoreIdentity,
    Stall,
    Resume,
};

/// A resource as the estate or its creation describes it.
struct NewResource {
    IdentityId identity;                 // invalid: none is set for the key
    std::vector<IdentityId> identities;  // others attached to it
    KeyReferenceId key;                  // invalid: the platform's own key
    std::vector<std::size_t> properties; // the value of each of the model's properties
    std::optional<std::uint32_t> outboundIp;
    std::optional<StateId> state;          // where the estate says that it is down
    std::optional<Duration> phase;         // where it is pinned
    std::optional<Duration> rotationPhase; // likewise, in a service that looks for newer versions by a clock of its own

    /// Whether it uses or attaches an identity.
    [[nodiscard]] bool names(IdentityId other) const {
        return identity == other || std::ranges::find(identities, other) != identities.end();
    }
};

/// One action on a resource. Which fields count depends on the kind.
struct ResourceAction {
    ResourceActionKind kind{};
    ResourceId resource;
    IdentityId identity;    // update: invalid when none is named
    KeyReferenceId key;     // update: invalid when none is named
    bool clearsKey = false; // update with `key: null`
    std::optional<NewResource> newResource;
    std::optional<Duration> delay; // until a credential lapses whose renewal it stops; none: nominal
};

} // namespace cmksim::engine
