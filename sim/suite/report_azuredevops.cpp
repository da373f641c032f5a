// A suite as logging commands of Azure Pipelines: a group a case that did not pass, an issue a finding.

#include "base/hidden_text.hpp"
#include "suite/report_ci_shared.hpp"
#include "suite/report_formats.hpp"
#include "suite/report_shared.hpp"

#include <ostream>

namespace cmksim::suite {

namespace {

/// The message of a command: all that follows its first `]`.
std::string azureData(std::string_view text) {
    return replaced(printableLines(text), {{'%', "%AZP25"}, {'\n', "%0A"}});
}

/// The value of a property of a command.
std::string azureProperty(std::string_view text) {
    return replaced(printableLines(text), {{'%', "%AZP25"}, {'\n', "%0A"}, {']', "%5D"}, {';', "%3B"}});
}

void logIssue(std::string_view type, const FilePlace& place, std::string_view code, std::string_view message,
              std::ostream& out) {
    out << "##vso[task.logissue type=" << type << ";sourcepath=" << azureProperty(slashedPath(place.file));
    if (place.line > 0) {
        out << ";linenumber=" << place.line;
        if (const std::size_t column = characterColumn(place); column > 0) {
            out << ";columnnumber=" << column;
        }
    }
    out << ";code=" << azureProperty(code) << ";]" << azureData(message) << '\n';
}

void writeAzureCase(const CaseResult& result, std::ostream& out) {
    out << "##[group]" << plainLogLine(caseTitle(result)) << " (" << outcomeName(result.outcome) << ")\n";
    for (const std::string& line : caseLines(result)) {
        out << plainLogLine(line) << '\n';
    }
    out << "##[endgroup]\n";
    const FilePlace file{result.file, 0, 0, {}};
    if (result.outcome == CaseOutcome::TodoPassed) {
        logIssue("warning", file, "cmksim/todo-passed", result.name + ": " + caseMessage(result), out);
    }
    if (hasDiagnostics(result.outcome)) {
        logIssue("error", file, "cmksim/error", result.name + ": " + caseMessage(result), out);
    }
    if (result.outcome != CaseOutcome::Failed) {
        return;
    }
    if (result.findings.empty()) {
        logIssue("error", file, "cmksim/case", result.name + ": " + caseMessage(result), out);
    }
    for (const Finding& finding : result.findings) { // of a message over several lines the summary shows but the first
        logIssue("error", finding.place.line > 0 ? finding.place : file,
                 "cmksim/" + std::string{kindName(finding.kind)}, result.name + ": " + annotation(finding, "; "), out);
    }
}

} // namespace

void writeSuiteAzureDevOps(const SuiteResult& suite, std::ostream& out) {
    for (const CaseResult& result : suite.cases) {
        if (!isSilent(result.outcome)) {
            writeAzureCase(result, out);
        }
    }
    out << countsLine(suite) << '\n';
}

} // namespace cmksim::suite
