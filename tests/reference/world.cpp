#include "reference/world.hpp"

#include <algorithm>
#include <array>

namespace cmksim::reference {

namespace {

// The roles that let a principal use a key (3.3), and those of a managed HSM, which are held in it alone (rules, 11).
constexpr std::array<std::string_view, 6> rolesThatUseKeys{"Key Vault Crypto Service Encryption User",
                                                           "Key Vault Crypto User",
                                                           "Key Vault Crypto Officer",
                                                           "Key Vault Administrator",
                                                           "Managed HSM Crypto Service Encryption User",
                                                           "Managed HSM Crypto User"};

bool usesKeys(const std::set<RoleHolder>& roles, Principal principal) {
    return std::any_of(rolesThatUseKeys.begin(), rolesThatUseKeys.end(), [&](std::string_view role) {
        return roles.contains({principal, std::string{role}});
    });
}

} // namespace

std::string lowerCase(std::string_view text) {
    std::string lower{text};
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return lower;
}

TargetParts partsOf(std::string_view target) {
    TargetParts parts;
    const std::size_t first = target.find('/');
    parts.vault = target.substr(0, first);
    if (first == std::string_view::npos) {
        return parts;
    }
    const std::size_t second = target.find('/', first + 1);
    parts.key = target.substr(first + 1, second == std::string_view::npos ? second : second - first - 1);
    if (second != std::string_view::npos) {
        parts.version = target.substr(second + 1);
    }
    return parts;
}

const Version* Key::versionNamed(const std::string& name) const {
    for (const Version& version : versions) {
        if (version.name == name) {
            return &version;
        }
    }
    return nullptr;
}

const Version* Key::versionHolding(Material material) const {
    for (const Version& version : versions) {
        if (version.material == material) {
            return &version;
        }
    }
    return nullptr;
}

namespace {

/// To whom the estate grants something, as it writes them.
std::set<std::string> granteesOf(const EstateSpec& estate) {
    std::set<std::string> grantees;
    const auto note = [&](const auto& grants) {
        for (const auto& grant : grants) {
            grantees.insert(std::string{grant.identity.text});
        }
    };
    note(estate.roleAssignments);
    for (const VaultSpec& vault : estate.vaults) {
        note(vault.accessPolicies);
        note(vault.roleAssignments);
        for (const KeySpec& key : vault.keys) {
            note(key.roleAssignments);
        }
    }
    return grantees;
}

} // namespace

World::World(const EstateSpec& estate, bool identitiesCanBeRecovered,
             const std::function<bool(std::string_view)>& takesOwnIdentity)
    : identitiesCanBeRecovered_{identitiesCanBeRecovered} {
    identities_["FirstPartyIdentity"] = {
        .type = "FirstParty", .recoverable = true, .principal = ++lastPrincipal_, .deleted = {}};
    for (const IdentitySpec& spec : estate.identities) {
        Identity& identity = identities_[std::string{spec.name.text}];
        if (spec.type.present()) {
            identity.type = spec.type.text;
        }
        identity.recoverable = spec.recoverable;
        identity.principal = ++lastPrincipal_;
        identity.with = spec.with.text;
        identity.app = spec.app.text;
    }
    for (auto& [name, identity] : identities_) {
        if (identity.type == "Federated") {
            identity.withAtStart = identities_.at(identity.with).principal;
            identity.appAtStart = identities_.at(identity.app).principal;
        }
    }
    const std::set<std::string> grantees = granteesOf(estate);
    for (const ResourceSpec& resource : estate.resources) {
        const std::string own = "system:" + std::string{resource.key.text};
        // To an identity that is not there nothing could have been granted.
        if (grantees.contains(own) && takesOwnIdentity(resource.service.text)) {
            makeSystemIdentity(own);
        }
        std::vector<Name> named = resource.identities;
        named.push_back(resource.identity);
        for (const Name& name : named) {
            if ((name.text == "SystemAssigned" || name.text == own) && !identityExists(own)) {
                makeSystemIdentity(own);
            }
        }
    }
    for (const VaultSpec& vault : estate.vaults) {
        putVault(std::string{vault.name.text}, vault);
    }
    for (const RoleSpec& spec : estate.roleAssignments) {
        for (const Name& role : spec.roles) {
            rolesAbove_.insert({principalOf(std::string{spec.identity.text}), std::string{role.text}});
        }
    }
    rolesAboveThatCount_ = rolesAbove_;
}

void World::deleteBeforeStart(const EstateSpec& estate) {
    for (const IdentitySpec& spec : estate.identities) {
        if (spec.deleted) {
            Identity& identity = identities_.at(std::string{spec.name.text});
            identity.deleted.push_back({identity.principal, spec.deleted->value});
            identity.principal = 0;
        }
    }
    for (const VaultSpec& spec : estate.vaults) {
        Vault& vault = vaults_.at(std::string{spec.name.text});
        for (const KeySpec& key : spec.keys) {
            if (key.deleted) {
                vault.keys.at(std::string{key.name.text}).life = Life::SoftDeleted;
                vault.keys.at(std::string{key.name.text}).deletedAt = key.deleted->value;
            }
        }
        if (spec.deleted) {
            vault.life = Life::SoftDeleted;
            vault.deletedAt = spec.deleted->value;
            vault.roles.clear();
            vault.rolesThatCount.clear();
            vault.rolesOnKeys.clear();
            vault.rolesOnKeysThatCount.clear();
        }
    }
}

const Vault* World::activeVault(const std::string& name) const {
    const auto vault = vaults_.find(name);
    return vault != vaults_.end() && vault->second.life == Life::Active ? &vault->second : nullptr;
}

Vault* World::vaultToChange(const std::string& name) {
    const auto vault = vaults_.find(name);
    return vault != vaults_.end() && vault->second.life == Life::Active ? &vault->second : nullptr;
}

std::string World::kindOfVault(const std::string& vault) const {
    const auto kind = kinds_.find(vault);
    return kind == kinds_.end() ? "" : kind->second;
}

std::string World::vaultNameOfHost(const std::string& lowerCaseName) const {
    for (const std::string& name : vaultOrder_) {
        if (lowerCase(name) == lowerCaseName) {
            return name;
        }
    }
    for (const std::string& name : withoutDns_) {
        if (lowerCase(name) == lowerCaseName) {
            return name;
        }
    }
    return lowerCaseName;
}

bool World::holdsRole(const Vault& vault, const std::string& key, Principal principal) const {
    const auto onKey = vault.rolesOnKeysThatCount.find(key);
    return (vault.kind.empty() && usesKeys(rolesAboveThatCount_, principal)) ||
           usesKeys(vault.rolesThatCount, principal) ||
           (onKey != vault.rolesOnKeysThatCount.end() && usesKeys(onKey->second, principal));
}

bool World::hasToken(const std::string& identity, Principal principal) const {
    if (const auto found = identities_.find(identity); found != identities_.end() && !found->second.with.empty()) {
        return hasToken(found->second.with, found->second.withAtStart) &&
               hasToken(found->second.app, found->second.appAtStart);
    }
    return principalOf(identity) == principal || lastTokens_.contains(principal);
}

void World::later(LateChange change, Instant now, Duration delay) {
    change.at = now + delay;
    for (const LateChange& earlier : lateChanges_) {
        if (earlier.grant == change.grant) {
            change.at = std::max(change.at, earlier.at);
        }
    }
    lateChanges_.push_back(std::move(change));
    takeEffect(now);
}

void World::takeEffect(Instant now) {
    for (const LateChange& change : lateChanges_) {
        if (change.at <= now) {
            change.takeEffect();
        }
    }
    std::erase_if(lateChanges_, [&](const LateChange& change) { return change.at <= now; });
    std::erase_if(lastTokens_, [&](const auto& token) { return token.second <= now; });
}

Principal World::principalOf(const std::string& identity) const {
    const auto found = identities_.find(identity);
    if (found == identities_.end()) {
        return 0;
    }
    const Identity& known = found->second;
    const bool whole = known.with.empty() ||
                       (principalOf(known.with) == known.withAtStart && principalOf(known.app) == known.appAtStart);
    return whole ? known.principal : 0;
}

std::string World::attachedFor(const std::string& identity) const {
    const auto found = identities_.find(identity);
    return found == identities_.end() || found->second.with.empty() ? identity : found->second.with;
}

std::vector<std::string> World::troublesOf(const std::string& identity) const {
    std::vector<std::string> troubles;
    const auto found = identities_.find(identity);
    if (found == identities_.end() || found->second.with.empty()) {
        return troubles;
    }
    const auto look = [&](const std::string& part, Principal atStart, const std::string& what) {
        if (principalOf(part) == 0) {
            troubles.push_back("a federated identity without its " + what);
        } else if (principalOf(part) != atStart) {
            troubles.emplace_back("a part of a federated identity made anew");
        }
    };
    look(found->second.app, found->second.appAtStart, "application");
    look(found->second.with, found->second.withAtStart, "user-assigned one");
    return troubles;
}

Principal World::granteeOf(const std::string& identity, Principal principal) const {
    const auto found = identities_.find(identity);
    return found == identities_.end() || found->second.app.empty() ? principal : found->second.appAtStart;
}

std::string World::typeOf(const std::string& identity) const {
    const auto found = identities_.find(identity);
    return found == identities_.end() ? std::string{} : found->second.type;
}

void World::makeSystemIdentity(const std::string& name) {
    identities_[name] = {.type = "SystemAssigned", .recoverable = false, .principal = ++lastPrincipal_, .deleted = {}};
}

void World::endSystemIdentity(const std::string& name) {
    if (const auto identity = identities_.find(name); identity != identities_.end()) {
        identity->second.principal = 0;
    }
}

Instant World::nextFactAfter(Instant now) const {
    Instant next = never;
    const auto consider = [&](Instant at) {
        if (at > now) {
            next = std::min(next, at);
        }
    };
    for (const auto& [vaultName, vault] : vaults_) {
        const Duration retention = vault.retentionInDays * day;
        if (vault.life == Life::SoftDeleted) {
            consider(vault.deletedAt + retention);
        }
        for (const auto& [keyName, key] : vault.keys) {
            if (key.life == Life::SoftDeleted) {
                consider(key.deletedAt + retention);
            }
            for (const Version& version : key.versions) {
                consider(version.notBefore.value_or(never));
                consider(version.expires.value_or(never));
            }
        }
    }
    for (const LateChange& change : lateChanges_) {
        consider(change.at);
    }
    for (const auto& [principal, until] : lastTokens_) {
        consider(until);
    }
    return next;
}

bool World::exists(Material material) const {
    for (const auto& [vaultName, vault] : vaults_) {
        for (const auto& [keyName, key] : vault.keys) {
            if (key.versionHolding(material) != nullptr) {
                return true;
            }
        }
    }
    for (const Backup& backup : backups_) {
        for (const Version& version : backup.versions) {
            if (version.material == material) {
                return true;
            }
        }
    }
    return false;
}

void World::rememberKey(const std::string& vault, const std::string& key) {
    std::vector<std::string>& order = keyOrder_[vault];
    if (std::find(order.begin(), order.end(), key) == order.end()) {
        order.push_back(key);
    }
}

std::vector<std::string> World::keysInOrder(const std::string& vault) const {
    std::vector<std::string> names;
    const auto order = keyOrder_.find(vault);
    if (order == keyOrder_.end()) {
        return names;
    }
    for (const std::string& name : order->second) {
        if (vaults_.at(vault).keys.contains(name)) {
            names.push_back(name);
        }
    }
    return names;
}

std::string withoutSpaces(std::string_view text) {
    std::string letters = lowerCase(text);
    std::erase(letters, ' ');
    return letters;
}

void World::addVersion(const std::string& vault, const std::string& key, const VersionSpec& spec) {
    rememberKey(vault, key);
    const int number = ++versionsEverMade_[vault + "/" + key];
    vaults_.at(vault).keys[key].versions.push_back(
        {.name = spec.name.present() ? std::string{spec.name.text} : "v" + std::to_string(number),
         .enabled = spec.enabled,
         .notBefore = spec.notBefore,
         .expires = spec.expires,
         .material = ++lastMaterial_,
         .type = lowerCase(spec.type.text)});
}

void World::putVault(const std::string& name, const VaultSpec& spec) {
    if (std::find(vaultOrder_.begin(), vaultOrder_.end(), name) == vaultOrder_.end()) {
        vaultOrder_.push_back(name);
    }
    Vault& vault = vaults_[name];
    vault.kind = spec.kind.text == "vault" ? "" : std::string{spec.kind.text};
    kinds_[name] = vault.kind;
    vault.rbac = !vault.kind.empty() || (spec.enableRbacAuthorization && spec.enableRbacAuthorization->value);
    vault.softDelete = !spec.enableSoftDelete || spec.enableSoftDelete->value;
    vault.purgeProtection = spec.enablePurgeProtection && spec.enablePurgeProtection->value;
    vault.retentionInDays = spec.softDeleteRetentionInDays.value_or(90);
    const PublicAccess access = spec.publicNetworkAccess.value_or(PublicAccess::Enabled);
    vault.publicAccess = access == PublicAccess::Enabled;
    vault.perimeter = access == PublicAccess::SecuredByPerimeter;
    vault.insiders = namesIn(spec.perimeter);
    vault.allowByDefault = spec.networkAcls.defaultAction.value_or(DefaultAction::Allow) == DefaultAction::Allow;
    vault.bypassForAzureServices = spec.networkAcls.bypass.value_or(Bypass::AzureServices) == Bypass::AzureServices;
    vault.ipRules = spec.networkAcls.ipRules.value_or(std::vector<AddressBlock>{});
    vault.region = withoutSpaces(spec.region.text);
    vault.tenant = lowerCase(spec.tenant.text);
    for (const PolicySpec& policy : spec.accessPolicies) {
        std::set<std::string>& permissions = vault.policies[principalOf(std::string{policy.identity.text})];
        for (const Name& permission : policy.permissions) {
            permissions.insert(lowerCase(permission.text));
        }
    }
    for (const RoleSpec& holder : spec.roleAssignments) {
        for (const Name& role : holder.roles) {
            vault.roles.insert({principalOf(std::string{holder.identity.text}), std::string{role.text}});
        }
    }
    for (const KeySpec& key : spec.keys) {
        const std::string keyName{key.name.text};
        for (const VersionSpec& version : key.versions) {
            addVersion(name, keyName, version);
        }
        for (const RoleSpec& holder : key.roleAssignments) {
            for (const Name& role : holder.roles) {
                vault.rolesOnKeys[keyName].insert(
                    {principalOf(std::string{holder.identity.text}), std::string{role.text}});
            }
        }
    }
    vault.policiesThatCount = vault.policies;
    vault.rolesThatCount = vault.roles;
    vault.rolesOnKeysThatCount = vault.rolesOnKeys;
}

} // namespace cmksim::reference
