// The values of a scenario's fields: names, times, addresses. Each reader reports what it cannot read, at its place.
#pragma once

#include "base/diagnostics.hpp"
#include "base/instant.hpp"
#include "document/document.hpp"
#include "document/text_store.hpp"
#include "scenario/ast.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace cmksim::scenario {

/// What the readers of a scenario's parts share.
struct Reading {
    Diagnostics& diagnostics;
    TextStore& texts;
    CalendarTime start{};
};

/// A scalar's text with its place, not checked: for keys of mappings.
Name nameOf(Node node);

/// A text that is not empty; absent, as reported, for anything else. `what` names it: "the name of a role".
Name readName(Node node, std::string_view what, Diagnostics& diagnostics);

/// A list of such. Null is an empty one.
std::vector<Name> readNames(Node node, std::string_view what, Diagnostics& diagnostics);

/// One such, or a list of them.
std::vector<Name> readNameOrNames(Node node, std::string_view what, Diagnostics& diagnostics);

/// A list of texts that nothing reads.
void skipTexts(Node node, Diagnostics& diagnostics);

/// `1h30m`.
std::optional<Duration> readDuration(Node node, Diagnostics& diagnostics);

/// A duration since the start, or an instant of the calendar, which may lie before the start.
std::optional<Instant> readInstant(Node node, const Reading& reading);
std::optional<Instant> readInstant(const Name& written, const Reading& reading);

/// The same, or null.
TimeChange readTimeChange(Node node, const Reading& reading);

/// A day of the calendar, `2027-03-31`; nothing when the text is none.
std::optional<std::chrono::year_month_day> parseDate(std::string_view text);

std::optional<std::chrono::year_month_day> readDate(Node node, Diagnostics& diagnostics);
std::optional<CalendarTime> readTimestamp(Node node, Diagnostics& diagnostics);
std::optional<std::uint32_t> readAddress(Node node, Diagnostics& diagnostics);
std::optional<AddressBlock> readAddressBlock(Node node, Diagnostics& diagnostics);

/// Says that something stands where an address or block of them should.
std::string expectedAddress(std::string_view instead);

} // namespace cmksim::scenario
