// A suite as workflow commands of GitHub Actions: a group a case that did not pass, an annotation a finding.

#include "base/hidden_text.hpp"
#include "suite/report_ci_shared.hpp"
#include "suite/report_formats.hpp"
#include "suite/report_shared.hpp"

#include <ostream>

namespace cmksim::suite {

namespace {

/// The message of a command: all that follows its second `::`.
std::string githubData(std::string_view text) { return replaced(printableLines(text), {{'%', "%25"}, {'\n', "%0A"}}); }

/// The value of a property of a command.
std::string githubProperty(std::string_view text) {
    return replaced(printableLines(text), {{'%', "%25"}, {'\n', "%0A"}, {':', "%3A"}, {',', "%2C"}});
}

void annotate(std::string_view command, const FilePlace& place, std::string_view title, std::string_view message,
              std::ostream& out) {
    out << "::" << command << " file=" << githubProperty(slashedPath(place.file));
    if (place.line > 0) {
        out << ",line=" << place.line;
        if (const std::size_t column = characterColumn(place); column > 0) {
            out << ",col=" << column;
        }
    }
    out << ",title=" << githubProperty(title) << "::" << githubData(message) << '\n';
}

void writeGithubCase(const CaseResult& result, std::ostream& out) {
    out << "::group::" << githubData(caseTitle(result) + " (" + std::string{outcomeName(result.outcome)} + ")") << '\n';
    for (const std::string& line : caseLines(result)) {
        out << plainLogLine(line) << '\n';
    }
    out << "::endgroup::\n";
    const FilePlace file{result.file, 0, 0, {}};
    if (result.outcome == CaseOutcome::TodoPassed) {
        annotate("warning", file, result.name, caseMessage(result), out);
    }
    if (hasDiagnostics(result.outcome)) {
        annotate("error", file, result.name, wholeReason(result), out);
    }
    if (result.outcome != CaseOutcome::Failed) {
        return;
    }
    if (result.findings.empty()) {
        annotate("error", file, result.name, caseMessage(result), out);
    }
    for (const Finding& finding : result.findings) {
        annotate("error", finding.place.line > 0 ? finding.place : file, result.name, annotation(finding, "\n"), out);
    }
}

} // namespace

void writeSuiteGitHub(const SuiteResult& suite, std::ostream& out) {
    for (const CaseResult& result : suite.cases) {
        if (!isSilent(result.outcome)) {
            writeGithubCase(result, out);
        }
    }
    out << countsLine(suite) << '\n';
}

} // namespace cmksim::suite
