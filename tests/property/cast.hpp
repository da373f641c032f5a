// Who plays in a random world: what its estate and its timeline need to know of each other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cmksim::property {

inline constexpr std::int64_t minute = 60;
inline constexpr std::int64_t hour = 60 * minute;
inline constexpr std::int64_t day = 24 * hour;

struct VaultRole {
    std::string name;
    std::vector<std::string> keys;
    std::int64_t retention = 0; // seconds
    bool managed = false;       // a managed HSM

    /// What follows its name in the URI of a key in it.
    [[nodiscard]] std::string host() const { return managed ? ".managedhsm.azure.net" : ".vault.azure.net"; }
};

struct IdentityRole {
    std::string name;
    bool plain = true;    // user-assigned, or an application; others are neither created nor deleted
    std::string app = {}; // of a federated one: the application to which everything is granted

    [[nodiscard]] const std::string& grantee() const { return app.empty() ? name : app; }
};

struct ResourceRole {
    std::string name;
    std::string service;
    std::string identity; // as written; empty: none
    std::string key;      // as written; empty: none
    std::int64_t phase = 0;
    bool inEstate = true;

    [[nodiscard]] bool isRegistry() const { return service == "acr"; }
    [[nodiscard]] bool ownsIdentity() const { return identity == "SystemAssigned"; }
};

struct Cast {
    std::int64_t until = 0;
    bool registryPreview = false;
    bool tidy = false;   // set up as the documents ask for, nearly
    bool placed = false; // most of it says where it lies and whose it is
    std::vector<VaultRole> vaults;
    std::vector<IdentityRole> identities;
    std::vector<ResourceRole> resources;
    std::vector<std::int64_t> deadlines; // instants at which time alone brings something about

    /// Whether what an action acts on is a managed HSM, or a key in one.
    [[nodiscard]] bool isManaged(const std::string& target) const {
        for (const VaultRole& vault : vaults) {
            if (vault.managed && vault.name == target.substr(0, target.find('/'))) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] bool hasCosmosDb() const {
        for (const ResourceRole& resource : resources) {
            if (resource.service == "cosmosdb") {
                return true;
            }
        }
        return false;
    }
};

} // namespace cmksim::property
