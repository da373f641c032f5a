// Random estates for writing them down as each of Azure's tools does, and what of them must come back.
#pragma once

#include "base/json_value.hpp"
#include "import/estate.hpp"
#include "property/random.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::test {

using property::Random;

struct Located {
    std::string name;
    std::string subscription;
    std::string group;

    [[nodiscard]] std::string groupId() const { return "/subscriptions/" + subscription + "/resourceGroups/" + group; }
};

inline std::string idOf(const Located& thing, std::string_view type) {
    return thing.groupId() + "/providers/" + std::string{type} + '/' + thing.name;
}

inline constexpr std::string_view vaultType = "Microsoft.KeyVault/vaults";
inline constexpr std::string_view identityType = "Microsoft.ManagedIdentity/userAssignedIdentities";

struct TestIdentity : Located {
    std::string principal;
    std::string client;
};

/// A user-assigned identity, or the own one of a resource.
struct Who {
    bool isOwn = false;
    std::size_t index = 0;
};

struct TestKey {
    std::string name;
    std::string version;
    bool enabled = true;
    std::string expires; // empty: never
};

struct TestPolicy {
    Who who;
    std::vector<std::string> permissions;
};

struct TestVault : Located {
    bool rbac = false;
    int retention = 90;
    bool purgeProtection = false;
    bool isPublic = true;
    bool denies = false;
    bool bypasses = true;
    std::vector<std::string> ipRules;
    std::vector<TestKey> keys;
    std::vector<TestPolicy> policies;
};

struct TestResource : Located {
    std::string service;
    std::string sku;
    std::size_t vault = 0;
    std::size_t key = 0;
    bool isPinned = false; // to the key's version
    Who who;
    std::vector<std::size_t> attached;
};

struct TestGrant {
    Who who;
    std::string role;
    std::string scope; // resource id
    std::optional<std::size_t> vault;
    std::optional<std::size_t> key;
    std::string assignment;
};

struct TestEstate {
    std::vector<TestIdentity> identities;
    std::vector<TestVault> vaults;
    std::vector<TestResource> resources;
    std::vector<TestGrant> grants;
};

inline std::string typeOfService(std::string_view service) {
    return service == "acr"        ? "Microsoft.ContainerRegistry/registries"
           : service == "cosmosdb" ? "Microsoft.DocumentDB/databaseAccounts"
                                   : "Microsoft.DocumentDB/mongoClusters";
}

inline std::string idOf(const TestIdentity& one) { return idOf(one, identityType); }
inline std::string idOf(const TestVault& one) { return idOf(one, vaultType); }
inline std::string idOf(const TestResource& one) { return idOf(one, typeOfService(one.service)); }
inline std::string ownPrincipal(const TestResource& one) { return "own-principal-of-" + one.service + '-' + one.name; }

inline std::string keyUri(const TestVault& vault, const TestKey& key) {
    return "https://" + vault.name + ".vault.azure.net/keys/" + key.name;
}

inline const std::map<std::string, std::string>& roleIds() {
    static const std::map<std::string, std::string> ids{
        {"Key Vault Crypto Service Encryption User", "e147488a-f6f5-4113-8e2d-b22465e65bf6"},
        {"Key Vault Crypto User", "12338af0-0e69-4776-bea7-57ae8d297424"},
        {"Key Vault Crypto Officer", "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"}};
    return ids;
}

// --- making one ------------------------------------------------------------------------------------------------------

class EstateMaker {
public:
    explicit EstateMaker(std::uint64_t seed) : random_{seed} {}

    TestEstate make() {
        for (std::size_t i = 0, count = 1 + random_.below(3); i < count; ++i) {
            // Names may be alike in two groups.
            TestIdentity one;
            place(one, random_.chance(60) ? "app-id" : "id-" + std::to_string(i));
            one.principal = "aaaaaaaa-0000-0000-0000-00000000000" + std::to_string(i);
            one.client = "bbbbbbbb-0000-0000-0000-00000000000" + std::to_string(i);
            const bool taken = std::ranges::any_of(estate_.identities,
                                                   [&](const TestIdentity& other) { return idOf(other) == idOf(one); });
            if (!taken) {
                estate_.identities.push_back(one);
            }
        }
        for (std::size_t i = 0, count = 1 + random_.below(3); i < count; ++i) {
            vault(i);
        }
        for (std::size_t i = 0, count = random_.below(4); i < count; ++i) {
            resource(i);
        }
        for (TestVault& one : estate_.vaults) {
            policies(one);
        }
        for (std::size_t i = 0, count = random_.below(4); i < count; ++i) {
            grant(i);
        }
        return estate_;
    }

private:
    void place(Located& thing, std::string name) {
        const std::size_t which = random_.below(3);
        thing.name = std::move(name);
        thing.subscription =
            which == 2 ? "22222222-2222-2222-2222-222222222222" : "11111111-1111-1111-1111-111111111111";
        thing.group = std::vector<std::string>{"east-rg", "west-rg", "far-rg"}[which];
    }

    void vault(std::size_t i) {
        TestVault one;
        place(one, "contoso-kv-" + std::to_string(i));
        one.rbac = random_.chance(50);
        one.retention = random_.oneOf({7, 30, 90});
        one.purgeProtection = random_.chance(50);
        one.isPublic = random_.chance(80);
        one.denies = random_.chance(30);
        one.bypasses = random_.chance(70);
        if (random_.chance(30)) {
            one.ipRules = {"203.0.113.0/24", "198.51.100.7"};
        }
        for (std::size_t key = 0, count = 1 + random_.below(2); key < count; ++key) {
            const std::string number = std::to_string(i) + std::to_string(key);
            one.keys.push_back({"cmk-" + std::to_string(key), "0123456789abcdef0123456789abcd" + number,
                                random_.chance(80), random_.chance(30) ? "2027-05-06T07:08:09Z" : ""});
        }
        estate_.vaults.push_back(std::move(one));
    }

    void resource(std::size_t i) {
        TestResource one;
        one.service = random_.oneOf({"acr", "cosmosdb", "documentdb"});
        // Two services may use one name.
        place(one, random_.chance(30) ? "contoso" : "contoso" + std::to_string(i));
        one.sku = one.service == "acr" ? "Premium" : "";
        one.vault = random_.below(estate_.vaults.size());
        one.key = random_.below(estate_.vaults[one.vault].keys.size());
        one.isPinned = random_.chance(25);
        one.who = {one.service == "cosmosdb" && random_.chance(50), random_.below(estate_.identities.size())};
        const std::size_t used = one.who.index;
        if (one.who.isOwn) {
            one.who.index = estate_.resources.size();
        } else {
            one.attached.push_back(used);
        }
        for (std::size_t other = 0; other < estate_.identities.size(); ++other) {
            if (random_.chance(30) && (one.who.isOwn || other != used)) {
                one.attached.push_back(other);
            }
        }
        const bool taken = std::ranges::any_of(estate_.resources, [&](const TestResource& other) {
            return other.name == one.name && other.service == one.service;
        });
        if (!taken) {
            estate_.resources.push_back(std::move(one));
        }
    }

    Who who() {
        for (std::size_t i = 0; i < estate_.resources.size(); ++i) {
            if (estate_.resources[i].who.isOwn && random_.chance(40)) {
                return {true, i};
            }
        }
        return {false, random_.below(estate_.identities.size())};
    }

    void policies(TestVault& vault) {
        std::set<std::pair<bool, std::size_t>> seen;
        for (std::size_t i = 0, count = random_.below(3); i < count; ++i) {
            const Who one = who();
            if (seen.insert({one.isOwn, one.index}).second) {
                vault.policies.push_back({one, random_.chance(70)
                                                   ? std::vector<std::string>{"get", "wrapKey", "unwrapKey"}
                                                   : std::vector<std::string>{"get", "list"}});
            }
        }
    }

    void grant(std::size_t i) {
        TestGrant one;
        one.who = who();
        auto role = roleIds().begin();
        std::advance(role, random_.below(roleIds().size()));
        one.role = role->first;
        one.assignment = "cccccccc-0000-0000-0000-00000000000" + std::to_string(i);
        const std::size_t vault = random_.below(estate_.vaults.size());
        const TestVault& at = estate_.vaults[vault];
        switch (random_.below(4)) {
        case 0: one.scope = "/subscriptions/" + at.subscription; break;
        case 1: one.scope = at.groupId(); break;
        case 2:
            one.scope = idOf(at);
            one.vault = vault;
            break;
        default:
            one.vault = vault;
            one.key = random_.below(at.keys.size());
            one.scope = idOf(at) + "/keys/" + at.keys[*one.key].name;
        }
        estate_.grants.push_back(std::move(one));
    }

    Random random_;
    TestEstate estate_;
};

// --- what must come back ---------------------------------------------------------------------------------------------

/// One line a fact, with things called by what they are and not by the names that an import finds for them. What no
/// template or plan can tell is left out: object ids, and the names of versions.
using Facts = std::set<std::string>;

inline std::string listed(std::vector<std::string> items) {
    std::ranges::sort(items);
    std::string text;
    for (const std::string& one : items) {
        text += ' ' + one;
    }
    return text;
}

class ExpectedFacts {
public:
    ExpectedFacts(const TestEstate& estate, bool knowsSubscriptions)
        : estate_{estate}, knowsSubscriptions_{knowsSubscriptions} {}

    Facts facts() {
        for (const TestIdentity& one : estate_.identities) {
            facts_.insert("identity " + called(one));
        }
        for (const TestVault& one : estate_.vaults) {
            vault(one);
        }
        for (const TestResource& one : estate_.resources) {
            resource(one);
        }
        for (const TestGrant& one : estate_.grants) {
            grant(one);
        }
        return facts_;
    }

private:
    [[nodiscard]] std::string called(const TestIdentity& one) const {
        return (knowsSubscriptions_ ? one.subscription : "") + '/' + one.group + '/' + one.name;
    }
    [[nodiscard]] std::string called(const Who& who) const {
        if (who.isOwn) {
            const TestResource& one = estate_.resources[who.index];
            return "system:" + one.service + ':' + one.name;
        }
        return called(estate_.identities[who.index]);
    }

    void vault(const TestVault& one) {
        const auto say = [&](std::string_view field, const JsonValue& value) {
            facts_.insert("vault " + one.name + ' ' + std::string{field} + ' ' + value.line());
        };
        say("enableRbacAuthorization", one.rbac);
        say("softDeleteRetentionInDays", one.retention);
        say("enablePurgeProtection", one.purgeProtection);
        say("publicNetworkAccess", one.isPublic ? "Enabled" : "Disabled");
        say("networkAcls.defaultAction", one.denies ? "Deny" : "Allow");
        say("networkAcls.bypass", one.bypasses ? "AzureServices" : "None");
        if (!one.ipRules.empty()) {
            facts_.insert("vault " + one.name + " networkAcls.ipRules" + listed(one.ipRules));
        }
        for (const TestPolicy& policy : one.policies) {
            facts_.insert("policy " + one.name + ' ' + called(policy.who) + listed(policy.permissions));
        }
        for (const TestKey& key : one.keys) {
            facts_.insert("key " + one.name + '/' + key.name + (key.enabled ? "" : " disabled") +
                          (key.expires.empty() ? "" : " expires " + key.expires));
        }
    }

    void resource(const TestResource& one) {
        const std::string head = "resource " + one.service + ':' + one.name;
        if (!one.sku.empty()) {
            facts_.insert(head + " sku " + one.sku);
        }
        const TestVault& vault = estate_.vaults[one.vault];
        facts_.insert(head + " key " + vault.name + '/' + vault.keys[one.key].name + (one.isPinned ? "/version" : ""));
        facts_.insert(head + " identity " + called(one.who));
        std::vector<std::string> attached;
        if (one.who.isOwn) {
            attached.push_back(called(one.who));
        }
        for (const std::size_t identity : one.attached) {
            attached.push_back(called(estate_.identities[identity]));
        }
        facts_.insert(head + " identities" + listed(attached));
    }

    void grant(const TestGrant& one) {
        const std::string what = called(one.who) + ' ' + one.role;
        if (one.vault) {
            const TestVault& vault = estate_.vaults[*one.vault];
            facts_.insert("role " + vault.name + (one.key ? '/' + vault.keys[*one.key].name : "") + ' ' + what);
            return;
        }
        std::vector<std::string> within;
        for (const TestVault& vault : estate_.vaults) {
            if ((idOf(vault) + '/').starts_with(one.scope + '/')) {
                within.push_back(vault.name);
            }
        }
        if (within.size() == estate_.vaults.size()) {
            facts_.insert("role above " + what);
            return;
        }
        for (const std::string& vault : within) {
            facts_.insert("role " + vault + ' ' + what);
        }
    }

    const TestEstate& estate_;
    bool knowsSubscriptions_;
    Facts facts_;
};

/// What an import brought.
class FoundFacts {
public:
    FoundFacts(const import::ImportedEstate& estate, bool knowsSubscriptions)
        : estate_{estate}, knowsSubscriptions_{knowsSubscriptions} {}

    Facts facts() {
        for (const auto& [name, fields] : estate_.identities) {
            names_[name] = called(text(fields, "id"));
            facts_.insert("identity " + names_[name]);
        }
        for (const auto& [name, fields] : estate_.resources) {
            const std::string own = text(fields, "name");
            names_["system:" + name] = "system:" + text(fields, "service") + ':' + (own.empty() ? name : own);
        }
        for (const auto& [name, fields] : estate_.vaults) {
            vault(name, fields);
        }
        for (const auto& [name, fields] : estate_.resources) {
            resource(name, fields);
        }
        roles("above", estate_.roleAssignments);
        return facts_;
    }

private:
    [[nodiscard]] std::string called(const std::string& id) const {
        std::vector<std::string> parts;
        for (std::size_t at = 0; at < id.size();) {
            const std::size_t end = std::min(id.find('/', at + 1), id.size());
            parts.push_back(id.substr(at + 1, end - at - 1));
            at = end;
        }
        return parts.size() < 8 ? id : (knowsSubscriptions_ ? parts[1] : "") + '/' + parts[3] + '/' + parts.back();
    }

    static const JsonValue* field(const JsonValue& value, std::string_view name) {
        for (const auto& [own, inner] : value.fields()) {
            if (own == name) {
                return &inner;
            }
        }
        return nullptr;
    }
    static std::string plain(const JsonValue& value) {
        std::string line = value.line();
        return line.starts_with('"') ? line.substr(1, line.size() - 2) : line;
    }
    static std::string text(const JsonValue& value, std::string_view name) {
        const JsonValue* found = field(value, name);
        return found != nullptr ? plain(*found) : std::string{};
    }
    [[nodiscard]] std::string nameOf(const std::string& who) const {
        const auto found = names_.find(who);
        return found != names_.end() ? found->second : who;
    }
    static std::vector<std::string> texts(const JsonValue& list) {
        std::vector<std::string> items;
        for (const JsonValue& one : list.items()) {
            items.push_back(plain(one));
        }
        return items;
    }

    void roles(const std::string& where, const JsonObject& assignments) {
        for (const auto& [who, list] : assignments) {
            for (const std::string& role : texts(list)) {
                facts_.insert("role " + where + ' ' + nameOf(who) + ' ' + role);
            }
        }
    }

    void vault(const std::string& name, const JsonValue& fields) {
        for (const auto& [one, value] : fields.fields()) {
            if (one == "networkAcls") {
                for (const auto& [acl, inner] : value.fields()) {
                    const bool isList = acl == "ipRules";
                    if (!isList || !inner.items().empty()) {
                        facts_.insert("vault " + name + " networkAcls." + acl +
                                      (isList ? listed(texts(inner)) : ' ' + inner.line()));
                    }
                }
            } else if (one == "accessPolicies") {
                for (const auto& [who, permissions] : value.fields()) {
                    facts_.insert("policy " + name + ' ' + nameOf(who) + listed(texts(permissions)));
                }
            } else if (one == "roleAssignments") {
                roles(name, value.fields());
            } else if (one == "keys") {
                for (const auto& [key, inner] : value.fields()) {
                    this->key(name + '/' + key, inner);
                }
            } else {
                facts_.insert("vault " + name + ' ' + one + ' ' + value.line());
            }
        }
    }

    void key(const std::string& name, const JsonValue& fields) {
        const JsonValue* versions = field(fields, "versions");
        const JsonValue& only = versions != nullptr ? versions->items().front() : fields;
        std::string fact = "key " + name;
        fact += text(only, "enabled") == "false" ? " disabled" : "";
        const std::string expires = text(only, "expires");
        fact += expires.empty() ? "" : " expires " + expires;
        fact += versions != nullptr && versions->items().size() > 1 ? " and other versions" : "";
        facts_.insert(fact);
        if (const JsonValue* granted = field(fields, "roleAssignments")) {
            roles(name, granted->fields());
        }
    }

    void resource(const std::string& name, const JsonValue& fields) {
        const std::string own = names_["system:" + name];
        const std::string head = "resource " + own.substr(own.find(':') + 1);
        const auto who = [&](const std::string& text) { return text == "SystemAssigned" ? own : nameOf(text); };
        for (const auto& [one, value] : fields.fields()) {
            if (one == "identity") {
                facts_.insert(head + " identity " + who(plain(value)));
            } else if (one == "identities") {
                std::vector<std::string> attached = texts(value);
                std::ranges::transform(attached, attached.begin(), who);
                facts_.insert(head + " identities" + listed(attached));
            } else if (one == "key") {
                std::string key = plain(value);
                const std::size_t version = key.find('/', key.find('/') + 1);
                facts_.insert(head + " key " +
                              (version == std::string::npos ? key : key.substr(0, version) + "/version"));
            } else if (one != "service" && one != "name") {
                facts_.insert(head + ' ' + one + ' ' + plain(value));
            }
        }
    }

    const import::ImportedEstate& estate_;
    bool knowsSubscriptions_;
    std::map<std::string, std::string> names_;
    Facts facts_;
};

} // namespace cmksim::test
