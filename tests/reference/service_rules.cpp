#include "reference/service_rules.hpp"

namespace cmksim::reference {

Service serviceNamed(std::string_view name, std::string_view version) {
    if (name == "cosmosdb") {
        return Service::CosmosDb;
    }
    if (name == "documentdb") {
        return Service::DocumentDb;
    }
    return version == "2020-01-preview" ? Service::RegistryPreview : Service::Registry;
}

std::string nameOf(Service service) {
    if (isRegistry(service)) {
        return "acr";
    }
    return service == Service::CosmosDb ? "cosmosdb" : "documentdb";
}

bool isRegistry(Service service) { return service == Service::Registry || service == Service::RegistryPreview; }

KeyUse keyUseOf(Service service, const Readings& readings) {
    KeyUse use{.identities = {"UserAssigned"},
               .trusted = {},
               .permissions = {"get", "wrapkey", "unwrapkey"},
               .otherVaults = {}};
    if (service == Service::Registry || service == Service::CosmosDb) {
        use.otherVaults = {"managed-hsm"};
    }
    if (isRegistry(service)) {
        use.identities.insert("SystemAssigned");
        use.trusted = {"SystemAssigned"};
        return use;
    }
    if (service == Service::CosmosDb) {
        use.identities.insert({"SystemAssigned", "FirstParty", "DelegatedUserAssigned", "DelegatedSystemAssigned"});
    } else {
        use.permissions.emplace_back("list");
    }
    if (readings.databasesAreTrusted) {
        use.trusted = use.identities;
    }
    if (service == Service::CosmosDb) {
        use.identities.insert("Federated"); // no page says that it gets past the firewall
    }
    return use;
}

bool rotatesAutomatically(Service service) { return service != Service::RegistryPreview; }

std::optional<Duration> rotationPeriod(Service service) {
    return service == Service::CosmosDb ? std::optional<Duration>{std::chrono::hours{24}} : std::nullopt;
}

bool requiresPurgeProtection(Service service) { return service != Service::Registry; }

bool isAlwaysAttached(Service service, const std::string& identity, const std::string& type) {
    return service == Service::CosmosDb && (identity == "FirstPartyIdentity" || type.starts_with("Delegated"));
}

std::string stateFor(Service service, std::string_view reason) {
    if (reason == "None") {
        return "Ready";
    }
    if (service == Service::CosmosDb) {
        return "Revoked";
    }
    if (service == Service::DocumentDb) {
        return "Inaccessible";
    }
    return reason == "IdentityUnauthorized" || reason == "KeyDisabled" ? "Revoked" : "Inaccessible";
}

OperationAnswer tryOperation(Service service, std::string_view operation, bool ready, bool degraded) {
    if (operation == "show") {
        return {};
    }
    if (isRegistry(service)) {
        return ready && !(operation == "import" && degraded) ? OperationAnswer{} : OperationAnswer{false, 403};
    }
    if (ready) {
        return {};
    }
    if (service == Service::CosmosDb) {
        return {false, operation == "write" ? 408 : 403};
    }
    return {false, 0};
}

} // namespace cmksim::reference
