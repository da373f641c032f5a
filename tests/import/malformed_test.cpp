// What cannot be read is told at its place, or is known not to be known: it is never absent without a word.
#include "import/imported.hpp"

#include "import/what_if.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <array>
#include <utility>

namespace cmksim::malformed_test {

using namespace cmksim::test;

namespace {

/// A template with one resource more than a parameter without a value.
Imported declared(std::string_view type, std::string_view fields) {
    return importArm(fmt::format(R"({{"parameters": {{"extra": {{"type": "object"}}}}, "resources": [
 {{"type": "{}", "apiVersion": "2023-07-01", "name": "it1", {}}}]}})",
                                 type, fields));
}

constexpr std::string_view registry = "Microsoft.ContainerRegistry/registries";
constexpr std::string_view vault = "Microsoft.KeyVault/vaults";

/// A plan or state with one vault.
std::string vaultOf(std::string_view attributes) {
    return fmt::format(R"({{"values": {{"root_module": {{"resources": [{{"address": "azurerm_key_vault.v",
 "mode": "managed", "type": "azurerm_key_vault", "name": "v", "values": {{"name": "kv1", {}}}}}]}}}}}})",
                       attributes);
}

std::string registryOf(std::string_view attributes) {
    return fmt::format(R"({{"values": {{"root_module": {{"resources": [{{"address": "azurerm_container_registry.r",
 "mode": "managed", "type": "azurerm_container_registry", "name": "r", "values": {{"name": "reg", {}}}}}]}}}}}})",
                       attributes);
}

} // namespace

TEST_CASE("a resource of which nothing is known stands with a key that was not read") {
    for (const std::string_view type :
         {registry, std::string_view{"Microsoft.Storage/storageAccounts"}, std::string_view{"Microsoft.Compute/disks"},
          std::string_view{"Microsoft.Compute/virtualMachines"}}) {
        const Imported imported = declared(type, R"("properties": "[parameters('extra')]")");
        INFO(imported.text << imported.messages);
        CHECK(has(imported.text, fmt::format("it1: {{service: unmodelled, type: {}, keyNotRead: true}}", type)));
        CHECK(has(imported.messages, "'it1': whether it has a key of the customer's was not read"));
        CHECK(imported.compiles());
    }
}

TEST_CASE("what a machine stands on may be any key's where its disks are not known") {
    const Imported imported =
        declared("Microsoft.Compute/virtualMachines", R"("properties": {"storageProfile": "[parameters('extra')]"})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "keyNotRead: true"));
}

TEST_CASE("a vault of which nothing is known is left out, and has no open firewall") {
    const Imported imported = declared(vault, R"("properties": "[parameters('extra')]")");
    INFO(imported.text << imported.messages);
    CHECK_FALSE(has(imported.text, "it1: {"));
    CHECK(has(imported.messages, "vault 'it1' is left out: its properties were not read"));
}

TEST_CASE("what no model plays and of which nothing is known is told") {
    const Imported imported = declared("Microsoft.Batch/batchAccounts", R"("properties": "[parameters('extra')]")");
    INFO(imported.messages);
    CHECK(has(imported.messages, "what Microsoft.Batch/batchAccounts 'it1' is set to is not known (extra); whether it "
                                 "uses a key was not read"));
}

TEST_CASE("what of a template is of no kind that can be read is told at its place") {
    using Case = std::pair<std::string_view, std::string_view>;
    for (const auto& [text, message] : std::array{
             Case{R"({"resources": "x"})", "expected a list or a mapping for 'resources', not the text 'x'"},
             Case{R"({"resources": 5})", "expected a list or a mapping for 'resources', not '5'"},
             Case{R"({"resources": [null, 5]})", "expected a mapping for 'resources', not '5'"},
             Case{R"({"resources": [], "parameters": [1]})", "expected a mapping for 'parameters', not a list"},
             Case{R"({"resources": [], "variables": "x"})", "expected a mapping for 'variables', not the text 'x'"},
             Case{R"({"resources": [{"type": [], "name": "x"}]})", "expected a single value for 'type', not a list"}}) {
        const Imported imported = importArm(text);
        INFO(text << '\n' << imported.messages);
        CHECK(has(imported.messages, fmt::format("1: {}", message)));
    }
    CHECK(importArm(R"({"resources": [null], "parameters": null})").messages.empty());
}

TEST_CASE("what of a resource is of no kind that can be read is told at its place") {
    using Case = std::array<std::string_view, 3>;
    for (const auto& [type, fields, message] : std::array{
             Case{registry, R"("properties": "x")", "expected a mapping for 'properties', not the text 'x'"},
             Case{registry, R"("properties": {"encryption": "x"})",
                  "expected a mapping for 'properties.encryption', not the text 'x'"},
             Case{registry, R"("properties": {"encryption": []})",
                  "expected a mapping for 'properties.encryption', not a list"},
             Case{registry, R"("properties": {"encryption": 5})",
                  "expected a mapping for 'properties.encryption', not '5'"},
             Case{
                 registry, R"("properties": {"encryption": {"keyVaultProperties": {"keyIdentifier": {}}}})",
                 "expected a single value for 'properties.encryption.keyVaultProperties.keyIdentifier', not a mapping"},
             Case{registry, R"("identity": "x")", "expected a mapping for 'identity', not the text 'x'"},
             Case{"Microsoft.EventHub/namespaces", R"("properties": {"encryption": {"keyVaultProperties": {}}})",
                  "expected a list for 'properties.encryption.keyVaultProperties', not a mapping"},
             Case{vault, R"("properties": 5)", "expected a mapping for 'properties', not '5'"},
             Case{vault, R"("properties": {"accessPolicies": {}})",
                  "expected a list for 'properties.accessPolicies', not a mapping"},
             Case{vault, R"("properties": {"accessPolicies": [5]})",
                  "expected a mapping for 'properties.accessPolicies', not '5'"},
             Case{vault, R"("properties": {"networkAcls": 5})",
                  "expected a mapping for 'properties.networkAcls', not '5'"},
             Case{vault, R"("properties": {"networkAcls": {"ipRules": "x"}})",
                  "expected a list for 'properties.networkAcls.ipRules', not the text 'x'"},
             Case{vault, R"("properties": {"enablePurgeProtection": {}})",
                  "expected a single value for 'properties.enablePurgeProtection', not a mapping"}}) {
        const Imported made = declared(type, fields);
        INFO(fields << '\n' << made.messages);
        CHECK(has(made.messages, fmt::format("2: {}", message)));
        const Imported exported = importAz(fmt::format(R"([{{"type": "{}", "name": "it1", {}}}])", type, fields));
        INFO(exported.messages);
        CHECK(has(exported.messages, fmt::format("1: {}", message)));
    }
}

TEST_CASE("a wrong field of a template is told where it stands, and null is none") {
    Catalog catalog;
    Diagnostics diagnostics;
    AzureResources resources{catalog.azure(), catalog.platform(), diagnostics};
    const auto document = parseJson(
        std::make_shared<const Source>(
            "in.json",
            "{\"resources\": [{\"type\": \"Microsoft.KeyVault/vaults\", \"name\": \"a\", \"properties\": null},\n"
            " {\"type\": \"Microsoft.ContainerRegistry/registries\", \"name\": \"b\",\n"
            "  \"properties\": {\"encryption\": \"x\"}}]}"),
        diagnostics);
    REQUIRE(document);
    expandArmTemplate(document->root(), {}, resources, catalog.azure(), catalog.platform(), diagnostics);
    REQUIRE(diagnostics.hasErrors());
    for (const Diagnostic& one : diagnostics.all()) {
        CHECK(one.mark.line == 3);
        CHECK(one.mark.column == 32);
    }
}

TEST_CASE("a flat export with a wrong block is told at its place") {
    const Imported imported =
        importAz(fmt::format(R"([{{"type": "{}", "name": "it1", "encryption": "x"}}])", registry));
    INFO(imported.messages);
    CHECK(has(imported.messages, "1: expected a mapping for 'encryption', not the text 'x'"));
}

TEST_CASE("what PowerShell cut off is told as that") {
    const Imported imported = importAz(R"([{"Type": "Microsoft.KeyVault/vaults", "VaultName": "kv1",
 "AccessPolicies": "Microsoft.Azure.Commands.KeyVault.Models.PSKeyVaultAccessPolicy"}])");
    INFO(imported.messages);
    CHECK(has(imported.messages,
              "expected a list for 'accessPolicies', not the text "
              "'Microsoft.Azure.Commands.KeyVault.Models.PSKeyVaultAccessPolicy'; PowerShell cuts off "
              "what nests deeper than 'ConvertTo-Json -Depth'"));
}

TEST_CASE("what of a key or of a role's definition cannot be read is told") {
    const auto key = [](std::string_view attributes) {
        return importAz(
                   fmt::format(R"([{{"kid": "https://kv1.vault.azure.net/keys/k/a", "attributes": {}}}])", attributes))
            .messages;
    };
    CHECK(has(key(R"("x")"), "expected a mapping for 'attributes', not the text 'x'"));
    CHECK(has(key(R"({"enabled": "x"})"),
              "expected true or false for 'properties.attributes.enabled', not the text 'x'"));
    CHECK(has(key(R"({"exp": {}})"), "expected a single value for 'properties.attributes.exp', not a mapping"));
    CHECK(has(importAz(R"([{"type": "Microsoft.Authorization/roleDefinitions", "name": "r",
 "properties": {"roleName": "r", "permissions": "x"}}])")
                  .messages,
              "expected a list for 'properties.permissions', not the text 'x'"));
}

TEST_CASE("rows and columns of a table that are none are told") {
    CHECK(has(importAz(R"({"columns": 5, "rows": []})").messages, "expected a list for 'columns', not '5'"));
    CHECK(
        has(importAz(R"({"columns": [{"name": "a"}], "rows": [5]})").messages, "expected a list for 'rows', not '5'"));
    CHECK(has(importAz("[5]").messages, "expected a resource, which is a mapping, not '5'"));
}

TEST_CASE("what of a state or plan is of no kind that can be read is told at its place") {
    using Case = std::pair<std::string, std::string_view>;
    for (const auto& [text, message] : std::array{
             Case{R"({"values": {"root_module": {"resources": {}}}})",
                  "expected a list for 'resources', not a mapping"},
             Case{R"({"values": {"root_module": {"resources": [5]}}})", "expected a mapping for 'resources', not '5'"},
             Case{R"({"values": {"root_module": {"child_modules": {}}}})",
                  "expected a list for 'child_modules', not a mapping"},
             Case{R"({"planned_values": {"root_module": {}}, "prior_state": {"values": 5}})",
                  "expected a mapping for 'values', not '5'"},
             Case{R"({"planned_values": {"root_module": {}}, "resource_changes": {}})",
                  "expected a list for 'resource_changes', not a mapping"},
             Case{
                 R"({"planned_values": {"root_module": {}}, "resource_changes": [{"change": {"after_unknown": "x"}}]})",
                 "expected a mapping for 'after_unknown', not the text 'x'"},
             Case{R"({"version": 4, "resources": [{"instances": {}}]})",
                  "expected a list for 'instances', not a mapping"},
             Case{vaultOf(R"("access_policy": "x")"), "expected a list for 'access_policy', not the text 'x'"},
             Case{vaultOf(R"("access_policy": [5])"), "expected a mapping for 'access_policy', not '5'"},
             Case{vaultOf(R"("access_policy": [{"key_permissions": "get"}])"),
                  "expected a list for 'key_permissions', not the text 'get'"},
             Case{vaultOf(R"("network_acls": 5)"), "expected a list for 'network_acls', not '5'"},
             Case{vaultOf(R"("network_acls": [{"ip_rules": {}}])"),
                  "expected a list for 'network_acls.0.ip_rules', not a mapping"},
             Case{registryOf(R"("encryption": {})"), "expected a list for 'encryption', not a mapping"},
             Case{registryOf(R"("encryption": [{"key_vault_key_id": []}])"),
                  "expected a single value for 'encryption.0.key_vault_key_id', not a list"}}) {
        const Imported imported = importTerraform(text);
        INFO(text << '\n' << imported.messages);
        CHECK(has(imported.messages, fmt::format(": {}", message)));
    }
    // So a state writes what is not set.
    CHECK_FALSE(has(importTerraform(registryOf(R"("encryption": "", "identity": null)")).messages, "expected"));
}

TEST_CASE("what of a what-if result is of no kind that can be read is told at its place") {
    using Case = std::pair<std::string_view, std::string_view>;
    for (const auto& [text, message] : std::array{
             Case{R"({"changes": [{"changeType": "NoChange"}, 5]})", "expected a mapping for 'changes', not '5'"},
             Case{R"({"changes": [{"changeType": "NoChange", "before": "x"}]})",
                  "expected a mapping for 'before', not the text 'x'"},
             Case{R"({"changes": [], "potentialChanges": 5})", "expected a list for 'potentialChanges', not '5'"}}) {
        Catalog catalog;
        Diagnostics diagnostics;
        const auto document = parseJson(std::make_shared<const Source>("in.json", std::string{text}), diagnostics);
        REQUIRE(document);
        static_cast<void>(readWhatIf(document->root(), catalog.azure(), catalog.platform(), diagnostics));
        INFO(text);
        CHECK(has(reported(diagnostics), message));
    }
}

TEST_CASE("a whole number is one however it is written") {
    for (const std::string_view days : {"7", "7.0", "7e0", "\"7\""}) {
        const std::string field = fmt::format(R"("properties": {{"softDeleteRetentionInDays": {}}})", days);
        const Imported made = declared(vault, field);
        INFO(days << '\n' << made.text << made.messages);
        CHECK(has(made.text, "softDeleteRetentionInDays: 7"));
        CHECK_FALSE(has(made.messages, "softDeleteRetentionInDays"));
        const Imported exported = importAz(fmt::format(R"([{{"type": "{}", "name": "it1", {}}}])", vault, field));
        CHECK(has(exported.text, "softDeleteRetentionInDays: 7"));
    }
    for (const std::string_view days : {"7", "7.0"}) {
        CHECK(has(importTerraform(vaultOf(fmt::format(R"("soft_delete_retention_days": {})", days))).text,
                  "softDeleteRetentionInDays: 7"));
    }
    CHECK(has(declared(vault, R"("properties": {"softDeleteRetentionInDays": 7.5})").messages,
              "softDeleteRetentionInDays of vault 'it1' cannot be"));
}

} // namespace cmksim::malformed_test
