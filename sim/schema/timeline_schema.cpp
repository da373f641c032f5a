#include "schema/timeline_schema.hpp"

#include "action/action.hpp"
#include "engine/program.hpp"
#include "model/model.hpp"
#include "model/reason.hpp"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <utility>

namespace cmksim::schema {

namespace {

// --- actions ---------------------------------------------------------------------------------------------------------

std::string_view targetDefinition(TargetKind kind) {
    switch (kind) {
    case TargetKind::Vault: return "vaultName";
    case TargetKind::Scope: return "scopeTarget";
    case TargetKind::Key: return "keyTarget";
    case TargetKind::KeyOrVersion: return "versionTarget";
    case TargetKind::Identity:
    case TargetKind::Resource: return "freeName";
    case TargetKind::Feature: return "featureTarget";
    }
    return {};
}

/// Keys by slot, or what comes onto the list of keys and goes off it.
JsonValue keyChanges(const SchemaParts& parts) {
    const JsonValue use = SchemaParts::orNull(parts.record({{"key", ref("text")}, {"identity", ref("text")}}, {}));
    const JsonValue added = parts.record({{"add", ref("text")}, {"identity", ref("text")}}, {"add"});
    const JsonValue gone = parts.record({{"remove", ref("text")}, {"identity", ref("text")}}, {"remove"});
    return JsonObject{{"anyOf", JsonArray{parts.named(ref("text"), use),
                                          SchemaParts::list(JsonObject{{"anyOf", JsonArray{added, gone}}})}}};
}

JsonValue argument(const ArgumentRule& rule, const SchemaParts& parts) {
    switch (rule.type) {
    case ArgumentType::Identity:
    case ArgumentType::Backup: return ref("text");
    case ArgumentType::Permissions: return ref("permissions");
    case ArgumentType::Role: return ref("role");
    case ArgumentType::Flag: return ref("boolean");
    case ArgumentType::Word: return parts.oneOf(rule.words);
    case ArgumentType::Moment: return SchemaParts::orNull(ref("instant"));
    case ArgumentType::Address: return ref("addressBlock");
    case ArgumentType::Addresses: return SchemaParts::list(ref("addressBlock"));
    case ArgumentType::Networks: return SchemaParts::list(ref("text"));
    case ArgumentType::Days: return ref("retention");
    case ArgumentType::KeyType: return ref("keyType");
    case ArgumentType::Bits: return parts.integer(1, mostKeyBits);
    case ArgumentType::Key: return SchemaParts::orNull(ref("text"));
    case ArgumentType::Keys: return keyChanges(parts);
    case ArgumentType::Properties: break; // several fields
    case ArgumentType::Vault: return ref("vault");
    case ArgumentType::Resource: return ref("resource");
    }
    return true;
}

/// What `with` holds, and whether it has to be there.
std::pair<JsonValue, bool> argumentsOf(const ActionRule& rule, const SchemaParts& parts, const KnownWords& words) {
    JsonObject fields;
    std::vector<std::string> required;
    for (const ArgumentRule& each : rule.arguments) {
        if (each.type == ArgumentType::Properties) {
            for (const KnownProperty& property : words.changeable) {
                fields.emplace_back(property.name, parts.oneOf(property.values));
            }
            continue;
        }
        if (each.name.empty()) {
            return {argument(each, parts), each.required};
        }
        // Fields of a mapping stand together, and it is described as a whole.
        const std::string_view name = each.name.substr(0, each.name.find('.'));
        if (fields.empty() || fields.back().first != name) {
            fields.emplace_back(name, name == each.name ? argument(each, parts) : ref(name));
        }
        if (each.required) {
            required.emplace_back(each.name);
        }
    }
    const bool needsAny = rule.traits.needsArgument;
    const bool needed = needsAny || !required.empty();
    const JsonValue record = parts.record(std::move(fields), required);
    return {needsAny ? record.with("type", "object").with("minProperties", 1) : record, needed};
}

JsonArray actionSchemas(const SchemaParts& parts, const KnownWords& words) {
    JsonArray all;
    for (const ActionRule& rule : actionRules()) {
        auto [with, needed] = argumentsOf(rule, parts, words);
        JsonObject then{{"properties",
                         JsonObject{{"target", ref(targetDefinition(rule.traits.target))}, {"with", std::move(with)}}}};
        if (needed) {
            then.emplace_back("required", JsonArray{"with"});
        }
        all.push_back(whenField("do", rule.traits.name, std::move(then)));
    }
    return all;
}

// --- entries ---------------------------------------------------------------------------------------------------------

JsonValue entrySchema(const SchemaParts& parts, const KnownWords& words) {
    std::vector<std::string_view> actions;
    for (const ActionRule& rule : actionRules()) {
        actions.push_back(rule.traits.name);
    }
    const auto has = [](std::string_view field) { return JsonValue{JsonObject{{"required", JsonArray{field}}}}; };
    const auto alone = [&](std::string_view field, std::initializer_list<std::string_view> others) {
        JsonObject forbidden;
        for (const std::string_view other : others) {
            forbidden.emplace_back(other, false);
        }
        return has(field).with("properties", std::move(forbidden));
    };
    const JsonValue whenDo =
        JsonObject{{"required", JsonArray{"target"}},
                   {"properties", JsonObject{{"try", false}, {"az", false}, {"expect", ref("actionResult")}}},
                   {"allOf", actionSchemas(parts, words)}};
    const JsonValue whenTry =
        JsonObject{{"required", JsonArray{"target"}},
                   {"properties", JsonObject{{"with", false}, {"az", false}, {"expect", ref("operationResult")}}}};
    const JsonValue commandResult = JsonObject{{"anyOf", JsonArray{ref("actionResult"), ref("operationResult")}}};
    const JsonValue whenCommand =
        JsonObject{{"properties", JsonObject{{"target", false}, {"with", false}, {"expect", commandResult}}}};
    const JsonValue whenNeither =
        JsonObject{{"required", JsonArray{"expect"}},
                   {"properties", JsonObject{{"target", false}, {"with", false}, {"expect", ref("expectations")}}}};
    return parts
        .record(
            {{"at", described(ref("moment"), "when: since the start, an instant of the calendar, or any of a range")},
             {"after", described(ref("delay"), "when: since the entry above, or since 'when' came true")},
             {"when", described(ref("expectations"), "when: once resources have come to stand so")},
             {"once", described(ref("boolean"), "only the first time, which is the default")},
             {"do", described(parts.oneOf(actions), "an action")},
             {"az", described(ref("text"), "an action or a look, as a command of the Azure CLI")},
             {"try", described(parts.oneOf(words.operations), "an operation that changes nothing")},
             {"target", described(ref("text"), "what the action or operation acts on")},
             {"with", described(JsonObject{{"type", JsonArray{"object", "null"}}}, "arguments of the action")},
             {"expect", described(JsonObject{}, "what must hold: of resources, or of the action or operation here")}})
        .with("type", "object")
        .with("oneOf", JsonArray{alone("at", {"after", "when", "once"}), alone("after", {"at", "when", "once"}),
                                 alone("when", {"at"})})
        .with("if", has("do"))
        .with("then", whenDo)
        .with("else",
              JsonObject{{"if", has("try")},
                         {"then", whenTry},
                         {"else", JsonObject{{"if", has("az")}, {"then", whenCommand}, {"else", whenNeither}}}});
}

// --- expectations ----------------------------------------------------------------------------------------------------

JsonValue expectationSchema(const SchemaParts& parts) {
    const JsonValue states =
        JsonObject{{"anyOf", JsonArray{ref("expectedState"), SchemaParts::nonEmptyList(ref("expectedState"))}}};
    const JsonValue fields = parts
                                 .record({{"state", states},
                                          {"reason", parts.oneOf(reasonNames)},
                                          {"error", ref("text")},
                                          {"downtime", ref("durationBounds")},
                                          {"outages", ref("countBounds")},
                                          {"recoverable", ref("boolean")},
                                          {"timing", parts.oneOf(openTimingsNames)}})
                                 .with("type", "object")
                                 .with("minProperties", 1);
    return JsonObject{{"if", JsonObject{{"type", "object"}}}, {"then", fields}, {"else", states}};
}

JsonValue resultSchema(JsonArray scalars, JsonObject fields, const SchemaParts& parts) {
    scalars.push_back(parts.record(std::move(fields)).with("type", "object").with("minProperties", 1));
    return JsonObject{{"anyOf", std::move(scalars)}};
}

} // namespace

void addTimelineDefinitions(const SchemaParts& parts, const KnownWords& words, JsonObject& definitions) {
    constexpr std::string_view vault = "[A-Za-z0-9-]{3,24}";
    constexpr std::string_view key = "[A-Za-z0-9-]{1,127}";
    const auto add = [&](std::string_view name, JsonValue schema) {
        definitions.emplace_back(name, std::move(schema));
    };
    add("scopeTarget",
        described(parts.namePattern(fmt::format("^(?:/|{}(?:/{})?)$", vault, key)), "/, VAULT or VAULT/KEY"));
    add("featureTarget", described(parts.pattern("^[^/:]+/[^/:]+$"), "PROVIDER/FEATURE"));
    add("keyTarget", described(parts.pattern(fmt::format("^{}/{}$", vault, key)), "VAULT/KEY"));
    add("versionTarget", described(parts.pattern(fmt::format("^{}/{}(?:/[A-Za-z0-9]{{1,32}})?$", vault, key)),
                                   "VAULT/KEY or VAULT/KEY/VERSION"));
    std::vector<std::string> states = words.states;
    states.insert(states.end(), {"Deleted", "Absent"});
    add("expectedState", parts.oneOf(states));
    add("expectation", expectationSchema(parts));
    add("expectations", parts.named(ref("text"), ref("expectation")).with("type", "object").with("minProperties", 1));
    const JsonValue status = parts.integer(leastStatus, mostStatus);
    const JsonValue outcome = parts.oneOf(std::array{"ok", "refused", "denied"});
    add("actionResult", resultSchema({outcome, status}, {{"status", status}, {"error", ref("text")}}, parts));
    add("operationResult", resultSchema({outcome, status}, {{"status", status}, {"error", ref("text")}}, parts));
    add("entry", entrySchema(parts, words));
}

} // namespace cmksim::schema
