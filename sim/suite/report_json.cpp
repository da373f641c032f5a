// A suite as our own JSON: one object, a line a case.

#include "base/shape.hpp"
#include "report/rests_on.hpp"
#include "suite/broken_json.hpp"
#include "suite/report_formats.hpp"
#include "suite/report_shared.hpp"

#include <functional>
#include <ostream>

namespace cmksim::suite {

namespace {

using shape::list;
using shape::Record;

template <class Place>
const Place* placed(const Place& place) {
    return place.line > 0 ? &place : nullptr;
}

const Record<Finding>& findingShape() {
    static const auto place = Record<FilePlace>{}
                                  .field("file", [](const FilePlace& one) { return slashedPath(one.file); })
                                  .field("line", shape::line<std::uint32_t>(), &FilePlace::line)
                                  .field("column", &FilePlace::column);
    static const auto step = Record<FindingStep>{}
                                 .field("t", &FindingStep::at)
                                 .field("text", &FindingStep::text)
                                 .include(place, [](const FindingStep& one) { return placed(one.place); })
                                 .unlessEmpty("cause", &FindingStep::isCause);
    static const auto all = Record<Finding>{}
                                .field("id", &Finding::id)
                                .field("kind", shape::word<Finding::Kind>(findingKindNames), &Finding::kind)
                                .field("subject", &Finding::subject)
                                .field("t", &Finding::at)
                                .field("expected", &Finding::expected)
                                .field("actual", &Finding::actual)
                                .include(place, [](const Finding& one) { return placed(one.place); })
                                .unlessEmpty("timings", &Finding::timings)
                                .include(findingPhasesShape(), [](const Finding& one) { return &one; })
                                .listedBefore("timings")
                                .unlessEmpty("steps", list(step), &Finding::steps)
                                .unlessEmpty("fix", &Finding::fix)
                                .unlessEmpty("sources", &Finding::sources)
                                .unlessEmpty("replay", &Finding::replay);
    return all;
}

const Record<CaseResult>& caseShape() {
    static const auto all = Record<CaseResult>{}
                                .field("id", caseId)
                                .field("file", [](const CaseResult& one) { return slashedPath(one.file); })
                                .field("scenario", &CaseResult::scenario)
                                .field("name", &CaseResult::name)
                                .unlessEmpty("tags", &CaseResult::tags)
                                .field("outcome", shape::word<CaseOutcome>(outcomeNames), &CaseResult::outcome)
                                .unlessEmpty("reason", &CaseResult::reason)
                                .field("expectations", &CaseResult::expectations)
                                .field("phaseClasses", &CaseResult::phaseClasses)
                                .field("simulated", &CaseResult::simulated)
                                .unlessEmpty("findings", list(findingShape().as("finding")), &CaseResult::findings);
    return all;
}

const Record<SuiteResult>& summaryShape() {
    const auto count = [](CaseOutcome outcome) {
        return [outcome](const SuiteResult& suite) { return suite.count(outcome); };
    };
    static const auto all =
        Record<SuiteResult>{}
            .field("cases", [](const SuiteResult& suite) { return suite.cases.size(); })
            .field("passed", count(CaseOutcome::Passed))
            .field("failed", count(CaseOutcome::Failed))
            .field("errors", count(CaseOutcome::Error))
            .field("skipped", count(CaseOutcome::Skipped))
            .field("todo", count(CaseOutcome::Todo))
            .field("todoPassed", count(CaseOutcome::TodoPassed))
            .field("undecided", count(CaseOutcome::Undecided))
            .field("listed", count(CaseOutcome::Listed))
            .field("stoppedEarly", &SuiteResult::stoppedEarly)
            .field("interrupted", &SuiteResult::interrupted)
            .field("filesNotRun", &SuiteResult::filesNotRun)
            .field("otherFiles", &SuiteResult::otherFiles)
            .field("complete",
                   [](const SuiteResult& suite) { return notSearched(suite).empty() && !suite.interrupted; })
            .unlessEmpty("notSearched", notSearched);
    return all;
}

const Record<SuiteResult>& suiteShape() {
    static const auto all = Record<SuiteResult>{}
                                .field("cmksim", shape::constant(1), std::identity{})
                                .field("summary", summaryShape(), std::identity{})
                                .field("cases", list(caseShape().as("case")), &SuiteResult::cases);
    return all;
}

} // namespace

shape::Properties suiteProperties() { return suiteShape().properties(); }

shape::Properties suiteDefinitions() { return {{"case", caseShape().schema()}, {"finding", findingShape().schema()}}; }

void writeSuiteJson(const SuiteResult& suite, const std::optional<JsonValue>& evidence, std::ostream& out) {
    writeBroken(suiteShape().write(suite), 2, out, evidence ? JsonObject{{"evidence", *evidence}} : JsonObject{});
    out << '\n';
}

} // namespace cmksim::suite
