// The schemas of the files of models/.
#pragma once

#include "base/json_value.hpp"
#include "schema/known_words.hpp"

namespace cmksim::schema {

JsonValue modelSchema(const KnownWords& words);

JsonValue platformSchema();

JsonValue azureSchema();

} // namespace cmksim::schema
