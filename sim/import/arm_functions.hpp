// The functions of ARM templates that depend on their arguments alone.
#pragma once

#include "base/json_value.hpp"
#include "import/arm_values.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// A text that depends on the others alone, of so many letters and digits, as `uniqueString` and `guid` make them;
/// not the same as Azure's.
std::string hashText(const std::vector<JsonValue>& values, std::size_t length);

/// The result of a function; nothing when no such function is known, or its arguments are not those that it takes.
/// `name` is in lower case.
std::optional<JsonValue> callArmFunction(std::string_view name, const std::vector<JsonValue>& arguments);

} // namespace cmksim::import
