#include "base/time.hpp"

#include <catch2/catch.hpp>

using namespace cmksim;
using namespace std::chrono_literals;

namespace {

CalendarTime calendar(int year, unsigned month, unsigned day, Duration ofDay = {}) {
    using namespace std::chrono;
    return sys_days{year_month_day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}}} + ofDay;
}

} // namespace

TEST_CASE("durations are read in both spellings") {
    CHECK(parseDuration("0s") == 0s);
    CHECK(parseDuration("90s") == 90s);
    CHECK(parseDuration("10m") == 10min);
    CHECK(parseDuration("1h30m") == 90min);
    CHECK(parseDuration("90d") == 90 * 24h);
    CHECK(parseDuration("1d2h3m4s") == 26h + 3min + 4s);
    CHECK(parseDuration("1h5s") == 1h + 5s);
    CHECK(parseDuration("PT1H30M") == 90min);
    CHECK(parseDuration("P90D") == 90 * 24h);
    CHECK(parseDuration("P2W") == 14 * 24h);
    CHECK(parseDuration("P1DT1S") == 24h + 1s);
    CHECK(parseDuration("PT0S") == 0s);
}

TEST_CASE("what is no duration is not read") {
    const auto text = GENERATE("", "0", "10", "h", "1h ", " 1h", "1.5h", "-1h", "+1h", "1m1h", "1h1h", "1w", "1H",
                               "1h30", "P", "PT", "P1M", "P1Y", "P1DT", "PT1D", "P1H", "P1W1D", "p1d", "PT1h", "PT1M1H",
                               "3 days", "3650001d", "9223372036854775807s", "99999999999999999999s", "3650000d1s");
    CAPTURE(text);
    CHECK_FALSE(parseDuration(text));
}

TEST_CASE("the longest duration can be read") { CHECK(parseDuration("3650000d") == longestDuration); }

TEST_CASE("durations read back as they were") {
    const auto seconds = GENERATE(0, 1, 59, 60, 61, 3599, 3600, 3660, 86399, 86400, 90061, 7776000);
    CHECK(parseDuration(formatDuration(Duration{seconds})) == Duration{seconds});
    CHECK(formatDuration(90s) == "1m30s");
    CHECK(formatDuration(7 * 24h) == "7d");
    CHECK(formatDuration(-90s) == "-1m30s");
}

TEST_CASE("instants are read with their distance from UTC") {
    CHECK(parseTimestamp("2026-01-01T03:00:00Z") == calendar(2026, 1, 1, 3h));
    CHECK(parseTimestamp("2026-01-01t03:00:00z") == calendar(2026, 1, 1, 3h));
    CHECK(parseTimestamp("2026-01-01T05:00:00+02:00") == calendar(2026, 1, 1, 3h));
    CHECK(parseTimestamp("2025-12-31T23:30:00-03:30") == calendar(2026, 1, 1, 3h));
    CHECK(parseTimestamp("2024-02-29T00:00:00.000Z") == calendar(2024, 2, 29));
    CHECK(parseTimestamp("0000-01-01T00:00:00Z") == calendar(0, 1, 1));
    CHECK(parseTimestamp("9999-12-31T23:59:59Z") == calendar(9999, 12, 31, 24h - 1s));
}

TEST_CASE("what is no instant is not read") {
    const auto text =
        GENERATE("", "2026-01-01", "2026-01-01T03:00Z", "2026-01-01T03:00:00", "2026-02-29T00:00:00Z",
                 "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z",
                 "2026-01-01T23:60:00Z", "2026-01-01T23:59:60Z", "2026-01-01T03:00:00.5Z", "2026-01-01T03:00:00.Z",
                 "2026-01-01T03:00:00+24:00", "2026-01-01T03:00:00+02", "2026-1-1T03:00:00Z", "2026-01-01T03:00:00Z ",
                 "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "12026-01-01T00:00:00Z");
    CAPTURE(text);
    CHECK_FALSE(parseTimestamp(text));
}

TEST_CASE("instants read back as they were") {
    const auto text = GENERATE("2026-01-01T03:00:00Z", "0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
                               "9999-12-31T23:59:59Z", "2024-02-29T12:34:56Z");
    CHECK(formatTimestamp(parseTimestamp(text).value()) == text);
}
