// What becomes of `at: 10m..3h`.
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <chrono>

namespace cmksim::open_instant_test {

using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

const std::string story = std::string{threeServices} + "timeline:\n- {at: 5h, do: key.delete, target: kv1/cmk}\n"
                                                       "- {at: 1h..6h, do: key.delete, target: kv2/cmk}\n"
                                                       "- {after: 10m, do: key.recover, target: kv2/cmk}\n";

constexpr Instant at(Duration sinceStart) { return scenarioStart + sinceStart; }

} // namespace

TEST_CASE("an open instant is refused where nothing says what becomes of it") {
    const Compiled compiled{story};
    CHECK_FALSE(compiled.program);
    CHECK(compiled.messages() == "19:8: error: one instant is needed here, and this one is open; 'cmksim bounds' and "
                                 "'cmksim deadline' take a range\n");
}

TEST_CASE("where the first instant of a range is played, that is told") {
    const Compiled compiled{story, {}, {}, OpenInstants::First};
    REQUIRE(compiled.program);
    CHECK(compiled.messages() == "19:8: warning: this instant is open, and the first of its range is played: 1h; "
                                 "'cmksim bounds' and 'cmksim deadline' look at all of them\n");
    CHECK_FALSE(compiled.program->openInstant);
    CHECK(compiled.program->entries[EntryId{0}].at == at(1h));
}

TEST_CASE("an open instant is kept with the entries that move with it, and can be given any of its range") {
    const Compiled compiled{story, {}, {}, OpenInstants::Kept};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    REQUIRE(program.openInstant);
    CHECK(program.openInstant->first == at(1h));
    CHECK(program.openInstant->last == at(6h));
    CHECK(program.until == at(6h + 10min + 2h));
    CHECK(program.entries[EntryId{0}].moves);
    CHECK(program.entries[EntryId{1}].moves);
    CHECK_FALSE(program.entries[EntryId{2}].moves);

    const Program later = withInstantAt(program, at(5h));
    CHECK_FALSE(later.openInstant);
    CHECK(later.until == program.until);
    CHECK(later.entries[EntryId{0}].target == "kv1/cmk"); // at the same instant, in file order
    CHECK(later.entries[EntryId{1}].target == "kv2/cmk");
    CHECK(later.entries[EntryId{1}].at == at(5h));
    CHECK(later.entries[EntryId{2}].at == at(5h + 10min));
}

} // namespace cmksim::open_instant_test
