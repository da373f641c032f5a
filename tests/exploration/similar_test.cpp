// Which resources may change places, and what that spares a search.
#include "exploration/similar.hpp"

#include "exploration/phase_sets.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace cmksim::similar_test {

using namespace cmksim;
using namespace cmksim::exploration;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

/// Registries with an identity and a key each, as many as there are names; `more` follows them.
Compiled registries(const std::vector<std::string>& names, const std::string& policy = "[get, wrapKey, unwrapKey]",
                    const std::string& more = "") {
    std::string policies;
    std::string keys;
    std::string identities;
    std::string resources;
    for (const std::string& name : names) {
        const std::string comma = policies.empty() ? "" : ", ";
        policies += comma + name + "-id: " + (name == names.back() ? policy : "[get, wrapKey, unwrapKey]");
        keys += comma + name + "-cmk: {}";
        identities += comma + name + "-id: {}";
        resources +=
            "    " + name + ": {service: acr, sku: Premium, identity: " + name + "-id, key: kv1/" + name + "-cmk}\n";
    }
    return Compiled{"cmksim: 1\nname: x\nestate:\n  vaults:\n    kv1:\n      enablePurgeProtection: true\n"
                    "      accessPolicies: {" +
                    policies + "}\n      keys: {" + keys + "}\n  identities: {" + identities + "}\n  resources:\n" +
                    resources + more};
}

std::vector<std::size_t> sizesOf(const Compiled& compiled) {
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    std::vector<std::size_t> sizes;
    for (const auto& group : similarResources(*compiled.program)) {
        sizes.push_back(group.size());
    }
    return sizes;
}

} // namespace

TEST_CASE("resources that differ in what is theirs alone may change places") {
    CHECK(sizesOf(registries({"a", "b", "c"})) == std::vector<std::size_t>{3});
}

TEST_CASE("one with another grant, a pinned phase or a shared key may not") {
    CHECK(sizesOf(registries({"a", "b", "c"}, "[get, unwrapKey]")) == std::vector<std::size_t>{2});
    CHECK(sizesOf(registries({"a", "b"}, "[get, wrapKey, unwrapKey]",
                             "    d: {service: acr, sku: Premium, identity: a-id, key: kv1/a-cmk}\n")) ==
          std::vector<std::size_t>{2}); // a and d share what is theirs, b is like neither
    CHECK(sizesOf(registries({"a"}, "[get, wrapKey, unwrapKey]", "    d: {service: cosmosdb}\n")).empty());
}

TEST_CASE("seven alike resources have as many sets of phases as ways to count them") {
    const Compiled seven = registries({"a", "b", "c", "d", "e", "f", "g"});
    const Instant end = scenarioStart + 24h;
    const PhaseSets all = phaseSetsOf(*seven.program, end);
    CHECK_FALSE(all.complete);
    const PhaseSets alike = phaseSetsOf(*seven.program, end, similarResources(*seven.program));
    CHECK(alike.complete);
    CHECK(alike.sets.size() == 8);
    const Compiled three = registries({"a", "b", "c"});
    CHECK(phaseSetsOf(*three.program, end).sets.size() == 8);
    CHECK(phaseSetsOf(*three.program, end, similarResources(*three.program)).sets.size() == 4);
}

} // namespace cmksim::similar_test
