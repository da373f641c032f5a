#include "az/argument_text.hpp"

#include "base/held_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

namespace cmksim::az {

namespace {

/// Empty for what is null, a list or a mapping.
std::string scalarText(const JsonValue& value) {
    struct Write {
        std::string operator()(std::nullptr_t) const { return {}; }
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
        std::string operator()(const JsonNumber& number) const { return number.digits; }
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(const JsonArray&) const { return {}; }
        std::string operator()(const JsonObject&) const { return {}; }
    };
    return value.visit(Write{});
}

} // namespace

std::vector<std::string> textsOf(const JsonValue& value) {
    if (heldAs<JsonObject>(value) != nullptr) {
        return {};
    }
    const auto* items = heldAs<JsonArray>(value);
    if (items == nullptr) {
        return {scalarText(value)};
    }
    std::vector<std::string> texts;
    std::ranges::transform(*items, std::back_inserter(texts), scalarText);
    return texts;
}

ArgumentText argumentOf(std::string name, const JsonValue& value) {
    return {std::move(name), textsOf(value), heldAs<JsonArray>(value) != nullptr,
            heldAs<std::nullptr_t>(value) != nullptr};
}

} // namespace cmksim::az
