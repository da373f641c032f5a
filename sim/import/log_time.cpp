#include "import/log_time.hpp"

#include "base/time.hpp"
#include "import/azure_fields.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace cmksim::import {

namespace {

constexpr std::array<std::string_view, 4> timeFields{"eventTimestamp", "time", "TimeGenerated", "submissionTimestamp"};

/// The field as it is called, or with what the portal puts behind the names of columns.
Node timeField(Node event, std::string_view name) {
    const Node plain = findPath(event, name);
    return plain ? plain : findPath(event, std::string{name} + " [UTC]");
}

bool isNumeral(char c) { return '0' <= c && c <= '9'; }

std::size_t digitsAt(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::find_if_not(text, isNumeral) - text.begin());
}

/// RFC 3339 in whole seconds; empty when the text is no instant.
std::string wholeSeconds(std::string text) {
    if (const std::size_t dot = text.find('.'); dot != std::string::npos) {
        text.erase(dot, 1 + digitsAt(std::string_view{text}.substr(dot + 1)));
    }
    const auto time = parseTimestamp(text);
    return time ? formatTimestamp(*time) : std::string{};
}

/// Takes numbers and what stands between them, one after the other.
class TimeText {
public:
    explicit TimeText(std::string_view text) : rest_{text} {}

    /// A number of one or two digits, or of four.
    std::optional<int> number(std::size_t most = 2) {
        const std::size_t digits = digitsAt(rest_);
        if (digits == 0 || digits > most) {
            return std::nullopt;
        }
        isPadded_ = isPadded_ || (digits == 2 && rest_.front() == '0');
        int value = 0;
        for (const char c : rest_.substr(0, digits)) {
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(digits);
        return value;
    }

    bool skip(std::string_view what) {
        const bool isThere = rest_.starts_with(what);
        rest_.remove_prefix(isThere ? what.size() : 0);
        return isThere;
    }

    void skipDigits() { rest_.remove_prefix(digitsAt(rest_)); }

    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] bool isPadded() const { return isPadded_; } // a number of two digits begins with a zero

private:
    std::string_view rest_;
    bool isPadded_ = false;
};

/// An instant of UTC in the portal's form; empty when the text is none, or its day may stand before its month.
std::string monthFirst(std::string_view text) {
    TimeText at{text};
    const auto month = at.number();
    const auto day = month && at.skip("/") ? at.number() : std::nullopt;
    const auto year = day && at.skip("/") ? at.number(4) : std::nullopt;
    const bool isPadded = at.isPadded();
    at.skip(",");
    const auto hour = year && at.skip(" ") ? at.number() : std::nullopt;
    const auto minute = hour && at.skip(":") ? at.number() : std::nullopt;
    const auto second = !minute ? std::nullopt : at.skip(":") ? at.number() : std::optional{0};
    if (!second || *year < 1000 || *hour < 1 || *hour > 12) {
        return {};
    }
    if (at.skip(".")) {
        at.skipDigits();
    }
    constexpr std::string_view narrowBlank = "\xE2\x80\xAF"; // newer browsers write one
    if (!at.skip(" ") && !at.skip(narrowBlank)) {
        return {};
    }
    const std::string_view half = at.rest();
    const bool isAfternoon = equalIgnoringCase(half, "PM");
    if (!isAfternoon && !equalIgnoringCase(half, "AM")) {
        return {};
    }
    const bool isOfUnitedStates = !isPadded && (half == "AM" || half == "PM");
    if (*day <= 12 && *day != *month && !isOfUnitedStates) {
        return {};
    }
    return wholeSeconds(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", *year, *month, *day,
                                    *hour % 12 + (isAfternoon ? 12 : 0), *minute, *second));
}

} // namespace

LogTime logTimeOf(Node event) {
    LogTime time;
    for (const std::string_view name : timeFields) {
        time.said = textOf(timeField(event, name));
        if (!time.said.empty()) {
            break;
        }
    }
    time.at = wholeSeconds(time.said);
    if (time.at.empty()) {
        time.at = monthFirst(time.said);
        time.isMonthFirst = !time.at.empty();
    }
    return time;
}

bool hasLogTime(Node event) {
    return std::ranges::any_of(timeFields,
                               [&](std::string_view name) { return static_cast<bool>(timeField(event, name)); });
}

} // namespace cmksim::import
