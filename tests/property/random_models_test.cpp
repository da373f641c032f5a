#include "property/model_generator.hpp"
#include "property/modelled_play.hpp"
#include "support/number_from.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace cmksim;
using namespace cmksim::property;

namespace {

/// More of them, or others, by hand: CMKSIM_WORLDS=20000 property_test 'the engine and the naive reference tell the
/// same story of random models'.
const std::uint64_t worlds = test::numberFrom("CMKSIM_WORLDS", 2'000);
const std::uint64_t firstWorld = test::numberFrom("CMKSIM_FIRST_WORLD", 1);
/// Of the rarest rule there is one in some thousand; the reference alone plays so many.
constexpr std::uint64_t reachingWorlds = 6'000;

/// What the reference says of itself when one of the rules of models decides something.
constexpr std::array<std::string_view, 46> rules{"tolerated for ever",
                                                 "tolerated for a time",
                                                 "moved at once, as the run is longer than this reason is tolerated",
                                                 "a tolerance came to its end",
                                                 "a then",
                                                 "a then after a then",
                                                 "a then to a terminal state",
                                                 "a look did not move back along a then",
                                                 "a look began to heal",
                                                 "a healing came to its end",
                                                 "a healing came to nothing",
                                                 "saw nothing past a condition",
                                                 "look by the recovery clock",
                                                 "a look changed the reason alone",
                                                 "a look by hand",
                                                 "a revalidation by hand refused",
                                                 "a revalidation by hand while one is under way",
                                                 "a revalidation by hand came to nothing",
                                                 "a revalidation by hand came to its end",
                                                 "a revalidation by hand dropped",
                                                 "a key taken away",
                                                 "a key not taken away in a condition",
                                                 "automatic rotation switched",
                                                 "a look whose bases were unavailable",
                                                 "bases became unavailable",
                                                 "bases became available",
                                                 "several keys",
                                                 "several keys of which any will do",
                                                 "one key of all failed",
                                                 "all keys of any failed",
                                                 "one key of several was enough",
                                                 "one key of several rotated",
                                                 "another key opened what the present one did not",
                                                 "a key added",
                                                 "a key not added, as no other one opened",
                                                 "a key removed",
                                                 "a key that is not listed not removed",
                                                 "a key not removed, as no other one opens",
                                                 "too many keys",
                                                 "a version retained",
                                                 "a retained version failed",
                                                 "data lost with one key of several",
                                                 "a key in a vault of another kind",
                                                 "a key in a vault of a kind that is not taken",
                                                 "a loss at once",
                                                 "a loss after a time"};

} // namespace

TEST_CASE("the engine and the naive reference tell the same story of random models", "[property]") {
    for (std::uint64_t seed = firstWorld; seed < firstWorld + worlds; ++seed) {
        const ModelledWorld world = randomModelledWorld(seed);
        const std::string difference = differenceOnModels(world.models, toYaml(world.world));
        INFO("seed " << seed << "\n" << (difference.empty() ? difference : describedDifference(world)));
        REQUIRE(difference.empty());
    }
}

TEST_CASE("random models reach every rule of models", "[property]") {
    std::set<std::string> reached;
    for (std::uint64_t seed = 1; seed <= reachingWorlds; ++seed) {
        const ModelledWorld world = randomModelledWorld(seed);
        const auto replay = playModelledByReference(world.models, toYaml(world.world));
        REQUIRE(replay);
        reached.insert(replay->rules.begin(), replay->rules.end());
    }
    std::vector<std::string> missing;
    for (const std::string_view rule : rules) {
        if (!reached.contains(std::string{rule})) {
            missing.emplace_back(rule);
        }
    }
    CHECK(missing == std::vector<std::string>{});
}
