// Bounds of resources of random models against every phase, one by one: their periods are a few seconds long.
#include "analysis/bounds.hpp"
#include "engine/replay.hpp"
#include "every_phase.hpp"
#include "property/model_generator.hpp"
#include "property/modelled_play.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>

namespace cmksim::model_rules_bounds_test {

using namespace cmksim;
using namespace cmksim::analysis;

namespace {

constexpr std::uint64_t worlds = 40;

/// The least and the most downtime, and whether it is ever there.
std::optional<Extent<Duration>> downtimeOverEveryPhase(const Program& program, const WorldHistory& history,
                                                       ResourceId id) {
    std::optional<Extent<Duration>> downtime;
    test::atEveryPhase(program, history, id, [&](const ResourceReplay& walk, const std::vector<Record>&) {
        if (walk.appeared().valid()) {
            const Duration one = walk.resource().statusAt(program.until).downtime;
            downtime = downtime.value_or(Extent<Duration>{one, one});
            downtime->include(one);
        }
    });
    return downtime;
}

} // namespace

TEST_CASE("bounds over phases are what every phase comes to, of whatever a model says") {
    std::size_t exact = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const property::ModelledWorld world = property::randomModelledWorld(seed);
        const test::Compiled compiled{world.models, toYaml(world.world)};
        REQUIRE(compiled.program);
        const Program program = withFreePhases(*compiled.program);
        const WorldHistory history = simulateWorld(program, nominalPhases(program));
        const ScenarioBounds bounds = boundsOf(program, OpenTimings::Phases);
        for (const ResourceBounds& one : bounds.resources) {
            const auto truth = downtimeOverEveryPhase(program, history, one.resource);
            REQUIRE(truth);
            INFO("seed " << seed << ", " << program.resources[one.resource].name << "\n"
                         << toYaml(world.world) << world.models.front());
            CHECK(one.downtime.extent.least <= truth->least);
            CHECK(one.downtime.extent.most >= truth->most);
            // What can stand on others has bounds over the phases of those as well.
            if (one.exact && !program.modelOf(one.resource).standsOn) {
                ++exact;
                CHECK(one.downtime.extent.least == truth->least);
                CHECK(one.downtime.extent.most == truth->most);
            }
        }
    }
    CHECK(exact > worlds / 2);
}

} // namespace cmksim::model_rules_bounds_test
