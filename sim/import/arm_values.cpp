#include "import/arm_values.hpp"

#include "import/raw_import.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <type_traits>

namespace cmksim::import {

const std::string* stringIn(const JsonValue& value) {
    return value.visit([](const auto& held) -> const std::string* {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>) {
            return &held;
        } else {
            return nullptr;
        }
    });
}

const JsonArray* arrayOf(const JsonValue& value) {
    return value.visit([](const auto& held) -> const JsonArray* {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, JsonArray>) {
            return &held;
        } else {
            return nullptr;
        }
    });
}

const JsonObject* objectOf(const JsonValue& value) {
    return value.visit([](const auto& held) -> const JsonObject* {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, JsonObject>) {
            return &held;
        } else {
            return nullptr;
        }
    });
}

std::optional<std::int64_t> numberOf(const JsonValue& value) {
    return value.visit([](const auto& held) -> std::optional<std::int64_t> {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::int64_t>) {
            return held;
        } else {
            return std::nullopt;
        }
    });
}

bool isNull(const JsonValue& value) {
    return value.visit([](const auto& held) { return std::is_same_v<std::decay_t<decltype(held)>, std::nullptr_t>; });
}

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
