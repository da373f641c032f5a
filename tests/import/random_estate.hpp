// Random estates for writing them down as each of Azure's tools does.
#pragma once

#include "base/json_value.hpp"
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
inline constexpr std::string_view hsmType = "Microsoft.KeyVault/managedHSMs";
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
    bool isHsm = false; // a managed HSM, which has roles of its own and no access policies
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
    bool isOpen = false;   // which key it is, only Azure will tell what makes it
    Who who;
    std::vector<std::size_t> attached;
    std::vector<std::pair<std::string, std::string>> tags;
};

struct TestGrant {
    Who who;
    bool isLocal = false; // in a managed HSM, by itself
    std::string role;
    std::string scope; // resource id; of a local one `/keys`, and `/keys/KEY`
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
inline std::string_view typeOf(const TestVault& one) { return one.isHsm ? hsmType : vaultType; }
inline std::string idOf(const TestVault& one) { return idOf(one, typeOf(one)); }
inline std::string idOf(const TestResource& one) { return idOf(one, typeOfService(one.service)); }
inline std::string ownPrincipal(const TestResource& one) { return "own-principal-of-" + one.service + '-' + one.name; }

inline std::string keyUri(const TestVault& vault, const TestKey& key) {
    return "https://" + vault.name + (vault.isHsm ? ".managedhsm" : ".vault") + ".azure.net/keys/" + key.name;
}

inline const std::map<std::string, std::string>& roleIds() {
    static const std::map<std::string, std::string> ids{
        {"Key Vault Crypto Service Encryption User", "e147488a-f6f5-4113-8e2d-b22465e65bf6"},
        {"Key Vault Crypto User", "12338af0-0e69-4776-bea7-57ae8d297424"},
        {"Key Vault Crypto Officer", "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"}};
    return ids;
}

/// Those that a managed HSM has of its own.
inline const std::map<std::string, std::string>& hsmRoleIds() {
    static const std::map<std::string, std::string> ids{
        {"Managed HSM Crypto Service Encryption User", "33413926-3206-4cdd-b39a-83574fe37a17"},
        {"Managed HSM Crypto User", "21dbd100-6940-42c2-9190-5d6cb909625b"}};
    return ids;
}

// --- making one ------------------------------------------------------------------------------------------------------

class EstateMaker {
public:
    /// Templates alone do not say who holds which role in a managed HSM: without that there is none to be drawn.
    explicit EstateMaker(std::uint64_t seed, bool drawsHsms = true) : random_{seed}, drawsHsms_{drawsHsms} {}

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
        ordinary_ = estate_.vaults.size();
        if (drawsHsms_ && random_.chance(50)) {
            hsm(); // the only one, as nothing says of which the roles are that it prints
        }
        for (std::size_t i = 0, count = random_.below(4); i < count; ++i) {
            resource(i);
        }
        for (std::size_t i = 0; i < ordinary_; ++i) {
            policies(estate_.vaults[i]);
        }
        for (std::size_t i = 0, count = random_.below(4); i < count; ++i) {
            grant(i);
        }
        for (std::size_t i = ordinary_; i < estate_.vaults.size(); ++i) {
            localGrant(i, "0"); // one at least: without any it is not known who holds which
            if (random_.chance(50)) {
                localGrant(i, "1");
            }
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
        settings(one, i);
        if (random_.chance(30)) {
            one.ipRules = {"203.0.113.0/24", "198.51.100.7"};
        }
        estate_.vaults.push_back(std::move(one));
    }

    void hsm() {
        TestVault one;
        place(one, "contoso-hsm");
        one.isHsm = true;
        settings(one, ordinary_);
        estate_.vaults.push_back(std::move(one));
    }

    /// What both kinds of vaults have, with their keys.
    void settings(TestVault& one, std::size_t i) {
        one.retention = random_.oneOf({7, 30, 90});
        one.purgeProtection = random_.chance(50);
        one.isPublic = random_.chance(80);
        one.denies = random_.chance(30);
        one.bypasses = random_.chance(70);
        for (std::size_t key = 0, count = 1 + random_.below(2); key < count; ++key) {
            const std::string number = std::to_string(i) + std::to_string(key);
            one.keys.push_back({"cmk-" + std::to_string(key), "0123456789abcdef0123456789abcd" + number,
                                random_.chance(80), random_.chance(30) ? "2027-05-06T07:08:09Z" : ""});
        }
    }

    void resource(std::size_t i) {
        TestResource one;
        one.service = random_.oneOf({"acr", "cosmosdb", "documentdb"});
        // Two services may use one name.
        place(one, random_.chance(30) ? "contoso" : "contoso" + std::to_string(i));
        one.sku = one.service == "acr" ? "Premium" : "";
        // Not every service takes keys from a managed HSM.
        one.vault = random_.below(one.service == "documentdb" ? ordinary_ : estate_.vaults.size());
        one.key = random_.below(estate_.vaults[one.vault].keys.size());
        one.isPinned = random_.chance(25);
        one.isOpen = random_.chance(20);
        for (const std::string_view name : {"env", "Cost centre", "on", "hidden-link:/a"}) {
            if (random_.chance(30)) {
                one.tags.emplace_back(name, random_.oneOf({"prod", "true", "0042", "", "a: \"b\" # c", "2026-01-01"}));
            }
        }
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
        const std::size_t vault = random_.below(ordinary_);
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

    void localGrant(std::size_t vault, const std::string& number) {
        TestGrant one;
        one.isLocal = true;
        one.who = who();
        auto role = hsmRoleIds().begin();
        std::advance(role, random_.below(hsmRoleIds().size()));
        one.role = role->first;
        one.assignment = "dddddddd-0000-0000-0000-00000000000" + number;
        one.vault = vault;
        one.scope = "/keys";
        if (random_.chance(50)) {
            one.key = random_.below(estate_.vaults[vault].keys.size());
            one.scope += '/' + estate_.vaults[vault].keys[*one.key].name;
        }
        estate_.grants.push_back(std::move(one));
    }

    Random random_;
    bool drawsHsms_;
    std::size_t ordinary_ = 0; // how many vaults are no managed HSMs; they come first
    TestEstate estate_;
};

} // namespace cmksim::test
