#include "base/time.hpp"
#include "report/clock.hpp"

#include <catch2/catch.hpp>

using namespace cmksim;
using namespace cmksim::report;
using std::chrono::days;
using std::chrono::hours;

namespace {

std::string atOneHour(std::string_view start, Duration length) {
    return Clock{*parseTimestamp(start), scenarioStart + length}.calendar(scenarioStart + hours{1});
}

} // namespace

TEST_CASE("the calendar is quoted only as far as the run needs it") {
    CHECK(atOneHour("2026-01-01T00:00:00Z", hours{8}).empty());
    CHECK(atOneHour("2026-01-01T14:30:00Z", hours{8}) == "15:30");
    CHECK(atOneHour("2026-01-01T23:30:05Z", hours{8}) == "00:30:05");
    CHECK(atOneHour("2026-03-31T00:00:00Z", days{8}) == "Mar 31");
    CHECK(atOneHour("2026-03-31T23:30:00Z", days{8}) == "Apr 01 00:30");
    CHECK(atOneHour("2026-12-31T00:00:00Z", days{800}) == "2026-12-31");
    CHECK(atOneHour("2026-12-31T23:30:00Z", days{800}) == "2027-01-01 00:30");
}

TEST_CASE("a run's span names the day once when it is one") {
    const CalendarTime start = *parseTimestamp("2026-01-01T00:00:00Z");
    CHECK(Clock{start, scenarioStart + hours{8}}.span() == "2026-01-01 00:00 to 08:00 UTC");
    CHECK(Clock{start, scenarioStart + hours{24}}.span() == "2026-01-01 00:00 to 2026-01-02 00:00 UTC");
}
