#include "analysis/resource_bounds.hpp"

#include "engine/resource_replay.hpp"

#include <algorithm>
#include <tuple>

namespace cmksim::analysis {

namespace {

/// Whether the timeline creates it, so that it may have several lives.
bool isCreated(const Program& program, ResourceId id) {
    return std::ranges::any_of(program.resources[id].entries, [&program](const OwnEntry& own) {
        return program.entries[own.entry].action<ResourceCreate>() != nullptr;
    });
}

/// The phases that members of a fleet have, one by one: not every phase of a class has as many of them.
std::vector<PhaseClass> phasesOf(const Fleet& fleet, const std::vector<PhaseClass>& classes) {
    std::vector<PhaseClass> phases;
    for (const PhaseClass& one : classes) {
        for (Duration phase = one.first; phase <= one.last; ++phase) {
            if (fleet.phases->at(phase) > 0) {
                phases.push_back({phase, phase});
            }
        }
    }
    return phases;
}

/// Where what began a spell happened: where it began, or where the action stands that took until then to count.
Position causeOf(const WorldHistory& history, const Position& interval) {
    const MomentId moment = history.find(interval);
    return moment.valid() ? history.position(history.causeOf(moment)) : interval;
}

/// The entry of a program that stands for the same as `entry` of another; invalid when there is none.
EntryId entryLike(const Program& program, const TimelineEntry& entry) {
    const auto identityOf = [](const TimelineEntry& one) {
        return std::tuple{one.place.line, one.place.column, one.firing ? one.firing->time : 0};
    };
    const auto found = std::ranges::find(program.entries, identityOf(entry), identityOf);
    return found == program.entries.end() ? EntryId{}
                                          : EntryId{static_cast<std::size_t>(found - program.entries.begin())};
}

template <class T>
void include(Extent<T>& extent, T first, T last, bool isNew) {
    if (isNew) {
        extent = {first, first};
    }
    extent.include(first);
    extent.include(last);
}

} // namespace

ResourceBounder::ResourceBounder(const Program& shown, ResourceId resource, bool open) : shown_{shown} {
    bounds_.resource = resource;
    bounds_.period = shown.modelOf(resource).revalidation.nominal;
    bounds_.open = open;
}

void ResourceBounder::add(const Program& program, const WorldHistory& history, const std::vector<PhaseClass>& classes,
                          const Ratio& share) {
    const auto& fleet = program.resources[bounds_.resource].fleet;
    const bool known = fleet && fleet->phases;
    const bool open = hasOpenPhase(program, bounds_.resource);
    created_ = isCreated(program, bounds_.resource);
    std::int64_t lost = 0;
    for (const PhaseClass& one : known ? phasesOf(*fleet, classes) : classes) {
        const std::int64_t parts = known ? fleet->phases->at(one.first) : open ? one.width().count() : 1;
        const Passage passed = walk(program, history, one.first, first_);
        lost += passed.dataLost ? parts : 0;
        const Duration first = passed.downtime;
        Duration last = first;
        if (created_) {
            last = walk(program, history, one.last, last_).downtime;
        } else {
            last += shift(one.last - one.first);
        }
        for (std::size_t i = 0; i < first_.size(); ++i) {
            addOutage(program, history, first_[i], last_[i], parts);
        }
        include(bounds_.downtime.extent, first, last, bounds_.classes == 0);
        downtime_.add(first, last, parts);
        present_ = present_ || passed.present;
        ++bounds_.classes;
    }
    const Ratio part = share / (known ? std::int64_t{fleet->members} : open ? bounds_.period.count() : 1);
    if (lost > 0) {
        bounds_.dataLost += part * lost;
    }
    downtime_.weigh(part);
    for (auto& [intervals, raw] : outages_) {
        raw.length.weigh(part);
        raw.latent.weigh(part);
    }
}

std::optional<ResourceBounds> ResourceBounder::finish() {
    if (!present_) {
        return std::nullopt;
    }
    bounds_.downtime.mean = downtime_.mean();
    for (auto& [intervals, raw] : outages_) {
        raw.bounds.probability = raw.length.weight();
        raw.bounds.length.mean = raw.length.mean();
        raw.bounds.latent.mean = raw.latent.mean();
        bounds_.outages.push_back(std::move(raw.bounds));
    }
    std::ranges::stable_sort(bounds_.outages, {}, [](const OutageBounds& one) {
        return std::tuple{one.start.instant.least, one.start.instant.most, one.end.instant.least};
    });
    return std::move(bounds_);
}

ResourceBounder::Passage ResourceBounder::walk(const Program& program, const WorldHistory& history, Duration phase,
                                               std::vector<ReplayedOutage>& outages) {
    records_.clear();
    ResourceReplay walk{program, history, bounds_.resource, phase, records_};
    intervals_.clear();
    walk.recordIntervals(intervals_);
    walk.finish();
    readOutages(program, history, bounds_.resource, records_, intervals_, outages);
    const bool lost =
        std::ranges::any_of(records_, [](const Record& record) { return record.kind == RecordKind::DataLost; });
    return {walk.resource().statusAt(program.until).downtime, walk.appeared().valid(), lost};
}

/// The outages of a phase that is later by so much, in the same class, and how much longer they are in total: what a
/// revalidation sees is later too.
Duration ResourceBounder::shift(Duration by) {
    last_ = first_;
    Duration longer{};
    for (ReplayedOutage& outage : last_) {
        const Duration start = outage.startAtOnce ? Duration::zero() : by;
        const Duration end = outage.over && !outage.endAtOnce ? by : Duration::zero();
        outage.start += start;
        outage.end += end;
        longer += end - start;
    }
    return longer;
}

void ResourceBounder::addOutage(const Program& program, const WorldHistory& history, const ReplayedOutage& first,
                                const ReplayedOutage& last, std::int64_t parts) {
    const auto [found, isNew] =
        outages_.try_emplace({nameOf(program, history, first.startSpell), nameOf(program, history, first.endSpell)});
    RawImport& raw = found->second;
    OutageBounds& bounds = raw.bounds;
    if (isNew || first.start < bounds.start.instant.least) {
        bounds.reason = first.reason;
    }
    if (isNew) {
        bounds.start.interval = first.startSpell;
        bounds.end.interval = first.endSpell;
        tellCause(program, history, bounds.start);
        tellCause(program, history, bounds.end);
    }
    include(bounds.start.caused, causeOf(history, first.startSpell).at, causeOf(history, first.startSpell).at, isNew);
    include(bounds.end.caused, causeOf(history, first.endSpell).at, causeOf(history, first.endSpell).at, isNew);
    bounds.over = first.over;
    bounds.start.atOnce = first.startAtOnce;
    bounds.end.atOnce = first.endAtOnce;
    include(bounds.start.instant, first.start, last.start, isNew);
    include(bounds.end.instant, first.end, last.end, isNew);
    include(bounds.length.extent, first.end - first.start, last.end - last.start, isNew);
    raw.length.add(first.end - first.start, last.end - last.start, parts);
    const Instant caused = causeOf(history, first.startSpell).at;
    const Duration latentFirst = first.start - caused;
    const Duration latentLast = last.start - caused;
    include(bounds.latent.extent, latentFirst, latentLast, isNew);
    raw.latent.add(latentFirst, latentLast, parts);
}

void ResourceBounder::tellCause(const Program& program, const WorldHistory& history, Turn& turn) const {
    if (turn.interval == afterAll) {
        return;
    }
    const Position cause = causeOf(history, turn.interval);
    if (cause.stage == Stage::Actions) {
        turn.entry = entryLike(shown_, program.entries[EntryId{cause.cause}]);
        return;
    }
    const auto fact = std::ranges::find(history.records(), turn.interval, &Record::position);
    if (fact != history.records().end()) {
        turn.fact = *fact;
    }
}

SpellName ResourceBounder::nameOf(const Program& program, const WorldHistory& history, const Position& interval) const {
    using enum SpellName::Kind;
    if (interval == afterAll) {
        return {End, {}, 0, {}, {}};
    }
    const Position cause = causeOf(history, interval);
    if (cause.stage == Stage::Actions) {
        const TimelineEntry& entry = program.entries[EntryId{cause.cause}];
        return {cause == interval ? Action : LateAction, entry.place, entry.firing ? entry.firing->time : 0, {}, {}};
    }
    const auto fact = std::ranges::find(history.records(), interval, &Record::position);
    if (fact != history.records().end()) {
        const auto before = std::ranges::count_if(history.records().begin(), fact, [&](const Record& one) {
            return one.kind == RecordKind::Fact && one.fact == fact->fact && one.factTarget == fact->factTarget;
        });
        return {Fact, {}, static_cast<std::uint32_t>(before), fact->fact, fact->factTarget};
    }
    const auto lapses = std::ranges::count_if(
        records_, [&](const Record& one) { return one.kind == RecordKind::Fact && one.position.at < interval.at; });
    const bool lapsed = std::ranges::any_of(
        records_, [&](const Record& one) { return one.kind == RecordKind::Fact && one.position.at == interval.at; });
    return {lapsed ? Lapse : Start, {}, static_cast<std::uint32_t>(lapsed ? lapses : 0), {}, {}};
}

} // namespace cmksim::analysis
