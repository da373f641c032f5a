// A suite as SARIF 2.1.0: a result a finding, what happened before it as its code flow.

#include "report/clock.hpp"
#include "report/sarif.hpp"
#include "suite/broken_json.hpp"
#include "suite/report_formats.hpp"
#include "suite/report_shared.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <ostream>
#include <utility>
#include <vector>

namespace cmksim::suite {

namespace {

struct Rule {
    std::string_view id;
    std::string_view name;
    std::string_view level;
    std::string_view description;
    std::string_view help;
};

/// In the order of Finding::Kind, and behind them what a case as a whole can come to.
constexpr std::array<Rule, 7> rules{{
    {"cmksim/expectation", "ExpectationNotMet", "error", "An expectation of the scenario does not hold.",
     "The scenario says how a resource stands at a moment, and for some timing that the documents allow it stands "
     "otherwise. Follow the code flow to the first cause, then correct the estate, the timeline or the expectation."},
    {"cmksim/unexpected-refusal", "UnexpectedRefusal", "error",
     "An action was refused though the scenario does not expect it.",
     "The service would not do what the scenario asks for. Do it in another order, give the identity what it lacks, "
     "or write down that the refusal is expected."},
    {"cmksim/wrong-result", "WrongResult", "error", "An action or an operation ended otherwise than the scenario says.",
     "The scenario names the result of an action or an operation, and it comes to another one. Correct the estate, "
     "the timeline or the result."},
    {"cmksim/snapshot", "SnapshotDiffers", "error", "The run differs from what the scenario keeps of an earlier one.",
     "What the scenario recorded is no longer what happens. Where the change is meant, have the snapshot written "
     "anew; otherwise look for what changed."},
    {"cmksim/objective", "ObjectiveMissed", "error", "An objective does not hold in every case.",
     "The estate or the scenario promises something of a resource or a journey, and for some timing that the documents "
     "allow it is not kept. Repair sooner, take away what the outage hangs on, or promise less."},
    {"cmksim/todo-passed", "TodoPassed", "note", "A case that is marked to fail passes.",
     "Take the mark away, so that the case is watched from now on."},
    {"cmksim/case", "CaseFailed", "error", "A case failed as a whole.", "The message says why."},
}};

constexpr std::size_t todoPassedRule = 5;
constexpr std::size_t caseRule = 6;

/// A path as a URI reference: everything that is not plainly allowed is encoded.
std::string encodedPath(std::string_view path) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    std::string encoded;
    for (const char c : path) {
        if (plain.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

JsonObject sarifText(std::string_view words) { return {{"text", words}}; }

JsonArray rulesOf() {
    JsonArray all;
    for (const Rule& rule : rules) {
        all.push_back(JsonObject{{"id", rule.id},
                                 {"name", rule.name},
                                 {"shortDescription", sarifText(rule.description)},
                                 {"fullDescription", sarifText(rule.description)},
                                 {"help", sarifText(rule.help)},
                                 {"defaultConfiguration", JsonObject{{"level", rule.level}}}});
    }
    return all;
}

JsonObject locationOf(const FilePlace& place) {
    const std::string path = slashedPath(place.file);
    const bool absolute = path.starts_with('/');
    JsonObject file{{"uri", (absolute ? "file://" : "") + encodedPath(path)}};
    if (!absolute) {
        file.emplace_back("uriBaseId", "%SRCROOT%");
    }
    JsonObject physical{{"artifactLocation", std::move(file)}};
    if (place.line > 0) {
        JsonObject region{{"startLine", static_cast<std::int64_t>(place.line)}};
        if (const std::size_t column = characterColumn(place); column > 0) {
            region.emplace_back("startColumn", static_cast<std::int64_t>(column));
        }
        region.emplace_back("snippet", sarifText(place.text));
        physical.emplace_back("region", std::move(region));
    }
    return {{"physicalLocation", std::move(physical)}};
}

FilePlace wholeFile(const CaseResult& result) { return {result.file, 0, 0, {}}; }

/// Where the finding stands; at least in which file.
FilePlace sarifPlace(const CaseResult& result, const Finding& finding) {
    return finding.place.line > 0 ? finding.place : wholeFile(result);
}

JsonValue sarifInvocation(const SuiteResult& suite) {
    JsonArray notifications;
    for (const CaseResult& result : suite.cases) {
        if (hasDiagnostics(result.outcome)) {
            notifications.push_back(JsonObject{{"level", "error"},
                                               {"message", sarifText(wholeReason(result))},
                                               {"locations", JsonArray{locationOf(wholeFile(result))}}});
        }
    }
    JsonObject invocation{{"executionSuccessful", notifications.empty() && !suite.interrupted}};
    if (!notifications.empty()) {
        invocation.emplace_back("toolExecutionNotifications", std::move(notifications));
    }
    return invocation;
}

JsonObject resultHead(std::size_t rule, std::string_view level, std::string message, const FilePlace& place,
                      std::string_view id) {
    return {{"ruleId", rules[rule].id},
            {"ruleIndex", static_cast<std::int64_t>(rule)},
            {"level", level},
            {"message", sarifText(message)},
            {"locations", JsonArray{locationOf(place)}},
            {"partialFingerprints", JsonObject{{"cmksimFindingId/v1", id}}}};
}

/// Of a case as a whole.
JsonValue caseResult(const CaseResult& result, std::size_t rule) {
    JsonObject all =
        resultHead(rule, rules[rule].level, fmt::format("{}: {}.", oneLine(result.name), caseMessage(result)),
                   wholeFile(result), caseId(result));
    all.emplace_back("properties", JsonObject{{"case", result.name}});
    return all;
}

std::string sarifMessage(const Finding& finding) {
    std::string message = headline(finding) + '.';
    if (comparesBlocks(finding)) {
        message += fmt::format("\nExpected:\n{}\nWas:\n{}", finding.expected, finding.actual);
    }
    if (const std::string phases = phasesInWords(finding); !phases.empty()) {
        message += fmt::format("\nFails for {} of {}.", phases, finding.resource);
    }
    if (!finding.fix.empty()) {
        message += "\nFix: " + finding.fix;
    }
    if (!finding.replay.empty()) {
        message += "\nReplay: " + finding.replay;
    }
    return message;
}

JsonValue sarifFlow(const CaseResult& result, const Finding& finding) {
    JsonArray locations;
    const auto add = [&](const FilePlace& place, std::string_view message, bool essential) {
        JsonObject location = locationOf(place);
        location.emplace_back("message", sarifText(message));
        locations.push_back(JsonObject{{"location", std::move(location)},
                                       {"executionOrder", std::ssize(locations) + 1},
                                       {"importance", essential ? "essential" : "important"}});
    };
    for (const FindingStep& step : finding.steps) {
        add(step.place.line > 0 ? step.place : wholeFile(result),
            fmt::format("{} {}", Clock::sinceStart(step.at), step.text), step.isCause);
    }
    add(sarifPlace(result, finding), headline(finding), true);
    return JsonObject{{"threadFlows", JsonArray{JsonObject{{"locations", std::move(locations)}}}}};
}

JsonValue sarifProperties(const CaseResult& result, const Finding& finding) {
    JsonObject all{{"case", result.name},          {"caseId", caseId(result)},
                   {"subject", finding.subject},   {"t", std::int64_t{finding.at.time_since_epoch().count()}},
                   {"expected", finding.expected}, {"actual", finding.actual}};
    const JsonValue phases = findingPhasesShape().write(finding);
    all.insert(all.end(), phases.fields().begin(), phases.fields().end());
    const auto list = [&](std::string_view name, const std::vector<std::string>& texts) {
        if (!texts.empty()) {
            all.emplace_back(name, JsonArray(texts.begin(), texts.end()));
        }
    };
    list("sources", finding.sources);
    list("caseTags", result.tags);
    return all;
}

JsonValue findingResult(const CaseResult& result, const Finding& finding) {
    const bool todo = result.outcome == CaseOutcome::Todo;
    JsonObject all = resultHead(static_cast<std::size_t>(finding.kind), todo ? "note" : "error", sarifMessage(finding),
                                sarifPlace(result, finding), finding.id);
    if (!finding.steps.empty()) {
        all.emplace_back("codeFlows", JsonArray{sarifFlow(result, finding)});
    }
    if (todo) { // a reader of the log may leave it out
        JsonObject suppression{{"kind", "inSource"}};
        if (!result.reason.empty()) {
            suppression.emplace_back("justification", result.reason);
        }
        all.emplace_back("suppressions", JsonArray{std::move(suppression)});
    }
    all.emplace_back("properties", sarifProperties(result, finding));
    return all;
}

} // namespace

void writeSuiteSarif(const SuiteResult& suite, const SuiteReportStyle& style, std::ostream& out) {
    JsonArray results;
    for (const CaseResult& result : suite.cases) {
        if (result.outcome == CaseOutcome::TodoPassed) {
            results.push_back(caseResult(result, todoPassedRule));
        }
        if (result.outcome == CaseOutcome::Failed && result.findings.empty()) {
            results.push_back(caseResult(result, caseRule));
        }
        for (const Finding& finding : result.findings) {
            results.push_back(findingResult(result, finding));
        }
    }
    writeBroken(
        report::sarifLog(rulesOf(), std::move(results), style.version, {sarifInvocation(suite)}, "unicodeCodePoints"),
        5, out);
    out << '\n';
}

} // namespace cmksim::suite
