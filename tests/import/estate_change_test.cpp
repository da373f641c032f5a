// A change that a tool tells of, on top of an estate that is known.
#include "import/arm_template.hpp"
#include "import/azure_resources.hpp"
#include "import/estate_change.hpp"
#include "import/estate_source.hpp"
#include "import/json_fields.hpp"
#include "import/resource_place.hpp"
#include "import/what_if.hpp"

#include "base/flow_yaml.hpp"
#include "document/json.hpp"
#include "document/yaml.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::estate_change_test {

using namespace cmksim;
using namespace cmksim::import;

namespace {

const std::string estate = R"(cmksim-estate: 1
vaults:
  kv1:
    enablePurgeProtection: true
    accessPolicies: {a: [get, wrapKey, unwrapKey], b: [get, wrapKey, unwrapKey]}
    keys: {k: {expires: 2030-01-01T00:00:00Z}, other: {}}
identities: {a: {}, b: {}}
resources:
  registry: {service: acr, sku: Premium, identity: a, key: kv1/k, revalidationPhase: 5m}
  ledger: {service: cosmosdb, identity: b, key: kv1/other}
)";

constexpr std::string_view group = "/subscriptions/s/resourceGroups/g/providers/";

struct Changed {
    Catalog catalog;
    Diagnostics diagnostics;
    std::vector<std::shared_ptr<const Document>> documents;
    EstateChange change;

    Changed(const std::string& before, const std::string& whatIf) {
        KnownEstate known;
        if (!before.empty()) {
            documents.push_back(parseDocument(std::make_shared<const Source>("now.yaml", before), diagnostics));
            const Node root = documents.back()->root();
            known = {estateAsWritten(root), rawOf(root, CalendarTime{}, catalog.azure(), catalog.platform())};
        }
        documents.push_back(parseJson(std::make_shared<const Source>("what-if.json", whatIf), diagnostics));
        const auto reported = readWhatIf(documents.back()->root(), catalog.azure(), catalog.platform(), diagnostics);
        REQUIRE(reported);
        change = estateChange(known, *reported, catalog, diagnostics);
    }
};

std::string vaultText(const std::string& properties) {
    return R"({"id": ")" + std::string{group} + R"(Microsoft.KeyVault/vaults/kv1", "name": "kv1", "type": )" +
           R"("Microsoft.KeyVault/vaults", "properties": {)" + properties + "}}";
}

std::string changeOfId(const std::string& id, const std::string& type, const std::string& before,
                       const std::string& after) {
    return R"({"status": "Succeeded", "changes": [{"resourceId": ")" + id + R"(", "changeType": ")" + type +
           R"(", "before": )" + before + R"(, "after": )" + after + "}]}";
}

/// Of the vault `kv1`, or of something in it.
std::string changeOf(const std::string& type, const std::string& before, const std::string& after,
                     const std::string& thing = "") {
    return changeOfId(std::string{group} + "Microsoft.KeyVault/vaults/kv1" + thing, type, before, after);
}

const std::string open = R"("enablePurgeProtection": true, "publicNetworkAccess": "Enabled", "accessPolicies": [])";
const std::string shut = R"("enablePurgeProtection": true, "publicNetworkAccess": "Disabled", "accessPolicies": [])";

} // namespace

TEST_CASE("what a change does not speak of stays as the estate has it") {
    const Changed changed{estate, changeOf("Modify", vaultText(open), vaultText(shut))};
    CHECK(changed.change.before.resources.size() == 2);
    CHECK(flowYaml(changed.change.before.resources.front().second).find("revalidationPhase") != std::string::npos);
    CHECK(flowYaml(changed.change.before.vaults.front().second).find("2030-01-01") != std::string::npos);
    REQUIRE_FALSE(changed.change.entries.empty());
    CHECK(flowYaml(changed.change.entries.back()).find("vault.update") != std::string::npos);
    CHECK(flowYaml(changed.change.entries.back()).find("Disabled") != std::string::npos);
    CHECK(changed.change.unknown.empty());
}

TEST_CASE("where a tool lists all access policies of a vault, its list holds") {
    const Changed changed{estate, changeOf("Modify", vaultText(open), vaultText(open))};
    CHECK(changed.change.entries.empty());
    CHECK(flowYaml(changed.change.before.vaults.front().second).find("accessPolicies") == std::string::npos);
    CHECK_FALSE(changed.diagnostics.all().empty()); // which is told
}

TEST_CASE("a vault that a template describes keeps no access policy that is not in it") {
    Catalog catalog;
    Diagnostics diagnostics;
    const auto document = parseDocument(std::make_shared<const Source>("now.yaml", estate), diagnostics);
    const Node root = document->root();
    const KnownEstate known{estateAsWritten(root), rawOf(root, CalendarTime{}, catalog.azure(), catalog.platform())};
    ReportedChange reported;
    RawVault vault;
    vault.name = "kv1";
    vault.isWhole = true;
    reported.after.vaults.push_back(vault);
    CHECK(estateChange(known, reported, catalog, diagnostics).entries.empty());
    reported.replacesPolicies = true;
    const EstateChange change = estateChange(known, reported, catalog, diagnostics);
    REQUIRE(change.entries.size() == 2);
    CHECK(flowYaml(change.entries.front()).find("policy.delete") != std::string::npos);
}

TEST_CASE("what a template grants to an identity that Azure made for a key of a known resource is that one's") {
    Catalog catalog;
    Diagnostics diagnostics;
    const auto now = parseDocument(std::make_shared<const Source>("now.yaml", R"(cmksim-estate: 1
vaults:
  kv1:
    enableRbacAuthorization: false
    accessPolicies: {disk-id: [get, wrapKey, unwrapKey]}
    keys: {disks: {versions: [{name: 0a}]}}
identities: {disk-id: {principalId: p-9}}
resources:
  adb: {service: databricks, sku: premium, keys: {managed-disks: {key: kv1/disks/0a, identity: disk-id}}}
)"),
                                   diagnostics);
    const Node root = now->root();
    const KnownEstate known{estateAsWritten(root), rawOf(root, CalendarTime{}, catalog.azure(), catalog.platform())};
    const auto document = parseJson(std::make_shared<const Source>("template.json", R"x({"resources": [
 {"type": "Microsoft.KeyVault/vaults", "name": "kv1", "apiVersion": "2023-07-01", "properties": {
  "enableRbacAuthorization": false, "accessPolicies": [
  {"objectId": "[reference(resourceId('Microsoft.Databricks/workspaces', 'adb'), '2024-05-01').managedDiskIdentity.principalId]",
   "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}]}},
 {"type": "Microsoft.Databricks/workspaces", "name": "adb", "apiVersion": "2024-05-01", "sku": {"name": "premium"},
  "properties": {"encryption": {"entities": {"managedDisk": {"keySource": "Microsoft.Keyvault", "keyVaultProperties":
   {"keyVaultUri": "https://kv1.vault.azure.net/", "keyName": "disks", "keyVersion": "0a"}}}}}}]})x"),
                                    diagnostics);
    AzureResources resources{catalog.azure(), catalog.platform(), diagnostics};
    expandArmTemplate(document->root(), {}, resources, catalog.azure(), catalog.platform(), diagnostics);
    ReportedChange reported;
    reported.after = std::move(resources.raw());
    reported.replacesPolicies = true;
    const EstateChange change = estateChange(known, reported, catalog, diagnostics);
    for (const JsonObject& entry : change.entries) {
        INFO(flowYaml(entry));
        CHECK(false);
    }
    const JsonValue* vault = fieldNamed(change.after.vaults, "kv1");
    REQUIRE(vault != nullptr);
    CHECK(flowYaml(*vault).find("accessPolicies: {disk-id: [get, wrapKey, unwrapKey]}") != std::string::npos);
    CHECK(fieldNamed(change.after.identities, "adb-managed-disks") == nullptr);
}

TEST_CASE("a property that a template says as the estate has it does not change, and another one does") {
    const std::string there = R"(cmksim-estate: 1
vaults: {kv1: {enableRbacAuthorization: true, keys: {k: {}}}}
identities: {a: {}}
resources: {registry: {service: acr, sku: Premium, identity: a, key: kv1/k}}
)";
    const auto changesSku = [&](std::string_view sku) {
        Catalog catalog;
        Diagnostics diagnostics;
        const auto now = parseDocument(std::make_shared<const Source>("now.yaml", there), diagnostics);
        const KnownEstate known{estateAsWritten(now->root()),
                                rawOf(now->root(), CalendarTime{}, catalog.azure(), catalog.platform())};
        const auto document =
            parseJson(std::make_shared<const Source>("template.json", R"x({"resources": [
 {"type": "Microsoft.KeyVault/vaults", "name": "kv1", "apiVersion": "2023-07-01", "properties": {"enableRbacAuthorization": true}},
 {"type": "Microsoft.ContainerRegistry/registries", "name": "registry", "apiVersion": "2023-07-01", "sku": {"name": ")x" +
                                                                          std::string{sku} +
                                                                          R"x("}, "properties": {"encryption": {
  "status": "enabled", "keyVaultProperties": {"keyIdentifier": "https://kv1.vault.azure.net/keys/k", "identity":
  "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'a'), '2023-01-31').clientId]"}}}}]})x"),
                      diagnostics);
        AzureResources resources{catalog.azure(), catalog.platform(), diagnostics};
        expandArmTemplate(document->root(), {}, resources, catalog.azure(), catalog.platform(), diagnostics);
        ReportedChange reported;
        reported.after = std::move(resources.raw());
        reported.replacesPolicies = true;
        const std::vector<std::string> unknown = estateChange(known, reported, catalog, diagnostics).unknown;
        return std::ranges::find(unknown, "the plan changes sku of 'registry', which the timeline does not") !=
               unknown.end();
    };
    CHECK_FALSE(changesSku("Premium"));
    CHECK(changesSku("Standard"));
}

TEST_CASE("a key of a template that names no identity is not used by the one that the estate knows") {
    Catalog catalog;
    Diagnostics diagnostics;
    const auto document = parseDocument(std::make_shared<const Source>("now.yaml", estate), diagnostics);
    const Node root = document->root();
    const KnownEstate known{estateAsWritten(root), rawOf(root, CalendarTime{}, catalog.azure(), catalog.platform())};
    RawResource ledger;
    ledger.name = "ledger";
    ledger.service = "cosmosdb";
    ledger.type = "Microsoft.DocumentDB/databaseAccounts";
    ledger.id = resourceIdOf({}, {}, ledger.type, ledger.name);
    ledger.isWhole = true;
    ledger.key = "https://kv1.vault.azure.net/keys/other";
    ReportedChange reported;
    reported.replacesPolicies = true;
    reported.after.resources.push_back(ledger);
    const EstateChange change = estateChange(known, reported, catalog, diagnostics);
    REQUIRE(change.entries.size() == 1);
    CHECK(flowYaml(change.entries.front()).find("target: ledger, with: {identity: FirstPartyIdentity}") !=
          std::string::npos);
}

TEST_CASE("a deletion is one of all that the estate knows of the thing") {
    const Changed changed{estate, changeOf("Delete", vaultText(open), "null")};
    CHECK(changed.change.after.vaults.empty());
    bool deletes = false;
    for (const JsonObject& fields : changed.change.entries) {
        deletes = deletes || flowYaml(fields).find("vault.delete") != std::string::npos;
    }
    CHECK(deletes);
}

TEST_CASE("without an estate nothing was to be found in one") {
    // The role of a principal that nothing describes goes, and is in no estate.
    const std::string role =
        R"({"id": ")" + std::string{group} +
        R"(Microsoft.KeyVault/vaults/kv1/providers/Microsoft.Authorization/roleAssignments/r", "name": "r", "type": )" +
        R"("Microsoft.Authorization/roleAssignments", "properties": {"principalId": "p9", "roleDefinitionId": "x", )" +
        R"("scope": ")" + std::string{group} + R"(Microsoft.KeyVault/vaults/kv1"}})";
    const std::string assignment = "/providers/Microsoft.Authorization/roleAssignments/r";
    for (const auto& [gone, thing] : {std::pair{vaultText(open), std::string{}}, std::pair{role, assignment}}) {
        const Changed changed{"", changeOf("Delete", gone, "null", thing)};
        for (const std::string& text : changed.change.unknown) {
            CHECK(text.find("was not found in the estate") == std::string::npos);
        }
    }
}

TEST_CASE("of a what-if result, what a thing is comes from its resource id") {
    const Changed nameless{estate, changeOf("Modify", R"({"properties": {)" + open + "}}",
                                            R"({"name": "other", "properties": {)" + shut + "}}")};
    REQUIRE_FALSE(nameless.change.entries.empty());
    CHECK(flowYaml(nameless.change.entries.back()).find("target: kv1") != std::string::npos);
    const std::string policies = R"({"name": "replace", "properties": {"accessPolicies": []}})";
    const Changed replaced{estate, changeOf("Create", "null", policies, "/accessPolicies/replace")};
    for (const auto& [name, fields] : replaced.change.after.vaults) {
        CHECK(name == "kv1"); // and no vault is called as what is done to it
    }
    CHECK_FALSE(replaced.change.unknown.empty());
    const Changed another{estate, changeOf("Delete", R"({"type": "Microsoft.Foo/bars", "name": "kv1"})", "null")};
    CHECK(another.change.entries.empty());
    CHECK_FALSE(another.change.unknown.empty());
}

TEST_CASE("a property that is told to change and is not described is not known") {
    const auto unknownOf = [](const std::string& after, const std::string& delta) {
        std::string text = changeOf("Modify", vaultText(open), vaultText(after));
        text.insert(text.rfind("}]}"), R"(, "delta": [)" + delta + "]");
        return Changed{estate, text}.change.unknown;
    };
    const auto delta = [](const std::string& path, const std::string& kind, const std::string& more = "") {
        return R"({"path": ")" + path + R"(", "propertyChangeType": ")" + kind + "\"" + more + "}";
    };
    const std::string access = "properties.publicNetworkAccess";
    CHECK(unknownOf(shut, delta(access, "Modify", R"(, "before": "Enabled", "after": "disabled")")).empty());
    CHECK(unknownOf(shut, delta("properties['publicNetworkAccess']", "Modify", R"(, "after": "Disabled")")).empty());
    CHECK(unknownOf(shut, delta(access, "NoEffect")).empty());
    for (const std::string& one :
         {delta(access, "Modify", R"(, "after": "Enabled")"), delta(access, "Delete"), delta(access, "Weird"),
          delta("properties.networkAcls", "Create"),
          delta("properties.accessPolicies", "Array",
                R"(, "children": )"
                R"([{"path": "0", )"
                R"("propertyChange)"
                R"(Type": "Create"}])"),
          delta("properties", "Modify", R"(, "children": [{"path": "networkAcls", "propertyChangeType": "Create"}])"),
          std::string{"5"}}) {
        INFO(one);
        CHECK(unknownOf(shut, one).size() == 1);
    }
}

TEST_CASE("what Azure cannot foresee is not known") {
    const Changed changed{estate, changeOf("Unsupported", vaultText(open), "null")};
    REQUIRE(changed.change.unknown.size() == 1);
    CHECK(changed.change.unknown.front().find("cannot foresee") != std::string::npos);
    CHECK(changed.change.entries.empty());
}

TEST_CASE("from one whole estate to another every difference is a step") {
    Diagnostics diagnostics;
    const auto read = [&](const std::string& text) {
        return parseDocument(std::make_shared<const Source>("e.yaml", text), diagnostics);
    };
    const auto before = read(estate);
    std::string other = estate;
    other.replace(other.find(", b: [get, wrapKey, unwrapKey]"), 30, "");
    const auto after = read(other);
    const EstateChange change =
        estateChange(estateAsWritten(before->root()), estateAsWritten(after->root()), diagnostics);
    REQUIRE(change.entries.size() == 1);
    CHECK(flowYaml(change.entries.front()).find("policy.delete") != std::string::npos);
    CHECK(change.places.at("policy kv1 b").line == 5);
}

TEST_CASE("a key that a change deletes is gone though a resource still names it") {
    const std::string key = R"({"id": ")" + std::string{group} +
                            R"(Microsoft.KeyVault/vaults/kv1/keys/k", "name": "k", "type": )" +
                            R"("Microsoft.KeyVault/vaults/keys", "properties": {}})";
    const std::string registry =
        R"({"id": ")" + std::string{group} +
        R"(Microsoft.ContainerRegistry/registries/registry", "name": "registry", "type": )" +
        R"("Microsoft.ContainerRegistry/registries", "sku": {"name": "Premium"}, "properties": {"encryption": {)" +
        R"("keyVaultProperties": {"keyIdentifier": "https://kv1.vault.azure.net/keys/k"}}}})";
    const auto change = [&](const std::string& id, const std::string& type, const std::string& was,
                            const std::string& becomes) {
        return R"({"resourceId": ")" + std::string{group} + id + R"(", "changeType": ")" + type + R"(", "before": )" +
               was + R"(, "after": )" + becomes + "}";
    };
    const Changed changed{
        estate, R"({"status": "Succeeded", "changes": [)" +
                    change("Microsoft.KeyVault/vaults/kv1/keys/k", "Delete", key, "null") + ", " +
                    change("Microsoft.ContainerRegistry/registries/registry", "NoChange", registry, registry) + "]}"};
    REQUIRE(changed.change.entries.size() == 1);
    CHECK(flowYaml(changed.change.entries.front()).find("do: key.delete, target: kv1/k") != std::string::npos);
    const auto place = changed.change.places.find("key kv1/k");
    REQUIRE(place != changed.change.places.end());
    CHECK(place->second.column < 300); // where the key stands, and not where it is named
}

TEST_CASE("a resource that loses its key, and a vault that loses a setting, do not go unsaid") {
    Catalog catalog;
    Diagnostics diagnostics;
    const auto read = [&](std::string text, std::vector<std::shared_ptr<const Document>>& documents) {
        documents.push_back(parseDocument(std::make_shared<const Source>("x.yaml", std::move(text)), diagnostics));
        return estateAsWritten(documents.back()->root());
    };
    std::vector<std::shared_ptr<const Document>> documents;
    std::string later = estate;
    later.replace(later.find(", identity: a, key: kv1/k"), 25, "");
    later.replace(later.find("    enablePurgeProtection: true\n"), 32, "");
    const EstateChange change = estateChange(read(estate, documents), read(later, documents), diagnostics);
    REQUIRE(change.entries.size() == 1);
    CHECK(flowYaml(change.entries.front()).find("do: resource.update, target: registry, with: {key: null}") !=
          std::string::npos);
    REQUIRE(change.unknown.size() == 1);
    CHECK(change.unknown.front() ==
          "the plan takes enablePurgeProtection from vault 'kv1', which the timeline does not");
}

TEST_CASE("an identity whose name looks like a number is attached by its name") {
    Diagnostics diagnostics;
    std::vector<std::shared_ptr<const Document>> documents;
    const auto read = [&](const char* attached) {
        const std::string text = std::string{"cmksim-estate: 1\nidentities: {\"007\": {}}\n"
                                             "resources: {registry: {service: acr, identities: ["} +
                                 attached + "]}}\n";
        documents.push_back(parseDocument(std::make_shared<const Source>("x.yaml", text), diagnostics));
        return estateAsWritten(documents.back()->root());
    };
    const EstateChange change = estateChange(read(""), read("\"007\""), diagnostics);
    REQUIRE(change.entries.size() == 1);
    CHECK(JsonValue{change.entries.front()}.line().find(R"({"identity": "007"})") != std::string::npos);
}

TEST_CASE("a change that takes one tag leaves the others that the estate knows, and is no step") {
    const std::string tagged = R"(cmksim-estate: 1
vaults: {kv1: {keys: {k: {}}}}
identities: {a: {}}
resources: {registry: {service: acr, sku: Premium, identity: a, key: kv1/k, tags: {env: prod, team: shop}}}
)";
    const auto registry = [](const std::string& tags) {
        return R"({"id": ")" + std::string{group} + R"(Microsoft.ContainerRegistry/registries/registry", )" +
               R"("name": "registry", "type": "Microsoft.ContainerRegistry/registries", "sku": {"name": "Premium"}, )" +
               R"("properties": {"adminUserEnabled": false}, "tags": )" + tags + "}";
    };
    const Changed changed{tagged, changeOfId(std::string{group} + "Microsoft.ContainerRegistry/registries/registry",
                                             "Modify", registry(R"({"env": "prod"})"), registry("{}"))};
    const JsonValue* after = fieldNamed(changed.change.after.resources, "registry");
    REQUIRE(after != nullptr);
    CHECK(flowYaml(*after).find("tags: {team: shop}") != std::string::npos);
    CHECK(changed.change.entries.empty());
    CHECK(changed.change.unknown.empty());
}

TEST_CASE("of two identities of one name in two groups a deletion is that of the one that it names") {
    const auto idIn = [](const std::string& where) {
        return "/subscriptions/s/resourceGroups/" + where +
               "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app-id";
    };
    const std::string two = "cmksim-estate: 1\nvaults: {kv1: {}}\nidentities:\n  app-id: {id: " + idIn("east") +
                            "}\n  app-id-2: {id: " + idIn("west") + "}\n";
    const std::string was = R"({"id": ")" + idIn("west") +
                            R"(", "name": "app-id", "type": "Microsoft.ManagedIdentity/userAssignedIdentities", )" +
                            R"("properties": {}})";
    const Changed changed{two, changeOfId(idIn("west"), "Delete", was, "null")};
    CHECK(fieldNamed(changed.change.after.identities, "app-id") != nullptr);
    CHECK(fieldNamed(changed.change.after.identities, "app-id-2") == nullptr);
    REQUIRE(changed.change.entries.size() == 1);
    CHECK(flowYaml(changed.change.entries.front()).find("do: identity.delete, target: app-id-2") != std::string::npos);
}

} // namespace cmksim::estate_change_test
