#include "schema/printed.hpp"

#include "report/rests_on.hpp"
#include "report/tags.hpp"
#include "report/unmodelled.hpp"
#include "schema/parts.hpp"

#include <utility>

namespace cmksim::schema::printed {

JsonValue text() { return JsonObject{{"type", "string"}}; }
JsonValue flag() { return JsonObject{{"type", "boolean"}}; }
JsonValue count() { return JsonObject{{"type", "integer"}, {"minimum", 0}}; }
JsonValue integer() { return JsonObject{{"type", "integer"}}; }
JsonValue line() { return JsonObject{{"type", "integer"}, {"minimum", 1}}; }

JsonValue timestamp() {
    return JsonObject{{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}};
}

JsonValue ratio() {
    return JsonObject{
        {"type", "array"}, {"prefixItems", JsonArray{count(), line()}}, {"items", false}, {"minItems", 2}};
}

JsonValue list(JsonValue item) { return JsonObject{{"type", "array"}, {"items", std::move(item)}}; }

JsonValue nullOr(JsonValue value) {
    return JsonObject{{"oneOf", JsonArray{JsonObject{{"type", "null"}}, std::move(value)}}};
}

JsonValue oneOf(const std::vector<std::string>& words) { return JsonObject{{"enum", texts(words)}}; }

JsonValue record(JsonObject required, JsonObject optional) {
    std::vector<std::string> names;
    for (const auto& field : required) {
        names.push_back(field.first);
    }
    for (auto& field : optional) {
        required.push_back(std::move(field));
    }
    return JsonObject{{"type", "object"},
                      {"properties", std::move(required)},
                      {"additionalProperties", false},
                      {"required", texts(names)}};
}

JsonValue evidence() { return report::restsOnShape().schema(); }

JsonValue tags() { return report::tagsShape().schema<Tags>(); }

JsonValue unmodelled() { return report::unmodelledProperties().front().schema; }

} // namespace cmksim::schema::printed
