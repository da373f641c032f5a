// Resources that no model plays, in what every command says.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::unmodelled_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view estate = R"(cmksim-estate: 1
vaults:
  kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey], "system:search": [get, wrapKey, unwrapKey]}, keys: {cmk: {}, other: {}, spare: {}}}
identities: {app: {}, lone: {}}
resources:
  reg: {service: acr, identity: app, key: kv1/cmk}
  search: {service: unmodelled, type: Microsoft.Search/searchServices, key: kv1/other, identity: SystemAssigned, identities: [lone]}
)";

} // namespace

TEST_CASE("every analysis lists what has no model") {
    const Folder folder;
    const std::string path = folder.file("e.yaml", estate);
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"run", path},
                                               {"bounds", path},
                                               {"blast", path},
                                               {"lint", path},
                                               {"plan", path, "--at", "1h"},
                                               {"explore", path, "--faults", "1", "--invariant", "no-data-loss"},
                                               {"diagnose", path, "--symptom", "reg Inaccessible at 1h"}}) {
        INFO(command.front());
        const Ran text{command};
        CHECK(has(text.out, "search (Microsoft.Search/searchServices)"));
        std::vector<std::string> json = command;
        json.insert(json.end(), {"--format", "json"});
        CHECK(has(Ran{json}.out, R"("known": "no model: what becomes of it is not known")"));
    }
    CHECK(has(Ran{{"diagram", path}}.err, "search (Microsoft.Search/searchServices): no model"));
    CHECK(has(Ran{{"diagram", path}}.out, "    section search\n    not known as no model plays it :done, "));
    CHECK(has(Ran{{"diagram", path, "--format", "svg"}}.out, "no model, not known"));
}

TEST_CASE("what the loss of a key does to a resource without a model is not known, wherever that is told") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: x
until: 10d
estate:
  vaults: {kv1: {softDeleteRetentionInDays: 7, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {a: , b: }}}
  identities: {app: }
  resources:
    um: {service: unmodelled, type: T, key: kv1/a, identity: app}
    reg: {service: acr, identity: app, key: kv1/b}
timeline:
  - {at: 1h, do: key.delete, target: kv1/a}
)");
    const Ran bounds{{"bounds", path}};
    INFO(bounds.out << bounds.err);
    CHECK(has(bounds.out, "what becomes of um"));
    CHECK_FALSE(has(bounds.out, "no resource loses by it"));
    CHECK(has(Ran{{"bounds", "--format", "json", path}}.out, R"("loses": [], "averted": null, "notKnown": ["um"])"));
    const Ran page{{"report", path}};
    CHECK(has(page.out, "No data of a resource that a model plays is lost"));
    CHECK_FALSE(has(page.out, "No data is lost"));
    const Ran sheets{{"handout", path}};
    INFO(sheets.out << sheets.err);
    CHECK(has(sheets.out, "not known: what becomes of um, for which there is no model"));
    CHECK(has(sheets.out, "not known of um: no model"));
    CHECK(has(sheets.out, "| um | T | key kv1/a through app |"));
}

TEST_CASE("no node is safe that something without a model uses") {
    const Folder folder;
    const std::string path = folder.file("e.yaml", estate);
    CHECK(Ran{{"blast", "--guard", "kv1/other", path}}.code == 1);
    CHECK(Ran{{"blast", "--guard", "lone", path}}.code == 1);
    CHECK(Ran{{"blast", "--guard", "kv1 policy system:search", path}}.code == 1);
    CHECK(Ran{{"blast", "--guard", "kv1/spare", path}}.code == 0);
    const Ran whole{{"blast", path}};
    CHECK(has(whole.out, "kv1/other (key)"));
    CHECK(has(whole.out, "search, which uses it; no model: what becomes of it is not known"));
}

TEST_CASE("what stands on something without a model is told with it, and is not called safe") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: The set has no model
until: 6h
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    set: {service: unmodelled, type: Some/sets, identity: app, key: kv1/cmk}
    data: {service: disk, on: [set]}
    vm: {service: vm, on: [data]}
timeline:
  - {at: 1h, do: key.delete, target: kv1/cmk}
)");
    const std::string known =
        R"("known": "no model: what becomes of it is not known, and so of data, vm, which stand on it")";
    const std::string left = "what becomes of set, for which there is no model, and by it of data, vm";
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"bounds", path}, {"blast", path}, {"plan", path, "--at", "2h"}}) {
        INFO(command.front());
        std::vector<std::string> json = command;
        json.insert(json.end(), {"--format", "json"});
        const Ran ran{json};
        CHECK(has(ran.out, known));
        CHECK(has(ran.out, left));
        CHECK(has(ran.out, R"("complete": false)"));
    }
    const Ran bounds{{"bounds", path}};
    CHECK_FALSE(has(bounds.out, "never down"));
    CHECK(has(bounds.out, "Not looked at: what becomes of set"));
}

TEST_CASE("no key is safe where one was not read") {
    const Folder folder;
    const std::string path = folder.file("e.yaml", R"(cmksim-estate: 1
vaults:
  kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey], lone: [get]}, keys: {cmk: {}}}
  kv2: {keys: {cmk: {}}}
identities: {app: {}, lone: {}}
resources:
  jobs: {service: unmodelled, type: Microsoft.Batch/batchAccounts, identities: [app], keyNotRead: true}
)");
    for (const std::string_view node :
         {"kv1", "kv1/cmk", "kv1/cmk/v1", "kv1 network", "kv2/cmk", "app", "kv1 policy app"}) {
        INFO(node);
        CHECK(Ran{{"blast", "--guard", std::string{node}, path}}.code == 1);
    }
    CHECK(Ran{{"blast", "--guard", "kv1 policy lone", path}}.code == 0);
    const Ran whole{{"blast", path}};
    CHECK(has(whole.out, "jobs, which may use it: its key was not read"));
    CHECK(has(whole.out, "identity app, a key that was not read"));
    CHECK(has(Ran{{"blast", path, "--format", "json"}}.out, R"("keyNotRead": true)"));
    const std::string script = folder.file("change.sh", "az keyvault key delete --vault-name kv2 --name cmk\n");
    const Ran gated{{"gate", script, "--estate", path}};
    CHECK(gated.code == 4);
    CHECK(has(gated.out, "jobs"));
}

TEST_CASE("a key that was not read is one of its vault, where that was read") {
    const Folder folder;
    const std::string path = folder.file("e.yaml", R"(cmksim-estate: 1
vaults:
  kv1: {keys: {cmk: {}}}
  kv2: {keys: {cmk: {}}}
resources:
  jobs: {service: unmodelled, type: Microsoft.Batch/batchAccounts, vaults: [kv1], keyNotRead: true}
)");
    CHECK(Ran{{"blast", "--guard", "kv1", path}}.code == 1);
    CHECK(Ran{{"blast", "--guard", "kv1/cmk", path}}.code == 1);
    CHECK(Ran{{"blast", "--guard", "kv2", path}}.code == 0);
    CHECK(Ran{{"blast", "--guard", "kv2/cmk", path}}.code == 0);
}

TEST_CASE("a vault is not safe that something uses without a key of it") {
    const Folder folder;
    const std::string path = folder.file("e.yaml", R"(cmksim-estate: 1
vaults:
  kv1: {keys: {cmk: {}}}
  kv2: {}
resources:
  web: {service: unmodelled, type: Microsoft.Web/sites, vaults: [kv1]}
)");
    CHECK(Ran{{"blast", "--guard", "kv1", path}}.code == 1);
    CHECK(Ran{{"blast", "--guard", "kv1/cmk", path}}.code == 0);
    CHECK(Ran{{"blast", "--guard", "kv2", path}}.code == 0);
    const Ran wrong{{"blast", folder.file("w.yaml", "cmksim-estate: 1\nvaults: {kv1: {}}\nresources:\n  web: {service: "
                                                    "unmodelled, type: x, vaults: [kv3]}\n")}};
    CHECK(wrong.code == 2);
    CHECK(has(wrong.err, "unknown vault 'kv3'"));
}

TEST_CASE("nothing can be done to what has no model, or expected of it") {
    const Folder folder;
    const std::string estatePath = folder.file("e.yaml", estate);
    const Ran ran{{"run", folder.file("s.yaml", "cmksim: 1\nname: x\nestate: e.yaml\ntimeline:\n"
                                                "  - {at: 1h, expect: {search: Ready}}\n"
                                                "  - {at: 1h, do: resource.delete, target: search}\n")}};
    CHECK(ran.code == 2);
    CHECK(has(ran.err, "'search' has no model: what becomes of it is not known"));
}

} // namespace cmksim::unmodelled_test
