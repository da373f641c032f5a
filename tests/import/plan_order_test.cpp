// What a plan names and neither makes nor destroys, and what it makes before it destroys what that replaces.
#include "import/imported.hpp"

#include "document/yaml.hpp"
#include "import/estate_change.hpp"
#include "import/estate_source.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::plan_order_test {

using namespace cmksim::test;

namespace {

const std::string group = "/subscriptions/s/resourceGroups/g/providers/";
const std::string vaultId = group + "Microsoft.KeyVault/vaults/kv1";
const std::string identityId = group + "Microsoft.ManagedIdentity/userAssignedIdentities/uid";

std::string instance(std::string_view address, std::string_view values, std::string_view mode = "managed") {
    const std::string_view local = address.starts_with("data.") ? address.substr(5) : address;
    return fmt::format("{{\"address\": \"{}\", \"mode\": \"{}\", \"type\": \"{}\", \"values\": {{{}}}}}", address, mode,
                       local.substr(0, local.find('.')), values);
}

const std::string vault =
    instance("azurerm_key_vault.kv",
             R"("name": "kv1", "purge_protection_enabled": true, "rbac_authorization_enabled": false, "id": ")" +
                 vaultId + "\"");

std::string keyCalled(std::string_view name) {
    return instance("azurerm_key_vault_key.k", fmt::format(R"("name": "{}", "key_vault_id": "{}")", name, vaultId));
}

std::string accountWith(std::string_view key) {
    return instance(
        "azurerm_storage_account.a",
        fmt::format(
            R"("name": "sa1", "resource_group_name": "g", "customer_managed_key": [{{"key_vault_key_id": "https://kv1.vault.azure.net/keys/{}", "user_assigned_identity_id": "{}"}}], "identity": [{{"type": "UserAssigned", "identity_ids": ["{}"]}}])",
            key, identityId, identityId));
}

const std::string identityValues =
    R"("name": "uid", "resource_group_name": "g", "principal_id": "p-1", "client_id": "c-1", "id": ")" + identityId +
    "\"";
const std::string identity = instance("azurerm_user_assigned_identity.i", identityValues);
const std::string policy = instance(
    "azurerm_key_vault_access_policy.p",
    R"("object_id": "p-1", "key_permissions": ["Get", "WrapKey", "UnwrapKey"], "key_vault_id": ")" + vaultId + "\"");

/// A change of an instance; `before` and `unknown` are what its change has of these.
std::string change(std::string_view address, std::string_view actions, std::string_view before = "{}",
                   std::string_view unknown = "{}") {
    return fmt::format(
        R"({{"address": "{}", "type": "{}", "change": {{"actions": [{}], "before": {}, "after_unknown": {}}}}})",
        address, address.substr(0, address.find('.')), actions, before, unknown);
}

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& one : items) {
        text += (text.empty() ? "" : ",\n") + one;
    }
    return text;
}

std::string planOf(const std::vector<std::string>& before, const std::vector<std::string>& after,
                   const std::vector<std::string>& changes) {
    return R"({"planned_values": {"root_module": {"resources": [)" + joined(after) +
           R"(]}}, "prior_state": {"values": {"root_module": {"resources": [)" + joined(before) +
           R"(]}}}, "configuration": {}, "resource_changes": [)" + joined(changes) + "]}";
}

std::string stepsOf(const Imported& imported) {
    INFO(imported.text << imported.messages);
    CHECK(imported.compiles());
    const std::size_t at = imported.text.find("timeline:\n");
    return at == std::string::npos ? std::string{} : imported.text.substr(at + std::string_view{"timeline:\n"}.size());
}

/// The steps that a plan makes of a known estate, and what of it is not known, a line each.
std::string changeOf(const std::string& plan, const std::string& estate) {
    Catalog catalog;
    Diagnostics diagnostics;
    const auto known = parseDocument(std::make_shared<const Source>("estate.yaml", estate), diagnostics);
    const auto document = parseJson(std::make_shared<const Source>("plan.json", plan), diagnostics);
    REQUIRE(known);
    REQUIRE(document);
    auto reading = readTerraform(document->root(), catalog.azure(), catalog.platform(), diagnostics);
    REQUIRE(reading);
    const KnownEstate there{estateAsWritten(known->root()),
                            rawOf(known->root(), {}, catalog.azure(), catalog.platform())};
    const ReportedChange reported{reading->before, reading->after, reading->replaced, {}, {}, false};
    std::string text;
    const EstateChange found = estateChange(there, reported, catalog, diagnostics);
    for (const JsonObject& entry : found.entries) {
        text += JsonValue{entry}.line() + '\n';
    }
    for (const std::string& unknown : found.unknown) {
        text += "unknown: " + unknown + '\n';
    }
    return text;
}

const std::string undescribed = "nothing that was read describes identity 'uid'; it is taken to be there before the "
                                "change and after it; what else is granted to it is not known";

} // namespace

TEST_CASE("a resource whose key stands apart is made without it, and gets it once its own identity is granted it") {
    const std::string id = group + "Microsoft.Storage/storageAccounts/sa1";
    const std::string account = instance(
        "azurerm_storage_account.a",
        R"("name": "sa1", "resource_group_name": "g", "identity": [{"type": "SystemAssigned", "principal_id": "p-own"}], "id": ")" +
            id + "\"");
    const std::string own =
        instance("azurerm_key_vault_access_policy.own",
                 R"("object_id": "p-own", "key_permissions": ["Get", "WrapKey", "UnwrapKey"], "key_vault_id": ")" +
                     vaultId + "\"");
    const std::string apart =
        instance("azurerm_storage_account_customer_managed_key.k",
                 fmt::format(R"("storage_account_id": "{}", "key_vault_id": "{}", "key_name": "cmk")", id, vaultId));
    const Imported imported =
        importTerraform(planOf({vault, keyCalled("cmk")}, {vault, keyCalled("cmk"), account, own, apart},
                               {change("azurerm_storage_account.a", R"("create")", "null"),
                                change("azurerm_key_vault_access_policy.own", R"("create")", "null"),
                                change("azurerm_storage_account_customer_managed_key.k", R"("create")", "null")}));
    const std::string steps = stepsOf(imported);
    INFO(steps);
    const std::size_t made =
        steps.find("do: resource.create, target: sa1, with: {service: storage, identities: [SystemAssigned]}");
    const std::size_t granted = steps.find("do: policy.set, target: kv1, with: {identity: \"system:sa1\"");
    const std::size_t keyed =
        steps.find("do: resource.update, target: sa1, with: {key: kv1/cmk, identity: SystemAssigned}");
    REQUIRE(keyed != std::string::npos);
    CHECK(made < granted);
    CHECK(granted < keyed);
    // One that is there already gets it with the same step.
    const Imported there =
        importTerraform(planOf({vault, keyCalled("cmk"), account}, {vault, keyCalled("cmk"), account, own, apart},
                               {change("azurerm_key_vault_access_policy.own", R"("create")", "null"),
                                change("azurerm_storage_account_customer_managed_key.k", R"("create")", "null")}));
    CHECK_FALSE(has(stepsOf(there), "resource.create"));
    CHECK(has(stepsOf(there), "do: resource.update, target: sa1, with: {key: kv1/cmk"));
}

TEST_CASE("an identity that a plan names by its id and nothing describes is there from the start, and told") {
    const Imported made =
        importTerraform(planOf({vault, keyCalled("cmk")}, {vault, keyCalled("cmk"), accountWith("cmk")},
                               {change("azurerm_storage_account.a", R"("create")", "null")}));
    CHECK_FALSE(has(stepsOf(made), "identity."));
    CHECK(has(made.text, "identities:\n    uid: {id: " + identityId + "}"));
    CHECK(has(made.messages, undescribed));
    const Imported gone =
        importTerraform(planOf({vault, keyCalled("cmk"), accountWith("cmk")}, {vault, keyCalled("cmk")},
                               {change("azurerm_storage_account.a", R"("delete")")}));
    CHECK(stepsOf(gone) == "  - {at: 1m, do: resource.delete, target: sa1}\n");
    CHECK(has(gone.messages, undescribed));
}

TEST_CASE("an identity that a plan looks up is not made by it, and its policy is there before") {
    const std::string found = instance("data.azurerm_user_assigned_identity.i", identityValues, "data");
    const Imported imported = importTerraform(planOf({vault, keyCalled("cmk"), policy},
                                                     {vault, keyCalled("cmk"), policy, accountWith("cmk"), found},
                                                     {change("azurerm_storage_account.a", R"("create")", "null")}));
    CHECK(has(imported.text, "accessPolicies: {uid: [get, wrapKey, unwrapKey]}"));
    CHECK_FALSE(has(stepsOf(imported), "identity."));
    CHECK_FALSE(has(imported.text, "do: policy."));
    CHECK_FALSE(has(imported.messages, "nothing that was read describes identity"));
}

TEST_CASE("what a plan destroys goes, though something still names it") {
    const std::vector<std::string> whole{vault, keyCalled("cmk"), identity, policy, accountWith("cmk")};
    const Imported ofIdentity = importTerraform(planOf(whole, {vault, keyCalled("cmk"), policy, accountWith("cmk")},
                                                       {change("azurerm_user_assigned_identity.i", R"("delete")")}));
    CHECK(stepsOf(ofIdentity) == "  - {at: 1m, do: identity.delete, target: uid}\n");
    const Imported ofKey = importTerraform(planOf(whole, {vault, identity, policy, accountWith("cmk")},
                                                  {change("azurerm_key_vault_key.k", R"("delete")")}));
    CHECK(stepsOf(ofKey) == "  - {at: 1m, do: key.delete, target: kv1/cmk}\n");
}

TEST_CASE("what only a resource names that goes stays as the known estate has it") {
    const std::string estate = "cmksim-estate: 1\n"
                               "vaults:\n"
                               "  kv1: {enablePurgeProtection: true, enableRbacAuthorization: false, accessPolicies: "
                               "{uid: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}\n"
                               "identities:\n"
                               "  uid: {id: " +
                               identityId +
                               "}\n"
                               "resources:\n"
                               "  sa1: {service: storage, identity: uid, key: kv1/cmk, identities: [uid]}\n"
                               "  sa2: {service: storage, identity: uid, key: kv1/cmk, identities: [uid]}\n";
    const std::string plan =
        planOf({vault, accountWith("cmk")}, {vault}, {change("azurerm_storage_account.a", R"("delete")")});
    CHECK(changeOf(plan, estate) == "{\"at\": \"1m\", \"do\": \"resource.delete\", \"target\": \"sa1\"}\n");
    CHECK(has(changeOf(plan, "cmksim-estate: 1\n"), "unknown: " + undescribed));
}

TEST_CASE("a role that a plan makes before it destroys what that replaces is assigned first") {
    const std::string rbac = instance("azurerm_key_vault.kv",
                                      R"("name": "kv1", "rbac_authorization_enabled": true, "id": ")" + vaultId + "\"");
    const auto role = [](std::string_view called) {
        return instance(
            "azurerm_role_assignment.r",
            fmt::format(R"("scope": "{}", "role_definition_name": "{}", "principal_id": "p-1")", vaultId, called));
    };
    const auto stepsIn = [&](std::string_view actions) {
        return stepsOf(importTerraform(planOf({rbac, identity, role("Key Vault Crypto User")},
                                              {rbac, identity, role("Key Vault Crypto Service Encryption User")},
                                              {change("azurerm_role_assignment.r", actions)})));
    };
    CHECK(stepsIn(R"("create", "delete")") ==
          "  - {at: 1m, do: role.assign, target: kv1, with: {identity: uid, role: Key Vault Crypto Service Encryption "
          "User}}\n"
          "  - {after: 30s, do: role.remove, target: kv1, with: {identity: uid, role: Key Vault Crypto User}}\n");
    CHECK(stepsIn(R"("delete", "create")") ==
          "  - {at: 1m, do: role.remove, target: kv1, with: {identity: uid, role: Key Vault Crypto User}}\n"
          "  - {after: 30s, do: role.assign, target: kv1, with: {identity: uid, role: Key Vault Crypto Service "
          "Encryption User}}\n");
}

TEST_CASE("a key that a plan makes before it destroys the one that it replaces is used before that goes") {
    const auto stepsIn = [](std::string_view actions) {
        return stepsOf(importTerraform(planOf({vault, keyCalled("cmk"), identity, policy, accountWith("cmk")},
                                              {vault, keyCalled("new"), identity, policy, accountWith("new")},
                                              {change("azurerm_key_vault_key.k", actions, R"({"name": "cmk"})"),
                                               change("azurerm_storage_account.a", R"("update")")})));
    };
    CHECK(stepsIn(R"("create", "delete")") ==
          "  - {at: 1m, do: key.create, target: kv1/new}\n"
          "  - {after: 30s, do: resource.update, target: sa1, with: {key: kv1/new}}\n"
          "  - {after: 30s, do: key.delete, target: kv1/cmk}\n");
    CHECK(stepsIn(R"("delete", "create")").starts_with("  - {at: 1m, do: key.delete, target: kv1/cmk}\n"));
}

TEST_CASE("what azapi sends of a key and a plan does not know stays as it is before, and is told") {
    const auto keyWith = [](std::string_view body) {
        return instance(
            "azapi_resource.k",
            fmt::format(
                R"("type": "Microsoft.KeyVault/vaults/keys@2023-07-01", "name": "cmk", "id": "{}/keys/cmk", "parent_id": "{}"{})",
                vaultId, vaultId, body));
    };
    constexpr std::string_view dated = R"("body": {"properties": {"attributes": {"exp": 1893456000}}})";
    const auto plan = [&](std::string_view after, std::string_view before, std::string_view unknown) {
        return importTerraform(
            planOf({vault, keyWith(", " + std::string{before})}, {vault, keyWith(after)},
                   {change("azapi_resource.k", R"("update")", fmt::format("{{{}}}", before), unknown)}));
    };
    const Imported date = plan(R"(, "body": {"properties": {"attributes": {}}})", dated,
                               R"({"body": {"properties": {"attributes": {"exp": true}}}})");
    CHECK(stepsOf(date).empty());
    CHECK(has(date.text, "cmk: {expires: \"2030-01-01T00:00:00Z\"}"));
    CHECK(has(date.messages, "exp of key 'kv1/cmk' is not known (azapi_resource.k#body.properties.attributes.exp); it "
                             "is taken to stay as it is"));
    // As a text it is not known at all.
    constexpr std::string_view asText = R"("body": "{\"properties\": {\"attributes\": {\"exp\": 1893456000}}}")";
    const Imported whole = plan("", asText, R"({"body": true})");
    CHECK(stepsOf(whole).empty());
    CHECK(has(whole.messages,
              "body of key 'kv1/cmk' is not known (azapi_resource.k#body); it is taken to stay as it is"));
}

TEST_CASE("a vault of which azapi sends what a plan does not know at all is not taken for gone") {
    const auto vaultWith = [](std::string_view body) {
        return instance(
            "azapi_resource.v",
            fmt::format(
                R"("type": "Microsoft.KeyVault/vaults@2023-07-01", "name": "kv1", "id": "{}", "parent_id": "/subscriptions/s/resourceGroups/g"{})",
                vaultId, body));
    };
    constexpr std::string_view body = R"("body": "{\"properties\": {\"enablePurgeProtection\": true}}")";
    const Imported imported = importTerraform(
        planOf({vaultWith(", " + std::string{body})}, {vaultWith("")},
               {change("azapi_resource.v", R"("update")", fmt::format("{{{}}}", body), R"({"body": true})")}));
    CHECK(stepsOf(imported).empty());
    CHECK(has(imported.text, "kv1: {enablePurgeProtection: true}"));
    CHECK(has(imported.messages,
              "body of vault 'kv1' is not known (azapi_resource.v#body); it is taken to stay as it is"));
    const Imported made = importTerraform(
        planOf({}, {vaultWith("")}, {change("azapi_resource.v", R"("create")", "null", R"({"body": true})")}));
    CHECK(has(made.messages, "vault 'kv1' is left out: its properties were not read"));
}

TEST_CASE(
    "a vault that a plan makes by azapi has the defaults of its version of the API, and one that is there its own") {
    const auto vault = [](std::string_view version) {
        return instance(
            "azapi_resource.v",
            fmt::format(
                R"("type": "Microsoft.KeyVault/vaults@{}", "name": "kv1", "id": "{}", "body": {{"properties": {{"accessPolicies": []}}}})",
                version, vaultId));
    };
    const auto made = [&](std::string_view version) {
        return importTerraform(planOf({}, {vault(version)}, {change("azapi_resource.v", R"("create")", "null", "{}")}));
    };
    INFO(made("2026-02-01").messages);
    CHECK(has(made("2026-02-01").messages, "vault 'kv1' does not say whether it uses roles"));
    CHECK_FALSE(has(made("2023-07-01").messages, "does not say whether it uses roles"));
    const Imported altered = importTerraform(planOf(
        {vault("2023-07-01")}, {vault("2026-02-01")},
        {change("azapi_resource.v", R"("update")", R"({"body": {"properties": {"accessPolicies": []}}})", "{}")}));
    CHECK_FALSE(has(altered.messages, "does not say whether it uses roles"));
}

TEST_CASE("an identity of azapi, which is sent nothing, is read with the ids that come back") {
    const Imported imported = importTerraform(
        R"({"values": {"root_module": {"resources": [)" +
        joined(
            {vault, policy,
             instance(
                 "azapi_resource.i",
                 R"("type": "Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31", "name": "uid", "output": {"properties": {"principalId": "p-1"}}, "id": ")" +
                     identityId + "\"")}) +
        "]}}}");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "accessPolicies: {uid: [get, wrapKey, unwrapKey]}"));
}

} // namespace cmksim::plan_order_test
