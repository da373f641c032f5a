#include "import/arm_values.hpp"

#include "base/held_value.hpp"
#include "import/raw_import.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>

namespace cmksim::import {

const std::string* stringIn(const JsonValue& value) { return heldAs<std::string>(value); }

const JsonArray* arrayOf(const JsonValue& value) { return heldAs<JsonArray>(value); }

const JsonObject* objectOf(const JsonValue& value) { return heldAs<JsonObject>(value); }

std::optional<std::int64_t> numberOf(const JsonValue& value) {
    const auto* number = heldAs<std::int64_t>(value);
    return number != nullptr ? std::optional{*number} : std::nullopt;
}

bool isNull(const JsonValue& value) { return heldAs<std::nullptr_t>(value) != nullptr; }

const JsonValue* fieldOf(const JsonValue& value, std::string_view name) {
    const JsonObject* fields = objectOf(value);
    if (fields == nullptr) {
        return nullptr;
    }
    const auto found =
        std::ranges::find_if(*fields, [&](const auto& one) { return equalIgnoringCase(one.first, name); });
    return found != fields->end() ? &found->second : nullptr;
}

std::string stringOf(const JsonValue& value) {
    const std::string* held = stringIn(value);
    return held != nullptr ? *held : isNull(value) ? std::string{} : value.line();
}

bool isUnknown(const JsonValue& value) {
    const std::string* held = stringIn(value);
    return held != nullptr && held->find(unknownMark) != std::string::npos;
}

JsonValue unknownValue(std::string_view what) { return std::string{unknownMark} + std::string{what}; }

bool isEqual(const JsonValue& a, const JsonValue& b) { return a.line() == b.line(); }

} // namespace cmksim::import
