// Virtual time: whole seconds since a scenario's start, and the calendar around it.
#pragma once

#include "base/folders.hpp"

#include <chrono>

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

} // namespace cmksim
