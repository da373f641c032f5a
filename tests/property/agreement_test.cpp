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

/// Some at once, some long enough for a revalidation, or for another change of the same grant, to fall in between.
std::optional<cmksim::Duration> someDelay(const cmksim::scenario::EntrySpec& entry) {
    using namespace std::chrono_literals;
    if (entry.action.kind == cmksim::action::kindOf<cmksim::action::IdentityDelete>) {
        return entry.mark.line % 5 * 6h;
    }
    if (entry.action.kind == cmksim::action::kindOf<cmksim::action::ResourceRemoveIdentity>) {
        return (45 + entry.mark.line % 46) * 24h;
    }
    return entry.mark.line * 7 % 5 * 50min;
}

} // namespace

TEST_CASE("the engine and the naive reference tell the same story of every random world", "[property]") {
    const std::optional<Difference> difference = findDifference(1, worlds, enginePlayer());
    INFO((difference ? describe(*difference) : std::string{}));
    CHECK_FALSE(difference);
}

TEST_CASE("so they do when grants, tokens and lapses take some time to count", "[property]") {
    const std::optional<Difference> difference = findDifference(1, worlds, enginePlayer(), nullptr, someDelay);
    INFO((difference ? describe(*difference) : std::string{}));
    CHECK_FALSE(difference);
}
