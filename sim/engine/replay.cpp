#include "engine/replay.hpp"

#include "engine/bases.hpp"
#include "engine/expectation.hpp"
#include "engine/resource_replay.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace cmksim::engine {

namespace {

/// Puts the records of one resource at its place in the list. Its own actions, lapses and revalidations have a position
/// of their own, within which its records stay as they are; what follows from something else in the world goes by list.
void place(std::span<Record> records, std::uint32_t rank) {
    for (Record& record : records) {
        record.order = record.is<DataLost>() ? rank + 1 : 0;
        if (record.position.stage == Stage::Observations) {
            record.order = record.item();
        } else if (record.position.stage == Stage::Revalidations || record.position.stage == Stage::OwnFacts ||
                   record.position.stage == Stage::Lapses) {
            record.position.cause = rank;
        }
    }
}

/// The world's records, each followed by the verdict on it where one was asked for.
void appendWorld(const Program& program, const WorldHistory& history, Trace& trace) {
    for (const Record& record : history.records()) {
        trace.records.push_back(record);
        if (!record.is<ActionDone>() && !record.is<ReadDone>()) {
            continue;
        }
        const Judgement judgement = judge(program, record);
        trace.passed = trace.passed && judgement != Judgement::Failed && judgement != Judgement::FailedUnsaid;
        if (judgement == Judgement::Held || judgement == Judgement::Failed) {
            trace.records.push_back(verdictOn(record, judgement));
        }
    }
}

/// Where a life of a resource begins or, null, ends.
struct LifeTurn {
    Instant at{};
    ResourceId resource;
    const NewResource* life;
};

/// Appends those that the timeline brings about, as the records of the resource tell them.
void addTurns(const Program& program, ResourceId resource, std::span<const Record> records,
              std::vector<LifeTurn>& turns) {
    const ResourceCreate* creation = nullptr; // of the last action
    for (const Record& record : records) {
        if (record.is<ActionDone>()) {
            creation = program.entries[record.entry()].creation();
        } else if (record.is<Created>() && creation != nullptr) {
            turns.push_back({record.position.at, resource, &*creation->described});
        } else if (record.is<Deleted>()) {
            turns.push_back({record.position.at, resource, nullptr});
        }
    }
}

/// When each resource is dealt with in the stage of bases, of one instant after the other: that hangs on what stands on
/// what by then.
class DealtRanks {
public:
    DealtRanks(const Program& program, std::vector<ResourceId> list, std::vector<LifeTurn> turns)
        : list_{std::move(list)}, turns_{std::move(turns)}, lives_{program.resources.size()},
          listed_(program.resources.size()), ranks_{program.resources.size()} {
        std::ranges::stable_sort(turns_, {}, &LifeTurn::at);
        for (const ResourceId id : list_) {
            if (const auto& described = program.resources[id].described) {
                lives_[id] = &*described;
                listed_[id.index()] = true;
            }
        }
    }

    /// Of an instant that is not before that of the last call.
    std::uint32_t at(Instant instant, ResourceId resource) {
        for (; next_ < turns_.size() && turns_[next_].at <= instant; ++next_) {
            lives_[turns_[next_].resource] = turns_[next_].life;
            listed_[turns_[next_].resource.index()] = true;
            isCurrent_ = false;
        }
        if (!isCurrent_) {
            rank();
        }
        return ranks_[resource];
    }

private:
    void rank() {
        std::vector<ResourceId> there;
        std::ranges::copy_if(list_, std::back_inserter(there), [&](ResourceId id) { return listed_[id.index()]; });
        std::uint32_t next = 0;
        for (const ResourceId id : dealing(there, lives_)) {
            ranks_[id] = next++;
        }
        isCurrent_ = true;
    }

    std::vector<ResourceId> list_; // of all that come to be
    std::vector<LifeTurn> turns_;
    PresentLives lives_;
    std::vector<bool> listed_;
    IdVector<ResourceId, std::uint32_t> ranks_;
    std::size_t next_ = 0; // of the turns
    bool isCurrent_ = false;
};

} // namespace

Phases nominalPhases(const Program& program) { return Phases(program.resources.size(), Duration::zero()); }

Trace replay(const Program& program, const Phases& phases) {
    const WorldHistory history = simulateWorld(program, phases);
    TraceBuilder builder{program, history};
    for (const ResourceId id : program.resources.ids()) {
        ResourceReplay walk{program, history, id, phases.of(id), builder.records()};
        walk.finish();
        builder.add(id, walk.appeared(), walk.resource().statusAt(program.until), walk.passed());
    }
    return builder.finish();
}

TraceBuilder::TraceBuilder(const Program& program, const WorldHistory& history) : program_{program} {
    trace_.starts.reserve(program.resources.size());
    for (const ResourceId id : program.resources.ids()) {
        trace_.starts.push_back(history.born(id).statusAt(scenarioStart));
    }
    trace_.records.reserve(2 * history.records().size() + 4 * program.resources.size());
    replayed_.reserve(program.resources.size());
    appendWorld(program, history, trace_);
    worldRecords_ = trace_.records.size();
}

void TraceBuilder::add(ResourceId resource, MomentId appeared, const ResourceStatus& end, bool passed) {
    const std::size_t first = replayed_.empty() ? worldRecords_ : replayed_.back().lastRecord;
    replayed_.push_back({{resource, end}, appeared, first, trace_.records.size()});
    trace_.passed = trace_.passed && passed;
}

/// Puts what the stages of bases brought about in the order in which each of them deals with resources.
void TraceBuilder::dealBases() {
    if (!hasBases(program_)) {
        return;
    }
    std::vector<ResourceId> list;
    std::vector<LifeTurn> turns;
    std::vector<Record*> brought;
    for (const Replayed& one : replayed_) {
        list.push_back(one.end.resource);
        const auto records = std::span{trace_.records}.subspan(one.firstRecord, one.lastRecord - one.firstRecord);
        addTurns(program_, one.end.resource, records, turns);
        for (Record& record : records) {
            if (record.position.stage == Stage::Bases) {
                brought.push_back(&record);
            }
        }
    }
    std::ranges::stable_sort(brought, {}, [](const Record* record) { return record->position.at; });
    DealtRanks ranks{program_, std::move(list), std::move(turns)};
    for (Record* record : brought) {
        record->position.cause = ranks.at(record->position.at, record->on->resource);
    }
}

Trace TraceBuilder::finish() {
    // Those of the estate keep their order; those that the timeline makes follow in the order in which they came to be,
    // and those that never did have no place.
    std::ranges::stable_sort(replayed_, {}, [](const Replayed& one) {
        return std::pair{!one.appeared.valid(), one.appeared};
    });
    trace_.ends.reserve(replayed_.size());
    for (std::uint32_t rank = 0; rank < replayed_.size(); ++rank) {
        const Replayed& one = replayed_[rank];
        place(std::span{trace_.records}.subspan(one.firstRecord, one.lastRecord - one.firstRecord), rank);
        if (one.appeared.valid()) {
            trace_.ends.push_back(one.end);
        }
    }
    dealBases();
    std::ranges::stable_sort(trace_.records, {}, [](const Record& record) {
        return std::pair{record.position, record.order};
    });
    return std::move(trace_);
}

} // namespace cmksim::engine
