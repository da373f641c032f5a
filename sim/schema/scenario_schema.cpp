#include "schema/scenario_schema.hpp"

#include "action/action.hpp"
#include "schema/estate_schema.hpp"
#include "schema/parts.hpp"
#include "schema/timeline_schema.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::schema {

namespace {

JsonValue models(const SchemaParts& parts, const KnownWords& words) {
    JsonObject versions;
    for (const KnownService& service : words.services) {
        versions.emplace_back(service.name, parts.oneOf(service.versions));
    }
    return described(parts.record(std::move(versions)),
                     "versions of the models; the newest of each where none is named");
}

JsonValue waiver(const SchemaParts& parts, JsonObject fields) {
    return JsonObject{{"if", JsonObject{{"type", "object"}}},
                      {"then", parts.record(std::move(fields), {"reason"})},
                      {"else", ref("text")}};
}

JsonValue matrix() {
    const JsonValue value = JsonObject{{"type", JsonArray{"string", "number", "boolean", "null"}}};
    return JsonObject{{"type", "object"},
                      {"minProperties", 1},
                      {"propertyNames", JsonObject{{"pattern", "^[A-Za-z_][A-Za-z0-9_]*$"}}},
                      {"additionalProperties", SchemaParts::nonEmptyList(value).with("uniqueItems", true)}};
}

JsonObject suiteFields(const SchemaParts& parts) {
    const JsonValue tag = parts.namePattern("^[A-Za-z0-9._-]+$");
    const JsonValue date = parts.pattern("^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$");
    return {
        {"tags", described(SchemaParts::list(tag).with("uniqueItems", true), "what a suite picks it by")},
        {"skip", described(waiver(parts, {{"reason", ref("text")}}), "why a suite does not play it")},
        {"todo", described(waiver(parts, {{"reason", ref("text")}, {"until", date}}),
                           "why it is known to fail, and until when it may")},
        {"snapshot", described(JsonObject{{"type", JsonArray{"boolean", "string"}}},
                               "true asks for what a run comes to, which 'test --update' then records here")},
        {"matrix", described(matrix(), "parameters, used as ${name}: a case for each combination of their values")}};
}

JsonValue drill(const SchemaParts& parts) {
    std::vector<std::string_view> actions;
    for (const ActionRule& rule : actionRules()) {
        actions.push_back(rule.traits.name);
    }
    const JsonValue must =
        parts.record({{"within", described(ref("duration"), "after the first symptom; else at the end")},
                      {"expect", ref("expectations")}},
                     {"expect"});
    const JsonValue action = parts.record({{"do", parts.oneOf(actions)}, {"target", ref("text")}}, {"do"});
    const JsonValue settings =
        parts.record({{"vault", ref("text")}, {"with", parts.record(vaultSettings())}}, {"vault", "with"});
    const JsonValue forbidden =
        JsonObject{{"anyOf", JsonArray{parts.oneOf(std::array{"data-loss", "broad-grants"}), action, settings}}};
    return parts.record({{"briefing", described(ref("text"), "what its players are told")},
                         {"goals", described(SchemaParts::list(ref("text")), "what they learn")},
                         {"must", described(SchemaParts::list(must), "what is to hold, or the drill is failed")},
                         {"forbid", described(SchemaParts::list(forbidden), "what fails the drill when it is done")},
                         {"hintPoints", described(parts.integer(0, 50), "what a hint costs; default 5")}},
                        {"briefing"});
}

JsonObject headFields(const SchemaParts& parts, const KnownWords& words) {
    return {{"cmksim", described(parts.constant(1), "the version of the language")},
            {"name", described(ref("text"), "what the scenario is about, in a line")},
            {"description", JsonObject{{"type", JsonArray{"string", "number", "boolean"}}}},
            {"source", described(SchemaParts::oneOrMore(ref("text")), "the documents that say so")},
            {"start", described(ref("timestamp"), "when the clock starts; default 2026-01-01T00:00:00Z")},
            {"until", described(ref("instant"), "when it ends; default two hours after the last entry")},
            {"models", models(parts, words)},
            {"objectives", described(parts.named(ref("freeName"), ref("objective")),
                                     "what is asked of resources and journeys, by name; beside those of the estate")},
            {"drill", described(drill(parts), "the scenario as an exercise")}};
}

} // namespace

JsonValue scenarioSchema(const KnownWords& words) {
    const SchemaParts parts{Parameters::Anywhere};
    JsonObject definitions = estateDefinitions(parts, words);
    addTimelineDefinitions(parts, words, definitions);

    JsonObject fields = headFields(parts, words);
    for (auto& field : suiteFields(parts)) {
        fields.push_back(std::move(field));
    }
    const JsonValue estate = JsonObject{{"if", JsonObject{{"type", JsonArray{"object", "null"}}}},
                                        {"then", parts.record(estateFields(parts))},
                                        {"else", ref("text")}};
    fields.emplace_back("estate",
                        described(estate, "what exists when the clock starts, or the path of a file with it"));
    fields.emplace_back("timeline",
                        described(SchemaParts::list(ref("entry")), "what happens, and what must then hold"));
    const JsonValue body = parts.record(std::move(fields), {"cmksim", "name", "estate"})
                               .with("not", JsonObject{{"required", JsonArray{"skip", "todo"}}});
    return document("A scenario of cmksim", body, std::move(definitions));
}

} // namespace cmksim::schema
