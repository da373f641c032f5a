// Values that expressions of ARM templates come to: JSON, and texts for what only Azure will know.
#pragma once

#include "base/json_value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cmksim::import {

/// What reading a value needs: its parts, and nothing for what it is not.
const std::string* stringIn(const JsonValue& value);
const JsonArray* arrayOf(const JsonValue& value);
const JsonObject* objectOf(const JsonValue& value);
std::optional<std::int64_t> numberOf(const JsonValue& value);
bool isNull(const JsonValue& value);

/// A field of an object, whatever its case; null when it has none.
const JsonValue* fieldOf(const JsonValue& value, std::string_view name);

/// A value as `string()` and `concat` write it.
std::string stringOf(const JsonValue& value);

/// Whether a value is, or has in it, something that only Azure will know.
bool isUnknown(const JsonValue& value);

/// A text that stands for what only Azure will know; `what` says what, and alike texts stand for the same.
JsonValue unknownValue(std::string_view what);

/// Whether two values are the same, texts with their case.
bool isEqual(const JsonValue& a, const JsonValue& b);

} // namespace cmksim::import
