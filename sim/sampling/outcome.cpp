#include "sampling/outcome.hpp"

#include "analysis/impairment_bounds.hpp"
#include "analysis/phase_classes.hpp"
#include "engine/expectation.hpp"
#include "engine/resource_replay.hpp"
#include "trace/intervals.hpp"

namespace cmksim::sampling {

namespace {

std::int64_t slope(Duration rise, Duration run) { return run == Duration::zero() ? 0 : rise / run; }

bool isUnexpected(const Program& program, const Record& record) {
    if (!record.is<ActionDone>()) {
        return false;
    }
    const Judgement judged = judge(program, record);
    return judged == Judgement::Failed || judged == Judgement::FailedUnsaid;
}

} // namespace

Outcome outcomeOf(const Program& program, const WorldHistory& history, ResourceId id, const OpenPhases& phases,
                  std::vector<Record>& records) {
    records.clear();
    ResourceReplay walk{program, history, id, phases, records};
    walk.finish();

    Outcome outcome;
    const ResourceStatus status = walk.resource().statusAt(program.until);
    outcome.downtime = status.downtime;
    DownWatch watch{history.born(id).statusAt(scenarioStart)};
    if (watch.down()) {
        outcome.down = true;
        outcome.firstSymptom = scenarioStart;
    }
    for (const Record& record : records) {
        outcome.dataLost = outcome.dataLost || record.is<DataLost>();
        outcome.unexpected = outcome.unexpected || isUnexpected(program, record);
        const DownWatch::Turn turn = watch.follow(record);
        if (turn == DownWatch::Turn::Down && !outcome.down) {
            outcome.down = true;
            outcome.firstSymptom = record.position.at;
        } else if (turn == DownWatch::Turn::Up) {
            outcome.lastSymptom = record.position.at;
        }
    }
    if (watch.down()) {
        outcome.lastSymptom = program.until;
    }
    const std::vector<ImpairmentInterval> intervals =
        impairmentIntervals(program.modelOf(id), history.born(id).statusAt(scenarioStart), records, program.until);
    outcome.impaired = !intervals.empty();
    outcome.impairedFor = impairedFor(intervals);
    return outcome;
}

OutcomeTable::OutcomeTable(const Program& program, const WorldHistory& history, ResourceId id) {
    std::vector<Record> records;
    if (!hasOpenPhase(program, id)) {
        classes_.push_back({{}, outcomeOf(program, history, id, Duration::zero(), records), 0, 0, 0, 0});
        return;
    }
    classOf_.assign(static_cast<std::size_t>(program.modelOf(id).revalidation.nominal.count()), 0);
    for (const PhaseClass& phases : phaseClasses(program, history, id)) {
        const Outcome first = outcomeOf(program, history, id, phases.first, records);
        const Outcome last = outcomeOf(program, history, id, phases.last, records);
        const Duration width = phases.last - phases.first;
        for (Duration phase = phases.first; phase <= phases.last; ++phase) {
            classOf_[static_cast<std::size_t>(phase.count())] = static_cast<std::uint16_t>(classes_.size());
        }
        classes_.push_back({phases.first, first, slope(last.downtime - first.downtime, width),
                            slope(last.firstSymptom - first.firstSymptom, width),
                            slope(last.lastSymptom - first.lastSymptom, width),
                            slope(last.impairedFor - first.impairedFor, width)});
    }
}

Outcome OutcomeTable::at(Duration phase) const {
    const Class& one =
        classOf_.empty() ? classes_.front() : classes_[classOf_[static_cast<std::size_t>(phase.count())]];
    const Duration by = phase - one.first;
    Outcome outcome = one.outcome;
    outcome.downtime += by * one.downtimeSlope;
    outcome.firstSymptom += by * one.firstSlope;
    outcome.lastSymptom += by * one.lastSlope;
    outcome.impairedFor += by * one.impairedSlope;
    return outcome;
}

} // namespace cmksim::sampling
