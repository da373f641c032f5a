// What a JSON value holds, by its type.
#pragma once

#include "base/json_value.hpp"

#include <type_traits>

namespace cmksim::az {

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

} // namespace cmksim::az
