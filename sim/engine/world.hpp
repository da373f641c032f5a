// The key's world: vaults, keys, identities and grants, and what actions and time do to them (semantics, section 3).
// A copyable value that knows nothing of resources; every rule of it is here once, for replays and for searches.
#pragma once

#include "action/action.hpp"
#include "base/fields.hpp"
#include "engine/names.hpp"
#include "model/platform.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace cmksim::engine {

/// Whether a vault or key is there. What is purged is as absent as what never was.
enum class Lifecycle : std::uint8_t { Absent, Active, SoftDeleted };

struct KeyVersion {
    VersionNameId name;
    MaterialId material;
    bool enabled = true;
    Instant notBefore = Instant::min();
    Instant expires = never;
    KeyShape shape = {};

    static constexpr auto fields() {
        return std::tuple{decides(&KeyVersion::material),  decides(&KeyVersion::enabled),
                          decides(&KeyVersion::notBefore), decides(&KeyVersion::expires),
                          decides(&KeyVersion::shape),     remembers(&KeyVersion::name)};
    }
};
static_assert(listsEveryMember<KeyVersion>, "a member is missing in fields()");

struct RoleAssignment {
    PrincipalId principal;
    RoleId role;

    friend auto operator<=>(const RoleAssignment&, const RoleAssignment&) = default;

    static constexpr auto fields() {
        return std::tuple{decides(&RoleAssignment::principal), decides(&RoleAssignment::role)};
    }
};
static_assert(listsEveryMember<RoleAssignment>, "a member is missing in fields()");

struct AccessPolicy {
    PrincipalId principal;
    PermissionSet permissions = 0;

    static constexpr auto fields() {
        return std::tuple{decides(&AccessPolicy::principal), decides(&AccessPolicy::permissions)};
    }
};
static_assert(listsEveryMember<AccessPolicy>, "a member is missing in fields()");

/// The policy of a principal, null when it has none.
const AccessPolicy* policyOf(const std::vector<AccessPolicy>& policies, PrincipalId principal);

/// The roles of a principal.
std::span<const RoleAssignment> rolesOf(const std::vector<RoleAssignment>& assignments, PrincipalId principal);

/// The version of that name, or the newest where none is named; null when there is none such.
template <class Versions>
auto* versionIn(Versions& versions, VersionNameId name) {
    const auto found = name.valid() || versions.empty() ? std::ranges::find(versions, name, &KeyVersion::name)
                                                        : std::prev(versions.end());
    return found == versions.end() ? nullptr : &*found;
}

struct Key {
    Lifecycle state = Lifecycle::Absent;
    Instant purgeAt = never;                     // while soft-deleted
    std::uint32_t created = 0;                   // versions ever made under this name: the numbering goes on from here
    std::uint32_t appeared = 0;                  // its place among all keys, in the order in which they came to be
    std::vector<KeyVersion> versions;            // oldest first; empty while absent
    std::vector<RoleAssignment> roleAssignments; // in order; kept by the key's name while the vault lives

    static constexpr auto fields() {
        return std::tuple{decides(&Key::state),    decides(&Key::purgeAt),         decides(&Key::created),
                          decides(&Key::versions), decides(&Key::roleAssignments), remembers(&Key::appeared)};
    }
};
static_assert(listsEveryMember<Key>, "a member is missing in fields()");

struct Vault {
    Lifecycle state = Lifecycle::Absent;
    Instant purgeAt = never; // while soft-deleted
    std::uint32_t appeared = 0;
    Duration retention{};
    bool rbac = false;
    bool softDelete = true;
    bool purgeProtection = false;
    bool publicAccess = true;
    bool perimeter = false;
    bool allowByDefault = true;
    bool trustedBypass = true;
    bool dnsFails = false; // injected; stays with the name
    Locality place;
    std::vector<AddressBlock> ipRules;
    std::vector<NetworkId> privateEndpoints;
    std::vector<NetworkId> networkRules;
    std::vector<NetworkId> insiders;             // of its perimeter
    std::vector<AccessPolicy> accessPolicies;    // by principal
    std::vector<RoleAssignment> roleAssignments; // in order

    static constexpr auto fields() {
        return std::tuple{decides(&Vault::state),
                          decides(&Vault::purgeAt),
                          decides(&Vault::rbac),
                          decides(&Vault::softDelete),
                          decides(&Vault::purgeProtection),
                          decides(&Vault::publicAccess),
                          decides(&Vault::perimeter),
                          decides(&Vault::allowByDefault),
                          decides(&Vault::trustedBypass),
                          decides(&Vault::dnsFails),
                          decides(&Vault::place),
                          decides(&Vault::retention),
                          decides(&Vault::ipRules),
                          decides(&Vault::privateEndpoints),
                          decides(&Vault::networkRules),
                          decides(&Vault::insiders),
                          decides(&Vault::accessPolicies),
                          decides(&Vault::roleAssignments),
                          remembers(&Vault::appeared)};
    }
};
static_assert(listsEveryMember<Vault>, "a member is missing in fields()");

/// Whether a vault, or the settings of one, let any network in, or any resource by a perimeter.
template <class Settings>
[[nodiscard]] bool letsNetworksIn(const Settings& vault) {
    const auto any = [](const auto& list) {
        if constexpr (requires { list.has_value(); }) {
            return list && !list->empty();
        } else {
            return !list.empty();
        }
    };
    return any(vault.privateEndpoints) || any(vault.networkRules) || any(vault.insiders);
}

/// Takes all of that away, where there is any.
template <class Settings>
void closeNetworks(const Settings& vault, VaultSettings& settings) {
    if (letsNetworksIn(vault)) {
        settings.privateEndpoints.emplace();
        settings.networkRules.emplace();
        settings.insiders.emplace();
    }
}

struct Identity {
    PrincipalId principal; // invalid: there is none of that name now
    PrincipalId lastDeleted;
    Instant deletedAt{};

    static constexpr auto fields() {
        return std::tuple{decides(&Identity::principal), decides(&Identity::lastDeleted),
                          decides(&Identity::deletedAt)};
    }
};
static_assert(listsEveryMember<Identity>, "a member is missing in fields()");

/// What counts of an access policy until a change of it does.
struct PendingPolicy {
    VaultId vault;
    PermissionSet permissions = 0;

    static constexpr auto fields() {
        return std::tuple{decides(&PendingPolicy::vault), decides(&PendingPolicy::permissions)};
    }
};
static_assert(listsEveryMember<PendingPolicy>, "a member is missing in fields()");

/// Whether a role counts as held until a change of that does.
struct PendingRole {
    GrantScope scope;
    RoleId role;
    bool held = false;

    static constexpr auto fields() {
        return std::tuple{decides(&PendingRole::scope), decides(&PendingRole::role), decides(&PendingRole::held)};
    }
};
static_assert(listsEveryMember<PendingRole>, "a member is missing in fields()");

/// A change of a grant that is recorded and does not count yet.
struct PendingGrant {
    Instant at{}; // when it counts
    PrincipalId principal;
    std::variant<PendingPolicy, PendingRole> until; // what counts till then

    static constexpr auto fields() {
        return std::tuple{decides(&PendingGrant::at), decides(&PendingGrant::principal), decides(&PendingGrant::until)};
    }
};
static_assert(listsEveryMember<PendingGrant>, "a member is missing in fields()");

/// The last token of a principal that is deleted.
struct LastToken {
    Instant endsAt{};
    PrincipalId principal;

    static constexpr auto fields() { return std::tuple{decides(&LastToken::endsAt), decides(&LastToken::principal)}; }
};
static_assert(listsEveryMember<LastToken>, "a member is missing in fields()");

/// A federated identity: whose principals its two parts had at the start. What is made anew under the name of a part is
/// another principal.
struct Federation {
    IdentityId identity;
    PrincipalId principal;
    PrincipalId with;
    PrincipalId app;

    static constexpr auto fields() {
        return std::tuple{decides(&Federation::identity), decides(&Federation::principal), decides(&Federation::with),
                          decides(&Federation::app)};
    }
};
static_assert(listsEveryMember<Federation>, "a member is missing in fields()");

struct Backup {
    BackupFileId file; // invalid: one of its own
    KeyId key;
    std::uint32_t created = 0;
    std::vector<KeyVersion> versions;

    static constexpr auto fields() {
        return std::tuple{decides(&Backup::file), decides(&Backup::key), decides(&Backup::created),
                          decides(&Backup::versions)};
    }
};
static_assert(listsEveryMember<Backup>, "a member is missing in fields()");

/// What a change of the world leaves to do for those who watch it. The lists are cleared by the watcher.
struct WorldChanges {
    std::vector<VaultId> vaults;         // something about them, or about any of their keys, reads differently
    std::vector<KeyId> keys;             // something about them alone
    std::vector<PrincipalId> principals; // came, went, or were granted something above all vaults
    std::vector<MaterialId> gone;        // in no key and no backup any more

    /// Grants that come to count, and tokens that end.
    struct GrantsAndTokens {};

    /// Something that time alone will bring about, unless the world changes before.
    struct Deadline {
        Instant at{};
        std::variant<VaultId, KeyId, GrantsAndTokens> of;
    };
    std::vector<Deadline> deadlines;

    void clear();
    /// Whether nothing reads differently; deadlines do not count.
    [[nodiscard]] bool isEmpty() const { return vaults.empty() && keys.empty() && principals.empty() && gone.empty(); }
};

/// Something that time alone brought about.
struct WorldFact {
    FactKind kind{};
    FactTarget target;
};

/// Features of the subscription. Few are ever spoken of.
using FeatureSet = IdSet<FeatureId, std::uint32_t>;

/// The names that the world's state is indexed by. Versions and their materials are made as the world goes on.
struct WorldNames {
    IdVector<VaultId, VaultName> vaults;
    IdVector<KeyId, KeyName> keys;
    IdVector<IdentityId, IdentityName> identities;
    IdVector<VaultId, std::vector<KeyId>> keysOf;
    std::vector<std::string> givenVersionNames; // those that are not `v1`, `v2`, …
    IdVector<BackupFileId, std::string> backupFiles;
    IdVector<NetworkId, std::string> networks; // and the resources that a perimeter names
    IdVector<RegionId, std::string> regions;   // as they are written first
    IdVector<TenantId, std::string> tenants;
    IdVector<FeatureId, std::string> features; // those of the platform first
    IdVector<SlotId, std::string> slots;       // that of the short form first

    /// Whether the roles that are held above all vaults count in a vault: in an ordinary one. Others know their own
    /// alone.
    [[nodiscard]] bool countsRolesAbove(VaultId vault) const { return vaults[vault].kind == ordinaryVault; }
    /// Whether what is granted at a scope holds for a key of a vault.
    [[nodiscard]] bool covers(const GrantScope& scope, VaultId vault, KeyId key) const;

    /// The name of the version that stands at `place` (from 1) in the order of creation.
    [[nodiscard]] static VersionNameId numberedVersion(std::uint32_t place) { return VersionNameId{place}; }
    /// The name at `index` among those given.
    [[nodiscard]] static VersionNameId givenVersion(std::size_t index) { return VersionNameId{firstGiven + index}; }
    [[nodiscard]] std::string text(VersionNameId name) const;
    /// The version that a text names; invalid where none of that name can be.
    [[nodiscard]] VersionNameId versionNamed(std::string_view text) const;

    /// The identity to which it is granted what another one may do: of a federated one its application.
    [[nodiscard]] IdentityId granteeOf(IdentityId identity) const {
        return identity.valid() && identities[identity].isFederated() ? identities[identity].app : identity;
    }
    /// Whether an identity is another one, or is made of it.
    [[nodiscard]] bool consistsOf(IdentityId identity, IdentityId part) const {
        return identity == part || identities[identity].with == part || identities[identity].app == part;
    }

private:
    static constexpr std::size_t firstGiven = 0x8000'0000U;
};

/// Whether a principal gets tokens.
enum class PrincipalPresence : std::uint8_t { There, Deleted };

/// All that a world is, besides its names and its platform.
struct WorldState {
    IdVector<VaultId, Vault> vaults_;
    IdVector<KeyId, Key> keys_;
    IdVector<IdentityId, Identity> identities_;
    IdVector<PrincipalId, PrincipalPresence> principals_; // follows from identities and last tokens
    std::vector<RoleAssignment> rootRoles_;
    std::vector<PendingGrant> pendingGrants_; // in the order of the changes
    std::vector<LastToken> lastTokens_;
    std::vector<Federation> federations_; // the same from the start on
    std::vector<Backup> backups_;         // the latest last
    IdVector<MaterialId, VersionNameId> materialNames_;
    IdVector<MaterialId, std::uint32_t> holders_; // keys and backups that have it
    FeatureSet features_;                         // that the subscription has
    std::uint32_t vaultsAppeared_ = 0;
    std::uint32_t keysAppeared_ = 0;

    static constexpr auto fields() {
        using W = WorldState;
        return std::tuple{decides(&W::vaults_),           decides(&W::keys_),          decides(&W::identities_),
                          remembers(&W::principals_),     decides(&W::rootRoles_),     decides(&W::pendingGrants_),
                          decides(&W::lastTokens_),       remembers(&W::federations_), decides(&W::backups_),
                          remembers(&W::materialNames_),  remembers(&W::holders_),     decides(&W::features_),
                          remembers(&W::vaultsAppeared_), remembers(&W::keysAppeared_)};
    }
};
static_assert(listsEveryMember<WorldState>, "a member is missing in fields()");

class World : WorldState {
public:
    World(const WorldNames& names, const Platform& platform);

    /// Puts a vault of the estate in its place. Every identity that it grants something to must be there already.
    void establish(const NewVault& vault, WorldChanges& changes);
    /// Gives an identity of the estate its principal, which is deleted where the estate says so. The parts of a
    /// federated one must be there already.
    void establish(IdentityId identity, WorldChanges& changes);
    /// The principal that the estate speaks of under that name, there or deleted. At the start alone.
    [[nodiscard]] PrincipalId principalAtStart(IdentityId identity) const;
    void establishRootRoles(const std::vector<NewRole>& roles);

    /// Performs an action on the world, or says why it is refused and changes nothing.
    std::optional<CommonRefusal> apply(const Action& action, Instant now, WorldChanges& changes);

    /// Brings about what is due for a vault, a key, or grants and tokens, and appends each fact to `facts`; what comes
    /// of grants and tokens changes the world without one. What is not due any more is passed over. Only an elapsed
    /// retention can make material go, and then it is the only fact.
    void elapse(const WorldChanges::Deadline& deadline, WorldChanges& changes, std::vector<WorldFact>& facts);

    /// Puts deadlines of one instant in the order in which they come about, each once: vault by vault, its own
    /// retention first, then its keys, each in the order in which they came to be; grants and tokens last.
    void putInOrder(std::vector<WorldChanges::Deadline>& deadlines) const;

    /// A resource's own identity comes to be, or ends for good.
    void createSystemIdentity(IdentityId identity, WorldChanges& changes);
    void endSystemIdentity(IdentityId identity, WorldChanges& changes);

    [[nodiscard]] const Vault& vault(VaultId id) const { return vaults_[id]; }
    [[nodiscard]] const Key& key(KeyId id) const { return keys_[id]; }
    [[nodiscard]] const Identity& identity(IdentityId id) const { return identities_[id]; }
    [[nodiscard]] bool active(VaultId id) const { return vaults_[id].state == Lifecycle::Active; }
    [[nodiscard]] bool active(KeyId id) const { return keys_[id].state == Lifecycle::Active; }
    [[nodiscard]] bool exists(IdentityId id) const { return identities_[id].principal.valid(); }
    /// Whether a principal gets tokens: it is there, or its last one goes on working.
    [[nodiscard]] bool hasToken(PrincipalId id) const { return principals_[id] == PrincipalPresence::There; }
    /// Whose grants count for a principal: of a federated identity's, its application's.
    [[nodiscard]] PrincipalId granteeOf(PrincipalId principal) const {
        const auto found = std::ranges::find(federations_, principal, &Federation::principal);
        return found == federations_.end() ? principal : found->app;
    }
    /// Whether the grants that count now let a principal do that with a key.
    [[nodiscard]] bool permits(PrincipalId user, PermissionSet needed, VaultId vault, KeyId key) const;
    [[nodiscard]] const std::vector<RoleAssignment>& rootRoleAssignments() const { return rootRoles_; }
    [[nodiscard]] const std::vector<RoleAssignment>& rolesAt(const GrantScope& scope) const;
    [[nodiscard]] const WorldState& state() const { return *this; }
    [[nodiscard]] const WorldNames& names() const { return *names_; }
    [[nodiscard]] const Platform& platform() const { return *platform_; }
    [[nodiscard]] VersionNameId nameOf(MaterialId material) const { return materialNames_[material]; }
    [[nodiscard]] const std::vector<PendingGrant>& pendingGrants() const { return pendingGrants_; }
    [[nodiscard]] const std::vector<LastToken>& lastTokens() const { return lastTokens_; }
    [[nodiscard]] const std::vector<Backup>& backups() const { return backups_; }
    [[nodiscard]] FeatureSet features() const { return features_; }
    /// Whether no key and no backup has it any more.
    [[nodiscard]] bool isGone(MaterialId material) const { return holders_[material] == 0; }
    [[nodiscard]] std::size_t materialCount() const { return materialNames_.size(); }

private:
    using Outcome = std::optional<CommonRefusal>; // nothing: it is done

    // One for each action on the world.
    Outcome perform(const VaultCreate& action, Instant now, WorldChanges& changes);
    Outcome perform(const VaultDelete& action, Instant now, WorldChanges& changes);
    Outcome perform(const VaultRecover& action, Instant now, WorldChanges& changes);
    Outcome perform(const VaultPurge& action, Instant now, WorldChanges& changes);
    Outcome perform(const VaultUpdate& action, Instant now, WorldChanges& changes);
    Outcome perform(const VaultAddNetworkRule& action, Instant now, WorldChanges& changes);
    Outcome perform(const VaultRemoveNetworkRule& action, Instant now, WorldChanges& changes);
    Outcome perform(const VaultFailDns& action, Instant now, WorldChanges& changes);
    Outcome perform(const VaultRestoreDns& action, Instant now, WorldChanges& changes);
    Outcome perform(const PolicySet& action, Instant now, WorldChanges& changes);
    Outcome perform(const PolicyDelete& action, Instant now, WorldChanges& changes);
    Outcome perform(const RoleAssign& action, Instant now, WorldChanges& changes);
    Outcome perform(const RoleRemove& action, Instant now, WorldChanges& changes);
    Outcome perform(const KeyCreate& action, Instant now, WorldChanges& changes);
    Outcome perform(const KeyRotate& action, Instant now, WorldChanges& changes);
    Outcome perform(const KeyUpdate& action, Instant now, WorldChanges& changes);
    Outcome perform(const KeyDelete& action, Instant now, WorldChanges& changes);
    Outcome perform(const KeyRecover& action, Instant now, WorldChanges& changes);
    Outcome perform(const KeyPurge& action, Instant now, WorldChanges& changes);
    Outcome perform(const KeyBackup& action, Instant now, WorldChanges& changes);
    Outcome perform(const KeyRestore& action, Instant now, WorldChanges& changes);
    Outcome perform(const IdentityCreate& action, Instant now, WorldChanges& changes);
    Outcome perform(const IdentityDelete& action, Instant now, WorldChanges& changes);
    Outcome perform(const IdentityRecover& action, Instant now, WorldChanges& changes);
    Outcome perform(const FeatureRegister& action, Instant now, WorldChanges& changes);

    void elapse(VaultId id, Instant at, WorldChanges& changes, std::vector<WorldFact>& facts);
    void elapse(KeyId id, Instant at, WorldChanges& changes, std::vector<WorldFact>& facts);
    Outcome setDns(VaultId vault, bool fails, WorldChanges& changes);
    Outcome replaceNetworkRule(VaultId vault, const AddressBlock& address, bool present, WorldChanges& changes);
    template <class A>
    Outcome changeRole(const A& action, bool held, Instant now, WorldChanges& changes);

    PrincipalId newPrincipal(IdentityId identity);
    void settle(const Federation& federation);
    void note(PrincipalId principal, WorldChanges& changes);
    void place(const NewVault& vault, WorldChanges& changes);
    void addVersion(KeyId id, const NewVersion& version, WorldChanges& changes);
    void loseRoles(VaultId id);
    void softDelete(VaultId id, Instant at, WorldChanges& changes);
    void purgeVaultAndKeys(VaultId id, WorldChanges& changes);
    void purge(KeyId id, WorldChanges& changes);
    void release(const std::vector<KeyVersion>& versions, WorldChanges& changes);
    void hold(const std::vector<KeyVersion>& versions);
    void watchValidity(KeyId id, WorldChanges& changes) const;
    std::vector<RoleAssignment>& rolesAt(const GrantScope& scope);
    [[nodiscard]] PermissionSet givenBy(RoleId role) const { return platform_->roles[role.index()].permissions; }
    [[nodiscard]] PermissionSet givenByRoles(PrincipalId principal, const GrantScope& scope) const;
    [[nodiscard]] const PendingPolicy* pendingPolicy(VaultId vault, PrincipalId principal) const;
    [[nodiscard]] const PendingRole* pendingRole(const GrantScope& scope, const RoleAssignment& assignment) const;
    void postpone(PendingGrant change, Duration delay, Instant now, WorldChanges& changes);
    void noteGrant(const PendingGrant& change, WorldChanges& changes);
    void settleGrants(Instant now, WorldChanges& changes);
    void endTokens(Instant now, WorldChanges& changes);
    [[nodiscard]] std::vector<RoleAssignment> assigned(const std::vector<NewRole>& roles) const;
    [[nodiscard]] std::vector<AccessPolicy> granted(const std::vector<NewPolicy>& policies) const;

    const WorldNames* names_;
    const Platform* platform_;
};

} // namespace cmksim::engine
