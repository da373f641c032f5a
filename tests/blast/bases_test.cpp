// What a loss takes down that stands on something else.
#include "../engine/stacked_three.hpp"

#include "blast/blast.hpp"
#include "blast/unmodelled.hpp"

#include <catch2/catch.hpp>

namespace cmksim::test {
namespace {

using namespace engine;
using namespace blast;
using namespace std::chrono_literals;

Blast onlyBlast(const Program& program, const std::string& node) {
    std::vector<Blast> blasts = blastsOf(Dependencies{program}, node);
    REQUIRE(blasts.size() == 1);
    return blasts.front();
}

TEST_CASE("the loss of a key takes down what stands on its resource, at the latest after all that waits") {
    const Compiled world = threeDeep("", "within: 30s, ", "within: 10s, ");
    INFO(world.errors);
    REQUIRE(world.program);
    const Blast blast = onlyBlast(*world.program, "kv1/cmk");
    CHECK(blast.resources.size() == 3);
    CHECK(blast.down == Extent<Duration>{0s, 59s + 40s});
    CHECK(blast.recoverable);
    CHECK(blast.recovery == std::vector<std::string>{"key.recover kv1/cmk"});
}

TEST_CASE("what has no model is listed with what it stands on") {
    const Compiled world =
        threeDeep("", "", "", "    search: {service: unmodelled, type: Microsoft.Search/searchServices, on: [vm]}\n");
    INFO(world.errors);
    REQUIRE(world.program);
    CHECK(unmodelledUsing(*world.program, onlyBlast(*world.program, "kv1/cmk")).size() == 1);
    CHECK(unmodelledUsing(*world.program, onlyBlast(*world.program, "kv1/own")).empty());
}

} // namespace
} // namespace cmksim::test
