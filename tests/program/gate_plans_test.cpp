// What of a plan or a template nothing here can judge, and which therefore does not pass `gate`.
#include "program/gating.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cmksim::gate_plans_test {

using namespace cmksim::test;

TEST_CASE("what a plan destroys without being simulated, and what runs commands, does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto plan = [&](const std::string& type, const std::string& actions, const std::string& more = "") {
        return Ran{
            gateArguments({folder.file("plan.json", R"({"format_version":"1.2","planned_values":{"root_module":{}},)"
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
    std::string known = gatedEstate;
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
    CHECK(Ran{gateArguments({plan(type, key, ""), "--estate", now})}.code == 1);
    const Ran ending{
        gateArguments({plan(type, key, key + R"(,"expiration_date":"2027-01-02T00:00:00Z")"), "--estate", now})};
    CHECK(ending.code == 1);
    CHECK(has(ending.out, "KeyExpired"));
    CHECK(Ran{gateArguments({plan(type, key, key), "--estate", now})}.code == 0);
    CHECK(Ran{gateArguments({plan(type, R"("name":"k")", "")})}.code == 4); // nothing is known of the vault
    const auto policy = [](const std::string& principal, const std::string& permissions) {
        return R"("object_id":")" + principal + R"(-1111-1111-1111-111111111111","key_permissions":[)" + permissions +
               "]";
    };
    const std::string policies = "azurerm_key_vault_access_policy";
    const std::string all = R"("Get","WrapKey","UnwrapKey")";
    CHECK(Ran{gateArguments({plan(policies, policy("11111111", all), ""), "--estate", now})}.code == 1);
    CHECK(Ran{gateArguments({plan(policies, policy("11111111", all), policy("11111111", R"("Get")")), "--estate", now})}
              .code == 1);
    CHECK(Ran{gateArguments({plan(policies, policy("22222222", all), ""), "--estate", now})}.code == 4);
    CHECK(Ran{gateArguments({plan(policies, policy("22222222", all), policy("22222222", R"("Get")")), "--estate", now})}
              .code == 4);
    CHECK(
        Ran{gateArguments({plan(policies, policy("22222222", all), policy("22222222", all)), "--estate", now})}.code ==
        0);
}

TEST_CASE("a vault that goes to another tenant does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto plan = [&](const std::string& tenant) {
        const auto vault = [](const std::string& of) { return R"({"name":"kv1","tenant_id":")" + of + R"("})"; };
        const auto module = [&](const std::string& of) {
            return R"({"root_module":{"resources":[{"address":"azurerm_key_vault.x","mode":"managed",)"
                   R"("type":"azurerm_key_vault","name":"x","values":)" +
                   vault(of) + "}]}}";
        };
        return Ran{gateArguments(
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
        return Ran{
            gateArguments({folder.file("plan.json", R"({"format_version":"1.2","planned_values":)" + module(key) +
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
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto plan = [&](const std::string& body, const std::string& unknown) {
        const std::string values = R"({"type":"Microsoft.KeyVault/vaults@2023-07-01","name":"kv1","resource_id":)"
                                   R"("/subscriptions/0/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1")" +
                                   body + "}";
        const std::string one = R"({"address":"azapi_update_resource.kv","mode":"managed","name":"kv",)"
                                R"("type":"azapi_update_resource",)";
        return Ran{gateArguments(
            {folder.file("plan.json", R"({"format_version":"1.2","planned_values":{"root_module":)"
                                      R"({"resources":[)" +
                                          one + R"("values":)" + values + R"(}]}},"resource_changes":[)" + one +
                                          R"("change":{"actions":["create"],"before":null,"after":)" + values +
                                          R"(,"after_unknown":)" + unknown + "}}]}"),
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
    const Ran same = plan(R"(,"body":{"properties":{"enablePurgeProtection":true}})", "{}");
    INFO(same.out << same.err);
    CHECK(same.code == 0);
    CHECK_FALSE(has(flat(same.out), "which the estate has already"));
    CHECK(has(same.out, "no step changes anything"));
    const Ran closed = plan(R"(,"body":{"properties":{"publicNetworkAccess":"Disabled"}})", "{}");
    INFO(closed.out << closed.err);
    CHECK(has(closed.out, "vault.update kv1"));
    CHECK_FALSE(has(flat(closed.out), "which the estate has already"));
    const Ran policies = plan(R"(,"body":{"properties":{"accessPolicies":[]}})", "{}");
    CHECK(policies.code == 4);
    CHECK(has(flat(policies.out), "replaces the access policies of vault 'kv1'"));
}

TEST_CASE("a template that names other identities of a resource than it has does not pass") {
    const Folder folder;
    std::string there = gatedEstate;
    there.replace(there.find("identity: a, key"), 16, "identity: a, identities: [a], key");
    const std::string now = folder.file("now.yaml", there);
    const auto deploy = [&](const std::string& identity) {
        return Ran{gateArguments(
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
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto plan = [&](const std::string& type, const std::string& action) {
        const std::string change = R"({"address":")" + type + R"(.x","mode":"managed","type":")" + type +
                                   R"(","name":"x","change":{"actions":[")" + action + R"("]}})";
        return Ran{
            gateArguments({folder.file("plan.json", R"({"format_version":"1.2","planned_values":{"root_module":{}},)"
                                                    R"("resource_changes":[)" +
                                                        change + "]}"),
                           "--estate", now})};
    };
    for (const std::string type : {"azurerm_role_definition", "azuread_group", "azuread_service_principal",
                                   "azurerm_private_dns_a_record", "azurerm_private_endpoint"}) {
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
        return Ran{gateArguments(
            {folder.file("what-if.json", R"({"status":"Succeeded","changes":[{"resourceId":")" + role +
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
    const Ran name{
        gateArguments({folder.file("name.json", R"({"status":"Succeeded","changes":[{"resourceId":"/subscriptions/0/)"
                                                R"(resourceGroups/g/providers/Microsoft.Network/privateDnsZones/)"
                                                R"(privatelink.vaultcore.azure.net/A/kv1","changeType":"Modify",)"
                                                R"("before":{"properties":{"ttl":10}},)"
                                                R"("after":{"properties":{"ttl":20}}}]})"),
                       "--estate", now})};
    CHECK(name.code == 4);
    CHECK(has(flat(name.out), "is altered, and can take access away"));
}

TEST_CASE("of a private endpoint that a plan alters the tags alone pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto plan = [&](const std::string& after, const std::string& unknown) {
        return Ran{gateArguments(
            {folder.file(
                 "plan.json",
                 R"({"format_version":"1.2","planned_values":{"root_module":{}},"resource_changes":[{"address":)"
                 R"("azurerm_private_endpoint.x","mode":"managed","type":"azurerm_private_endpoint","name":"x",)"
                 R"("change":{"actions":["update"],"before":{"name":"x","subnet_id":"a","tags":{"a":"1"}},)"
                 R"("after":)" +
                     after + R"(,"after_unknown":)" + unknown + "}}]}"),
             "--estate", now})};
    };
    const std::string tagged = R"({"name":"x","subnet_id":"a","tags":{"a":"2"}})";
    const Ran tags = plan(tagged, R"({"tags":{}})");
    INFO(tags.out << tags.err);
    CHECK(tags.code == 0);
    CHECK(plan(tagged, R"({"network_interface":true})").code == 4);
    const Ran moved = plan(R"({"name":"x","subnet_id":"b","tags":{"a":"1"}})", "{}");
    CHECK(moved.code == 4);
    CHECK(has(flat(moved.out), "is altered, and can take access away"));
}

TEST_CASE("a vault that goes from premium to standard does not pass, and the other way does") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto plan = [&](const std::string& before, const std::string& after) {
        const auto values = [](const std::string& sku) {
            return R"({"name":"kv1","purge_protection_enabled":true,"sku_name":")" + sku + R"("})";
        };
        const auto module = [&](const std::string& sku) {
            return R"({"root_module":{"resources":[{"address":"azurerm_key_vault.kv","mode":"managed",)"
                   R"("type":"azurerm_key_vault","name":"kv","values":)" +
                   values(sku) + "}]}}";
        };
        return Ran{gateArguments(
            {folder.file("plan.json",
                         R"({"format_version":"1.2","planned_values":)" + module(after) +
                             R"(,"prior_state":{"values":)" + module(before) +
                             R"(},"resource_changes":[{"address":"azurerm_key_vault.kv","mode":"managed","type":)"
                             R"("azurerm_key_vault","name":"kv","change":{"actions":["update"],"before":)" +
                             values(before) + R"(,"after":)" + values(after) + "}}]}"),
             "--estate", now})};
    };
    const Ran lower = plan("premium", "standard");
    INFO(lower.out << lower.err);
    CHECK(lower.code == 4);
    CHECK(has(flat(lower.out), "changes 'sku_name': what comes of that is not simulated"));
    CHECK_FALSE(has(plan("standard", "premium").out, "sku_name"));
    CHECK_FALSE(has(plan("standard", "standard").out, "sku_name"));
}

TEST_CASE("a private endpoint of a template passes where it takes nothing away that is simulated, and not elsewhere") {
    const Folder folder;
    const auto deploy = [&](const std::string& estate, const std::string& to, const std::string& more = "") {
        std::vector<std::string> words{folder.file(
            "main.json",
            R"({"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",)"
            R"("contentVersion":"1.0.0.0","resources":[{"type":"Microsoft.Network/privateEndpoints",)"
            R"("apiVersion":"2023-09-01","name":"pe","properties":{"privateLinkServiceConnections":[{"name":)"
            R"("c","properties":{"privateLinkServiceId":")" +
                to + R"("}}]}})" + more + "]}")};
        if (!estate.empty()) {
            words.insert(words.end(), {"--estate", folder.file("now.yaml", estate)});
        }
        return Ran{gateArguments(std::move(words))};
    };
    const std::string kv1 = "[resourceId('Microsoft.KeyVault/vaults', 'kv1')]";
    const Ran added = deploy(gatedEstate, kv1);
    INFO(added.out << added.err);
    CHECK(added.code == 0);
    CHECK(has(flat(added.err), "Microsoft.Network/privateEndpoints 'pe' is not in the estate, and vault 'kv1' admits "
                               "without it what is simulated"));
    CHECK(deploy(gatedEstate, "[resourceId('Microsoft.Storage/storageAccounts', 'st')]").code == 0);
    // Where it leads is not known, and neither is what is there already.
    CHECK(deploy(gatedEstate, "[reference('x').id]").code == 4);
    CHECK(deploy("", kv1).code == 4);
    // A name in a private zone is another thing, be it said within the endpoint or beside it.
    const std::string withGroup =
        kv1 + R"("}}]},"resources":[{"type":"privateDnsZoneGroups","apiVersion":"2023-09-01",)" +
        R"("name":"g","properties":{"privateDnsZoneConfigs":[{"properties":{"privateDnsZoneId":"z)";
    CHECK(deploy(gatedEstate, withGroup, "]}").code == 4);
    CHECK(
        deploy(gatedEstate, kv1,
               R"(,{"type":"Microsoft.Network/privateDnsZones","apiVersion":"2020-06-01","name":"z","properties":{}})")
            .code == 4);
    std::string closed = gatedEstate;
    closed.replace(closed.find("    accessPolicies"), 0,
                   "    networkAcls: {defaultAction: Deny, bypass: None, ipRules: [203.0.113.7]}\n");
    CHECK(deploy(closed, kv1).code == 4);
    std::string ways = gatedEstate;
    ways.replace(ways.find("    accessPolicies"), 0, "    privateEndpoints: [spoke]\n");
    CHECK(deploy(ways, kv1).code == 4);
    // The estate has it: the same is no change of what is played, and one that led elsewhere is.
    const auto there = [](const std::string& vault) {
        return gatedEstate + "  pe: {service: unmodelled, type: Microsoft.Network/privateEndpoints, vaults: [" + vault +
               "]}\n";
    };
    const Ran same = deploy(there("kv1"), kv1);
    INFO(same.out << same.err);
    CHECK(same.code == 0);
    CHECK(has(flat(same.err), "leads to vault 'kv1' as in the estate"));
    std::string two = there("kv2");
    two.replace(two.find("identities:"), 0, "  kv2: {}\n");
    CHECK(deploy(two, kv1).code == 4);
}

TEST_CASE("a private endpoint that a plan or a what-if result makes passes where a vault admits without it") {
    const Folder folder;
    std::string closed = gatedEstate;
    closed.replace(closed.find("    accessPolicies"), 0,
                   "    networkAcls: {defaultAction: Deny, bypass: None, ipRules: [203.0.113.7]}\n");
    const std::string vault = "/subscriptions/0/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1";
    const auto gate = [&](const std::string& text, const std::string& estate) {
        return Ran{gateArguments({folder.file("change.json", text), "--estate", folder.file("now.yaml", estate)})};
    };
    const std::string plan =
        R"({"format_version":"1.2","planned_values":{"root_module":{"resources":[{"address":"azurerm_private_endpoint.x",)"
        R"("mode":"managed","type":"azurerm_private_endpoint","name":"x","values":{"name":"pe","private_service_connection":)"
        R"([{"private_connection_resource_id":")" +
        vault +
        R"("}]}}]}},"resource_changes":[{"address":"azurerm_private_endpoint.x","mode":"managed","type":)"
        R"("azurerm_private_endpoint","name":"x","change":{"actions":["create"],"before":null,"after":{},"after_unknown":)"
        R"({"id":true}}}]})";
    const std::string id = "/subscriptions/0/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/pe";
    const std::string whatIf =
        R"({"status":"Succeeded","changes":[{"resourceId":")" + id +
        R"(","changeType":"Create","before":null,"after":{"id":")" + id +
        R"(","name":"pe","type":"Microsoft.Network/privateEndpoints","properties":)"
        R"({"privateLinkServiceConnections":[{"name":"c","properties":{"privateLinkServiceId":")" +
        vault + R"("}}]}}}]})";
    for (const std::string* change : {&plan, &whatIf}) {
        const Ran made = gate(*change, gatedEstate);
        INFO(made.out << made.err);
        CHECK(made.code == 0);
        CHECK(has(flat(made.err), "vault 'kv1' admits without it what is simulated"));
        CHECK(gate(*change, closed).code == 4);
    }
}

TEST_CASE("a template that makes a vault standard does not pass where the estate has keys in hardware in it") {
    const Folder folder;
    const auto deploy = [&](const std::string& key, const std::string& sku) {
        std::string there = gatedEstate;
        there.replace(there.find("{k: {}, other: {}}"), 18, "{k: " + key + ", other: {type: RSA}}");
        return Ran{gateArguments(
            {folder.file(
                 "main.json",
                 R"({"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",)"
                 R"("contentVersion":"1.0.0.0","parameters":{"sku":{"type":"string"}},"resources":[{"type":)"
                 R"("Microsoft.KeyVault/vaults","apiVersion":"2023-07-01","name":"kv1","properties":{"sku":)"
                 R"({"family":"A","name":")" +
                     sku + R"("},"enablePurgeProtection":true,"accessPolicies":[{"objectId":"a","permissions":)" +
                     R"({"keys":["get","wrapKey","unwrapKey"]}}]}}]})"),
             "--estate", folder.file("now.yaml", there)})};
    };
    const Ran hardware = deploy("{type: RSA-HSM}", "standard");
    INFO(hardware.out << hardware.err);
    CHECK(hardware.code != 0);
    const std::string found = "vault 'kv1' is to have 'properties.sku.name=standard', and key 'kv1/k' lies in hardware";
    CHECK(has(flat(hardware.out), found));
    CHECK(has(flat(deploy("{type: RSA-HSM}", "[parameters('sku')]").out), found));
    CHECK_FALSE(has(flat(deploy("{type: RSA-HSM}", "premium").out), "in hardware"));
    CHECK_FALSE(has(flat(deploy("{type: RSA}", "standard").out), "in hardware"));
    const Ran unsaid = deploy("{}", "standard");
    CHECK_FALSE(has(flat(unsaid.out), "lies in hardware"));
    CHECK(has(flat(unsaid.err), "the estate does not say of which types its keys are"));
}

TEST_CASE("a template with a nested deployment in mode Complete does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto deploy = [&](const std::string& mode) {
        return Ran{gateArguments(
            {folder.file(
                 "main.json",
                 R"({"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",)"
                 R"("contentVersion":"1.0.0.0","parameters":{"mode":{"type":"string","defaultValue":)"
                 R"("Incremental"}},"resources":[{"type":"Microsoft.Resources/deployments","apiVersion":)"
                 R"("2022-09-01","name":"n","properties":{"mode":")" +
                     mode +
                     R"(","template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/)"
                     R"(deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[]}}}]})"),
             "--estate", now})};
    };
    const Ran whole = deploy("Complete");
    INFO(whole.out << whole.err);
    CHECK(whole.code == 4);
    CHECK(has(flat(whole.out), "'Microsoft.Resources/deployments' has 'Complete' as its 'properties.mode'"));
    CHECK(deploy("complete").code == 4);
    CHECK(has(flat(deploy("[parameters('mode')]").out), "may have 'Complete'"));
    CHECK(deploy("Incremental").code == 0);
}

TEST_CASE("a resource that gets its key from a thing apart is granted it before, whatever order the plan allows") {
    const Folder folder;
    const std::string group = "/subscriptions/0/resourceGroups/g/providers/";
    const std::string vaultId = group + "Microsoft.KeyVault/vaults/kv1";
    const std::string accountId = group + "Microsoft.Storage/storageAccounts/sa1";
    const auto one = [](const std::string& type, const std::string& values) {
        return R"({"address":")" + type + R"(.x","mode":"managed","type":")" + type + R"(","name":"x","values":{)" +
               values + "}}";
    };
    const std::string vault =
        one("azurerm_key_vault", R"("name":"kv1","purge_protection_enabled":true,"id":")" + vaultId + "\"") + "," +
        one("azurerm_key_vault_key", R"("name":"cmk","key_vault_id":")" + vaultId + "\"");
    const std::string made =
        one("azurerm_storage_account",
            R"("name":"sa1","identity":[{"type":"SystemAssigned","principal_id":"p-own"}],"id":")" + accountId + "\"") +
        "," +
        one("azurerm_key_vault_access_policy",
            R"("object_id":"p-own","key_permissions":["Get","WrapKey","UnwrapKey"],"key_vault_id":")" + vaultId +
                "\"") +
        "," +
        one("azurerm_storage_account_customer_managed_key",
            R"("key_name":"cmk","storage_account_id":")" + accountId + R"(","key_vault_id":")" + vaultId + "\"");
    std::string changes;
    for (const std::string type : {"azurerm_storage_account", "azurerm_key_vault_access_policy",
                                   "azurerm_storage_account_customer_managed_key"}) {
        changes +=
            (changes.empty() ? "" : ",") + (R"({"address":")" + type + R"(.x","mode":"managed","type":")" + type +
                                            R"(","name":"x","change":{"actions":["create"],)"
                                            R"("before":null,"after_unknown":{}}})");
    }
    const std::string account = R"({"references":["azurerm_storage_account.x.id","azurerm_storage_account.x"]})";
    const Ran ran{gateArguments(
        {folder.file("plan.json", R"({"format_version":"1.2","planned_values":{"root_module":{"resources":[)" + vault +
                                      "," + made + R"(]}},"prior_state":{"values":{"root_module":{"resources":[)" +
                                      vault + R"(]}}},"resource_changes":[)" + changes +
                                      R"(],"configuration":{"root_module":{"resources":[
 {"address":"azurerm_storage_account.x","expressions":{}},
 {"address":"azurerm_key_vault_access_policy.x","expressions":{"object_id":)" +
                                      account + R"(}},
 {"address":"azurerm_storage_account_customer_managed_key.x","depends_on":["azurerm_key_vault_access_policy.x"],
  "expressions":{"storage_account_id":)" +
                                      account + "}}]}}}")})};
    INFO(ran.out << ran.err);
    CHECK(has(ran.out, "resource.update sa1"));
    CHECK(ran.out.find("policy.set kv1 system:sa1") < ran.out.find("resource.update sa1"));
    CHECK_FALSE(has(ran.out, "IdentityNotSupported"));
}

TEST_CASE("a plan that invokes actions, or puts changes off, does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto plan = [&](const std::string& fields) {
        return Ran{gateArguments(
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
    const Ran newer{
        gateArguments({folder.file("plan.json", R"({"format_version":"2.0","planned_values":{"root_module":{}}})"),
                       "--estate", now})};
    CHECK(newer.code == 4);
    CHECK(has(flat(newer.out), "the plan has format '2.0'"));
    CHECK(plan(R"(,"errored":true)").code == 4);
}

} // namespace cmksim::gate_plans_test
