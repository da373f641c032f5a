#include "schema/analysis_schema.hpp"

#include "analysis/bounds.hpp"
#include "analysis/deadlines.hpp"
#include "model/reason.hpp"
#include "rehearsal/drill.hpp"
#include "report/at_rest.hpp"
#include "report/blast_report.hpp"
#include "report/diagnosis_report.hpp"
#include "report/exploration_report.hpp"
#include "report/gate_report.hpp"
#include "report/lint_report.hpp"
#include "report/objective_report.hpp"
#include "report/plan_report.hpp"
#include "report/readings.hpp"
#include "report/rests_on.hpp"
#include "report/retirement_report.hpp"
#include "report/sample_report.hpp"
#include "report/shapes.hpp"
#include "report/state_losses.hpp"
#include "report/unmodelled.hpp"
#include "schema/parts.hpp"
#include "schema/printed.hpp"

#include <string_view>
#include <utility>

namespace cmksim::schema {

namespace {

using namespace printed;

JsonValue readings() { return report::readingsProperties().front().schema; }

JsonValue extent() { return record({{"min", count()}, {"max", count()}}); }

JsonValue length() { return record({{"min", count()}, {"max", count()}, {"mean", nullOr(SchemaParts::ref("ratio"))}}); }

JsonValue because() {
    return record({{"t", count()}, {"cause", text()}},
                  {{"atOtherPhases", list(record({{"t", count()}, {"cause", text()}}))},
                   {"timing", text()},
                   {"within", count()},
                   {"sources", list(text())},
                   {"assumed", text()},
                   {"before", list(record({{"timing", text()}, {"within", count()}},
                                          {{"sources", list(text())}, {"assumed", text()}}))}});
}

JsonValue outage() {
    return record({{"probability", nullOr(SchemaParts::ref("ratio"))}, // null: too many pairs of phases to count
                   {"start", extent()},
                   {"end", extent()},
                   {"length", SchemaParts::ref("length")},
                   {"over", flag()},
                   {"reason", oneOf(reasonNames)},
                   {"latent", SchemaParts::ref("length")},
                   {"startBecause", SchemaParts::ref("because")}},
                  {{"endBecause", SchemaParts::ref("because")},
                   {"reasons", list(record({{"reason", oneOf(reasonNames)}, {"start", extent()}}))},
                   {"byPhases", record({{"start", extent()}, {"end", extent()}, {"length", extent()}})}});
}

JsonValue impairment() {
    // Of a condition or of a state.
    return record({{"denied", list(text())},
                   {"rotationBlocked", flag()},
                   {"always", flag()},
                   {"start", extent()},
                   {"end", extent()},
                   {"over", flag()}},
                  {{"condition", text()}, {"state", text()}});
}

/// What a resource loses by staying in a state, with what an analysis tells of it.
JsonValue stateLoss(JsonObject more) {
    shape::Properties fields = report::lossShape().properties();
    for (auto& [name, schema] : more) {
        fields.push_back({name, std::move(schema)});
    }
    return shape::recordSchema(std::move(fields));
}

const shape::Properties ratioDefinition{{"ratio", report::ratioSchema()}};

} // namespace

namespace {

/// What bounds prints of a story whose timeline leaves an instant open: its fields that are always there.
JsonObject openBounds() {
    const JsonValue atInstant = record({{"value", count()}, {"at", count()}});
    const auto stretch = [](JsonObject more) {
        JsonObject fields{{"from", count()}, {"to", count()}};
        std::ranges::move(more, std::back_inserter(fields));
        return record(std::move(fields));
    };
    const JsonValue stretches = list(stretch({{"holds", oneOf(heldNames)}}));
    const JsonValue resource = record({{"name", text()},
                                       {"shortest", atInstant},
                                       {"longest", atInstant},
                                       {"longestOutage", atInstant},
                                       {"down", nullOr(stretch({}))},
                                       {"mayGoOn", flag()},
                                       {"dataLost", list(stretch({}))},
                                       {"mayBeImpaired", flag()},
                                       {"mayFail", flag()}});
    const JsonValue expectation = record({{"line", line()},
                                          {"t", count()}, // with the first instant, where it moves
                                          {"moves", flag()},
                                          {"subject", text()},
                                          {"expected", text()},
                                          {"stretches", stretches}});
    const JsonValue objective = record(
        {{"name", text()}, {"objective", oneOf(objectiveKindNames)}, {"asked", text()}, {"stretches", stretches}});
    const JsonValue entry = record({{"line", line()}, {"what", text()}, {"after", count()}});
    return {{"scenario", text()},
            {"file", text()},
            {"end", count()},
            {"openInstant", record({{"line", line()}, {"from", count()}, {"to", count()}, {"entries", list(entry)}})},
            {"resources", list(resource)},
            {"expectations", list(expectation)},
            {"objectives", list(objective)},
            {"exact", flag()},
            {"timing", oneOf(openTimingsNames)},
            {"searched", text()},
            {"complete", flag()},
            {"notSearched", list(text())}};
}

} // namespace

JsonValue boundsSchema() {
    const JsonValue resource = record({{"name", text()},
                                       {"downtime", SchemaParts::ref("length")},
                                       {"outages", list(outage())},
                                       {"open", flag()},
                                       {"period", line()},
                                       {"dataLost", nullOr(SchemaParts::ref("ratio"))},
                                       {"mayLoseData", flag()},
                                       {"exact", flag()}},
                                      {{"impairments", list(impairment())},
                                       {"losses", list(stateLoss({{"always", flag()}, {"at", extent()}}))},
                                       {"failed", list(record({{"from", count()}, {"to", count()}}))},
                                       {"alwaysFailed", flag()},
                                       {"downtimeByPhases", extent()}});
    const JsonValue deadline = record({{"t", count()},
                                       {"fact", oneOf(deadlineNames)},
                                       {"target", text()},
                                       {"loses", list(text())},
                                       {"averted", nullOr(count())}},
                                      {{"range", list(count())}, // where `t` is one of many
                                       {"notKnown", list(text())}});
    const JsonValue expectation =
        record({{"line", line()},
                {"t", count()},
                {"subject", text()},
                {"expected", text()},
                {"probability", nullOr(SchemaParts::ref("ratio"))}, // null: phases decide that are not counted
                {"always", flag()}},
               {{"resource", text()},
                {"holds", list(record({{"first", count()}, {"last", count()}}))},
                {"byRotations", flag()}}); // only ever true
    const JsonValue retirement = record({{"version", text()},
                                         {"verdict", oneOf(retirementVerdictNames)},
                                         {"from", nullOr(count())},
                                         {"lookedUntil", count()},
                                         {"needing", list(text())},
                                         {"unmodelled", list(text())},
                                         {"disabledByStory", nullOr(count())}},
                                        {{"mayBeLater", flag()}});
    const JsonValue open = record(openBounds(), {{"unmodelled", unmodelled()},
                                                 {"evidence", evidence()},
                                                 {"readings", readings()},
                                                 {"notDocumented", list(text())}});
    const JsonValue closed = record({{"scenario", text()},
                                     {"file", text()},
                                     {"end", count()},
                                     {"resources", list(resource)},
                                     {"deadlines", list(deadline)},
                                     {"expectations", list(expectation)},
                                     {"worlds", line()},
                                     {"exact", flag()},
                                     {"timing", oneOf(openTimingsNames)},
                                     {"complete", flag()},
                                     {"notSearched", list(text())}},
                                    {{"unmodelled", unmodelled()},
                                     {"evidence", evidence()},
                                     {"readings", readings()},
                                     {"retire", retirement},
                                     {"notDocumented", list(text())},
                                     {"objectives", report::objectivesProperties().front().schema}});
    return document(
        "A line of what cmksim bounds --format json prints",
        JsonObject{{"if", JsonObject{{"required", JsonArray{"openInstant"}}}}, {"then", open}, {"else", closed}},
        {{"ratio", ratio()}, {"length", length()}, {"because", because()}});
}

JsonValue sampleSchema() {
    return document("A line of what cmksim sample --format json prints",
                    shape::joined({report::sampleProperties(), report::evidenceProperties(), report::scopeProperties(),
                                   report::unmodelledProperties()}),
                    report::sampleDefinitions());
}

JsonValue planSchema() {
    return document(
        "A line of what cmksim plan --format json prints",
        shape::joined({report::planProperties(), report::scopeProperties(), report::unmodelledProperties(),
                       report::evidenceProperties(), report::readingsProperties(), report::objectivesProperties()}),
        {{"step", report::planStepSchema()}, {"ratio", report::ratioSchema()}});
}

JsonValue blastSchema() {
    return document(
        "A line of what cmksim blast --format json prints",
        shape::joined({report::blastProperties(), report::atRestProperties(), report::lossPairsProperties(),
                       report::unmodelledProperties(), report::evidenceProperties(), report::readingsProperties(),
                       report::scopeProperties(), report::missedProperties()}),
        ratioDefinition);
}

JsonValue drillSchema() { return document("What cmksim drill --format json prints", rehearsal::drillProperties()); }

JsonValue exploreSchema() {
    return document(
        "A line of what cmksim explore --format json prints",
        shape::joined({report::explorationProperties(), report::atRestProperties(), report::unmodelledProperties(),
                       report::evidenceProperties(), report::readingsProperties(), report::scopeProperties()}));
}

JsonValue diagnoseSchema() {
    return document("A line of what cmksim diagnose --format json prints",
                    shape::joined({report::diagnosisProperties(), report::unmodelledProperties(),
                                   report::evidenceProperties(), report::scopeProperties()}));
}

JsonValue lintSchema() {
    return document(
        "A line of what cmksim lint --format json prints",
        shape::joined({report::lintProperties(), report::unmodelledProperties(), report::evidenceProperties(),
                       report::readingsProperties(), report::scopeProperties()}));
}

JsonValue gateSchema() {
    return document("What cmksim gate --format json prints",
                    shape::joined({report::gateProperties(), report::evidenceProperties(), report::scopeProperties()}));
}

} // namespace cmksim::schema
