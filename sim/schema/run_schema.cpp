#include "schema/run_schema.hpp"

#include "model/reason.hpp"
#include "scenario/actions.hpp"
#include "schema/parts.hpp"
#include "trace/record.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace cmksim {

namespace {

/// Schemas of what is printed: every field known, and all there but those named optional.
class PrintedSchemas {
public:
    explicit PrintedSchemas(const KnownWords& words) : words_{words} {}

    [[nodiscard]] JsonValue event() const {
        const JsonValue reason = oneOf(reasonNames);
        return JsonObject{
            {"oneOf",
             JsonArray{
                 kind("fact", {{"fact", oneOf(factNames)}, {"target", text}}),
                 kind("action",
                      {{"action", oneOf(actions())}, {"target", text}, {"result", oneOf(std::array{"ok", "refused"})}},
                      {{"error", text}, {"message", text}}),
                 kind("transition", {{"resource", text}, {"from", state()}, {"to", state()}, {"reason", reason}},
                      {{"error", text}, {"message", text}}),
                 kind("condition", {{"resource", text}, {"condition", text}, {"value", flag}}),
                 kind("key-rotated", {{"resource", text}, {"from", text}, {"to", text}}),
                 kind("data-lost", {{"resource", text}}),
                 kind("operation",
                      {{"operation", oneOf(words_.operations)},
                       {"resource", text},
                       {"result", oneOf(std::array{"ok", "denied"})}},
                      {{"status", JsonObject{{"type", "integer"}, {"minimum", 100}, {"maximum", 599}}},
                       {"error", text},
                       {"message", text}}),
                 expectation("resource"),
                 expectation("target"),
             }}};
    }

    [[nodiscard]] JsonValue resource() const {
        std::vector<std::string> states = words_.states;
        states.insert(states.end(), {"Deleted", "Absent"});
        return record({{"name", text},
                       {"service", oneOf(words_.serviceNames)},
                       {"state", oneOf(states)},
                       {"reason", oneOf(reasonNames)},
                       {"downtime", count},
                       {"outages", count},
                       {"recoverable", flag}},
                      {});
    }

    [[nodiscard]] static JsonValue record(JsonObject required, JsonObject optional) {
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

    const JsonValue text = JsonObject{{"type", "string"}};
    const JsonValue flag = JsonObject{{"type", "boolean"}};
    const JsonValue count = JsonObject{{"type", "integer"}, {"minimum", 0}};
    const JsonValue timestamp =
        JsonObject{{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}};

private:
    template <class Words>
    [[nodiscard]] static JsonValue oneOf(const Words& words) {
        return JsonObject{{"enum", texts({words.begin(), words.end()})}};
    }

    [[nodiscard]] static std::vector<std::string> actions() {
        std::vector<std::string> names;
        for (const ActionRule& rule : actionRules()) {
            names.emplace_back(rule.name);
        }
        return names;
    }

    [[nodiscard]] JsonValue state() const { return oneOf(words_.states); }

    [[nodiscard]] JsonValue kind(std::string_view name, JsonObject fields, JsonObject optional = {}) const {
        fields.insert(fields.begin(), {{"t", count}, {"kind", JsonObject{{"const", name}}}});
        return record(std::move(fields), std::move(optional));
    }

    /// One of a resource, or of what an action acts on.
    [[nodiscard]] JsonValue expectation(std::string_view subject) const {
        const JsonValue line = JsonObject{{"type", "integer"}, {"minimum", 1}};
        return kind(
            "expectation",
            {{std::string{subject}, text}, {"passed", flag}, {"expected", text}, {"actual", text}, {"line", line}});
    }

    const KnownWords& words_;
};

} // namespace

JsonValue runSchema(const KnownWords& words) {
    const PrintedSchemas printed{words};
    const JsonValue body =
        PrintedSchemas::record({{"cmksim", JsonObject{{"const", 1}}},
                                {"scenario", printed.text},
                                {"file", printed.text},
                                {"start", printed.timestamp},
                                {"end", printed.timestamp},
                                {"passed", printed.flag},
                                {"events", JsonObject{{"type", "array"}, {"items", SchemaParts::ref("event")}}},
                                {"resources", JsonObject{{"type", "array"}, {"items", SchemaParts::ref("resource")}}}},
                               {});
    return document("A line of what cmksim run --format json prints", body,
                    {{"event", printed.event()}, {"resource", printed.resource()}});
}

} // namespace cmksim
