#include "schema/parts.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace cmksim::schema {

namespace {

constexpr std::string_view aParameter = R"(\$\{)";
constexpr std::string_view duration =
    "(?:P(?:[0-9]+W|(?=[0-9T])(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+S)?)?)"
    "|(?=[0-9])(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?)";
constexpr std::string_view timestampForm = "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.]0+)?"
                                           "(?:[Zz]|[+-][0-9]{2}:[0-9]{2})";

std::optional<std::int64_t> numberIn(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

std::string bounds(std::string_view unit) {
    return fmt::format("^ *(?:(?:<=|>=|==) *)?{0} *$|^ *{0} *[.][.] *{0} *$", unit);
}

} // namespace

JsonValue SchemaParts::ref(std::string_view name) { return JsonObject{{"$ref", fmt::format("#/$defs/{}", name)}}; }

JsonValue SchemaParts::scalar(JsonObject schema) const {
    return parameters_ == Parameters::None ? JsonValue{std::move(schema)}
                                           : JsonObject{{"anyOf", JsonArray{std::move(schema), ref("parameter")}}};
}

JsonValue SchemaParts::pattern(std::string_view expression) const {
    return scalar({{"type", "string"}, {"pattern", expression}});
}

JsonValue SchemaParts::namePattern(std::string_view expression) const {
    // A number or boolean where a name is due is read as the text that it is written as.
    return scalar({{"type", JsonArray{"string", "number", "boolean"}}, {"pattern", expression}});
}

JsonValue SchemaParts::boolean() const { return scalar({{"type", "boolean"}}); }

JsonValue SchemaParts::integer(std::int64_t least, std::int64_t most) const {
    return scalar({{"type", "integer"}, {"minimum", least}, {"maximum", most}});
}

JsonValue SchemaParts::constant(int value) const { return scalar({{"const", value}}); }

JsonValue SchemaParts::wordOf(const std::vector<std::string>& words) const {
    JsonArray values;
    for (const std::string& word : words) {
        if (word == "true" || word == "false") {
            values.emplace_back(word == "true");
        } else if (const auto number = numberIn(word)) {
            values.emplace_back(*number);
        }
        values.emplace_back(word);
    }
    return scalar({{"enum", std::move(values)}});
}

JsonValue SchemaParts::list(JsonValue item) {
    return JsonObject{{"type", JsonArray{"array", "null"}}, {"items", std::move(item)}};
}

JsonValue SchemaParts::nonEmptyList(JsonValue item) {
    return JsonObject{{"type", "array"}, {"minItems", 1}, {"items", std::move(item)}};
}

JsonValue SchemaParts::oneOrMore(const JsonValue& item) { return JsonObject{{"anyOf", JsonArray{item, list(item)}}}; }

JsonValue SchemaParts::orNull(const JsonValue& schema) {
    return JsonObject{{"anyOf", JsonArray{JsonObject{{"type", "null"}}, schema}}};
}

JsonValue SchemaParts::record(JsonObject fields, const std::vector<std::string>& required) const {
    JsonObject schema{{"type", required.empty() ? JsonValue{JsonArray{"object", "null"}} : JsonValue{"object"}},
                      {"properties", std::move(fields)}};
    if (parameters_ == Parameters::Anywhere) {
        schema.emplace_back("patternProperties", JsonObject{{std::string{aParameter}, true}});
    }
    schema.emplace_back("additionalProperties", false);
    if (!required.empty()) {
        schema.emplace_back("required", texts(required));
    }
    return schema;
}

JsonValue SchemaParts::named(const JsonValue& key, JsonValue value) const {
    return JsonObject{
        {"type", JsonArray{"object", "null"}}, {"propertyNames", key}, {"additionalProperties", std::move(value)}};
}

JsonObject SchemaParts::definitions() const {
    JsonObject all;
    if (parameters_ == Parameters::Anywhere) {
        all.emplace_back("parameter", JsonObject{{"type", "string"},
                                                 {"pattern", aParameter},
                                                 {"description", "holds ${name}, a parameter of the matrix"}});
    }
    all.emplace_back("text", scalar({{"type", JsonArray{"string", "number", "boolean"}}, {"minLength", 1}}));
    all.emplace_back("duration", described(pattern(fmt::format("^{}$", duration)), "90s, 10m, 1h30m, 90d, or PT1H30M"));
    all.emplace_back("delay", described(pattern(fmt::format("^{0}(?:\\.\\.{0})?$", duration)), "30m, or 30m..2h"));
    all.emplace_back("instant", described(pattern(fmt::format("^(?:{}|{})$", duration, timestampForm)),
                                          "a duration since the start, or an instant such as 2026-01-01T03:00:00Z"));
    all.emplace_back("moment",
                     described(pattern(fmt::format("^(?:{0}|{1})(?:\\.\\.(?:{0}|{1}))?$", duration, timestampForm)),
                               "an instant, or a range of them, both ends in, such as 10m..3h"));
    all.emplace_back("timestamp", pattern(fmt::format("^{}$", timestampForm)));
    all.emplace_back("durationBounds", described(pattern(bounds(duration)), R"(3h, "<= 3h", ">= 1h" or "1h..2h")"));
    all.emplace_back(
        "countBounds",
        described(scalar({{"type", JsonArray{"integer", "string"}}, {"minimum", 0}, {"pattern", bounds("[0-9]+")}}),
                  R"(3, "<= 3", ">= 1" or "1..2")"));
    all.emplace_back("vaultName", namePattern("^[A-Za-z0-9-]{3,24}$"));
    all.emplace_back("keyName", namePattern("^[A-Za-z0-9-]{1,127}$"));
    all.emplace_back("freeName", namePattern(R"(^[^/:\u0000-\u001f\u007f]+$)"));
    return all;
}

JsonValue described(const JsonValue& schema, std::string_view description) {
    return schema.with("description", description);
}

JsonValue document(std::string_view title, const JsonValue& body, JsonObject definitions) {
    JsonObject all{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
    all.insert(all.end(), body.fields().begin(), body.fields().end());
    all.emplace_back("$defs", std::move(definitions));
    return all;
}

JsonValue texts(const std::vector<std::string>& values) { return JsonArray{values.begin(), values.end()}; }

JsonValue whenField(std::string_view field, std::string_view value, JsonValue then) {
    const std::string name{field};
    return JsonObject{{"if", JsonObject{{"properties", JsonObject{{name, JsonObject{{"const", value}}}}},
                                        {"required", JsonArray{name}}}},
                      {"then", std::move(then)}};
}

} // namespace cmksim::schema
