// What stands on what.
#include "engine/dependencies.hpp"

#include "blast/node.hpp"
#include "engine/replay.hpp"
#include "property/generator.hpp"
#include "property/world_text.hpp"
#include "recovery/candidate.hpp"
#include "recovery/proof.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace cmksim;
using namespace cmksim::blast;
using namespace cmksim::compile;
using namespace cmksim::test;

namespace {

/// The names of those vertices that can be lost.
std::set<std::string> namesOf(const Program& program, const Dependencies& dependencies,
                              const std::vector<Dependencies::Vertex>& vertices) {
    std::set<std::string> names;
    for (const BlastNode& node : nodesOf(program, dependencies)) {
        if (std::ranges::find(vertices, node.vertex) != vertices.end()) {
            names.insert(node.name);
        }
    }
    return names;
}

/// An estate, with the models that it points into.
struct Estate {
    explicit Estate(const std::string& text) : compiled{text} {
        INFO(compiled.errors);
        REQUIRE(compiled.program);
        program = withTimeline(*compiled.program, {}, compiled.program->until);
    }
    Estate(std::string_view vaults, std::string_view resources)
        : Estate{"cmksim: 1\nname: x\nestate:\n  vaults: {" + std::string{vaults} +
                 "}\n  identities: {app: {}, other: {}}\n  resources: {" + std::string{resources} + "}\n"} {}

    Compiled compiled;
    Program program;
};

/// Which resources are not ready at the end, after a loss at the start, or after none.
std::set<ResourceId> downAfter(const Program& program, const BlastNode* node) {
    std::vector<TimelineEntry> entries;
    if (node != nullptr) {
        entries.push_back(entryOf(program, node->loss, scenarioStart));
    }
    const Program lost = withTimeline(program, std::move(entries), scenarioStart + 2 * longestPeriod(program));
    std::set<ResourceId> down;
    for (const ResourceEnd& end : replay(lost, nominalPhases(lost)).ends) {
        if (end.status.presence == ResourceStatus::Presence::Present &&
            end.status.state != program.modelOf(end.resource).ready()) {
            down.insert(end.resource);
        }
    }
    return down;
}

} // namespace

TEST_CASE("a resource stands on its identity, what that is granted on its key, and the key with its vault") {
    const Estate estate("kv1: {enableRbacAuthorization: true, keys: {one: {}, two: {}}, roleAssignments: "
                        "{app: Key Vault Crypto User}}, "
                        "far: {keys: {one: {}}, accessPolicies: {app: [get, wrapKey, unwrapKey]}}",
                        "reg: {service: acr, identity: app, key: kv1/one}");
    const Dependencies dependencies{estate.program};
    const std::set<std::string> all{"app", "kv1", "kv1 network", "kv1/one", "kv1 role Key Vault Crypto User app"};
    CHECK(namesOf(estate.program, dependencies, dependencies.supportsOf(ResourceId{0})) == all);
    CHECK(namesOf(estate.program, dependencies, dependencies.singlePointsOf(ResourceId{0})) == all);
}

TEST_CASE("of two grants of which either will do, neither is a single point of failure") {
    const auto pointsWith = [](std::string_view second) {
        const Estate estate("kv1: {enableRbacAuthorization: true, keys: {one: {}}, roleAssignments: {app: [Key Vault "
                            "Crypto User, " +
                                std::string{second} + "]}}",
                            "reg: {service: acr, identity: app, key: kv1/one}");
        const Dependencies dependencies{estate.program};
        return namesOf(estate.program, dependencies, dependencies.singlePointsOf(ResourceId{0}));
    };
    CHECK(pointsWith("Key Vault Crypto Officer") == std::set<std::string>{"app", "kv1", "kv1 network", "kv1/one"});
    CHECK(pointsWith("Key Vault Reader").contains("kv1 role Key Vault Crypto User app"));
    CHECK_FALSE(pointsWith("Key Vault Reader").contains("kv1 role Key Vault Reader app"));
}

TEST_CASE("property: a loss takes down alone only what stands on it, and a grant only where no other does instead") {
    std::size_t fallen = 0;
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        INFO("seed " << seed);
        const Estate estate{property::toYaml(property::randomWorld(seed))};
        const Program& program = estate.program;
        const Dependencies dependencies{program};
        const std::set<ResourceId> quiet = downAfter(program, nullptr);
        for (const BlastNode& node : nodesOf(program, dependencies)) {
            INFO(node.name);
            const std::vector<ResourceId> concerned = dependencies.resourcesOn(node.vertex);
            for (const ResourceId id : downAfter(program, &node)) {
                if (quiet.contains(id)) {
                    continue;
                }
                ++fallen;
                CHECK(std::ranges::binary_search(concerned, id));
                const auto points = dependencies.singlePointsOf(id);
                CHECK((node.kind == BlastNodeKind::Version || std::ranges::binary_search(points, node.vertex)));
            }
        }
    }
    CHECK(fallen > 100);
}
