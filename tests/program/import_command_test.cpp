#include "program/running.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace cmksim::import_command_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view vault =
    R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t"}},
 {"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p", "clientId": "c"},
 {"name": "reg", "type": "Microsoft.ContainerRegistry/registries", "encryption": {"keyVaultProperties":
  {"identity": "c", "keyIdentifier": "https://kv1.vault.azure.net/keys/cmk"}}}])";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("an imported estate can be simulated as it stands, as YAML and as JSON") {
    const Folder folder;
    const std::string input = folder.file("in.json", vault);
    for (const std::string name : {"estate.yaml", "estate.json"}) {
        const std::string output = folder.path(name);
        const Ran imported{{"import", "az", input, "-o", output}};
        CHECK(imported.code == 0);
        CHECK(imported.out.empty());
        CHECK(has(imported.err, "in.json:3:2: warning: nothing that was read describes key 'cmk' in vault 'kv1'"));
        const Ran ran{{"run", "--format", "json", output}};
        CHECK(ran.code == 0);
        CHECK(has(ran.out, R"({"name": "reg", "service": "acr", "state": "Revoked")"));
        CHECK(Ran{{"blast", output}}.code == 0);
    }
    CHECK(textOf(folder.path("estate.json")).starts_with("{\"cmksim-estate\": 1"));
}

TEST_CASE("an estate that hangs on a bypass that is contested says so") {
    const auto imported = [](std::string_view bypass) {
        const Folder folder;
        const std::string input = folder.file(
            "in.json", R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t",
 "networkAcls": {"defaultAction": "Deny", "bypass": ")" +
                           std::string{bypass} + R"("}, "accessPolicies": [{"objectId": "p", "tenantId": "t",
 "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}]}},
 {"name": "kv1/cmk", "type": "Microsoft.KeyVault/vaults/keys", "properties": {}},
 {"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p", "clientId": "c",
  "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"},
 {"name": "acc", "type": "Microsoft.DocumentDB/databaseAccounts", "properties": {
  "keyVaultKeyUri": "https://kv1.vault.azure.net/keys/cmk", "defaultIdentity": "UserAssignedIdentity=/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"}}])");
        return Ran{{"import", "az", input}}.err;
    };
    constexpr std::string_view warning =
        "vault 'kv1': acc gets through by the bypass alone; that Azure Cosmos DB is a trusted service is contested";
    CHECK(has(imported("AzureServices"), warning));
    CHECK_FALSE(has(imported("None"), "bypass alone"));
}

TEST_CASE("what a service does not take in what was imported is told of the resource") {
    const Folder folder;
    const std::string input = folder.file("in.json", R"([
 {"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t", "accessPolicies": [
  {"objectId": "p", "tenantId": "t", "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}]}},
 {"name": "kv1/cmk", "type": "Microsoft.KeyVault/vaults/keys", "properties": {}},
 {"name": "id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "principalId": "p", "clientId": "c"},
 {"name": "reg", "type": "Microsoft.ContainerRegistry/registries", "sku": {"name": "Standard"},
  "policies": {"trustPolicy": {"status": "enabled"}}, "encryption": {"keyVaultProperties":
  {"identity": "c", "keyIdentifier": "https://kv1.vault.azure.net/keys/cmk"}}}])");
    const Ran imported{{"import", "az", input, "--strict"}};
    CHECK(imported.err == "warning: acr 'reg': the service does not take a key with 'sku: Standard' "
                          "(PremiumSkuRequired)\n"
                          "warning: acr 'reg': the service does not take a key with 'contentTrust: true' "
                          "(FeatureUnsupported)\n");
    CHECK(imported.code == 1);
}

TEST_CASE("a summary counts and lists what there is") {
    const Folder folder;
    const Ran ran{{"import", "az", folder.file("in.json", vault), "--summary", "--quiet"}};
    CHECK(has(ran.out, "vaults                                         1       0        0         0         1\n"));
    CHECK(has(ran.out, "keys                                           0       0        0         1         1\n"));
    CHECK(has(ran.out, "resources\n  reg  {service: acr, identity: id, key: kv1/cmk}\n"));
    CHECK(ran.err.empty());
}

TEST_CASE("templates take parameters from files and from the command line") {
    const Folder folder;
    const std::string file =
        folder.file("main.json", R"({"parameters": {"a": {"type": "string"}, "b": {"type": "string"}},
 "resources": [{"type": "Microsoft.KeyVault/vaults", "name": "[concat(parameters('a'), parameters('b'))]"}]})");
    const std::string values =
        folder.file("values.json", R"({"parameters": {"a": {"value": "one"}, "b": {"value": "two"}}})");
    CHECK(Ran{{"import", "arm", file, values}}.out == "cmksim-estate: 1\nvaults:\n  onetwo: {}\n");
    CHECK(Ran{{"import", "arm", values, file, "--param", "b=three"}}.out ==
          "cmksim-estate: 1\nvaults:\n  onethree: {}\n");
}

TEST_CASE("a log becomes a story of the estate that is named") {
    const Folder folder;
    const std::string estate = folder.path("estate.yaml");
    REQUIRE(Ran{{"import", "az", folder.file("in.json", vault), "-o", estate}}.code == 0);
    const std::string log = folder.file("log.json", R"([{"time": "2026-03-01T10:05:00Z", "operationName": "KeyDelete",
 "properties": {"id": "https://kv1.vault.azure.net/keys/cmk", "httpStatusCode": 200}}])");
    CHECK(Ran{{"import", "activity-log", log}}.code == 2);
    const Ran imported{{"import", "activity-log", log, "--estate", estate, "-o", folder.path("story.yaml")}};
    CHECK(imported.code == 0);
    CHECK(has(textOf(folder.path("story.yaml")), "start: 2026-03-01T10:05:00Z\n"));
}

TEST_CASE("what cannot be imported is an error with its place, and nothing is written") {
    const Folder folder;
    const std::string output = folder.path("out.yaml");
    const Ran broken{{"import", "az", folder.file("in.json", "[{\"name\": }]"), "-o", output}};
    CHECK(broken.code == 2);
    CHECK(has(broken.err, "in.json:1:12: error: this is no JSON"));
    CHECK_FALSE(std::filesystem::exists(output));
    CHECK(has(Ran{{"import", "terrafrom", "x"}}.err, "did you mean 'terraform'?"));
    CHECK(Ran{{"import", "az", folder.path("none.json")}}.code == 2);
    CHECK(Ran{{"import", "arm", folder.file("p.json", "{\"a\": 1}")}}.code == 2);
    const std::string plan = folder.file("plan.json", R"({"planned_values": {"root_module": {}}})");
    CHECK(has(Ran{{"import", "terraform", plan, plan}}.err, "a plan is imported by itself"));
}

TEST_CASE("a folder of mixed files is one estate, and strictness tells what was left open") {
    const Folder folder;
    const std::string in = folder.path("in");
    std::filesystem::create_directory(in);
    REQUIRE_FALSE(folder.file("in/a.json", vault).empty());
    REQUIRE_FALSE(
        folder
            .file("in/b.json",
                  R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
 "resources": [{"type": "Microsoft.KeyVault/vaults", "name": "kv2", "properties": {"enablePurgeProtection": "true"}}]})")
            .empty());
    const Ran ran{{"import", "--from", in}};
    CHECK(ran.code == 0);
    CHECK(has(ran.out, "  kv1: {"));
    CHECK(has(ran.out, "  kv2: {enablePurgeProtection: true}\n"));
    CHECK(has(ran.err, "acr 'reg' is down, IdentityUnauthorized"));
    CHECK(has(ran.err, "at the start, although the source does not say so"));
    CHECK(Ran{{"import", "--from", in, "--strict", "-o", folder.path("e.yaml")}}.code == 1);
    CHECK(has(Ran{{"import", "script", "az"}}.out, "az keyvault list-deleted"));
}

TEST_CASE("a query of which pages are missing is told, one of which all are there is not") {
    const Folder folder;
    const std::string first = folder.file(
        "1.json",
        R"({"count": 1, "data": [{"name": "kv1", "type": "microsoft.keyvault/vaults", "properties": {"enablePurgeProtection": true}}], "skip_token": "x", "total_records": 2})");
    const std::string second = folder.file(
        "2.json",
        R"({"count": 1, "data": [{"name": "kv2", "type": "microsoft.keyvault/vaults", "properties": {"enablePurgeProtection": true}}], "skip_token": null, "total_records": 2})");
    CHECK(has(Ran{{"import", "az", first}}.err, "1 of the 2 rows that a query found were read"));
    CHECK(Ran{{"import", "az", first}}.code == 0);
    CHECK(Ran{{"import", "az", first, "--strict"}}.code == 1);
    CHECK(Ran{{"import", "az", first, second, "--strict"}}.err.empty());
    const std::string linked = folder.file("3.json", R"({"value": [], "nextLink": "https://management.azure.com/x"})");
    CHECK(has(Ran{{"import", "az", linked}}.err, "is one page of several"));
}

TEST_CASE("of several files the later holds, be it a template or an export") {
    const Folder folder;
    const auto vault = [](std::string_view days) {
        return R"({"type": "Microsoft.KeyVault/vaults", "name": "kv1", "properties": {"softDeleteRetentionInDays": )" +
               std::string{days} + "}}";
    };
    const std::string schema =
        R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": [)";
    for (const bool templateFirst : {true, false}) {
        const std::string in = folder.path(templateFirst ? "one" : "two");
        std::filesystem::create_directory(in);
        const std::string name = templateFirst ? "one/" : "two/";
        REQUIRE_FALSE(folder.file(name + (templateFirst ? "a.json" : "z.json"), schema + vault("7") + "]}").empty());
        REQUIRE_FALSE(folder.file(name + "m.json", "[" + vault("30") + "]").empty());
        const Ran ran{{"import", "--from", in}};
        CHECK(has(ran.out, templateFirst ? "softDeleteRetentionInDays: 30" : "softDeleteRetentionInDays: 7"));
        CHECK(has(ran.err, "softDeleteRetentionInDays of vault 'kv1' is "));
    }
}

TEST_CASE("a list in lists is neither a state nor a plan of Terraform, and a list of numbers no log") {
    const Folder folder;
    const std::string nested = folder.file("nested.json", "[[[]]]");
    const Ran terraform{{"import", "terraform", nested}};
    CHECK(terraform.code == 2);
    CHECK(terraform.out.empty());
    CHECK(has(terraform.err, "nested.json:1:1: error: this is neither a state nor a plan of Terraform"));
    const std::string estate = folder.file("estate.yaml", "cmksim-estate: 1\nvaults: {kv1: }\n");
    const Ran log{{"import", "activity-log", folder.file("log.json", "[1, 2]"), "--estate", estate}};
    CHECK(log.code == 2);
    CHECK(has(log.err, "log.json:1:2: error: this is no event of a log"));
}

} // namespace cmksim::import_command_test
