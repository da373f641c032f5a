#include "schema/suite_schema.hpp"

#include "model/reason.hpp"
#include "schema/parts.hpp"
#include "schema/printed.hpp"

namespace cmksim::schema {

namespace {

using namespace printed;

JsonObject place() { return {{"file", text()}, {"line", line()}, {"column", count()}}; }

/// The phases of one resource that something holds for.
JsonObject phases() {
    return {{"resource", text()},
            {"phases", list(record({{"first", count()}, {"last", count()}}))},
            {"period", count()},
            {"shownPhase", count()}};
}

JsonObject joined(JsonObject first, const JsonObject& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

JsonValue step() { return record({{"t", count()}, {"text", text()}}, joined(place(), {{"cause", flag()}})); }

JsonValue finding() {
    return record({{"id", text()},
                   {"kind", oneOf({"expectation", "unexpected-refusal", "wrong-result", "snapshot", "objective"})},
                   {"subject", text()},
                   {"t", count()},
                   {"expected", text()},
                   {"actual", text()}},
                  joined(joined(place(), phases()), {{"pairs", record({{"failing", count()},
                                                                       {"all", count()},
                                                                       {"rotationPeriod", count()},
                                                                       {"shownRotationPhase", count()}})},
                                                     {"timings", list(text())},
                                                     {"steps", list(step())},
                                                     {"fix", text()},
                                                     {"sources", list(text())},
                                                     {"replay", text()}}));
}

JsonValue suiteCase() {
    return record(
        {{"id", text()},
         {"file", text()},
         {"scenario", text()},
         {"name", text()},
         {"outcome", oneOf({"passed", "failed", "skipped", "todo", "todo-passed", "error", "undecided", "listed"})},
         {"expectations", count()},
         {"phaseClasses", count()},
         {"simulated", count()}},
        {{"tags", list(text())}, {"reason", text()}, {"findings", list(SchemaParts::ref("finding"))}});
}

JsonValue standing() {
    return record({{"exists", flag()}}, {{"state", text()},
                                         {"reason", oneOf(reasonNames)},
                                         {"recoverable", flag()},
                                         {"outages", count()},
                                         {"leastOutages", count()},
                                         {"mostOutages", count()},
                                         {"downtime", count()},
                                         {"leastDowntime", count()},
                                         {"mostDowntime", count()}});
}

JsonObject differingPairs() {
    return {{"pairs", record({{"differing", count()},
                              {"all", count()},
                              {"rotationPeriod", count()},
                              {"shownRotationPhase", count()}})}};
}

JsonValue resourceDifference() {
    return record({{"name", text()},
                   {"differs", list(oneOf({"end", "outages", "downtime"}))},
                   {"a", SchemaParts::ref("standing")},
                   {"b", SchemaParts::ref("standing")}},
                  joined(phases(), differingPairs()));
}

JsonValue checkDifference() {
    const JsonValue side = record({{"holds", flag()}}, {{"actual", text()}});
    return record(joined({{"kind", oneOf({"unexpected-refusal", "expectation"})},
                          {"t", count()},
                          {"subject", text()},
                          {"expected", text()},
                          {"a", side},
                          {"b", side}},
                         place()),
                  joined(phases(), differingPairs()));
}

JsonValue objectiveDifference() {
    const JsonValue side = record({{"holds", flag()}}, {{"actual", text()}}); // without: it is not asked for there
    return record({{"name", text()}, {"asked", text()}, {"a", side}, {"b", side}});
}

JsonValue parting() {
    return record({{"t", count()},
                   {"a", list(text())},
                   {"b", list(text())},
                   {"phases", list(record({{"resource", text()}, {"phase", count()}}))}},
                  {{"rotations", list(record({{"resource", text()}, {"phase", count()}}))}});
}

} // namespace

JsonValue testSchema() {
    const JsonValue summary = record({{"cases", count()},
                                      {"passed", count()},
                                      {"failed", count()},
                                      {"errors", count()},
                                      {"skipped", count()},
                                      {"todo", count()},
                                      {"todoPassed", count()},
                                      {"undecided", count()},
                                      {"listed", count()},
                                      {"stoppedEarly", flag()},
                                      {"interrupted", flag()},
                                      {"filesNotRun", count()},
                                      {"otherFiles", count()},
                                      {"complete", flag()}},
                                     {{"notSearched", list(text())}});
    return document("What cmksim test --format json prints",
                    record({{"cmksim", JsonObject{{"const", 1}}},
                            {"summary", summary},
                            {"cases", list(SchemaParts::ref("case"))},
                            {"evidence", evidence()}}),
                    {{"case", suiteCase()}, {"finding", finding()}});
}

JsonValue diffSchema() {
    const JsonValue differingCase = record({{"scenario", text()},
                                            {"file", text()},
                                            {"case", text()},
                                            {"resources", list(resourceDifference())},
                                            {"expectations", list(checkDifference())}},
                                           {{"first", parting()}, {"objectives", list(objectiveDifference())}});
    return document("What cmksim diff --format json prints",
                    record({{"cmksim", JsonObject{{"const", 1}}},
                            {"a", text()},
                            {"b", text()},
                            {"cases", count()},
                            {"differences", list(differingCase)},
                            {"evidence", evidence()}},
                           {{"notSearched", list(text())}}),
                    {{"standing", standing()}});
}

JsonValue coverageSchema() {
    const JsonValue row = record({{"kind", text()}, {"row", text()}}, {{"sources", list(text())}, {"assumed", text()}});
    const JsonValue model = record({{"service", text()},
                                    {"version", text()},
                                    {"title", text()},
                                    {"rows", count()},
                                    {"exercised", count()},
                                    {"neverExercised", list(row)}});
    return document("What cmksim test --coverage json prints",
                    record({{"format", JsonObject{{"const", 1}}}, {"models", list(model)}}), {});
}

} // namespace cmksim::schema
