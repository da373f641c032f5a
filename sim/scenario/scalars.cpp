#include "scenario/scalars.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "document/values.hpp"
#include "scenario/address.hpp"

#include <fmt/format.h>

namespace cmksim::scenario {

namespace {

constexpr std::string_view aDuration = "a duration such as 90s, 1h30m or P90D";
constexpr std::string_view aTime =
    "a duration since the start such as 1h30m, or an instant such as 2026-01-01T03:00:00Z";

} // namespace

Name nameOf(Node node) { return {node.text(), node.mark()}; }

Name readName(Node node, std::string_view what, Diagnostics& diagnostics) {
    return {readText(node, what, diagnostics), node.mark()};
}

std::vector<Name> readNames(Node node, std::string_view what, Diagnostics& diagnostics) {
    std::vector<Name> names;
    if (!node.isSequence() && !node.isNull()) {
        reportUnexpected(node, "a list", diagnostics);
        return names;
    }
    names.reserve(node.size());
    for (const Node item : node.items()) {
        if (const Name name = readName(item, what, diagnostics); name.present()) {
            names.push_back(name);
        }
    }
    return names;
}

std::vector<Name> readNameOrNames(Node node, std::string_view what, Diagnostics& diagnostics) {
    if (!node.isScalar()) {
        return readNames(node, what, diagnostics);
    }
    const Name name = readName(node, what, diagnostics);
    return name.present() ? std::vector{name} : std::vector<Name>{};
}

void skipTexts(Node node, Diagnostics& diagnostics) { readNames(node, "a text", diagnostics); }

std::optional<Duration> readDuration(Node node, Diagnostics& diagnostics) {
    const std::optional<Duration> duration = parseDuration(node.text());
    if (!duration) {
        reportUnexpected(node, aDuration, diagnostics);
    }
    return duration;
}

namespace {

/// `instead` says what a text is that is neither.
std::optional<Instant> instantOf(std::string_view text, Mark mark, const std::string& instead, const Reading& reading) {
    if (const std::optional<Duration> duration = parseDuration(text)) {
        return scenarioStart + *duration;
    }
    const std::optional<CalendarTime> time = parseTimestamp(text);
    if (!time) {
        reading.diagnostics.error(mark, fmt::format("expected {}, not {}", aTime, instead));
        return std::nullopt;
    }
    const Duration distance = *time - reading.start;
    if (distance > longestDuration || distance < -longestDuration) {
        reading.diagnostics.error(mark, fmt::format("{} is too far from the start", inQuotes(text)));
        return std::nullopt;
    }
    return scenarioStart + distance;
}

} // namespace

std::optional<Instant> readInstant(Node node, const Reading& reading) {
    return instantOf(node.text(), node.mark(), describe(node), reading);
}

std::optional<Instant> readInstant(const Name& written, const Reading& reading) {
    return instantOf(written.text, written.mark, inQuotes(written.text), reading);
}

TimeChange readTimeChange(Node node, const Reading& reading) {
    if (node.isNull()) {
        return {true, std::nullopt};
    }
    const std::optional<Instant> instant = readInstant(node, reading);
    return {instant.has_value(), instant};
}

std::optional<std::chrono::year_month_day> parseDate(std::string_view text) {
    constexpr std::size_t dateLength = 10;
    if (text.size() != dateLength) {
        return std::nullopt;
    }
    const std::optional<CalendarTime> midnight = parseTimestamp(fmt::format("{}T00:00:00Z", text));
    return midnight ? std::optional{std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(*midnight)}}
                    : std::nullopt;
}

std::optional<std::chrono::year_month_day> readDate(Node node, Diagnostics& diagnostics) {
    const std::optional<std::chrono::year_month_day> date = parseDate(node.text());
    if (!date) {
        reportUnexpected(node, "a date such as 2027-03-31", diagnostics);
    }
    return date;
}

std::optional<CalendarTime> readTimestamp(Node node, Diagnostics& diagnostics) {
    const std::optional<CalendarTime> time = parseTimestamp(node.text());
    if (!time) {
        reportUnexpected(node, "an instant such as 2026-01-01T03:00:00Z", diagnostics);
    }
    return time;
}

std::optional<std::uint32_t> readAddress(Node node, Diagnostics& diagnostics) {
    const std::optional<std::uint32_t> address = parseAddress(node.text());
    if (!address) {
        reportUnexpected(node, "an IPv4 address", diagnostics);
    }
    return address;
}

std::string expectedAddress(std::string_view instead) {
    return fmt::format("expected an IPv4 address or block such as 203.0.113.0/24, not {}", instead);
}

std::optional<AddressBlock> readAddressBlock(Node node, Diagnostics& diagnostics) {
    const std::optional<AddressBlock> block = parseAddressBlock(node.text());
    if (!block) {
        diagnostics.error(node.mark(), expectedAddress(describe(node)));
    }
    return block;
}

} // namespace cmksim::scenario
