#include "analysis/event_ranges.hpp"

#include "analysis/worlds.hpp"
#include "engine/resource_replay.hpp"

#include <algorithm>
#include <span>

namespace cmksim::analysis {

namespace {

/// A fleet stands for many, whose own times are told with it.
bool happensByItself(const Record& record) {
    if (record.members.count > 0) {
        return false;
    }
    if (record.is<FactHappened>()) {
        return record.resource.valid();
    }
    return record.position.stage != Stage::Actions && (record.is<Transition>() || record.is<ConditionChanged>() ||
                                                       record.is<KeyRotated>() || record.is<LossCame>() ||
                                                       record.is<DataLost>());
}

class RangeFinder {
public:
    RangeFinder(const Program& program, const Trace& trace)
        : program_{program}, records_{trace.records}, places_(program.resources.size()) {
        found_.ranges.resize(records_.size());
        for (std::size_t i = 0; i < records_.size(); ++i) {
            if (happensByItself(records_[i])) {
                places_[records_[i].resource].push_back(i);
                found_.ranges[i] = Extent<Instant>{records_[i].position.at, records_[i].position.at};
            }
        }
    }

    EventRanges find(OpenTimings open) {
        WorldsVisited visited = forEachWorld(program_, open, [this](const PossibleWorld& world) {
            for (const ResourceId id : program_.resources.ids()) {
                if (places_[id].empty()) {
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
        course_.clear();
        ResourceReplay{world.program(), world.history(), id, phases, course_}.finish();
        std::vector<std::size_t> left = places_[id];
        for (const Record& record : course_) {
            if (!happensByItself(record)) {
                continue;
            }
            // The first of its like that has not been met: as many came before it there as here.
            const auto same = std::ranges::find(left, record.what, [this](std::size_t i) { return records_[i].what; });
            if (same != left.end()) {
                found_.ranges[*same]->include(record.position.at);
                left.erase(same);
            }
        }
    }

    const Program& program_;
    std::span<const Record> records_;
    IdVector<ResourceId, std::vector<std::size_t>> places_; // of each resource's events in the trace
    EventRanges found_;
    std::vector<Record> course_;
};

} // namespace

EventRanges rangesOf(const Program& program, const Trace& trace, OpenTimings open) {
    return RangeFinder{program, trace}.find(open);
}

} // namespace cmksim::analysis
