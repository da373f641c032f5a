// The causes of all changes of one trace, as its own records.
#include "analysis/causes.hpp"

#include "engine/timings.hpp"

#include <algorithm>

namespace cmksim::analysis {

namespace {

/// The action or fact at a position; null when there is none.
const Record* eventAt(const Trace& trace, const Position& position) {
    const auto at = std::ranges::lower_bound(trace.records, position, {}, &Record::position);
    for (auto it = at; it != trace.records.end() && it->position == position; ++it) {
        if (it->isCause()) {
            return &*it;
        }
    }
    return nullptr;
}

/// The lapse of a resource's credential at an instant.
const Record* lapseAt(const Trace& trace, ResourceId resource, Instant at) {
    const auto first = std::ranges::lower_bound(trace.records, at, {}, [](const Record& r) { return r.position.at; });
    for (auto it = first; it != trace.records.end() && it->position.at == at; ++it) {
        if (it->is<FactHappened>() && it->isOn(resource)) {
            return &*it;
        }
    }
    return nullptr;
}

/// The refused removal that stopped the renewal of a credential which lapsed; null when none did.
const Record* stoppedRenewal(const Program& program, const Trace& trace, const Record& lapse) {
    for (const Record& record : trace.records) {
        if (!record.is<ActionDone>() || !record.isOn(lapse.on->resource)) {
            continue;
        }
        const TimelineEntry& entry = program.entries[record.entry()];
        if (std::holds_alternative<ResourceRemoveIdentity>(std::get<Action>(entry.what)) &&
            entry.at + delayOf(program, entry) == lapse.position.at) {
            return &record;
        }
    }
    return nullptr;
}

/// The phases of a resource, or of the first member that a record of a fleet is about.
OpenPhases phasesOf(const Program& program, const Phases& phases, const Record& record) {
    const auto& fleet = program.resources[record.on->resource].fleet;
    if (!fleet || !fleet->phases) {
        return phases.of(record.on->resource);
    }
    const Member member = record.on->members.first;
    return {fleet->phases->phaseOf(member),
            fleet->phases->haveRotations() ? fleet->phases->rotationOf(member) : phases.rotation(record.on->resource),
            phases.recovery(record.on->resource)};
}

bool isChange(const Record& record) {
    return record.is<Created>() || record.is<Deleted>() || record.is<Transition>() || record.is<ConditionChanged>() ||
           record.is<DataLost>();
}

} // namespace

Causes::Causes(const Program& program, const Phases& phases, const Trace& trace)
    : trace_{trace}, known_(trace.records.size()) {
    std::vector<std::vector<std::size_t>> changes(program.resources.size()); // by resource
    for (std::size_t i = 0; i < trace.records.size(); ++i) {
        const Record& record = trace.records[i];
        if (record.is<FactHappened>() && record.on) {
            if (const Record* stopped = stoppedRenewal(program, trace, record)) {
                known_[i].events = {stopped};
            }
        } else if (isChange(record)) {
            changes[record.on->resource.index()].push_back(i);
        }
    }
    TellingHistory history{program, phases};
    for (const ResourceId id : program.resources.ids()) {
        std::unique_ptr<CauseFinder> finder;
        for (const std::size_t i : changes[id.index()]) {
            // Members of a fleet have phases of their own.
            if (!finder || program.resources[id].fleet) {
                finder =
                    std::make_unique<CauseFinder>(program, history(), id, phasesOf(program, phases, trace.records[i]));
            }
            tell(i, finder->behind(trace.records[i]));
        }
    }
}

void Causes::tell(std::size_t record, const Behind& behind) {
    known_[record].fromStart = behind.fromStart;
    for (const EventPlace& event : behind.events) {
        const LapsePlace* lapse = event.lapse();
        const Record* found = lapse != nullptr ? lapseAt(trace_, trace_.records[record].on->resource, lapse->at)
                                               : eventAt(trace_, event.position());
        if (found != nullptr) {
            known_[record].events.push_back(found);
        }
    }
}

const Causes::Known& Causes::knownOf(const Record& change) const {
    return known_[static_cast<std::size_t>(&change - trace_.records.data())];
}

const Record* Causes::of(const Record& change) const {
    const Known& known = knownOf(change);
    return known.fromStart || known.events.empty() ? nullptr : known.events.front();
}

std::span<const Record* const> Causes::othersOf(const Record& change) const {
    const Known& known = knownOf(change);
    return std::span{known.events}.subspan(known.fromStart || known.events.empty() ? 0 : 1);
}

} // namespace cmksim::analysis
