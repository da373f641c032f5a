#include "report/sarif.hpp"

namespace cmksim::report {

JsonValue sarifLocation(std::string_view file, Mark mark) {
    JsonObject physical{{"artifactLocation", JsonObject{{"uri", file}}}};
    if (mark.line > 0) {
        physical.emplace_back(
            "region", JsonObject{{"startLine", std::int64_t{mark.line}}, {"startColumn", std::int64_t{mark.column}}});
    }
    return JsonObject{{"physicalLocation", std::move(physical)}};
}

JsonValue sarifInvocation(std::span<const std::string> undone) {
    JsonArray notifications;
    for (const std::string& one : undone) {
        notifications.push_back(JsonObject{{"level", "error"}, {"message", JsonObject{{"text", one}}}});
    }
    JsonObject invocation{{"executionSuccessful", undone.empty()}};
    if (!undone.empty()) {
        invocation.emplace_back("toolExecutionNotifications", std::move(notifications));
    }
    return invocation;
}

JsonValue sarifLog(JsonArray rules, JsonArray results, std::string_view version, JsonArray invocations,
                   std::string_view columnKind) {
    JsonObject driver{{"name", "cmksim"}};
    if (!version.empty()) {
        driver.emplace_back("version", version);
    }
    driver.emplace_back("rules", std::move(rules));
    JsonObject run{{"tool", JsonObject{{"driver", std::move(driver)}}}};
    if (!invocations.empty()) {
        run.emplace_back("invocations", std::move(invocations));
    }
    if (!columnKind.empty()) {
        run.emplace_back("columnKind", columnKind);
    }
    run.emplace_back("results", std::move(results));
    return JsonObject{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                      {"version", "2.1.0"},
                      {"runs", JsonArray{std::move(run)}}};
}

} // namespace cmksim::report
