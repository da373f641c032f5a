#include "base/flow_yaml.hpp"
#include "import/activity_log.hpp"
#include "import/imported.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

namespace cmksim::activity_log_test {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::import;
using namespace cmksim::test;

namespace {

struct Logged {
    std::string actions;
    std::string messages;
    std::size_t passedOver = 0;
    std::string attempts;
};

Logged logged(std::string_view json) {
    Catalog catalog;
    Diagnostics diagnostics;
    TextFiles file{
        "estate.yaml",
        "cmksim-estate: 1\nvaults: {contoso-kv: {keys: {cmk: {}}}}\nidentities: {acr-id: {principalId: p-1}}\n"
        "resources: {reg: {service: acr, name: ContosoReg, identity: acr-id, key: contoso-kv/cmk}}\n"};
    const auto estate = parseScenario("estate.yaml", file, {}, diagnostics);
    const AzureReferences references{estate->estate};
    ActivityLog log{catalog.azure(), catalog.platform(), estate->estate, references, diagnostics};
    forEachJsonRow(std::make_shared<const Source>("log.json", std::string{json}), diagnostics,
                   [&](Node row) { log.take(row); });
    const std::vector<LoggedAction> actions = log.actions();
    log.tellLooks();
    log.tellUnplayed();
    Logged result{{}, reported(diagnostics), log.passedOver(), {}};
    for (const ActivityLog::Attempt& one : log.attempts()) {
        result.attempts += one.time + ' ' + one.operation + ' ' + one.target + ' ' + one.status + '\n';
    }
    for (const LoggedAction& action : actions) {
        result.actions += action.time + ' ' + action.action + ' ' + action.target +
                          (action.with.empty() ? "" : "  " + flowYaml(action.with)) + '\n';
    }
    return result;
}

} // namespace

TEST_CASE("audit events of Key Vault are actions, by the names of the estate and in order of time") {
    const Logged log = logged(R"({"records": [
 {"time": "2026-03-01T13:05:00.7Z", "operationName": "KeyRecover", "resultSignature": "OK", "properties": {"requestUri": "https://contoso-kv.vault.azure.net/deletedkeys/cmk/recover?api-version=7.4", "httpStatusCode": 200}},
 {"time": "2026-03-01T10:05:00Z", "operationName": "KeyDelete", "resultType": "Success", "resultSignature": "OK", "properties": {"id": "https://CONTOSO-KV.vault.azure.net/keys/cmk/0123", "httpStatusCode": 200}},
 {"time": "2026-03-01T11:00:00Z", "operationName": "VaultPatch", "resourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/CONTOSO-KV", "properties": {"httpStatusCode": 200, "networkAcls": {"defaultAction": "Deny", "bypass": "None", "ipRules": [{"value": "203.0.113.7/32"}]}}}]})");
    CHECK(log.actions ==
          "2026-03-01T10:05:00Z key.delete contoso-kv/cmk\n"
          "2026-03-01T11:00:00Z vault.update contoso-kv  networkAcls: {defaultAction: Deny, bypass: None, "
          "ipRules: [203.0.113.7/32]}\n"
          "2026-03-01T13:05:00Z key.recover contoso-kv/cmk\n");
    CHECK(log.messages.empty());
}

TEST_CASE("attributes of a key that are of no kind that can be read are told") {
    const auto messages = [](std::string_view attributes) {
        return logged(R"([{"time": "2026-03-01T10:05:00Z", "operationName": "KeyUpdate", "resultSignature": "OK",
 "properties": {"id": "https://contoso-kv.vault.azure.net/keys/cmk/1", "keyProperties": {"attributes": )" +
                      std::string{attributes} + "}}}]")
            .messages;
    };
    CHECK(has(messages(R"("x")"), "expected a mapping for 'attributes', not the text 'x'"));
    CHECK(has(messages(R"({"enabled": "x"})"), "expected true or false for 'enabled', not the text 'x'"));
    CHECK(has(messages(R"({"exp": {}})"), "expected a single value for 'exp', not a mapping"));
    CHECK(has(messages(R"({"enabled": true, "exp": "x"})"), "exp is no instant: 'x'; it is left out"));
}

TEST_CASE("what was refused did not happen, though the log calls it a success") {
    const Logged log = logged(R"([
 {"time": "2026-03-01T10:06:00Z", "operationName": "KeyPurge", "resultType": "Success", "resultSignature": "Forbidden", "properties": {"id": "https://contoso-kv.vault.azure.net/deletedkeys/cmk", "httpStatusCode": 403}},
 {"eventTimestamp": "2026-03-01T10:00:00Z", "operationName": {"value": "Microsoft.KeyVault/vaults/delete"}, "status": {"value": "Failed"}, "resourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/contoso-kv"},
 {"time": "2026-03-01T10:06:00Z", "operationName": "KeyWrap"}])");
    CHECK(log.actions.empty());
    CHECK(log.passedOver == 1);
}

TEST_CASE("the activity log is read in the shapes of the command, the stream and the workspace, each event once") {
    const Logged log = logged(R"([
 {"eventTimestamp": "2026-03-01T10:00:00Z", "operationName": {"value": "Microsoft.ContainerRegistry/registries/delete"}, "status": {"value": "Started"}, "resourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/contosoreg", "correlationId": "c"},
 {"eventTimestamp": "2026-03-01T10:00:05Z", "operationName": {"value": "Microsoft.ContainerRegistry/registries/delete"}, "status": {"value": "Succeeded"}, "resourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/contosoreg", "correlationId": "c"},
 {"eventTimestamp": "2026-03-01T10:00:05Z", "operationName": {"value": "Microsoft.ContainerRegistry/registries/delete"}, "status": {"value": "Succeeded"}, "resourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/contosoreg", "correlationId": "c"},
 {"time": "2026-03-01T11:00:00Z", "operationName": "MICROSOFT.KEYVAULT/VAULTS/DELETE", "category": "Administrative", "resultType": "Success", "resourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/CONTOSO-KV"},
 {"TimeGenerated": "2026-03-01T12:00:00Z", "OperationNameValue": "MICROSOFT.MANAGEDIDENTITY/USERASSIGNEDIDENTITIES/DELETE", "ActivityStatusValue": "Success", "_ResourceId": "/subscriptions/s/resourcegroups/g/providers/microsoft.managedidentity/userassignedidentities/acr-id"},
 {"time": "2026-03-01T13:00:00Z", "operationName": "Microsoft.Authorization/roleAssignments/write", "resultType": "Success", "resourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/contoso-kv/providers/Microsoft.Authorization/roleAssignments/x", "properties": {"requestbody": "{\"properties\": {\"principalId\": \"p-1\", \"roleDefinitionId\": \"/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/12338af0-0e69-4776-bea7-57ae8d297424\", \"scope\": \"/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/contoso-kv\"}}"}}])");
    CHECK(log.actions ==
          "2026-03-01T10:00:05Z resource.delete reg\n"
          "2026-03-01T11:00:00Z vault.delete contoso-kv\n"
          "2026-03-01T12:00:00Z identity.delete acr-id\n"
          "2026-03-01T13:00:00Z role.assign contoso-kv  identity: acr-id, role: Key Vault Crypto User\n");
    CHECK(log.passedOver == 2);
    CHECK(log.messages.empty());
}

TEST_CASE("a change of which the log does not tell what it was is told and left out") {
    CHECK(
        logged(
            R"([{"time": "2026-03-01T10:00:00Z", "operationName": "KeyUpdate", "properties": {"id": "https://contoso-kv.vault.azure.net/keys/cmk"}}])")
            .messages == "1: the log tells that 'KeyUpdate' was done to "
                         "'https://contoso-kv.vault.azure.net/keys/cmk'; what that changed is not read from it; it is "
                         "left out; write what it was into the timeline\n");
}

TEST_CASE("settings of a vault and of a key are read from where each envelope has them") {
    const Logged log = logged(R"({"records": [
 {"time": "2026-03-01T11:00:00Z", "operationName": "VaultPatch", "resourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/CONTOSO-KV", "correlationId": "a",
  "properties": {"id": "https://contoso-kv.vault.azure.net/", "httpStatusCode": 200, "properties": {"publicNetworkAccess": "Disabled", "enablePurgeProtection": true}}},
 {"time": "2026-03-01T10:00:00Z", "operationName": "KeyUpdate", "correlationId": "b", "properties": {"id": "https://contoso-kv.vault.azure.net/keys/cmk/0123", "httpStatusCode": 200,
  "keyProperties": {"type": "RSA", "attributes": {"enabled": false, "exp": 1798761600}}}}]})");
    CHECK(log.actions ==
          "2026-03-01T10:00:00Z key.update contoso-kv/cmk  enabled: false, expires: \"2027-01-01T00:00:00Z\"\n"
          "2026-03-01T11:00:00Z vault.update contoso-kv  enablePurgeProtection: true, publicNetworkAccess: Disabled\n");
    CHECK(log.messages.empty());
}

TEST_CASE("a value of a vault's setting that the language does not have is told and left out") {
    const Logged log = logged(R"({"records": [
 {"time": "2026-03-01T11:00:00Z", "operationName": "VaultPatch", "resourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/CONTOSO-KV", "correlationId": "a",
  "properties": {"httpStatusCode": 200, "properties": {"publicNetworkAccess": "disabled", "enableRbacAuthorization": 0, "networkAcls": {"defaultAction": 1}}}}]})");
    CHECK(log.actions == "2026-03-01T11:00:00Z vault.update contoso-kv  publicNetworkAccess: Disabled\n");
    CHECK(has(log.messages, "enableRbacAuthorization has a value that is not known"));
    CHECK(has(log.messages, "networkAcls.defaultAction has a value that is not known"));
}

TEST_CASE("rows and tables of a workspace are read, and an event that several files hold happens once") {
    const Logged log = logged(R"([
 {"TimeGenerated": "2026-03-01T10:00:00.5Z", "OperationName": "KeyDelete", "ResultType": "Success", "CorrelationId": "c", "id_s": "https://contoso-kv.vault.azure.net/keys/cmk", "httpStatusCode_d": 200},
 {"tables": [{"name": "AZKVAuditLogs", "columns": [{"name": "TimeGenerated"}, {"name": "OperationName"}, {"name": "CorrelationId"}, {"name": "id_s"}, {"name": "httpStatusCode_d"}],
  "rows": [["2026-03-01T10:00:00.5Z", "KeyDelete", "c", "https://contoso-kv.vault.azure.net/keys/cmk", 200],
           ["2026-03-01T12:00:00Z", "KeyRecover", "d", "https://contoso-kv.vault.azure.net/deletedkeys/cmk/recover", 200],
           ["2026-03-01T13:00:00Z", "KeyUnwrap", "e", "https://contoso-kv.vault.azure.net/keys/cmk/0123/unwrapkey", 200]]}]}])");
    CHECK(log.actions == "2026-03-01T10:00:00Z key.delete contoso-kv/cmk\n"
                         "2026-03-01T12:00:00Z key.recover contoso-kv/cmk\n");
    CHECK(log.messages.find("1 uses of key 'contoso-kv/cmk' were logged, from 2026-03-01T13:00:00Z") !=
          std::string::npos);
}

TEST_CASE("calls that failed are attempts, each once, and none of them is in the story") {
    const Logged log = logged(R"([
 {"time": "2026-03-01T10:06:00Z", "operationName": "KeyPurge", "correlationId": "x", "properties": {"id": "https://contoso-kv.vault.azure.net/deletedkeys/cmk", "httpStatusCode": 403}},
 {"time": "2026-03-01T10:06:00Z", "operationName": "KeyPurge", "correlationId": "x", "properties": {"id": "https://contoso-kv.vault.azure.net/deletedkeys/cmk", "httpStatusCode": 403}}])");
    CHECK(log.actions.empty());
    CHECK(log.attempts == "2026-03-01T10:06:00Z KeyPurge https://contoso-kv.vault.azure.net/deletedkeys/cmk 403\n");
    CHECK(log.passedOver == 1); // the second of the two
}

TEST_CASE("a purge is of the vault and not of the place that its id names, and changes that nothing plays are told") {
    const Logged log = logged(R"([
 {"eventTimestamp": "2026-03-01T10:00:00Z", "operationName": {"value": "Microsoft.KeyVault/locations/deletedVaults/purge/action"}, "status": {"value": "Succeeded"}, "resourceId": "/subscriptions/s/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/contoso-kv"},
 {"eventTimestamp": "2026-03-01T11:00:00Z", "operationName": {"value": "Microsoft.Resources/subscriptions/resourceGroups/delete"}, "status": {"value": "Succeeded"}, "resourceId": "/subscriptions/s/resourceGroups/g"},
 {"eventTimestamp": "2026-03-01T11:00:00Z", "operationName": {"value": "Microsoft.Storage/storageAccounts/listKeys/action"}, "status": {"value": "Succeeded"}, "resourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/s"}])");
    CHECK(log.actions == "2026-03-01T10:00:00Z vault.purge contoso-kv\n");
    CHECK(log.messages.find("1 of 'Microsoft.Resources/subscriptions/resourceGroups/delete' stand in the log, which is "
                            "not simulated") != std::string::npos);
    CHECK(log.passedOver == 1);
}

TEST_CASE("access policies that a vault's change adds or removes are told beside its other settings") {
    const Logged log = logged(R"([
 {"time": "2026-03-01T11:00:00Z", "operationName": "VaultPatch", "resourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/CONTOSO-KV", "properties": {"httpStatusCode": 200,
  "properties": {"enableRbacAuthorization": false}, "addedAccessPolicies": [], "removedAccessPolicy": {"ObjectId": "p-1", "Permissions": {"keys": ["get"]}}}}])");
    CHECK(log.actions == "2026-03-01T11:00:00Z vault.update contoso-kv  enableRbacAuthorization: false\n");
    CHECK(has(log.messages, "access policies of"));
}

TEST_CASE("access policies that a vault's change lists are told not to be compared") {
    const Logged log = logged(R"([
 {"time": "2026-03-01T11:00:00Z", "operationName": "VaultPatch", "resourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/CONTOSO-KV", "properties": {"httpStatusCode": 200,
  "properties": {"enableRbacAuthorization": false, "accessPolicies": [{"objectId": "p-1", "permissions": {"keys": ["get"]}}]}}}])");
    CHECK(log.actions == "2026-03-01T11:00:00Z vault.update contoso-kv  enableRbacAuthorization: false\n");
    CHECK(has(log.messages, "and not whether they were others; they stay as they were here; "));
}

TEST_CASE("flat columns of a workspace say what became of keys and vaults") {
    const Logged log = logged(R"([
 {"TimeGenerated": "2026-03-02T10:00:00Z", "OperationName": "KeyUpdate", "ResultType": "Success", "httpStatusCode_d": 200, "id_s": "https://contoso-kv.vault.azure.net/keys/cmk/0123", "keyProperties_attributes_enabled_b": false},
 {"TimeGenerated": "2026-03-02T11:00:00Z", "OperationName": "VaultPatch", "ResultType": "Success", "httpStatusCode_d": 200, "ResourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/CONTOSO-KV", "properties_networkAcls_defaultAction_s": "Deny", "properties_networkAcls_bypass_s": "None"}])");
    CHECK(log.actions ==
          "2026-03-02T10:00:00Z key.update contoso-kv/cmk  enabled: false\n"
          "2026-03-02T11:00:00Z vault.update contoso-kv  networkAcls: {defaultAction: Deny, bypass: None}\n");
    CHECK(log.messages.empty());
}

TEST_CASE("what happened to things that the estate does not have is counted, and is not in the story") {
    const Logged log = logged(R"([
 {"time": "2026-03-01T10:00:00Z", "operationName": "KeyDelete", "properties": {"id": "https://other-kv.vault.azure.net/keys/cmk", "httpStatusCode": 200}},
 {"time": "2026-03-01T11:00:00Z", "operationName": "KeyPurge", "properties": {"id": "https://other-kv.vault.azure.net/deletedkeys/cmk", "httpStatusCode": 200}},
 {"time": "2026-03-01T12:00:00Z", "operationName": "Microsoft.ManagedIdentity/userAssignedIdentities/delete", "resultType": "Success", "resourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/others"}])");
    CHECK(log.actions.empty());
    CHECK(log.messages ==
          "0: 3 events are of 2 things that the estate does not have: 'other-kv', 'others'; they are left "
          "out\n");
}

TEST_CASE("a role in a log is on a vault, above all of them, or on something that holds no keys") {
    const auto at = [](std::string_view scope) {
        return logged(
            R"([{"time": "2026-03-01T13:00:00Z", "operationName": "Microsoft.Authorization/roleAssignments/write",
 "resultType": "Success", "resourceId": ")" +
            std::string{scope} + R"(/providers/Microsoft.Authorization/roleAssignments/r", "properties": {
 "requestbody": "{\"properties\": {\"principalId\": \"p-1\", \"roleDefinitionId\": \"/x/12338af0-0e69-4776-bea7-57ae8d297424\"}}"}}])");
    };
    const Logged above = at("/subscriptions/s/resourceGroups/g");
    CHECK(above.actions == "2026-03-01T13:00:00Z role.assign /  identity: acr-id, role: Key Vault Crypto User\n");
    CHECK(has(above.messages,
              "which vaults of the estate lie below '/subscriptions/s/resourceGroups/g', where the log has "
              "'Key Vault Crypto User' of 'acr-id' assigned, is not known; all of them are taken to lie "
              "there"));
    const Logged elsewhere =
        at("/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/contoso");
    CHECK(elsewhere.actions.empty());
    CHECK(elsewhere.passedOver == 1);
}

TEST_CASE("a change of an older version of a key is not one of the newest") {
    const auto update = [](std::string_view version) {
        return logged(R"([
 {"time": "2026-03-01T10:00:00Z", "operationName": "KeyRotate", "properties": {"id": "https://contoso-kv.vault.azure.net/keys/cmk/v2", "httpStatusCode": 200}},
 {"time": "2026-03-01T11:00:00Z", "operationName": "KeyUpdate", "properties": {"id": "https://contoso-kv.vault.azure.net/keys/cmk/)" +
                      std::string{version} +
                      R"(", "httpStatusCode": 200, "keyProperties": {"attributes": {"enabled": false}}}}])");
    };
    CHECK(has(update("v2").actions, "key.update contoso-kv/cmk  enabled: false"));
    const Logged older = update("v1");
    CHECK(older.actions == "2026-03-01T10:00:00Z key.rotate contoso-kv/cmk\n");
    CHECK(has(older.messages,
              "the log tells of a change of version 'v1' of key 'contoso-kv/cmk', which is not the newest, "
              "and the estate does not have it; it is left out"));
}

TEST_CASE("what is no event is told with its place") {
    for (const std::string_view json : {"[1,2]", "[null]", "{}", "[[[]]]", "[\"x\"]", "[{\"name\": \"x\"}]"}) {
        CAPTURE(json);
        CHECK(logged(json).messages.find("this is no event of a log") != std::string::npos);
    }
    CHECK(logged("[]").messages.empty());
    CHECK(logged(R"([{"operationName": "Other", "time": "2026-03-01T13:05:00Z"}])").messages.empty());
}

TEST_CASE("instants as the portal exports them are read with the month first, as UTC, and that is told") {
    const auto deletedAt = [](std::string_view field, std::string_view time) {
        return logged(fmt::format(
            R"([{{"{}": "{}", "OperationName": "KeyDelete", "ResultType": "Success", "RequestUri": "https://contoso-kv.vault.azure.net/keys/cmk?api-version=7.4", "HttpStatusCode": 200}}])",
            field, time));
    };
    for (const std::string_view time : {"5/14/2026, 9:12:33.123 AM", "5/14/2026, 9:12:33 AM", "5/14/2026 9:12:33 AM",
                                        "05/14/2026 09:12:33 am", "5/14/2026, 9:12:33\u202fAM"}) {
        for (const std::string_view field : {"TimeGenerated", "TimeGenerated [UTC]"}) {
            const Logged log = deletedAt(field, time);
            INFO(field << ' ' << time << log.messages);
            CHECK(log.actions == "2026-05-14T09:12:33Z key.delete contoso-kv/cmk\n");
            CHECK(log.messages == "0: 1 events say when they were as '5/14/2024, 9:12:33 AM'; these instants are taken "
                                  "to have the month first, and to be of UTC\n");
        }
    }
    CHECK(deletedAt("TimeGenerated", "5/6/2026, 12:05:00.000 AM").actions ==
          "2026-05-06T00:05:00Z key.delete contoso-kv/cmk\n");
    CHECK(deletedAt("TimeGenerated", "5/6/2026, 12:05:00.000 PM").actions ==
          "2026-05-06T12:05:00Z key.delete contoso-kv/cmk\n");
    // What may be the sixth of May or the fifth of June is neither, and what is no day is none.
    for (const std::string_view time : {"05/06/2026, 9:12:33 AM", "5/6/2026, 9:12:33 am", "14/5/2026, 9:12:33 AM",
                                        "5/14/2026, 21:12:33", "2/30/2026, 9:12:33 AM", "5/14/2026, 13:12:33 PM"}) {
        const Logged log = deletedAt("TimeGenerated", time);
        INFO(time << log.messages);
        CHECK(log.actions.empty());
        CHECK(log.messages == fmt::format("1: when this event was cannot be told from '{}'; it is left out\n", time));
    }
}

} // namespace cmksim::activity_log_test
