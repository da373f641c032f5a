#include "report/lanes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace cmksim;
using namespace cmksim::report;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

/// Intervals that are up and down by turns, up first, each ending at one of `ends`.
std::vector<StateInterval> byTurns(const std::vector<Duration>& ends) {
    std::vector<StateInterval> intervals;
    Instant from = scenarioStart;
    for (const Duration end : ends) {
        StateInterval interval{from, scenarioStart + end, {}, nullptr};
        interval.status.down = intervals.size() % 2 == 1;
        intervals.push_back(interval);
        from = scenarioStart + end;
    }
    return intervals;
}

/// A lane with '-' for up and '#' for down.
std::string drawn(const std::vector<Duration>& ends, std::size_t columns) {
    const std::vector<StateInterval> intervals = byTurns(ends);
    std::string text;
    for (const std::size_t place : laneOf(intervals, {ends.back(), columns})) {
        text += place % 2 == 0 ? '-' : '#';
    }
    return text;
}

} // namespace

TEST_CASE("a lane is drawn to scale") { CHECK(drawn({hours{2}, hours{5}, hours{10}}, 10) == "--###-----"); }

TEST_CASE("two hours in two hundred days still show") {
    const std::string lane = drawn({days{100}, days{100} + hours{2}, days{200}}, 60);
    CHECK(std::ranges::count(lane, '#') == 1);
}

TEST_CASE("an outage at the very end, or of no length, shows") {
    CHECK(drawn({hours{10}, hours{10}}, 10) == "---------#");
    CHECK(drawn({hours{5}, hours{5}, hours{10}}, 10) == "-----#----");
}

TEST_CASE("a short time of being up between two outages shows where it hides neither") {
    CHECK(drawn({hours{2}, hours{5}, hours{5} + minutes{1}, hours{8}, hours{10}}, 10) == "--###-##--");
    CHECK(drawn({hours{5}, hours{5} + minutes{1}, hours{5} + minutes{2}, hours{5} + minutes{3}, hours{10}}, 10) ==
          "-----#----");
}

TEST_CASE("a run of no length is one moment") { CHECK(drawn({hours{0}}, 3) == "---"); }

TEST_CASE("ticks are round and leave room for their labels") {
    CHECK(Scale{hours{6}, 60}.tick() == hours{1});
    CHECK(Scale{days{200}, 60}.tick() == days{30});
    CHECK(Scale{minutes{3}, 120}.tick() == Duration{30});
    CHECK(Scale{Duration{0}, 60}.tick() == Duration{0});
}
