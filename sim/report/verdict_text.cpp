// The foot of a run's text report: whether all was as expected.

#include "engine/wording.hpp"
#include "report/all_clear.hpp"
#include "report/run_view.hpp"

#include <fmt/format.h>

#include <vector>

namespace cmksim::report {

namespace {

/// An action that was refused though its entry says nothing of it.
bool refusedUnasked(const Program& program, const Record& record) {
    return record.is<ActionDone>() && record.refused() && !program.entries[record.entry()].result;
}

void writeShortfall(const RunView& run, const Record& record, Page& page) {
    Phrase lead{"  "};
    lead.add(run.signs.failed, Paint::Bad).add(" ");
    Phrase body;
    if (record.is<ActionDone>()) {
        body.add(fmt::format("{}:{}: {} was refused at {}: {}", run.file,
                             run.program.entries[record.entry()].place.line, eventName(run.program, record),
                             Clock::sinceStart(record.position.at), wordingOf(run.program, record).error));
    } else {
        const ExpectationView view = expectationView(run.program, record);
        const std::string& name = run.program.entries[record.entry()].name;
        body.add(fmt::format("{}:{}: {}{}{} at {}: expected {}, was {}", run.file, view.line, name,
                             name.empty() ? "" : " ", view.subject, Clock::sinceStart(record.position.at),
                             view.expected, view.actual));
    }
    page.paragraph(lead, body);
}

} // namespace

void writeVerdict(const RunView& run, Page& page) {
    std::size_t expectations = 0;
    std::size_t held = 0;
    std::vector<const Record*> shortfalls;
    std::size_t refusals = 0;
    for (const Record& record : run.trace.records) {
        const bool expectation = record.is<Verdict>();
        expectations += expectation;
        held += expectation && !record.isFailedVerdict();
        refusals += refusedUnasked(run.program, record);
        if (record.isFailedVerdict() || refusedUnasked(run.program, record)) {
            shortfalls.push_back(&record);
        }
    }
    Phrase body = !run.trace.passed   ? Phrase{"FAILED", Paint::Bad}
                  : expectations == 0 ? Phrase{textOf(AllClear::NoExpectations), Paint::Quiet}
                                      : Phrase{textOf(AllClear::Passed), Paint::Good};
    if (expectations == 0 && !run.trace.passed) {
        body.add("  ").add(textOf(AllClear::NoExpectations));
    } else if (expectations > 0) {
        body.add(fmt::format("  {} of {} expectations held", held, expectations));
    }
    if (refusals > 0) {
        body.add(fmt::format(", {} {} refused unexpectedly", refusals, refusals == 1 ? "action" : "actions"));
    }
    page.paragraph(Phrase{}, body);
    for (const Record* record : shortfalls) {
        writeShortfall(run, *record, page);
    }
}

} // namespace cmksim::report
