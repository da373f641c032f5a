// Keys as services write them: in parts, in lists, and apart from the resource that has them.
#include "import/imported.hpp"

namespace cmksim::services_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view vaultAndIdentity = R"([
 {"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t", "accessPolicies": [
  {"objectId": "p-1", "permissions": {"keys": ["get", "list", "wrapKey", "unwrapKey"]}},
  {"objectId": "p-own", "permissions": {"keys": ["get", "list", "wrapKey", "unwrapKey"]}}]}},
 {"name": "a-id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "properties": {"principalId": "p-1", "clientId": "c-1"},
  "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/a-id"},
)";
constexpr std::string_view attached =
    R"("identity": {"type": "SystemAssigned, UserAssigned", "principalId": "p-own", "userAssignedIdentities": {
 "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/a-id": {}}})";

/// The line of the resource `it`.
std::string lineOfIt(std::string_view type, std::string_view properties) {
    const Imported imported =
        importAz(std::string{vaultAndIdentity} + R"({"name": "it", "type": ")" + std::string{type} + R"(", )" +
                 std::string{attached} + R"(, "properties": )" + std::string{properties} + "}]");
    INFO(imported.messages);
    CHECK(imported.compiles());
    const std::size_t at = imported.text.find("  it: ");
    REQUIRE(at != std::string::npos);
    return imported.text.substr(at + 6, imported.text.find('\n', at) - at - 6);
}

constexpr std::string_view id =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/a-id";

} // namespace

TEST_CASE("a key in parts is one key, with the identity that the encryption names or the resource's own") {
    const std::string parts =
        R"({"encryption": {"keySource": "Microsoft.Keyvault", "keyvaultproperties": {"keyname": "cmk", "keyvaulturi": "https://kv1.vault.azure.net/", "keyversion": null})";
    CHECK(lineOfIt("Microsoft.Storage/storageAccounts", parts + "}}") ==
          "{service: storage, identity: SystemAssigned, key: kv1/cmk, identities: [SystemAssigned, a-id]}");
    CHECK(lineOfIt("Microsoft.Storage/storageAccounts",
                   parts + R"(, "identity": {"userAssignedIdentity": ")" + std::string{id} + R"("}}})") ==
          "{service: storage, identity: a-id, key: kv1/cmk, identities: [SystemAssigned, a-id]}");
    // As the Azure CLI prints it.
    CHECK(
        lineOfIt(
            "Microsoft.Storage/storageAccounts",
            R"({"encryption": {"keyVaultProperties": {"keyName": "cmk", "keyVaultUri": "https://kv1.vault.azure.net", "keyVersion": "0a"},
                       "encryptionIdentity": {"encryptionUserAssignedIdentity": ")" +
                std::string{id} + R"("}}})") ==
        "{service: storage, identity: a-id, key: kv1/cmk/0a, identities: [SystemAssigned, a-id]}");
    CHECK(
        lineOfIt(
            "Microsoft.AppConfiguration/configurationStores",
            R"({"encryption": {"keyVaultProperties": {"keyIdentifier": "https://kv1.vault.azure.net/keys/cmk", "identityClientId": "c-1"}}})") ==
        "{service: appconfig, identity: a-id, key: kv1/cmk, identities: [SystemAssigned, a-id]}");
}

TEST_CASE("of a list each key has a slot of its own, and more than the model takes stand as unmodelled") {
    const std::string first =
        R"({"encryption": {"keySource": "Microsoft.KeyVault", "keyVaultProperties": [{"keyName": "cmk", "keyVaultUri": "https://kv1.vault.azure.net", "identity": {"userAssignedIdentity": ")" +
        std::string{id} + R"("}})";
    CHECK(lineOfIt("Microsoft.ServiceBus/namespaces", first + "]}}") ==
          "{service: servicebus, identity: a-id, key: kv1/cmk, identities: [SystemAssigned, a-id]}");
    CHECK(lineOfIt("Microsoft.EventHub/namespaces", first + "]}}") ==
          "{service: eventhubs, identity: a-id, key: kv1/cmk, identities: [SystemAssigned, a-id]}");
    const std::string other =
        R"(, {"keyName": "other", "keyVaultUri": "https://kv1.vault.azure.net", "keyVersion": "0a", "identity": {"userAssignedIdentity": ")" +
        std::string{id} + R"("}})";
    CHECK(lineOfIt("Microsoft.EventHub/namespaces", first + other + "]}}") ==
          "{service: eventhubs, keys: {primary: {key: kv1/cmk, identity: a-id}, key-2: {key: kv1/other/0a, identity: "
          "a-id}}, identities: [SystemAssigned, a-id]}");
    const std::string four = lineOfIt("Microsoft.EventHub/namespaces", first + other + other + other + "]}}");
    CHECK(four.starts_with("{service: unmodelled, type: Microsoft.EventHub/namespaces, keys: {primary: "));
    CHECK(four.find("key-4: {key: kv1/other/0a") != std::string::npos);
}

TEST_CASE("a second key of a server for its backups is in a slot of its own, with its own identity") {
    const std::string one =
        R"({"dataEncryption": {"type": "AzureKeyVault", "primaryKeyURI": "https://kv1.vault.azure.net/keys/cmk", "primaryUserAssignedIdentityId": ")" +
        std::string{id} + "\"";
    for (const auto& [type, service] : {std::pair{"Microsoft.DBforPostgreSQL/flexibleServers", "postgresql"},
                                        std::pair{"Microsoft.DBforMySQL/flexibleServers", "mysql"}}) {
        const std::string start = "{service: " + std::string{service};
        CHECK(lineOfIt(type, one + R"(, "geoBackupKeyURI": ""}})") ==
              start + ", identity: a-id, key: kv1/cmk, identities: [SystemAssigned, a-id]}");
        CHECK(lineOfIt(type, one +
                                 R"(, "geoBackupKeyURI": "https://kv1.vault.azure.net/keys/backup",)"
                                 R"( "geoBackupUserAssignedIdentityId": ")" +
                                 std::string{id} + "\"}}") ==
              start + ", keys: {primary: {key: kv1/cmk, identity: a-id}, backup: {key: kv1/backup, identity: a-id}}, "
                      "identities: [SystemAssigned, a-id]}");
    }
}

TEST_CASE("keys of databases, clusters, sets, factories and AI services are read where their types have them") {
    const std::string uri = R"("https://kv1.vault.azure.net/keys/cmk")";
    const std::string system = "identity: SystemAssigned, key: kv1/cmk, identities: [SystemAssigned, a-id]}";
    const std::string user = "identity: a-id, key: kv1/cmk, identities: [SystemAssigned, a-id]}";
    CHECK(lineOfIt("Microsoft.Sql/servers", R"({"keyId": )" + uri + "}") == "{service: sqldb, " + system);
    CHECK(lineOfIt("Microsoft.DBforMySQL/flexibleServers", R"({"dataEncryption": {"primaryKeyURI": )" + uri +
                                                               R"(, "primaryUserAssignedIdentityId": ")" +
                                                               std::string{id} + "\"}}") == "{service: mysql, " + user);
    CHECK(lineOfIt("Microsoft.OperationalInsights/clusters",
                   R"({"keyVaultProperties": {"keyVaultUri": "https://kv1.vault.azure.net", "keyName": "cmk"}})") ==
          "{service: loganalytics, " + system);
    CHECK(lineOfIt("Microsoft.CognitiveServices/accounts",
                   R"({"encryption": {"keyVaultProperties": {"keyVaultUri": "https://kv1.vault.azure.net", "keyName":)"
                   R"( "cmk", "identityClientId": "c-1"}}})") == "{service: cognitiveservices, " + user);
    CHECK(lineOfIt("Microsoft.ContainerService/managedClusters",
                   R"({"securityProfile": {"azureKeyVaultKms": {"enabled": true, "keyId": )" + uri + "}}}") ==
          "{service: akskms, " + system);
    CHECK(lineOfIt("Microsoft.Compute/diskEncryptionSets",
                   R"({"activeKey": {"keyUrl": )" + uri + R"(}, "rotationToLatestKeyVersionEnabled": true})") ==
          "{service: diskencryptionset, automaticRotation: true, " + system);
    CHECK(lineOfIt("Microsoft.DataFactory/factories",
                   R"({"encryption": {"vaultBaseUrl": "https://kv1.vault.azure.net", "keyName": "cmk", "identity": )"
                   R"({"userAssignedIdentity": ")" +
                       std::string{id} + "\"}}}") == "{service: datafactory, " + user);
}

TEST_CASE("the keys of a workspace are in their slots, whichever it has, with who uses each of them") {
    const std::string services =
        R"("managedServices": {"keySource": "Microsoft.Keyvault", "keyVaultProperties": )"
        R"({"keyVaultUri": "https://kv1.vault.azure.net/", "keyName": "cmk", "keyVersion": "0a"}})";
    const std::string disks =
        R"("managedDisk": {"keySource": "Microsoft.Keyvault", "rotationToLatestKeyVersionEnabled": true, )"
        R"("keyVaultProperties": {"keyVaultUri": "https://kv1.vault.azure.net/", "keyName": "disks", "keyVersion": "0b"}})";
    const std::string root = R"("parameters": {"encryption": {"value": {"keySource": "Microsoft.Keyvault", )"
                             R"("KeyName": "root", "keyvaulturi": "https://kv1.vault.azure.net"}}})";
    const std::string type = "Microsoft.Databricks/workspaces";
    const std::string attachedTo = "identities: [SystemAssigned, a-id]}";
    const std::string one = R"({"encryption": {"entities": {)";
    CHECK(
        lineOfIt(type, one + services + R"(}}, "parameters": {"encryption": {"value": {"keySource": "Default"}}}})") ==
        "{service: databricks, identity: FirstPartyIdentity, key: kv1/cmk/0a, " + attachedTo);
    CHECK(lineOfIt(type, one + services + ", " + disks + R"(}}, "managedDiskIdentity": {"principalId": "p-1"}, )" +
                             R"("storageAccountIdentity": {"principalId": "p-1"}, )" + root + "}") ==
          "{service: databricks, automaticRotation: true, keys: {managed-services: {key: kv1/cmk/0a, identity: "
          "FirstPartyIdentity}, managed-disks: {key: kv1/disks, identity: a-id}, dbfs-root: {key: kv1/root, identity: "
          "a-id}}, " +
              attachedTo);
    CHECK(lineOfIt(type, R"({"storageAccountIdentity": {"principalId": "p-1"}, )" + root + "}") ==
          "{service: databricks, keys: {dbfs-root: {key: kv1/root, identity: a-id}}, " + attachedTo);
    // As a graph query and the Azure CLI print it.
    const Imported flat =
        importAz(std::string{vaultAndIdentity} +
                 R"({"name": "adb", "type": "microsoft.databricks/workspaces", "sku": {"name": "premium"},
 "storageAccountIdentity": {"principalId": "p-9"}, "parameters": {"encryption": {"value": {"keyName": "root", "keyVaultUri": "https://kv1.vault.azure.net/", "keyVersion": "0a"}}}},
 {"name": "adc", "type": "microsoft.databricks/workspaces", "sku": {"name": "premium"}, "encryption": null, "parameters": {}}])");
    INFO(flat.text << flat.messages);
    CHECK(flat.compiles());
    CHECK(flat.text.find(
              "  adb: {service: databricks, sku: premium, keys: {dbfs-root: {key: kv1/root/0a, identity: p-9}}}") !=
          std::string::npos);
    CHECK(flat.text.find("  adc: {service: databricks, sku: premium}") != std::string::npos);
    // It is known by its object id alone, and that is what the estate says.
    CHECK(flat.text.find("  p-9: {principalId: p-9}\n") != std::string::npos);
}

TEST_CASE("of an identity that nothing describes the estate says the id that it is called by, and no other") {
    const auto identityOf = [](std::string_view type, std::string_view rest) {
        const Imported imported = importAz(std::string{vaultAndIdentity} + R"({"name": "x", "type": ")" +
                                           std::string{type} + "\", " + std::string{rest} + "}]");
        INFO(imported.text << imported.messages);
        CHECK(imported.compiles());
        CHECK(has(imported.messages, "nothing that was read is the identity 'stranger' of "));
        const std::size_t at = imported.text.find("\n  stranger: ");
        return at == std::string::npos ? std::string{"none"}
                                       : imported.text.substr(at + 1, imported.text.find('\n', at + 1) - at - 1);
    };
    CHECK(identityOf("Microsoft.ContainerRegistry/registries",
                     R"("encryption": {"status": "enabled", "keyVaultProperties": {"identity": "stranger", )"
                     R"("keyIdentifier": "https://kv1.vault.azure.net/keys/cmk"}})") ==
          "  stranger: {clientId: stranger}");
    // What takes a resource id, and has something else there, does not say what that is.
    CHECK(
        identityOf("Microsoft.DataFactory/factories",
                   R"("properties": {"encryption": {"vaultBaseUrl": "https://kv1.vault.azure.net/", "keyName": "cmk", )"
                   R"("identity": {"userAssignedIdentity": "stranger"}}})") == "  stranger: {}");
}

TEST_CASE("an account of AI services in Terraform is one of cognitive services") {
    const Imported state = importTerraform(R"({"version": 4, "terraform_version": "1.9.0", "resources": [
 {"mode": "managed", "type": "azurerm_key_vault", "name": "v", "instances": [{"attributes": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1"}}]},
 {"mode": "managed", "type": "azurerm_ai_services", "name": "a", "instances": [{"attributes": {"name": "ai1",
  "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/ai1",
  "identity": [{"type": "SystemAssigned", "principal_id": "p"}],
  "customer_managed_key": [{"key_vault_key_id": "https://kv1.vault.azure.net/keys/cmk/0a", "identity_client_id": ""}]}}]}]})");
    INFO(state.text << state.messages);
    CHECK(state.text.find("ai1: {service: cognitiveservices, identity: SystemAssigned, key: kv1/cmk/0a") !=
          std::string::npos);
}

TEST_CASE("what Terraform says of the keys of a workspace in two places is put together") {
    const Imported state = importTerraform(R"({"version": 4, "terraform_version": "1.9.0", "resources": [
 {"mode": "managed", "type": "azurerm_key_vault", "name": "v", "instances": [{"attributes": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1",
  "access_policy": [{"object_id": "p-8", "key_permissions": ["Get", "WrapKey", "UnwrapKey"]}, {"object_id": "p-9", "key_permissions": ["Get", "WrapKey", "UnwrapKey"]}]}}]},
 {"mode": "managed", "type": "azurerm_databricks_workspace", "name": "a", "instances": [{"attributes": {"name": "adb", "sku": "premium",
  "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/workspaces/adb",
  "managed_services_cmk_key_vault_key_id": "https://kv1.vault.azure.net/keys/cmk/0a",
  "managed_disk_cmk_key_vault_key_id": "https://kv1.vault.azure.net/keys/disks/0b", "managed_disk_cmk_rotation_to_latest_version_enabled": true,
  "managed_disk_identity": [{"type": "SystemAssigned", "principal_id": "p-8"}],
  "storage_account_identity": [{"type": "SystemAssigned", "principal_id": "p-9"}]}}]},
 {"mode": "managed", "type": "azurerm_databricks_workspace_root_dbfs_customer_managed_key", "name": "r", "instances": [{"attributes": {
  "workspace_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/workspaces/adb",
  "key_vault_key_id": "https://kv1.vault.azure.net/keys/root/0c"}}]},
 {"mode": "managed", "type": "azurerm_databricks_workspace", "name": "b", "instances": [{"attributes": {"name": "adc", "sku": "premium"}}]}]})");
    INFO(state.text << state.messages);
    CHECK(state.compiles());
    CHECK(state.text.find(
              "  adb: {service: databricks, automaticRotation: true, sku: premium, keys: {managed-services: {key: "
              "kv1/cmk/0a, identity: FirstPartyIdentity}, managed-disks: {key: kv1/disks, identity: p-8}, "
              "dbfs-root: {key: kv1/root/0c, identity: p-9}}}") != std::string::npos);
    CHECK(state.text.find("  adc: {service: databricks, sku: premium}") != std::string::npos);
    CHECK(state.text.find("p-8: [get, wrapKey, unwrapKey]") != std::string::npos);
}

TEST_CASE("a list of keys that Terraform has apart from its namespace is that namespace's, each in a slot") {
    const auto namespaceWith = [](std::string_view keys) {
        return importTerraform(R"({"version": 4, "terraform_version": "1.9.0", "resources": [
 {"mode": "managed", "type": "azurerm_key_vault", "name": "v", "instances": [{"attributes": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1"}}]},
 {"mode": "managed", "type": "azurerm_eventhub_namespace", "name": "n", "instances": [{"attributes": {"name": "hub", "sku": "Premium",
  "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.EventHub/namespaces/hub", "identity": [{"type": "SystemAssigned", "principal_id": "p-1"}]}}]},
 {"mode": "managed", "type": "azurerm_eventhub_namespace_customer_managed_key", "name": "h", "instances": [{"attributes": {
  "eventhub_namespace_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.EventHub/namespaces/hub", "key_vault_key_ids": [)" +
                               std::string{keys} + "]}}]}]}");
    };
    const std::string one = R"("https://kv1.vault.azure.net/keys/cmk")";
    CHECK(namespaceWith(one).text.find("identity: SystemAssigned, key: kv1/cmk, identities: [SystemAssigned]}") !=
          std::string::npos);
    const Imported two = namespaceWith(one + R"(, "https://kv1.vault.azure.net/keys/other")");
    INFO(two.text << two.messages);
    CHECK(two.compiles());
    CHECK(two.text.find("keys: {primary: {key: kv1/cmk, identity: SystemAssigned}, key-2: {key: kv1/other, identity: "
                        "SystemAssigned}}") != std::string::npos);
}

TEST_CASE("what a plan gives, changes and takes of a resource's keys are keys of one update") {
    const auto workspace = [](std::string_view keys) {
        return R"({"address": "azurerm_databricks_workspace.a", "mode": "managed", "type": "azurerm_databricks_workspace",
  "name": "a", "values": {"name": "adb", "sku": "premium", )" +
               std::string{keys} + "}}";
    };
    const std::string vault =
        R"({"address": "azurerm_key_vault.v", "mode": "managed", "type": "azurerm_key_vault", "name": "v",
  "values": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1"}}, )";
    const auto timelineOf = [&](std::string_view before, std::string_view after) {
        const Imported imported = importTerraform(
            R"({"planned_values": {"root_module": {"resources": [)" + vault + workspace(after) +
            R"(]}}, "prior_state": {"values": {"root_module": {"resources": [)" + vault + workspace(before) +
            R"(]}}}, "resource_changes": [{"address": "azurerm_databricks_workspace.a", "type": "azurerm_databricks_workspace",
 "change": {"actions": ["update"]}}], "configuration": {}})");
        INFO(imported.text << imported.messages);
        CHECK(imported.compiles());
        const std::size_t at = imported.text.find("timeline:\n");
        return at == std::string::npos ? std::string{} : imported.text.substr(at);
    };
    const std::string services =
        R"("managed_services_cmk_key_vault_key_id": "https://kv1.vault.azure.net/keys/cmk/0a")";
    const std::string disks =
        R"(, "managed_disk_cmk_key_vault_key_id": "https://kv1.vault.azure.net/keys/disks/0b",
 "managed_disk_identity": [{"principal_id": "p-8"}])";
    CHECK(timelineOf(services, services + disks) ==
          "timeline:\n  - {at: 1m, do: resource.update, target: adb, with: {keys: {managed-disks: {key: kv1/disks/0b, "
          "identity: p-8}}}}\n");
    CHECK(timelineOf(services + disks, services)
              .ends_with("do: resource.update, target: adb, with: {keys: {managed-disks: null}}}\n"));
    std::string moved = disks;
    moved.replace(moved.find("0b"), 2, "0c");
    CHECK(timelineOf(services + disks, services + moved) ==
          "timeline:\n  - {at: 1m, do: resource.update, target: adb, with: {keys: {managed-disks: {key: kv1/disks/0c, "
          "identity: p-8}}}}\n");
}

TEST_CASE("a word of Azure's that stands for a flag of the model is that flag, in every tool") {
    const auto registry = [](std::string_view status) {
        return lineOfIt("Microsoft.ContainerRegistry/registries",
                        R"({"policies": {"trustPolicy": {"type": "Notary", "status": ")" + std::string{status} +
                            R"("}}, "encryption": {"keyVaultProperties": {"identity": "c-1", )"
                            R"("keyIdentifier": "https://kv1.vault.azure.net/keys/cmk"}}})");
    };
    const std::string rest = "identity: a-id, key: kv1/cmk, identities: [SystemAssigned, a-id]}";
    CHECK(registry("Enabled") == "{service: acr, contentTrust: true, " + rest);
    CHECK(registry("disabled") == "{service: acr, contentTrust: false, " + rest);
    CHECK(registry("perhaps") == "{service: acr, " + rest);
    CHECK(lineOfIt("Microsoft.DocumentDB/databaseAccounts",
                   R"({"backupPolicy": {"type": "Continuous"}, "defaultIdentity": "FirstPartyIdentity", )"
                   R"("keyVaultKeyUri": "https://kv1.vault.azure.net/keys/cmk"})") ==
          "{service: cosmosdb, continuousBackup: true, identity: FirstPartyIdentity, key: kv1/cmk, "
          "identities: [SystemAssigned, a-id]}");
    const Imported flat = importAz(R"([{"name": "r", "type": "Microsoft.ContainerRegistry/registries",
 "sku": {"name": "Premium"}, "policies": {"trustPolicy": {"status": "enabled", "type": "Notary"}}, "encryption": null}])");
    CHECK(flat.text.find("r: {service: acr, sku: Premium, contentTrust: true}") != std::string::npos);
    const Imported state = importTerraform(R"({"version": 4, "terraform_version": "1.9.0", "resources": [
 {"mode": "managed", "type": "azurerm_container_registry", "name": "a", "instances": [{"attributes": {"name": "ra", "trust_policy_enabled": true}}]},
 {"mode": "managed", "type": "azurerm_container_registry", "name": "b", "instances": [{"attributes": {"name": "rb", "trust_policy": [{"enabled": true}]}}]},
 {"mode": "managed", "type": "azurerm_cosmosdb_account", "name": "c", "instances": [{"attributes": {"name": "c", "backup": [{"type": "Periodic"}]}}]}]})");
    INFO(state.text);
    CHECK(state.text.find("ra: {service: acr, contentTrust: true}") != std::string::npos);
    CHECK(state.text.find("rb: {service: acr, contentTrust: true}") != std::string::npos);
    CHECK(state.text.find("c: {service: cosmosdb, continuousBackup: false}") != std::string::npos);
}

TEST_CASE("a word of a property is the model's, whatever its case") {
    const Imported imported = importAz(R"({"name": "conf", "type": "Microsoft.AppConfiguration/configurationStores",
 "sku": {"name": "standard"}, "encryption": null, "identity": null})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "conf: {service: appconfig, sku: Standard}"));
    CHECK_FALSE(has(imported.messages, "cannot be"));
}

TEST_CASE("no identity is guessed where none is named and the resource has none of its own") {
    const Imported imported =
        importAz(std::string{vaultAndIdentity} +
                 R"({"name": "it", "type": "Microsoft.Storage/storageAccounts", "properties": {"encryption":
 {"keyvaultproperties": {"keyname": "cmk", "keyvaulturi": "https://kv1.vault.azure.net"}}}}])");
    CHECK(imported.text.find("it: {service: unmodelled, type: Microsoft.Storage/storageAccounts, key: kv1/cmk}") !=
          std::string::npos);
    CHECK(imported.messages.find("it names no identity for its key, and has none of its own") != std::string::npos);
}

TEST_CASE("a key that Terraform has apart from its resource is that resource's") {
    const Imported imported = importTerraform(R"({"version": 4, "terraform_version": "1.9.0", "resources": [
 {"mode": "managed", "type": "azurerm_key_vault", "name": "v", "instances": [{"attributes": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1"}}]},
 {"mode": "managed", "type": "azurerm_storage_account", "name": "s", "instances": [{"attributes": {"name": "st", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st",
  "identity": [{"type": "SystemAssigned", "principal_id": "p-1"}]}}]},
 {"mode": "managed", "type": "azurerm_storage_account_customer_managed_key", "name": "k", "instances": [{"attributes": {
  "storage_account_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st",
  "key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "key_name": "cmk"}}]},
 {"mode": "managed", "type": "azurerm_eventhub_namespace_customer_managed_key", "name": "h", "instances": [{"attributes": {
  "eventhub_namespace_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.EventHub/namespaces/hub",
  "key_vault_key_ids": ["https://kv1.vault.azure.net/keys/cmk"]}}]}]})");
    INFO(imported.messages);
    CHECK(imported.text.find("  st: {service: storage, identity: SystemAssigned, key: kv1/cmk, identities: "
                             "[SystemAssigned]}\n") != std::string::npos);
    CHECK(imported.text.find("  hub: {service: unmodelled, type: Microsoft.EventHub/namespaces, key: kv1/cmk}\n") !=
          std::string::npos);
}

TEST_CASE("one vault that two sources place in two groups is one, and both places are told") {
    const Imported imported = importAz(R"([
 {"id": "/subscriptions/s/resourceGroups/a/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"enablePurgeProtection": true}},
 {"id": "/subscriptions/s/resourceGroups/b/providers/Microsoft.KeyVault/vaults/KV1", "name": "KV1", "type": "Microsoft.KeyVault/vaults", "properties": {"softDeleteRetentionInDays": 7}}])");
    CHECK(imported.text.find("  kv1: {softDeleteRetentionInDays: 7, enablePurgeProtection: true}\n") !=
          std::string::npos);
    CHECK(imported.messages.find("vault 'kv1' is '/subscriptions/s/resourceGroups/b/") != std::string::npos);
}

namespace {

constexpr std::string_view vaultWithKey = R"([
 {"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t", "enableRbacAuthorization": true}},
 {"key": {"kid": "https://kv1.vault.azure.net/keys/cmk/0a"}, "attributes": {"enabled": true}},
)";
const std::string serverId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/srv";
const std::string server = R"({"type": "Microsoft.Sql/servers", "name": "srv", "keyId": null, "id": ")" + serverId +
                           R"(", "identity": {"type": "SystemAssigned", "principalId": "p"}})";

/// What `az sql server tde-key show` prints.
std::string protectorOf(const std::string& fields) {
    return R"({"type": "Microsoft.Sql/servers/encryptionProtector", "name": "current", "id": ")" + serverId +
           R"(/encryptionProtector/current", )" + fields + "}";
}

} // namespace

TEST_CASE("a child that says which key its parent uses gives it that key, whichever is read first") {
    const std::string protector =
        protectorOf(R"("serverKeyType": "AzureKeyVault", "serverKeyName": "kv1_cmk_0a", "autoRotationEnabled": true,)"
                    R"("uri": "https://kv1.vault.azure.net/keys/cmk/0a")");
    const std::string expected = "srv: {service: sqldb, automaticRotation: true, identity: SystemAssigned, key: "
                                 "kv1/cmk, identities: [SystemAssigned]}";
    for (const std::string& both : {server + ", " + protector, protector + ", " + server}) {
        const Imported imported = importAz(std::string{vaultWithKey} + both + "]");
        INFO(imported.text << imported.messages);
        CHECK(imported.compiles());
        CHECK(imported.text.find(expected) != std::string::npos);
        CHECK(imported.messages.find("left out") == std::string::npos);
        CHECK(imported.messages.find("automatic rotation of sqldb 'srv' is on: it goes on from version '0a' of its key "
                                     "to newer ones") != std::string::npos);
    }
}

TEST_CASE("a key whose names underscores join is that key, and none is where the platform keeps it") {
    const auto import = [](const std::string& protector) {
        return importAz(std::string{vaultWithKey} + server + ", " + protectorOf(protector) + "]");
    };
    const Imported joined = import(R"("properties": {"serverKeyType": "AzureKeyVault", "serverKeyName": "kv1_cmk"})");
    INFO(joined.text << joined.messages);
    CHECK(joined.text.find("key: kv1/cmk,") != std::string::npos);
    const Imported managed = import(R"("serverKeyType": "ServiceManaged", "serverKeyName": "ServiceManaged")");
    INFO(managed.text << managed.messages);
    CHECK(managed.text.find("srv: {service: sqldb, identities: [SystemAssigned]}") != std::string::npos);
    CHECK(managed.messages.find("may have a key") == std::string::npos);
}

TEST_CASE("that a resource may have a key in a child that was not read is told") {
    const Imported imported = importAz(std::string{vaultWithKey} + server + "]");
    INFO(imported.text << imported.messages);
    CHECK(imported.messages.find("sqldb 'srv' may have a key of its own in Microsoft.Sql/servers/encryptionProtector, "
                                 "which was not read; it is taken to have none") != std::string::npos);
}

TEST_CASE("a child without a model that names a key uses it, where its parent does not already") {
    const std::string protector = protectorOf(R"("uri": "https://kv1.vault.azure.net/keys/cmk/0a")");
    const auto held = [&](const std::string& key) {
        return importAz(std::string{vaultWithKey} + server + ", " + protector +
                        R"(, {"type": "Microsoft.Sql/servers/keys", "name": "held", "id": ")" + serverId +
                        R"(/keys/held", "properties": {"uri": "https://kv1.vault.azure.net/keys/)" + key + "\"}}]");
    };
    const Imported same = held("cmk/0a");
    INFO(same.text << same.messages);
    CHECK(same.text.find("unmodelled") == std::string::npos);
    CHECK(same.messages.find("servers/keys") == std::string::npos);
    const Imported other = held("older/0b");
    INFO(other.text << other.messages);
    CHECK(other.text.find("held: {service: unmodelled, type: Microsoft.Sql/servers/keys, key: kv1/older/0b}") !=
          std::string::npos);
}

TEST_CASE("a cluster's one user-assigned identity reaches its key, and of several it is not known which does") {
    const auto cluster = [](const std::string& more) {
        const Imported imported = importAz(
            std::string{vaultAndIdentity} + R"({"name": "it", "type": "Microsoft.ContainerService/managedClusters", )" +
            R"("identity": {"type": "UserAssigned", "userAssignedIdentities": {")" + std::string{id} + "\": {}" + more +
            R"(}}, "properties": {"securityProfile": {"azureKeyVaultKms": {"enabled": true, "keyId": )" +
            R"("https://kv1.vault.azure.net/keys/cmk/0a"}}}}])");
        INFO(imported.messages);
        CHECK(imported.compiles());
        const std::size_t at = imported.text.find("  it: ");
        REQUIRE(at != std::string::npos);
        return imported.text.substr(at + 6, imported.text.find('\n', at) - at - 6);
    };
    CHECK(cluster("") == "{service: akskms, identity: a-id, key: kv1/cmk/0a, identities: [a-id]}");
    CHECK(cluster(", \"" + std::string{id} + "2\": {}").starts_with("{service: unmodelled"));
}

TEST_CASE("a key that stands apart is reached by the one identity of a log cluster, and of a namespace by none") {
    const auto withIdentity = [](std::string_view type, std::string_view name, std::string_view azureType) {
        return R"({"address": ")" + std::string{type} + R"(.a", "mode": "managed", "type": ")" + std::string{type} +
               R"(", "values": {"name": ")" + std::string{name} +
               R"(", "id": "/subscriptions/s/resourceGroups/g/providers/)" + std::string{azureType} + '/' +
               std::string{name} + R"(", "identity": [{"type": "UserAssigned", "identity_ids": [")" + std::string{id} +
               R"("]}]}}, )";
    };
    const Imported imported = importTerraform(
        R"({"values": {"root_module": {"resources": [
  {"address": "azurerm_key_vault.v", "mode": "managed", "type": "azurerm_key_vault", "values": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1"}},
  {"address": "azurerm_key_vault_key.k", "mode": "managed", "type": "azurerm_key_vault_key", "values": {"name": "cmk", "key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1"}},
  )" + withIdentity("azurerm_log_analytics_cluster", "logs", "Microsoft.OperationalInsights/clusters") +
        withIdentity("azurerm_servicebus_namespace", "bus", "Microsoft.ServiceBus/namespaces") +
        R"({"address": "azurerm_log_analytics_cluster_customer_managed_key.k", "mode": "managed", "type": "azurerm_log_analytics_cluster_customer_managed_key", "values": {"log_analytics_cluster_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/clusters/logs", "key_vault_key_id": "https://kv1.vault.azure.net/keys/cmk"}},
  {"address": "azurerm_servicebus_namespace_customer_managed_key.k", "mode": "managed", "type": "azurerm_servicebus_namespace_customer_managed_key", "values": {"namespace_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ServiceBus/namespaces/bus", "key_vault_key_id": "https://kv1.vault.azure.net/keys/cmk"}}]}}})");
    INFO(imported.text << imported.messages);
    CHECK(imported.compiles());
    CHECK(imported.text.find("logs: {service: loganalytics, identity: a-id, key: kv1/cmk, identities: [a-id]}") !=
          std::string::npos);
    CHECK(imported.text.find("bus: {service: unmodelled") != std::string::npos);
    CHECK(imported.messages.find("servicebus 'bus': it names no identity for its key, and has none of its own") !=
          std::string::npos);
}

TEST_CASE("the newest version that a template asks for is the one that is named after it") {
    const Imported imported = importArm(R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/)"
                                        R"(deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [
 {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv1", "properties": {"tenantId": "t"}},
 {"type": "Microsoft.KeyVault/vaults/keys", "apiVersion": "2023-07-01", "name": "kv1/cmk", "properties": {"kty": "RSA"}},
 {"type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2023-04-02", "name": "first",
  "identity": {"type": "SystemAssigned"}, "properties": {"activeKey": {"keyUrl":
  "[reference(resourceId('Microsoft.KeyVault/vaults/keys', 'kv1', 'cmk')).keyUriWithVersion]"}}},
 {"type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2023-04-02", "name": "second",
  "identity": {"type": "SystemAssigned"},
  "properties": {"activeKey": {"keyUrl": "https://kv1.vault.azure.net/keys/cmk/0a"}}}]})");
    INFO(imported.text << imported.messages);
    CHECK(imported.compiles());
    CHECK(imported.text.find("first: {service: diskencryptionset, identity: SystemAssigned, key: kv1/cmk/0a") !=
          std::string::npos);
}

TEST_CASE("a key that is named where encryption with it is off is none") {
    const std::string uri = R"("https://kv1.vault.azure.net/keys/cmk")";
    CHECK(lineOfIt("Microsoft.ContainerService/managedClusters",
                   R"({"securityProfile": {"azureKeyVaultKms": {"enabled": false, "keyId": )" + uri + "}}}")
              .find("key:") == std::string::npos);
    CHECK(lineOfIt(
              "Microsoft.ContainerRegistry/registries",
              R"({"encryption": {"status": "disabled", "keyVaultProperties": {"identity": "c-1", "keyIdentifier": )" +
                  uri + "}}}")
              .find("key:") == std::string::npos);
    CHECK(
        lineOfIt(
            "Microsoft.Storage/storageAccounts",
            R"({"encryption": {"keySource": "Microsoft.Storage", "keyvaultproperties": {"keyname": "cmk", "keyvaulturi": "https://kv1.vault.azure.net/"}}})")
            .find("key:") == std::string::npos);
}

TEST_CASE("an account that reaches its key as an application of another tenant has an identity of two parts") {
    const std::string parts =
        R"({"encryption": {"keySource": "Microsoft.Keyvault", "keyvaultproperties": {"keyname": "cmk", "keyvaulturi": "https://kv1.vault.azure.net/"}, )";
    CHECK(lineOfIt("Microsoft.Storage/storageAccounts", parts + R"("identity": {"userAssignedIdentity": ")" +
                                                            std::string{id} +
                                                            R"(", "federatedIdentityClientId": "app-1"}}})")
              .starts_with("{service: storage, identity: a-id-as-app-1, key: kv1/cmk"));
    // No user-assigned identity is named that could act as the application.
    CHECK(lineOfIt("Microsoft.Compute/diskEncryptionSets",
                   R"({"federatedClientId": "app-1", "activeKey": {"keyUrl": "https://kv1.vault.azure.net/keys/cmk"}})")
              .starts_with("{service: unmodelled, type: Microsoft.Compute/diskEncryptionSets, "));
}

TEST_CASE("a disk encryption set needs the key that its rotation turns away from, too, and stands as unmodelled") {
    const std::string line = lineOfIt("Microsoft.Compute/diskEncryptionSets", R"({"activeKey": {
 "keyUrl": "https://kv1.vault.azure.net/keys/cmk"}, "previousKeys": [{"keyUrl": "https://kv1.vault.azure.net/keys/old"}]})");
    CHECK(has(line, "service: unmodelled"));
    CHECK(has(line, "primary: {key: kv1/cmk"));
    CHECK(has(line, "previous: {key: kv1/old"));
    CHECK_FALSE(has(lineOfIt("Microsoft.Compute/diskEncryptionSets", R"({"activeKey": {
 "keyUrl": "https://kv1.vault.azure.net/keys/cmk"}, "previousKeys": []})"),
                    "keys:"));
}

TEST_CASE("a disk encryption set with one user-assigned identity alone uses that") {
    // The word that takes an application away names none.
    for (const std::string_view application : {"", R"("federatedClientId": "None", )"}) {
        const Imported imported = importAz(
            std::string{vaultAndIdentity} +
            R"({"name": "it", "type": "Microsoft.Compute/diskEncryptionSets", "identity": {"type": "UserAssigned", "userAssignedIdentities": {")" +
            std::string{id} + R"(": {}}}, "properties": {)" + std::string{application} +
            R"("activeKey": {"keyUrl": "https://kv1.vault.azure.net/keys/cmk"}}}])");
        INFO(imported.messages);
        CHECK(imported.text.find("it: {service: diskencryptionset, identity: a-id, key: kv1/cmk") != std::string::npos);
    }
}

TEST_CASE("destroying a separate key leaves the key where the provider does nothing, and takes it elsewhere") {
    const auto plan = [](const std::string& type, const std::string& service, const std::string& field) {
        const std::string id = "/subscriptions/s/resourceGroups/g/providers/" + service + "/one";
        const std::string vault = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1";
        const std::string rest =
            R"({"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "name": "kv", "values": {"name": "kv1", "id": ")" +
            vault + R"(", "purge_protection_enabled": true}}, {"address": ")" + type +
            R"(.one", "mode": "managed", "type": ")" + type + R"(", "name": "one", "values": {"name": "one", "id": ")" +
            id + R"(", "sku": "Premium", "identity": [{"type": "SystemAssigned", "principal_id": "p-1"}]}})";
        const std::string key = type + "_customer_managed_key";
        const std::string apart = R"({"address": ")" + key + R"(.k", "mode": "managed", "type": ")" + key +
                                  R"(", "name": "k", "values": {")" + field + R"(": ")" + id +
                                  R"(", "key_vault_key_id": "https://kv1.vault.azure.net/keys/cmk"}})";
        return importTerraform(R"({"format_version": "1.2", "planned_values": {"root_module": {"resources": [)" + rest +
                               R"(]}}, "prior_state": {"values": {"root_module": {"resources": [)" + rest + ", " +
                               apart + "]}}}}");
    };
    const Imported bus = plan("azurerm_servicebus_namespace", "Microsoft.ServiceBus/namespaces", "namespace_id");
    INFO(bus.text << bus.messages);
    CHECK(bus.text.find("do: ") == std::string::npos);
    CHECK(
        bus.messages.find("destroying 'azurerm_servicebus_namespace_customer_managed_key.k' changes nothing in Azure; "
                          "'one' stays as that has set it") != std::string::npos);
    const Imported logs =
        plan("azurerm_log_analytics_cluster", "Microsoft.OperationalInsights/clusters", "log_analytics_cluster_id");
    INFO(logs.text << logs.messages);
    CHECK(logs.text.find("key: null") != std::string::npos);
    CHECK(logs.messages.find("changes nothing in Azure") == std::string::npos);
}

} // namespace cmksim::services_test
