#include "report/causes.hpp"

#include "engine/resource_replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>

namespace cmksim::report {

namespace {

bool isEvent(const Record& record) { return record.kind == RecordKind::Action || record.kind == RecordKind::Fact; }

/// The action or fact at a position; null when there is none.
const Record* eventAt(const Trace& trace, const Position& position) {
    const auto at = std::ranges::lower_bound(trace.records, position, {}, &Record::position);
    for (auto it = at; it != trace.records.end() && it->position == position; ++it) {
        if (isEvent(*it)) {
            return &*it;
        }
    }
    return nullptr;
}

/// The refused removal that stopped the renewal of a credential which lapsed; null when none did.
const Record* stoppedRenewal(const Program& program, const Trace& trace, const Record& lapse) {
    for (const Record& record : trace.records) {
        if (record.kind != RecordKind::Action || record.resource != lapse.resource) {
            continue;
        }
        const TimelineEntry& entry = program.entries[record.entry];
        if (entry.action<ResourceRemoveIdentity>() != nullptr &&
            entry.at + delayOf(program, entry) == lapse.position.at) {
            return &record;
        }
    }
    return nullptr;
}

/// Walks one resource through the history once more and looks, at each of its changes, how long the answer had been so.
class Tracer {
public:
    Tracer(const Program& program, const WorldHistory& history, const Phases& phases, const Trace& trace, ResourceId id)
        : program_{program}, history_{history}, trace_{trace}, id_{id}, rules_{program.rulesOf(id)},
          walk_{program, history, id, phases.of(id), ignored_} {
        openEpoch(WorldHistory::beginning, nullptr);
    }

    /// The cause of the resource's next change by a revalidation; changes must come in their order.
    const Record* causeOf(const Record& change) {
        const MomentId last = lastMomentBefore(change.position);
        const std::vector<OwnEntry>& entries = program_.resources[id_].entries;
        for (; nextEntry_ < entries.size() && history_.momentOf(entries[nextEntry_].entry) <= last; ++nextEntry_) {
            play(entries[nextEntry_]);
        }
        walk_.advanceTo(last);
        noticeLapse(last);
        if (change.kind == RecordKind::Transition) {
            return since(last, [&](const Answer& answer) { return answer.reason == change.reason; });
        }
        return since(last,
                     [&](const Answer& answer) { return answer.raised.contains(change.condition) == change.flag; });
    }

private:
    /// A time in which the resource asks the same question of the world.
    struct Epoch {
        MomentId since;
        PathId path;
        bool lapsed = false;
        const Record* event = nullptr; // what began it
    };

    [[nodiscard]] MomentId lastMomentBefore(const Position& position) const {
        std::size_t least = 0;
        std::size_t most = history_.end().index();
        while (least < most) {
            const std::size_t middle = least + (most - least + 1) / 2;
            if (history_.position(MomentId{middle}) <= position) {
                least = middle;
            } else {
                most = middle - 1;
            }
        }
        return MomentId{least};
    }

    void play(const OwnEntry& own) {
        const MomentId moment = history_.momentOf(own.entry);
        walk_.advanceTo(moment);
        noticeLapse(moment);
        walk_.play(own);
        openEpoch(moment, eventAt(trace_, history_.position(moment)));
        ignored_.clear();
    }

    /// A credential lapses between the moments of the history.
    void noticeLapse(MomentId moment) {
        for (const Record& record : ignored_) {
            if (record.kind == RecordKind::Fact && record.fact == FactKind::IdentityLapsed) {
                openEpoch(moment, lapseAt(record.position.at));
            }
        }
        ignored_.clear();
    }

    [[nodiscard]] const Record* lapseAt(Instant at) const {
        for (auto it = std::ranges::lower_bound(trace_.records, at, {}, [](const Record& r) { return r.position.at; });
             it != trace_.records.end() && it->position.at == at; ++it) {
            if (it->kind == RecordKind::Fact && it->resource == id_) {
                return &*it;
            }
        }
        return nullptr;
    }

    void openEpoch(MomentId moment, const Record* event) {
        const ResourceState& state = walk_.resource();
        const PathId path = takesPart(*rules_.model, state) ? history_.find(accessPath(rules_, state)) : PathId{};
        const bool lapsed = state.credential == Credential::Lapsed;
        if (epochs_.empty() || epochs_.back().path != path || epochs_.back().lapsed != lapsed) {
            epochs_.push_back({moment, path, lapsed, event});
        }
    }

    [[nodiscard]] Answer answerIn(const Epoch& epoch, const Segment& segment) const {
        Answer answer = history_.timeline(epoch.path).cell(segment, walk_.resource().wrapping).revalidation;
        if (const Blindness& blind = blindnessOf(answer, walk_.resource().state != rules_.model->ready());
            blind.reason != Reason::None) {
            answer.reason = blind.reason;
            answer.raised = blind.raised;
        }
        if (!epoch.lapsed || answer.reason == Reason::IdentityNotAssigned) {
            return answer;
        }
        Answer inactive;
        inactive.reason = Reason::IdentityInactive;
        return inactive;
    }

    /// What began the time, without a break up to `last`, in which the answer was as `wanted`.
    template <class Wanted>
    const Record* since(MomentId last, Wanted wanted) const {
        const Record* began = nullptr;
        for (std::size_t i = epochs_.size(); i-- > 0; last = epochs_[i].since) {
            const Epoch& epoch = epochs_[i];
            if (!epoch.path.valid()) {
                return began;
            }
            const std::vector<Segment>& segments = history_.timeline(epoch.path).segments;
            std::size_t segment = history_.timeline(epoch.path).segmentAt(last);
            if (!wanted(answerIn(epoch, segments[segment]))) {
                return began;
            }
            while (segment > 0 && segments[segment].since > epoch.since &&
                   wanted(answerIn(epoch, segments[segment - 1]))) {
                --segment;
            }
            if (segment > 0 && segments[segment].since > epoch.since) {
                return eventAt(trace_, history_.position(history_.causeOf(segments[segment].since)));
            }
            began = epoch.event;
        }
        return nullptr;
    }

    const Program& program_;
    const WorldHistory& history_;
    const Trace& trace_;
    ResourceId id_;
    ResourceRules rules_;
    std::vector<Record> ignored_;
    ResourceReplay walk_;
    std::size_t nextEntry_ = 0;
    std::vector<Epoch> epochs_;
};

/// The phases, with that of the first member that a record of a fleet is about.
Phases phasesOf(const Program& program, Phases phases, const Record& record) {
    const Fleet& fleet = *program.resources[record.resource].fleet;
    if (fleet.phases) {
        phases[record.resource] = fleet.phases->phaseOf(record.members.first);
    }
    return phases;
}

bool isChange(const Record& record) {
    return record.kind == RecordKind::Transition || record.kind == RecordKind::Condition ||
           record.kind == RecordKind::DataLost;
}

} // namespace

Causes::Causes(const Program& program, const Phases& phases, const Trace& trace)
    : trace_{trace}, causes_(trace.records.size(), nullptr) {
    std::vector<std::vector<std::size_t>> seen(program.resources.size()); // at revalidations, by resource
    for (std::size_t i = 0; i < trace.records.size(); ++i) {
        const Record& record = trace.records[i];
        if (record.kind == RecordKind::Fact && record.fact == FactKind::IdentityLapsed) {
            causes_[i] = stoppedRenewal(program, trace, record);
        } else if (isChange(record) && record.position.stage == Stage::Revalidations) {
            seen[record.resource.index()].push_back(i);
        } else if (isChange(record)) {
            causes_[i] = eventAt(trace, record.position);
        }
    }
    const WorldHistory history = simulateWorld(program, phases);
    for (const ResourceId id : program.resources.ids()) {
        const std::vector<std::size_t>& changes = seen[id.index()];
        if (changes.empty()) {
            continue;
        }
        if (program.resources[id].fleet) {
            for (const std::size_t i : changes) {
                const Phases ofMember = phasesOf(program, phases, trace.records[i]);
                causes_[i] = Tracer{program, history, ofMember, trace, id}.causeOf(trace.records[i]);
            }
            continue;
        }
        Tracer tracer{program, history, phases, trace, id};
        for (const std::size_t i : changes) {
            causes_[i] = tracer.causeOf(trace.records[i]);
        }
    }
}

const Record* Causes::of(const Record& change) const {
    return causes_[static_cast<std::size_t>(&change - trace_.records.data())];
}

} // namespace cmksim::report
