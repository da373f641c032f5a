// The way back of what stands on something else: what it stands on is repaired.
#include "../engine/stacked_three.hpp"

#include "recovery/plan.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace cmksim::test {
namespace {

using namespace engine;
using namespace recovery;
using namespace std::chrono_literals;

TEST_CASE("a plan for a machine repairs the key that its disk's set has, and waits for both") {
    const Compiled world = threeDeep(keyOff, "within: 30s, back-within: 20s, ", "back-within: 10s, ");
    INFO(world.errors);
    REQUIRE(world.program);
    const auto vm = static_cast<std::size_t>(std::ranges::find(world.program->resources, "vm", &ResourceProgram::name) -
                                             world.program->resources.begin());
    PlanOptions options;
    options.goal = {ResourceId{vm}};
    const Recovery found = planRecovery(*world.program, scenarioStart + 10min, options);
    CHECK(found.lost.empty());
    REQUIRE(found.plans.size() == 1);
    const RecoveryPlan& plan = found.plans.front();
    REQUIRE(plan.steps.size() == 1);
    CHECK(entryOf(found.program, plan.steps.front().step->action, {}).name == "key.update");
    CHECK(plan.proof.holds());
    CHECK(plan.proof.within.most == 1s + 59s + 30s);
    REQUIRE(found.impaired.size() == 1);
    CHECK(found.impaired.front().reason == Reason::BaseUnavailable);
}

} // namespace
} // namespace cmksim::test
