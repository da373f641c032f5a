// A suite as SARIF 2.1.0: a result a finding, what happened before it as its code flow.

#include "report/clock.hpp"
#include "suite/report_formats.hpp"
#include "suite/report_json_writer.hpp"
#include "suite/report_shared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <ostream>

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

class SarifWriter {
public:
    SarifWriter(const SuiteReportStyle& style, std::ostream& out) : style_{style}, json_{out, 5} {}

    void write(const SuiteResult& suite) {
        json_.object().field("$schema", "https://json.schemastore.org/sarif-2.1.0.json").field("version", "2.1.0");
        json_.list("runs").object();
        writeTool();
        writeInvocation(suite);
        json_.field("columnKind", "unicodeCodePoints");
        json_.list("results");
        for (const CaseResult& result : suite.cases) {
            writeResults(result);
        }
        json_.end().end().end().end();
    }

private:
    void text(std::string_view name, std::string_view words) { json_.object(name).field("text", words).end(); }

    void writeTool() {
        json_.object("tool").object("driver").field("name", "cmksim").fieldUnlessEmpty("version", style_.version);
        json_.list("rules");
        for (const Rule& rule : rules) {
            json_.object().field("id", rule.id).field("name", rule.name);
            text("shortDescription", rule.description);
            text("fullDescription", rule.description);
            text("help", rule.help);
            json_.object("defaultConfiguration").field("level", rule.level).end().end();
        }
        json_.end().end().end();
    }

    void writeInvocation(const SuiteResult& suite) {
        const bool errors = std::ranges::any_of(suite.cases, hasDiagnostics, &CaseResult::outcome);
        json_.list("invocations").object().field("executionSuccessful", !errors && !suite.interrupted);
        if (errors) {
            json_.list("toolExecutionNotifications");
            for (const CaseResult& result : suite.cases) {
                if (hasDiagnostics(result.outcome)) {
                    writeNotification(result);
                }
            }
            json_.end();
        }
        json_.end().end();
    }

    void writeNotification(const CaseResult& result) {
        json_.object().field("level", "error");
        text("message", wholeReason(result));
        json_.list("locations").object();
        physicalLocation({result.file, 0, 0, {}});
        json_.end().end().end();
    }

    void writeResults(const CaseResult& result) {
        if (result.outcome == CaseOutcome::TodoPassed) {
            writeCase(result, todoPassedRule);
        }
        if (result.outcome == CaseOutcome::Failed && result.findings.empty()) {
            writeCase(result, caseRule);
        }
        for (const Finding& finding : result.findings) {
            writeFinding(result, finding);
        }
    }

    void head(std::size_t rule, std::string_view level) {
        json_.object().field("ruleId", rules[rule].id).field("ruleIndex", rule).field("level", level);
    }

    void writeCase(const CaseResult& result, std::size_t rule) {
        head(rule, rules[rule].level);
        text("message", fmt::format("{}: {}.", oneLine(result.name), caseMessage(result)));
        json_.list("locations").object();
        physicalLocation({result.file, 0, 0, {}});
        json_.end().end();
        json_.object("partialFingerprints").field("cmksimFindingId/v1", caseId(result)).end();
        json_.object("properties").field("case", result.name).end().end();
    }

    void writeFinding(const CaseResult& result, const Finding& finding) {
        const bool todo = result.outcome == CaseOutcome::Todo;
        head(static_cast<std::size_t>(finding.kind), todo ? "note" : "error");
        text("message", messageOf(finding));
        json_.list("locations").object();
        physicalLocation(placeOf(result, finding));
        json_.end().end();
        json_.object("partialFingerprints").field("cmksimFindingId/v1", finding.id).end();
        writeCodeFlow(result, finding);
        if (todo) { // a reader of the log may leave it out
            json_.list("suppressions").object().field("kind", "inSource");
            json_.fieldUnlessEmpty("justification", result.reason).end().end();
        }
        writeProperties(result, finding);
        json_.end();
    }

    static std::string messageOf(const Finding& finding) {
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

    /// Where the finding stands; at least in which file.
    static FilePlace placeOf(const CaseResult& result, const Finding& finding) {
        return finding.place.line > 0 ? finding.place : FilePlace{result.file, 0, 0, {}};
    }

    void writeCodeFlow(const CaseResult& result, const Finding& finding) {
        if (finding.steps.empty()) {
            return;
        }
        json_.list("codeFlows").object().list("threadFlows").object().list("locations");
        std::size_t order = 0;
        for (const FindingStep& step : finding.steps) {
            const FilePlace& place = step.place.line > 0 ? step.place : FilePlace{result.file, 0, 0, {}};
            flowLocation(place, fmt::format("{} {}", Clock::sinceStart(step.at), step.text), step.isCause, ++order);
        }
        flowLocation(placeOf(result, finding), headline(finding), true, ++order);
        json_.end().end().end().end().end();
    }

    void flowLocation(const FilePlace& place, std::string_view message, bool essential, std::size_t order) {
        json_.object().object("location");
        physicalLocation(place);
        text("message", message);
        json_.end().field("executionOrder", order).field("importance", essential ? "essential" : "important").end();
    }

    void physicalLocation(const FilePlace& place) {
        const std::string path = slashedPath(place.file);
        const bool absolute = path.starts_with('/');
        json_.object("physicalLocation").object("artifactLocation");
        json_.field("uri", (absolute ? "file://" : "") + encodedPath(path));
        if (!absolute) {
            json_.field("uriBaseId", "%SRCROOT%");
        }
        json_.end();
        if (place.line > 0) {
            json_.object("region").field("startLine", place.line);
            if (const std::size_t column = characterColumn(place); column > 0) {
                json_.field("startColumn", column);
            }
            text("snippet", place.text);
            json_.end();
        }
        json_.end();
    }

    void writeProperties(const CaseResult& result, const Finding& finding) {
        json_.object("properties").field("case", result.name).field("caseId", caseId(result));
        json_.field("subject", finding.subject).field("t", finding.at.time_since_epoch().count());
        json_.field("expected", finding.expected).field("actual", finding.actual);
        json_.members(findingPhasesShape().write(finding));
        json_.strings("sources", finding.sources).strings("caseTags", result.tags).end();
    }

    const SuiteReportStyle& style_;
    JsonWriter json_;
};

} // namespace

void writeSuiteSarif(const SuiteResult& suite, const SuiteReportStyle& style, std::ostream& out) {
    SarifWriter{style, out}.write(suite);
    out << '\n';
}

} // namespace cmksim::suite
