// `cmksim blast`.
#include "running.hpp"

#include <catch2/catch.hpp>

using namespace cmksim::test;

namespace {

constexpr std::string_view estate = R"(cmksim: 1
name: At rest
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}, spare: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
)";

} // namespace

TEST_CASE("each node says what goes down with it, how soon, and until when it can be undone") {
    const Folder folder;
    const Ran ran{{"blast", "--format", "json", folder.file("s.yaml", estate)}};
    CHECK(ran.code == 0);
    CHECK(has(ran.out, R"({"node": "kv1", "kind": "vault", "resources": ["reg"], "down": {"min": 0, "max": 3599}, )"
                       R"("recoverable": true, "until": 7776000, )"));
    CHECK(has(ran.out, R"({"node": "kv1/spare", "kind": "key", "resources": [], "down": null, )"));
    const Ran text{{"blast", folder.path("s.yaml")}};
    CHECK(has(text.out, "kv1/cmk (key): reg"));
    CHECK(has(text.out, "nothing goes down with: "));
}

TEST_CASE("a guard fails when anything depends on the node, and only then") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate);
    CHECK(Ran{{"blast", "--guard", "kv1/cmk", path}}.code == 1);
    CHECK(Ran{{"blast", "--guard", "kv1/spare", path}}.code == 0);
    const Ran unknown{{"blast", "--guard", "kv1/spar", path}};
    CHECK(unknown.code == 2);
    CHECK(has(unknown.err, "the estate has no node 'kv1/spar'; did you mean 'kv1/spare'?"));
}

TEST_CASE("a guard counts what is down already among those that use the node") {
    const Folder folder;
    std::string broken{estate};
    broken.replace(broken.find("[get, wrapKey, unwrapKey]"), 25, "[get]");
    const std::string path = folder.file("s.yaml", broken);
    const Ran guard{{"blast", "--guard", "kv1/cmk", path}};
    CHECK(guard.code == 1);
    CHECK(has(guard.out, "reg, which is down already"));
    CHECK(Ran{{"blast", "--guard", "app", path}}.code == 1);
    CHECK(Ran{{"blast", "--guard", "kv1/spare", path}}.code == 0);
    const Ran json{{"blast", "--node", "kv1/cmk", "--format", "json", path}};
    CHECK(has(json.out, R"("users": [{"resource": "reg", "atRest": "down"}])"));
    CHECK(has(json.out, R"("complete": true, "notSearched": [])"));
}

TEST_CASE("a grant that either of two would do is used, and its loss takes nothing down") {
    const Folder folder;
    std::string text{estate};
    const std::string policies = "accessPolicies: {app: [get, wrapKey, unwrapKey]}";
    text.replace(text.find(policies), policies.size(),
                 "enableRbacAuthorization: true, roleAssignments: {app: [Key Vault Crypto User, Key Vault Reader]}");
    text += "  roleAssignments: {app: Key Vault Crypto User}\n";
    const std::string path = folder.file("s.yaml", text);
    const Ran guard{{"blast", "--guard", "kv1 role Key Vault Crypto User app", path}};
    CHECK(guard.code == 1);
    CHECK(has(guard.out, "reg, which stays up without it"));
    CHECK(Ran{{"blast", "--guard", "kv1 role Key Vault Reader app", path}}.code == 0);
}

TEST_CASE("an estate is a graph, coloured by what is lost") {
    const Folder folder;
    std::string text{estate};
    text.replace(text.find("At rest"), 7, "'say \"hi\"'");
    const std::string path = folder.file("s.yaml", text);
    const Ran dot{{"blast", "--format", "dot", path}};
    CHECK(has(dot.out, "digraph \"say \\\"hi\\\"\" {"));
    CHECK(has(dot.out, "label=\"kv1/cmk\\nkey, takes 1 down\""));
    CHECK(has(dot.out, " -> "));
    const Ran mermaid{{"blast", "--format", "mermaid", path}};
    CHECK(has(mermaid.out, "flowchart LR\n"));
    CHECK(has(mermaid.out, "[\"reg<br/>resource, acr\"]"));
}

TEST_CASE("blast and explore come to the same at any -j") {
    const Folder folder;
    std::string estate = "cmksim-estate: 1\nvaults:\n";
    for (int i = 0; i < 6; ++i) {
        const std::string n = std::to_string(i);
        estate += "  kv" + n + "0: {accessPolicies: {id" + n + ": [get, list, wrapKey, unwrapKey]}, keys: {k: {}}}\n";
    }
    estate += "identities: {id0: {}, id1: {}, id2: {}, id3: {}, id4: {}, id5: {}}\nresources:\n";
    for (int i = 0; i < 6; ++i) {
        const std::string n = std::to_string(i);
        estate += "  r" + n + ": {service: documentdb, identity: id" + n + ", key: kv" + n + "0/k}\n";
    }
    const std::string file = folder.file("in.yaml", estate);
    for (const std::string command : {"blast", "explore"}) {
        const Ran one{{command, "--format", "json", "-j", "1", file}};
        CHECK(one.out.size() > 50);
        CHECK(Ran{{command, "--format", "json", "-j", "4", file}}.out == one.out);
    }
    CHECK(Ran{{"blast", "-j", "none", file}}.code == 2);
}
