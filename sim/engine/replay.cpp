#include "engine/replay.hpp"

#include "engine/expectation.hpp"
#include "engine/walk.hpp"

#include <algorithm>

namespace cmksim {

namespace {

/// Facts of resources come after all those of vaults and keys.
constexpr std::uint32_t firstResourceFact = 0x8000'0000U;

/// Puts the records of one resource at its place in the list.
void place(std::span<Record> records, std::uint32_t rank) {
    for (Record& record : records) {
        const bool isCause = record.kind == RecordKind::Action || record.kind == RecordKind::Operation ||
                             record.kind == RecordKind::Fact || record.position.stage == Stage::Observations;
        record.order = isCause ? 0 : rank + 1;
        if (record.kind == RecordKind::Expectation && record.position.stage == Stage::Observations) {
            record.order = record.item;
        }
        if (record.position.stage == Stage::Revalidations) {
            record.position.cause = rank;
        } else if (record.position.stage == Stage::Facts && record.kind != RecordKind::DataLost) {
            record.position.cause = firstResourceFact + rank;
        }
    }
}

/// The world's records, each followed by the verdict on it where one was asked for.
void appendWorld(const Program& program, const History& history, Trace& trace) {
    for (const Record& record : history.records()) {
        trace.records.push_back(record);
        if (record.kind != RecordKind::Action) {
            continue;
        }
        const Judgement judgement = judge(program, record);
        trace.passed = trace.passed && judgement != Judgement::Failed && judgement != Judgement::FailedUnsaid;
        if (judgement == Judgement::Held || judgement == Judgement::Failed) {
            trace.records.push_back(verdictOn(record, judgement));
        }
    }
}

struct Replayed {
    ResourceId resource;
    MomentId appeared;
    std::size_t firstRecord = 0;
    std::size_t lastRecord = 0;
};

} // namespace

Phases nominalPhases(const Program& program) { return Phases(program.resources.size(), Duration::zero()); }

Trace replay(const Program& program, const Phases& phases) {
    const History history = unfold(program, phases);
    Trace trace;
    appendWorld(program, history, trace);

    std::vector<Replayed> replayed;
    std::vector<ResourceEnd> ends;
    for (const ResourceId id : program.resources.ids()) {
        const std::size_t firstRecord = trace.records.size();
        Walk walk{program, history, id, phases[id], trace.records};
        walk.finish();
        trace.passed = trace.passed && walk.passed();
        replayed.push_back({id, walk.appeared(), firstRecord, trace.records.size()});
        ends.push_back({id, walk.resource().statusAt(program.until)});
    }

    // Those of the estate keep their order; those that the timeline makes follow in the order in which they came to be,
    // and those that never did have no place.
    std::ranges::stable_sort(replayed, {}, [](const Replayed& one) {
        return std::pair{!one.appeared.valid(), one.appeared};
    });
    for (std::uint32_t rank = 0; rank < replayed.size(); ++rank) {
        const Replayed& one = replayed[rank];
        place(std::span{trace.records}.subspan(one.firstRecord, one.lastRecord - one.firstRecord), rank);
        if (one.appeared.valid()) {
            trace.ends.push_back(ends[one.resource.index()]);
        }
    }
    std::ranges::stable_sort(trace.records, {}, [](const Record& record) {
        return std::pair{record.position, record.order};
    });
    return trace;
}

} // namespace cmksim
