// The key's world (semantics, section 3): vaults, keys, versions, backups, identities, grants. Everything is looked up
// by name, every time.
#pragma once

#include "scenario/ast.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::reference {

using namespace scenario;

/// Why an action was refused; empty: it was not.
using Refusal = std::string;

/// What an identity's name stands for in the directory. No number is used twice; 0 is none.
using Principal = int;

/// The key material of one version; a backup and what is restored from it share it. No number is used twice.
using Material = int;

/// What is neither is purged, and not kept at all.
enum class Life : std::uint8_t { Active, SoftDeleted };

struct Version {
    std::string name;
    bool enabled = true;
    std::optional<Instant> notBefore;
    std::optional<Instant> expires;
    Material material = 0;
    std::string type = {}; // in lower case; empty: it is not said

    [[nodiscard]] bool usableAt(Instant now) const {
        return enabled && (!notBefore || now >= *notBefore) && (!expires || now < *expires);
    }
};

struct Key {
    Life life = Life::Active;
    Instant deletedAt{};
    std::vector<Version> versions; // oldest first

    [[nodiscard]] const Version* versionNamed(const std::string& name) const;
    [[nodiscard]] const Version* versionHolding(Material material) const;
};

/// Who holds which role.
using RoleHolder = std::pair<Principal, std::string>;

/// The names of a list; none where it is not given.
inline std::set<std::string> namesIn(const std::optional<std::vector<scenario::Name>>& list) {
    std::set<std::string> names;
    for (const scenario::Name& one : list.value_or(std::vector<scenario::Name>{})) {
        names.emplace(one.text);
    }
    return names;
}

struct Vault {
    Life life = Life::Active;
    Instant deletedAt{};
    std::string kind; // empty: it says none
    bool rbac = false;
    bool softDelete = true;
    bool purgeProtection = false;
    int retentionInDays = 90;
    bool publicAccess = true;
    bool perimeter = false;
    std::set<std::string> insiders; // of the perimeter; random worlds name resources alone
    bool allowByDefault = true;
    bool bypassForAzureServices = true;
    std::vector<AddressBlock> ipRules;
    std::string region; // empty, as in the next: it is not said
    std::string tenant;
    std::map<std::string, Key> keys;
    std::map<Principal, std::set<std::string>> policies; // permissions in lower case
    std::set<RoleHolder> roles;
    std::map<std::string, std::set<RoleHolder>> rolesOnKeys;

    // What of these counts: changes may take a while.
    std::map<Principal, std::set<std::string>> policiesThatCount;
    std::set<RoleHolder> rolesThatCount;
    std::map<std::string, std::set<RoleHolder>> rolesOnKeysThatCount;
};

/// A change of a grant that does not count yet.
struct LateChange {
    Instant at{};
    std::string grant; // of which kind, where, whose: changes of one and the same do not overtake each other
    std::string vault; // empty: above all vaults
    bool ofRole = false;
    std::function<void()> takeEffect;
};

struct DeletedPrincipal {
    Principal principal = 0;
    Instant at{};
};

struct Identity {
    std::string type = "UserAssigned";
    bool recoverable = true;
    Principal principal = 0;               // 0 while there is none of that name
    std::vector<DeletedPrincipal> deleted; // the one deleted last is the last
    std::string with = {};                 // of a federated one (rules, section 10), as the next
    std::string app = {};
    Principal withAtStart = 0;
    Principal appAtStart = 0;
};

struct Backup {
    std::string file; // empty: one of its own
    std::string vault;
    std::string key;
    std::vector<Version> versions;
    int versionsEverMade = 0;
};

class World {
public:
    /// `takesOwnIdentity` says of a service whether its resources can have an identity of their own.
    World(const EstateSpec& estate, bool identitiesCanBeRecovered,
          const std::function<bool(std::string_view)>& takesOwnIdentity);

    /// Deletes what the estate says was deleted before the start; until then everything is as it was before that.
    void deleteBeforeStart(const EstateSpec& estate);

    // --- what a check looks at
    [[nodiscard]] bool nameResolves(const std::string& vault) const { return !withoutDns_.contains(vault); }
    [[nodiscard]] const Vault* activeVault(const std::string& name) const;
    [[nodiscard]] bool holdsRole(const Vault& vault, const std::string& key, Principal principal) const;
    /// Whether a principal is there, or its last token goes on working.
    [[nodiscard]] bool hasToken(const std::string& identity, Principal principal) const;
    /// The kind of the vault that the estate or the timeline has under a name, empty for one that says none.
    [[nodiscard]] std::string kindOfVault(const std::string& vault) const;
    [[nodiscard]] std::string vaultNameOfHost(const std::string& lowerCaseName) const;

    /// Whether the subscription has a feature.
    [[nodiscard]] bool hasFeature(const std::string& name) const { return features_.contains(name); }

    // --- identities, the resources' own among them
    [[nodiscard]] Principal principalOf(const std::string& identity) const;
    [[nodiscard]] std::string typeOf(const std::string& identity) const;
    [[nodiscard]] bool identityExists(const std::string& identity) const { return principalOf(identity) != 0; }
    /// What is attached to a resource that uses an identity: of a federated one its user-assigned one.
    [[nodiscard]] std::string attachedFor(const std::string& identity) const;
    /// Whose grants count for a principal: of a federated one, its application's.
    [[nodiscard]] Principal granteeOf(const std::string& identity, Principal principal) const;
    /// What is wrong with the parts of a federated identity, in words; nothing of another one.
    [[nodiscard]] std::vector<std::string> troublesOf(const std::string& identity) const;
    void makeSystemIdentity(const std::string& name);
    void endSystemIdentity(const std::string& name);

    // --- what time brings about (1, facts), cause by cause; `fact` is told of each
    template <class Fact>
    void bringAbout(Instant now, Fact fact);
    [[nodiscard]] Instant nextFactAfter(Instant now) const;

    /// Whether that material is anywhere: in a key, active or soft-deleted, or in a backup.
    [[nodiscard]] bool exists(Material material) const;

    /// Performs an action on a vault, key, identity or grant. `delay`: until it counts, where that is left open.
    Refusal apply(const ActionSpec& action, Instant now, Duration delay);

private:
    Refusal createVault(const std::string& name, const VaultSpec& spec);
    Refusal deleteVault(const std::string& name, Instant now);
    Refusal recoverVault(const std::string& name);
    Refusal purgeVault(const std::string& name);
    Refusal updateVault(const VaultSpec& spec, const std::string& name);
    Refusal changeNetworkRule(const ActionSpec& action, const std::string& name);
    Refusal changePolicy(const ActionSpec& action, const std::string& name, Instant now, Duration delay);
    Refusal changeRole(const ActionSpec& action, Instant now, Duration delay);
    Refusal createKey(const ActionSpec& action);
    Refusal updateKey(const ActionSpec& action);
    Refusal deleteKey(const std::string& vault, const std::string& key, Instant now);
    Refusal recoverOrPurgeKey(const ActionSpec& action);
    Refusal backupKey(const ActionSpec& action);
    Refusal restoreKey(const ActionSpec& action);
    Refusal createIdentity(const std::string& name);
    Refusal deleteIdentity(const std::string& name, Instant now, Duration delay);
    void later(LateChange change, Instant now, Duration delay);
    void takeEffect(Instant now);
    Refusal recoverIdentity(const std::string& name, Instant now);

    [[nodiscard]] Vault* vaultToChange(const std::string& name);
    [[nodiscard]] bool grantsNameNobody(const VaultSpec& spec) const;
    void putVault(const std::string& name, const VaultSpec& spec);
    void addVersion(const std::string& vault, const std::string& key, const VersionSpec& spec);
    void rememberKey(const std::string& vault, const std::string& key);
    [[nodiscard]] std::vector<std::string> keysInOrder(const std::string& vault) const;

    std::map<std::string, std::string> kinds_; // of vaults; a name has one, whatever becomes of the vault
    std::map<std::string, Vault> vaults_;
    std::vector<std::string> vaultOrder_;                      // by first appearance, purged ones too
    std::map<std::string, std::vector<std::string>> keyOrder_; // of each vault, likewise
    std::map<std::string, int> versionsEverMade_;              // of VAULT/KEY, whatever has become of it
    std::map<std::string, Identity> identities_;
    std::set<RoleHolder> rolesAbove_; // those on `/`
    std::set<RoleHolder> rolesAboveThatCount_;
    std::vector<LateChange> lateChanges_;
    std::map<Principal, Instant> lastTokens_; // of the deleted: until when they work
    bool identitiesCanBeRecovered_;
    std::set<std::string> features_;
    std::set<std::string> withoutDns_;
    std::vector<Backup> backups_; // the latest last
    Principal lastPrincipal_ = 0;
    Material lastMaterial_ = 0;
};

/// The parts of a target such as `VAULT/KEY/VERSION`; those that are not there are empty.
struct TargetParts {
    std::string vault;
    std::string key;
    std::string version;
};
TargetParts partsOf(std::string_view target);

std::string lowerCase(std::string_view text);
std::string withoutSpaces(std::string_view text); // in lower case

inline constexpr Duration day = std::chrono::hours{24};

template <class Fact>
void World::bringAbout(Instant now, Fact fact) {
    for (const std::string& vaultName : vaultOrder_) {
        const auto vault = vaults_.find(vaultName);
        if (vault == vaults_.end()) {
            continue;
        }
        const Duration retention = vault->second.retentionInDays * day;
        if (vault->second.life == Life::SoftDeleted && vault->second.deletedAt + retention == now) {
            vaults_.erase(vault);
            std::erase_if(lateChanges_, [&](const LateChange& change) { return change.vault == vaultName; });
            fact("RetentionElapsed", vaultName);
            continue;
        }
        for (const std::string& keyName : keysInOrder(vaultName)) {
            const Key& key = vault->second.keys.at(keyName);
            const std::string path = vaultName + "/" + keyName;
            if (key.life == Life::SoftDeleted && key.deletedAt + retention == now) {
                vault->second.keys.erase(keyName);
                fact("RetentionElapsed", path);
                continue;
            }
            for (const Version& version : key.versions) {
                if (version.notBefore == now) {
                    fact("KeyValid", path + "/" + version.name);
                }
                if (version.expires == now) {
                    fact("KeyExpired", path + "/" + version.name);
                }
            }
        }
    }
    takeEffect(now);
}

} // namespace cmksim::reference
