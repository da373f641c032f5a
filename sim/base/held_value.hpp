// What a JSON value holds, by its type.
#pragma once

#include "base/json_value.hpp"

#include <string>
#include <type_traits>

namespace cmksim {

/// Null where it holds something else.
template <class Held>
const Held* heldAs(const JsonValue& value) {
    return value.visit([](const auto& held) -> const Held* {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, Held>) {
            return &held;
        } else {
            return nullptr;
        }
    });
}

/// Calls `visit(name, value)` for each field of an object; for nothing else.
template <class Visit>
void forEachField(const JsonValue& value, Visit visit) {
    if (const auto* fields = heldAs<JsonObject>(value)) {
        for (const auto& [name, inner] : *fields) {
            visit(name, inner);
        }
    }
}

/// The text of a string, of anything else what it is as JSON.
inline std::string bareText(const JsonValue& value) {
    const auto* text = heldAs<std::string>(value);
    return text != nullptr ? *text : value.line();
}

} // namespace cmksim
