// `cmksim blast`.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::blast_command_test {

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
                       R"("downOf": [{"resource": "reg", "from": {"min": 0, "max": 3599}}], )"
                       R"("recoverable": true, "until": 7776000, )"));
    CHECK(has(ran.out, R"({"node": "kv1/spare", "kind": "key", "resources": [], "down": null, )"));
    const Ran text{{"blast", folder.path("s.yaml")}};
    CHECK(has(text.out, "kv1/cmk (key): reg"));
    CHECK(has(text.out, "no resource with a model uses: "));
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

TEST_CASE("a guard fails for a node that a resource uses which is down already") {
    const Folder folder;
    std::string down{estate};
    down.replace(down.find("unwrapKey"), 9, "sign");
    const std::string path = folder.file("s.yaml", down);
    const Ran guard{{"blast", "--guard", "kv1/cmk", path}};
    CHECK(guard.code == 1);
    CHECK(has(guard.out, "reg, which is down already"));
    CHECK(has(guard.out, "reg is down, IdentityUnauthorized: unwrapKey is missing"));
    CHECK(has(guard.out, "Looked at: the loss of 1 node, one at a time, at the start of the estate"));
    CHECK(has(Ran{{"blast", "--format", "json", path}}.out, R"("users": [{"resource": "reg", "atRest": "down"}])"));
}

TEST_CASE("a guard fails for what an identity is granted that a resource has attached") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim-estate: 1
vaults:
  kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey], other: [get], free: [get]}, keys: {cmk: {}}}
identities: {app: {}, other: {}, free: {}}
resources:
  cos: {service: cosmosdb, identity: app, identities: [other], key: kv1/cmk}
)");
    for (const std::string node : {"other", "kv1 policy other"}) {
        const Ran guard{{"blast", "--guard", node, path}};
        CHECK(guard.code == 1);
        CHECK(has(guard.out, "cos, which has it attached; what for is not known"));
    }
    CHECK(Ran{{"blast", "--guard", "kv1 policy free", path}}.code == 0);
    const Ran own{{"blast", "--guard", "kv1 policy app", path}};
    CHECK(own.code == 1);
    CHECK_FALSE(has(own.out, "attached"));
}

TEST_CASE("a guard lists who uses what is deleted, disabled, alone of its kind or a resource's own") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim-estate: 1
vaults:
  kv1:
    enablePurgeProtection: true
    accessPolicies: {app: [get, list, wrapKey, unwrapKey], "system:reg": [get, list, wrapKey, unwrapKey]}
    keys: {gone-key: {deleted: 2025-12-20T00:00:00Z}, off: {enabled: false}, cmk: }
  old: {deleted: 2025-12-20T00:00:00Z, accessPolicies: {app: [get]}, keys: {x: , unused: }}
identities: {app: , last: {deleted: 2025-12-20T00:00:00Z}}
resources:
  clu: {service: documentdb, identity: app, key: kv1/gone-key}
  dark: {service: documentdb, identity: app, key: kv1/off}
  reg: {service: acr, identity: SystemAssigned, key: kv1/cmk}
  un: {service: unmodelled, type: Foo, identity: last, key: old/x}
)");
    const auto guarded = [&](const std::string& node) {
        const Ran ran{{"blast", "--guard", node, path}};
        INFO(node << ran.out << ran.err);
        CHECK(ran.code == 1);
        return ran.out;
    };
    CHECK(has(guarded("kv1/gone-key"), "clu, which is down already"));
    CHECK(has(guarded("kv1/gone-key"), "nothing: it is deleted already"));
    for (const std::string node : {"old", "old/x", "last"}) {
        CHECK(has(guarded(node), "un, which uses it; no model: what becomes of it is not known"));
    }
    CHECK(has(guarded("kv1/off/v1"), "dark, which is down already"));
    CHECK(has(guarded("system:reg"), "reg, which is up at the start; how it does without was not"));
    const Ran unused{{"blast", "--guard", "old/unused", path}};
    CHECK(unused.code == 0);
    CHECK(has(unused.out, "Looked at: what uses 1 node that cannot be lost"));
    for (const std::string node : {"old/y", "kv1/off/v2", "system:clu", "missing"}) {
        CHECK(Ran{{"blast", "--guard", node, path}}.code == 2);
    }
}

TEST_CASE("an estate is a graph, coloured by what is lost") {
    const Folder folder;
    std::string text{estate};
    text.replace(text.find("At rest"), 7, "'say \"hi\"'");
    const std::string path = folder.file("s.yaml", text);
    const Ran dot{{"blast", "--format", "dot", path}};
    CHECK(has(dot.out, "digraph \"say \\\"hi\\\"\" {"));
    CHECK(has(dot.out, "label=\"kv1/cmk\\nkey, takes 1 down\""));
    CHECK(has(dot.out, "->"));
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

TEST_CASE("what holds a resource up is told with what was looked at, and not of one that is down already") {
    const Folder folder;
    const std::string path = folder.file("e.yaml", R"(cmksim-estate: 1
vaults:
  kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
identities: {app: {}, other: {}}
resources:
  set: {service: unmodelled, type: Some/sets, identity: app, key: kv1/cmk}
  data: {service: disk, on: [set]}
  down: {service: acr, identity: other, key: kv1/cmk}
)");
    const Ran down{{"blast", "--why", "down", path}};
    CHECK(has(down.out, "it is down or impaired at the start"));
    CHECK_FALSE(has(down.out, "nothing that was tried takes it down"));
    const Ran carried{{"blast", "--why", "data", path}};
    CHECK(has(carried.out, "it stands on what has no model"));
    CHECK_FALSE(has(carried.out, "nothing that was tried takes it down"));
    CHECK(has(carried.out, "Looked at: the loss of each node"));
    const Ran json{{"blast", "--why", "data", "--format", "json", path}};
    CHECK(has(json.out, R"("complete": false)"));
    CHECK(has(json.out, R"("atRest")"));
}

TEST_CASE("what only impairs a resource is in the chain that holds it up") {
    const Folder folder;
    const std::string path = folder.file("e.yaml", R"(cmksim-estate: 1
vaults:
  kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  kv2:
    enablePurgeProtection: true
    enableRbacAuthorization: true
    roleAssignments: {two: Key Vault Crypto User}
    keys: {cmk: {roleAssignments: {two: Key Vault Crypto User}}}
identities: {app: {}, two: {}}
resources:
  oa: {service: openai, identity: app, key: kv1/cmk}
  twice: {service: openai, identity: two, key: kv2/cmk}
  reg: {service: acr, identity: app, key: kv1/cmk}
)");
    const Ran impaired{{"blast", "--why", "oa", path}};
    CHECK_FALSE(has(impaired.out, "nothing that was tried"));
    for (const std::string node :
         {"app (identity)", "kv1 policy app (grant)", "kv1 network (network)", "kv1 (vault)", "kv1/cmk (key)"}) {
        CHECK(has(impaired.out, node + ": its loss alone impairs it"));
    }
    CHECK(has(impaired.out, "at every open timing"));
    const Ran twice{{"blast", "--why", "twice", path}};
    CHECK(has(twice.out, "impairs it only together with"));
    const Ran some{{"blast", "--why", "reg", path}};
    CHECK(has(some.out, "kv1 network (network): its loss alone impairs it"));
    CHECK(has(some.out, "kv1/cmk (key): its loss alone takes it down"));
    const Ran json{{"blast", "--why", "reg", "--format", "json", path}};
    CHECK(has(json.out, R"("impaired": {"resource": "reg", "denied": ["import"], "rotationBlocked": true)"));
    CHECK(has(json.out, R"("impairedTogether": [])"));
}

} // namespace cmksim::blast_command_test
