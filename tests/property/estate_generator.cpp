#include "property/estate_generator.hpp"

#include "base/time.hpp"

#include <algorithm>
#include <chrono>

namespace cmksim::property {

namespace {

// Fields of one version of a key; its instants of validity lie around `now`.
std::string drawVersion(Random& random, const Cast& cast, std::vector<std::int64_t>& deadlines, std::int64_t now,
                        bool named) {
    FlowMap version;
    if (named) {
        version.add("name", "a" + std::to_string(random.between(1'000'000, 9'999'999)) + "f");
    }
    if (random.chance(8)) {
        version.add("enabled", random.oneOf({"false", "false", "true"}));
    }
    const auto instant = [&] {
        const std::int64_t span = std::max<std::int64_t>(cast.until - now, 2 * hour);
        const std::int64_t at = now + (random.chance(50) ? random.between(1, 4 * hour) : random.between(1, span));
        deadlines.push_back(at);
        return secondsText(at);
    };
    if (random.chance(6)) {
        version.add("notBefore", random.chance(10) ? "null" : instant());
    }
    if (random.chance(12)) {
        version.add("expires", random.chance(10) ? "null" : instant());
    }
    return version.text();
}

// Grants for those who can hold one; each is left out now and then.
template <class Draw>
std::string drawGrants(Random& random, const Cast& cast, unsigned percentThere, bool systemIdentities, Draw draw) {
    FlowMap grants;
    for (const IdentityRole& identity : cast.identities) {
        if (identity.app.empty() && (cast.tidy || random.chance(percentThere))) {
            grants.add(identity.name, draw());
        }
    }
    for (const ResourceRole& resource : cast.resources) {
        if (systemIdentities && resource.ownsIdentity() && (cast.tidy || random.chance(percentThere))) {
            grants.add("system:" + resource.name, draw());
        }
    }
    if (cast.hasCosmosDb() && random.chance(cast.tidy ? 90 : percentThere / 2)) {
        grants.add("FirstPartyIdentity", draw());
    }
    return grants.text();
}

// Where something lies and whose it is: said now and then, in more than one spelling.
void addPlace(Random& random, const Cast& cast, FlowMap& fields) {
    const unsigned percentSaid = cast.placed ? 70 : 5;
    if (random.chance(percentSaid)) {
        fields.add("region", random.oneOf({"westeurope", "West Europe", "westeurope", "northeurope"}));
    }
    if (random.chance(percentSaid)) {
        fields.add("tenant", random.oneOf({"contoso", "Contoso", "contoso", "fabrikam"}));
    }
}

std::string drawKeyFields(Random& random, const Cast& cast, std::vector<std::int64_t>& deadlines, std::int64_t now) {
    const auto role = [&] { return drawRole(random, 80); };
    if (random.chance(75)) {
        return random.chance(50) ? std::string{"{}"} : drawVersion(random, cast, deadlines, now, false);
    }
    FlowMap key;
    std::vector<std::string> versions;
    for (std::int64_t count = random.between(1, 3); count > 0; --count) {
        versions.push_back(drawVersion(random, cast, deadlines, now, random.chance(30)));
    }
    key.add("versions", flowList(versions));
    if (random.chance(50)) {
        key.add("roleAssignments", drawGrants(random, cast, 60, now == 0, role));
    }
    return key.text();
}

// A key that says, now and then, what kind it is.
std::string drawKey(Random& random, const Cast& cast, std::vector<std::int64_t>& deadlines, std::int64_t now) {
    const std::string fields = drawKeyFields(random, cast, deadlines, now);
    if (!random.chance(12)) {
        return fields;
    }
    const std::string kind = drawKeyKind(random).text();
    const std::string inner = fields.substr(1, fields.size() - 2);
    return kind.substr(0, kind.size() - 1) + (inner.empty() ? "" : ", " + inner) + '}';
}

// The same fields and `deleted`, an instant before the start after which the retention is not over yet; now and then
// the retention is soon over.
std::string deletedBeforeStart(Random& random, const std::string& fields, std::int64_t retention,
                               std::vector<std::int64_t>& deadlines) {
    const std::int64_t left =
        random.chance(60) ? random.between(0, std::min(retention - 1, 2 * day)) : random.between(0, retention - 1);
    deadlines.push_back(left);
    const CalendarTime start = std::chrono::sys_days{std::chrono::year{2026} / std::chrono::January / 1};
    const std::string at = formatTimestamp(start - std::chrono::seconds{retention - left});
    return fields.substr(0, fields.size() - 1) + (fields == "{}" ? "" : ", ") + "deleted: '" + at + "'}";
}

std::string drawUri(Random& random, const Cast& cast) {
    const VaultRole& vault = random.of(cast.vaults);
    const std::string& key = random.of(vault.keys);
    const std::string host = "https://" + vault.name + vault.host();
    std::string upper = vault.name;
    upper[0] = 'K';
    std::string lower = vault.name;
    lower[0] = 'k';
    switch (random.below(16)) {
    case 0: return host + ":443/keys/" + key;
    case 1: return "https://" + upper + vault.host() + "/keys/" + key;
    case 2: return "https://" + vault.name + ".VAULT.azure.net:443/keys/" + key + "/v1";
    case 3: return "https://" + vault.name + ".vault.azure.cn/keys/" + key;
    case 4: return "https://" + vault.name + ".vault.usgovcloudapi.net/keys/" + key + "/v2";
    case 5: return host + "/keys/" + key + "/v" + std::to_string(random.between(1, 4));
    case 6:
    case 9: return host + "/keys/no-such-key";
    case 10: return "https://" + lower + vault.host() + "/keys/" + key;
    case 11:
        return "https://" + vault.name + (vault.managed ? ".vault.azure.net" : ".managedhsm.azure.net") + "/keys/" +
               key;
    case 7: return "https://no-such-vault.vault.azure.net/keys/" + key;
    case 8: return "https://kv-9.vault.azure.net/keys/" + key;
    default: return host + "/keys/" + key;
    }
}

std::string drawMalformedUri(Random& random, const Cast& cast) {
    const VaultRole& vault = random.of(cast.vaults);
    const std::string& key = random.of(vault.keys);
    const std::string host = "https://" + vault.name + ".vault.azure.net";
    switch (random.below(13)) {
    case 0: return host + "/keys";
    case 1: return host + "/keys/";
    case 2: return host + "/secrets/" + key;
    case 3: return "http://" + vault.name + ".vault.azure.net/keys/" + key;
    case 4: return host + "/keys/" + key + "/v1/more";
    case 5: return host + "/keys/" + key + "/";
    case 6: return host + "/keys/" + key + "/v-1";
    case 7: return host + "/keys/" + key + "/0123456789abcdef0123456789abcdef0";
    case 8: return host + ":444/keys/" + key;
    case 9: return "https://kv.vault.azure.net/keys/" + key;
    case 10: return host + "/keys/key_0";
    case 11: return "https://" + vault.name + ".vault.azure.net.example/keys/" + key;
    default: return "https://nowhere.example/keys/x";
    }
}

std::string drawIdentityFor(Random& random, const Cast& cast, const std::string& service) {
    if (random.chance(cast.tidy ? 1 : 5)) {
        return {};
    }
    if (random.chance(service == "documentdb" ? (cast.tidy ? 0 : 4) : 12)) {
        return "SystemAssigned";
    }
    if (service == "cosmosdb" && random.chance(10)) {
        return "FirstPartyIdentity";
    }
    const bool hasFederated = cast.identities.back().name == "client-0";
    if (service == "cosmosdb" && hasFederated && random.chance(50)) {
        return "fed-0";
    }
    return random.of(cast.identities).name;
}

void drawHorizon(Random& random, Cast& cast, std::size_t& resources) {
    const std::size_t kind = random.below(100);
    resources = static_cast<std::size_t>(random.oneOf({1, 2, 2, 3, 4}));
    if (kind < 55) {
        cast.until = random.between(2 * hour, 30 * hour);
    } else if (kind < 80) {
        cast.until = random.between(2 * day, 12 * day);
    } else {
        cast.until = kind < 88 ? random.between(20 * day, 40 * day)
                               : random.between(91 * day, kind < 97 ? 130 * day : 200 * day);
        resources = std::min<std::size_t>(resources, 2);
    }
}

// An application that trusts the first identity, and the two of them as one; written in either order.
void drawFederated(Random& random, Cast& cast, WorldText& world) {
    IdentityRole app{.name = "client-0", .plain = true};
    std::string text = random.chance(12) ? "{type: Application, recoverable: false}" : "{type: Application}";
    if (random.chance(5)) {
        text = deletedBeforeStart(random, text, 30 * day, cast.deadlines);
    }
    const std::string two = "    fed-0: {type: Federated, with: id-0, app: client-0}";
    const std::string one = "    client-0: " + text;
    const bool first = random.chance(50);
    world.identities.push_back(first ? two : one);
    world.identities.push_back(first ? one : two);
    cast.identities.push_back({.name = "fed-0", .plain = false, .app = app.name});
    cast.identities.push_back(std::move(app));
}

void drawIdentities(Random& random, Cast& cast, WorldText& world) {
    const std::size_t count = 1 + random.below(3);
    for (std::size_t i = 0; i < count; ++i) {
        IdentityRole identity{.name = "id-" + std::to_string(i), .plain = true};
        FlowMap fields;
        if (i > 0 && random.chance(cast.tidy ? 4 : 10)) {
            identity.plain = false;
            fields.add("type", random.oneOf({"DelegatedUserAssigned", "DelegatedSystemAssigned"}));
        } else if (random.chance(12)) {
            fields.add("recoverable", "false");
        }
        std::string text = fields.text();
        if (identity.plain && random.chance(3)) {
            text = deletedBeforeStart(random, text, 30 * day, cast.deadlines);
        }
        world.identities.push_back("    " + identity.name + ": " + text);
        cast.identities.push_back(identity);
    }
    if (random.chance(25)) {
        drawFederated(random, cast, world);
    }
}

} // namespace

FlowMap drawKeyKind(Random& random) {
    FlowMap kind;
    kind.add("type", random.oneOf({"RSA", "RSA", "rsa-hsm", "EC", "oct-HSM"}));
    if (random.chance(50)) {
        kind.add("size", random.oneOf({"2048", "4096"}));
    }
    return kind;
}

std::string drawPermissions(Random& random, unsigned percentComplete) {
    if (random.chance(percentComplete)) {
        return random.oneOf(
            {"[get, list, wrapKey, unwrapKey]", "[get, list, wrapKey, unwrapKey]", "[unwrapkey, WRAPKEY, List, Get]"});
    }
    return random.oneOf({"[get, wrapKey, unwrapKey]", "[get, wrapKey, unwrapKey]", "[get, list, wrapKey]",
                         "[get, list]", "[wrapKey, unwrapKey]", "[list]", "[]"});
}

std::string drawRole(Random& random, unsigned percentUseful) {
    if (random.chance(percentUseful)) {
        return random.oneOf({"Key Vault Crypto Service Encryption User", "Key Vault Crypto Service Encryption User",
                             "Key Vault Crypto User", "Key Vault Crypto Officer", "Key Vault Administrator"});
    }
    return random.oneOf({"Key Vault Reader", "Key Vault Contributor", "Owner", "Contributor", "Reader"});
}

std::string drawKeyReference(Random& random, const Cast& cast) {
    const VaultRole& vault = random.of(cast.vaults);
    const std::string path = vault.name + "/" + random.of(vault.keys);
    const std::size_t kind = random.below(cast.tidy && random.chance(80) ? 55 : 100);
    if (kind < 55) {
        return path;
    }
    if (kind < 70) {
        return path + "/v" + std::to_string(random.oneOf({1, 1, 1, 2, 2, 3}));
    }
    return kind < 93 ? drawUri(random, cast) : drawMalformedUri(random, cast);
}

// Roles of a managed HSM instead of those of a vault.
std::string ofManagedHsm(std::string roles) {
    constexpr std::string_view known = "Key Vault Crypto ";
    for (std::size_t at = roles.find(known); at != std::string::npos; at = roles.find(known, at)) {
        roles.replace(at, known.size(), "Managed HSM Crypto ");
    }
    for (const std::string_view other :
         {"Key Vault Administrator", "Key Vault Reader", "Key Vault Contributor", "Owner", "Contributor", "Reader"}) {
        for (std::size_t at = roles.find(other); at != std::string::npos; at = roles.find(other, at)) {
            roles.replace(at, other.size(), "Managed HSM Crypto Officer");
        }
    }
    return roles;
}

std::string drawVaultFields(Random& random, const Cast& cast, const VaultRole& role,
                            const std::vector<std::string>& keys, std::vector<std::int64_t>& deadlines,
                            std::int64_t now, bool mayBeDeleted) {
    FlowMap vault;
    const std::int64_t retention = role.retention;
    const bool softDelete = role.managed || random.chance(93);
    if (role.managed) {
        vault.add("kind", "managed-hsm");
    } else if (!softDelete || random.chance(20)) {
        vault.add("enableSoftDelete", softDelete ? "true" : "false");
    }
    if (softDelete && random.chance(55)) {
        vault.add("enablePurgeProtection", random.chance(80) ? "true" : "false");
    }
    if (retention != 90 * day || random.chance(30)) {
        vault.add("softDeleteRetentionInDays", std::to_string(retention / day));
    }
    if (!role.managed && random.chance(50)) {
        vault.add("enableRbacAuthorization", random.chance(70) ? "true" : "false");
    }
    if (random.chance(12)) {
        vault.add("publicNetworkAccess", random.oneOf({"Disabled", "Enabled", "SecuredByPerimeter"}));
    }
    if (random.chance(cast.tidy ? 10 : 35)) {
        FlowMap acls;
        if (random.chance(80)) {
            acls.add("defaultAction", random.oneOf({"Deny", "Deny", "Allow"}));
        }
        if (random.chance(70)) {
            acls.add("bypass", random.oneOf({"None", "None", "AzureServices"}));
        }
        if (random.chance(40)) {
            acls.add("ipRules", random.oneOf({"[203.0.113.0/24]", "[198.51.100.7]", "[192.0.2.0/24, 198.51.100.7/32]",
                                              "[0.0.0.0/0]", "[]"}));
        }
        if (!acls.empty()) {
            vault.add("networkAcls", acls.text());
        }
    }
    const bool systemIdentities = now == 0 || random.chance(30);
    addPlace(random, cast, vault);
    if (!role.managed) {
        vault.add("accessPolicies", drawGrants(random, cast, 88, systemIdentities,
                                               [&] { return drawPermissions(random, cast.tidy ? 99 : 85); }));
    }
    const std::string roles = drawGrants(random, cast, role.managed ? 90 : 75, systemIdentities, [&] {
        const std::string drawn = drawRole(random, cast.tidy ? 99 : 80);
        return random.chance(30) ? flowList({drawn, "Key Vault Reader"}) : drawn;
    });
    vault.add("roleAssignments", role.managed ? ofManagedHsm(roles) : roles);
    FlowMap keyFields;
    for (const std::string& key : keys) {
        std::string fields = drawKey(random, cast, deadlines, now);
        fields = role.managed ? ofManagedHsm(std::move(fields)) : fields;
        if (mayBeDeleted && softDelete && random.chance(4)) {
            fields = deletedBeforeStart(random, fields, retention, deadlines);
        }
        keyFields.add(key, fields);
    }
    if (!keys.empty()) {
        vault.add("keys", keyFields.text());
    }
    if (mayBeDeleted && softDelete && random.chance(3)) {
        return deletedBeforeStart(random, vault.text(), retention, deadlines);
    }
    return vault.text();
}

std::string drawResourceFields(Random& random, const Cast& cast, ResourceRole& resource, bool creation) {
    FlowMap fields;
    fields.add("service", resource.service);
    const bool keyless = random.chance(resource.service == "cosmosdb" ? 12 : 5);
    resource.key = keyless ? "" : drawKeyReference(random, cast);
    const bool unused = keyless && (resource.service != "cosmosdb" || random.chance(50));
    resource.identity = unused ? "" : drawIdentityFor(random, cast, resource.service);
    if (!resource.identity.empty()) {
        fields.add("identity", resource.identity);
    }
    if (random.chance(20)) {
        fields.add("identities", random.chance(25) ? "[SystemAssigned, " + random.of(cast.identities).name + "]"
                                                   : flowList({random.of(cast.identities).name}));
    }
    if (!keyless) {
        fields.add("key", resource.key);
    }
    if (random.chance(85)) {
        resource.phase =
            random.chance(25) ? random.oneOf<std::int64_t>({0, 0, 1, hour - 1}) : random.between(0, hour - 1);
        fields.add("revalidationPhase", secondsText(resource.phase));
    }
    if (resource.service == "cosmosdb" && random.chance(60)) {
        fields.add("rotationPhase", secondsText(random.chance(25) ? random.oneOf<std::int64_t>({0, 1, day - 1})
                                                                  : random.between(0, day - 1)));
    }
    if (random.chance(30)) {
        fields.add("outboundIp", random.oneOf({"203.0.113.9", "198.51.100.7"}));
    }
    if (resource.isRegistry() && random.chance(40)) {
        fields.add("sku", creation && random.chance(20) ? random.oneOf({"Basic", "Standard"}) : "Premium");
    }
    if (resource.isRegistry() && creation && random.chance(10)) {
        fields.add("contentTrust", random.oneOf({"true", "false"}));
    }
    if (resource.isRegistry() && creation && cast.registryPreview && random.chance(35)) {
        fields.add(random.oneOf({"geoReplication", "virtualNetwork"}), random.oneOf({"true", "false"}));
    }
    if (resource.isRegistry() && creation && cast.registryPreview && random.chance(35)) {
        fields.add("previewRegistered", random.oneOf({"true", "false", "false"}));
    }
    addPlace(random, cast, fields);
    if (resource.service == "cosmosdb" && random.chance(20)) {
        fields.add("continuousBackup", random.oneOf({"true", "false"}));
    }
    if (!creation && !keyless && random.chance(6)) {
        fields.add("state", resource.isRegistry() ? random.oneOf({"Revoked", "Inaccessible", "Ready"})
                                                  : (resource.service == "cosmosdb" ? "Revoked" : "Inaccessible"));
    }
    return fields.text();
}

Cast drawEstate(Random& random, WorldText& world) {
    Cast cast;
    cast.tidy = random.chance(65);
    cast.placed = random.chance(15);
    std::size_t resources = 0;
    drawHorizon(random, cast, resources);
    drawIdentities(random, cast, world);
    const std::size_t vaults = random.chance(70) ? 1 : 2;
    for (std::size_t i = 0; i < vaults; ++i) {
        VaultRole vault{.name = (i > 0 && random.chance(30) ? "Kv-" : "kv-") + std::to_string(i),
                        .keys = {"key-0"},
                        .retention = 7 * day};
        if (random.chance(30)) {
            vault.keys.push_back("key-1");
        }
        if (random.chance(30)) {
            vault.retention = random.oneOf<std::int64_t>({8, 30, 90}) * day;
        }
        vault.managed = random.chance(12);
        cast.vaults.push_back(vault);
    }
    for (std::size_t i = 0; i < resources; ++i) {
        ResourceRole resource;
        resource.name = "app-" + std::to_string(i);
        resource.service = random.oneOf({"acr", "acr", "cosmosdb", "documentdb"});
        const std::string fields = drawResourceFields(random, cast, resource, false);
        world.resources.push_back("    " + resource.name + ": " + fields);
        cast.resources.push_back(resource);
        cast.registryPreview = cast.registryPreview || (resource.isRegistry() && random.chance(15));
    }
    for (const VaultRole& vault : cast.vaults) {
        world.vaults.push_back("    " + vault.name + ": " +
                               drawVaultFields(random, cast, vault, vault.keys, cast.deadlines, 0, true));
    }
    if (random.chance(15)) {
        world.roleAssignments.push_back("    " + random.of(cast.identities).grantee() + ": " + drawRole(random, 80));
    }
    return cast;
}

} // namespace cmksim::property
