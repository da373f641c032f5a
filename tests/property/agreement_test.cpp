#include "property/engine_player.hpp"
#include "property/harness.hpp"

#include <catch2/catch.hpp>

using namespace cmksim::property;

namespace {

// Without optimisation the same worlds take ten times as long.
#ifdef NDEBUG
constexpr std::uint64_t worlds = 20'000;
#else
constexpr std::uint64_t worlds = 2'000;
#endif

} // namespace

TEST_CASE("the engine and the naive reference tell the same story of every random world", "[property]") {
    const std::optional<Difference> difference = findDifference(1, worlds, enginePlayer());
    INFO((difference ? describe(*difference) : std::string{}));
    CHECK_FALSE(difference);
}
