// Bounds of what stands on other resources, against every combination of phases played.
#include "../engine/stacked_worlds.hpp"

#include "analysis/bounds.hpp"
#include "engine/replay.hpp"
#include "trace/intervals.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace cmksim::test {
namespace {

using namespace engine;
using namespace analysis;

struct Extremes {
    Extent<Duration> downtime{Duration::max(), Duration::min()};
    Extent<Instant> start{Instant::max(), Instant::min()};
    Extent<Instant> end{Instant::max(), Instant::min()};
    std::vector<Outage> outages;
};

/// Every combination of the phases of those that have a key.
void playAll(const Program& program, std::size_t next, Phases& phases, std::map<ResourceId, Extremes>& all) {
    if (next == program.resources.size()) {
        const Trace trace = replay(program, phases);
        for (const ResourceEnd& end : trace.ends) {
            Extremes& extremes = all[end.resource];
            extremes.downtime.include(end.status.downtime);
            for (const Outage& outage : outagesOf(trace, program.until, end.resource)) {
                extremes.start.include(outage.from);
                extremes.end.include(outage.to);
            }
        }
        return;
    }
    const ResourceId id{next};
    const bool open = program.resources[id].described->key.valid();
    const Duration period = open ? program.modelOf(id).revalidation.nominal : Duration{1};
    for (Duration phase{}; phase < period; phase += Duration{1}) {
        phases[id] = phase;
        playAll(program, next + 1, phases, all);
    }
    phases[id] = Duration::zero();
}

TEST_CASE("bounds of what stands on others are those of every combination of phases") {
    std::size_t moved = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        StackedShape shape;
        shape.resources = 4;
        shape.actions = 5;
        shape.until = 120;
        shape.longestPeriod = 15;
        shape.mostKeys = 2;
        shape.pinned = false;
        shape.lives = false;
        const StackedText made = stackedWorld(seed, shape);
        Compiled world{made.models, made.text};
        CAPTURE(seed, made.text, made.models, world.errors);
        REQUIRE(world.program);
        std::map<ResourceId, Extremes> played;
        Phases phases = nominalPhases(*world.program);
        playAll(*world.program, 0, phases, played);
        for (const ResourceBounds& bounds : boundsOf(*world.program, OpenTimings::Phases).resources) {
            const Extremes& truth = played.at(bounds.resource);
            CAPTURE(world.program->resources[bounds.resource].name);
            REQUIRE(bounds.exact);
            REQUIRE(bounds.downtime.extent == truth.downtime);
            Extremes found;
            for (const OutageBounds& outage : bounds.outages) {
                found.start.include(outage.start.instant.least);
                found.start.include(outage.start.instant.most);
                found.end.include(outage.end.instant.least);
                found.end.include(outage.end.instant.most);
            }
            REQUIRE(found.start == truth.start);
            REQUIRE(found.end == truth.end);
            moved += truth.downtime.isPoint() ? 0U : 1U;
        }
    }
    CHECK(moved > 20);
}

} // namespace
} // namespace cmksim::test
