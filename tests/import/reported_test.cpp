// What sources say in ways that are easily passed over: it is taken, or reported.
#include "import/imported.hpp"

#include <catch2/catch.hpp>

namespace cmksim::reported_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view vault =
    R"({"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t"}})";

/// The vault kv1 with further rows, each on a line of its own.
Imported withRows(std::initializer_list<std::string> rows) {
    std::string text = "[" + std::string{vault};
    for (const std::string& row : rows) {
        text += ",\n" + row;
    }
    return importAz(text + "]");
}

/// A key as the Azure CLI prints it.
std::string keyRow(std::string_view identifier, std::string_view attributes) {
    return R"({"key": {"kid": "https://kv1.vault.azure.net/keys/)" + std::string{identifier} +
           R"("}, "attributes": {)" + std::string{attributes} + "}}";
}

/// A plan of the vault kv1 and its key cmk, whose end only applying it will tell.
Imported planOfKey() {
    return importTerraform(
        R"({"planned_values": {"root_module": {"resources": [
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1"}},
  {"address": "azurerm_key_vault_key.k", "mode": "managed", "type": "azurerm_key_vault_key", "values": {"name": "cmk"}}]}},
 "resource_changes": [
  {"address": "azurerm_key_vault_key.k", "type": "azurerm_key_vault_key", "deposed": "0a", "change": {"actions": ["delete"], "after_unknown": {}}},
  {"address": "azurerm_key_vault_key.k", "type": "azurerm_key_vault_key", "change": {"actions": ["create"], "after_unknown": {"id": true, "key_vault_id": true, "expiration_date": true}}}],
 "configuration": {"root_module": {"resources": [
  {"address": "azurerm_key_vault_key.k", "expressions": {"key_vault_id": {"references": ["azurerm_key_vault.kv.id", "azurerm_key_vault.kv"]},
    "expiration_date": {"references": ["time_offset.t.rfc3339", "time_offset.t"]}}}]}}})");
}

} // namespace

TEST_CASE("an application and its principal are one, whichever is described first") {
    const std::string identity =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/a-id";
    const auto estate = [&](const std::string& first, const std::string& second) {
        return importAz(
            R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"accessPolicies": [{"objectId": "sp-1", "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}]}},
 {"name": "a-id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p-1", "clientId": "c-1", "id": ")" +
            identity + R"("},
 {"name": "st", "type": "Microsoft.Storage/storageAccounts", "identity": {"type": "UserAssigned", "userAssignedIdentities": {")" +
            identity +
            R"(": {}}}, "properties": {"encryption": {"keySource": "Microsoft.Keyvault", "keyvaultproperties": {"keyname": "cmk", "keyvaulturi": "https://kv1.vault.azure.net/"}, "identity": {"userAssignedIdentity": ")" +
            identity + R"(", "federatedIdentityClientId": "app-1"}}}},
)" + first + ",\n" +
            second + "]");
    };
    const std::string application =
        R"({"appId": "app-1", "displayName": "Partner", "id": "o-1", "signInAudience": "AzureADMultipleOrgs"})";
    const std::string principal = R"({"appId": "APP-1", "id": "sp-1", "servicePrincipalType": "Application"})";
    const Imported one = estate(application, principal);
    const Imported other = estate(principal, application);
    INFO(one.text << one.messages << other.text << other.messages);
    CHECK(one.text == other.text);
    CHECK(has(one.text, "accessPolicies: {Partner: [get, wrapKey, unwrapKey]}"));
    CHECK(has(one.text, "  st: {service: storage, identity: a-id-as-Partner, key: kv1/cmk"));
    CHECK(one.compiles());
    // Two principals of one application are told.
    const Imported two =
        estate(principal, R"({"appId": "app-1", "id": "sp-2", "servicePrincipalType": "Application"})");
    CHECK(has(two.messages, "the principal of application 'app-1' is 'sp-2' here and 'sp-1' at in.json:"));
}

TEST_CASE("of a version that is described twice the later holds, unless it is older, and that is told") {
    const std::string enabled = keyRow("cmk/0a", R"("enabled": true, "created": "2026-01-01T00:00:00+00:00")");
    const std::string disabled = keyRow("cmk/0a", R"("enabled": false, "created": "2026-01-01T00:00:00+00:00")");
    const Imported later = withRows({enabled, disabled});
    INFO(later.text << later.messages);
    CHECK(has(later.text, "keys: {cmk: {versions: [{name: 0a, enabled: false}]}}"));
    CHECK(has(later.messages, "enabled of key 'kv1/cmk' is false here and true at in.json:2; what stands here is "
                              "later and holds"));
    const Imported older = withRows({keyRow("cmk/0a", R"("enabled": false, "created": "2026-01-01T00:00:00+00:00", )"
                                                      R"("updated": "2026-03-01T00:00:00+00:00")"),
                                     keyRow("cmk/0a", R"("enabled": true, "created": "2026-01-01T00:00:00+00:00", )"
                                                      R"("updated": "2026-02-01T00:00:00+00:00")")});
    INFO(older.text << older.messages);
    CHECK(has(older.text, "{name: 0a, enabled: false}"));
    CHECK(has(older.messages, "the other is newer and holds"));
    // A list of keys names no versions.
    const Imported listed = withRows({keyRow("cmk", R"("enabled": true)"), keyRow("cmk", R"("enabled": false)")});
    INFO(listed.text << listed.messages);
    CHECK(has(listed.text, "keys: {cmk: {enabled: false}}"));
    CHECK(has(listed.messages, "enabled of key 'kv1/cmk' is false here and true at in.json:2"));
    // What is said alike is not told.
    CHECK(withRows({disabled, disabled}).messages.empty());
}

TEST_CASE("instants are read as numbers in texts, and those that cannot be read are told") {
    const Imported imported = withRows({keyRow("cmk/0a", R"("enabled": true, "exp": "1809587289")"),
                                        keyRow("other/0a", R"("enabled": true, "expires": "soon")")});
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "cmk: {versions: [{name: 0a, expires: \"2027-05-06T07:08:09Z\"}]}"));
    CHECK(has(imported.text, "other: {versions: [{name: 0a}]}"));
    CHECK(has(imported.messages, "3: expires of key 'kv1/other' is no instant: 'soon'"));
}

TEST_CASE("a key that PowerShell lists has its attributes beside its name") {
    const Imported imported = withRows(
        {R"({"Enabled": false, "Expires": "2027-01-01T00:00:00Z", "NotBefore": null, "VaultName": "kv1", "Name": "cmk", "Version": null, "Id": "https://kv1.vault.azure.net:443/keys/cmk"})"});
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "keys: {cmk: {enabled: false, expires: \"2027-01-01T00:00:00Z\"}}"));
}

TEST_CASE("a deleted key of which the instant is missing is not taken for one in use") {
    const Imported imported = withRows(
        {R"({"kid": "https://kv1.vault.azure.net/keys/cmk", "recoveryId": "https://kv1.vault.azure.net/deletedkeys/cmk", "attributes": {"enabled": true}})"});
    INFO(imported.text << imported.messages);
    CHECK_FALSE(has(imported.text, "cmk:"));
    CHECK(has(imported.messages, "nothing says since when key 'kv1/cmk' is deleted; it is left out"));
    CHECK_FALSE(has(imported.messages, "they name no vault"));
}

TEST_CASE("a rotation policy that stands apart is told by its id, and not as what names no key") {
    const Imported imported = withRows(
        {R"({"id": "https://kv1.vault.azure.net/keys/cmk/rotationpolicy", "lifetimeActions": [{"action": {"type": "Rotate"}, "trigger": {"timeAfterCreate": "P90D"}}], "expiryTime": null})"});
    INFO(imported.text << imported.messages);
    CHECK(has(imported.messages,
              "the rotation policy 'https://kv1.vault.azure.net/keys/cmk/rotationpolicy' is left out"));
    CHECK_FALSE(has(imported.text, "rotationpolicy"));
    CHECK_FALSE(has(imported.messages, "they name no vault"));
}

TEST_CASE("an identifier in capitals names the key that it names in small letters") {
    const Imported imported = withRows(
        {keyRow("cmk/0a", R"("enabled": true)"),
         R"({"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p", "clientId": "c"})",
         R"({"name": "reg", "type": "Microsoft.ContainerRegistry/registries", "sku": {"name": "Premium"}, "properties": {"encryption": {"status": "enabled", "keyVaultProperties": {"identity": "c", "keyIdentifier": "HTTPS://KV1.VAULT.AZURE.NET/KEYS/CMK"}}}})",
         R"({"name": "jobs", "type": "Microsoft.Batch/batchAccounts", "properties": {"keyVaultReference": {"url": "HTTPS://KV1.VAULT.AZURE.NET/KEYS/CMK"}}})"});
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "  reg: {service: acr, sku: Premium, identity: id, key: kv1/cmk"));
    CHECK(has(imported.text, "  jobs: {service: unmodelled, type: Microsoft.Batch/batchAccounts, key: kv1/cmk"));
    CHECK(imported.compiles());
}

TEST_CASE("pages of a list on lines of their own are read") {
    const Imported imported = importAz(
        "{\"value\": [" + std::string{vault} + "]}\n" +
        R"({"value": [{"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p"}]})" +
        "\n");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "vaults:\n  kv1: {"));
    CHECK(has(imported.text, "identities:\n  id: {"));
    CHECK(imported.messages.empty());
}

TEST_CASE("which items a filter lets through is not known where it asks for what is not") {
    const Imported imported = importArm(R"({"parameters": {"mine": {"type": "string"}}, "resources": [
 {"type": "Microsoft.KeyVault/vaults", "name": "kv1", "properties": {"networkAcls": {"defaultAction": "Deny", "ipRules":
  "[filter(createArray('203.0.113.7', '203.0.113.8'), lambda('one', equals(lambdaVariables('one'), parameters('mine'))))]"}}}]})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.messages, "which items a filter here lets through is not known"));
    CHECK(has(imported.messages, "vault 'kv1' is left out: networkAcls.ipRules is not known"));
}

TEST_CASE("what a state still has to destroy is none of what there is, however it is printed") {
    const Imported imported = importTerraform(R"({"values": {"root_module": {"resources": [
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "name": "kv", "deposed_key": "0a", "values": {"name": "kv0", "purge_protection_enabled": false}},
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "name": "kv", "values": {"name": "kv1", "purge_protection_enabled": true}}]}}})");
    INFO(imported.text << imported.messages);
    CHECK(imported.text == "cmksim-estate: 1\nvaults:\n  kv1: {enablePurgeProtection: true}\n");
    CHECK(has(imported.messages, "1 instances that are to be destroyed"));
}

TEST_CASE("when a key of a plan ends is told where only applying it tells") {
    const Imported open = planOfKey();
    INFO(open.text << open.messages);
    CHECK(has(open.messages, "expires of key 'kv1/cmk' is not known (azurerm_key_vault_key.k#expiration_date); the "
                             "key is taken to have none"));
}

TEST_CASE("a property and a condition that only applying a plan will tell are told") {
    const Imported imported = importTerraform(R"({"planned_values": {"root_module": {"resources": [
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "rbac_authorization_enabled": true}},
  {"address": "azurerm_user_assigned_identity.i", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "id", "principal_id": "p-1"}},
  {"address": "azurerm_role_assignment.a", "mode": "managed", "type": "azurerm_role_assignment", "values": {"scope": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "role_definition_name": "Key Vault Crypto User", "principal_id": "p-1"}},
  {"address": "azurerm_container_registry.r", "mode": "managed", "type": "azurerm_container_registry", "values": {"name": "reg"}}]}},
 "resource_changes": [
  {"address": "azurerm_role_assignment.a", "type": "azurerm_role_assignment", "change": {"actions": ["create"], "after_unknown": {"condition": true, "condition_version": true}}},
  {"address": "azurerm_container_registry.r", "type": "azurerm_container_registry", "change": {"actions": ["create"], "after_unknown": {"sku": true}}}],
 "configuration": {"root_module": {"resources": [
  {"address": "azurerm_role_assignment.a", "expressions": {"condition": {"references": ["terraform_data.c.output", "terraform_data.c"]}}},
  {"address": "azurerm_container_registry.r", "expressions": {"sku": {"references": ["terraform_data.c.output", "terraform_data.c"]}}}]}}})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.messages, "sku of acr 'reg' is not known; the property is left out"));
    CHECK(has(imported.messages,
              "the assignment of 'Key Vault Crypto User' to 'id' has a condition, which is not worked out"));
    CHECK_FALSE(has(imported.text, "role.assign"));
}

TEST_CASE("what names a key and says neither its type nor its id is told, and not counted as naming none") {
    const Imported imported =
        importAz(R"([{"identity": {"type": "SystemAssigned", "principalId": "p-1"}, "properties": {
 "keyVaultProperties": {"keyVaultUri": "https://kv1.vault.azure.net", "keyName": "cmk"}}}, {"x": 1}])");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.messages,
              "something that does not say its type names 'https://kv1.vault.azure.net/keys/cmk'; it is left out"));
    CHECK(has(imported.messages, "1 other thing is left out: 1 things without a type"));
}

} // namespace cmksim::reported_test
