// Keys as services write them: in parts, in lists, and apart from the resource that has them.
#include "import/imported.hpp"

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

TEST_CASE("of a list of keys one is played, and several stand as unmodelled with all of them") {
    const std::string first =
        R"({"encryption": {"keySource": "Microsoft.KeyVault", "keyVaultProperties": [{"keyName": "cmk", "keyVaultUri": "https://kv1.vault.azure.net", "identity": {"userAssignedIdentity": ")" +
        std::string{id} + R"("}})";
    CHECK(lineOfIt("Microsoft.ServiceBus/namespaces", first + "]}}") ==
          "{service: servicebus, identity: a-id, key: kv1/cmk, identities: [SystemAssigned, a-id]}");
    CHECK(lineOfIt("Microsoft.EventHub/namespaces", first + "]}}") ==
          "{service: eventhubs, identity: a-id, key: kv1/cmk, identities: [SystemAssigned, a-id]}");
    const std::string two =
        lineOfIt("Microsoft.EventHub/namespaces",
                 first + R"(, {"keyName": "other", "keyVaultUri": "https://kv1.vault.azure.net"}]}})");
    CHECK(two.starts_with("{service: unmodelled, type: Microsoft.EventHub/namespaces, keys: {primary: "));
    CHECK(two.find("kv1/other") != std::string::npos);
}

TEST_CASE("a server with a second key for its backups stands as unmodelled with both") {
    const std::string one =
        R"({"dataEncryption": {"type": "AzureKeyVault", "primaryKeyURI": "https://kv1.vault.azure.net/keys/cmk", "primaryUserAssignedIdentityId": ")" +
        std::string{id} + "\"";
    CHECK(lineOfIt("Microsoft.DBforPostgreSQL/flexibleServers", one + R"(, "geoBackupKeyURI": ""}})") ==
          "{service: postgresql, identity: a-id, key: kv1/cmk, identities: [SystemAssigned, a-id]}");
    const std::string two = lineOfIt("Microsoft.DBforPostgreSQL/flexibleServers",
                                     one + R"(, "geoBackupKeyURI": "https://kv1.vault.azure.net/keys/backup"}})");
    CHECK(two.starts_with("{service: unmodelled, type: Microsoft.DBforPostgreSQL/flexibleServers, keys: {primary: "));
    CHECK(two.find("kv1/backup") != std::string::npos);
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
