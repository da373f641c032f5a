#include "sampling/outcome.hpp"

#include "analysis/outages.hpp"
#include "analysis/phase_classes.hpp"
#include "engine/resource_replay.hpp"

namespace cmksim::sampling {

namespace {

std::int64_t slope(Duration rise, Duration run) { return run == Duration::zero() ? 0 : rise / run; }

} // namespace

Outcome outcomeOf(const Program& program, const WorldHistory& history, ResourceId id, const OpenPhases& phases,
                  std::vector<Record>& records) {
    records.clear();
    ResourceReplay walk{program, history, id, phases, records};
    walk.finish();

    Outcome outcome;
    const ResourceStatus status = walk.resource().statusAt(program.until);
    outcome.downtime = status.downtime;
    const StateId ready = program.modelOf(id).ready();
    bool down = history.born(id).downSince != never;
    if (down) {
        outcome.down = true;
        outcome.firstSymptom = scenarioStart;
    }
    for (const Record& record : records) {
        if (record.kind == RecordKind::DataLost) {
            outcome.dataLost = true;
        } else if (record.kind == RecordKind::Transition) {
            const bool fails = record.to != ready;
            if (fails && !outcome.down) {
                outcome.down = true;
                outcome.firstSymptom = record.position.at;
            }
            outcome.lastSymptom = fails ? outcome.lastSymptom : record.position.at;
            down = fails;
        } else if (down && isDeletion(program, record)) {
            outcome.lastSymptom = record.position.at;
            down = false;
        }
    }
    if (down) {
        outcome.lastSymptom = program.until;
    }
    return outcome;
}

OutcomeTable::OutcomeTable(const Program& program, const WorldHistory& history, ResourceId id) {
    std::vector<Record> records;
    if (!hasOpenPhase(program, id)) {
        classes_.push_back({{}, outcomeOf(program, history, id, {}, records), 0, 0, 0});
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
                            slope(last.lastSymptom - first.lastSymptom, width)});
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
    return outcome;
}

} // namespace cmksim::sampling
