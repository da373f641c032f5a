#include "engine/replay.hpp"

#include "engine/expectation.hpp"
#include "engine/resource_replay.hpp"

#include <algorithm>

namespace cmksim::engine {

namespace {

/// Puts the records of one resource at its place in the list. Its own actions, lapses and revalidations have a position
/// of their own, within which its records stay as they are; what follows from something else in the world goes by list.
void place(std::span<Record> records, std::uint32_t rank, std::uint32_t dealt) {
    for (Record& record : records) {
        record.order = record.is<DataLost>() ? rank + 1 : 0;
        if (record.position.stage == Stage::Observations) {
            record.order = record.item();
        } else if (record.position.stage == Stage::Revalidations || record.position.stage == Stage::OwnFacts ||
                   record.position.stage == Stage::Lapses) {
            record.position.cause = rank;
        } else if (record.position.stage == Stage::Bases) {
            record.position.cause = dealt;
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

/// When in the stage of bases each is dealt with, by its rank; empty where nothing stands on anything.
std::vector<std::uint32_t> TraceBuilder::dealtRanks() const {
    std::vector<std::uint32_t> ranks;
    const Standings standings{program_};
    if (standings.empty()) {
        return ranks;
    }
    std::vector<ResourceId> list;
    for (const Replayed& one : replayed_) {
        list.push_back(one.end.resource);
    }
    IdVector<ResourceId, std::uint32_t> dealt{program_.resources.size()};
    std::uint32_t next = 0;
    for (const ResourceId id : standings.dealing(list)) {
        dealt[id] = next++;
    }
    for (const ResourceId id : list) {
        ranks.push_back(dealt[id]);
    }
    return ranks;
}

Trace TraceBuilder::finish() {
    // Those of the estate keep their order; those that the timeline makes follow in the order in which they came to be,
    // and those that never did have no place.
    std::ranges::stable_sort(replayed_, {}, [](const Replayed& one) {
        return std::pair{!one.appeared.valid(), one.appeared};
    });
    trace_.ends.reserve(replayed_.size());
    const std::vector<std::uint32_t> dealt = dealtRanks();
    for (std::uint32_t rank = 0; rank < replayed_.size(); ++rank) {
        const Replayed& one = replayed_[rank];
        place(std::span{trace_.records}.subspan(one.firstRecord, one.lastRecord - one.firstRecord), rank,
              dealt.empty() ? rank : dealt[rank]);
        if (one.appeared.valid()) {
            trace_.ends.push_back(one.end);
        }
    }
    std::ranges::stable_sort(trace_.records, {}, [](const Record& record) {
        return std::pair{record.position, record.order};
    });
    return std::move(trace_);
}

} // namespace cmksim::engine
