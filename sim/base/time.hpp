// Virtual time: whole seconds since a scenario's start, and the calendar around it.
#pragma once

#include "base/folders.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cmksim {

/// A length of virtual time. Seconds are the resolution.
using Duration = std::chrono::seconds;

/// The clock of a replay. It has no `now`: time moves only when something happens.
struct ScenarioClock {
    using rep = Duration::rep;
    using period = Duration::period;
    using duration = Duration;
    using time_point = std::chrono::time_point<ScenarioClock, Duration>;
    static constexpr bool is_steady = true;
};

/// A point in virtual time, counted from the scenario's `start`.
using Instant = ScenarioClock::time_point;

/// A point in UTC, as people write it.
using CalendarTime = std::chrono::sys_seconds;

/// The start of every scenario, on its own clock.
inline constexpr Instant scenarioStart{};

/// Later than anything that a scenario can name.
inline constexpr Instant never = Instant::max();

/// No duration and no distance between two instants may be longer: 10,000 years of 365 days.
/// It keeps every sum of a few of them far from overflow.
inline constexpr Duration longestDuration = std::chrono::hours{24} * 365 * 10'000;

/// Reads `90s`, `10m`, `1h30m`, `90d`, or ISO 8601 `PT1H30M`, `P90D`, `P2W`; units in falling order, whole numbers.
/// Nothing when the text is none of these or longer than `longestDuration`.
std::optional<Duration> parseDuration(std::string_view text);

/// Reads an RFC 3339 instant such as `2026-01-01T03:00:00Z` or `2026-01-01T05:00:00+02:00`, years 0000 to 9999.
/// A fraction of a second is accepted when it is zero.
std::optional<CalendarTime> parseTimestamp(std::string_view text);

/// The shortest spelling that `parseDuration` reads back: `0s`, `90s` as `1m30s`, `7d`.
std::string formatDuration(Duration duration);

/// `2026-01-01T03:00:00Z`.
std::string formatTimestamp(CalendarTime time);

} // namespace cmksim
