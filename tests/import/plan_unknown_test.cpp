// What of a plan of Terraform only applying it tells, managed HSMs, and grants that outlive their identities.
#include "import/imported.hpp"

#include "import/identity_index.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <vector>

namespace cmksim::plan_unknown_test {

using namespace cmksim::test;

namespace {

/// A plan that makes the vault kv1, its key cmk and one more resource, with what is not known of that and its
/// configuration.
Imported planOf(std::string_view type, std::string_view values, std::string_view unknown,
                std::string_view expressions) {
    return importTerraform(fmt::format(R"({{"planned_values": {{"root_module": {{"resources": [
  {{"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {{"name": "kv1"}}}},
  {{"address": "azurerm_key_vault_key.k", "mode": "managed", "type": "azurerm_key_vault_key", "values": {{"name": "cmk"}}}},
  {{"address": "{0}.one", "mode": "managed", "type": "{0}", "values": {{"name": "one"{1}}}}}]}}}},
 "resource_changes": [
  {{"address": "azurerm_key_vault_key.k", "type": "azurerm_key_vault_key", "change": {{"actions": ["create"], "after_unknown": {{"id": true, "key_vault_id": true}}}}}},
  {{"address": "{0}.one", "type": "{0}", "change": {{"actions": ["create"], "after_unknown": {{"id": true{2}}}}}}}],
 "configuration": {{"root_module": {{"resources": [
  {{"address": "azurerm_key_vault_key.k", "expressions": {{"key_vault_id": {{"references": ["azurerm_key_vault.kv.id", "azurerm_key_vault.kv"]}}}}}},
  {{"address": "{0}.one", "expressions": {{{3}}}}}]}}}}}})",
                                       type, values, unknown, expressions));
}

constexpr std::string_view reference =
    R"({"references": ["azurerm_key_vault_key.k.versionless_id", "azurerm_key_vault_key.k"]})";

} // namespace

TEST_CASE("a key of a type without a model that a plan does not know, and nothing leads to, was not read") {
    const std::string from = R"("key_vault_key_id": {"references": ["data.external.x.result", "data.external.x"]})";
    const Imported imported = planOf("azurerm_batch_account", "", R"(, "key_vault_key_id": true)", from);
    INFO(imported.text << imported.messages);
    CHECK(has(imported.messages, "azurerm_batch_account 'one' uses a key that is not known "
                                 "(azurerm_batch_account.one#key_vault_key_id)"));
    CHECK(has(imported.messages, "any may be"));
    // One that is followed is known.
    const Imported followed = planOf("azurerm_batch_account", "", R"(, "key_vault_key_id": true)",
                                     "\"key_vault_key_id\": " + std::string{reference});
    CHECK(has(followed.messages, "azurerm_batch_account 'one' uses key kv1/cmk"));
    CHECK_FALSE(has(followed.messages, "a key that is not known"));
    // What the configuration does not set, the provider chooses.
    const Imported chosen = planOf("azurerm_batch_account", "", R"(, "key_vault_key_id": true)", "");
    CHECK_FALSE(has(chosen.messages, "a key that is not known"));
}

TEST_CASE("a block of a key that a plan does not know at all has a key that was not read") {
    const Imported other = planOf("azurerm_batch_account", "", R"(, "customer_managed_key": true)", "");
    CHECK(has(other.messages, "(azurerm_batch_account.one#customer_managed_key)"));
    const Imported modelled = planOf("azurerm_mongo_cluster", "", R"(, "customer_managed_key": true)", "");
    INFO(modelled.messages);
    CHECK(has(modelled.messages, "documentdb 'one': its key is not known"));
    CHECK(has(modelled.messages, "with a key that was not read"));
}

TEST_CASE("network rules of a vault that a plan does not know are none where the configuration has none, as told") {
    const auto plan = [](std::string_view expressions) {
        return importTerraform(fmt::format(R"({{"planned_values": {{"root_module": {{"resources": [
  {{"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {{"name": "kv1", "enable_rbac_authorization": null}}}}]}}}},
 "resource_changes": [{{"address": "azurerm_key_vault.kv", "type": "azurerm_key_vault", "change": {{"actions": ["create"],
  "after_unknown": {{"id": true, "network_acls": true, "rbac_authorization_enabled": true}}}}}}],
 "configuration": {{"root_module": {{"resources": [{{"address": "azurerm_key_vault.kv", "expressions": {{{}}}}}]}}}}}})",
                                           expressions));
    };
    const Imported none = plan(R"("name": {"constant_value": "kv1"})");
    INFO(none.text << none.messages);
    CHECK(has(none.text, "do: vault.create, target: kv1"));
    CHECK(has(none.messages, "no network rules of vault 'kv1' are set; it is taken to have none"));
    CHECK_FALSE(has(none.messages, "is left out"));
    // What it sets to what only applying the plan will tell may admit everything or nothing.
    const Imported open = plan(R"("network_acls": [{"default_action": {"references": ["data.external.x.result"]}}])");
    CHECK(has(open.messages, "vault 'kv1' is left out: networkAcls.defaultAction is not known"));
    const Imported roles = plan(R"("rbac_authorization_enabled": {"references": ["data.external.x.result"]})");
    INFO(roles.text << roles.messages);
    CHECK(has(roles.messages, "vault 'kv1' is left out: enableRbacAuthorization is not known"));
}

TEST_CASE("what azapi sends and a plan does not know is not taken for a resource without a key") {
    const auto plan = [](std::string_view body, std::string_view unknown) {
        return planOf("azapi_resource",
                      R"(, "type": "Microsoft.ContainerRegistry/registries@2023-07-01")" + std::string{body}, unknown,
                      "");
    };
    const Imported part =
        plan(R"(, "body": {"properties": {"encryption": {"status": "enabled", "keyVaultProperties": {}}}})",
             R"(, "body": {"properties": {"encryption": {"keyVaultProperties": {"keyIdentifier": true}}}})");
    INFO(part.text << part.messages);
    CHECK(has(part.messages, "acr 'one': its key is not known"));
    const Imported whole = plan("", R"(, "body": true)");
    INFO(whole.text << whole.messages);
    CHECK(has(whole.messages, "a key that is not known (azapi_resource.one#body)"));
}

TEST_CASE("what azapi puts into another resource lies in that") {
    const Imported imported = importTerraform(R"({"values": {"root_module": {"resources": [
  {"address": "azapi_resource.kv", "mode": "managed", "type": "azapi_resource", "values": {"type": "Microsoft.KeyVault/vaults@2023-07-01", "name": "kv1", "parent_id": "/subscriptions/s/resourceGroups/g", "body": {"properties": {"enablePurgeProtection": true}}}},
  {"address": "azapi_resource.k", "mode": "managed", "type": "azapi_resource", "values": {"type": "Microsoft.KeyVault/vaults/keys@2023-07-01", "name": "cmk", "parent_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "body": {"properties": {"kty": "RSA"}}}}]}}})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "kv1: {enablePurgeProtection: true, keys: {cmk: {}}}"));
}

TEST_CASE("managed HSMs of Terraform are vaults of their kind, with their keys and roles") {
    const std::string hsm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/managedHSMs/hsm1";
    const std::string identity =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id";
    const Imported imported = importTerraform(
        R"({"values": {"root_module": {"resources": [
  {"address": "azurerm_user_assigned_identity.i", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "id", "id": ")" +
        identity + R"(", "principal_id": "p-1", "client_id": "c-1"}},
  {"address": "azurerm_key_vault_managed_hardware_security_module.h", "mode": "managed", "type": "azurerm_key_vault_managed_hardware_security_module", "values": {"name": "hsm1", "id": ")" +
        hsm +
        R"(", "hsm_uri": "https://hsm1.managedhsm.azure.net/", "purge_protection_enabled": true, "soft_delete_retention_days": 7}},
  {"address": "azurerm_key_vault_managed_hardware_security_module_key.k", "mode": "managed", "type": "azurerm_key_vault_managed_hardware_security_module_key", "values": {"name": "cmk", "managed_hsm_id": ")" +
        hsm +
        R"(", "id": "https://hsm1.managedhsm.azure.net/keys/cmk", "versioned_id": "https://hsm1.managedhsm.azure.net/keys/cmk/0a"}},
  {"address": "azurerm_key_vault_managed_hardware_security_module_role_assignment.r", "mode": "managed", "type": "azurerm_key_vault_managed_hardware_security_module_role_assignment", "values": {"managed_hsm_id": ")" +
        hsm +
        R"(", "scope": "/keys", "principal_id": "p-1", "role_definition_id": "/Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/33413926-3206-4cdd-b39a-83574fe37a17"}},
  {"address": "azurerm_cosmosdb_account.a", "mode": "managed", "type": "azurerm_cosmosdb_account", "values": {"name": "acc", "managed_hsm_key_id": "https://hsm1.managedhsm.azure.net/keys/cmk", "default_identity_type": "UserAssignedIdentity=)" +
        identity + R"(", "identity": [{"type": "UserAssigned", "identity_ids": [")" + identity + R"("]}]}}]}}})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "hsm1: {kind: managed-hsm, softDeleteRetentionInDays: 7, enablePurgeProtection: true, "
                             "roleAssignments: {id: [Managed HSM Crypto Service Encryption User]}, keys: {cmk: "
                             "{versions: [{name: 0a}]}}}"));
    CHECK(has(imported.text, "acc: {service: cosmosdb, identity: id, key: hsm1/cmk, identities: [id]}"));
    CHECK(imported.compiles());
}

TEST_CASE("a policy that stays where a plan destroys its identity is not deleted, and one that goes is") {
    const auto plan = [](bool policyStays) {
        const std::string vault =
            R"({"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1"}})";
        const std::string policy =
            R"(, {"address": "azurerm_key_vault_access_policy.p", "mode": "managed", "type": "azurerm_key_vault_access_policy", "values": {"key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "object_id": "p-1", "key_permissions": ["Get", "WrapKey", "UnwrapKey"]}})";
        const std::string identity =
            R"(, {"address": "azurerm_user_assigned_identity.a", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "a-id", "principal_id": "p-1"}})";
        return importTerraform(R"({"planned_values": {"root_module": {"resources": [)" + vault +
                               (policyStays ? policy : std::string{}) +
                               R"(]}}, "prior_state": {"values": {"root_module": {"resources": [)" + vault + policy +
                               identity + R"(]}}}, "configuration": {}, "resource_changes": [
 {"address": "azurerm_user_assigned_identity.a", "type": "azurerm_user_assigned_identity", "change": {"actions": ["delete"], "before": {"name": "a-id"}}}]})");
    };
    const Imported stays = plan(true);
    INFO(stays.text << stays.messages);
    CHECK_FALSE(has(stays.text, "policy.delete"));
    CHECK(has(stays.text, "do: identity.delete, target: a-id"));
    CHECK(stays.compiles());
    const Imported goes = plan(false);
    INFO(goes.text << goes.messages);
    CHECK(has(goes.text, "  - {at: 1m, do: policy.delete, target: kv1, with: {identity: a-id}}\n"
                         "  - {after: 30s, do: identity.delete, target: a-id}\n"));
    CHECK(goes.compiles());
}

TEST_CASE("an identity that acts as an application is called by both, and is one however often it is named") {
    const std::string id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/"
                           "userAssignedIdentities/contoso-id";
    const std::string text = IdentityIndex::federatedAs("UserAssignedIdentity=" + id, "C-1");
    const auto [identity, application] = IdentityIndex::federatedParts(text);
    CHECK(identity == id);
    CHECK(application == "C-1");
    CHECK(IdentityIndex::isFederated(text));
    RawIdentity described;
    described.name = "contoso-id";
    described.id = id;
    const std::vector<RawIdentity> found{described};
    const std::vector<RawApplication> known{{"c-1", "p-9", "fabrikam-app", {}}};
    IdentityIndex index{found};
    CHECK(index.addFederated("contoso-id", "C-1", known) == "contoso-id-as-fabrikam-app");
    CHECK(index.addFederated("contoso-id", "c-1", known) == "contoso-id-as-fabrikam-app");
    CHECK(index.all().size() == 3);
    CHECK(index.nameOf("c-1") == "fabrikam-app");
    CHECK(index.nameOf("p-9") == "fabrikam-app");
    CHECK(index.addFederated("contoso-id", "c-2", known) == "contoso-id-as-c-2");
    CHECK(index.all()[1].type == "Application");
    CHECK(index.all()[2].with == "contoso-id");
    CHECK(index.all()[2].app == "fabrikam-app");
}

TEST_CASE("a date of a key that only applying a plan tells is told, and no change of the key") {
    const std::string vault =
        R"({"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1"}}, )";
    const auto keyWith = [](std::string_view date) {
        return fmt::format(
            R"({{"address": "azurerm_key_vault_key.k", "mode": "managed", "type": "azurerm_key_vault_key", "values": {{"name": "cmk", "id": "https://kv1.vault.azure.net/keys/cmk/v1", "version": "v1", "key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1"{}}}}})",
            date);
    };
    const Imported imported =
        importTerraform(R"({"planned_values": {"root_module": {"resources": [)" + vault + keyWith("") +
                        R"(]}}, "prior_state": {"values": {"root_module": {"resources": [)" + vault +
                        keyWith(R"(, "expiration_date": "2030-01-01T00:00:00Z")") +
                        R"(]}}}, "configuration": {}, "resource_changes": [
 {"address": "azurerm_key_vault_key.k", "type": "azurerm_key_vault_key", "change": {"actions": ["update"], "before": {"name": "cmk", "expiration_date": "2030-01-01T00:00:00Z"}, "after_unknown": {"expiration_date": true}}}]})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.messages, "expires of key 'kv1/cmk' is not known (azurerm_key_vault_key.k#expiration_date); it "
                                 "is taken to stay as it is"));
    CHECK_FALSE(has(imported.messages, "notBefore of key"));
    CHECK(has(imported.text, "expires: \"2030-01-01T00:00:00Z\""));
    CHECK_FALSE(has(imported.text, "do: key."));
}

TEST_CASE("a key in a managed HSM is read where the state has an empty text for the one in a vault") {
    const Imported imported = importTerraform(
        R"({"values": {"root_module": {"resources": [
  {"address": "azurerm_key_vault_managed_hardware_security_module.h", "mode": "managed", "type": "azurerm_key_vault_managed_hardware_security_module", "values": {"name": "hsm1", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/managedHSMs/hsm1", "purge_protection_enabled": true}},
  {"address": "azurerm_cosmosdb_account.a", "mode": "managed", "type": "azurerm_cosmosdb_account", "values": {"name": "acc", "key_vault_key_id": "", "managed_hsm_key_id": "https://hsm1.managedhsm.azure.net/keys/cmk"}},
  {"address": "azurerm_cosmosdb_account.b", "mode": "managed", "type": "azurerm_cosmosdb_account", "values": {"name": "plain", "key_vault_key_id": "", "managed_hsm_key_id": ""}}]}}})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "key: hsm1/cmk"));
    CHECK(has(imported.text, "plain: {service: cosmosdb}"));
}

TEST_CASE("what a policy allows that only applying a plan tells is told, and no loss of the policy") {
    const std::string vault =
        R"({"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1"}},
  {"address": "azurerm_user_assigned_identity.a", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "a-id", "principal_id": "p-1"}},
  {"address": "azurerm_key_vault_access_policy.p", "mode": "managed", "type": "azurerm_key_vault_access_policy", "values": )";
    const std::string policy =
        R"({"key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "object_id": "p-1")";
    const std::string before = policy + R"(, "key_permissions": ["Get", "WrapKey", "UnwrapKey"]})";
    const Imported imported =
        importTerraform(R"({"planned_values": {"root_module": {"resources": [)" + vault + policy +
                        R"(}}]}}, "prior_state": {"values": {"root_module": {"resources": [)" + vault + before +
                        R"(}]}}}, "configuration": {}, "resource_changes": [
 {"address": "azurerm_key_vault_access_policy.p", "type": "azurerm_key_vault_access_policy", "change": {"actions": ["update"], "before": )" +
                        before + R"(, "after": )" + policy + R"(}, "after_unknown": {"key_permissions": true}}}]})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.messages, "what the policy of 'p-1' in vault 'kv1' allows is only known once it is applied"));
    CHECK(has(imported.text, "accessPolicies: {a-id: "));
    CHECK_FALSE(has(imported.text, "do: policy."));
}

} // namespace cmksim::plan_unknown_test
