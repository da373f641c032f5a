// Which group and subscription what a template says is of.
#include "import/imported.hpp"

#include <catch2/catch.hpp>

namespace cmksim::scopes_test {

using namespace cmksim;
using namespace cmksim::import;
using namespace cmksim::test;

namespace {

/// A nested deployment into a group: an identity `app-id`, a vault that grants it something, and a registry of it.
std::string deployment(std::string_view region) {
    std::string text =
        R"({"type": "Microsoft.Resources/deployments", "name": "REGION", "resourceGroup": "contoso-REGION-rg", "properties": {
 "expressionEvaluationOptions": {"scope": "inner"}, "template": {"resources": [
  {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "app-id"},
  {"type": "Microsoft.KeyVault/vaults", "name": "contoso-kv-REGION", "properties": {"enablePurgeProtection": true, "accessPolicies": [
   {"objectId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities','app-id'),'2023-01-31').principalId]",
    "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}]}},
  {"type": "Microsoft.KeyVault/vaults/keys", "name": "contoso-kv-REGION/cmk", "properties": {"kty": "RSA"}},
  {"type": "Microsoft.ContainerRegistry/registries", "name": "contosoregREGION", "sku": {"name": "Premium"},
   "identity": {"type": "UserAssigned", "userAssignedIdentities": {"[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities','app-id')]": {}}},
   "properties": {"encryption": {"status": "enabled", "keyVaultProperties": {
    "identity": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities','app-id'),'2023-01-31').clientId]",
    "keyIdentifier": "https://contoso-kv-REGION.vault.azure.net/keys/cmk"}}}}]}}})";
    for (std::size_t at = 0; (at = text.find("REGION", at)) != std::string::npos;) {
        text.replace(at, std::string_view{"REGION"}.size(), region);
    }
    return text;
}

} // namespace

TEST_CASE("identities of one name in two groups are two, each granted at its own vault") {
    const Imported imported = importArm(
        R"({"$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#", "resources": [)" +
        deployment("east") + ", " + deployment("west") + "]}");
    CHECK(imported.text == R"(cmksim-estate: 1
vaults:
  contoso-kv-east: {enablePurgeProtection: true, accessPolicies: {app-id: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  contoso-kv-west: {enablePurgeProtection: true, accessPolicies: {app-id-2: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
identities:
  app-id: {id: /subscriptions/SUBSCRIPTION/resourceGroups/contoso-east-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app-id}
  app-id-2: {id: /subscriptions/SUBSCRIPTION/resourceGroups/contoso-west-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app-id}
resources:
  contosoregeast: {service: acr, sku: Premium, identity: app-id, key: contoso-kv-east/cmk, identities: [app-id]}
  contosoregwest: {service: acr, sku: Premium, identity: app-id-2, key: contoso-kv-west/cmk, identities: [app-id-2]}
)");
    CHECK(imported.compiles());
}

TEST_CASE("line breaks in texts, the last of several fields of one name, and texts that say true or 30 are taken") {
    const Imported imported =
        importArm(R"({"resources": [{"type": "Microsoft.KeyVault/vaults", "name": "kv0", "name": "kv1",
 "location": "[
   resourceGroup().location
 ]", "properties": {"enablePurgeProtection": "true", "softDeleteRetentionInDays": "30"}}]})");
    CHECK(imported.text ==
          "cmksim-estate: 1\nvaults:\n  kv1: {softDeleteRetentionInDays: 30, enablePurgeProtection: true}\n");
    CHECK(imported.messages.empty());
}

TEST_CASE("an assignment at a group or subscription holds for the vaults that lie there, and for no others") {
    const auto grant = [](std::string_view place) {
        return R"({"type": "Microsoft.Resources/deployments", "name": "grant", )" + std::string{place} +
               R"(, "properties": {"expressionEvaluationOptions": {"scope": "inner"}, "template": {)"
               R"("$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#", "resources": [
  {"type": "Microsoft.Authorization/roleAssignments", "name": "x", "properties": {"roleDefinitionId": "12338af0-0e69-4776-bea7-57ae8d297424",
   "principalId": "[reference(resourceId('11111111-1111-1111-1111-111111111111', 'contoso-east-rg', 'Microsoft.ManagedIdentity/userAssignedIdentities', 'app-id'), '2023-01-31').principalId]"}}]}}})";
    };
    const auto vault = [](std::string_view name, std::string_view subscription, std::string_view group) {
        return R"({"type": "Microsoft.Resources/deployments", "name": ")" + std::string{name} +
               R"(", "subscriptionId": ")" + std::string{subscription} + R"(", "resourceGroup": ")" +
               std::string{group} +
               R"(", "properties": {"expressionEvaluationOptions": {"scope": "inner"}, "template": {"resources": [
  {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "app-id"},
  {"type": "Microsoft.KeyVault/vaults", "name": ")" +
               std::string{name} + R"(", "properties": {"enableRbacAuthorization": true}}]}}})";
    };
    const auto text = [&](std::string_view place) {
        return importArm(
                   R"({"$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#", "resources": [)" +
                   vault("kv-east", "11111111-1111-1111-1111-111111111111", "contoso-east-rg") + ", " +
                   vault("kv-west", "11111111-1111-1111-1111-111111111111", "contoso-west-rg") + ", " +
                   vault("kv-far", "22222222-2222-2222-2222-222222222222", "contoso-east-rg") + ", " + grant(place) +
                   "]}")
            .text;
    };
    const std::string role = "roleAssignments: {app-id: [Key Vault Crypto User]}";
    const std::string inGroup =
        text(R"("subscriptionId": "11111111-1111-1111-1111-111111111111", "resourceGroup": "contoso-east-rg")");
    CHECK(inGroup.find("kv-east: {enableRbacAuthorization: true, " + role) != std::string::npos);
    CHECK(inGroup.find("kv-west: {enableRbacAuthorization: true}") != std::string::npos);
    CHECK(inGroup.find("kv-far: {enableRbacAuthorization: true}") != std::string::npos);
    const std::string inSubscription =
        text(R"("subscriptionId": "11111111-1111-1111-1111-111111111111", "location": "westeurope")");
    CHECK(inSubscription.find("kv-east: {enableRbacAuthorization: true, " + role) != std::string::npos);
    CHECK(inSubscription.find("kv-west: {enableRbacAuthorization: true, " + role) != std::string::npos);
    CHECK(inSubscription.find("kv-far: {enableRbacAuthorization: true}") != std::string::npos);
    const std::string inManagementGroup = text(R"("scope": "Microsoft.Management/managementGroups/all")");
    CHECK(inManagementGroup.find("\nroleAssignments:\n  app-id: [Key Vault Crypto User]\n") != std::string::npos);
}

TEST_CASE("an extension's id, and the outputs of a deployment into another group, lead to what they name") {
    const Imported imported = importArm(R"({"resources": [
 {"type": "Microsoft.Resources/deployments", "name": "there", "resourceGroup": "other-rg", "properties": {
  "expressionEvaluationOptions": {"scope": "inner"}, "template": {"resources": [
   {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "app-id"}],
   "outputs": {"id": {"type": "string", "value": "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'app-id')]"},
    "principal": {"type": "string", "value": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'app-id')).principalId]"}}}}},
 {"type": "Microsoft.KeyVault/vaults", "name": "kv1", "properties": {"accessPolicies": [
  {"objectId": "[reference(resourceId('other-rg', 'Microsoft.Resources/deployments', 'there')).outputs.principal.value]", "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}]}},
 {"type": "Microsoft.DocumentDB/databaseAccounts", "name": "acc", "properties": {"keyVaultKeyUri": "https://kv1.vault.azure.net/keys/cmk",
  "defaultIdentity": "[concat('UserAssignedIdentity=', reference(resourceId('other-rg', 'Microsoft.Resources/deployments', 'there')).outputs.id.value)]"}},
 {"type": "Microsoft.Authorization/locks", "name": "stay", "scope": "[resourceId('Microsoft.KeyVault/vaults', 'kv1')]", "properties": {"level": "CanNotDelete"},
  "dependsOn": ["[extensionResourceId(resourceId('Microsoft.KeyVault/vaults', 'kv1'), 'Microsoft.Authorization/locks', 'other')]"]}]})");
    CHECK(imported.text.find("kv1: {accessPolicies: {app-id: [get, wrapKey, unwrapKey]}") != std::string::npos);
    CHECK(imported.text.find("acc: {service: cosmosdb, identity: app-id, key: kv1/cmk}") != std::string::npos);
    CHECK(imported.text.find("/resourceGroups/other-rg/") != std::string::npos);
    CHECK(imported.messages.find("locks 'stay' (CanNotDelete) is on vault 'kv1' and is not simulated") !=
          std::string::npos);
}

TEST_CASE("what is nullable by a definition is null, and a loop over what is not known is told once") {
    const Imported nullable =
        importArm(R"({"languageVersion": "2.0", "definitions": {"maybe": {"type": "object", "nullable": true}},
 "parameters": {"cmk": {"$ref": "#/definitions/maybe"}, "name": {"type": "string", "defaultValue": "reg"}},
 "resources": {"reg": {"type": "Microsoft.ContainerRegistry/registries", "name": "[parameters('name')]", "sku": {"name": "Premium"},
  "properties": {"encryption": "[if(empty(parameters('cmk')), null(), createObject('keyVaultProperties', parameters('cmk')))]"}}}})");
    CHECK(nullable.text == "cmksim-estate: 1\nresources:\n  reg: {service: acr, sku: Premium}\n");
    CHECK(nullable.messages.empty());
    const Imported loop = importArm(R"({"parameters": {"names": {"type": "array"}}, "resources": [
 {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "[concat('id-', copyIndex())]", "copy": {"name": "all", "count": "[length(parameters('names'))]"}}]})");
    std::size_t reported = 0;
    for (std::size_t at = 0; (at = loop.messages.find("how often the loop", at)) != std::string::npos; ++at) {
        ++reported;
    }
    CHECK(reported == 1);
}

TEST_CASE("policies that a template removes are told, and none are granted by that") {
    const Imported imported = importArm(R"({"resources": [
 {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "id"},
 {"type": "Microsoft.KeyVault/vaults", "name": "kv1", "properties": {"accessPolicies": []}},
 {"type": "Microsoft.KeyVault/vaults/accessPolicies", "name": "kv1/remove", "properties": {"accessPolicies": [
  {"objectId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'id')).principalId]", "permissions": {"keys": ["get"]}}]}}]})");
    CHECK(imported.text.find("kv1: {}") != std::string::npos);
    CHECK(imported.messages.find("policies of vault 'kv1' are removed here") != std::string::npos);
    CHECK(imported.messages.find("they name no vault") == std::string::npos);
}

TEST_CASE("policies that stand apart in another group are of the vault that lies there, and do not say that it moved") {
    const Imported imported = importArm(R"({"resources": [
 {"type": "Microsoft.Resources/deployments", "name": "grant", "subscriptionId": "11111111-2222-3333-4444-555555555555", "resourceGroup": "sec", "properties": {
  "expressionEvaluationOptions": {"scope": "inner"}, "template": {"resources": [
   {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "id"},
   {"type": "Microsoft.KeyVault/vaults", "name": "kv1", "properties": {"enablePurgeProtection": true}},
   {"type": "Microsoft.KeyVault/vaults/accessPolicies", "name": "kv1/add", "properties": {"accessPolicies": [
    {"objectId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'id')).principalId]", "permissions": {"keys": ["get"]}}]}}]}}}]})");
    INFO(imported.text << imported.messages);
    CHECK(imported.text.find("kv1: {enablePurgeProtection: true, accessPolicies: {id: [get]}}") != std::string::npos);
    CHECK(imported.messages.find("there is one vault of a name") == std::string::npos);
}

TEST_CASE("an account that a template makes without a key and a deployment in it gives one gets it apart") {
    constexpr std::string_view account =
        R"("type": "Microsoft.Storage/storageAccounts", "name": "sa1", "identity": {"type": "SystemAssigned"}, "properties": {)";
    constexpr std::string_view key =
        R"("encryption": {"keySource": "Microsoft.Keyvault", "keyvaultproperties": {"keyname": "cmk", "keyvaulturi": "https://kv1.vault.azure.net"}})";
    const auto apartIn = [&](const std::string& resources) {
        Catalog catalog;
        Diagnostics diagnostics;
        AzureResources read{catalog.azure(), catalog.platform(), diagnostics};
        const auto document =
            parseJson(std::make_shared<const Source>(
                          "in.json",
                          R"({"resources": [{"type": "Microsoft.KeyVault/vaults", "name": "kv1", "properties": {}}, )" +
                              resources + "]}"),
                      diagnostics);
        REQUIRE(document);
        expandArmTemplate(document->root(), {}, read, catalog.azure(), catalog.platform(), diagnostics);
        return joinEstate(read.raw(), catalog, diagnostics).keysApart;
    };
    const std::string made = "{" + std::string{account} + "}}";
    const std::string keyed = "{" + std::string{account} + std::string{key} + "}}";
    const auto apart = apartIn(made + R"(, {"type": "Microsoft.Resources/deployments", "name": "key", "properties": {
 "template": {"resources": [)" +
                               keyed + "]}}}");
    REQUIRE(apart.contains("sa1"));
    CHECK(apart.at("sa1").contains(""));
    CHECK(apartIn(keyed).empty());
}

TEST_CASE("an output of a module that a loop makes is a list of what its turns say") {
    const Imported imported = importArm(R"({"languageVersion": "2.0", "resources": {
 "kv": {"type": "Microsoft.Resources/deployments", "name": "kv", "properties": {"expressionEvaluationOptions": {"scope": "inner"}, "template": {
  "languageVersion": "2.0", "resources": {
   "vault": {"type": "Microsoft.KeyVault/vaults", "name": "kv1", "properties": {"enableRbacAuthorization": true}},
   "keys": {"copy": {"name": "keys", "count": 2}, "type": "Microsoft.KeyVault/vaults/keys", "name": "[format('kv1/k{0}', copyIndex())]", "properties": {}}},
  "outputs": {"uris": {"type": "array", "copy": {"count": 2, "input": "[reference(format('keys[{0}]', copyIndex())).keyUri]"}}}}}},
 "db": {"type": "Microsoft.DocumentDB/databaseAccounts", "name": "db", "properties": {"keyVaultKeyUri": "[reference('kv').outputs.uris.value[1]]"}}}})");
    INFO(imported.text << imported.messages);
    CHECK(imported.text.find("db: {service: cosmosdb, identity: FirstPartyIdentity, key: kv1/k1}") !=
          std::string::npos);
}

} // namespace cmksim::scopes_test
