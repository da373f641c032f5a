// How a report writes the moments of one run: since the start, and where it helps by the calendar.
#pragma once

#include "base/instant.hpp"

#include <cstddef>
#include <string>

namespace cmksim::report {

class Clock {
public:
    /// Of a run from `start` until `until`.
    Clock(CalendarTime start, Instant until);

    /// `+1h10m`.
    [[nodiscard]] static std::string sinceStart(Instant at);

    /// What the calendar adds to that, as much as the run needs: nothing within a day that starts at midnight, else
    /// `14:30`, `Apr 01`, `Apr 01 14:30`, `2027-04-01`, or `2027-04-01 14:30`.
    [[nodiscard]] std::string calendar(Instant at) const;

    /// The run's beginning and end, as `2026-01-01 00:00 to 08:00 UTC`.
    [[nodiscard]] std::string span() const;

private:
    enum class Detail { None, Time, Day, DayAndTime, Date, DateAndTime };

    CalendarTime start_;
    CalendarTime end_;
    Detail detail_ = Detail::None;
};

} // namespace cmksim::report
