// A suite as Markdown: the summary of a job, as code hosts show it.

#include "base/text.hpp"
#include "base/xml_text.hpp"
#include "suite/report_ci_shared.hpp"
#include "suite/report_formats.hpp"
#include "suite/report_shared.hpp"

#include <algorithm>
#include <ostream>

namespace cmksim::suite {

namespace {

/// `text` in HTML, on one line. An at sign would notify the user of that name.
std::string html(std::string_view text) { return replaced(xmlText(printable(text)), {{'@', "&#64;"}}); }

std::string_view symbol(CaseOutcome outcome) {
    switch (outcome) {
    case CaseOutcome::Passed: return "✓";
    case CaseOutcome::Failed: return "✗";
    case CaseOutcome::Skipped: return "○";
    case CaseOutcome::Todo: return "~";
    case CaseOutcome::TodoPassed: return "!";
    case CaseOutcome::Undecided: return "?";
    case CaseOutcome::Listed: return " ";
    case CaseOutcome::Error: break;
    }
    return "✗";
}

std::string placeOf(const CaseResult& result) {
    std::string place = slashedPath(result.file);
    if (!result.findings.empty() && result.findings.front().place.line > 0) {
        place += ":" + std::to_string(result.findings.front().place.line);
    }
    return place;
}

void writeTable(const SuiteResult& suite, std::ostream& out) {
    out << "| | outcome | case | where | what |\n| --- | --- | --- | --- | --- |\n";
    for (const CaseResult& result : suite.cases) {
        if (!isSilent(result.outcome)) {
            out << "| " << symbol(result.outcome) << " | " << outcomeName(result.outcome) << " | " << prose(result.name)
                << " | " << prose(placeOf(result)) << " | " << prose(caseMessage(result)) << " |\n";
        }
    }
    out << '\n';
}

/// Preformatted HTML: no fence that the text could close, and nothing in it that Markdown would read.
void writeDetails(std::string_view summary, const std::vector<std::string>& lines, std::ostream& out) {
    out << "<details>\n<summary>" << html(summary) << "</summary>\n\n<pre>\n";
    for (const std::string& line : lines) {
        out << html(line) << '\n';
    }
    out << "</pre>\n\n</details>\n\n";
}

void writeMarkdownCase(const CaseResult& result, std::ostream& out) {
    const std::string lead = std::string{symbol(result.outcome)} + ' ' + result.name;
    if (hasDiagnostics(result.outcome) || (result.findings.empty() && result.outcome == CaseOutcome::Failed)) {
        writeDetails(lead, caseLines(result), out);
    }
    if (result.outcome == CaseOutcome::Failed) {
        for (const Finding& finding : result.findings) {
            writeDetails(lead + ": " + headline(finding), findingLines(finding), out);
        }
    }
}

} // namespace

void writeSuiteMarkdown(const SuiteResult& suite, std::ostream& out) {
    const std::string_view verdict = suitePassed(suite) ? "passed" : suiteIsUndecided(suite) ? "undecided" : "failed";
    out << "## cmksim: " << verdict << "\n\n" << countsLine(suite) << "\n\n";
    if (std::ranges::all_of(suite.cases, isSilent, &CaseResult::outcome)) {
        return;
    }
    writeTable(suite, out);
    for (const CaseResult& result : suite.cases) {
        writeMarkdownCase(result, out);
    }
}

} // namespace cmksim::suite
