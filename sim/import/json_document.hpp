// Values as documents and the other way round.
#pragma once

#include "base/diagnostics.hpp"
#include "base/json_value.hpp"
#include "document/document.hpp"

#include <functional>
#include <memory>
#include <string_view>

namespace cmksim::import {

/// A document with that value, everything in it at one place. Null, as reported, when it outgrows a document's bounds.
std::shared_ptr<const Document> documentOf(const JsonValue& value, Mark mark, Diagnostics& diagnostics);

/// What a node says, texts as they stand.
JsonValue jsonOf(Node node);

/// The object with another value for a field, whatever the case in which it has it.
JsonValue withField(const JsonValue& object, std::string_view name, JsonValue value);

/// Calls `visit` with each row of a table, `{columns: [{name}], rows: [[…]]}`, or of those in `tables` or `data`, as an
/// object with its columns as fields. False where the node is no table.
bool forEachTableRow(Node node, Diagnostics& diagnostics, const std::function<void(Node)>& visit);

} // namespace cmksim::import
