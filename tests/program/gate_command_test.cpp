// `gate` as a person or a pipeline calls it: kinds of changes, exit codes, allowances, baselines, errors.
#include "program/running.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cmksim::gate_command_test {

using namespace cmksim::test;

namespace {

const std::string estate = R"(cmksim-estate: 1
vaults:
  kv1:
    enablePurgeProtection: true
    accessPolicies: {a: [get, wrapKey, unwrapKey]}
    keys: {k: {}, other: {}}
identities: {a: {}}
resources:
  registry: {service: acr, sku: Premium, identity: a, key: kv1/k}
)";

const std::string story = "cmksim: 1\nname: x\nestate: now.yaml\ntimeline:\n"
                          "  - {at: 1m, do: key.delete, target: kv1/k}\n";

/// `gate` on the first of January 2027.
std::vector<std::string> gate(std::vector<std::string> words) {
    words.insert(words.begin(), "gate");
    words.insert(words.end(), {"--as-of", "2027-01-01"});
    return words;
}

} // namespace

TEST_CASE("a change that takes something down exits with 1, and one that does not with 0") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const Ran down{gate({folder.file("story.yaml", story)})};
    INFO(down.out << down.err);
    CHECK(down.code == 1);
    CHECK(has(down.out, "does not pass"));
    CHECK(has(down.out, "registry goes down: KeyNotFound"));
    CHECK(has(down.out, "0s to 59m59s after step 1"));
    CHECK(has(down.out, "az keyvault key recover"));
    const Ran harmless{
        gate({folder.file("more.sh", "az keyvault key create --vault-name kv1 --name new\n"), "--estate", now})};
    INFO(harmless.out << harmless.err);
    CHECK(harmless.code == 0);
    CHECK(has(harmless.out, "passes"));
}

TEST_CASE("a revalidation by hand whose check fails is told as a refused step, with the reason") {
    const Folder folder;
    const Ran ran{gate({folder.file("story.yaml", R"(cmksim: 1
name: x
estate:
  vaults:
    kv1:
      enablePurgeProtection: true
      accessPolicies: {a: [get, wrapKey, unwrapKey]}
      keys: {k: {}}
  identities: {a: {}}
  resources:
    app: {service: sqldb, identity: a, key: kv1/k}
timeline:
  - {at: 1m, do: key.delete, target: kv1/k}
  - {at: 10h, do: resource.revalidate, target: app}
)")})};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "resource.revalidate app is refused: AzureKeyVaultMissingPermissions"));
    CHECK(has(ran.out, "(KeyNotFound); what comes after it may not happen"));
}

TEST_CASE("a list of commands is judged on the estate, and what is none of them is not known") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const Ran down{
        gate({folder.file("do.sh", "#!/bin/sh\naz keyvault key delete --vault-name kv1 --name k\n"), "--estate", now})};
    INFO(down.out << down.err);
    CHECK(down.code == 1);
    CHECK(has(down.out, "line 2"));
    const Ran odd{gate({folder.file("odd.sh", "az keyvault frobnicate --name kv1\n"), "--estate", now})};
    INFO(odd.out << odd.err);
    CHECK(odd.code == 4);
    CHECK(has(odd.out, "undecided"));
}

TEST_CASE("an allowance lets a finding through until its last day, and no further") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const std::string change = folder.file("story.yaml", story);
    const auto allowing = [&](const std::string& until) {
        return folder.file("allow.yaml",
                           "cmksim-allow: 1\nallow:\n  - {subject: registry, reason: agreed, until: " + until + "}\n");
    };
    const Ran until{gate({change, "--allow", allowing("2027-01-01")})};
    INFO(until.out << until.err);
    CHECK(until.code == 0);
    CHECK(has(until.out, "agreed"));
    const Ran over{gate({change, "--allow", allowing("2026-12-31")})};
    CHECK(over.code == 1);
    CHECK(has(over.out, "ended on 2026-12-31"));
    const Ran all{gate({change, "--allow",
                        folder.file("bad.yaml", "cmksim-allow: 1\nallow:\n  - {reason: x, until: "
                                                "2027-01-01}\n")})};
    CHECK(all.code == 2);
    CHECK(has(all.err, "bad.yaml:3:5: error: this allowance is about every finding"));
    const auto ofKind = [&](const std::string& kind) {
        return Ran{gate({change, "--allow",
                         folder.file("kind.yaml", "cmksim-allow: 1\nallow:\n  - {kind: " + kind +
                                                      ", reason: x, until: 2027-01-01}\n")})};
    };
    const Ran outrage = ofKind("outrage");
    CHECK(outrage.code == 2);
    CHECK(has(outrage.err, "kind.yaml:3:12: error: expected a kind of finding, not 'outrage'; did you mean 'outage'?"));
    for (const std::string kind :
         {"data-loss", "outage", "deletion", "impairment", "refusal", "objective", "unknown"}) {
        CHECK(ofKind(kind).code == 1); // there are two findings, and each kind is of one of them at most
    }
    CHECK(ofKind("outage, reason: x, until: 2027-01-01}\n  - {kind: data-loss").code == 0);
}

TEST_CASE("a baseline leaves what was there before, and never what is not known") {
    const Folder folder;
    static_cast<void>(folder.file("now.yaml", estate));
    const std::string change = folder.file("story.yaml", story);
    const Ran first{gate({change, "--format", "json"})};
    const std::string baseline = folder.file("baseline.json", first.out);
    const Ran again{gate({change, "--baseline", baseline})};
    INFO(again.out << again.err);
    CHECK(again.code == 0);
    CHECK(has(again.out, "as in the baseline"));
    const std::string stored = folder.file(
        "store.yaml",
        estate + "  store: {service: unmodelled, type: Microsoft.Storage/storageAccounts, key: kv1/other}\n");
    const std::string other = folder.file("other.sh", "az keyvault key delete --vault-name kv1 --name other\n");
    const Ran unknown{gate({other, "--estate", stored, "--format", "json"})};
    CHECK(unknown.code == 4);
    const Ran still{gate({other, "--estate", stored, "--baseline", folder.file("b.json", unknown.out)})};
    CHECK(still.code == 4);
}

TEST_CASE("an outage within the RTO passes") {
    const Folder folder;
    static_cast<void>(folder.file("now.yaml", estate));
    const std::string change = folder.file("story.yaml", story + "  - {at: 2m, do: key.recover, target: kv1/k}\n");
    CHECK(Ran{gate({change})}.code == 1);
    CHECK(Ran{gate({change, "--rto", "1h"})}.code == 0);
    CHECK(Ran{gate({change, "--rto", "59m"})}.code == 1);
    const Ran wrong{gate({change, "--rto", "soon"})};
    CHECK(wrong.code == 2);
    CHECK(has(wrong.err, "--rto: expected a duration such as 1h, got 'soon'"));
}

TEST_CASE("from one estate to another every difference is a step") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    std::string without = estate;
    without.replace(without.find("k: {}, "), 7, "");
    without.replace(without.find(", key: kv1/k"), 12, ", key: https://kv1.vault.azure.net/keys/k");
    const Ran ran{gate({folder.file("after.yaml", without), "--estate", now})};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "key.delete kv1/k"));
    const Ran alone{gate({folder.path("after.yaml")})};
    CHECK(alone.code == 2);
    CHECK(has(alone.err, "name the one before it with --estate"));
}

TEST_CASE("the reports are written beside what is printed") {
    const Folder folder;
    static_cast<void>(folder.file("now.yaml", estate));
    const Ran ran{gate({folder.file("story.yaml", story), "--report", "sarif=" + folder.path("out.sarif"), "--report",
                        "junit=" + folder.path("out.xml"), "--report", "markdown=" + folder.path("out.md"), "--report",
                        "json=" + folder.path("out.json")})};
    CHECK(ran.code == 1);
    CHECK(has(textOf(folder.path("out.sarif")), "\"startLine\": 5"));
    CHECK(has(textOf(folder.path("out.xml")), "<failure"));
    CHECK(has(textOf(folder.path("out.xml")), "&#10;</failure>")); // a line for each finding
    CHECK(has(textOf(folder.path("out.md")), "█"));
    CHECK(has(textOf(folder.path("out.json")), "\"verdict\": \"falls-short\""));
}

TEST_CASE("a finding about a key that a plan does not know has the place of its resource in SARIF") {
    const Folder folder;
    const std::string plan = R"({"format_version": "1.2", "planned_values": {"root_module": {"resources": [
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1"}},
  {"address": "azurerm_batch_account.jobs", "mode": "managed", "type": "azurerm_batch_account", "values": {"name": "jobs"}}]}},
 "resource_changes": [
  {"address": "azurerm_batch_account.jobs", "type": "azurerm_batch_account", "change": {"actions": ["create"], "after_unknown": {"id": true, "customer_managed_key": true}}}],
 "configuration": {"root_module": {"resources": []}}})";
    const Ran ran{gate({folder.file("plan.json", plan), "--report", "sarif=" + folder.path("out.sarif")})};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 4);
    const std::string sarif = textOf(folder.path("out.sarif"));
    INFO(sarif);
    CHECK(has(sarif, "azurerm_batch_account.jobs#customer_managed_key"));
    CHECK(has(sarif, "\"startLine\": 3"));
}

TEST_CASE("a plan in a form that is not read says which form is") {
    const Folder folder;
    const Ran printed{gate({folder.file("plan.txt", "Terraform will perform the following actions:\n")})};
    CHECK(printed.code == 2);
    CHECK(has(printed.err, "terraform show -json PLANFILE"));
    CHECK(Ran{gate({folder.path("missing.json")})}.code == 2);
}

TEST_CASE("what a script does besides commands of the Azure CLI does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const auto with = [&](const std::string& line, const std::string& name = "do.sh") {
        return Ran{gate({folder.file(name, "#!/bin/sh\n# a step\nset -eu\necho begins\nRG=main\n"
                                           "az keyvault key create \\\n  --vault-name kv1 --name new\n" +
                                               line + "\n"),
                         "--estate", now})};
    };
    CHECK(with("").code == 0);
    for (const std::string line :
         {"./teardown.sh", "for v in kv1; do az keyvault delete -n $v; done", "Remove-AzKeyVault -VaultName kv1",
          "curl -X DELETE https://management.azure.com/", "terraform destroy", "X=1 ./teardown.sh", "sleep 7200"}) {
        INFO(line);
        const Ran one = with(line);
        CHECK(one.code == 4);
        CHECK(has(one.out, "line 8"));
    }
    // However they are called, these are played.
    for (const std::string line :
         {"sudo az keyvault delete -n kv1", "/usr/bin/az keyvault delete -n kv1", "echo $(az keyvault delete -n kv1)",
          "echo x; az keyvault delete -n kv1", "X=$(az keyvault delete -n kv1)"}) {
        INFO(line);
        CHECK(with(line).code == 1);
    }
}

TEST_CASE("commands in the text of a runbook and other programs in its blocks do not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const auto with = [&](const std::string& more) {
        return Ran{gate({folder.file("do.md", "# Steps\n\n```sh\naz keyvault key create --vault-name kv1 --name new\n"
                                              "```\n\n```json\n{\"any\": 1}\n```\n" +
                                                  more),
                         "--estate", now})};
    };
    CHECK(with("It prints the key.\n").code == 0);
    CHECK(with("Then `az keyvault delete -n kv1`.\n").code == 4);
    CHECK(with("1. az keyvault delete -n kv1\n").code == 4);
    CHECK(with("```powershell\nRemove-AzKeyVault -VaultName kv1\n```\n").code == 4);
}

TEST_CASE("what a plan destroys without being simulated, and what runs commands, does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const auto plan = [&](const std::string& type, const std::string& actions, const std::string& more = "") {
        return Ran{gate({folder.file("plan.json", R"({"format_version":"1.2","planned_values":{"root_module":{}},)"
                                                  R"("resource_changes":[{"address":")" +
                                                      type + R"(.x","mode":"managed","type":")" + type +
                                                      R"(","name":"x","change":{"actions":)" + actions +
                                                      R"(,"before":{"name":"x"},"after":null}}])" + more + "}"),
                         "--estate", now})};
    };
    CHECK(plan("azurerm_resource_group", R"(["no-op"])").code == 0);
    CHECK(plan("azurerm_resource_group", R"(["delete"])").code == 4);
    CHECK(plan("azurerm_private_endpoint", R"(["delete","create"])").code == 4);
    CHECK(plan("azapi_resource_action", R"(["create"])").code == 4);
    CHECK(plan("azapi_data_plane_resource", R"(["create"])").code == 4);
    CHECK(plan("azapi_data_plane_resource", R"(["delete"])").code == 4);
    CHECK(plan("azurerm_virtual_machine_extension", R"(["create"])").code == 4); // a script that it runs
    CHECK(plan("azurerm_key_vault", R"(["renovate"])").code == 4);               // which no Terraform of today does
    CHECK(plan("azurerm_subnet", "[]").code == 4);
    CHECK(plan("azurerm_subnet", "null").code == 4);
    CHECK(plan("external", R"(["read"])").code == 4); // which runs a program
    CHECK(plan("azurerm_client_config", R"(["read"])").code == 0);
    CHECK(plan("azurerm_key_vault", R"(["delete"])").code == 4); // of which there is no prior state
    CHECK(plan("random_id", R"(["delete"])").code == 0);
    CHECK(plan("null_resource", R"(["create"])").code == 0);
    CHECK(plan("null_resource", R"(["create"])",
               R"(,"configuration":{"root_module":{"resources":[{"address":"null_resource.x","provisioners":[{}]}]}})")
              .code == 4);
}

TEST_CASE("a plan that takes keys and policies out of a vault which it does not look after does not pass") {
    const Folder folder;
    std::string known = estate;
    known.replace(known.find("{a: {}}"), 7, "{a: {principalId: 11111111-1111-1111-1111-111111111111}}");
    const std::string now = folder.file("now.yaml", known);
    const std::string vault = "/subscriptions/0/resourceGroups/main/providers/Microsoft.KeyVault/vaults/kv1";
    const auto plan = [&](const std::string& type, const std::string& before, const std::string& after) {
        const auto module = [&](const std::string& values) {
            return R"({"root_module":{"resources":[)" +
                   (values.empty() ? std::string{}
                                   : R"({"address":")" + type + R"(.x","mode":"managed","type":")" + type +
                                         R"(","name":"x","values":{"key_vault_id":")" + vault + "\"," + values + "}}") +
                   "]}}";
        };
        return folder.file("plan.json", R"({"format_version":"1.2","planned_values":)" + module(after) +
                                            R"(,"prior_state":{"values":)" + module(before) + "}}");
    };
    const std::string key = R"("name":"k","key_type":"RSA","key_size":2048)";
    const std::string type = "azurerm_key_vault_key";
    CHECK(Ran{gate({plan(type, key, ""), "--estate", now})}.code == 1);
    const Ran ending{gate({plan(type, key, key + R"(,"expiration_date":"2027-01-02T00:00:00Z")"), "--estate", now})};
    CHECK(ending.code == 1);
    CHECK(has(ending.out, "KeyExpired"));
    CHECK(Ran{gate({plan(type, key, key), "--estate", now})}.code == 0);
    CHECK(Ran{gate({plan(type, R"("name":"k")", "")})}.code == 4); // nothing is known of the vault
    const auto policy = [](const std::string& principal, const std::string& permissions) {
        return R"("object_id":")" + principal + R"(-1111-1111-1111-111111111111","key_permissions":[)" + permissions +
               "]";
    };
    const std::string policies = "azurerm_key_vault_access_policy";
    const std::string all = R"("Get","WrapKey","UnwrapKey")";
    CHECK(Ran{gate({plan(policies, policy("11111111", all), ""), "--estate", now})}.code == 1);
    CHECK(Ran{gate({plan(policies, policy("11111111", all), policy("11111111", R"("Get")")), "--estate", now})}.code ==
          1);
    CHECK(Ran{gate({plan(policies, policy("22222222", all), ""), "--estate", now})}.code == 4);
    CHECK(Ran{gate({plan(policies, policy("22222222", all), policy("22222222", R"("Get")")), "--estate", now})}.code ==
          4);
    CHECK(Ran{gate({plan(policies, policy("22222222", all), policy("22222222", all)), "--estate", now})}.code == 0);
}

TEST_CASE("a vault that goes to another tenant does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const auto plan = [&](const std::string& tenant) {
        const auto vault = [](const std::string& of) { return R"({"name":"kv1","tenant_id":")" + of + R"("})"; };
        const auto module = [&](const std::string& of) {
            return R"({"root_module":{"resources":[{"address":"azurerm_key_vault.x","mode":"managed",)"
                   R"("type":"azurerm_key_vault","name":"x","values":)" +
                   vault(of) + "}]}}";
        };
        return Ran{gate(
            {folder.file("plan.json", R"({"format_version":"1.2","planned_values":)" + module(tenant) +
                                          R"(,"prior_state":{"values":)" + module("one") +
                                          R"(},"resource_changes":[{"address":"azurerm_key_vault.x","mode":"managed",)"
                                          R"("type":"azurerm_key_vault","name":"x","change":{"actions":["update"],)"
                                          R"("before":)" +
                                          vault("one") + R"(,"after":)" + vault(tenant) + "}}]}"),
             "--estate", now})};
    };
    CHECK(plan("one").code == 0);
    const Ran moved = plan("two");
    CHECK(moved.code == 4);
    CHECK(has(moved.out, "tenant_id"));
}

TEST_CASE("a resource whose keys an estate has by their slots is the one that a plan tells of") {
    const Folder folder;
    const std::string id = "/subscriptions/0/resourceGroups/g/providers/Microsoft.ManagedIdentity/"
                           "userAssignedIdentities/a";
    const std::string now = folder.file(
        "now.yaml", "cmksim-estate: 1\nvaults:\n  kv1:\n    enablePurgeProtection: true\n"
                    "    accessPolicies: {a: [get, wrapKey, unwrapKey]}\n    keys: {k: {}, other: {}}\n"
                    "identities: {a: {id: " +
                        id +
                        "}}\nresources:\n  my: {service: mysql, identities: [a], keys: {primary: {key: kv1/k, "
                        "identity: a}, backup: {key: kv1/other, identity: a}}}\n");
    const auto module = [&](const std::string& key) {
        return R"({"root_module":{"resources":[{"address":"azurerm_mysql_flexible_server.my","mode":"managed",)"
               R"("type":"azurerm_mysql_flexible_server","name":"my","values":{"name":"my","identity":[{"type":)"
               R"("UserAssigned","identity_ids":[")" +
               id + R"("]}],"customer_managed_key":[{"key_vault_key_id":"https://kv1.vault.azure.net/keys/)" + key +
               R"(","primary_user_assigned_identity_id":")" + id +
               R"(","geo_backup_key_vault_key_id":"https://kv1.vault.azure.net/keys/other",)"
               R"("geo_backup_user_assigned_identity_id":")" +
               id + R"("}]}}]}})";
    };
    const auto plan = [&](const std::string& key) {
        return Ran{gate({folder.file("plan.json", R"({"format_version":"1.2","planned_values":)" + module(key) +
                                                      R"(,"prior_state":{"values":)" + module("k") + "}}"),
                         "--estate", now})};
    };
    const Ran same = plan("k");
    INFO(same.out << same.err);
    CHECK(same.code != 2); // each slot stood twice
    CHECK(has(same.out, "no step changes anything"));
    const Ran other = plan("other");
    INFO(other.out << other.err);
    CHECK(other.code != 2);
    CHECK(has(other.out, "resource.update my"));
}

TEST_CASE("what azapi changes of a vault and a plan does not know does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const auto plan = [&](const std::string& body, const std::string& unknown) {
        const std::string values = R"({"type":"Microsoft.KeyVault/vaults@2023-07-01","name":"kv1","resource_id":)"
                                   R"("/subscriptions/0/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1")" +
                                   body + "}";
        const std::string one = R"({"address":"azapi_update_resource.kv","mode":"managed","name":"kv",)"
                                R"("type":"azapi_update_resource",)";
        return Ran{gate({folder.file("plan.json", R"({"format_version":"1.2","planned_values":{"root_module":)"
                                                  R"({"resources":[)" +
                                                      one + R"("values":)" + values + R"(}]}},"resource_changes":[)" +
                                                      one + R"("change":{"actions":["create"],"before":null,"after":)" +
                                                      values + R"(,"after_unknown":)" + unknown + "}}]}"),
                         "--estate", now})};
    };
    for (const auto& [body, unknown] :
         {std::pair{"", R"({"body":true})"}, std::pair{R"(,"body":{})", R"({"body":{"properties":true}})"}}) {
        const Ran ran = plan(body, unknown);
        INFO(unknown << ran.out << ran.err);
        CHECK(ran.code == 4);
        CHECK(has(ran.err, "what 'azapi_update_resource.kv' changes of vault 'kv1' is not known"));
    }
    CHECK_FALSE(has(plan(R"(,"body":{"properties":{"enablePurgeProtection":true}})", "{}").err, "changes of vault"));
}

TEST_CASE("a template that names other identities of a resource than it has does not pass") {
    const Folder folder;
    std::string there = estate;
    there.replace(there.find("identity: a, key"), 16, "identity: a, identities: [a], key");
    const std::string now = folder.file("now.yaml", there);
    const auto deploy = [&](const std::string& identity) {
        return Ran{gate(
            {folder.file("main.json", R"({"$schema":"https://schema.management.azure.com/schemas/2019-04-01/)"
                                      R"(deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[{"type":)"
                                      R"("Microsoft.ContainerRegistry/registries","apiVersion":"2023-07-01","name":)"
                                      R"("registry","sku":{"name":"Premium"},"identity":)" +
                                          identity + R"(,"properties":{}}]})"),
             "--estate", now})};
    };
    const Ran other = deploy(R"({"type":"SystemAssigned"})");
    INFO(other.out << other.err);
    CHECK(other.code != 0);
    CHECK(has(other.out, "does not name identity 'a' of"));
}

TEST_CASE("what can take access away where it is altered does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const auto plan = [&](const std::string& type, const std::string& action) {
        const std::string change = R"({"address":")" + type + R"(.x","mode":"managed","type":")" + type +
                                   R"(","name":"x","change":{"actions":[")" + action + R"("]}})";
        return Ran{gate({folder.file("plan.json", R"({"format_version":"1.2","planned_values":{"root_module":{}},)"
                                                  R"("resource_changes":[)" +
                                                      change + "]}"),
                         "--estate", now})};
    };
    for (const std::string type :
         {"azurerm_role_definition", "azuread_group", "azuread_service_principal", "azurerm_private_dns_a_record"}) {
        INFO(type);
        const Ran altered = plan(type, "update");
        CHECK(altered.code == 4);
        CHECK(has(altered.out, "is altered, and can take access away"));
        CHECK(plan(type, "create").code == 0);
        CHECK(plan(type, "no-op").code == 0);
    }
    CHECK(plan("azuread_conditional_access_policy", "create").code == 4);
    const std::string role = "/subscriptions/0/providers/Microsoft.Authorization/roleDefinitions/r";
    const auto whatIf = [&](const std::string& type) {
        return Ran{gate({folder.file("what-if.json", R"({"status":"Succeeded","changes":[{"resourceId":")" + role +
                                                         R"(","changeType":")" + type + R"(","before":{"id":")" + role +
                                                         R"(","name":"r","type":"Microsoft.Authorization/)"
                                                         R"(roleDefinitions","properties":{}},"after":{"id":")" +
                                                         role +
                                                         R"(","name":"r","type":"Microsoft.Authorization/)"
                                                         R"(roleDefinitions","properties":{}}}]})"),
                         "--estate", now})};
    };
    CHECK(whatIf("Modify").code == 4);
    CHECK(whatIf("NoChange").code == 0);
    const Ran name{gate({folder.file("name.json", R"({"status":"Succeeded","changes":[{"resourceId":"/subscriptions/0/)"
                                                  R"(resourceGroups/g/providers/Microsoft.Network/privateDnsZones/)"
                                                  R"(privatelink.vaultcore.azure.net/A/kv1","changeType":"Modify",)"
                                                  R"("before":{"properties":{"ttl":10}},)"
                                                  R"("after":{"properties":{"ttl":20}}}]})"),
                         "--estate", now})};
    CHECK(name.code == 4);
    CHECK(has(flat(name.out), "is altered, and can take access away"));
}

TEST_CASE("a plan that invokes actions, or puts changes off, does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const auto plan = [&](const std::string& fields) {
        return Ran{gate(
            {folder.file("plan.json", R"({"format_version":"1.2","planned_values":{"root_module":{}})" + fields + "}"),
             "--estate", now})};
    };
    CHECK(plan("").code == 0);
    CHECK(plan(R"(,"action_invocations":[],"deferred_changes":[])").code == 0);
    const Ran invoked = plan(R"(,"action_invocations":[{"address":"action.local_command.x","type":"local_command"}])");
    INFO(invoked.out << invoked.err);
    CHECK(invoked.code == 4);
    CHECK(has(invoked.out, "the plan invokes 'action.local_command.x'"));
    const Ran later =
        plan(R"(,"deferred_action_invocations":[{"reason":"x","action_invocation":{"address":"action.a.b"}}])");
    INFO(later.out << later.err);
    CHECK(later.code == 4);
    CHECK(has(later.out, "the plan invokes 'action.a.b'"));
    CHECK(plan(R"(,"deferred_changes":[{"reason":"instance_count_unknown"}])").code == 4);
    CHECK(plan(R"(,"complete":false)").code == 4);
    const Ran newer{gate({folder.file("plan.json", R"({"format_version":"2.0","planned_values":{"root_module":{}}})"),
                          "--estate", now})};
    CHECK(newer.code == 4);
    CHECK(has(flat(newer.out), "the plan has format '2.0'"));
    CHECK(plan(R"(,"errored":true)").code == 4);
}

TEST_CASE("what goes in a what-if result without having been read, and scripts in templates, do not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const auto whatIf = [&](const std::string& change) {
        return Ran{gate(
            {folder.file("what-if.json", R"({"status":"Succeeded","changes":[)" + change + "]}"), "--estate", now})};
    };
    const std::string group = "/subscriptions/0/resourceGroups/main";
    CHECK(whatIf(R"({"resourceId":")" + group + R"(/providers/Microsoft.KeyVault/vaults/kv1","changeType":"Delete"})")
              .code == 4);
    CHECK(whatIf(R"({"resourceId":")" + group +
                 R"(","changeType":"Delete","before":{"type":"Microsoft.Resources/resourceGroups","name":"main"}})")
              .code == 4);
    const Ran script{
        gate({folder.file("main.json", R"({"$schema":"https://schema.management.azure.com/schemas/2019-04-01/)"
                                       R"(deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[{"type":)"
                                       R"("Microsoft.Resources/deploymentScripts","apiVersion":"2023-08-01","name":)"
                                       R"("x","properties":{}}]})"),
              "--estate", now})};
    CHECK(script.code == 4);
}

TEST_CASE("a what-if result that tells what is modified and not how it is afterwards does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const std::string vault = R"({"resourceId":"/subscriptions/0/resourceGroups/main/providers/Microsoft.KeyVault/)"
                              R"(vaults/kv1","changeType":"Modify","before":{},"after":)";
    for (const std::string_view after : {"null", "{}"}) {
        const Ran ran{
            gate({folder.file("what-if.json", R"({"status":"Succeeded","changes":[)" + vault + std::string{after} +
                                                  R"(,"delta":[{"path":"properties.accessPolicies",)"
                                                  R"("propertyChangeType":"Delete"}]}]})"),
                  "--estate", now})};
        INFO(ran.out << ran.err);
        CHECK(ran.code == 4);
        CHECK(has(ran.out, "it is modified"));
    }
    const Ran failed{gate(
        {folder.file("what-if.json", R"({"status":"Failed","changes":[],"error":{"code":"x1"}})"), "--estate", now})};
    CHECK(failed.code == 2);
    CHECK(has(failed.err, "what-if failed: 'x1'"));
}

TEST_CASE("what what-if tells that it did not look at, and what is read of its result and left out, do not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const auto whatIf = [&](const std::string& fields) {
        return Ran{gate({folder.file("what-if.json", R"({"status":"Succeeded",)" + fields + "}"), "--estate", now})};
    };
    const std::string skipped = R"("diagnostics":[{"level":"Warning","code":"NestedDeploymentShortCircuited",)"
                                R"("message":"skipped","target":"inner"}])";
    const Ran nested = whatIf(R"("changes":[],)" + skipped);
    INFO(nested.out << nested.err);
    CHECK(nested.code == 4);
    CHECK(has(nested.err, "what-if tells 'NestedDeploymentShortCircuited' of 'inner'"));
    CHECK(whatIf(R"("properties":{"changes":[],)" + skipped + "}").code == 4);
    CHECK(whatIf(R"("changes":[],"diagnostics":[{"level":"Info","code":"x"}])").code == 0);
    CHECK(whatIf(R"("changes":[],"diagnostics":null)").code == 0);

    const std::string vault = "/subscriptions/0/resourceGroups/main/providers/Microsoft.KeyVault/vaults/kv1";
    const auto key = [&](const std::string& operations) {
        return R"({"id":")" + vault + R"(/keys/k","name":"k","type":"Microsoft.KeyVault/vaults/keys","properties":)" +
               R"({"keyOps":[)" + operations + "]}}";
    };
    const auto change = [&](const std::string& id, const std::string& type, const std::string& before,
                            const std::string& after) {
        return whatIf(R"("changes":[{"resourceId":")" + vault + id + R"(","changeType":")" + type + R"(","before":)" +
                      before + R"(,"after":)" + after + "}]");
    };
    const std::string both = R"("wrapKey","unwrapKey")";
    const Ran signs = change("/keys/k", "Modify", key(both), key(R"("sign")"));
    INFO(signs.out << signs.err);
    CHECK(signs.code == 4);
    CHECK(has(signs.out, "may not be used to wrap and unwrap"));
    CHECK(change("/keys/k", "NoChange", key(R"("sign")"), key(R"("sign")")).code == 0); // it is so already

    // Policies are called by the last part of their name alone.
    const auto policies = [&](const std::string& name, const std::string& permissions) {
        return change("/accessPolicies/" + name, "Create", "null",
                      R"({"id":")" + vault + "/accessPolicies/" + name + R"(","name":")" + name +
                          R"(","type":"Microsoft.KeyVault/vaults/accessPolicies","properties":{"accessPolicies":)" +
                          R"([{"objectId":"a","permissions":{"keys":[)" + permissions + "]}}]}}");
    };
    const Ran removed = policies("remove", R"("get")");
    INFO(removed.out << removed.err);
    CHECK(removed.code == 4);
    CHECK(has(removed.out, "policies of vault 'kv1' are removed here"));
    CHECK_FALSE(has(policies("replace", R"("get")").err, "'replace'"));
}

TEST_CASE("a what-if result that does not tell a change in full does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const std::string group = "/subscriptions/0/resourceGroups/main/providers/";
    const std::string vault = group + "Microsoft.KeyVault/vaults/kv1";
    const auto result = [&](const std::string& changes, const std::string& status = "Succeeded") {
        return Ran{gate({folder.file("what-if.json", R"({"status":")" + status + R"(","changes":[)" + changes + "]}"),
                         "--estate", now})};
    };
    const auto change = [](const std::string& id, const std::string& type, const std::string& fields) {
        return R"({"resourceId":")" + id + R"(","changeType":")" + type + R"(")" + fields + "}";
    };
    const auto is = [&](const std::string& properties, const std::string& more = "") {
        return R"({"id":")" + vault + R"(","name":"kv1","type":"Microsoft.KeyVault/vaults","properties":{)" +
               properties + "}" + more + "}";
    };
    const auto sides = [](const std::string& before, const std::string& after, const std::string& delta = "") {
        return R"(,"before":)" + before + R"(,"after":)" + after + R"(,"delta":[)" + delta + "]";
    };
    const std::string kept = R"("enablePurgeProtection":true)";
    const std::string roles = R"("enableRbacAuthorization":)";
    const std::string turned = R"({"path":"properties.enableRbacAuthorization","propertyChangeType":"Modify",)"
                               R"("before":false,"after":true})";
    const std::string bare = R"({"id":")" + vault + R"(","name":"kv1","type":"Microsoft.KeyVault/vaults"})";
    const auto unknown = [&](const std::string& changes, const std::string& text) {
        const Ran ran = result(changes);
        INFO(changes << '\n' << ran.out << ran.err);
        CHECK(ran.code == 4);
        CHECK(has(flat(ran.out), text));
    };

    // What it is comes from its resource id.
    const Ran nameless = result(change(vault, "Modify",
                                       sides(R"({"properties":{"enableRbacAuthorization":false}})",
                                             R"({"properties":{"enableRbacAuthorization":true}})")));
    INFO(nameless.out << nameless.err);
    CHECK(nameless.code == 1);
    CHECK(has(nameless.out, "registry goes down"));
    unknown(change(vault, "Delete", R"(,"before":{"type":"Microsoft.Foo/bars","name":"x"},"after":null)"),
            "of another type");
    CHECK(result(R"({"changeType":"Modify","before":{"properties":{"a":1}},"after":{"properties":{"a":2}}})").code ==
          4);

    // What changes and is not described.
    unknown(change(vault, "Modify", sides(is(kept), bare, turned)), "how it is afterwards");
    unknown(change(vault, "Modify", sides(bare, bare, turned)), "how it is afterwards");
    unknown(change(vault, "Modify", sides("null", is(roles + "false"), turned)), "how it was before");
    unknown(change(vault, "Modify", sides(is(roles + "false"), is(roles + "false"), turned)),
            "properties.enableRbacAuthorization");
    unknown(change(vault, "Modify", sides(is(kept), is(kept), turned)), "properties.enableRbacAuthorization");
    unknown(change(vault, "Modify", sides(is(kept), is(kept))), "what of it is not told");
    unknown(change(vault, "NoChange", sides(is(kept), is(kept), turned)), "said to stay as it is");
    unknown(change(vault, "NoChange", sides(is(kept), is(roles + "true"))), "said to stay as it is");
    unknown(change(vault, "Weird", sides(is(roles + "false"), is(roles + "true"))), "what the change 'weird' does");
    unknown(change(vault, "Delete", R"(,"before":)" + bare), "how it was before");
    unknown(change(vault, "Create", R"(,"after":)" + bare), "how it is then");
    unknown(change(group + "Microsoft.Authorization/roleAssignments/r", "Delete",
                   R"(,"before":{"id":"x","name":"r","type":"Microsoft.Authorization/roleAssignments"})"),
            "how it was before");
    unknown(change(vault, "Delete", R"(,"before":)" + is(kept)) + "," +
                change(vault, "NoChange", sides(is(kept), is(kept))),
            "more than once");
    CHECK(result("", "Canceled").code == 4);

    const std::string assignment = group + "Microsoft.Authorization/roleAssignments/r";
    const auto held = [&](const std::string& condition) {
        return R"({"id":")" + assignment + R"(","name":"r","type":"Microsoft.Authorization/roleAssignments",)" +
               R"("properties":{"principalId":"p","roleDefinitionId":"x","condition":)" + condition + "}}";
    };
    unknown(change(assignment, "Modify", sides(held("null"), held(R"("@x")"))), "its condition is changed");
    unknown(change(group + "Microsoft.Authorization/denyAssignments/d", "Create",
                   R"(,"after":{"properties":{"principals":[]}})"),
            "can change or forbid anything");

    // What has no meaning here.
    const std::string tag = R"({"path":"tags.a","propertyChangeType":"Modify","before":"1","after":"2"})";
    CHECK(
        result(change(vault, "Modify", sides(is(kept, R"(,"tags":{"a":"1"})"), is(kept, R"(,"tags":{"a":"2"})"), tag)))
            .code == 0);
    const std::string same = R"({"path":"properties.vaultUri","propertyChangeType":"NoEffect"})";
    CHECK(result(change(vault, "Modify", sides(is(kept), is(kept), same))).code == 0);
    CHECK(result(change(vault, "NoChange", sides(is(kept), is(kept)))).code == 0);
    CHECK(result(change(vault, "Ignore", "")).code == 0);
    CHECK(result("").code == 0);
}

TEST_CASE("access policies that a what-if result replaces or removes do not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const auto whatIf = [&](const std::string& verb, const std::string& type, const std::string& fields) {
        return Ran{gate({folder.file("what-if.json",
                                     R"({"status":"Succeeded","changes":[{"resourceId":"/subscriptions/0/)"
                                     R"(resourceGroups/main/providers/Microsoft.KeyVault/vaults/kv1/accessPolicies/)" +
                                         verb + R"(","changeType":")" + type + "\"," + fields + "}]}"),
                         "--estate", now})};
    };
    const auto list = [](const std::string& policies) {
        return R"({"properties":{"accessPolicies":[)" + policies + "]}}";
    };
    const auto policy = [](const std::string& of) {
        return R"({"objectId":")" + of + R"(","permissions":{"keys":["get","wrapKey","unwrapKey"]}})";
    };
    for (const std::string& made : {list(""), list(policy("b"))}) {
        const Ran replaced = whatIf("replace", "Create", R"("after":)" + made);
        INFO(replaced.out << replaced.err);
        CHECK(replaced.code == 4);
        CHECK(has(flat(replaced.out), "policies of vault 'kv1' are replaced here"));
    }
    CHECK(whatIf("remove", "Create", R"("after":)" + list(policy("a"))).code == 4);
    const Ran fewer =
        whatIf("replace", "Modify",
               R"("before":)" + list(policy("a") + "," + policy("b")) + R"(,"after":)" + list(policy("b")));
    INFO(fewer.out << fewer.err);
    CHECK(fewer.code != 0);
    CHECK(has(flat(fewer.out), "which access policies its vault has then is not told"));
    CHECK(whatIf("replace", "NoChange", R"("before":)" + list(policy("a")) + R"(,"after":)" + list(policy("a"))).code ==
          0);
}

TEST_CASE("that steps are played half a minute apart is told where there are several and their instants are not") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const std::string first = "az keyvault key set-attributes --vault-name kv1 --name k --enabled false\n";
    const std::string then = "az keyvault key set-attributes --vault-name kv1 --name k --enabled true\n";
    const std::string both = folder.file("both.sh", first + then);
    for (const std::string format : {"text", "json", "markdown"}) {
        const Ran ran{gate({both, "--estate", now, "--rto", "10m", "--format", format})};
        INFO(ran.out << ran.err);
        CHECK(has(flat(ran.out), "this change with pauses other than 30s between its steps"));
    }
    const Ran one{gate({folder.file("one.sh", first), "--estate", now})};
    CHECK(has(one.out, "Looked at: 1 step"));
    CHECK_FALSE(has(one.out, "pauses"));
    // A scenario says when its steps are.
    const Ran timed{gate({folder.file("story.yaml", story + "  - {at: 2m, do: key.recover, target: kv1/k}\n")})};
    CHECK(has(timed.out, "Looked at: 2 steps"));
    CHECK_FALSE(has(timed.out, "pauses"));
}

TEST_CASE("what of a command is left out does not pass, and is told once") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    for (const std::string_view options : {"--ops sign", "--policy @p.json"}) {
        const Ran ran{gate({folder.file("do.sh", "az keyvault key set-attributes --vault-name kv1 --name k " +
                                                     std::string{options} + "\n"),
                            "--estate", now})};
        INFO(ran.out << ran.err);
        CHECK(ran.code == 4);
        CHECK(has(ran.out, "line 1: '--"));
        const std::size_t first = ran.err.find("is left out");
        REQUIRE(first != std::string::npos);
        CHECK(ran.err.find("is left out", first + 1) == std::string::npos);
    }
}

TEST_CASE("a step after which a resource no longer follows its key to newer versions is an impairment") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const std::string version = "0123456789abcdef0123456789abcdef";
    std::string named = estate;
    named.replace(named.find("k: {}"), 5, "k: {versions: [{name: " + version + "}]}");
    std::string pinned = named;
    pinned.replace(pinned.find("key: kv1/k}"), 11, "key: kv1/k/" + version + "}");
    const Ran ran{gate({folder.file("after.yaml", pinned), "--estate", folder.file("before.yaml", named)})};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "registry no longer follows its key"));
    const Ran back{gate({folder.file("after.yaml", named), "--estate", folder.file("before.yaml", pinned)})};
    INFO(back.out << back.err);
    CHECK(!has(back.out, "no longer follows"));
}

TEST_CASE("a baseline does not hide what has grown longer than it was") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const std::string brief = folder.file("brief.yaml", story + "  - {at: 2m, do: key.recover, target: kv1/k}\n");
    const Ran before{gate({brief, "--format", "json", "--rto", "2h"})};
    REQUIRE(before.code == 0);
    const std::string told = folder.file("told.json", before.out);
    CHECK(Ran{gate({brief, "--baseline", told})}.code == 1); // it was told, and did not count
    const std::string counted = folder.file("counted.json", Ran{gate({brief, "--format", "json"})}.out);
    CHECK(Ran{gate({brief, "--baseline", counted})}.code == 0);
    const std::string longer = folder.file("longer.yaml", story + "  - {at: 5h, do: key.recover, target: kv1/k}\n");
    CHECK(Ran{gate({longer, "--baseline", counted})}.code == 1);
}

TEST_CASE("objectives of a file let short outages pass, and journeys that a change breaks do not") {
    const Folder folder;
    static_cast<void>(folder.file("now.yaml", estate));
    const std::string brief = folder.file("brief.yaml", story + "  - {at: 2m, do: key.recover, target: kv1/k}\n");
    const auto asked = [&](const std::string& objectives) {
        return Ran{gate(
            {brief, "--objectives", folder.file("asked.yaml", "cmksim-objectives: 1\nobjectives:\n" + objectives)})};
    };
    const Ran within = asked("  registry: {rto: 1h}\n");
    INFO(within.out << within.err);
    CHECK(within.code == 0);
    CHECK(has(within.out, "its objective allows that"));
    CHECK(asked("  registry: {rto: 59m}\n").code == 1);
    const Ran journey = asked("  registry: {rto: 1h}\n  way: {all-of: [registry], rto: 30m}\n");
    CHECK(journey.code == 1);
    CHECK(has(journey.out, "way, rto 30m"));
    const Ran wrong = asked("  registri: {rto: 1h}\n");
    CHECK(wrong.code == 2);
    CHECK(has(wrong.err, "unknown resource 'registri'; did you mean 'registry'?"));
    const Ran lasting{gate({folder.file("story.yaml", story), "--objectives",
                            folder.file("asked.yaml", "cmksim-objectives: 1\nobjectives:\n  registry: {rto: 1h, "
                                                      "no-data-loss: true}\n")})};
    CHECK(lasting.code == 1);
}

TEST_CASE("what an estate tells as soft-deleted afterwards is deleted by the change") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const auto after = [&](const std::string& what, const std::string& with) {
        std::string text = estate;
        text.replace(text.find(what), what.size(), with);
        return Ran{gate({folder.file("after.yaml", text), "--estate", now})};
    };
    CHECK(after("k: {}", "k: {deleted: 2026-12-01T00:00:00Z}").code == 1);
    CHECK(after("    enablePurge", "    deleted: 2026-12-01T00:00:00Z\n    enablePurge").code == 1);
    CHECK(after("{a: {}}", "{a: {deleted: 2026-12-01T00:00:00Z}}").code == 1);
    CHECK(after("other: {}", "other: {deleted: 2026-12-01T00:00:00Z}").code == 0);
}

TEST_CASE("what is no finding in a baseline is told with its place") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const std::string change = folder.file("story.yaml", story);
    for (const std::string_view finding : {"1", "{\"id\": 5}", "{\"id\": \"x\"}", "null", "[]"}) {
        CAPTURE(finding);
        const std::string baseline =
            folder.file("baseline.json", "{\"gate\": \"x\", \"findings\": [" + std::string{finding} + "]}");
        const Ran ran{gate({change, "--baseline", baseline})};
        CHECK(ran.code == 2);
        CHECK(has(ran.err, "baseline.json:1:28: error: this is no finding of an earlier gate"));
    }
}

} // namespace cmksim::gate_command_test
