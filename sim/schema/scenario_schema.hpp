// The schema of a scenario file.
#pragma once

#include "base/json_value.hpp"
#include "schema/known_words.hpp"

namespace cmksim::schema {

JsonValue scenarioSchema(const KnownWords& words);

} // namespace cmksim::schema
