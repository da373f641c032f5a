#include "import/imported.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

namespace cmksim::az_test {

using namespace cmksim;
using namespace cmksim::import;
using namespace cmksim::test;

namespace {

constexpr std::string_view estate = R"([
 {"id": "/subscriptions/s/resourcegroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acr-id",
  "name": "acr-id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p-1", "clientId": "c-1"},
 {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1",
  "type": "Microsoft.KeyVault/vaults",
  "properties": {"enablePurgeProtection": null, "enableRbacAuthorization": false, "softDeleteRetentionInDays": 30,
   "accessPolicies": [{"objectId": "P-1", "permissions": {"keys": ["Get", "WrapKey", "UnwrapKey"]}},
                      {"objectId": "stranger", "permissions": {"keys": ["all"]}},
                      {"objectId": "secrets-only", "permissions": {"keys": [], "secrets": ["get"]}}],
   "networkAcls": {"bypass": "AzureServices", "defaultAction": "Deny", "ipRules": [{"value": "203.0.113.7/32"}],
                   "virtualNetworkRules": [{"id": "x"}]}}},
 {"attributes": {"enabled": true, "expires": "2027-01-01T00:00:00+00:00"},
  "key": {"kid": "https://kv1.vault.azure.net/keys/cmk/abc"}},
 {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/reg", "name": "reg",
  "type": "microsoft.containerregistry/registries", "sku": {"name": "Premium"},
  "identity": {"type": "userAssigned", "userAssignedIdentities": {
   "/subscriptions/S/resourceGroups/G/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ACR-id": {}}},
  "encryption": {"status": "enabled", "keyVaultProperties": {"identity": "c-1",
   "keyIdentifier": "https://KV1.vault.azure.net/keys/cmk"}}},
 {"name": "net", "type": "Microsoft.Network/virtualNetworks"}
])";

} // namespace

TEST_CASE("outputs of az are one estate: ids are joined whatever their case, flat or nested") {
    const Imported imported = importAz(estate);
    CHECK(imported.text == R"(cmksim-estate: 1
vaults:
  kv1: {enableRbacAuthorization: false, softDeleteRetentionInDays: 30, networkAcls: {defaultAction: Deny, bypass: AzureServices, ipRules: [203.0.113.7/32]}, accessPolicies: {acr-id: [get, wrapKey, unwrapKey]}, keys: {cmk: {versions: [{name: abc, expires: "2027-01-01T00:00:00Z"}]}}}
identities:
  acr-id: {principalId: p-1, clientId: c-1, id: /subscriptions/s/resourcegroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acr-id}
resources:
  reg: {service: acr, sku: Premium, identity: acr-id, key: kv1/cmk, identities: [acr-id]}
)");
    CHECK(imported.compiles());
}

TEST_CASE("what cannot be joined is told with its line") {
    CHECK(
        importAz(estate).messages ==
        "11: 1 virtual network rules of vault 'kv1' are left out; only address rules and the trusted services' bypass "
        "are simulated\n"
        "8: the policy of 'stranger' in vault 'kv1' is of no identity that was read; it is left out\n"
        "0: 1 other thing is left out: 1 Microsoft.Network/virtualNetworks; they name no vault, key or identity that "
        "was read\n");
}

TEST_CASE("identities whose ids are blotted out of an export stay as many as they are") {
    const auto identity = [](std::string_view name) {
        return fmt::format(R"({{"name": "{0}", "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
  "principalId": "0-0", "clientId": "0-0",
  "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{0}"}})",
                           name);
    };
    const auto account = [](std::string_view name, std::string_view identity) {
        return fmt::format(R"({{"name": "{}", "type": "Microsoft.DocumentDB/databaseAccounts",
  "identity": {{"type": "SystemAssigned", "principalId": "0-1"}}, "keyVaultKeyUri": "https://kv1.vault.azure.net/keys/k",
  "defaultIdentity": "UserAssignedIdentity=/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{}"}})",
                           name, identity);
    };
    const Imported imported =
        importAz(fmt::format(R"([{}, {}, {{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {{
 "enableRbacAuthorization": false, "accessPolicies": [{{"objectId": "0-0", "permissions": {{"keys": ["get"]}}}},
  {{"objectId": "0-1", "permissions": {{"keys": ["get"]}}}}]}}}}, {}, {}])",
                             identity("one"), identity("two"), account("a", "one"), account("b", "two")));
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "a: {service: cosmosdb, identity: one, "));
    CHECK(has(imported.text, "b: {service: cosmosdb, identity: two, "));
    CHECK_FALSE(has(imported.text, "accessPolicies"));
    CHECK(has(imported.messages, "identities 'one' and 'two' are two and have one id, '0-0'; what is granted to "
                                 "that id may be of either; it is left out"));
    CHECK(has(imported.messages, "the own identity of 'b' has the id '0-1', as another's has; "));
    CHECK(imported.compiles());
}

TEST_CASE("a key that nothing describes is taken to be there, a vault is not") {
    const std::string_view registry = R"({"data": [{"name": "reg", "type": "microsoft.containerregistry/registries",
 "identity": {"type": "SystemAssigned", "principalId": "own"},
 "properties": {"encryption": {"keyVaultProperties": {"identity": "system", "keyIdentifier":
  "https://kv1.vault.azure.net/keys/cmk/0123abc"}}}}, {"name": "KV1", "type": "microsoft.keyvault/vaults", "properties": {
  "accessPolicies": [{"objectId": "own", "permissions": {"keys": ["get"]}}]}}]})";
    const Imported both = importAz(registry);
    CHECK(both.text.find(
              "  KV1: {accessPolicies: {\"system:reg\": [get]}, keys: {cmk: {versions: [{name: 0123abc}]}}}") !=
          std::string::npos);
    CHECK(both.text.find("  reg: {service: acr, identity: SystemAssigned, key: KV1/cmk/0123abc, identities: "
                         "[SystemAssigned]}") != std::string::npos);
    CHECK(both.messages == "1: nothing that was read describes key 'cmk' in vault 'KV1'; it is taken to be there, "
                           "enabled, and never to expire\n");
    CHECK(both.compiles());
    const std::string alone{registry.substr(0, registry.find(", {\"name\": \"KV1\""))};
    CHECK(
        importAz(alone + "]}").messages ==
        "1: acr 'reg': its key lies in vault 'kv1', which was not read; it stands as unmodelled: what becomes of it is "
        "not known\n");
}

TEST_CASE("roles are joined at key, vault and above, and others passed over") {
    const Imported imported = importAz(R"([
 {"name": "kv1", "type": "Microsoft.KeyVault/vaults", "id": "/subscriptions/s/resourceGroups/a/providers/Microsoft.KeyVault/vaults/kv1", "properties": {"enableRbacAuthorization": true}},
 {"name": "kv2", "type": "Microsoft.KeyVault/vaults", "id": "/subscriptions/s/resourceGroups/b/providers/Microsoft.KeyVault/vaults/kv2", "properties": {"enableRbacAuthorization": true}},
 {"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p"},
 {"type": "Microsoft.Authorization/roleAssignments", "principalId": "p", "roleDefinitionName": "Key Vault Crypto User", "scope": "/subscriptions/s/resourceGroups/a/providers/Microsoft.KeyVault/vaults/kv1/keys/cmk"},
 {"type": "Microsoft.Authorization/roleAssignments", "principalId": "p", "roleDefinitionId": "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/e147488a-f6f5-4113-8e2d-b22465e65bf6", "scope": "/subscriptions/s/resourceGroups/b"},
 {"type": "Microsoft.Authorization/roleAssignments", "principalId": "p", "roleDefinitionName": "Reader", "scope": "/subscriptions/s"},
 {"type": "Microsoft.Authorization/roleAssignments", "principalId": "p", "roleDefinitionName": "AcrPull", "scope": "/subscriptions/s"}
])");
    CHECK(imported.text == R"(cmksim-estate: 1
vaults:
  kv1: {enableRbacAuthorization: true, keys: {cmk: {roleAssignments: {id: [Key Vault Crypto User]}}}}
  kv2: {enableRbacAuthorization: true, roleAssignments: {id: [Key Vault Crypto Service Encryption User]}}
identities:
  id: {principalId: p}
roleAssignments:
  id: [Reader]
)");
    CHECK(imported.messages.find("is written at each vault in it") != std::string::npos);
    CHECK(imported.compiles());
}

TEST_CASE("two services may use one name, and so may identities of two groups") {
    const Imported imported = importAz(R"([
 {"name": "app", "type": "Microsoft.ContainerRegistry/registries", "properties": {}},
 {"name": "app", "type": "Microsoft.DocumentDB/databaseAccounts", "properties": {}},
 {"name": "id", "id": "/subscriptions/s/resourceGroups/a/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities"},
 {"name": "id", "id": "/subscriptions/s/resourceGroups/b/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities"}
])");
    CHECK(imported.text.find("  app-cosmosdb: {service: cosmosdb, name: app}\n") != std::string::npos);
    CHECK(imported.text.find("  id-2: {id: ") != std::string::npos);
    CHECK(imported.compiles());
}

TEST_CASE("what the language does not take is told and left out, so that what is written always loads") {
    const Imported imported = importAz(R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {
  "softDeleteRetentionInDays": 400, "enableSoftDelete": false, "enablePurgeProtection": true,
  "accessPolicies": [{"objectId": "p", "permissions": {"keys": ["get", "fly"]}},
                     {"objectId": "p", "permissions": {"keys": ["wrapKey", "get"]}}]}},
 {"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p"},
 {"key": {"kid": "https://kv1.vault.azure.net/keys/cmk"}, "attributes": {"exp": 253402300799}},
 {"name": "reg", "type": "Microsoft.ContainerRegistry/registries", "sku": {"name": "Golden"},
  "identity": {"userAssignedIdentities": {"": {}}},
  "encryption": {"keyVaultProperties": {"keyIdentifier": "none", "identity": "id"}}}])");
    CHECK(imported.text == R"(cmksim-estate: 1
vaults:
  kv1: {enablePurgeProtection: true, accessPolicies: {id: [get, wrapKey]}, keys: {cmk: {}}}
identities:
  id: {principalId: p}
  id-2: {clientId: id}
resources:
  reg: {service: unmodelled, type: Microsoft.ContainerRegistry/registries, identity: id-2, keyNotRead: true}
)");
    CHECK(imported.compiles());
}

TEST_CASE("a vault whose network rules or properties are not known is left out, and what uses it has no model here") {
    const auto vault = [](std::string_view properties) {
        return importAz(R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults")" + std::string{properties} + R"(},
 {"name": "reg", "type": "Microsoft.ContainerRegistry/registries", "identity": {"type": "SystemAssigned", "principalId": "p"},
  "properties": {"encryption": {"keyVaultProperties": {"identity": "system", "keyIdentifier": "https://kv1.vault.azure.net/keys/cmk"}}}}])");
    };
    for (const std::string_view properties : {"", R"(, "properties": {"publicNetworkAccess": "SecuredByPerimeter"})",
                                              R"(, "properties": {"networkAcls": {"defaultAction": 7}})"}) {
        const Imported imported = vault(properties);
        CHECK(imported.text.find("vaults:") == std::string::npos);
        CHECK(imported.text.find("reg: {service: unmodelled, type: Microsoft.ContainerRegistry/registries, identity: "
                                 "SystemAssigned, key: \"https://kv1.vault.azure.net/keys/cmk\"") != std::string::npos);
        CHECK(imported.messages.find("vault 'kv1' is left out") != std::string::npos);
        CHECK(imported.compiles());
    }
}

TEST_CASE("one id is one thing, the later description winning, and what is not said stays") {
    const Imported imported = importAz(R"([
 {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1", "type": "Microsoft.KeyVault/vaults",
  "properties": {"enablePurgeProtection": true, "softDeleteRetentionInDays": 30}},
 {"id": "/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/KV1", "name": "kv1", "type": "Microsoft.KeyVault/vaults"},
 {"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"softDeleteRetentionInDays": 7}}])");
    CHECK(imported.text ==
          "cmksim-estate: 1\nvaults:\n  kv1: {softDeleteRetentionInDays: 7, enablePurgeProtection: true}\n");
    CHECK(imported.messages ==
          "5: softDeleteRetentionInDays of vault 'kv1' is 7 here and 30 at in.json:2; what stands here is "
          "later and holds\n");
}

TEST_CASE("what is soft-deleted comes out so, and loads") {
    const Imported imported =
        importAz(R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t"}},
 {"kid": "https://kv1.vault.azure.net/keys/cmk", "recoveryId": "https://kv1.vault.azure.net/deletedkeys/cmk", "deletedDate": "2026-01-10T09:00:00+00:00",
  "scheduledPurgeDate": "2026-04-10T09:00:00+00:00", "attributes": {"enabled": true}}])");
    CHECK(imported.text == "cmksim-estate: 1\nvaults:\n  kv1: {keys: {cmk: {deleted: \"2026-01-10T09:00:00Z\"}}}\n");
    CHECK(imported.compiles());
}

TEST_CASE("what uses a key and has no model stands as unmodelled, wherever in it the key is named") {
    const Imported imported =
        importAz(R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t"}},
 {"name": "st-id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/st-id"},
 {"name": "jobs", "type": "Microsoft.Batch/batchAccounts", "identity": {"type": "UserAssigned", "userAssignedIdentities":
  {"/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/st-id": {}}},
  "properties": {"encryption": {"keyvaultproperties": {"keyname": "cmk", "keyvaulturi": "https://kv1.vault.azure.net"}}}},
 {"name": "des", "type": "Microsoft.Compute/diskEncryptionSets", "properties": {"activeKey": {"keyUrl": "https://kv1.vault.azure.net/keys/cmk/0123"}}}])");
    CHECK(imported.text.find("  jobs: {service: unmodelled, type: Microsoft.Batch/batchAccounts, identity: st-id, key: "
                             "kv1/cmk, identities: [st-id]}\n") != std::string::npos);
    CHECK(imported.text.find("  des: {service: unmodelled, type: Microsoft.Compute/diskEncryptionSets, key: "
                             "kv1/cmk/0123}\n") != std::string::npos);
    CHECK(imported.messages.find(
              "Microsoft.Batch/batchAccounts 'jobs' uses key kv1/cmk through st-id and is not simulated") !=
          std::string::npos);
    CHECK(imported.compiles());
}

TEST_CASE("what a policy or key has that no field says is told") {
    const Imported imported =
        importAz(R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"accessPolicies": [
  {"objectId": "p", "applicationId": "11111111-1111-1111-1111-111111111111", "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}]}},
 {"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p"},
 {"key": {"kid": "https://kv1.vault.azure.net/keys/signing", "keyOps": ["sign", "verify"]}, "attributes": {"enabled": true}},
 {"key": {"kid": "https://kv1.managedhsm.azure.net/keys/cmk"}, "attributes": {"enabled": true}}])");
    CHECK(imported.text ==
          "cmksim-estate: 1\nvaults:\n  kv1: {keys: {signing: {}}}\nidentities:\n  id: {principalId: p}\n");
    CHECK(imported.messages.find("a policy of 'p' is for what application '11111111-1111-1111-1111-111111111111' does "
                                 "on its behalf; it is left out") != std::string::npos);
    CHECK(imported.messages.find("key 'kv1/signing' may not be used to wrap and unwrap") != std::string::npos);
    CHECK(imported.messages.find("key 'cmk' lies in managed HSM 'kv1', which was not read") != std::string::npos);
}

TEST_CASE("an assignment to a group is left out, as who is in it was not read") {
    const Imported imported = importAz(
        R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "properties": {"enableRbacAuthorization": true}},
 {"type": "Microsoft.Authorization/roleAssignments", "principalId": "g-1", "principalType": "Group", "roleDefinitionName": "Key Vault Crypto User", "scope": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1"}])");
    CHECK(imported.messages ==
          "2: the assignment of 'Key Vault Crypto User' is to a group, 'g-1'; it is left out: who is in the group was "
          "not read\n");
}

TEST_CASE("keys of vaults of other tenants, and in managed HSMs, that were not read are told and not followed") {
    const auto account = [](std::string_view key, std::string_view identity) {
        return importAz(R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t"}},
 {"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"},
 {"name": "acc", "type": "Microsoft.DocumentDB/databaseAccounts", "keyVaultKeyUri": ")" +
                        std::string{key} + R"(", "defaultIdentity": ")" + std::string{identity} + R"("}])");
    };
    constexpr std::string_view user =
        "UserAssignedIdentity=/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/"
        "userAssignedIdentities/id";
    const Imported federated = account("https://kv1.vault.azure.net/keys/cmk",
                                       std::string{user} + "&FederatedClientId=22222222-2222-2222-2222-222222222222");
    CHECK(federated.text.find("acc: {service: cosmosdb, identity: id-as-") != std::string::npos);
    CHECK(federated.text.find("type: Federated, with: id, app: ") != std::string::npos);
    const Imported elsewhere = account("https://kv2.vault.azure.net/keys/cmk",
                                       std::string{user} + "&FederatedClientId=22222222-2222-2222-2222-222222222222");
    CHECK(elsewhere.text.find("acc: {service: unmodelled, type: Microsoft.DocumentDB/databaseAccounts") !=
          std::string::npos);
    CHECK(elsewhere.messages.find("an application of the other tenant") != std::string::npos);
    const Imported hsm = account("https://kv1.managedhsm.azure.net/keys/cmk", user);
    CHECK(hsm.text.find("acc: {service: unmodelled") != std::string::npos);
    CHECK(hsm.messages.find("its key lies in managed HSM 'kv1', which was not read") != std::string::npos);
    CHECK(federated.compiles());
    CHECK(hsm.compiles());
}

TEST_CASE("a managed HSM is read with what it tells itself of its roles") {
    const auto read = [](std::string_view service, std::string_view more) {
        return importAz(
            R"([{"name": "hsm1", "type": "Microsoft.KeyVault/managedHSMs", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/managedHSMs/hsm1", "properties": {"enablePurgeProtection": true, "enableSoftDelete": true, "softDeleteRetentionInDays": 7, "hsmUri": "https://hsm1.managedhsm.azure.net/"}},
 {"key": {"kid": "https://hsm1.managedhsm.azure.net/keys/cmk/0123456789abcdef0123456789abcdef"}, "attributes": {"enabled": true}},
 {"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"},
 {"type": "Microsoft.Authorization/roleAssignments", "principalId": "p", "roleDefinitionName": "Key Vault Administrator", "scope": "/subscriptions/s"},
 )" + std::string{service} +
            std::string{more} + "]");
    };
    constexpr std::string_view account =
        R"({"name": "acc", "type": "Microsoft.DocumentDB/databaseAccounts", "keyVaultKeyUri": "https://hsm1.managedhsm.azure.net/keys/cmk", "defaultIdentity": "UserAssignedIdentity=/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"})";
    constexpr std::string_view roles =
        R"(, {"id": "/providers/Microsoft.Authorization/roleAssignments/1", "name": "1", "principalId": "p", "roleDefinitionId": "Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/33413926-3206-4cdd-b39a-83574fe37a17", "roleName": "Managed HSM Crypto Service Encryption User", "scope": "/keys/cmk", "type": "Microsoft.Authorization/roleAssignments"})";
    const Imported whole = read(account, roles);
    CHECK(whole.text.find("hsm1: {kind: managed-hsm, softDeleteRetentionInDays: 7, enablePurgeProtection: true, keys: "
                          "{cmk: {versions: [{name: 0123456789abcdef0123456789abcdef}], roleAssignments: {id: [Managed "
                          "HSM Crypto Service Encryption User]}}}}") != std::string::npos);
    CHECK(whole.text.find("acc: {service: cosmosdb, identity: id, key: hsm1/cmk") != std::string::npos);
    CHECK(whole.compiles());
    const Imported open = read(account, "");
    CHECK(open.text.find("acc: {service: unmodelled") != std::string::npos);
    CHECK(open.messages.find("its key lies in managed HSM 'hsm1', and who holds which role there was not read") !=
          std::string::npos);
    CHECK(open.compiles());
    const Imported store = read(
        R"({"name": "store", "type": "Microsoft.AppConfiguration/configurationStores", "identity": {"type": "SystemAssigned", "principalId": "s"}, "properties": {"encryption": {"keyVaultProperties": {"keyIdentifier": "https://hsm1.managedhsm.azure.net/keys/cmk"}}}})",
        roles);
    CHECK(store.text.find("store: {service: unmodelled") != std::string::npos);
    CHECK(store.messages.find("its key lies in a managed HSM, and the model of appconfig is not known to take one from "
                              "there") != std::string::npos);
}

TEST_CASE("the service's own principal is known by what 'az ad sp show' prints") {
    constexpr std::string_view account = R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {
  "accessPolicies": [{"objectId": "first", "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}]}},
 {"name": "acc", "type": "Microsoft.DocumentDB/databaseAccounts", "keyVaultKeyUri": "https://kv1.vault.azure.net/keys/cmk", "defaultIdentity": "FirstPartyIdentity"})";
    const Imported with = importAz(
        std::string{account} +
        R"(, {"appId": "a232010e-820c-4083-83bb-3ace5fc29d0b", "id": "first", "servicePrincipalType": "Application"}])");
    CHECK(with.text.find("accessPolicies: {FirstPartyIdentity: [get, wrapKey, unwrapKey]}") != std::string::npos);
    const Imported without = importAz(std::string{account} + "]");
    CHECK(without.messages.find("cosmosdb 'acc' works through the service's own principal; the policy of 'first' may "
                                "be that one's; import what 'az ad sp show --id "
                                "a232010e-820c-4083-83bb-3ace5fc29d0b' prints too") != std::string::npos);
}

TEST_CASE("locks, assignments with a condition and roles of the user's own are not taken for what they are not") {
    const Imported imported = importAz(
        R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "properties": {"enableRbacAuthorization": true}},
 {"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p"},
 {"name": "stay", "type": "Microsoft.Authorization/locks", "level": "CanNotDelete", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1/providers/Microsoft.Authorization/locks/stay"},
 {"type": "Microsoft.Authorization/roleAssignments", "principalId": "p", "roleDefinitionName": "Key Vault Crypto User", "condition": "@Resource", "scope": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1"},
 {"name": "deny", "type": "Microsoft.Authorization/denyAssignments", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Authorization/denyAssignments/deny", "properties": {"principals": [{"id": "p"}]}},
 {"name": "r", "roleName": "Own", "type": "Microsoft.Authorization/roleDefinitions", "id": "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/r",
  "permissions": [{"actions": [], "dataActions": ["Microsoft.KeyVault/vaults/keys/*"], "notDataActions": []}]},
 {"type": "Microsoft.Authorization/roleAssignments", "principalId": "p", "roleDefinitionId": "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/r", "scope": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1/keys/cmk"}])");
    CHECK(imported.messages.find("locks 'stay' (CanNotDelete) is on vault 'kv1' and is not simulated") !=
          std::string::npos);
    CHECK(imported.messages.find("denyAssignments 'deny' names identity 'id' and is not simulated") !=
          std::string::npos);
    CHECK(imported.messages.find("the assignment of 'Key Vault Crypto User' to 'id' has a condition, which is not "
                                 "worked out; it is left out") != std::string::npos);
    CHECK(imported.messages.find("role 'Own' is defined with reading, wrapping and unwrapping of keys") !=
          std::string::npos);
    CHECK(imported.text.find("kv1: {enableRbacAuthorization: true, keys: {cmk: {roleAssignments: {id: [") !=
          std::string::npos);
}

TEST_CASE("JSON Lines, wrappers and PowerShell's casing are read") {
    const std::string expected = "cmksim-estate: 1\nvaults:\n  kv1: {softDeleteRetentionInDays: 30, "
                                 "accessPolicies: {id: [get]}}\nidentities:\n  id: {principalId: p, clientId: c";
    constexpr std::string_view identity =
        R"({"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p", "clientId": "c"})";
    constexpr std::string_view vault =
        R"({"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"softDeleteRetentionInDays": 30, "accessPolicies": [{"objectId": "p", "permissions": {"keys": ["get"]}}]}})";
    constexpr std::string_view shellVault =
        R"({"VaultName": "kv1", "ResourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "VaultUri": "https://kv1.vault.azure.net/", "SoftDeleteRetentionInDays": 30,
 "AccessPolicies": [{"ObjectId": "p", "PermissionsToKeys": ["get"]}]})";
    const auto joined = [](std::string_view a, std::string_view b, std::string_view by) {
        return std::string{a} + std::string{by} + std::string{b};
    };
    for (const std::string& text :
         {joined(vault, identity, "\n") + "\n", "{\"value\": [" + joined(vault, identity, ", ") + "]}",
          "{\"data\": [" + joined(vault, identity, ", ") + "], \"count\": 2}",
          "[" + joined(shellVault, identity, ", ") + "]"}) {
        const Imported imported = importAz(text);
        INFO(imported.messages << text);
        CHECK(imported.text.starts_with(expected));
    }
}

TEST_CASE("of two whole lists of a vault's policies the later holds, and what it lacks is told") {
    Catalog catalog;
    Diagnostics diagnostics;
    RawImport raw;
    for (const std::string_view policies : {R"({"objectId": "p", "permissions": {"keys": ["get"]}})", ""}) {
        AzureResources resources{catalog.azure(), catalog.platform(), diagnostics};
        forEachJsonRow(
            std::make_shared<const Source>(
                "in.json",
                R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {
 "enablePurgeProtection": true, "accessPolicies": [)" +
                    std::string{policies} +
                    R"(]}}, {"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p"}])"),
            diagnostics, [&](Node row) { resources.take(row); });
        raw.append(std::move(resources.raw()));
    }
    CHECK(estateYaml(joinEstate(raw, catalog, diagnostics)).find("accessPolicies") == std::string::npos);
    CHECK(reported(diagnostics).find("the policy of 'id' in vault 'kv1' is not in the later list at in.json:1") !=
          std::string::npos);
}

TEST_CASE("what a summary counts adds up") {
    Catalog catalog;
    Diagnostics diagnostics;
    AzureResources resources{catalog.azure(), catalog.platform(), diagnostics};
    forEachJsonRow(std::make_shared<const Source>("in.json", std::string{estate}), diagnostics,
                   [&](Node row) { resources.take(row); });
    const ImportedEstate imported = joinEstate(resources.raw(), catalog, diagnostics);
    CHECK(imported.ledger.inEstate(ReadKind::Vault) == imported.vaults.size());
    CHECK(imported.ledger.inEstate(ReadKind::Identity) == imported.identities.size());
    CHECK(imported.ledger.inEstate(ReadKind::Key) == 1);
    CHECK(imported.ledger.inEstate(ReadKind::Grant) == 1);
    CHECK(imported.ledger.inEstate(ReadKind::Resource) == imported.resources.size());
    CHECK(imported.ledger.inEstate(ReadKind::Other) == 0);
}

TEST_CASE("a vault that is deleted in one source and in use in another is what the later says, and that is told") {
    const std::string deleted =
        R"({"name": "kv1", "type": "Microsoft.KeyVault/deletedVaults", "properties": {)"
        R"("deletionDate": "2026-11-01T10:00:00Z", "scheduledPurgeDate": "2027-01-30T10:00:00Z",)"
        R"("vaultId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1"}})";
    const std::string inUse =
        R"({"name": "kv1", "type": "Microsoft.KeyVault/vaults", "id": "/subscriptions/s/resourceGroups/g/providers/)"
        R"(Microsoft.KeyVault/vaults/kv1", "properties": {"tenantId": "t"}})";
    const Imported recovered = importAz("[" + deleted + ",\n" + inUse + "]");
    INFO(recovered.text << recovered.messages);
    CHECK(recovered.text.find("deleted:") == std::string::npos);
    CHECK(recovered.messages.find("2: vault 'kv1' is in use here and deleted at in.json:1; what stands here is later "
                                  "and holds") != std::string::npos);
    const Imported gone = importAz("[" + inUse + ",\n" + deleted + "]");
    INFO(gone.text << gone.messages);
    CHECK(gone.text.find("deleted: \"2026-11-01") != std::string::npos);
    CHECK(gone.messages.find("is deleted here and in use at") != std::string::npos);
}

TEST_CASE("words that PowerShell printed as numbers are told so") {
    const Imported imported =
        importAz(R"([{"VaultName": "kv1", "VaultUri": "https://kv1.vault.azure.net/", "EnableRbacAuthorization": true,)"
                 R"("NetworkAcls": {"DefaultAction": 1, "Bypass": 0}}])");
    INFO(imported.messages);
    CHECK(imported.messages.find("ConvertTo-Json -EnumsAsStrings") != std::string::npos);
}

TEST_CASE("a grant at a management group holds for all vaults, and that this is taken so is told") {
    const Imported imported = importAz(
        R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"enableRbacAuthorization": true}},
 {"name": "a-id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "properties": {"principalId": "p-1"}},
 {"principalId": "p-1", "roleDefinitionName": "Key Vault Crypto Service Encryption User",
  "scope": "/providers/Microsoft.Management/managementGroups/x", "type": "Microsoft.Authorization/roleAssignments"}])");
    INFO(imported.text << imported.messages);
    CHECK(imported.messages.find("which vaults lie below '/providers/Microsoft.Management/managementGroups/x', where "
                                 "'a-id' has 'Key Vault Crypto Service Encryption User', was not read; all of them are "
                                 "taken to lie there") != std::string::npos);
}

TEST_CASE("what names a vault inside a reference to a secret is said to use it") {
    const Imported imported = importAz(
        R"x([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"enableRbacAuthorization": true}},
 {"name": "web", "type": "Microsoft.Web/sites", "siteConfig": {"appSettings": [{"name": "X",
  "value": "@Microsoft.KeyVault(SecretUri=https://kv1.vault.azure.net/secrets/s/)"}]}}])x");
    INFO(imported.messages);
    CHECK(imported.messages.find("Microsoft.Web/sites 'web' uses vault kv1 and is not simulated") != std::string::npos);
}

} // namespace cmksim::az_test
