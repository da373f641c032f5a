// A JSON value that is put together piece by piece and printed; objects keep the order of their fields.
#pragma once

#include "base/folders.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cmksim {

/// A number that no machine word may hold, by its digits.
struct JsonNumber {
    std::string digits;
};

class JsonValue {
public:
    using Array = std::vector<JsonValue>;
    using Field = std::pair<std::string, JsonValue>;
    using Object = std::vector<Field>;

    JsonValue(std::nullptr_t) : value_{nullptr} {}
    JsonValue(bool value) : value_{value} {}
    JsonValue(std::int64_t value) : value_{value} {}
    JsonValue(int value) : value_{std::int64_t{value}} {}
    JsonValue(JsonNumber value) : value_{std::move(value)} {}
    JsonValue(const char* value) : value_{std::string{value}} {}
    JsonValue(std::string_view value) : value_{std::string{value}} {}
    JsonValue(std::string value) : value_{std::move(value)} {}
    JsonValue(Array value) : value_{std::move(value)} {}
    JsonValue(Object value) : value_{std::move(value)} {}

    /// This object with a field more, or with another value for it. For objects only.
    [[nodiscard]] JsonValue with(std::string_view name, JsonValue value) const;

    /// The fields of an object. For objects only.
    [[nodiscard]] const Object& fields() const { return std::get<Object>(value_); }

    /// The items of an array. For arrays only.
    [[nodiscard]] const Array& items() const { return std::get<Array>(value_); }

    /// Over several lines, two blanks for each level; what is short stands on one.
    [[nodiscard]] std::string print() const;

    /// On one line.
    [[nodiscard]] std::string line() const;

    /// Calls `visitor` with what the value is: `nullptr`, a `bool`, a `std::int64_t`, a `JsonNumber`, a string, an
    /// array or an object.
    template <class Visitor>
    decltype(auto) visit(Visitor&& visitor) const {
        return std::visit(std::forward<Visitor>(visitor), value_);
    }

private:
    void printTo(std::string& out, std::size_t indent, std::size_t column) const;

    std::variant<std::nullptr_t, bool, std::int64_t, JsonNumber, std::string, Array, Object> value_;
};

/// `text` as a JSON string, quotes included. What is no UTF-8 becomes U+FFFD.
std::string jsonString(std::string_view text);

using JsonArray = JsonValue::Array;
using JsonObject = JsonValue::Object;

} // namespace cmksim
