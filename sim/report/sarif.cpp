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

JsonValue sarifLog(JsonArray rules, JsonArray results, std::string_view version) {
    return JsonObject{
        {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
        {"version", "2.1.0"},
        {"runs", JsonArray{JsonObject{{"tool", JsonObject{{"driver", JsonObject{{"name", "cmksim"},
                                                                                {"version", version},
                                                                                {"rules", std::move(rules)}}}}},
                                      {"results", std::move(results)}}}}};
}

} // namespace cmksim::report
