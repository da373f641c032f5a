// What differs, as Markdown: a table a case, for a comment on a change.

#include "report/clock.hpp"
#include "suite/report_ci_shared.hpp"
#include "suite/report_diff.hpp"
#include "suite/report_shared.hpp"

#include <ostream>

namespace cmksim::suite {

namespace {

void writeRow(const DiffRow& row, const DifferingPhases& where, std::ostream& out) {
    out << "| " << prose(row.subject) << " | " << prose(row.what);
    if (!row.where.empty()) {
        out << " (" << prose(row.where) << ')';
    }
    out << " | " << prose(row.a) << " | " << prose(row.b) << " | " << prose(phasesOf(where, "…")) << " |\n";
}

/// A check's row with signs that say on which side it holds.
DiffRow signedRow(DiffRow row) {
    row.a.insert(0, row.aIsGood ? "✓ " : "✗ ");
    row.b.insert(0, row.bIsGood ? "✓ " : "✗ ");
    return row;
}

void writeCaseRow(const DifferingCase& one, std::ostream& out) {
    out << "\n### " << prose(one.name) << "\n\n" << prose(slashedPath(one.file)) << '\n';
    if (const auto& first = one.comparison.first) {
        out << "\nThey part at " << prose(Clock::sinceStart(first->at)) << ":\n\n";
        out << "- A: " << prose(eventsOf(first->a)) << "\n- B: " << prose(eventsOf(first->b)) << '\n';
    }
    if (one.comparison.resources.empty() && one.comparison.checks.empty() && one.objectives.empty()) {
        return;
    }
    out << "\n| | what | A | B | for |\n| --- | --- | --- | --- | --- |\n";
    for (const ResourceDifference& difference : one.comparison.resources) {
        for (const DiffRow& row : rowsOf(difference)) {
            writeRow(row, difference.where, out);
        }
    }
    for (const CheckDifference& difference : one.comparison.checks) {
        writeRow(signedRow(rowOf(difference, one.file)), difference.where, out);
    }
    for (const ObjectiveDifference& difference : one.objectives) {
        writeRow(signedRow(rowOf(difference)), {}, out);
    }
}

} // namespace

void writeDiffMarkdown(const DiffResult& result, std::ostream& out) {
    out << "## cmksim diff: " << diffSummary(result) << "\n\n";
    out << "- A: " << prose(result.a) << "\n- B: " << prose(result.b) << '\n';
    for (const DifferingCase& one : result.differences) {
        writeCaseRow(one, out);
    }
    for (const std::string& left : notCompared(result)) {
        out << "\nNot looked at: " << prose(left) << '\n';
    }
}

} // namespace cmksim::suite
