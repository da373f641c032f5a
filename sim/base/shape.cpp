#include "base/shape.hpp"

#include <fmt/format.h>

namespace cmksim::shape {

JsonValue textSchema() { return JsonObject{{"type", "string"}}; }
JsonValue flagSchema() { return JsonObject{{"type", "boolean"}}; }
JsonValue countSchema() { return JsonObject{{"type", "integer"}, {"minimum", 0}}; }
JsonValue lineSchema() { return JsonObject{{"type", "integer"}, {"minimum", 1}}; }
JsonValue listSchema(JsonValue item) { return JsonObject{{"type", "array"}, {"items", std::move(item)}}; }

JsonValue nullOrSchema(JsonValue value) {
    return JsonObject{{"oneOf", JsonArray{JsonObject{{"type", "null"}}, std::move(value)}}};
}

JsonValue wordSchema(const std::vector<std::string>& words) {
    return JsonObject{{"enum", JsonArray(words.begin(), words.end())}};
}

JsonValue definitionSchema(std::string_view name) { return JsonObject{{"$ref", fmt::format("#/$defs/{}", name)}}; }

JsonValue recordSchema(Properties properties) {
    const auto optional = std::ranges::stable_partition(properties, &Property::isAlwaysThere);
    JsonArray required;
    for (const Property& one : std::ranges::subrange{properties.begin(), optional.begin()}) {
        required.emplace_back(one.name);
    }
    JsonObject fields;
    for (Property& one : properties) {
        fields.emplace_back(std::move(one.name), std::move(one.schema));
    }
    return JsonObject{{"type", "object"},
                      {"properties", std::move(fields)},
                      {"additionalProperties", false},
                      {"required", std::move(required)}};
}

Properties joined(std::initializer_list<Properties> all) {
    Properties whole;
    for (const Properties& part : all) {
        for (const Property& one : part) {
            if (std::ranges::find(whole, one.name, &Property::name) == whole.end()) {
                whole.push_back(one);
            }
        }
    }
    return whole;
}

JsonValue extended(JsonValue report, const JsonValue& more) {
    for (const auto& [name, value] : more.fields()) {
        report = report.with(name, value);
    }
    return report;
}

} // namespace cmksim::shape
