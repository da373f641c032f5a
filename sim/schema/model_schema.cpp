#include "schema/model_schema.hpp"

#include "action/action.hpp"
#include "model/azure.hpp"
#include "model/model.hpp"
#include "model/platform.hpp"
#include "model/reason.hpp"
#include "schema/parts.hpp"

#include <array>
#include <span>
#include <type_traits>
#include <utility>

namespace cmksim::schema {

namespace {

/// Schemas of facts: mappings that say where they come from.
class FactSchemas {
public:
    /// A record with `source`, `assumed` or both.
    [[nodiscard]] JsonValue fact(JsonObject fields, const std::vector<std::string>& required = {}) const {
        fields.emplace_back("source", ref("source"));
        fields.emplace_back("assumed", ref("text"));
        return parts.record(std::move(fields), required)
            .with("type", "object")
            .with("anyOf", JsonArray{JsonObject{{"required", JsonArray{"source"}}},
                                     JsonObject{{"required", JsonArray{"assumed"}}}});
    }

    /// A mapping of names to such.
    [[nodiscard]] JsonValue facts(JsonValue value) const { return parts.named(ref("text"), std::move(value)); }

    [[nodiscard]] JsonValue status() const { return parts.integer(leastStatus, mostStatus); }

    [[nodiscard]] JsonObject definitions() const {
        JsonObject all = parts.definitions();
        const JsonValue citation = parts.pattern("^(?:https://.+|[^#]+#.+)$");
        all.emplace_back("source", described(SchemaParts::oneOrMore(citation), "DOCUMENT#SECTION or https://…"));
        const JsonValue published = parts.record(
            {{"id", ref("text")}, {"title", ref("text")}, {"page", parts.pattern("^https://.+")}}, {"id", "title"});
        all.emplace_back("document", JsonObject{{"anyOf", JsonArray{ref("text"), published}}});
        all.emplace_back("boolean", parts.boolean());
        all.emplace_back("range", described(parts.pattern("^[^.]+[.][.][^.]+$"), "such as 45d..90d"));
        all.emplace_back("timing", fact({{"nominal", ref("duration")},
                                         {"range", ref("range")},
                                         {"meaning", ref("text")},
                                         {"not-documented", ref("boolean")}},
                                        {"nominal", "range", "meaning"}));
        all.emplace_back("notes", SchemaParts::list(fact({{"text", ref("text")}}, {"text"})));
        return all;
    }

    /// What documents disagree about, and each way to read it.
    [[nodiscard]] JsonValue readings() const {
        const JsonValue value = fact({{"meaning", ref("text")}}, {"meaning"});
        const JsonValue values =
            described(facts(value).with("type", "object").with("minProperties", 2), "the nominal one first");
        return facts(parts.record({{"meaning", ref("text")}, {"values", values}}, {"meaning", "values"}));
    }

    const SchemaParts parts{Parameters::None};
};

bool isObject(const JsonValue& value) {
    return value.visit([](const auto& of) { return std::is_same_v<std::decay_t<decltype(of)>, JsonObject>; });
}

JsonValue orByReading(JsonValue schema) {
    return JsonObject{{"anyOf", JsonArray{std::move(schema), ref("byReading")}}};
}

/// The schema of a file in which anything may be given by reading.
JsonValue byReading(const JsonValue& schema) {
    JsonObject fields;
    for (const auto& [name, value] : schema.fields()) {
        if (name == "properties") {
            JsonObject properties;
            for (const auto& [property, of] : value.fields()) {
                properties.emplace_back(property, orByReading(byReading(of)));
            }
            fields.emplace_back(name, std::move(properties));
        } else if (name == "items" || (name == "additionalProperties" && isObject(value))) {
            fields.emplace_back(name, orByReading(byReading(value)));
        } else if (name == "anyOf" || name == "oneOf") {
            JsonArray all;
            for (const JsonValue& one : value.items()) {
                all.push_back(byReading(one));
            }
            fields.emplace_back(name, std::move(all));
        } else {
            fields.emplace_back(name, value);
        }
    }
    return fields;
}

JsonObject byReading(const JsonObject& definitions) {
    JsonObject all;
    for (const auto& [name, schema] : definitions) {
        all.emplace_back(name, byReading(schema));
    }
    all.emplace_back("byReading", described(JsonObject{{"type", "object"},
                                                       {"properties", JsonObject{{"by-reading", ref("text")}}},
                                                       {"required", JsonArray{"by-reading"}}},
                                            "what stands here under each value of one of the readings of this file"));
    return all;
}

/// The body with the readings themselves, of which none is given by reading.
JsonValue withReadings(const JsonValue& body, const FactSchemas& facts) {
    JsonObject fields;
    for (const auto& [name, value] : body.fields()) {
        const bool properties = name == "properties";
        fields.emplace_back(name, properties ? value.with("readings", facts.readings()) : value);
    }
    return fields;
}

// --- a model ---------------------------------------------------------------------------------------------------------

/// A time that a rule counts for each resource.
JsonValue ownClock() { return ref("ownClock"); }

JsonValue reasonRow(const FactSchemas& facts) {
    const JsonValue row =
        facts.fact({{"reason", SchemaParts::oneOrMore(facts.parts.oneOf(std::span{reasonNames}.subspan(1)))},
                    {"state", ref("text")},
                    {"condition", ref("text")},
                    {"status", facts.status()},
                    {"error", ref("text")},
                    {"message", ref("text")},
                    {"fix", ref("text")},
                    {"tolerated", described(ownClock(), "or 'forever'")}},
                   {"reason", "fix"});
    const JsonArray unchecked{std::string{nameOf(Reason::RequirementNotMet)},
                              std::string{nameOf(Reason::RevalidationRequired)},
                              std::string{nameOf(Reason::BaseUnavailable)}};
    const JsonValue leadsNowhere = JsonObject{{"properties", JsonObject{{"reason", JsonObject{{"enum", unchecked}}}}},
                                              {"not", JsonObject{{"required", JsonArray{"state"}}}}};
    return row.with("oneOf", JsonArray{JsonObject{{"required", JsonArray{"state"}}},
                                       JsonObject{{"required", JsonArray{"condition"}}}, leadsNowhere});
}

JsonValue refusalConditions(const SchemaParts& parts) {
    const auto words = [&](const auto& names) { return SchemaParts::oneOrMore(parts.oneOf(names)); };
    const JsonValue states = SchemaParts::oneOrMore(ref("text"));
    const JsonValue property = JsonObject{{"type", "object"},
                                          {"minProperties", 1},
                                          {"maxProperties", 1},
                                          {"additionalProperties", SchemaParts::oneOrMore(ref("text"))}};
    return parts.record({{"names-key", ref("boolean")},
                         {"names-identity", ref("boolean")},
                         {"has-key", ref("boolean")},
                         {"present-key", ref("boolean")},
                         {"combined", ref("boolean")},
                         {"same-vault", ref("boolean")},
                         {"identity-in-use", ref("boolean")},
                         {"present-identity", ref("boolean")},
                         {"identity-attached", ref("boolean")},
                         {"identity-kind", words(identityKindNames)},
                         {"state", states},
                         {"state-not", states},
                         {"reason", words(reasonNames)},
                         {"reason-not", words(reasonNames)},
                         {"credential", words(credentialNames)},
                         {"property", property},
                         {"vault-soft-delete", ref("boolean")},
                         {"vault-purge-protection", ref("boolean")},
                         {"vault-model", parts.oneOf(std::array{"rbac", "policies"})},
                         {"vault-retention-below", ref("duration")},
                         {"same-region", ref("boolean")},
                         {"same-tenant", ref("boolean")},
                         {"key-type", SchemaParts::oneOrMore(ref("text"))},
                         {"key-size", SchemaParts::oneOrMore(parts.integer(1, mostKeyBits))},
                         {"key-expires", ref("boolean")},
                         {"check", parts.oneOf(std::array{"fails"})}});
}

JsonValue byReason(const FactSchemas& facts, const JsonValue& what) {
    JsonObject reasons;
    for (std::size_t i = 1; i < checkedReasonCount; ++i) {
        reasons.emplace_back(reasonNames[i], what);
    }
    return facts.parts.record(std::move(reasons));
}

JsonValue refusals(const FactSchemas& facts) {
    JsonObject actions;
    for (const std::string_view action : refusableActionNames) {
        actions.emplace_back(action, SchemaParts::list(ref("refusal")).with("type", "array"));
    }
    return facts.parts.record(std::move(actions));
}

JsonObject modelDefinitions(const FactSchemas& facts) {
    JsonObject all = facts.definitions();
    const auto add = [&](std::string_view name, JsonValue schema) { all.emplace_back(name, std::move(schema)); };
    add("ownClock",
        JsonObject{{"anyOf", JsonArray{ref("duration"), facts.parts.record({{"nominal", ref("duration")},
                                                                            {"range", ref("range")},
                                                                            {"meaning", ref("text")},
                                                                            {"not-documented", ref("boolean")},
                                                                            {"source", ref("source")},
                                                                            {"assumed", ref("text")}},
                                                                           {"nominal", "range"})}}});
    add("then", facts.fact({{"after", ownClock()}, {"to", ref("text")}}, {"after", "to"}));
    add("heals", facts.fact({{"takes", ownClock()}}, {"takes"}));
    add("loss",
        facts.fact({{"what", ref("text")}, {"after", ownClock()}, {"for-good", ref("boolean")}}, {"what", "after"}));
    add("state", facts.fact({{"meaning", ref("text")},
                             {"terminal", ref("boolean")},
                             {"down", ref("boolean")},
                             {"then", ref("then")},
                             {"heals", ref("heals")},
                             {"returns", facts.parts.oneOf(std::array{"by-itself", "by-action"})},
                             {"loses", SchemaParts::list(ref("loss")).with("type", "array")}},
                            {"meaning"}));
    add("condition",
        facts.fact(
            {{"meaning", ref("text")}, {"blocks-rotation", ref("boolean")}, {"beyond", facts.parts.oneOf(beyondNames)}},
            {"meaning"}));
    add("reasons", SchemaParts::list(reasonRow(facts)).with("type", "array"));
    add("warning", facts.fact({{"message", ref("text")}}, {"message"}));
    add("operation", facts.fact({{"allowed-in", described(SchemaParts::oneOrMore(ref("text")), "states, or 'any'")},
                                 {"needs-ready", ref("boolean")},
                                 {"blocked-by", SchemaParts::oneOrMore(ref("text"))},
                                 {"status", facts.status()},
                                 {"error", ref("text")},
                                 {"message", ref("text")},
                                 {"own-answer", ref("boolean")}}));
    add("property", facts.fact({{"values", SchemaParts::list(ref("text")).with("type", "array")},
                                {"default", ref("text")},
                                {"can-change", ref("boolean")},
                                {"feature", ref("text")}},
                               {"values", "default"}));
    add("refusal", facts.fact({{"error", ref("text")},
                               {"when", refusalConditions(facts.parts)},
                               {"status", facts.status()},
                               {"statuses", byReason(facts, facts.status())},
                               {"message", ref("text")},
                               {"messages", byReason(facts, ref("text"))},
                               {"attaches-identity", ref("boolean")},
                               {"leaves", ref("text")},
                               {"fix", ref("text")}},
                              {"error", "message", "fix"}));
    return all;
}

JsonObject modelSections(const FactSchemas& facts, const KnownWords& words) {
    const JsonValue permission = JsonObject{{"anyOf", JsonArray{facts.parts.oneOf(words.permissions), ref("text")}}};
    const auto kinds = [&](JsonObject more) {
        more.emplace_back("kinds", SchemaParts::oneOrMore(facts.parts.oneOf(identityKindNames)));
        return facts.fact(std::move(more), {"kinds"});
    };
    const JsonValue durationOrTiming = JsonObject{{"anyOf", JsonArray{ref("duration"), ref("timing")}}};
    return {
        {"revalidation", facts.fact({{"period", ref("duration")},
                                     {"recovery-period", ref("duration")},
                                     {"meaning", ref("text")},
                                     {"not-documented", ref("boolean")}},
                                    {"period", "meaning"})},
        {"identities", kinds({{"default", ref("text")}})},
        {"trusted", kinds({{"standing", facts.parts.oneOf(trustedStandingNames)}})},
        {"permissions", facts.fact({{"required", SchemaParts::oneOrMore(permission)},
                                    {"rbac-required", SchemaParts::oneOrMore(permission)}},
                                   {"required"})},
        {"rotation",
         facts.fact({{"automatic",
                      JsonObject{{"anyOf", JsonArray{ref("boolean"),
                                                     facts.parts.oneOf(std::array<std::string_view, 1>{"setting"})}}}},
                     {"default", ref("boolean")},
                     {"period", ref("duration")}},
                    {"automatic"})},
        {"existing-resources", facts.fact({{"can-be-encrypted", ref("boolean")},
                                           {"can-be-decrypted", ref("boolean")},
                                           {"in", SchemaParts::oneOrMore(ref("text"))},
                                           {"unless", SchemaParts::oneOrMore(ref("text"))}},
                                          {"can-be-encrypted"})},
        {"renewal", facts.fact({{"state", ref("text")}, {"lapse", ref("timing")}}, {"state", "lapse"})},
        {"recovery-action", facts.fact({{"error", ref("text")},
                                        {"takes", ownClock()},
                                        {"needs", SchemaParts::oneOrMore(ref("text"))},
                                        {"az", ref("text")},
                                        {"fix", ref("text")}})},
        {"stands-on", facts.fact({{"services", SchemaParts::oneOrMore(ref("text"))},
                                  {"needs", facts.parts.oneOf(std::array{"all", "any"})},
                                  {"state", ref("text")},
                                  {"within", durationOrTiming},
                                  {"back-within", durationOrTiming}},
                                 {"services", "state"})},
        {"keys", facts.parts.record({{"slots", SchemaParts::oneOrMore(ref("text"))},
                                     {"optional", SchemaParts::oneOrMore(ref("text"))},
                                     {"makes-identity", SchemaParts::oneOrMore(ref("text"))},
                                     {"most", facts.parts.integer(1, 16)},
                                     {"needs", facts.parts.oneOf(std::array{"all", "any"})},
                                     {"source", ref("source")},
                                     {"assumed", ref("text")}},
                                    {})},
        {"retains", facts.parts.record({{"versions", ownClock()}, {"source", ref("source")}, {"assumed", ref("text")}},
                                       {"versions"})},
        {"warnings", facts.parts.record({{"versioned-key", ref("warning")}, {"no-purge-protection", ref("warning")}})},
    };
}

} // namespace

JsonValue modelSchema(const KnownWords& words) {
    const FactSchemas facts;
    JsonObject fields{
        {"cmksim-model", described(facts.parts.constant(1), "the version of the language")},
        {"service", described(ref("text"), "what a scenario writes at service:")},
        {"version", described(ref("text"), "what it writes in models:; the greatest by text is the newest")},
        {"title", described(ref("text"), "the service's name for people")},
        {"documents", described(SchemaParts::oneOrMore(ref("document")), "the documents that this file may cite")},
        {"states", described(facts.facts(ref("state")).with("type", "object").with("minProperties", 1),
                             "the first is the one in which data is available")},
        {"conditions", facts.facts(ref("condition")).with("type", "object")},
        {"reasons", described(ref("reasons"), "a row for every reason")},
        {"operations", facts.facts(ref("operation")).with("type", "object")},
        {"properties", facts.facts(ref("property")).with("type", "object")},
        {"same-key", described(facts.parts.oneOf(std::array{"identity"}),
                               "an update to the present key and an identity is one of the identity alone")},
        {"requires-vault", described(SchemaParts::oneOrMore(facts.parts.oneOf(vaultRequirementNames)),
                                     "what the vault of a key that is given must have")},
        {"vault-kinds", described(SchemaParts::oneOrMore(facts.parts.oneOf(words.vaultKinds)),
                                  "the kinds of vaults whose keys it takes; default vault")},
        {"private-link", described(ref("boolean"), "it reaches vaults by private endpoints in its network")},
        {"virtual-network-rules", described(ref("boolean"), "it reaches vaults by rules for its virtual network")},
        {"delete-needs-nothing-on-it",
         described(ref("boolean"), "a resource on which another one stands cannot be deleted")},
        {"refusals", refusals(facts)},
        {"notes", ref("notes")},
    };
    for (auto& section : modelSections(facts, words)) {
        fields.push_back(std::move(section));
    }
    const JsonValue body = facts.parts.record(
        std::move(fields), {"cmksim-model", "service", "version", "title", "states", "reasons", "revalidation",
                            "identities", "trusted", "permissions", "rotation", "existing-resources", "operations"});
    return document("A model of cmksim", withReadings(byReading(body), facts), byReading(modelDefinitions(facts)));
}

// --- the platform ----------------------------------------------------------------------------------------------------

JsonValue platformSchema() {
    const FactSchemas facts;
    const JsonValue strings = SchemaParts::list(ref("text")).with("type", "array").with("uniqueItems", true);
    const JsonValue role = facts.fact({{"uses-keys", ref("boolean")},
                                       {"permissions", SchemaParts::oneOrMore(ref("text"))},
                                       {"vault-kind", ref("text")}},
                                      {"uses-keys"});
    const JsonValue ofVault = facts.parts.record({{"status", facts.status()}, {"message", ref("text")}}, {"message"});
    const JsonValue refusal = facts.fact({{"status", facts.status()},
                                          {"message", ref("text")},
                                          {"of-vault", ofVault},
                                          {"in-vault", ofVault},
                                          {"fix", ref("text")}},
                                         {"message", "fix"});
    JsonObject timings;
    std::vector<std::string> timingNames;
    for (const std::string_view name : {"role-effect", "policy-effect", "token-life"}) {
        timings.emplace_back(name, ref("timing"));
        timingNames.emplace_back(name);
    }
    JsonObject refusals;
    for (const std::string_view name : commonRefusalNames) {
        refusals.emplace_back(name, ref("refusal"));
    }
    JsonObject definitions = facts.definitions();
    definitions.emplace_back("refusal", refusal);
    const JsonValue body = facts.parts.record(
        {{"cmksim-platform", described(facts.parts.constant(1), "the version of the language")},
         {"documents", SchemaParts::oneOrMore(ref("document"))},
         {"roles", facts.fact({{"known", facts.facts(role).with("type", "object")}}, {"known"})},
         {"features", facts.fact({{"known", strings.with("maxItems", 32)}}, {"known"})},
         {"key-types", facts.fact({{"known", strings.with("maxItems", 32)}}, {"known"})},
         {"key-permissions", facts.fact({{"known", strings.with("maxItems", 32)}}, {"known"})},
         {"vault-hosts", facts.fact({{"suffixes", strings}}, {"suffixes"})},
         {"vault-kinds",
          facts
              .facts(facts.fact({{"title", ref("text")}, {"suffixes", strings}, {"grant-fix", ref("text")}},
                                {"title", "suffixes", "grant-fix"}))
              .with("type", "object")},
         {"retention", facts.fact({{"days", facts.parts.pattern("^[0-9]+[.][.][0-9]+$")},
                                   {"default", facts.parts.integer(1, 1'000'000)}},
                                  {"days", "default"})},
         {"identity-recovery", facts.fact({{"within", ref("duration")}}, {"within"})},
         {"timings", facts.parts.record(std::move(timings), timingNames)},
         {"refusals", facts.parts.record(std::move(refusals), {commonRefusalNames.begin(), commonRefusalNames.end()})},
         {"notes", ref("notes")}},
        {"cmksim-platform", "roles", "key-permissions", "vault-hosts", "retention", "identity-recovery", "timings",
         "refusals"});
    return document("The platform of cmksim", withReadings(byReading(body), facts), byReading(definitions));
}

// --- how Azure's tools write it all ----------------------------------------------------------------------------------

namespace {

/// Options by what they take.
JsonValue ignoredSchema(const FactSchemas& facts) {
    const JsonValue names = SchemaParts::oneOrMore(ref("text"));
    return facts.parts.record({{"values", names}, {"lists", names}, {"switches", names}, {"flags", names}});
}

JsonValue commandSchema(const FactSchemas& facts, const JsonValue& texts, const JsonValue& names) {
    std::vector<std::string> actions;
    for (const ActionRule& rule : actionRules()) {
        actions.emplace_back(rule.traits.name);
    }
    actions.insert(actions.end(), {"*.create", "*.update", "*.delete"});
    const JsonValue ignored = ignoredSchema(facts);
    const JsonValue refused = facts.fact({{"option", ref("text")},
                                          {"is", names},
                                          {"is-not", names},
                                          {"without", ref("text")},
                                          {"beside", ref("text")},
                                          {"error", ref("text")},
                                          {"status", facts.status()},
                                          {"says", ref("text")},
                                          {"fix", ref("text")}},
                                         {"option", "error", "says", "fix"});
    return facts.fact({{"does", facts.parts.oneOf(actions)},
                       {"tries", ref("text")},
                       {"sees", ref("text")},
                       {"takes", texts},
                       {"ignores", ignored},
                       {"leaves-out", texts},
                       {"takes-words", ref("boolean")},
                       {"changes-others", ignored},
                       {"not-yet", ref("text")},
                       {"needs", names},
                       {"defaults", facts.parts.named(ref("text"), JsonObject{})},
                       {"always", texts},
                       {"within", ref("text")},
                       {"others", ref("text")},
                       {"refuses", SchemaParts::list(refused)},
                       {"prints", ref("shape")},
                       {"prints-like", ref("text")},
                       {"columns", texts},
                       {"lines", JsonObject{{"type", "array"}, {"items", ref("shape")}}}});
}

JsonValue answerSchema(const FactSchemas& facts, const JsonValue& names) {
    return facts.fact({{"also", names},
                       {"says", names},
                       {"status", facts.status()},
                       {"meaning", ref("text")},
                       {"reasons", SchemaParts::oneOrMore(facts.parts.oneOf(reasonNames))},
                       {"fix", ref("text")}},
                      {"meaning", "fix"});
}

} // namespace

JsonValue azureSchema() {
    const FactSchemas facts;
    const JsonValue texts = facts.parts.named(ref("text"), ref("text"));
    const JsonValue names = SchemaParts::oneOrMore(ref("text"));
    JsonObject things;
    JsonObject managed;
    std::vector<std::string_view> typeNames{azureThingNames.begin(), azureThingNames.end()};
    typeNames.push_back("key-of-parent");
    for (const std::string_view thing : azureThingNames) {
        things.emplace_back(thing, texts);
        managed.emplace_back(thing, ref("shape"));
    }
    const JsonValue ofKind = facts.parts.record(
        {{"is", facts.parts.oneOf(azureThingNames)}, {"vault-kind", ref("text")}}, {"is", "vault-kind"});
    const JsonValue ignored = ignoredSchema(facts);
    JsonObject definitions = facts.definitions();
    definitions.emplace_back("command", commandSchema(facts, texts, names));
    definitions.emplace_back("shape",
                             described(JsonObject{}, "fields, lists, values in braces, 'each', 'all' and 'if'"));
    const JsonValue body = facts.fact(
        {{"cmksim-azure", described(facts.parts.constant(1), "the version of the language")},
         {"documents", SchemaParts::oneOrMore(ref("document"))},
         {"service", ref("text")},
         {"types",
          facts.parts.named(ref("text"), JsonObject{{"anyOf", JsonArray{facts.parts.oneOf(typeNames), ofKind}}})},
         {"type", ref("text")},
         {"properties", facts.parts.record(std::move(things))},
         {"identity-as", facts.parts.oneOf(identityFormNames)},
         {"identity-default", ref("text")},
         {"follows-newest", names},
         {"uses-key-to", names},
         {"first-party", ref("text")},
         {"roles", texts},
         {"key-actions", texts},
         {"keys-apart", facts.facts(facts.fact({{"when", ref("text")}, {"meaning", ref("text")}}, {"meaning"}))},
         {"roles-by-default", facts.fact({{"since-api", ref("text")}}, {"since-api"})},
         {"everywhere", ignored.with("properties", JsonObject{{"takes", texts},
                                                              {"leaves-out", texts},
                                                              {"values", names},
                                                              {"lists", names},
                                                              {"switches", names},
                                                              {"flags", names}})},
         {"commands", facts.parts.named(ref("text"), ref("command"))},
         {"resource-manager", facts.parts.record(std::move(managed))},
         {"terraform",
          facts.parts.named(ref("text"), facts.parts.record({{"is", facts.parts.oneOf(terraformThingNames)},
                                                             {"vault-kind", ref("text")},
                                                             {"fields", texts},
                                                             {"destroying", facts.parts.oneOf(destroyingNames)},
                                                             {"source", ref("source")},
                                                             {"assumed", ref("text")}},
                                                            {"is", "fields"}))},
         {"far-reaching", facts.fact({{"types", names},
                                      {"altered", names},
                                      {"fields", names},
                                      {"reads", names},
                                      {"apart", names},
                                      {"sets", texts},
                                      {"ways", texts},
                                      {"hardware-keys", names}},
                                     {})},
         {"logs", texts},
         {"duties",
          facts.facts(facts.fact({{"role", ref("text")},
                                  {"permission", ref("text")},
                                  {"arguments", facts.facts(facts.fact({{"role", ref("text")}}, {"role"}))},
                                  {"vault-kinds", facts.facts(facts.fact({{"role", ref("text")}}, {"role"}))}},
                                 {"role"}))},
         {"texts", facts.facts(answerSchema(facts, names))}},
        {"cmksim-azure", "types", "commands"});
    return document("How Azure's tools write what cmksim simulates", body, std::move(definitions));
}

} // namespace cmksim::schema
