#include "import/imported.hpp"

#include "import/arm_expression.hpp"
#include "import/arm_functions.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>

namespace cmksim::arm_test {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::import;
using namespace cmksim::test;

namespace {

/// What an expression comes to, in a template with a parameter `p` and a variable `v`: as the name of an identity.
std::string worth(std::string_view expression) {
    const Imported imported = importArm(
        R"({"parameters": {"p": {"type": "string", "defaultValue": "Abc"}, "o": {"type": "object", "defaultValue": {"a": {"b": "deep"}}}},
 "variables": {"v": "[toLower(parameters('p'))]", "copy": [{"name": "list", "count": 3, "input": "[concat('n', copyIndex('list', 1))]"}]},
 "resources": [{"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": ")" +
        std::string{expression} + "\"}]}");
    const std::size_t begin = imported.text.find("identities:\n  ");
    if (begin == std::string::npos) {
        return imported.messages;
    }
    return imported.text.substr(begin + 14, imported.text.find(": {id", begin) - begin - 14);
}

} // namespace

TEST_CASE("a new vault of an API of 2026 uses roles where nothing says what it uses") {
    const auto vault = [](std::string_view version, std::string_view properties) {
        return importArm(R"({"resources": [{"type": "Microsoft.KeyVault/vaults", "apiVersion": ")" +
                         std::string{version} + R"(", "name": "kv1", "properties": {)" + std::string{properties} +
                         "}}]}");
    };
    const Imported silent = vault("2026-02-01", R"("accessPolicies": [])");
    CHECK(has(silent.text, "  kv1: {enableRbacAuthorization: true}\n"));
    CHECK(has(silent.messages,
              "vault 'kv1' does not say whether it uses roles, as new ones of its API's version do; it "
              "is taken to use them; "));
    CHECK(has(vault("2024-11-01", R"("accessPolicies": [])").text, "  kv1: {}\n"));
    const Imported plain = vault("2026-04-01-preview", R"("enableRbacAuthorization": false)");
    CHECK(has(plain.text, "  kv1: {enableRbacAuthorization: false}\n"));
    CHECK(plain.messages.empty());
}

TEST_CASE("each deployment whose template is elsewhere is told by its name") {
    const Imported imported = importArm(R"({"resources": [
 {"type": "Microsoft.Resources/deployments", "name": "one", "properties": {"templateLink": {"uri": "https://a.example/x.json"}}},
 {"type": "Microsoft.Resources/deployments", "name": "two", "properties": {"templateLink": {"id": "/y"}}}]})");
    CHECK(has(imported.messages, "2: the template of deployment 'one' is not in the file; what it makes is left out"));
    CHECK(has(imported.messages, "3: the template of deployment 'two' is not in the file; what it makes is left out"));
}

TEST_CASE("expressions come to what they come to in Azure") {
    CHECK(worth("plain") == "plain");
    CHECK(worth("[[not] one") == "\"[not] one\"");
    CHECK(worth("[concat(parameters('p'), '-', variables('v'))]") == "Abc-abc");
    CHECK(worth("[format('{0}{{{1}}}', 'a', 1)]") == "\"a{1}\"");
    CHECK(worth("[if(equals(parameters('P'), 'ABC'), 'same', 'other')]") == "same");
    CHECK(worth("[if(and(true(), not(empty(''))), 'a', 'b')]") == "b");
    CHECK(worth("[parameters('o').a.b]") == "deep");
    CHECK(worth("[substring('abcdef', 0, min(length('abcdef'), 4))]") == "abcd");
    CHECK(worth("[concat('n', max(3, 7, 5), '-', min(createArray(4, 2, 9)))]") == "n7-2");
    CHECK(worth("[parameters('o')['a'].b]") == "deep");
    CHECK(worth("[coalesce(tryGet(parameters('o'), 'x', 'y'), 'none')]") == "none");
    CHECK(worth("[last(split('/a/b/c', '/'))]") == "c");
    CHECK(worth("[replace(toUpper(substring('keyvault', 0, 3)), 'K', 'M')]") == "MEY");
    CHECK(worth("[variables('list')[2]]") == "n3");
    CHECK(worth("[join(map(range(1, 3), lambda('x', concat('n', lambdaVariables('x')))), '-')]") == "n1-n2-n3");
    CHECK(worth("[first(filter(createArray('a', 'bb'), lambda('x', greater(length(lambdaVariables('x')), 1))))]") ==
          "bb");
    CHECK(worth("[union(createObject('a', 'x'), createObject('a', 'y')).a]") == "y");
    CHECK(worth("[shallowMerge(createArray(createObject('a', 'x'), createObject('b', 'z'))).b]") == "z");
    CHECK(worth("[json('{\\\"k\\\": \\\"v\\\"}').k]") == "v");
    CHECK(worth("[string(add(mul(2, 3), mod(7, 4)))]") == "\"9\"");
    CHECK(worth("[toLower('it''s')]") == "\"it's\"");
    CHECK(worth("[padLeft(string(7), 3, '0')]") == "\"007\"");
    CHECK(worth("[dateTimeAdd('2026-01-01T00:00:00Z', 'P1Y')]") == "2027-01-01T00-00-00Z");
    CHECK(worth("[uniqueString('a', 'b')]") == worth("[uniqueString('a', 'b')]"));
    CHECK(worth("[uniqueString('a', 'b')]") != worth("[uniqueString('a', 'c')]"));
}

TEST_CASE("an expression that cannot be worked out is told, and does not end the import") {
    const auto messages = [](std::string_view name) {
        return importArm(R"({"resources": [{"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": ")" +
                         std::string{name} + "\"}]}")
            .messages;
    };
    CHECK(messages("[concat('a']").find("is no expression") != std::string::npos);
    CHECK(messages("[listKeys('x', '2020').key]").find("what listkeys() comes to is not known here") !=
          std::string::npos);
    CHECK(messages("[variables('x')]").find("there is no variable 'x'") != std::string::npos);
    CHECK(messages("[parameters('x')]").find("parameter 'x' has no value") != std::string::npos);
    CHECK_FALSE(parseArmExpression("[" + std::string(500, '(') + "]"));
    CHECK_FALSE(parseArmExpression("[a()]]"));
}

TEST_CASE("seconds of an instant may stand in a text, and what is no instant is told") {
    const Imported imported = importArm(R"({"parameters": {"exp": {"type": "string", "defaultValue": "1893456000"}},
 "resources": [{"type": "Microsoft.KeyVault/vaults", "name": "kv1", "properties": {"accessPolicies": []},
  "resources": [{"type": "keys", "name": "cmk",
   "properties": {"attributes": {"exp": "[parameters('exp')]", "nbf": "notadate"}}}]}]})");
    CHECK(has(imported.text, "cmk: {expires: \"2030-01-01T00:00:00Z\"}"));
    CHECK(has(imported.messages, "nbf of key 'kv1/cmk' is no instant"));
}

TEST_CASE("parameters and variables that depend on themselves end") {
    const Imported imported = importArm(R"({"parameters": {"a": {"type": "string", "defaultValue": "[parameters('b')]"},
 "b": {"type": "string", "defaultValue": "[parameters('a')]"}}, "variables": {"v": "[variables('v')]"},
 "resources": [{"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "[concat(parameters('a'), variables('v'))]"}]})");
    CHECK(has(imported.messages, "parameter 'a' depends on itself"));
    CHECK(has(imported.messages, "variable 'v' depends on itself"));
}

TEST_CASE("hostile loops end in an error and not in the machine's") {
    const Imported loops = importArm(R"({"resources": [{"type": "Microsoft.ManagedIdentity/userAssignedIdentities",
 "name": "[concat('a', copyIndex())]", "copy": {"name": "x", "count": 1000000000}}]})");
    CHECK(has(loops.messages, "this loop goes round 1000000000 times; the first 10000 are taken"));
    const Imported inner = importArm(R"({"resources": [{"type": "Microsoft.ManagedIdentity/userAssignedIdentities",
 "name": "[concat('a', copyIndex())]", "copy": {"name": "x", "count": 10000}, "tags": {"copy": [{"name": "y", "count": 10000, "input": "[copyIndex('y')]"}]}}]})");
    CHECK(has(inner.messages, "this template takes too long to work out"));
}

TEST_CASE("the references of a template join a registry to its identity, vault and key") {
    const Imported imported = importArm(R"({
 // comments may stand in what people write
 "parameters": {"name": {"type": "string", "defaultValue": "contoso"}},
 "resources": [
  {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "[concat(parameters('name'), '-id')]"},
  {"type": "Microsoft.KeyVault/vaults", "name": "[format('{0}-kv', parameters('name'))]",
   "properties": {"enableRbacAuthorization": false, "enablePurgeProtection": true, "accessPolicies": [
    {"objectId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', concat(parameters('name'), '-id')), '2018-11-30').principalId]",
     "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}]},
   "resources": [{"type": "keys", "name": "cmk", "properties": {"attributes": {"enabled": true, "exp": 1798761600}}}]},
  {"condition": false, "type": "Microsoft.ContainerRegistry/registries", "name": "never"},
  {"type": "Microsoft.ContainerRegistry/registries", "name": "[concat(parameters('name'), copyIndex(1))]",
   "copy": {"name": "regs", "count": 2}, "sku": {"name": "Premium"},
   "identity": {"type": "UserAssigned", "userAssignedIdentities": {"[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', concat(parameters('name'), '-id'))]": {}}},
   "properties": {"encryption": {"status": "enabled", "keyVaultProperties": {
    "identity": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', concat(parameters('name'), '-id')), '2018-11-30').clientId]",
    "keyIdentifier": "[reference(resourceId('Microsoft.KeyVault/vaults/keys', concat(parameters('name'), '-kv'), 'cmk'), '2019-09-01').keyUri]"}}}}]})");
    CHECK(imported.messages.empty());
    CHECK(imported.text == R"(cmksim-estate: 1
vaults:
  contoso-kv: {enableRbacAuthorization: false, enablePurgeProtection: true, accessPolicies: {contoso-id: [get, wrapKey, unwrapKey]}, keys: {cmk: {expires: "2027-01-01T00:00:00Z"}}}
identities:
  contoso-id: {id: /subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.ManagedIdentity/userAssignedIdentities/contoso-id}
resources:
  contoso1: {service: acr, sku: Premium, identity: contoso-id, key: contoso-kv/cmk, identities: [contoso-id]}
  contoso2: {service: acr, sku: Premium, identity: contoso-id, key: contoso-kv/cmk, identities: [contoso-id]}
)");
    CHECK(imported.compiles());
}

TEST_CASE("what Bicep compiles to is read: symbolic names, existing resources, modules and their outputs") {
    const Imported imported = importArm(R"({"languageVersion": "2.0",
 "parameters": {"cmk": {"type": "object", "defaultValue": {"keyVaultResourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "keyName": "cmk"}}},
 "resources": {
  "kv::key": {"existing": true, "type": "Microsoft.KeyVault/vaults/keys",
   "name": "[format('{0}/{1}', last(split(parameters('cmk').keyVaultResourceId, '/')), parameters('cmk').keyName)]"},
  "kv": {"existing": true, "type": "Microsoft.KeyVault/vaults", "name": "[last(split(parameters('cmk').keyVaultResourceId, '/'))]"},
  "id": {"type": "Microsoft.Resources/deployments", "name": "identity", "properties": {
   "expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"name": {"value": "db-id"}},
   "template": {"languageVersion": "2.0", "parameters": {"name": {"type": "string"}},
    "resources": {"uai": {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "[parameters('name')]"}},
    "outputs": {"id": {"type": "string", "value": "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('name'))]"},
                "principal": {"type": "string", "value": "[reference('uai').principalId]"}}}}},
  "grant": {"type": "Microsoft.Authorization/roleAssignments", "scope": "[format('Microsoft.KeyVault/vaults/{0}', 'kv1')]", "name": "[guid('x')]",
   "properties": {"principalId": "[reference('id').outputs.principal.value]", "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'e147488a-f6f5-4113-8e2d-b22465e65bf6')]"}},
  "account": {"type": "Microsoft.DocumentDB/databaseAccounts", "name": "acc",
   "identity": {"type": "SystemAssigned,UserAssigned", "userAssignedIdentities": {"[format('{0}', reference('id').outputs.id.value)]": {}}},
   "properties": {"keyVaultKeyUri": "[if(not(empty(tryGet(parameters('cmk'), 'keyVersion'))), 'x', reference('kv::key').keyUri)]",
                  "defaultIdentity": "[format('UserAssignedIdentity={0}', reference('id').outputs.id.value)]"}}}})");
    CHECK(imported.text == R"(cmksim-estate: 1
identities:
  db-id: {id: /subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.ManagedIdentity/userAssignedIdentities/db-id}
resources:
  acc: {service: unmodelled, type: Microsoft.DocumentDB/databaseAccounts, identity: db-id, key: "https://kv1.vault.azure.net/keys/cmk", identities: [SystemAssigned, db-id]}
)");
    CHECK(imported.compiles());
}

TEST_CASE("a parameter without a value is called after itself, and its file or the user gives it one") {
    constexpr std::string_view text =
        R"({"parameters": {"vault_name": {"type": "String", "defaultValue": ""}, "key": {"type": "string"}},
 "resources": [{"type": "Microsoft.KeyVault/vaults", "name": "[parameters('vault_name')]"}]})";
    const Imported bare = importArm(text);
    CHECK(has(bare.text, "  vault-name: {}"));
    CHECK(bare.messages ==
          "1: parameter 'vault_name' has no value; what depends on it is not known; give one with --param "
          "vault_name=VALUE\n"
          "2: the name of a vault is not known: 'vault-name'; it is called 'vault-name' here\n");
    CHECK(importArm(text, {{"vault_name", JsonValue{"kv1"}}}).text.find("  kv1: {}") != std::string::npos);
    ArmParameters parameters;
    Diagnostics diagnostics;
    const auto file = parseJson(
        std::make_shared<const Source>("p.json", R"({"parameters": {"vault_name": {"value": "kv2"}}})"), diagnostics);
    Catalog catalog;
    REQUIRE(readArmParameters(file->root(), catalog.azure(), catalog.platform(), parameters, diagnostics));
    CHECK(importArm(text, parameters).text.find("  kv2: {}") != std::string::npos);
    CHECK(readArmParameter("7").line() == "7");
    CHECK(readArmParameter("true").line() == "true");
    CHECK(readArmParameter("a, b").line() == "\"a, b\"");
    CHECK(readArmParameter(R"({"a": [1]})").line() == R"({"a": [1]})");
}

TEST_CASE("a module is given whole ids, and what exists already joins what it makes") {
    const Imported imported = importArm(
        R"({"languageVersion": "2.0",
 "parameters": {"name": {"type": "string"}, "customerManagedKey": {"type": "object", "nullable": true}, "managedIdentities": {"type": "object", "nullable": true}},
 "variables": {"formatted": "[reduce(map(coalesce(tryGet(parameters('managedIdentities'), 'userAssignedResourceIds'), createArray()), lambda('id', createObject(format('{0}', lambdaVariables('id')), createObject()))), createObject(), lambda('cur', 'next', union(lambdaVariables('cur'), lambdaVariables('next'))))]",
  "identity": "[if(not(empty(parameters('managedIdentities'))), createObject('type', 'UserAssigned', 'userAssignedIdentities', if(not(empty(variables('formatted'))), variables('formatted'), null())), null())]"},
 "resources": {
  "cMKKeyVault::cMKKey": {"condition": "[not(empty(parameters('customerManagedKey')))]", "existing": true, "type": "Microsoft.KeyVault/vaults/keys",
   "subscriptionId": "[split(tryGet(parameters('customerManagedKey'), 'keyVaultResourceId'), '/')[2]]",
   "name": "[format('{0}/{1}', last(split(tryGet(parameters('customerManagedKey'), 'keyVaultResourceId'), '/')), tryGet(parameters('customerManagedKey'), 'keyName'))]"},
  "cMKKeyVault": {"condition": "[not(empty(parameters('customerManagedKey')))]", "existing": true, "type": "Microsoft.KeyVault/vaults",
   "name": "[last(split(tryGet(parameters('customerManagedKey'), 'keyVaultResourceId'), '/'))]"},
  "cMKUserAssignedIdentity": {"condition": "[not(empty(tryGet(parameters('customerManagedKey'), 'userAssignedIdentityResourceId')))]", "existing": true, "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
   "subscriptionId": "[split(tryGet(parameters('customerManagedKey'), 'userAssignedIdentityResourceId'), '/')[2]]",
   "resourceGroup": "[split(tryGet(parameters('customerManagedKey'), 'userAssignedIdentityResourceId'), '/')[4]]",
   "name": "[last(split(tryGet(parameters('customerManagedKey'), 'userAssignedIdentityResourceId'), '/'))]"},
  "registry": {"type": "Microsoft.ContainerRegistry/registries", "name": "[parameters('name')]", "identity": "[variables('identity')]", "sku": {"name": "Premium"},
   "properties": {"encryption": "[if(not(empty(parameters('customerManagedKey'))), createObject('status', 'enabled', 'keyVaultProperties', createObject('identity', if(not(empty(tryGet(parameters('customerManagedKey'), 'userAssignedIdentityResourceId'))), reference('cMKUserAssignedIdentity').clientId, null()), 'keyIdentifier', if(not(empty(tryGet(parameters('customerManagedKey'), 'keyVersion'))), format('{0}/{1}', reference('cMKKeyVault::cMKKey').keyUri, tryGet(parameters('customerManagedKey'), 'keyVersion')), reference('cMKKeyVault::cMKKey').keyUriWithVersion))), null())]"}}}})",
        {{"name", JsonValue{"reg"}},
         {"managedidentities",
          readArmParameter(
              R"({"userAssignedResourceIds": ["/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acr-id"]})")},
         {"customermanagedkey",
          readArmParameter(
              R"({"keyVaultResourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "keyName": "cmk", "userAssignedIdentityResourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acr-id"})")}});
    CHECK(has(imported.messages, "vault 'kv1' is left out: its properties were not read"));
    CHECK(imported.text == R"(cmksim-estate: 1
identities:
  acr-id: {id: /subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acr-id}
resources:
  reg: {service: unmodelled, type: Microsoft.ContainerRegistry/registries, identity: acr-id, key: "https://kv1.vault.azure.net/keys/cmk", identities: [acr-id]}
)");
    CHECK(imported.compiles());
}

TEST_CASE("whether a template deploys an assignment is no condition of the assignment") {
    const Imported imported = importArm(
        R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [
 {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv1", "properties": {"tenantId": "t", "enableRbacAuthorization": true}},
 {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "apiVersion": "2023-01-31", "name": "a-id"},
 {"condition": true, "type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "n", "scope": "[resourceId('Microsoft.KeyVault/vaults', 'kv1')]", "properties": {
  "principalId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'a-id'), '2023-01-31').principalId]",
  "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '12338af0-0e69-4776-bea7-57ae8d297424')]"}}]})");
    INFO(imported.messages);
    CHECK(has(imported.text, "roleAssignments: {a-id: [Key Vault Crypto User]}"));
}

TEST_CASE("policies that a template replaces hold, and what becomes of others is told") {
    const Imported imported = importArm(
        R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [
 {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv1", "properties": {"tenantId": "t", "accessPolicies": []}},
 {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "apiVersion": "2023-01-31", "name": "a-id"},
 {"type": "Microsoft.KeyVault/vaults/accessPolicies", "apiVersion": "2021-10-01", "name": "kv1/replace", "properties": {"accessPolicies": [{"tenantId": "t",
  "objectId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'a-id'), '2023-01-31').principalId]", "permissions": {"keys": ["get"]}}]}}]})");
    CHECK(has(imported.text, "accessPolicies: {a-id: [get]}"));
    CHECK(has(imported.messages, "policies of vault 'kv1' are replaced here"));
}

namespace {

/// A workspace with a key for its disks, and a policy for the identity that Azure makes for them.
std::string workspaceAndPolicy(std::string_view workspaceId) {
    return R"x({"type": "Microsoft.KeyVault/vaults", "name": "kv1", "apiVersion": "2023-07-01", "properties": {
  "enableRbacAuthorization": false, "accessPolicies": []}},
 {"type": "Microsoft.KeyVault/vaults/keys", "name": "kv1/disks", "apiVersion": "2023-07-01", "properties": {}},
 {"type": "Microsoft.KeyVault/vaults/accessPolicies", "name": "kv1/add", "apiVersion": "2023-07-01", "properties": {"accessPolicies": [
  {"objectId": "[reference()x" +
           std::string{workspaceId} +
           R"x(, '2024-05-01').managedDiskIdentity.principalId]", "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}]}})x";
}

} // namespace

TEST_CASE("what a template grants to an identity that Azure makes for a key of its resource is granted to that") {
    const Imported imported =
        importArm(R"x({"resources": [)x" + workspaceAndPolicy("resourceId('Microsoft.Databricks/workspaces', 'adb')") +
                  R"x(,
 {"type": "Microsoft.Databricks/workspaces", "name": "adb", "apiVersion": "2024-05-01", "sku": {"name": "premium"},
  "properties": {"encryption": {"entities": {"managedDisk": {"keySource": "Microsoft.Keyvault", "keyVaultProperties":
   {"keyVaultUri": "https://kv1.vault.azure.net/", "keyName": "disks", "keyVersion": "0a"}}}}}}]})x");
    INFO(imported.text << imported.messages);
    CHECK(imported.text.find("accessPolicies: {adb-managed-disks: [get, wrapKey, unwrapKey]}") != std::string::npos);
    CHECK(imported.text.find("keys: {managed-disks: {key: kv1/disks/0a, identity: adb-managed-disks}}") !=
          std::string::npos);
    CHECK(imported.text.find("  adb-managed-disks: {}\n") != std::string::npos);
    CHECK(imported.messages.find("of no identity that was read") == std::string::npos);
    CHECK(imported.messages.find("names no identity for its key") == std::string::npos);
    CHECK(imported.compiles());
}

TEST_CASE("what a template grants to an identity of a key that another source has is granted to that one") {
    Catalog catalog;
    Diagnostics diagnostics;
    const std::string_view workspace =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/workspaces/adb";
    AzureResources seen{catalog.azure(), catalog.platform(), diagnostics};
    const std::string rows =
        R"([{"name": "adb", "type": "Microsoft.Databricks/workspaces", "sku": {"name": "premium"}, "id": ")" +
        std::string{workspace} + R"(", "properties": {"managedDiskIdentity": {"principalId": "p-9"},
  "encryption": {"entities": {"managedDisk": {"keyVaultProperties": {"keyVaultUri": "https://kv1.vault.azure.net/", "keyName": "disks", "keyVersion": "0a"}}}}}}])";
    forEachJsonRow(std::make_shared<const Source>("in.json", rows), diagnostics, [&](Node row) { seen.take(row); });
    AzureResources declared{catalog.azure(), catalog.platform(), diagnostics};
    const auto document = parseJson(
        std::make_shared<const Source>(
            "template.json", R"({"resources": [)" + workspaceAndPolicy("'" + std::string{workspace} + "'") + "]}"),
        diagnostics);
    expandArmTemplate(document->root(), {}, declared, catalog.azure(), catalog.platform(), diagnostics);
    RawImport both = std::move(seen.raw());
    both.append(std::move(declared.raw()));
    const std::string text = estateYaml(joinEstate(std::move(both), catalog, diagnostics));
    INFO(text << reported(diagnostics));
    CHECK(text.find("accessPolicies: {p-9: [get, wrapKey, unwrapKey]}") != std::string::npos);
    CHECK(text.find("managed-disks: {key: kv1/disks/0a, identity: p-9}") != std::string::npos);
    CHECK(text.find("  p-9: {principalId: p-9}\n") != std::string::npos);
}

TEST_CASE("since which version of the API a vault goes by roles is what the terms say, and nothing where they do not") {
    const auto made = [](std::string_view since) {
        Catalog catalog;
        std::vector<AzureTerms> terms = catalog.azure();
        std::ranges::find(terms, "", &AzureTerms::service)->rolesByDefault.sinceApi = since;
        Diagnostics diagnostics;
        AzureResources resources{terms, catalog.platform(), diagnostics};
        const auto document = parseJson(std::make_shared<const Source>("in.json", R"({"resources": [
 {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-05-01", "name": "kv1", "properties": {"accessPolicies": []}}]})"),
                                        diagnostics);
        expandArmTemplate(document->root(), {}, resources, terms, catalog.platform(), diagnostics);
        return resources.raw().vaults.front().hasNewDefault;
    };
    CHECK(made("2026-02-01"));
    CHECK(made("2026-05-01"));
    CHECK_FALSE(made("2026-06-01"));
    CHECK_FALSE(made(""));
}

} // namespace cmksim::arm_test
