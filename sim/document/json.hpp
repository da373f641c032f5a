// Reads JSON. The one place that knows the library which does.
#pragma once

#include "base/diagnostics.hpp"
#include "document/builder.hpp"
#include "document/document.hpp"

#include <functional>
#include <memory>

namespace cmksim::document {

/// Whether comments may stand in the text, as in templates that people write; then line breaks may stand in its
/// strings, too, and of fields of one name the last holds, as Resource Manager has it.
enum class JsonComments : std::uint8_t { Forbidden, Allowed };

/// Reads a text that holds one JSON value. A scalar that stood in quotes is quoted. Nothing when it is not JSON, nests
/// deeper than 256 levels, or grows beyond a document's bounds; that is reported at its place.
std::shared_ptr<const Document> parseJson(std::shared_ptr<const Source> source, Diagnostics& diagnostics,
                                          JsonComments comments = JsonComments::Forbidden);

/// What takes the rows of a file, one after the other. A row lives as long as the call.
using JsonRowVisitor = std::function<void(Node row)>;

/// Reads a text row by row, in little memory beyond the text's own: the items of a list, or of the list in a field
/// named `data`, `value` or `records` of an object; the values of a text that has one on each line (JSON Lines); of any
/// other value, that alone. False when it is no JSON or a row
/// is beyond a document's bounds, as reported.
bool forEachJsonRow(std::shared_ptr<const Source> source, Diagnostics& diagnostics, const JsonRowVisitor& visit);

} // namespace cmksim::document
