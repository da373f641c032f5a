// Durations and instants as texts, both ways.
#pragma once

#include "base/instant.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cmksim {

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
