// A document, or a part of one, as JSON.
#pragma once

#include "base/json_value.hpp"
#include "document/document.hpp"

namespace cmksim::document {

/// What stood in quotes is a text; of the rest numbers and booleans are such.
JsonValue asJson(Node node);

} // namespace cmksim::document
