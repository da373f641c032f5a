// Scalars as values, and the words for what stands where something else should.
#pragma once

#include "base/diagnostics.hpp"
#include "document/document.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cmksim::document {

/// `true` or `false`, also `True` and `TRUE`; not in quotes.
std::optional<bool> asBoolean(Node node);

/// A plain decimal integer without leading zeros; not in quotes.
std::optional<std::int64_t> asInteger(Node node);

/// What a node is, for a message: `'text'`, `the text 'true'`, `a list`, `a mapping`, `nothing`.
std::string describe(Node node);

/// Reports `expected WHAT, not …` at a node.
void reportUnexpected(Node node, std::string_view what, Diagnostics& diagnostics, std::string help = {});

/// Reads a value, or reports what was expected in its place and returns nothing.
std::optional<bool> readBoolean(Node node, Diagnostics& diagnostics);
std::optional<std::int64_t> readInteger(Node node, std::int64_t least, std::int64_t most, Diagnostics& diagnostics);

/// The text of any scalar, in quotes or not; empty, as reported, for anything else and for an empty text. `what` names
/// it: "a name".
std::string_view readText(Node node, std::string_view what, Diagnostics& diagnostics);

} // namespace cmksim::document
