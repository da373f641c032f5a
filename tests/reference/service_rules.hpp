// What the three services' models say of themselves (semantics, sections 4.1 to 4.3): plain questions with plain
// answers.
#pragma once

#include "base/instant.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::reference {

enum class Service : std::uint8_t { Registry, RegistryPreview, CosmosDb, DocumentDb };

/// How what documents disagree about is read (semantics, section 5); each field's first value is the nominal reading.
struct Readings {
    enum class FirewallSight : std::uint8_t { Losses, Everything, Nothing };

    bool identitiesCanBeRecovered = true;
    FirewallSight firewallSight = FirewallSight::Losses;
    bool rotatesFromDeletedIdentity = true;
    bool validatesDefaultIdentity = false;
    bool databasesAreTrusted = true; // Cosmos DB and DocumentDB
};

/// `acr`, `cosmosdb` or `documentdb`, and for a registry the version chosen.
Service serviceNamed(std::string_view name, std::string_view version);
std::string nameOf(Service service);

/// Both versions of the container registry's model.
bool isRegistry(Service service);

/// What a check reads of a model.
struct KeyUse {
    std::set<std::string> identities;     // the types that the service takes
    std::set<std::string> trusted;        // those with which a firewall's bypass lets it in
    std::vector<std::string> permissions; // that an access policy must give, in lower case
    std::set<std::string> otherVaults;    // kinds of vaults whose keys it takes, beside the ordinary one
};

KeyUse keyUseOf(Service service, const Readings& readings);

/// Whether a resource whose key has no version re-wraps with the newest one.
bool rotatesAutomatically(Service service);

/// How often a resource looks for a newer version, where that has a clock of its own; nothing: its revalidations do.
std::optional<Duration> rotationPeriod(Service service);

/// Whether the vault of a key must have purge protection; soft delete it must have for every service.
bool requiresPurgeProtection(Service service);

/// Whether an identity is there for every resource of the service without being attached.
bool isAlwaysAttached(Service service, const std::string& identity, const std::string& type);

/// Where a failed check moves a resource; `Ready` for `None`.
std::string stateFor(Service service, std::string_view reason);

/// How an operation on a resource that exists is answered.
struct OperationAnswer {
    bool ok = true;
    int status = 0; // of a denial; 0: none
};
OperationAnswer tryOperation(Service service, std::string_view operation, bool ready, bool degraded);

} // namespace cmksim::reference
