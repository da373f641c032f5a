// Values as YAML writes them on one line.
#pragma once

#include "base/folders.hpp"
#include "base/json_value.hpp"

#include <string>

namespace cmksim {

/// Fields without the outer braces: `enabled: false, expires: 30d`. Texts stand in quotes where they would be read as
/// anything else.
std::string flowYaml(const JsonObject& fields);

/// A single value.
std::string flowYaml(const JsonValue& value);

} // namespace cmksim
