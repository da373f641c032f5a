// The schema of a line of what `run --format json` prints.
#pragma once

#include "base/json_value.hpp"
#include "schema/known_words.hpp"

namespace cmksim::schema {

JsonValue runSchema(const KnownWords& words);

} // namespace cmksim::schema
