// The fields by which a suite picks its scenarios and forgives them.
#pragma once

#include "document/mapping_reader.hpp"
#include "scenario/ast.hpp"

#include <string_view>

namespace cmksim::scenario {

/// Whether a tag may be called so: letters, digits and `-_.`.
bool isTag(std::string_view text);

/// Takes `tags`, `skip`, `todo` and `snapshot` from a scenario's fields.
void readSuiteFields(MappingReader& fields, Scenario& scenario);

} // namespace cmksim::scenario
