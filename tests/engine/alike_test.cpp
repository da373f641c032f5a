// Estates cut down to what a question needs, and resources that it need not tell apart.
#include "engine/alike.hpp"

#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace cmksim::alike_test {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::test;

namespace {

std::string endOf(const Program& program, ResourceId id) {
    const Trace trace = replay(program, nominalPhases(program));
    const auto end = std::ranges::find(trace.ends, id, &ResourceEnd::resource);
    return end == trace.ends.end()
               ? "not there"
               : std::to_string(end->status.state.valid() ? end->status.state.index() : 99) + ' ' +
                     std::string{nameOf(end->status.reason)} + ' ' + std::to_string(end->status.downtime.count());
}

} // namespace

TEST_CASE("what becomes of a resource becomes of it in the estate without the others, on random worlds") {
    Catalog catalog;
    std::size_t fewer = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        const Program program = test::soundProgram(yaml, catalog);
        std::vector<ResourceId> actedOn;
        for (const TimelineEntry& entry : program.entries) {
            if (const Action* action = entry.resourceAction()) {
                actedOn.push_back(resourceOf(*action));
            }
        }
        for (const ResourceId id : program.resources.ids()) {
            std::vector<ResourceId> named = actedOn;
            named.push_back(id);
            const Program cut = withResources(program, named);
            for (const ResourceId one : program.resources.ids()) {
                fewer += program.resources[one].described && !cut.resources[one].described ? 1U : 0U;
            }
            INFO("seed " << seed << ", " << program.resources[id].name << '\n' << yaml);
            CHECK(endOf(cut, id) == endOf(program, id));
        }
    }
    CHECK(fewer > 50);
}

TEST_CASE("resources are alike that are described alike, but for those that are one of a kind") {
    const Compiled compiled{R"(cmksim: 1
name: x
estate:
  vaults:
    kv1: {accessPolicies: {one: [get, list, wrapKey, unwrapKey]}, keys: {a: , b: }}
  identities: {one: }
  resources:
    r0: {service: acr, identity: one, key: kv1/a}
    r1: {service: cosmosdb, identity: one, key: kv1/a}
    r2: {service: acr, identity: one, key: kv1/a}
    r3: {service: acr, identity: one, key: kv1/b}
    r4: {service: acr, identity: one, key: kv1/a, revalidationPhase: 10m}
    r5: {service: acr, identity: one, key: kv1/a}
    r6: {service: acr, identity: SystemAssigned, key: kv1/a}
)"};
    REQUIRE(compiled.program);
    const ResourceClasses classes = alikeResources(*compiled.program, nominalPhases(*compiled.program));
    CHECK(std::vector<std::uint32_t>(classes.begin(), classes.end()) ==
          std::vector<std::uint32_t>{0, 1, 0, 3, 4, 0, 6});
}

} // namespace cmksim::alike_test
