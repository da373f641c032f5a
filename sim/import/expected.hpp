// What stands where something else should: nothing that is there and cannot be read is taken to be absent.
#pragma once

#include "base/diagnostics.hpp"
#include "document/document.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cmksim::import {

/// What is read at a place.
enum class Expected : std::uint8_t {
    Mapping,
    List,
    Collection, // a list or a mapping
    Scalar,     // a text, a number, true or false
    Words,      // a list of texts, or one text, which some tools print for a list of one
    Flag,       // true or false, also as a text
};

/// Whether it is what only Azure will know.
bool isOpen(Node node);

/// Whether that can be read there. What only Azure will know can be anything.
bool fits(Node node, Expected what);

/// `expected a list for 'resources', not 'x'`, told at a place.
void tellUnexpected(Node node, Expected what, std::string_view where, Mark at, Diagnostics& diagnostics);

/// The node, where it is there and can be read so. Null is absent; anything else is reported.
Node expect(Node node, Expected what, std::string_view where, Diagnostics& diagnostics);

/// A whole number, also as `7.0` or `7e0`; not in quotes.
std::optional<std::int64_t> wholeNumberOf(Node node);

} // namespace cmksim::import
