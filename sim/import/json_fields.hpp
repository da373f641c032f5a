// Fields of the JSON that an estate is printed as.
#pragma once

#include "base/json_value.hpp"

#include <algorithm>
#include <string_view>
#include <type_traits>

namespace cmksim::import {

/// Null where there is none of that name.
inline const JsonValue* fieldNamed(const JsonObject& fields, std::string_view name) {
    const auto found = std::ranges::find(fields, name, &JsonObject::value_type::first);
    return found != fields.end() ? &found->second : nullptr;
}

/// The fields of a field that is an object; none where it is absent.
inline JsonObject fieldsOf(const JsonObject& fields, std::string_view name) {
    const JsonValue* value = fieldNamed(fields, name);
    const bool isObject =
        value != nullptr && value->visit([]<class T>(const T&) { return std::is_same_v<T, JsonObject>; });
    return isObject ? value->fields() : JsonObject{};
}

/// The fields without tags, by which nothing that happens differs.
inline JsonObject withoutTags(JsonObject fields) {
    std::erase_if(fields, [](const JsonValue::Field& field) { return field.first == "tags"; });
    return fields;
}

/// Whether the fields are those of a resource that no model plays.
inline bool isUnmodelled(const JsonObject& fields) {
    const JsonValue* service = fieldNamed(fields, "service");
    return service != nullptr && service->line() == "\"unmodelled\"";
}

} // namespace cmksim::import
