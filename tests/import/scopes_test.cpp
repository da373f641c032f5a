// Which group and subscription what a template says is of.
#include "import/imported.hpp"

#include <catch2/catch.hpp>

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
        importArm(R"({"resources": [{"type": "Microsoft.KeyVault/vaults", "name": "nobody", "name": "kv1",
 "location": "[
   resourceGroup().location
 ]", "properties": {"enablePurgeProtection": "true", "softDeleteRetentionInDays": "30"}}]})");
    CHECK(imported.text ==
          "cmksim-estate: 1\nvaults:\n  kv1: {softDeleteRetentionInDays: 30, enablePurgeProtection: true}\n");
    CHECK(imported.messages.empty());
}
