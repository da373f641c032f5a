// Tags of resources, from every source.
#include "import/imported.hpp"

#include <catch2/catch.hpp>

namespace cmksim::tags_test {

using namespace cmksim;
using namespace cmksim::import;
using namespace cmksim::test;

namespace {

bool says(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// A registry as the Azure CLI prints it, with its tags and when it was changed.
std::string registry(std::string_view tags, std::string_view changed = "") {
    return R"({"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/reg", "name": "reg", )"
           R"("type": "Microsoft.ContainerRegistry/registries", "properties": {}, "systemData": {"lastModifiedAt": ")" +
           std::string{changed} + R"("}, "tags": )" + std::string{tags} + "}";
}

/// A template with a registry of that name.
std::string registryTemplate(std::string_view tags) {
    return R"({"parameters": {"env": {"type": "string"}, "all": {"type": "object"}}, "resources": [
 {"type": "Microsoft.ContainerRegistry/registries", "name": "reg", "properties": {}, "tags": )" +
           std::string{tags} + "}]}";
}

/// A plan that makes a registry or changes its tags, and leaves some of them open.
std::string registryPlan(std::string_view before, std::string_view after, std::string_view unknown) {
    const std::string head =
        R"({"address": "azurerm_container_registry.r", "mode": "managed", )"
        R"("type": "azurerm_container_registry", "values": {"name": "reg", "sku": "Premium", "tags": )";
    const std::string prior = before.empty() ? "" : head + std::string{before} + "}}";
    return R"({"planned_values": {"root_module": {"resources": [)" + head + std::string{after} +
           R"(}}]}}, "prior_state": {"values": {"root_module": {"resources": [)" + prior +
           R"(]}}}, "configuration": {}, "resource_changes": [{"address": "azurerm_container_registry.r", "type": )"
           R"("azurerm_container_registry", "change": {"actions": [")" +
           (before.empty() ? "create" : "update") + R"("], "after_unknown": {"tags": )" + std::string{unknown} +
           "}}}]}";
}

} // namespace

TEST_CASE("tags are texts whatever they look like, and are written so that they load as such") {
    const Imported imported = importAz(
        "[" +
        registry(
            R"({"env": "prod", "on": "true", "Cost centre": "0042", "hidden-link:/a": "", "none": null, "n": 7})") +
        "]");
    INFO(imported.text << imported.messages);
    CHECK(says(imported.text, "  reg: {service: acr, tags: {env: prod, \"on\": \"true\", Cost centre: \"0042\", "
                              "\"hidden-link:/a\": \"\", none: \"\", n: \"7\"}}\n"));
    CHECK(imported.compiles());
    // As PowerShell prints them; no tags are none.
    CHECK(says(importAz(R"([{"Name": "reg", "ResourceType": "Microsoft.ContainerRegistry/registries", "Properties": {},
 "Tags": {"env": "prod"}}])")
                   .text,
               "  reg: {service: acr, tags: {env: prod}}\n"));
    CHECK(says(importAz("[" + registry("{}") + "]").text, "  reg: {service: acr}\n"));
}

TEST_CASE("what has no model and stands in the estate keeps its tags") {
    const Imported imported =
        importAz(R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t"}},
 {"name": "jobs", "type": "Microsoft.Batch/batchAccounts", "tags": {"env": "prod"},
  "properties": {"encryption": {"keyvaultproperties": {"keyname": "cmk", "keyvaulturi": "https://kv1.vault.azure.net"}}}}])");
    INFO(imported.text << imported.messages);
    CHECK(says(imported.text, "  jobs: {service: unmodelled, type: Microsoft.Batch/batchAccounts, key: kv1/cmk, tags: "
                              "{env: prod}}\n"));
    CHECK(imported.compiles());
}

TEST_CASE("of a template the tags that are known are read, and those that are not are told once") {
    const Imported imported =
        importArm(registryTemplate(R"({"team": "[toUpper('shop')]", "env": "[parameters('env')]"})"));
    INFO(imported.text << imported.messages);
    CHECK(says(imported.text, "  reg: {service: acr, tags: {team: SHOP}}\n"));
    const std::size_t at = imported.messages.find("tag 'env' of acr 'reg' is not known (");
    REQUIRE(at != std::string::npos);
    CHECK(imported.messages.find("tag 'env'", at + 1) == std::string::npos);
    CHECK(imported.compiles());
    // Which there are is not known, be they another one's or those of the group.
    for (const std::string_view all : {R"("[parameters('all')]")", R"("[resourceGroup().tags]")"}) {
        const Imported open = importArm(registryTemplate(all));
        INFO(open.text << open.messages);
        CHECK(says(open.text, "  reg: {service: acr}\n"));
        CHECK(says(open.messages, "tags of acr 'reg' are not known ("));
        CHECK(says(open.messages, "what is not known of its tags is left out"));
    }
}

TEST_CASE("of a plan the tags that are known are read, and a change of tags is no step and not told") {
    const Imported part = importTerraform(registryPlan("", R"({"team": "shop"})", R"({"env": true})"));
    INFO(part.text << part.messages);
    CHECK(says(part.text, "do: resource.create, target: reg, with: {service: acr, sku: Premium, tags: {team: shop}}"));
    CHECK(says(part.messages, "tag 'env' of acr 'reg' is not known (azurerm_container_registry.r#tags.env)"));
    CHECK(part.compiles());
    const Imported whole = importTerraform(registryPlan("", "null", "true"));
    INFO(whole.text << whole.messages);
    CHECK(says(whole.messages, "tags of acr 'reg' are not known (azurerm_container_registry.r#tags)"));
    const Imported changed = importTerraform(registryPlan(R"({"env": "prod"})", R"({"env": "dev"})", "{}"));
    INFO(changed.text << changed.messages);
    CHECK(says(changed.text, "  reg: {service: acr, sku: Premium, tags: {env: prod}}\n"));
    CHECK_FALSE(says(changed.text, "timeline:"));
    CHECK_FALSE(says(changed.messages, "tag"));
    CHECK(changed.compiles());
}

TEST_CASE("tags of azapi stand beside what it sends") {
    const Imported imported = importTerraform(R"({"values": {"root_module": {"resources": [
  {"address": "azapi_resource.r", "mode": "managed", "type": "azapi_resource", "values": {"type": "Microsoft.ContainerRegistry/registries@2023-07-01", "name": "reg", "parent_id": "/subscriptions/s/resourceGroups/g", "tags": {"env": "prod"}, "body": {"sku": {"name": "Premium"}, "properties": {}}}}]}}})");
    INFO(imported.text << imported.messages);
    CHECK(says(imported.text, "  reg: {service: acr, sku: Premium, tags: {env: prod}}\n"));
}

TEST_CASE("of two descriptions the later tag holds, unless it is older, and one that only one of them has stays") {
    const Imported later =
        importAz("[" + registry(R"({"env": "prod", "team": "shop"})") + ",\n" + registry(R"({"Env": "dev"})") + "]");
    INFO(later.text << later.messages);
    CHECK(says(later.text, "tags: {env: dev, team: shop}}\n"));
    CHECK(later.messages ==
          "2: tag 'Env' of acr 'reg' is 'dev' here and 'prod' at in.json:1; what stands here is later "
          "and holds\n");
    const Imported older = importAz("[" + registry(R"({"env": "prod"})", "2026-02-01T00:00:00Z") + ",\n" +
                                    registry(R"({"env": "dev"})", "2026-01-01T00:00:00Z") + "]");
    INFO(older.text << older.messages);
    CHECK(says(older.text, "tags: {env: prod}}\n"));
    CHECK(says(older.messages, "the other is newer and holds"));
}

TEST_CASE("a tag that one source knows is not lost to another that does not") {
    Catalog catalog;
    for (const bool isTemplateFirst : {true, false}) {
        Diagnostics diagnostics;
        AzureResources printed{catalog.azure(), catalog.platform(), diagnostics};
        AzureResources declared{catalog.azure(), catalog.platform(), diagnostics};
        forEachJsonRow(std::make_shared<const Source>("in.json", "[" + registry(R"({"env": "prod"})") + "]"),
                       diagnostics, [&](Node row) { printed.take(row); });
        const auto document = parseJson(
            std::make_shared<const Source>("main.json", registryTemplate(R"({"env": "[parameters('env')]"})")),
            diagnostics, JsonComments::Allowed);
        REQUIRE(document);
        expandArmTemplate(document->root(), {}, declared, catalog.azure(), catalog.platform(), diagnostics);
        RawImport raw = isTemplateFirst ? declared.raw() : printed.raw();
        raw.append(isTemplateFirst ? printed.raw() : declared.raw());
        const std::string text = estateYaml(joinEstate(raw, catalog, diagnostics));
        INFO(text << reported(diagnostics));
        CHECK(says(text, "  reg: {service: acr, tags: {env: prod}}\n"));
        CHECK_FALSE(says(reported(diagnostics), "tag 'env'"));
    }
}

} // namespace cmksim::tags_test
