// What the commands print that look at whole suites.
#pragma once

#include "base/json_value.hpp"

namespace cmksim::schema {

JsonValue testSchema();
JsonValue diffSchema();
JsonValue coverageSchema();

} // namespace cmksim::schema
