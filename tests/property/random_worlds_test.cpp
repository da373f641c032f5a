#include "property/generator.hpp"
#include "property/harness.hpp"
#include "reference/replay.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace {

using namespace cmksim;
using namespace cmksim::scenario;
using namespace cmksim::property;

constexpr std::uint64_t enoughToReachEverything = 8'000;

std::optional<reference::Replay> playByReference(const Scenario& scenario, const reference::Delays& delays,
                                                 const reference::Readings& readings) {
    return reference::replay(scenario, delays, readings);
}

// A player that never notices a firewall.
std::optional<reference::Replay> playWithoutConditions(const Scenario& scenario, const reference::Delays& delays,
                                                       const reference::Readings& readings) {
    reference::Replay replay = reference::replay(scenario, delays, readings);
    std::erase_if(replay.events,
                  [](const reference::Event& event) { return event.kind == reference::EventKind::Condition; });
    return replay;
}

} // namespace

TEST_CASE("a seed gives the same world every time", "[property]") {
    CHECK(toYaml(randomWorld(7)) == toYaml(randomWorld(7)));
    CHECK(toYaml(randomWorld(7)) != toYaml(randomWorld(8)));
}

TEST_CASE("random worlds are sound and reach every reason, refusal, action, state and fact", "[property]") {
    Coverage coverage;
    const std::optional<Difference> difference = findDifference(1, enoughToReachEverything, playByReference, &coverage);
    INFO((difference ? describe(*difference) : std::string{}));
    REQUIRE_FALSE(difference);
    CHECK(coverage.missing() == std::vector<std::string>{});
}

TEST_CASE("a difference is found and made small", "[property]") {
    const std::optional<Difference> difference = findDifference(1, enoughToReachEverything, playWithoutConditions);
    REQUIRE(difference);
    CHECK(difference->what.find("condition") != std::string::npos);
    CHECK(std::count(difference->yaml.begin(), difference->yaml.end(), '\n') < 14);
}
