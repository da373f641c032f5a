#include "report/clock.hpp"

#include "base/time.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace cmksim::report {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// `14:30`, or `14:30:05` off the minute.
std::string timeOfDay(CalendarTime time) {
    const auto sinceMidnight = time - floor<days>(time);
    const std::chrono::hh_mm_ss clock{sinceMidnight};
    if (clock.seconds().count() == 0) {
        return fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count());
    }
    return fmt::format("{:02}:{:02}:{:02}", clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string date(CalendarTime time) {
    const year_month_day day{floor<days>(time)};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
}

std::string dayOfYear(CalendarTime time) {
    const year_month_day day{floor<days>(time)};
    return fmt::format("{} {:02}", months[static_cast<unsigned>(day.month()) - 1], static_cast<unsigned>(day.day()));
}

} // namespace

Clock::Clock(CalendarTime start, Instant until) : start_{start}, end_{start + until.time_since_epoch()} {
    // From midnight on, what is left of the time since the start beside its days is the time of day.
    const bool fromMidnight = start_ == floor<days>(start_);
    const bool manyDays = end_ - start_ > days{1};
    if (end_ - start_ > days{360}) {
        detail_ = fromMidnight ? Detail::Date : Detail::DateAndTime;
    } else if (manyDays) {
        detail_ = fromMidnight ? Detail::Day : Detail::DayAndTime;
    } else if (!fromMidnight) {
        detail_ = Detail::Time;
    }
}

std::string Clock::sinceStart(Instant at) { return '+' + formatDuration(at.time_since_epoch()); }

std::string Clock::calendar(Instant at) const {
    const CalendarTime time = start_ + at.time_since_epoch();
    switch (detail_) {
    case Detail::None: return {};
    case Detail::Time: return timeOfDay(time);
    case Detail::Day: return dayOfYear(time);
    case Detail::DayAndTime: return fmt::format("{} {}", dayOfYear(time), timeOfDay(time));
    case Detail::Date: return date(time);
    case Detail::DateAndTime: return fmt::format("{} {}", date(time), timeOfDay(time));
    }
    return {};
}

std::string Clock::span() const {
    const bool oneDay = floor<days>(start_) == floor<days>(end_);
    return fmt::format("{} {} to {}{} UTC", date(start_), timeOfDay(start_), oneDay ? "" : date(end_) + ' ',
                       timeOfDay(end_));
}

} // namespace cmksim::report
