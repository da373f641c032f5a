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
    CHECK(has(whole.out, "search, which use it and have no model"));
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
