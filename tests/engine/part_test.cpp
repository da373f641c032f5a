// Property: what happens to one part of an estate happens to its resources as it does in the whole, and to no others.
#include "engine/part.hpp"

#include "engine/dependencies.hpp"
#include "engine/estate_cutter.hpp"
#include "engine/replay.hpp"
#include "property/generator.hpp"
#include "support/read_scenario.hpp"

#include "compile/compile.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

namespace cmksim::part_test {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::test;

namespace {

constexpr Instant end = scenarioStart + std::chrono::hours{3};

TimelineEntry loss(const Program& program, Action action) {
    return entryOf(program, std::move(action), scenarioStart + std::chrono::minutes{10});
}

/// How each resource stands at the end, by name.
std::map<std::string, std::string> endsNow(const Program& program) {
    std::map<std::string, std::string> ends;
    for (const ResourceEnd& one : replay(program, nominalPhases(program)).ends) {
        ends[program.resources[one.resource].name] =
            std::to_string(one.status.state.valid() ? one.status.state.index() : 99) + ' ' +
            std::string{nameOf(one.status.reason)} + ' ' + std::to_string(one.status.downtime.count());
    }
    return ends;
}

std::map<std::string, std::string> endsOf(const Program& estate, std::vector<TimelineEntry> entries) {
    return endsNow(withTimeline(estate, std::move(entries), end));
}

/// Everything that may be taken away in a part.
std::vector<Action> lossesIn(const EstatePart& part) {
    std::vector<Action> losses;
    for (const NewVault& vault : part.program.vaults) {
        losses.emplace_back(VaultDelete{{vault.vault}});
        for (const NewKey& key : vault.keys) {
            losses.emplace_back(KeyDelete{{vault.vault, key.key}});
        }
        for (const NewPolicy& policy : vault.policies) {
            losses.emplace_back(PolicyDelete{{vault.vault}, policy.identity, {}});
        }
    }
    return losses;
}

} // namespace

TEST_CASE(
    "property: a loss in a part of an estate does to its resources what it does in the whole, and nothing to others") {
    Catalog catalog;
    std::size_t losses = 0;
    std::size_t divided = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Read read{toYaml(property::randomWorld(seed))};
        REQUIRE(read.scenario);
        const auto whole = compileScenario(*read.scenario, catalog, read.diagnostics);
        REQUIRE(whole);
        const Program estate = withTimeline(*whole, {}, end);
        const auto quiet = endsOf(estate, {});
        const std::vector<EstatePart> parts = partsOf(estate);
        divided += parts.size() > 1 ? 1U : 0U;
        for (const EstatePart& part : parts) {
            for (const Action& action : lossesIn(part)) {
                const auto inPart = endsOf(part.program, {loss(part.program, action)});
                auto expected = quiet;
                for (const auto& [name, status] : inPart) {
                    expected[name] = status;
                }
                INFO("seed " << seed);
                REQUIRE(endsOf(estate, {loss(estate, part.inWhole(action))}) == expected);
                ++losses;
            }
        }
    }
    CHECK(losses > 500);
    CHECK(divided > 50);
}

TEST_CASE("property: what becomes of a part with its share of the timeline becomes of it in the whole") {
    Catalog catalog;
    std::size_t divided = 0;
    std::size_t entries = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        Read read{toYaml(property::randomWorld(seed))};
        REQUIRE(read.scenario);
        const auto whole = compileScenario(*read.scenario, catalog, read.diagnostics);
        REQUIRE(whole);
        std::map<std::string, std::string> joined;
        const std::vector<EstatePart> parts = partsWithTimeline(*whole);
        divided += parts.size() > 1 ? 1U : 0U;
        for (const EstatePart& part : parts) {
            joined.merge(endsNow(part.program));
            entries += part.entries.size();
        }
        CAPTURE(seed, parts.size());
        REQUIRE(joined == endsNow(*whole));
    }
    CHECK(divided > 5);
    CHECK(entries > 500);
}

TEST_CASE("property: a loss does to resources what it does where they are cut out of the estate") {
    Catalog catalog;
    std::size_t losses = 0;
    std::size_t smaller = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Read read{toYaml(property::randomWorld(seed))};
        REQUIRE(read.scenario);
        const auto whole = compileScenario(*read.scenario, catalog, read.diagnostics);
        REQUIRE(whole);
        const Program estate = withTimeline(*whole, {}, end);
        const Dependencies dependencies{estate};
        EstateCutter cutter{estate, dependencies};
        for (const ResourceId id : estate.resources.ids()) {
            const EstatePart piece = cutter.around(std::vector{id});
            smaller += piece.program.resources.size() < estate.resources.size() ? 1U : 0U;
            for (const Action& action : lossesIn(piece)) {
                const auto inPiece = endsOf(piece.program, {loss(piece.program, action)});
                const auto inWhole = endsOf(estate, {loss(estate, piece.inWhole(action))});
                CAPTURE(seed, estate.resources[id].name);
                for (const auto& [name, status] : inPiece) {
                    REQUIRE(inWhole.at(name) == status);
                }
                ++losses;
            }
        }
    }
    CHECK(losses > 500);
    CHECK(smaller > 100);
}

} // namespace cmksim::part_test
