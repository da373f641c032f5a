#include "engine/expectation.hpp"

#include "engine/wording.hpp"

#include <algorithm>

namespace cmksim::engine {

namespace {

bool inState(const Expectation& expectation, const ResourceStatus& status) {
    if (!expectation.absent && !expectation.deleted && expectation.states.empty()) {
        return true;
    }
    switch (status.presence) {
    case ResourceStatus::Presence::Absent: return expectation.absent;
    case ResourceStatus::Presence::Deleted: return expectation.deleted;
    case ResourceStatus::Presence::Present: break;
    }
    return std::ranges::find(expectation.states, status.state) != expectation.states.end();
}

} // namespace

bool holds(const Model& model, const Expectation& expectation, const ResourceStatus& status) {
    return inState(expectation, status) && (!expectation.reason || *expectation.reason == status.reason) &&
           (!expectation.condition || status.conditions.contains(*expectation.condition)) &&
           (!expectation.error || *expectation.error == errorOf(model, status)) &&
           expectation.downtime.holds(status.downtime) && expectation.outages.holds(status.outages) &&
           (!expectation.recoverable || *expectation.recoverable == status.recoverable);
}

Judgement judge(const Program& program, const Record& done) {
    const TimelineEntry& entry = program.entries[done.entry()];
    if (!entry.result) {
        return done.refused() && done.is<ActionDone>() ? Judgement::FailedUnsaid : Judgement::Unasked;
    }
    const ExpectedResult& expected = *entry.result;
    if (!done.refused() || !expected.denied) {
        return done.refused() == expected.denied ? Judgement::Held : Judgement::Failed;
    }
    const Wording wording = wordingOf(program, done);
    const bool agrees = (!expected.status || *expected.status == wording.status) &&
                        (!expected.error || *expected.error == wording.error);
    return agrees ? Judgement::Held : Judgement::Failed;
}

Record verdictOn(const Record& done, Judgement judgement) {
    Record record = done;
    Verdict verdict;
    verdict.held = judgement == Judgement::Held;
    std::visit(
        [&verdict](const auto& one) {
            if constexpr (requires { verdict.on = one; }) {
                verdict.on = one;
            }
        },
        done.what);
    record.what = verdict;
    return record;
}

} // namespace cmksim::engine
