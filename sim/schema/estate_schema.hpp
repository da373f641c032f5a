// The schema of what stands in an estate, and of an estate file.
#pragma once

#include "schema/known_words.hpp"
#include "schema/parts.hpp"

namespace cmksim::schema {

/// The definitions that an estate and the actions on it refer to: `vault`, `key`, `identity`, `resource`, …
JsonObject estateDefinitions(const SchemaParts& parts, const KnownWords& words);

/// The settings of a vault, which are also what a change of it or a rule of a drill names.
JsonObject vaultSettings();

/// The fields of an estate.
JsonObject estateFields(const SchemaParts& parts);

/// The schema of an estate file.
JsonValue estateSchema(const KnownWords& words);

} // namespace cmksim::schema
