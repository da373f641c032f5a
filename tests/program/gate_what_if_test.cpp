// What of a what-if result nothing here can judge, and which therefore does not pass `gate`.
#include "program/gating.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cmksim::gate_what_if_test {

using namespace cmksim::test;

TEST_CASE("what goes in a what-if result without having been read, and scripts in templates, do not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto whatIf = [&](const std::string& change) {
        return Ran{gateArguments(
            {folder.file("what-if.json", R"({"status":"Succeeded","changes":[)" + change + "]}"), "--estate", now})};
    };
    const std::string group = "/subscriptions/0/resourceGroups/main";
    CHECK(whatIf(R"({"resourceId":")" + group + R"(/providers/Microsoft.KeyVault/vaults/kv1","changeType":"Delete"})")
              .code == 4);
    CHECK(whatIf(R"({"resourceId":")" + group +
                 R"(","changeType":"Delete","before":{"type":"Microsoft.Resources/resourceGroups","name":"main"}})")
              .code == 4);
    const Ran script{gateArguments(
        {folder.file("main.json", R"({"$schema":"https://schema.management.azure.com/schemas/2019-04-01/)"
                                  R"(deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[{"type":)"
                                  R"("Microsoft.Resources/deploymentScripts","apiVersion":"2023-08-01","name":)"
                                  R"("x","properties":{}}]})"),
         "--estate", now})};
    CHECK(script.code == 4);
}

TEST_CASE("a what-if result that tells what is modified and not how it is afterwards does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const std::string vault = R"({"resourceId":"/subscriptions/0/resourceGroups/main/providers/Microsoft.KeyVault/)"
                              R"(vaults/kv1","changeType":"Modify","before":{},"after":)";
    for (const std::string_view after : {"null", "{}"}) {
        const Ran ran{gateArguments(
            {folder.file("what-if.json", R"({"status":"Succeeded","changes":[)" + vault + std::string{after} +
                                             R"(,"delta":[{"path":"properties.accessPolicies",)"
                                             R"("propertyChangeType":"Delete"}]}]})"),
             "--estate", now})};
        INFO(ran.out << ran.err);
        CHECK(ran.code == 4);
        CHECK(has(ran.out, "it is modified"));
    }
    const Ran failed{gateArguments(
        {folder.file("what-if.json", R"({"status":"Failed","changes":[],"error":{"code":"x1"}})"), "--estate", now})};
    CHECK(failed.code == 2);
    CHECK(has(failed.err, "what-if failed: 'x1'"));
}

TEST_CASE("what what-if tells that it did not look at, and what is read of its result and left out, do not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto whatIf = [&](const std::string& fields) {
        return Ran{
            gateArguments({folder.file("what-if.json", R"({"status":"Succeeded",)" + fields + "}"), "--estate", now})};
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
    const std::string now = folder.file("now.yaml", gatedEstate);
    const std::string group = "/subscriptions/0/resourceGroups/main/providers/";
    const std::string vault = group + "Microsoft.KeyVault/vaults/kv1";
    const auto result = [&](const std::string& changes, const std::string& status = "Succeeded") {
        return Ran{
            gateArguments({folder.file("what-if.json", R"({"status":")" + status + R"(","changes":[)" + changes + "]}"),
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
            "with another type");
    CHECK(result(R"({"changeType":"Modify","before":{"properties":{"a":1}},"after":{"properties":{"a":2}}})").code ==
          4);

    // What changes and is not described.
    unknown(change(vault, "Modify", sides(is(kept), bare, turned)), "properties afterwards are not given");
    unknown(change(vault, "Modify", sides(bare, bare, turned)), "properties afterwards are not given");
    unknown(change(vault, "Modify", sides("null", is(roles + "false"), turned)), "properties before are not given");
    unknown(change(vault, "Modify", sides(is(roles + "false"), is(roles + "false"), turned)),
            "properties.enableRbacAuthorization");
    unknown(change(vault, "Modify", sides(is(kept), is(kept), turned)), "properties.enableRbacAuthorization");
    unknown(change(vault, "Modify", sides(is(kept), is(kept))), "the properties that change are not given");
    unknown(change(vault, "NoChange", sides(is(kept), is(kept), turned)), "reported as unchanged");
    unknown(change(vault, "NoChange", sides(is(kept), is(roles + "true"))), "reported as unchanged");
    unknown(change(vault, "Weird", sides(is(roles + "false"), is(roles + "true"))), "what the change 'weird' does");
    unknown(change(vault, "Delete", R"(,"before":)" + bare), "properties before are not given");
    unknown(change(vault, "Create", R"(,"after":)" + bare), "new properties are not given");
    unknown(change(group + "Microsoft.Authorization/roleAssignments/r", "Delete",
                   R"(,"before":{"id":"x","name":"r","type":"Microsoft.Authorization/roleAssignments"})"),
            "properties before are not given");
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
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto whatIf = [&](const std::string& verb, const std::string& type, const std::string& fields) {
        return Ran{gateArguments(
            {folder.file("what-if.json",
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
    CHECK(has(flat(fewer.out), "the access policies that its vault has then are not given"));
    CHECK(whatIf("replace", "NoChange", R"("before":)" + list(policy("a")) + R"(,"after":)" + list(policy("a"))).code ==
          0);
}

} // namespace cmksim::gate_what_if_test
