#include "scenario/estate.hpp"

#include "base/text.hpp"
#include "document/values.hpp"
#include "scenario/named.hpp"
#include "scenario/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cmksim::scenario {

namespace {

std::optional<Marked<bool>> markedBoolean(MappingReader& fields, std::string_view name) {
    const Node node = fields.take(name);
    const std::optional<bool> value = node ? readBoolean(node, fields.diagnostics()) : std::nullopt;
    return value ? std::optional{Marked<bool>{*value, node.mark()}} : std::nullopt;
}

/// A list of names that an update gives as a whole.
std::optional<std::vector<Name>> readNetworks(MappingReader& fields, std::string_view name, std::string_view what) {
    const Node node = fields.take(name);
    if (!node) {
        return std::nullopt;
    }
    return node.isNull() ? std::vector<Name>{} : readNames(node, what, fields.diagnostics());
}

NetworkAclsSpec readNetworkAcls(const Entry& entry, Diagnostics& diagnostics) {
    constexpr std::array actions{std::pair{std::string_view{"Allow"}, DefaultAction::Allow},
                                 std::pair{std::string_view{"Deny"}, DefaultAction::Deny}};
    constexpr std::array bypasses{std::pair{std::string_view{"AzureServices"}, Bypass::AzureServices},
                                  std::pair{std::string_view{"None"}, Bypass::None}};
    NetworkAclsSpec acls;
    MappingReader fields{entry.value, "networkAcls", entry.key.mark(), diagnostics};
    acls.defaultAction = fields.choice("defaultAction", actions);
    acls.bypass = fields.choice("bypass", bypasses);
    if (const Node rules = fields.take("ipRules")) {
        acls.ipRules.emplace();
        if (!rules.isSequence() && !rules.isNull()) {
            reportUnexpected(rules, "a list", diagnostics);
        }
        for (const Node rule : rules.items()) {
            if (const std::optional<AddressBlock> block = readAddressBlock(rule, diagnostics)) {
                acls.ipRules->push_back(*block);
            }
        }
    }
    if (const Node rules = fields.take("virtualNetworkRules")) {
        skipTexts(rules, diagnostics);
    }
    fields.finish();
    return acls;
}

std::vector<PolicySpec> readAccessPolicies(Node node, Diagnostics& diagnostics) {
    return readNamed<PolicySpec>(node, "identities with their permissions", diagnostics,
                                 [&](const Name& identity, Node permissions) {
                                     return PolicySpec{identity, readPermissions(permissions, diagnostics)};
                                 });
}

// --- keys ------------------------------------------------------------------------------------------------------------

void readAttributes(MappingReader& fields, VersionSpec& version, const Reading& reading) {
    version.enabled = fields.boolean("enabled").value_or(true);
    if (const Node notBefore = fields.take("notBefore")) {
        version.notBefore = readTimeChange(notBefore, reading).value;
    }
    if (const Node expires = fields.take("expires")) {
        version.expires = readTimeChange(expires, reading).value;
    }
}

void readShape(MappingReader& fields, VersionSpec& version) {
    if (const Node type = fields.take("type")) {
        version.type = readName(type, "a type of keys such as RSA", fields.diagnostics());
    }
    if (const auto bits = fields.integer("size", 1, mostKeyBits)) {
        version.size = static_cast<std::uint16_t>(*bits);
    }
}

/// `v1`, `v2` … are the names of versions that have none, by their place: one that is written must be its own.
void checkVersionPlace(const KeySpec& key, Diagnostics& diagnostics) {
    for (std::size_t place = 0; place < key.versions.size(); ++place) {
        const Name& name = key.versions[place].name;
        const bool numbered = name.text.size() > 1 && name.text.starts_with('v') &&
                              name.text.find_first_not_of("0123456789", 1) == std::string_view::npos;
        if (numbered && name.text != fmt::format("v{}", place + 1)) {
            diagnostics.error(name.mark,
                              fmt::format("version {} of the key cannot be called {}", place + 1, inQuotes(name.text)),
                              fmt::format("by its place it is 'v{}'", place + 1));
        }
    }
}

void checkVersionNames(const KeySpec& key, Diagnostics& diagnostics) {
    checkVersionPlace(key, diagnostics);
    std::vector<const Name*> names;
    for (const VersionSpec& version : key.versions) {
        checkVersionName(version.name, diagnostics);
        if (version.name.present()) {
            names.push_back(&version.name);
        }
    }
    std::ranges::stable_sort(names, {}, [](const Name* name) { return name->text; });
    const Name* first = nullptr;
    for (const Name* name : names) {
        if (first != nullptr && first->text == name->text) {
            diagnostics.error(name->mark, fmt::format("the key has a version {} already", inQuotes(name->text)),
                              fmt::format("it stands on line {}", first->mark.line));
        } else {
            first = name;
        }
    }
}

void readVersions(Node node, KeySpec& key, const Reading& reading) {
    Diagnostics& diagnostics = reading.diagnostics;
    if (!node.isSequence()) {
        reportUnexpected(node, "a list of versions, oldest first", diagnostics);
        return;
    }
    if (node.size() == 0) {
        diagnostics.error(node.mark(), "a key has at least one version");
        return;
    }
    key.versions.clear();
    key.versions.reserve(node.size());
    for (const Node item : node.items()) {
        VersionSpec& version = key.versions.emplace_back();
        MappingReader fields{item, "a version", diagnostics};
        if (const Node name = fields.take("name")) {
            version.name = readName(name, "the name of a version", diagnostics);
        }
        readAttributes(fields, version, reading);
        readShape(fields, version);
        fields.finish();
    }
    checkVersionNames(key, diagnostics);
}

KeySpec readKey(const Name& name, Node node, const Reading& reading) {
    Diagnostics& diagnostics = reading.diagnostics;
    checkKeyName(name, diagnostics);
    KeySpec key;
    key.name = name;
    key.versions.resize(1);
    MappingReader fields{node, "a key", name.mark, diagnostics};
    if (const std::optional<Entry> versions = fields.takeEntry("versions")) {
        for (const std::string_view attribute : {"enabled", "notBefore", "expires"}) {
            if (const std::optional<Entry> entry = fields.takeEntry(attribute)) {
                diagnostics.error(entry->key.mark(), fmt::format("'{}' and 'versions' exclude each other", attribute),
                                  fmt::format("give each version its own '{}'", attribute));
            }
        }
        readVersions(versions->value, key, reading);
    } else {
        readAttributes(fields, key.versions.front(), reading);
    }
    // What is said of the key is said of each of its versions that says nothing else.
    VersionSpec common;
    readShape(fields, common);
    for (VersionSpec& version : key.versions) {
        version.type = version.type.present() ? version.type : common.type;
        version.size = version.size ? version.size : common.size;
    }
    key.roleAssignments = readRoleAssignments(fields.take("roleAssignments"), diagnostics);
    key.deleted = readDeleted(fields, reading);
    fields.finish();
    return key;
}

/// What is deleted at the start is soft-deleted: the vault keeps such things, and has not purged this one yet.
void checkDeleted(std::optional<Marked<Instant>>& deleted, std::string_view what, const VaultSpec& vault,
                  Diagnostics& diagnostics) {
    if (!deleted) {
        return;
    }
    const int retention = vault.softDeleteRetentionInDays.value_or(mostRetention);
    if (vault.enableSoftDelete && !vault.enableSoftDelete->value) {
        diagnostics.error(deleted->mark, fmt::format("{} of a vault without soft delete is purged at once", what),
                          "leave it out");
    } else if (deleted->value + std::chrono::hours{24} * retention < scenarioStart) {
        diagnostics.error(deleted->mark,
                          fmt::format("its retention of {} days ended before the start: {} is purged", retention, what),
                          "leave it out");
    }
}

} // namespace

void refuseDeleted(const VaultSpec& vault, Diagnostics& diagnostics) {
    const auto refuse = [&](const std::optional<Marked<Instant>>& deleted) {
        if (deleted) {
            diagnostics.error(deleted->mark, "only the estate's own things can be deleted at the start");
        }
    };
    refuse(vault.deleted);
    for (const KeySpec& key : vault.keys) {
        refuse(key.deleted);
    }
}

void checkProtection(const VaultSpec& vault, Diagnostics& diagnostics) {
    const bool purgeProtected = vault.enablePurgeProtection && vault.enablePurgeProtection->value;
    const bool softDeletes = !vault.enableSoftDelete || vault.enableSoftDelete->value;
    if (purgeProtected && !softDeletes) {
        diagnostics.error(vault.enablePurgeProtection->mark, "purge protection needs soft delete",
                          "it does not exist without 'enableSoftDelete: true'");
    }
}

std::vector<Name> readPermissions(Node node, Diagnostics& diagnostics) {
    return readNames(node, "the name of a permission", diagnostics);
}

void readVaultSettings(MappingReader& fields, VaultSpec& vault) {
    constexpr std::array access{std::pair{std::string_view{"Enabled"}, PublicAccess::Enabled},
                                std::pair{std::string_view{"Disabled"}, PublicAccess::Disabled},
                                std::pair{std::string_view{"SecuredByPerimeter"}, PublicAccess::SecuredByPerimeter}};
    vault.enablePurgeProtection = markedBoolean(fields, "enablePurgeProtection");
    vault.enableRbacAuthorization = markedBoolean(fields, "enableRbacAuthorization");
    vault.enableSoftDelete = markedBoolean(fields, "enableSoftDelete");
    if (const auto days = fields.integer("softDeleteRetentionInDays", leastRetention, mostRetention)) {
        vault.softDeleteRetentionInDays = static_cast<int>(*days);
    }
    vault.publicNetworkAccess = fields.choice("publicNetworkAccess", access);
    if (const std::optional<Entry> acls = fields.takeEntry("networkAcls")) {
        vault.networkAcls = readNetworkAcls(*acls, fields.diagnostics());
    }
    vault.privateEndpoints = readNetworks(fields, "privateEndpoints", "the name of a network");
    vault.virtualNetworkRules = readNetworks(fields, "virtualNetworkRules", "the name of a network");
    vault.perimeter = readNetworks(fields, "perimeter", "the name of a network or a resource");
}

VaultSpec readVault(const Name& name, Node node, const Reading& reading) {
    Diagnostics& diagnostics = reading.diagnostics;
    checkVaultName(name, diagnostics);
    VaultSpec vault;
    vault.name = name;
    MappingReader fields{node, "a vault", name.mark, diagnostics};
    if (const Node kind = fields.take("kind")) {
        vault.kind = readName(kind, "a kind of vaults such as vault", diagnostics);
    }
    readVaultSettings(fields, vault);
    checkProtection(vault, diagnostics);
    vault.accessPolicies = readAccessPolicies(fields.take("accessPolicies"), diagnostics);
    vault.roleAssignments = readRoleAssignments(fields.take("roleAssignments"), diagnostics);
    vault.keys = readNamed<KeySpec>(fields.take("keys"), "keys by name", diagnostics,
                                    [&](const Name& key, Node value) { return readKey(key, value, reading); });
    vault.deleted = readDeleted(fields, reading);
    readPlace(fields, vault.region, vault.tenant);
    fields.finish();
    checkDeleted(vault.deleted, "a vault", vault, diagnostics);
    for (KeySpec& key : vault.keys) {
        checkDeleted(key.deleted, "a key", vault, diagnostics);
    }
    return vault;
}

} // namespace cmksim::scenario
