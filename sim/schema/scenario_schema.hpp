// The schema of a scenario file.
#pragma once

#include "schema/json_value.hpp"
#include "schema/known_words.hpp"

namespace cmksim {

JsonValue scenarioSchema(const KnownWords& words);

} // namespace cmksim
