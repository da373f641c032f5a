// Keys that were not read, and vaults of which no key is named: what uses them is never one without a key.
#include "imported.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

namespace cmksim::unread_test {

using namespace cmksim::test;

namespace {

/// A template with vault `kv1`, key `cmk`, an identity, a parameter without a value, and more resources.
Imported arm(std::string_view resources) {
    return importArm(fmt::format(R"({{"parameters": {{"keyUri": {{"type": "string"}}}}, "resources": [
 {{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv1", "properties": {{"tenantId": "t", "accessPolicies": []}}}},
 {{"type": "Microsoft.KeyVault/vaults/keys", "apiVersion": "2023-07-01", "name": "kv1/cmk", "properties": {{"kty": "RSA"}}}},
 {{"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "apiVersion": "2023-01-31", "name": "id"}},
 {}]}})",
                                 resources));
}

constexpr std::string_view attached =
    R"("identity": {"type": "UserAssigned", "userAssignedIdentities": {"[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'id')]": {}}})";

std::string batch(std::string_view encryption) {
    return fmt::format(R"({{"type": "Microsoft.Batch/batchAccounts", "apiVersion": "2023-05-01", "name": "jobs", {},
  "properties": {{"encryption": {}}}}})",
                       attached, encryption);
}

std::string registry(std::string_view keyIdentifier) {
    return fmt::format(
        R"({{"type": "Microsoft.ContainerRegistry/registries", "apiVersion": "2023-07-01", "name": "reg", {},
  "properties": {{"encryption": {{"status": "enabled", "keyVaultProperties": {{"keyIdentifier": "{}"}}}}}}}})",
        attached, keyIdentifier);
}

} // namespace

TEST_CASE("a resource whose key has no value stands with a key that was not read") {
    const Imported imported = arm(registry("[parameters('keyUri')]"));
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "reg: {service: unmodelled, type: Microsoft.ContainerRegistry/registries"));
    CHECK(has(imported.text, "keyNotRead: true"));
    CHECK(has(imported.messages, "acr 'reg': its key is not known (keyUri); it stands as unmodelled, with a key that "
                                 "was not read, which any may be"));
    CHECK(imported.compiles());
}

TEST_CASE("a key in a vault of which the name is not known may be any key") {
    const Imported imported = arm(registry("[concat('https://', parameters('keyUri'), '.vault.azure.net/keys/cmk')]"));
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "keyNotRead: true"));
    CHECK_FALSE(has(imported.text, "https://"));
    CHECK(imported.compiles());
}

TEST_CASE("a key of a known vault without a name is one of that vault, and none is made up") {
    const std::string storage =
        fmt::format(R"({{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
  "name": "st", {}, "properties": {{"encryption": {{"keySource": "Microsoft.Keyvault", "keyvaultproperties":
   {{"keyname": "[parameters('keyUri')]", "keyvaulturi": "https://kv1.vault.azure.net"}},
   "identity": {{"userAssignedIdentity": "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'id')]"}}}}}}}})",
                    attached);
    const Imported imported = arm(storage);
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "keys: {cmk: {}}"));
    CHECK(has(imported.text, "st: {service: unmodelled, type: Microsoft.Storage/storageAccounts"));
    CHECK(has(imported.text, "vaults: [kv1], keyNotRead: true"));
    CHECK(has(imported.messages, "storage 'st': which key in vault 'kv1' it has is not known (keyUri)"));
    CHECK(imported.compiles());
}

TEST_CASE("a key and what uses it that are called by one unknown name are one") {
    const Imported imported = importArm(R"({"parameters": {"keyName": {"type": "string"}}, "resources": [
 {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv1", "properties": {"tenantId": "t", "accessPolicies": []}},
 {"type": "Microsoft.KeyVault/vaults/keys", "apiVersion": "2023-07-01", "name": "[concat('kv1/', parameters('keyName'))]", "properties": {"kty": "RSA"}},
 {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "st", "identity": {"type": "SystemAssigned"},
  "properties": {"encryption": {"keySource": "Microsoft.Keyvault", "keyvaultproperties":
   {"keyname": "[parameters('keyName')]", "keyvaulturi": "https://kv1.vault.azure.net"}}}}]})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "st: {service: storage, identity: SystemAssigned, key: kv1/keyName"));
}

TEST_CASE("what has no model keeps a key that was not read") {
    const Imported uri = arm(batch(
        R"({"keySource": "Microsoft.KeyVault", "keyVaultProperties": {"keyIdentifier": "[parameters('keyUri')]"}})"));
    INFO(uri.text << uri.messages);
    CHECK(has(uri.text, "jobs: {service: unmodelled, type: Microsoft.Batch/batchAccounts, identities: [id], "
                        "keyNotRead: true}"));
    CHECK(has(uri.messages, "'jobs' uses a key that is not known (keyUri) through id and is not simulated"));

    const Imported named = arm(batch(
        R"({"keyVaultProperties": {"keyName": "[parameters('keyUri')]", "keyVaultUri": "https://kv1.vault.azure.net"}})"));
    INFO(named.text << named.messages);
    CHECK(has(named.text, "vaults: [kv1], keyNotRead: true}"));
    CHECK(has(named.text, "keys: {cmk: {}}"));

    const Imported vault =
        arm(batch(R"({"keyVaultProperties": {"keyName": "cmk", "keyVaultUri": "[parameters('keyUri')]"}})"));
    INFO(vault.text << vault.messages);
    CHECK(has(vault.text, "identities: [id], keyNotRead: true}"));

    const Imported unsaid = arm(batch(R"({"keySource": "Microsoft.KeyVault"})"));
    INFO(unsaid.text << unsaid.messages);
    CHECK(has(unsaid.text, "identities: [id], keyNotRead: true}"));

    const Imported platform = arm(batch(R"({"keySource": "Microsoft.Batch"})"));
    INFO(platform.text << platform.messages);
    CHECK(has(platform.text, "identities: [id]}"));
}

TEST_CASE("what an export says to have a key of the customer's, and names none, has one that was not read") {
    const Imported imported = importAz(R"([
 {"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t", "accessPolicies": []}},
 {"name": "sa", "type": "Microsoft.Storage/storageAccounts", "identity": {"type": "SystemAssigned", "principalId": "p1"},
  "properties": {"encryption": {"keySource": "Microsoft.Keyvault"}}},
 {"name": "plain", "type": "Microsoft.Storage/storageAccounts", "properties": {"encryption": {"keySource": "Microsoft.Storage"}}},
 {"name": "reg", "type": "Microsoft.ContainerRegistry/registries", "properties": {"encryption": {"status": "enabled"}}}])");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "sa: {service: unmodelled, type: Microsoft.Storage/storageAccounts, identity: "
                             "SystemAssigned, identities: [SystemAssigned], keyNotRead: true}"));
    CHECK(has(imported.text, "plain: {service: storage}"));
    CHECK(has(imported.text, "reg: {service: unmodelled, type: Microsoft.ContainerRegistry/registries, keyNotRead: "
                             "true}"));
    CHECK(has(imported.messages, "3: storage 'sa': its key is not known (properties.encryption.keySource: "
                                 "Microsoft.Keyvault)"));
    CHECK(has(imported.messages, "6: acr 'reg': its key is not known"));
    CHECK(imported.compiles());
}

TEST_CASE("of a resource that an export shows in part, the key was not read") {
    const Imported imported = importAz(R"([
 {"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t", "accessPolicies": []}},
 {"name": "my", "type": "Microsoft.DBforMySQL/flexibleServers"}])");
    INFO(imported.text << imported.messages);
    CHECK(
        has(imported.text, "my: {service: unmodelled, type: Microsoft.DBforMySQL/flexibleServers, keyNotRead: true}"));
}

TEST_CASE("what names a vault and no key stands as unmodelled with that vault") {
    const Imported declared = arm(R"x({"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "web",
  "properties": {"siteConfig": {"appSettings": [{"name": "S", "value": "@Microsoft.KeyVault(SecretUri=https://kv1.vault.azure.net/secrets/foo)"}]}}})x");
    INFO(declared.text << declared.messages);
    CHECK(has(declared.text, "web: {service: unmodelled, type: Microsoft.Web/sites, vaults: [kv1]}"));
    CHECK(has(declared.messages, "Microsoft.Web/sites 'web' uses vault kv1 and is not simulated; it stands as "
                                 "unmodelled: what becomes of it is not known"));
    CHECK(declared.compiles());

    // A reference may name the vault, and not its address.
    const Imported named = arm(R"x({"type": "Microsoft.Web/sites", "apiVersion": "2023-01-01", "name": "web",
  "properties": {"siteConfig": {"appSettings": [{"name": "S", "value": "@Microsoft.KeyVault(VaultName=kv1;SecretName=foo)"}]}}})x");
    INFO(named.text << named.messages);
    CHECK(has(named.text, "web: {service: unmodelled, type: Microsoft.Web/sites, vaults: [kv1]}"));

    // A certificate of a gateway, as others that are named by the URI of a secret.
    const Imported gateway =
        arm(R"x({"type": "Microsoft.Network/applicationGateways", "apiVersion": "2023-09-01", "name": "ag",
  "properties": {"sslCertificates": [{"name": "c", "properties": {"keyVaultSecretId": "https://kv1.vault.azure.net/secrets/c"}}]}})x");
    INFO(gateway.text << gateway.messages);
    CHECK(has(gateway.text, "ag: {service: unmodelled, type: Microsoft.Network/applicationGateways, vaults: [kv1]}"));
    // What lies in a vault does not use it.
    const Imported content = importAz(
        R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"enableRbacAuthorization": true},
  "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1"},
 {"name": "x", "type": "Microsoft.KeyVault/vaults/secrets", "properties": {"secretUri": "https://kv1.vault.azure.net/secrets/x"},
  "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1/secrets/x"}])");
    INFO(content.text << content.messages);
    CHECK_FALSE(has(content.text, "unmodelled"));
    CHECK_FALSE(has(content.messages, "is on vault"));
    CHECK(has(content.messages,
              "1 other thing in vaults is left out: 1 Microsoft.KeyVault/vaults/secrets; of what lies in "
              "a vault, keys alone are simulated"));
    CHECK_FALSE(has(content.messages, "they name no vault"));

    const Imported state = importTerraform(R"({"format_version": "1.0", "values": {"root_module": {"resources": [
 {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "name": "kv", "values": {"name": "kv1",
  "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "rbac_authorization_enabled": true}},
 {"address": "azurerm_private_endpoint.pe", "mode": "managed", "type": "azurerm_private_endpoint", "name": "pe", "values": {"name": "pe",
  "private_service_connection": [{"private_connection_resource_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1"}]}}]}}})");
    INFO(state.text << state.messages);
    CHECK(has(state.text, "pe: {service: unmodelled, type: azurerm_private_endpoint, vaults: [kv1]}"));
    CHECK(state.compiles());
}

TEST_CASE(
    "a search service that wants its objects to have keys has one that was not read, and of another that is told") {
    const auto service = [](std::string_view properties) {
        return importAz(R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t"}},
 {"name": "find", "type": "Microsoft.Search/searchServices", "properties": {)" +
                        std::string{properties} + "}}]");
    };
    for (const std::string_view status : {"Compliant", "NonCompliant"}) {
        const Imported wants =
            service(R"("encryptionWithCmk": {"enforcement": "Enabled", "encryptionComplianceStatus": ")" +
                    std::string{status} + "\"}");
        INFO(wants.text << wants.messages);
        CHECK(
            has(wants.text, "  find: {service: unmodelled, type: Microsoft.Search/searchServices, keyNotRead: true}"));
        CHECK(has(wants.messages, "Microsoft.Search/searchServices 'find' uses a key that is not known "
                                  "(properties.encryptionWithCmk.enforcement: Enabled) and is not simulated"));
        CHECK_FALSE(has(wants.messages, "they name no vault"));
        CHECK(wants.compiles());
    }
    for (const std::string_view properties :
         {"", R"("encryptionWithCmk": {"enforcement": "Disabled", "encryptionComplianceStatus": "Compliant"})"}) {
        const Imported may = service(properties);
        INFO(may.text << may.messages);
        CHECK_FALSE(has(may.text, "find"));
        CHECK(may.messages ==
              "2: Microsoft.Search/searchServices 'find' may have keys that are in no export: those of "
              "single objects stand on its data plane; it is left out: whether it has any was not read\n");
    }
}

TEST_CASE("what settings and templates say that Terraform has as texts is read of what has no model") {
    const auto state = [](std::string_view type, std::string_view field, std::string_view text) {
        return importTerraform(fmt::format(R"({{"format_version": "1.0", "values": {{"root_module": {{"resources": [
 {{"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "name": "kv", "values": {{"name": "kv1",
  "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "rbac_authorization_enabled": true}}}},
 {{"address": "{0}.one", "mode": "managed", "type": "{0}", "name": "one", "values": {{"name": "one", "{1}": "{2}"}}}}]}}}}}})",
                                           type, field, text));
    };
    const Imported settings = state(
        "azurerm_virtual_machine_extension", "settings",
        R"({\"KeyVaultURL\": \"https://kv1.vault.azure.net/\", \"KeyEncryptionKeyURL\": \"https://kv1.vault.azure.net/keys/kek/0a\"})");
    INFO(settings.text << settings.messages);
    CHECK(has(settings.text, "one: {service: unmodelled, type: azurerm_virtual_machine_extension, key: kv1/kek/0a}"));
    CHECK(settings.compiles());
    const Imported content =
        state("azurerm_resource_group_template_deployment", "template_content",
              R"({\"resources\": [{\"keyname\": \"cmk\", \"keyvaulturi\": \"https://kv1.vault.azure.net\"}]})");
    INFO(content.text << content.messages);
    CHECK(has(content.text, "key: kv1/cmk"));
    // A text that only begins like one says nothing.
    const Imported other = state("azurerm_policy_definition", "policy_rule", "{not one of a vault}");
    CHECK_FALSE(has(other.text, "one:"));
}

TEST_CASE("what lies in a vault or is put on it in Terraform does not use it") {
    const std::string vault = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1";
    const std::string resources =
        R"({"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1", "id": ")" +
        vault + R"(", "rbac_authorization_enabled": true}},
 {"address": "azurerm_key_vault_secret.s", "mode": "managed", "type": "azurerm_key_vault_secret", "values": {"name": "s",
  "id": "https://kv1.vault.azure.net/secrets/s/0a", "versionless_id": "https://kv1.vault.azure.net/secrets/s", "key_vault_id": ")" +
        vault + R"("}},
 {"address": "azurerm_monitor_diagnostic_setting.d", "mode": "managed", "type": "azurerm_monitor_diagnostic_setting", "values": {"name": "d",
  "id": ")" +
        vault + R"(|d", "target_resource_id": ")" + vault + R"("}})";
    const Imported state = importTerraform(R"({"values": {"root_module": {"resources": [)" + resources + "]}}}");
    INFO(state.text << state.messages);
    CHECK_FALSE(has(state.text, "unmodelled"));
    CHECK(has(state.messages, "1 other thing in vaults is left out: 1 azurerm_key_vault_secret"));
    CHECK(has(state.messages, "azurerm_monitor_diagnostic_setting 'd' is on vault 'kv1' and is not simulated"));
    // A plan that makes a secret makes nothing without a model.
    const Imported plan = importTerraform(R"({"planned_values": {"root_module": {"resources": [)" + resources +
                                          R"(]}}, "configuration": {"root_module": {"resources": [
 {"address": "azurerm_key_vault_secret.s", "expressions": {"key_vault_id": {"references": ["azurerm_key_vault.kv.id", "azurerm_key_vault.kv"]}}}]}},
 "resource_changes": [{"address": "azurerm_key_vault_secret.s", "type": "azurerm_key_vault_secret", "change": {"actions": ["create"], "after_unknown": {"id": true, "versionless_id": true}}}]})");
    INFO(plan.text << plan.messages);
    CHECK_FALSE(has(plan.messages, "which has no model"));
}

TEST_CASE("a script whose commands name a vault that was read is told as naming it, and any other is counted") {
    const auto script = [](std::string_view command, std::string_view identity) {
        return arm(fmt::format(
            R"({{"type": "Microsoft.Resources/deploymentScripts", "apiVersion": "2023-08-01", "name": "rotate", {} "properties": {{"scriptContent": "{}"}}}})",
            identity, command));
    };
    const Imported other = script("az keyvault key rotate --vault-name $KV --name cmk", "");
    CHECK(has(other.messages, "1 other thing is left out: 1 Microsoft.Resources/deploymentScripts"));
    const Imported named = script("az keyvault key rotate --vault-name=KV1 --name cmk", "");
    INFO(named.text << named.messages);
    CHECK(has(named.messages, "Microsoft.Resources/deploymentScripts 'rotate' names vault 'kv1' and is not simulated; "
                              "it is left out"));
    CHECK_FALSE(has(named.text, "rotate"));
    const Imported both = script("az keyvault key rotate --vault-name kv1 -n cmk", std::string{attached} + ",");
    CHECK(has(both.messages, "uses identity id and vault kv1 in its commands and is not simulated"));
}

} // namespace cmksim::unread_test
