// A suite as our own JSON: one object, a line a case.

#include "suite/report_formats.hpp"
#include "suite/report_json_writer.hpp"
#include "suite/report_shared.hpp"

#include <ostream>

namespace cmksim::suite {

namespace {

void writePlace(const FilePlace& place, JsonWriter& json) {
    if (place.line == 0) {
        return;
    }
    json.field("file", slashedPath(place.file)).field("line", place.line).field("column", place.column);
}

void writeSteps(const Finding& finding, JsonWriter& json) {
    if (finding.steps.empty()) {
        return;
    }
    json.list("steps");
    for (const FindingStep& step : finding.steps) {
        json.object().field("t", step.at.time_since_epoch().count()).field("text", step.text);
        writePlace(step.place, json);
        if (step.isCause) {
            json.field("cause", true);
        }
        json.end();
    }
    json.end();
}

void writeFinding(const Finding& finding, JsonWriter& json) {
    json.object().field("id", finding.id).field("kind", kindName(finding.kind)).field("subject", finding.subject);
    json.field("t", finding.at.time_since_epoch().count());
    json.field("expected", finding.expected).field("actual", finding.actual);
    writePlace(finding.place, json);
    json.strings("timings", finding.timings);
    writePhases(finding, json);
    writeSteps(finding, json);
    json.fieldUnlessEmpty("fix", finding.fix).strings("sources", finding.sources);
    json.fieldUnlessEmpty("replay", finding.replay).end();
}

void writeCase(const CaseResult& result, JsonWriter& json) {
    json.object().field("id", caseId(result)).field("file", slashedPath(result.file));
    json.field("scenario", result.scenario).field("name", result.name).strings("tags", result.tags);
    json.field("outcome", outcomeName(result.outcome)).fieldUnlessEmpty("reason", result.reason);
    json.field("expectations", result.expectations).field("phaseClasses", result.phaseClasses);
    json.field("simulated", result.simulated.count());
    if (!result.findings.empty()) {
        json.list("findings");
        for (const Finding& finding : result.findings) {
            writeFinding(finding, json);
        }
        json.end();
    }
    json.end();
}

} // namespace

void writeSuiteJson(const SuiteResult& suite, const std::optional<JsonValue>& evidence, std::ostream& out) {
    JsonWriter json{out, 2};
    json.object().field("cmksim", 1).object("summary");
    json.field("cases", suite.cases.size()).field("passed", suite.count(CaseOutcome::Passed));
    json.field("failed", suite.count(CaseOutcome::Failed)).field("errors", suite.count(CaseOutcome::Error));
    json.field("skipped", suite.count(CaseOutcome::Skipped)).field("todo", suite.count(CaseOutcome::Todo));
    json.field("todoPassed", suite.count(CaseOutcome::TodoPassed));
    json.field("undecided", suite.count(CaseOutcome::Undecided)).field("listed", suite.count(CaseOutcome::Listed));
    json.field("stoppedEarly", suite.stoppedEarly).field("interrupted", suite.interrupted);
    json.field("filesNotRun", suite.filesNotRun).field("otherFiles", suite.otherFiles);
    const std::vector<std::string> left = notSearched(suite);
    json.field("complete", left.empty() && !suite.interrupted).strings("notSearched", left).end();
    json.list("cases");
    for (const CaseResult& result : suite.cases) {
        writeCase(result, json);
    }
    json.end();
    if (evidence) {
        json.value("evidence", *evidence);
    }
    json.end();
    out << '\n';
}

} // namespace cmksim::suite
