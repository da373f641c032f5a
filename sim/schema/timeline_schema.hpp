// The schema of a timeline: entries, what they do, and what they expect.
#pragma once

#include "schema/known_words.hpp"
#include "schema/parts.hpp"

namespace cmksim::schema {

/// Adds `entry` and what it refers to.
void addTimelineDefinitions(const SchemaParts& parts, const KnownWords& words, JsonObject& definitions);

} // namespace cmksim::schema
