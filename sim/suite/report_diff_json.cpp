// What differs, as our own JSON: one object, a line a case. Times and durations are seconds.

#include "suite/report_diff.hpp"
#include "suite/report_json_writer.hpp"
#include "suite/report_shared.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace cmksim::suite {

namespace {

void writePhases(const DifferingPhases& where, JsonWriter& json) {
    if (where.phases.empty() && !where.pairs) {
        return;
    }
    json.list("phases");
    for (const PhaseClass& one : where.phases) {
        json.object().field("first", one.first.count()).field("last", one.last.count()).end();
    }
    json.end().field("period", where.period.count()).field("shownPhase", where.shown.count());
    if (const auto& pairs = where.pairs) {
        json.object("pairs").field("differing", pairs->differing).field("all", pairs->all);
        json.field("rotationPeriod", pairs->period.count()).field("shownRotationPhase", pairs->shown.count()).end();
    }
}

void writeStatus(std::string_view side, const SideOutcome& standing, JsonWriter& json) {
    json.object(side).field("exists", standing.exists);
    if (standing.exists) {
        json.field("state", standing.state).field("reason", standing.reason);
        json.field("recoverable", standing.recoverable).field("outages", standing.outages);
        json.field("leastOutages", standing.leastOutages).field("mostOutages", standing.mostOutages);
        json.field("downtime", standing.downtime.count()).field("leastDowntime", standing.leastDowntime.count());
        json.field("mostDowntime", standing.mostDowntime.count());
    }
    json.end();
}

void writeResource(const ResourceDifference& difference, JsonWriter& json) {
    json.object().field("name", difference.name).list("differs");
    if (difference.end) {
        json.item("end");
    }
    if (difference.outages) {
        json.item("outages");
    }
    if (difference.downtime) {
        json.item("downtime");
    }
    json.end();
    writeStatus("a", difference.a, json);
    writeStatus("b", difference.b, json);
    writePhases(difference.where, json);
    json.end();
}

void writeCheck(const CheckDifference& difference, std::string_view file, JsonWriter& json) {
    const bool refusal = difference.kind == CheckDifference::Kind::UnexpectedRefusal;
    json.object().field("kind", refusal ? "unexpected-refusal" : "expectation");
    json.field("t", difference.at.time_since_epoch().count()).field("subject", difference.subject);
    json.field("file", slashedPath(file)).field("line", difference.place.line);
    json.field("column", difference.place.column).field("expected", difference.expected);
    json.object("a").field("holds", difference.holdsInA).fieldUnlessEmpty("actual", difference.a).end();
    json.object("b").field("holds", difference.holdsInB).fieldUnlessEmpty("actual", difference.b).end();
    if (!difference.where.resource.empty()) {
        json.field("resource", difference.where.resource);
    }
    writePhases(difference.where, json);
    json.end();
}

void writeObjective(const ObjectiveDifference& difference, JsonWriter& json) {
    json.object().field("name", difference.name).field("asked", difference.asked);
    json.object("a").field("holds", difference.holdsInA).fieldUnlessEmpty("actual", difference.a).end();
    json.object("b").field("holds", difference.holdsInB).fieldUnlessEmpty("actual", difference.b).end();
    json.end();
}

void writeParting(const Parting& first, JsonWriter& json) {
    json.object("first").field("t", first.at.time_since_epoch().count()).list("a");
    for (const std::string& event : first.a) {
        json.item(event);
    }
    json.end().list("b");
    for (const std::string& event : first.b) {
        json.item(event);
    }
    json.end().list("phases");
    for (const auto& [resource, phase] : first.phases) {
        json.object().field("resource", resource).field("phase", phase.count()).end();
    }
    json.end();
    if (!first.rotations.empty()) {
        json.list("rotations");
        for (const auto& [resource, phase] : first.rotations) {
            json.object().field("resource", resource).field("phase", phase.count()).end();
        }
        json.end();
    }
    json.end();
}

void writeCase(const DifferingCase& one, JsonWriter& json) {
    json.object().field("scenario", one.scenario).field("file", slashedPath(one.file)).field("case", one.name);
    json.list("resources");
    for (const ResourceDifference& difference : one.comparison.resources) {
        writeResource(difference, json);
    }
    json.end().list("expectations");
    for (const CheckDifference& difference : one.comparison.checks) {
        writeCheck(difference, one.file, json);
    }
    json.end();
    if (!one.objectives.empty()) {
        json.list("objectives");
        for (const ObjectiveDifference& difference : one.objectives) {
            writeObjective(difference, json);
        }
        json.end();
    }
    if (one.comparison.first) {
        writeParting(*one.comparison.first, json);
    }
    json.end();
}

} // namespace

void writeDiffJson(const DiffResult& result, const JsonValue& evidence, std::ostream& out) {
    JsonWriter json{out, 2};
    json.object().field("cmksim", 1).field("a", result.a).field("b", result.b).field("cases", result.cases);
    json.list("differences");
    for (const DifferingCase& one : result.differences) {
        writeCase(one, json);
    }
    json.end();
    const std::vector<std::string> left = notCompared(result);
    json.field("complete", left.empty());
    if (!left.empty()) {
        json.strings("notSearched", left);
    }
    json.value("evidence", evidence).end();
    out << '\n';
}

} // namespace cmksim::suite
