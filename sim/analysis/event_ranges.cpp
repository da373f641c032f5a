#include "analysis/event_ranges.hpp"

#include "analysis/worlds.hpp"
#include "engine/impairment.hpp"
#include "engine/resource_replay.hpp"
#include "trace/intervals.hpp"

#include <algorithm>
#include <span>

namespace cmksim::analysis {

namespace {

/// A fleet stands for many, whose own times are told with it.
bool happensByItself(const Record& record) {
    if (record.on && record.on->members.count > 0) {
        return false;
    }
    if (record.is<FactHappened>()) {
        return record.on.has_value();
    }
    return record.position.stage != Stage::Actions &&
           (record.is<Transition>() || record.is<ConditionChanged>() || record.is<KeyRotated>() ||
            record.is<LossCame>() || record.is<DataLost>());
}

/// What one course does to a resource, as far as a trace can spare it that.
struct Toll {
    std::uint32_t outages = 0;
    Instant firstOutage = never;
    Impairment impairment;
    Instant firstImpaired = never;
    Instant lost = never;
};

/// Collects it from the resource's records, in order.
class TollKeeper {
public:
    TollKeeper(const Model& model, const ResourceStatus& start) : model_{&model}, watch_{start} {
        if (watch_.down()) {
            toll_.outages = 1;
            toll_.firstOutage = scenarioStart;
        }
        impaired(start, scenarioStart);
    }

    void add(const Record& record) {
        if (watch_.follow(record) == DownWatch::Turn::Down) {
            ++toll_.outages;
            toll_.firstOutage = std::min(toll_.firstOutage, record.position.at);
        }
        impaired(record.on->status, record.position.at);
        if (record.is<DataLost>()) {
            toll_.lost = std::min(toll_.lost, record.position.at);
        }
    }

    [[nodiscard]] const Toll& toll() const { return toll_; }

private:
    void impaired(const ResourceStatus& status, Instant at) {
        if (!status.down && isImpaired(*model_, status)) {
            toll_.impairment.include(impairmentOf(*model_, status));
            toll_.firstImpaired = std::min(toll_.firstImpaired, at);
        }
    }

    const Model* model_;
    DownWatch watch_;
    Toll toll_;
};

class RangeFinder {
public:
    RangeFinder(const Program& program, const Trace& trace)
        : program_{program}, records_{trace.records}, places_(program.resources.size()) {
        for (const ResourceId id : program.resources.ids()) {
            shown_.emplace_back(program.modelOf(id), trace.starts[id]);
        }
        for (const Record& record : trace.records) {
            if (record.on) {
                shown_[record.on->resource.index()].add(record);
            }
        }
        spared_.resize(program.resources.size());
        found_.ranges.resize(records_.size());
        for (std::size_t i = 0; i < records_.size(); ++i) {
            if (happensByItself(records_[i])) {
                places_[records_[i].on->resource].push_back(i);
                found_.ranges[i] = Extent<Instant>{records_[i].position.at, records_[i].position.at};
            }
        }
    }

    EventRanges find(OpenTimings open) {
        WorldsVisited visited = forEachWorld(program_, open, [this](const PossibleWorld& world) {
            for (const ResourceId id : program_.resources.ids()) {
                world.forEachEnd(id, [&](const OpenPhases& phases) { include(world, id, phases); });
            }
            return true;
        });
        found_.cutShort = std::move(visited.cutShort);
        for (const ResourceId id : found_.cutShort) {
            for (const std::size_t place : places_[id]) {
                found_.ranges[place] = Extent<Instant>{scenarioStart, program_.until};
            }
        }
        for (const ResourceId id : program_.resources.ids()) {
            if (spared_[id.index()].resource.valid()) {
                found_.spared.push_back(spared_[id.index()]);
            }
        }
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
        spare(world, id);
        if (places_[id].empty()) {
            return;
        }
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

    /// Notes what this course does to a resource and the trace does not.
    void spare(const PossibleWorld& world, ResourceId id) {
        if (program_.resources[id].fleet) {
            return;
        }
        TollKeeper keeper{program_.modelOf(id), world.history().born(id).statusAt(scenarioStart)};
        for (const Record& record : course_) {
            keeper.add(record);
        }
        const Toll& here = shown_[id.index()].toll();
        const Toll& there = keeper.toll();
        SparedHere& spared = spared_[id.index()];
        if (there.outages > here.outages) {
            include(there.firstOutage, spared.outages == 0, spared.from);
            spared.outages = std::max(spared.outages, there.outages);
        }
        if (there.firstImpaired != never && here.firstImpaired == never) {
            include(there.firstImpaired, !spared.impairment.any(), spared.impairedFrom);
            spared.impairment.include(there.impairment);
        }
        if (there.lost != never && here.lost == never) {
            include(there.lost, !spared.dataLost, spared.lostFrom);
            spared.dataLost = true;
        }
        if (spared.outages > 0 || spared.impairment.any() || spared.dataLost) {
            spared.resource = id;
        }
    }

    static void include(Instant at, bool isFirst, Extent<Instant>& within) {
        if (isFirst) {
            within = {at, at};
        }
        within.include(at);
    }

    const Program& program_;
    std::span<const Record> records_;
    std::vector<TollKeeper> shown_;                         // by resource, of the trace
    std::vector<SparedHere> spared_;                        // by resource
    IdVector<ResourceId, std::vector<std::size_t>> places_; // of each resource's events in the trace
    EventRanges found_;
    std::vector<Record> course_;
};

} // namespace

Instant SparedHere::earliest() const {
    return std::min({outages > 0 ? from.least : never, impairment.any() ? impairedFrom.least : never,
                     dataLost ? lostFrom.least : never});
}

EventRanges rangesOf(const Program& program, const Trace& trace, OpenTimings open) {
    return RangeFinder{program, trace}.find(open);
}

} // namespace cmksim::analysis
