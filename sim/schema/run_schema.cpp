#include "schema/run_schema.hpp"

#include "action/action.hpp"
#include "model/reason.hpp"
#include "schema/parts.hpp"
#include "schema/printed.hpp"
#include "trace/record.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::schema {

namespace {

using namespace printed;

class RunSchemas {
public:
    explicit RunSchemas(const KnownWords& words) : words_{words} {}

    [[nodiscard]] JsonValue event() const {
        const JsonValue reason = oneOf(reasonNames);
        return JsonObject{
            {"oneOf",
             JsonArray{
                 kind("fact", {{"fact", oneOf(factNames)}, {"target", text()}}, {{"range", range()}}),
                 kind("action",
                      {{"action", oneOf(actions())}, {"target", text()}, {"result", oneOf({"ok", "refused"})}},
                      {{"error", text()}, {"message", text()}, {"az", text()}}),
                 kind("transition", {{"resource", text()}, {"from", state()}, {"to", state()}, {"reason", reason}},
                      {{"slot", text()}, {"error", text()}, {"message", text()}, {"range", range()}}),
                 kind("condition", {{"resource", text()}, {"condition", text()}, {"value", flag()}},
                      {{"range", range()}}),
                 kind("key-rotated", {{"resource", text()}, {"from", text()}, {"to", text()}},
                      {{"slot", text()}, {"range", range()}}),
                 kind("data-lost", {{"resource", text()}}, {{"range", range()}}),
                 kind("loss", {{"resource", text()}, {"what", text()}, {"forGood", flag()}}, {{"range", range()}}),
                 kind("operation",
                      {{"operation", oneOf(words_.operations)},
                       {"resource", text()},
                       {"result", oneOf({"ok", "denied"})}},
                      {{"status", JsonObject{{"type", "integer"}, {"minimum", 100}, {"maximum", 599}}},
                       {"error", text()},
                       {"message", text()},
                       {"output", JsonObject{}}}),
                 kind("sight",
                      {{"sight", oneOf({"show", "show deleted", "list"})}, {"result", oneOf({"ok", "denied"})}},
                      {{"target", text()},
                       {"status", JsonObject{{"type", "integer"}, {"minimum", 100}, {"maximum", 599}}},
                       {"error", text()},
                       {"message", text()},
                       {"versions", count()},
                       {"version", text()},
                       {"enabled", flag()},
                       {"output", JsonObject{}}}),
                 expectation("resource"),
                 expectation("target"),
             }}};
    }

    /// The earliest and the latest instant at which it can happen.
    static JsonValue range() {
        return JsonObject{{"type", "array"}, {"items", count()}, {"minItems", 2}, {"maxItems", 2}};
    }

    [[nodiscard]] JsonValue resource() const {
        std::vector<std::string> states = words_.states;
        states.insert(states.end(), {"Deleted", "Absent"});
        return record({{"name", text()},
                       {"service", oneOf(words_.serviceNames)},
                       {"state", oneOf(states)},
                       {"reason", oneOf(reasonNames)},
                       {"downtime", count()},
                       {"outages", count()},
                       {"recoverable", flag()}},
                      {{"dataLostBelow", flag()}, {"tags", tags()}});
    }

    [[nodiscard]] JsonValue fleet() const {
        const JsonValue seconds = count();
        const JsonValue downtime = record({{"min", seconds},
                                           {"median", seconds},
                                           {"p90", seconds},
                                           {"p99", seconds},
                                           {"max", seconds},
                                           {"mean", ratio()},
                                           {"total", seconds}});
        std::vector<std::string> states = words_.states;
        states.insert(states.end(), {"Deleted", "Absent"});
        return record({{"name", text()},
                       {"service", oneOf(words_.serviceNames)},
                       {"state", oneOf(states)},
                       {"reason", oneOf(reasonNames)},
                       {"downtime", downtime},
                       {"outages", record({{"min", count()}, {"max", count()}})},
                       {"recoverable", flag()},
                       {"members", count()},
                       {"states", JsonObject{{"type", "object"}, {"additionalProperties", count()}}}},
                      {{"tags", tags()}});
    }

    /// Of an event that happens to members of a fleet.
    [[nodiscard]] static JsonValue members() {
        const auto verb = [](const char* how) { return record({{"count", count()}, {how, count()}}); };
        return JsonObject{
            {"oneOf", JsonArray{record({{"count", count()}, {"first", text()}, {"last", text()}, {"until", count()}}),
                                verb("refused"), verb("denied"), verb("failed")}}};
    }

private:
    [[nodiscard]] static std::vector<std::string> actions() {
        std::vector<std::string> names;
        for (const ActionRule& rule : actionRules()) {
            names.emplace_back(rule.traits.name);
        }
        return names;
    }

    [[nodiscard]] JsonValue state() const { return oneOf(words_.states); }

    [[nodiscard]] JsonValue kind(std::string_view name, JsonObject fields, JsonObject optional = {}) const {
        fields.insert(fields.begin(), {{"t", count()}, {"kind", JsonObject{{"const", name}}}});
        optional.emplace_back("members", SchemaParts::ref("members"));
        optional.emplace_back("noticed", count());
        return record(std::move(fields), std::move(optional));
    }

    /// One of a resource, or of what an action acts on.
    [[nodiscard]] JsonValue expectation(std::string_view subject) const {
        return kind("expectation", {{std::string{subject}, text()},
                                    {"passed", flag()},
                                    {"expected", text()},
                                    {"actual", text()},
                                    {"line", line()}});
    }

    const KnownWords& words_;
};

} // namespace

JsonValue runSchema(const KnownWords& words) {
    const RunSchemas run{words};
    return document(
        "A line of what cmksim run --format json prints",
        record({{"cmksim", JsonObject{{"const", 1}}},
                {"scenario", text()},
                {"file", text()},
                {"start", timestamp()},
                {"end", timestamp()},
                {"passed", flag()},
                {"events", list(SchemaParts::ref("event"))},
                {"resources",
                 list(JsonObject{{"anyOf", JsonArray{SchemaParts::ref("resource"), SchemaParts::ref("fleet")}}})}},
               {{"otherTimings",
                 list(record({{"resource", text()}, {"outages", count()}, {"impaired", flag()}, {"dataLost", flag()}},
                             {{"from", list(count())},
                              {"denied", list(text())},
                              {"rotationBlocked", flag()},
                              {"impairedFrom", list(count())},
                              {"lostFrom", list(count())}}))},
                {"unmodelled", unmodelled()},
                {"evidence", evidence()}}),
        {{"event", run.event()},
         {"members", RunSchemas::members()},
         {"resource", run.resource()},
         {"fleet", run.fleet()}});
}

} // namespace cmksim::schema
