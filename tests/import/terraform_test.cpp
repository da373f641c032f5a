#include "import/imported.hpp"

#include <catch2/catch.hpp>

namespace cmksim::terraform_test {

using namespace cmksim::test;

namespace {

/// A state with a vault, its policy and key, an identity, and an account.
std::string state(std::string_view account) {
    return R"({"format_version": "1.0", "values": {"root_module": {"resources": [
 {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "name": "kv", "values": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1", "enable_rbac_authorization": false, "purge_protection_enabled": true, "soft_delete_retention_days": 7, "public_network_access_enabled": true, "network_acls": [{"bypass": "AzureServices", "default_action": "Deny", "ip_rules": ["203.0.113.0/24"]}], "access_policy": []}},
 {"address": "azurerm_key_vault_access_policy.p[\"x\"]", "mode": "managed", "type": "azurerm_key_vault_access_policy", "values": {"key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "object_id": "p-1", "key_permissions": ["Get", "WrapKey", "UnwrapKey"]}},
 {"address": "azurerm_key_vault_key.k", "mode": "managed", "type": "azurerm_key_vault_key", "values": {"name": "cmk", "id": "https://kv1.vault.azure.net/keys/cmk/abc", "versionless_id": "https://kv1.vault.azure.net/keys/cmk", "version": "abc", "key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "expiration_date": null, "not_before_date": null}},
 {"address": "azurerm_user_assigned_identity.i", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "db-id", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/db-id", "principal_id": "p-1", "client_id": "c-1"}}],
 "child_modules": [{"address": "module.db", "resources": [)" +
           std::string{account} + R"(]}]}}})";
}

constexpr std::string_view account =
    R"({"address": "module.db.azurerm_cosmosdb_account.a", "mode": "managed", "type": "azurerm_cosmosdb_account", "values": {"name": "acc", "key_vault_key_id": "https://kv1.vault.azure.net/keys/cmk", "default_identity_type": "UserAssignedIdentity=/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/db-id", "identity": [{"type": "UserAssigned", "identity_ids": ["/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/db-id"]}]}})";

} // namespace

TEST_CASE("a state of Terraform is an estate, its modules too") {
    const Imported imported = importTerraform(state(account));
    CHECK(imported.messages.empty());
    CHECK(imported.text == R"(cmksim-estate: 1
vaults:
  kv1: {enableRbacAuthorization: false, softDeleteRetentionInDays: 7, enablePurgeProtection: true, publicNetworkAccess: Enabled, networkAcls: {defaultAction: Deny, bypass: AzureServices, ipRules: [203.0.113.0/24]}, accessPolicies: {db-id: [get, wrapKey, unwrapKey]}, keys: {cmk: {versions: [{name: abc}]}}}
identities:
  db-id: {principalId: p-1, clientId: c-1, id: /subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/db-id}
resources:
  acc: {service: cosmosdb, identity: db-id, key: kv1/cmk, identities: [db-id]}
)");
    CHECK(imported.compiles());
}

TEST_CASE("a plan that makes everything follows references through variables and outputs of modules") {
    const Imported imported = importTerraform(R"({"format_version": "1.2",
 "planned_values": {"root_module": {"resources": [
  {"address": "azurerm_user_assigned_identity.acr", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "acr-id"}},
  {"address": "azurerm_container_registry.acr", "mode": "managed", "type": "azurerm_container_registry", "values": {"name": "reg", "sku": "Premium", "encryption": [{}], "identity": [{"type": "UserAssigned"}]}},
  {"address": "azurerm_role_assignment.r", "mode": "managed", "type": "azurerm_role_assignment", "values": {"role_definition_name": "Key Vault Crypto User"}}],
  "child_modules": [{"address": "module.kv[0]", "resources": [
   {"address": "module.kv[0].azurerm_key_vault.this", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1", "rbac_authorization_enabled": true}},
   {"address": "module.kv[0].azurerm_key_vault_key.k[\"a\"]", "mode": "managed", "type": "azurerm_key_vault_key", "index": "a", "values": {"name": "cmk"}}]}]}},
 "resource_changes": [],
 "configuration": {"root_module": {"resources": [
  {"address": "azurerm_user_assigned_identity.acr", "expressions": {}},
  {"address": "azurerm_role_assignment.r", "expressions": {"scope": {"references": ["module.kv[0].vault_id", "module.kv[0]", "module.kv"]}, "principal_id": {"references": ["azurerm_user_assigned_identity.acr.principal_id", "azurerm_user_assigned_identity.acr"]}}},
  {"address": "azurerm_container_registry.acr", "expressions": {
   "encryption": [{"key_vault_key_id": {"references": ["module.kv[0].key_id", "module.kv[0]", "module.kv"]}, "identity_client_id": {"references": ["azurerm_user_assigned_identity.acr.client_id", "azurerm_user_assigned_identity.acr"]}}],
   "identity": [{"identity_ids": {"references": ["azurerm_user_assigned_identity.acr.id", "azurerm_user_assigned_identity.acr"]}}]}}],
  "module_calls": {"kv": {"expressions": {}, "module": {
   "outputs": {"vault_id": {"expression": {"references": ["azurerm_key_vault.this.id", "azurerm_key_vault.this"]}},
               "key_id": {"expression": {"references": ["azurerm_key_vault_key.k[\"a\"].versionless_id", "azurerm_key_vault_key.k[\"a\"]", "azurerm_key_vault_key.k"]}}},
   "resources": [{"address": "azurerm_key_vault.this", "expressions": {}},
                 {"address": "azurerm_key_vault_key.k", "expressions": {"key_vault_id": {"references": ["azurerm_key_vault.this.id", "azurerm_key_vault.this"]}}}]}}}}}})");
    CHECK(imported.messages.empty());
    CHECK(imported.text == R"(cmksim: 1
name: plan
estate: {}
timeline:
  - {at: 1m, do: identity.create, target: acr-id}
  - {after: 30s, do: vault.create, target: kv1, with: {enableRbacAuthorization: true}}
  - {after: 30s, do: role.assign, target: kv1, with: {identity: acr-id, role: Key Vault Crypto User}}
  - {after: 30s, do: key.create, target: kv1/cmk}
  - {after: 30s, do: resource.create, target: reg, with: {service: acr, sku: Premium, identity: acr-id, key: kv1/cmk, identities: [acr-id]}}
)");
    CHECK(imported.compiles());
}

TEST_CASE("a replaced account is deleted before it is made, a protected vault is recovered and not made anew") {
    std::string values = state(account);
    values = values.substr(values.find("{\"root_module\""));
    values.resize(values.size() - 1);
    const Imported imported = importTerraform(R"({"planned_values": )" + values + R"(, "prior_state": {"values": )" +
                                              values + R"(}, "configuration": {}, "resource_changes": [
 {"address": "module.db.azurerm_cosmosdb_account.a", "type": "azurerm_cosmosdb_account", "change": {"actions": ["delete", "create"], "before": {"name": "acc"}}},
 {"address": "azurerm_key_vault.kv", "type": "azurerm_key_vault", "change": {"actions": ["delete", "create"], "before": {"name": "kv1"}}}]})");
    CHECK(imported.text.substr(imported.text.find("timeline:")) == R"(timeline:
  - {at: 1m, do: resource.delete, target: acc}
  - {after: 30s, do: vault.delete, target: kv1}
  - {after: 30s, do: vault.recover, target: kv1}
  - {after: 30s, do: resource.create, target: acc, with: {service: cosmosdb, identity: db-id, key: kv1/cmk, identities: [db-id]}}
)");
    CHECK(imported.messages == "0: what is destroyed in vault 'kv1' stays soft-deleted, as purge protection has it\n"
                               "0: vault 'kv1' is recovered and not made anew, as the provider does\n");
    CHECK(imported.compiles());
}

TEST_CASE("what is neither state nor plan is an error") {
    CHECK(importTerraform(R"({"resources": []})").messages ==
          "1: this is neither a state nor a plan of Terraform; it is what 'terraform show -json' prints, or a state of "
          "format 4\n");
}

TEST_CASE("a state of format 4 is an estate, without what is still to be destroyed") {
    const Imported imported = importTerraform(R"({"version": 4, "terraform_version": "1.9.0", "resources": [
 {"module": "module.kv[\"a\"]", "mode": "managed", "type": "azurerm_key_vault", "name": "this", "instances": [
  {"index_key": 0, "attributes": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1", "purge_protection_enabled": true, "access_policy": [{"object_id": "p-1", "key_permissions": ["Get", "WrapKey", "UnwrapKey"]}],
   "network_acls": [{"bypass": "AzureServices", "default_action": "Deny", "virtual_network_subnet_ids": ["x"]}]}},
  {"index_key": 0, "deposed": "abcd", "attributes": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv0", "name": "kv0"}}]},
 {"mode": "managed", "type": "azurerm_user_assigned_identity", "name": "i", "instances": [{"attributes": {"name": "db-id", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/db-id", "principal_id": "p-1", "client_id": "c-1"}}]},
 {"mode": "managed", "type": "azurerm_key_vault_key", "name": "k", "instances": [{"attributes": {"name": "cmk", "id": "https://kv1.vault.azure.net/keys/cmk/abc", "version": "abc", "key_opts": ["sign"], "rotation_policy": [{"expire_after": "P90D"}], "key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1"}}]},
 {"mode": "managed", "type": "azurerm_storage_account", "name": "s", "instances": [{"attributes": {"name": "st", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st", "customer_managed_key": [{"key_vault_key_id": "https://kv1.vault.azure.net/keys/cmk", "user_assigned_identity_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/db-id"}]}}]}]})");
    CHECK(imported.text == R"(cmksim-estate: 1
vaults:
  kv1: {enablePurgeProtection: true, networkAcls: {defaultAction: Deny, bypass: AzureServices}, accessPolicies: {db-id: [get, wrapKey, unwrapKey]}, keys: {cmk: {versions: [{name: abc}]}}}
identities:
  db-id: {principalId: p-1, clientId: c-1, id: /subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/db-id}
resources:
  st: {service: storage, identity: db-id, key: kv1/cmk}
)");
    CHECK(imported.messages.find("1 instances that are to be destroyed") != std::string::npos);
    CHECK(imported.messages.find("1 virtual network rules of vault 'kv1' are left out") != std::string::npos);
    CHECK(imported.messages.find("key 'kv1/cmk' may not be used to wrap and unwrap") != std::string::npos);
    CHECK(imported.messages.find("the rotation policy of key 'kv1/cmk' is left out") != std::string::npos);
    CHECK(imported.compiles());
}

TEST_CASE("what is null in a plan refers to nothing, whatever its configuration could refer to") {
    const auto plan = [](std::string_view unknown) {
        return importTerraform(R"({"planned_values": {"root_module": {"resources": [
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1"}},
  {"address": "azurerm_key_vault_key.k", "mode": "managed", "type": "azurerm_key_vault_key", "values": {"name": "cmk"}},
  {"address": "azurerm_cosmosdb_account.a", "mode": "managed", "type": "azurerm_cosmosdb_account", "values": {"name": "acc", "key_vault_key_id": null}}]}},
 "resource_changes": [{"address": "azurerm_cosmosdb_account.a", "type": "azurerm_cosmosdb_account", "change": {"actions": ["create"], "after_unknown": {"id": true)" +
                               std::string{unknown} + R"(}}},
  {"address": "azurerm_key_vault_key.k", "type": "azurerm_key_vault_key", "change": {"actions": ["create"], "after_unknown": {"id": true, "key_vault_id": true}}}],
 "configuration": {"root_module": {"resources": [
  {"address": "azurerm_key_vault_key.k", "expressions": {"key_vault_id": {"references": ["azurerm_key_vault.kv.id", "azurerm_key_vault.kv"]}}},
  {"address": "azurerm_cosmosdb_account.a", "expressions": {"key_vault_key_id": {"references": ["azurerm_key_vault_key.k.versionless_id", "azurerm_key_vault_key.k", "var.encrypt"]}}}]}}})")
            .text;
    };
    CHECK(plan("").find("target: acc, with: {service: cosmosdb}}") != std::string::npos);
    CHECK(plan(R"(, "key_vault_key_id": true)").find("key: kv1/cmk") != std::string::npos);
}

TEST_CASE("whose a policy inside a vault is is told by what it refers to, or not at all") {
    const auto plan = [](std::string_view references, std::string_view second) {
        return importTerraform(R"({"planned_values": {"root_module": {"resources": [
  {"address": "azurerm_user_assigned_identity.a", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "a-id"}},
  {"address": "azurerm_user_assigned_identity.b", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "b-id"}},
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1", "access_policy": [{"key_permissions": ["Get", "WrapKey", "UnwrapKey"]}]}}]}},
 "resource_changes": [{"address": "azurerm_key_vault.kv", "type": "azurerm_key_vault", "change": {"actions": ["create"], "after_unknown": {"access_policy": [{"object_id": true}]}}}],
 "configuration": {"root_module": {"resources": [{"address": "azurerm_key_vault.kv", "expressions": {"access_policy": )" +
                               std::string{references} + "}}" + std::string{second} + "]}}}");
    };
    const std::string blocks =
        R"([{"object_id": {"references": ["azurerm_user_assigned_identity.b.principal_id", "azurerm_user_assigned_identity.b"]}}])";
    CHECK(plan(blocks, "").text.find("do: policy.set, target: kv1, with: {identity: b-id") != std::string::npos);
    const std::string attribute =
        R"({"references": ["azurerm_user_assigned_identity.a.principal_id", "azurerm_user_assigned_identity.a", "data.azurerm_client_config.c.tenant_id"]})";
    CHECK(plan(attribute, "").text.find("do: policy.set, target: kv1, with: {identity: a-id") != std::string::npos);
    const std::string several =
        R"({"references": ["azurerm_user_assigned_identity.a.principal_id", "azurerm_user_assigned_identity.a", "azurerm_user_assigned_identity.b.principal_id", "azurerm_user_assigned_identity.b"]})";
    const Imported open = plan(several, "");
    CHECK(open.text.find("policy.set") == std::string::npos);
    CHECK(open.messages.find("it may be of azurerm_user_assigned_identity.a#principal_id or "
                             "azurerm_user_assigned_identity.b#principal_id") != std::string::npos);
}

TEST_CASE("policies of a list that names as many principals are theirs in its order") {
    const auto plan = [](std::string_view first) {
        return importTerraform(
            R"({"planned_values": {"root_module": {"resources": [
  {"address": "azurerm_user_assigned_identity.a", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "a-id"}},
  {"address": "azurerm_user_assigned_identity.b", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "b-id"}},
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1", "access_policy": [
    {)" + std::string{first} +
            R"("key_permissions": ["List"]}, {"key_permissions": ["Create"]}, {"key_permissions": ["Get", "WrapKey"]}]}}]}},
 "resource_changes": [{"address": "azurerm_key_vault.kv", "type": "azurerm_key_vault", "change": {"actions": ["create"], "after_unknown": {"access_policy": [{"object_id": true}, {"object_id": true}, {"object_id": true}]}}}],
 "configuration": {"root_module": {"resources": [{"address": "azurerm_key_vault.kv", "expressions": {"access_policy": {"references": [
  )" + std::string{first.empty() ? R"("azurerm_user_assigned_identity.b.principal_id", )" : R"("var.admin", )"} +
            R"("azurerm_user_assigned_identity.b.principal_id", "azurerm_user_assigned_identity.b", "data.azurerm_client_config.c.tenant_id",
  "azurerm_user_assigned_identity.a.principal_id", "azurerm_user_assigned_identity.a"]}}}]}}})");
    };
    for (const std::string_view first : {"", R"("object_id": "p-0", )"}) {
        const Imported imported = plan(first);
        INFO(imported.text << imported.messages);
        CHECK(imported.text.find(first.empty() ? "with: {identity: b-id, permissions: [list, create]}"
                                               : "with: {identity: b-id, permissions: [create]}") != std::string::npos);
        CHECK(imported.text.find("with: {identity: a-id, permissions: [get, wrapKey]}") != std::string::npos);
        CHECK(imported.messages.find("is not known") == std::string::npos);
    }
}

TEST_CASE("resources of azapi are what they send, and what they update is one with what is there") {
    const Imported imported = importTerraform(R"({"values": {"root_module": {"resources": [
  {"address": "azurerm_container_registry.r", "mode": "managed", "type": "azurerm_container_registry", "values": {"name": "reg", "sku": "Premium", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/reg"}},
  {"address": "azapi_resource.kv", "mode": "managed", "type": "azapi_resource", "values": {"type": "Microsoft.KeyVault/vaults@2023-07-01", "name": "kv1", "parent_id": "/subscriptions/s/resourceGroups/g", "body": {"properties": {"enablePurgeProtection": true}}}},
  {"address": "azapi_update_resource.r", "mode": "managed", "type": "azapi_update_resource", "values": {"type": "Microsoft.ContainerRegistry/registries@2023-07-01", "resource_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/reg",
   "body": "{\"properties\": {\"encryption\": {\"status\": \"enabled\", \"keyVaultProperties\": {\"identity\": \"c-1\", \"keyIdentifier\": \"https://kv1.vault.azure.net/keys/cmk\"}}}}"}},
  {"address": "azurerm_user_assigned_identity.i", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "id", "client_id": "c-1"}}]}}})");
    CHECK(imported.text.find("reg: {service: acr, sku: Premium, identity: id, key: kv1/cmk}") != std::string::npos);
    CHECK(imported.text.find("kv1: {enablePurgeProtection: true, keys: {cmk: {}}}") != std::string::npos);
}

TEST_CASE("a vault of which the plan leaves open who gets to it is left alone, and not destroyed") {
    std::string values = state(account);
    values = values.substr(values.find("{\"root_module\""));
    values.resize(values.size() - 1);
    std::string open = values;
    const std::string_view known = R"("default_action": "Deny", )";
    open.erase(open.find(known), known.size());
    const Imported imported = importTerraform(
        R"({"planned_values": )" + open + R"(, "prior_state": {"values": )" + values +
        R"(}, "configuration": {}, "resource_changes": [{"address": "azurerm_key_vault.kv", "type": "azurerm_key_vault",
  "change": {"actions": ["update"], "after_unknown": {"network_acls": [{"default_action": true}]}}}]})");
    CHECK(imported.text.find("do: ") == std::string::npos);
    CHECK(imported.messages.find("what the plan makes of vault 'kv1' is not known; the timeline leaves it alone") !=
          std::string::npos);
}

TEST_CASE("a server's protector that stands apart from it gives it its key, without a version where that is rotated") {
    const std::string id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/srv";
    const Imported imported = importTerraform(
        R"({"version": 4, "terraform_version": "1.9.0", "resources": [
 {"mode": "managed", "type": "azurerm_key_vault", "name": "v", "instances": [{"attributes": {"name": "kv1", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1"}}]},
 {"mode": "managed", "type": "azurerm_mssql_server", "name": "s", "instances": [{"attributes": {"name": "srv", "id": ")" +
        id + R"(", "identity": [{"type": "SystemAssigned", "principal_id": "p"}]}}]},
 {"mode": "managed", "type": "azurerm_mssql_server_transparent_data_encryption", "name": "t", "instances": [{"attributes": {"server_id": ")" +
        id +
        R"(", "key_vault_key_id": "https://kv1.vault.azure.net/keys/cmk/0a", "auto_rotation_enabled": true}}]}]})");
    INFO(imported.text << imported.messages);
    CHECK(imported.compiles());
    CHECK(imported.text.find("srv: {service: sqldb, automaticRotation: true, identity: SystemAssigned, key: "
                             "kv1/cmk, identities: [SystemAssigned]}") != std::string::npos);
}

namespace {

/// A plan on the vault kv1 with the identity a-id: its policies before and after, resources that stand before and after
/// beside these, changes and configuration; each but the policies with a comma before it.
std::string planOf(std::string_view before, std::string_view after, std::string_view moreBefore,
                   std::string_view moreAfter, std::string_view changes, std::string_view configuration) {
    const auto module = [](std::string_view policies, std::string_view more) {
        return R"({"root_module": {"resources": [
  {"address": "azurerm_user_assigned_identity.a", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "a-id", "principal_id": "p-1"}},
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "name": "kv1")" +
               std::string{policies} + "}}" + std::string{more} + "]}}";
    };
    return R"({"planned_values": )" + module(after, moreAfter) + R"(, "prior_state": {"values": )" +
           module(before, moreBefore) + R"(}, "resource_changes": [)" + std::string{changes} +
           R"(], "configuration": {"root_module": {"resources": [{"address": "azurerm_key_vault.kv", "expressions": {)" +
           std::string{configuration} + "}}]}}}";
}

/// The policy of a-id that stands apart, and what a plan does with it.
const std::string apart =
    R"(, {"address": "azurerm_key_vault_access_policy.p", "mode": "managed", "type": "azurerm_key_vault_access_policy", "values": {"key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "object_id": "p-1", "key_permissions": ["Get", "WrapKey", "UnwrapKey"]}})";
std::string changeOfApart(std::string_view actions) {
    return R"({"address": "azurerm_key_vault_access_policy.p", "type": "azurerm_key_vault_access_policy", "change": {"actions": [)" +
           std::string{actions} +
           R"(], "before": {"key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "object_id": "p-1"}}})";
}
constexpr std::string_view within =
    R"(, "access_policy": [{"object_id": "p-1", "key_permissions": ["Get", "WrapKey", "UnwrapKey"]}])";

std::string timelineOf(const std::string& plan) {
    const Imported imported = importTerraform(plan);
    INFO(imported.text << imported.messages);
    CHECK(imported.compiles());
    const std::size_t at = imported.text.find("timeline:\n");
    return at == std::string::npos ? std::string{} : imported.text.substr(at + 10);
}

} // namespace

TEST_CASE("a policy that stands apart and goes is gone, though the vault's list was read with it") {
    CHECK(timelineOf(planOf(within, within, apart, "", changeOfApart(R"("delete")"), "")) ==
          "  - {at: 1m, do: policy.delete, target: kv1, with: {identity: a-id}}\n");
    // Where the configuration sets the list, that holds.
    CHECK(timelineOf(planOf(within, within, apart, "", changeOfApart(R"("delete")"), R"("access_policy": [])"))
              .find("policy.delete") == std::string::npos);
}

TEST_CASE("a vault's list that is set takes away a policy that stands apart unchanged") {
    const std::string changes =
        R"({"address": "azurerm_key_vault.kv", "type": "azurerm_key_vault", "change": {"actions": ["update"], "before": {"name": "kv1")" +
        std::string{within} + R"(}}}, )" + changeOfApart(R"("no-op")");
    CHECK(timelineOf(planOf(within, R"(, "access_policy": [])", apart, apart, changes,
                            R"("access_policy": {"constant_value": []})")) ==
          "  - {at: 1m, do: policy.delete, target: kv1, with: {identity: a-id}}\n");
    // A list that the plan changes is set, whether its configuration is there to say so or not.
    CHECK(timelineOf(planOf(within, R"(, "access_policy": [])", apart, apart, changes, "")) ==
          "  - {at: 1m, do: policy.delete, target: kv1, with: {identity: a-id}}\n");
}

TEST_CASE("a policy that is replaced is away in between, and for good where its successor is made first") {
    CHECK(timelineOf(planOf("", "", apart, apart, changeOfApart(R"("delete", "create")"), "")) ==
          "  - {at: 1m, do: policy.delete, target: kv1, with: {identity: a-id}}\n"
          "  - {after: 30s, do: policy.set, target: kv1, with: {identity: a-id, permissions: [get, wrapKey, "
          "unwrapKey]}}\n");
    CHECK(timelineOf(planOf("", "", apart, apart, changeOfApart(R"("create", "delete")"), "")) ==
          "  - {at: 1m, do: policy.delete, target: kv1, with: {identity: a-id}}\n");
}

TEST_CASE("a role that is replaced, or whose identity is, is taken away and assigned again") {
    const std::string role =
        R"(, {"address": "azurerm_role_assignment.r", "mode": "managed", "type": "azurerm_role_assignment", "values": {"scope": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1", "role_definition_name": "Key Vault Crypto User", "principal_id": "p-1"}})";
    const auto change = [](std::string_view address, std::string_view type, std::string_view name) {
        return R"({"address": ")" + std::string{address} + R"(", "type": ")" + std::string{type} +
               R"(", "change": {"actions": ["delete", "create"], "before": {"name": ")" + std::string{name} + "\"}}}";
    };
    const std::string rbac = R"(, "rbac_authorization_enabled": true)";
    const std::string removed =
        "  - {at: 1m, do: role.remove, target: kv1, with: {identity: a-id, role: Key Vault Crypto User}}\n";
    const std::string assigned =
        "  - {after: 30s, do: role.assign, target: kv1, with: {identity: a-id, role: Key Vault Crypto User}}\n";
    CHECK(timelineOf(planOf(rbac, rbac, role, role, change("azurerm_role_assignment.r", "azurerm_role_assignment", "x"),
                            "")) == removed + assigned);
    CHECK(timelineOf(planOf(rbac, rbac, role, role,
                            change("azurerm_user_assigned_identity.a", "azurerm_user_assigned_identity", "a-id"),
                            "")) == removed +
                                        "  - {after: 30s, do: identity.delete, target: a-id}\n"
                                        "  - {after: 30s, do: identity.create, target: a-id}\n" +
                                        assigned);
}

TEST_CASE("policies that only applying a plan will tell are those that are there, and told") {
    const std::string changes =
        R"({"address": "azurerm_key_vault.kv", "type": "azurerm_key_vault", "change": {"actions": ["update"], "before": {"name": "kv1")" +
        std::string{within} + R"(}, "after_unknown": {"access_policy": true}}})";
    const Imported imported = importTerraform(planOf(within, "", "", "", changes, ""));
    CHECK(imported.text.find("policy.delete") == std::string::npos);
    CHECK(imported.messages.find("what policies vault 'kv1' will have is only known once it is applied") !=
          std::string::npos);
}

TEST_CASE("a change of how long a vault keeps what is deleted is told, as no step makes it") {
    const Imported imported = importTerraform(
        planOf(R"(, "soft_delete_retention_days": 90)", R"(, "soft_delete_retention_days": 7)", "", "", "", ""));
    CHECK(imported.messages.find("the plan changes softDeleteRetentionInDays of vault 'kv1', which the timeline does "
                                 "not") != std::string::npos);
}

TEST_CASE("a reference means the instance of its index, and several that differ mean none that is known") {
    const auto plan = [](std::string_view references, std::string_view more) {
        return importTerraform(R"({"planned_values": {"root_module": {"resources": [
  {"address": "azurerm_user_assigned_identity.i[\"a\"]", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "a-id"}},
  {"address": "azurerm_user_assigned_identity.i[\"b\"]", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "b-id"}},
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1"}},
  {"address": "azurerm_key_vault_access_policy.p[\"b\"]", "mode": "managed", "type": "azurerm_key_vault_access_policy", "values": {"key_permissions": ["Get", "WrapKey", "UnwrapKey"]}}]}},
 "configuration": {"root_module": {"resources": [{"address": "azurerm_key_vault_access_policy.p", "expressions": {
  "key_vault_id": {"references": ["azurerm_key_vault.kv.id", "azurerm_key_vault.kv"]}, "object_id": {"references": )" +
                               std::string{references} + "}}" + std::string{more} + "}]}}}")
            .text;
    };
    const auto has = [](const std::string& text, std::string_view part) {
        return text.find(part) != std::string::npos;
    };
    const std::string a = plan(
        R"(["azurerm_user_assigned_identity.i[\"a\"].principal_id", "azurerm_user_assigned_identity.i[\"a\"]"])", "");
    CHECK(has(a, "policy.set, target: kv1, with: {identity: a-id"));
    CHECK_FALSE(has(a, "policy.set, target: kv1, with: {identity: b-id"));
    const std::string own = plan(R"(["azurerm_user_assigned_identity.i", "each.key"])", "");
    CHECK(has(own, "policy.set, target: kv1, with: {identity: b-id"));
    const std::string value = plan(R"(["each.value.principal_id", "each.value"])",
                                   R"(, "for_each_expression": {"references": ["azurerm_user_assigned_identity.i"]})");
    CHECK(has(value, "policy.set, target: kv1, with: {identity: b-id"));
    const std::string chosen = plan(
        R"(["var.which", "azurerm_user_assigned_identity.i[\"a\"].principal_id", "azurerm_user_assigned_identity.i[\"a\"]", "azurerm_user_assigned_identity.i[\"b\"].principal_id", "azurerm_user_assigned_identity.i[\"b\"]"])",
        "");
    CHECK_FALSE(has(chosen, "policy.set"));
}

TEST_CASE("a reference into a module means the instance of the module's index") {
    const Imported imported = importTerraform(R"({"planned_values": {"root_module": {"resources": [
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1"}},
  {"address": "azurerm_key_vault_access_policy.p", "mode": "managed", "type": "azurerm_key_vault_access_policy", "values": {"key_permissions": ["Get", "WrapKey", "UnwrapKey"]}}],
  "child_modules": [
   {"address": "module.m[\"a\"]", "resources": [{"address": "module.m[\"a\"].azurerm_user_assigned_identity.i", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "a-id"}}]},
   {"address": "module.m[\"b\"]", "resources": [{"address": "module.m[\"b\"].azurerm_user_assigned_identity.i", "mode": "managed", "type": "azurerm_user_assigned_identity", "values": {"name": "b-id"}}]}]}},
 "configuration": {"root_module": {"resources": [{"address": "azurerm_key_vault_access_policy.p", "expressions": {
  "key_vault_id": {"references": ["azurerm_key_vault.kv.id", "azurerm_key_vault.kv"]},
  "object_id": {"references": ["module.m[\"b\"].principal", "module.m[\"b\"]", "module.m"]}}}],
  "module_calls": {"m": {"module": {"outputs": {"principal": {"expression": {"references": ["azurerm_user_assigned_identity.i.principal_id", "azurerm_user_assigned_identity.i"]}}}}}}}}})");
    INFO(imported.messages);
    CHECK(imported.text.find("policy.set, target: kv1, with: {identity: b-id") != std::string::npos);
}

TEST_CASE("keys that a plan only names are neither made nor deleted by it") {
    const auto account = [](std::string_view key) {
        return R"(, {"address": "azurerm_cosmosdb_account.a", "mode": "managed", "type": "azurerm_cosmosdb_account", "values": {"name": "db", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/db", "key_vault_key_id": "https://kv1.vault.azure.net/keys/)" +
               std::string{key} +
               R"(", "default_identity_type": "SystemAssignedIdentity", "identity": [{"type": "SystemAssigned", "principal_id": "p-2"}]}})";
    };
    CHECK(timelineOf(planOf("", "", account("old"), account("new"), "", "")) ==
          "  - {at: 1m, do: resource.update, target: db, with: {key: kv1/new}}\n");
}

} // namespace cmksim::terraform_test
