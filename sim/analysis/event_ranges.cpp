#include "analysis/event_ranges.hpp"

#include "analysis/worlds.hpp"
#include "engine/resource_replay.hpp"

#include <map>
#include <tuple>

namespace cmksim::analysis {

namespace {

/// What makes an event the same one in another course.
struct EventName {
    ResourceId resource;
    RecordKind kind{};
    StateId to;
    Reason reason = Reason::None;
    ConditionId condition;
    bool flag = false;
    std::uint32_t time = 0; // how many of these came before

    friend auto operator<=>(const EventName&, const EventName&) = default;
};

/// A fleet stands for many, whose own times are told with it.
bool happensByItself(const Record& record) {
    if (record.members.count > 0) {
        return false;
    }
    switch (record.kind) {
    case RecordKind::Transition:
    case RecordKind::Condition:
    case RecordKind::KeyRotated:
    case RecordKind::DataLost: return record.position.stage != Stage::Actions;
    case RecordKind::Fact: return record.resource.valid();
    default: return false;
    }
}

/// Numbers the events of one course, in their order.
class Namer {
public:
    EventName operator()(const Record& record) {
        EventName name{record.resource, record.kind, record.to, record.reason, record.condition, record.flag, 0};
        name.time = counts_[name]++;
        return name;
    }

private:
    std::map<EventName, std::uint32_t> counts_;
};

class RangeFinder {
public:
    RangeFinder(const Program& program, const Trace& trace) : program_{program} {
        found_.ranges.resize(trace.records.size());
        Namer nameOf;
        for (std::size_t i = 0; i < trace.records.size(); ++i) {
            const Record& record = trace.records[i];
            if (happensByItself(record)) {
                places_.emplace(nameOf(record), i);
                found_.ranges[i] = Extent<Instant>{record.position.at, record.position.at};
            }
        }
    }

    EventRanges find(OpenTimings open) {
        WorldsVisited visited = forEachWorld(program_, open, [this](const PossibleWorld& world) {
            for (const ResourceId id : program_.resources.ids()) {
                if (program_.resources[id].fleet) {
                    continue;
                }
                for (const PhaseClass& one : world.classesOf(id)) {
                    include(world, id, one.firstPhases());
                    include(world, id, one.lastPhases());
                }
            }
            return true;
        });
        found_.cutShort = std::move(visited.cutShort);
        for (std::optional<Extent<Instant>>& range : found_.ranges) {
            if (range && range->isPoint()) {
                range.reset();
            }
        }
        return std::move(found_);
    }

private:
    void include(const PossibleWorld& world, ResourceId id, const OpenPhases& phases) {
        records_.clear();
        ResourceReplay{world.program(), world.history(), id, phases, records_}.finish();
        Namer nameOf;
        for (const Record& record : records_) {
            if (!happensByItself(record)) {
                continue;
            }
            if (const auto known = places_.find(nameOf(record)); known != places_.end()) {
                found_.ranges[known->second]->include(record.position.at);
            }
        }
    }

    const Program& program_;
    std::map<EventName, std::size_t> places_; // in the trace
    EventRanges found_;
    std::vector<Record> records_;
};

} // namespace

EventRanges rangesOf(const Program& program, const Trace& trace, OpenTimings open) {
    return RangeFinder{program, trace}.find(open);
}

} // namespace cmksim::analysis
