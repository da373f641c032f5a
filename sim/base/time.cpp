#include "base/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace cmksim {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::weeks;

struct Unit {
    char letter;
    Duration length;
};

constexpr std::array shortUnits{Unit{'d', days{1}}, Unit{'h', hours{1}}, Unit{'m', minutes{1}}, Unit{'s', seconds{1}}};
constexpr std::array isoDays{Unit{'D', days{1}}};
constexpr std::array isoWeeks{Unit{'W', weeks{1}}};
constexpr std::array isoTimes{Unit{'H', hours{1}}, Unit{'M', minutes{1}}, Unit{'S', seconds{1}}};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// A number at the front of `text`, which it takes away. Nothing without a digit or beyond any sensible size.
std::optional<std::int64_t> takeNumber(std::string_view& text) {
    constexpr std::int64_t most = longestDuration.count();
    std::int64_t number = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && isDigit(text[digits]); ++digits) {
        number = number * 10 + (text[digits] - '0');
        if (number > most) {
            return std::nullopt;
        }
    }
    if (digits == 0) {
        return std::nullopt;
    }
    text.remove_prefix(digits);
    return number;
}

/// All of `text` as numbers with units in the order given, at least one.
std::optional<Duration> sumOfUnits(std::string_view text, std::span<const Unit> units) {
    if (text.empty()) {
        return std::nullopt;
    }
    Duration sum{};
    while (!text.empty()) {
        const std::optional<std::int64_t> number = takeNumber(text);
        if (!number || text.empty()) {
            return std::nullopt;
        }
        const auto unit = std::ranges::find(units, text.front(), &Unit::letter);
        if (unit == units.end() || *number > longestDuration / unit->length) {
            return std::nullopt;
        }
        sum += *number * unit->length;
        units = {std::next(unit), units.end()};
        text.remove_prefix(1);
    }
    return sum <= longestDuration ? std::optional{sum} : std::nullopt;
}

/// What stands after the `P` of an ISO 8601 duration.
std::optional<Duration> parseIsoDuration(std::string_view text) {
    if (text.ends_with('W')) {
        return sumOfUnits(text, isoWeeks);
    }
    const std::size_t separator = text.find('T');
    if (separator == std::string_view::npos) {
        return sumOfUnits(text, isoDays);
    }
    const std::string_view date = text.substr(0, separator);
    const std::optional<Duration> dayPart = date.empty() ? Duration{} : sumOfUnits(date, isoDays);
    const std::optional<Duration> timePart = sumOfUnits(text.substr(separator + 1), isoTimes);
    if (!dayPart || !timePart || *dayPart + *timePart > longestDuration) {
        return std::nullopt;
    }
    return *dayPart + *timePart;
}

/// Takes fixed pieces off the front of a timestamp; once one is missing it stays failed.
class Fields {
public:
    explicit Fields(std::string_view text) : text_{text} {}

    int number(std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (i >= text_.size() || !isDigit(text_[i])) {
                failed_ = true;
                return 0;
            }
            value = value * 10 + (text_[i] - '0');
        }
        text_.remove_prefix(digits);
        return value;
    }
    bool accept(std::string_view anyOf) {
        if (failed_ || text_.empty() || anyOf.find(text_.front()) == std::string_view::npos) {
            return false;
        }
        taken_ = text_.front();
        text_.remove_prefix(1);
        return true;
    }
    void require(std::string_view anyOf) { failed_ = !accept(anyOf) || failed_; }

    /// `.000`, of which nothing but zeros can be kept.
    void zeroFraction() {
        if (!accept(".")) {
            return;
        }
        const std::size_t zeros = std::min(text_.find_first_not_of('0'), text_.size());
        failed_ = failed_ || zeros == 0;
        text_.remove_prefix(zeros);
    }
    [[nodiscard]] char taken() const { return taken_; }
    [[nodiscard]] bool complete() const { return !failed_ && text_.empty(); }

private:
    std::string_view text_;
    char taken_ = '\0';
    bool failed_ = false;
};

/// The distance of local time from UTC, `Z` or `+02:00`.
std::optional<Duration> takeOffset(Fields& fields) {
    if (fields.accept("Zz")) {
        return Duration{};
    }
    fields.require("+-");
    const bool behind = fields.taken() == '-';
    const int hour = fields.number(2);
    fields.require(":");
    const int minute = fields.number(2);
    if (hour > 23 || minute > 59) {
        return std::nullopt;
    }
    const Duration offset = hours{hour} + minutes{minute};
    return behind ? -offset : offset;
}

} // namespace

std::optional<Duration> parseDuration(std::string_view text) {
    return text.starts_with('P') ? parseIsoDuration(text.substr(1)) : sumOfUnits(text, shortUnits);
}

std::optional<CalendarTime> parseTimestamp(std::string_view text) {
    using namespace std::chrono;
    Fields fields{text};
    const int yearNumber = fields.number(4);
    fields.require("-");
    const int monthNumber = fields.number(2);
    fields.require("-");
    const int dayNumber = fields.number(2);
    fields.require("Tt ");
    const int hour = fields.number(2);
    fields.require(":");
    const int minute = fields.number(2);
    fields.require(":");
    const int second = fields.number(2);
    fields.zeroFraction();
    const std::optional<Duration> offset = takeOffset(fields);

    const year_month_day date{year{yearNumber}, month{static_cast<unsigned>(monthNumber)},
                              day{static_cast<unsigned>(dayNumber)}};
    const bool inRange = date.ok() && hour <= 23 && minute <= 59 && second <= 59;
    if (!fields.complete() || !offset || !inRange) {
        return std::nullopt;
    }
    const CalendarTime time = sys_days{date} + hours{hour} + minutes{minute} + seconds{second} - *offset;
    constexpr CalendarTime earliest = sys_days{year{0} / January / 1};
    constexpr CalendarTime beyond = sys_days{year{10'000} / January / 1};
    return time >= earliest && time < beyond ? std::optional{time} : std::nullopt;
}

std::string formatDuration(Duration duration) {
    if (duration == Duration{}) {
        return "0s";
    }
    std::string text = duration < Duration{} ? "-" : "";
    Duration rest = duration < Duration{} ? -duration : duration;
    for (const Unit& unit : shortUnits) {
        if (const auto count = rest / unit.length; count > 0) {
            text += fmt::format("{}{}", count, unit.letter);
            rest -= count * unit.length;
        }
    }
    return text;
}

std::string formatTimestamp(CalendarTime time) {
    using namespace std::chrono;
    const auto midnight = floor<days>(time);
    const year_month_day date{midnight};
    const hh_mm_ss clock{time - midnight};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

} // namespace cmksim
