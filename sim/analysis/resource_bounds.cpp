#include "analysis/resource_bounds.hpp"

#include "base/overloaded.hpp"
#include "engine/resource_replay.hpp"
#include "trace/intervals.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <span>
#include <tuple>
#include <variant>

namespace cmksim::analysis {

namespace {

/// Whether the timeline creates it, so that it may have several lives.
bool isCreated(const Program& program, ResourceId id) {
    return std::ranges::any_of(program.resources[id].entries, [&program](const OwnEntry& own) {
        return program.entries[own.entry].creation() != nullptr;
    });
}

/// The phases that members of a fleet have, one by one: not every phase of a class has as many of them.
std::vector<PhaseClass> phasesOf(const Fleet& fleet, const std::vector<PhaseClass>& classes) {
    if (fleet.phases->haveRotations()) {
        return classes;
    }
    std::vector<PhaseClass> phases;
    for (const PhaseClass& one : classes) {
        for (Duration phase = one.first; phase <= one.last; ++phase) {
            if (fleet.phases->at(phase) > 0) {
                std::ranges::move(within(one, phase, phase), std::back_inserter(phases));
            }
        }
    }
    return phases;
}

/// Where what began an interval happened: where it began, or where the action stands that took until then to count.
Position causeOf(const WorldHistory& history, const Position& interval) {
    const MomentId moment = history.find(interval);
    return moment.valid() ? history.position(history.causeOf(moment)) : interval;
}

/// The entry of a program that stands for the same as `entry` of another.
std::optional<EntryId> entryLike(const Program& program, const TimelineEntry& entry) {
    const auto identityOf = [](const TimelineEntry& one) {
        return std::tuple{one.place.line, one.place.column, one.firing ? one.firing->time : 0};
    };
    const auto found = std::ranges::find(program.entries, identityOf(entry), identityOf);
    return found == program.entries.end()
               ? std::nullopt
               : std::optional{EntryId{static_cast<std::size_t>(found - program.entries.begin())}};
}

/// The first of the causes by time, and the others.
void tell(const std::map<TurnName, TurnCause>& causes, Turn& turn) {
    for (const auto& [name, cause] : causes) {
        turn.others.push_back(cause);
    }
    if (turn.others.size() > 1) {
        // Of one instant facts come first.
        std::ranges::stable_sort(turn.others, {}, [](const TurnCause& one) {
            return std::pair{one.at.least, std::holds_alternative<EntryId>(one.what)};
        });
    }
    if (!turn.others.empty()) {
        turn.cause = turn.others.front();
        turn.others.erase(turn.others.begin());
    }
}

/// Whether it can come at other instants than were seen: a lapse, what time brings about, what a reaction does. An
/// action of the timeline comes when the timeline says.
bool moves(const TurnName& name, const Program& program) {
    if (const auto* action = std::get_if<ActionName>(&name)) {
        return std::ranges::find(program.entries, action->place, &TimelineEntry::place) == program.entries.end();
    }
    return std::holds_alternative<LapseName>(name) || std::holds_alternative<FactName>(name);
}

/// When the first of them can happen; at the start where none is told.
Instant earliest(const std::map<TurnName, TurnCause>& causes, const Program& program) {
    Instant first = causes.empty() ? scenarioStart : never;
    for (const auto& [name, cause] : causes) {
        first = std::min(first, moves(name, program) ? scenarioStart : cause.at.least);
    }
    return first;
}

/// Those of reactions can be at any instant from one on.
void widenReactions(std::map<TurnName, TurnCause>& causes, Instant from, const Program& program) {
    for (auto& [name, cause] : causes) {
        if (std::holds_alternative<ActionName>(name) && moves(name, program)) {
            cause.at.include(from);
            cause.at.include(program.until);
        }
    }
}

template <class T>
void include(Extent<T>& extent, T first, T last, bool isNew) {
    if (isNew) {
        extent = {first, first};
    }
    extent.include(first);
    extent.include(last);
}

void addReason(Reason reason, const Extent<Instant>& start, std::vector<OutageReason>& reasons) {
    auto known = std::ranges::find(reasons, reason, &OutageReason::reason);
    if (known == reasons.end()) {
        reasons.push_back({reason, start});
        known = std::prev(reasons.end());
    }
    known->start.include(start.least);
    known->start.include(start.most);
    const auto first = [](const OutageReason& one) { return one.start.least; };
    if (!std::ranges::is_sorted(reasons, {}, first)) {
        std::ranges::stable_sort(reasons, {}, first);
    }
}

/// By what clocks of its model a resource turns, in the order in which they pass; `interval` is what the turn follows.
std::vector<const Timing*> clocksBehind(const Model& model, const Record& turn, const Position& interval) {
    const auto* moved = turn.asIf<Transition>();
    if (moved == nullptr) {
        return {};
    }
    const StateRule& from = model.states[moved->from];
    switch (turn.position.stage) {
    case Stage::Revalidations: {
        std::vector<const Timing*> clocks;
        if (model.retains && interval.stage == Stage::OwnFacts) {
            clocks.push_back(&model.ownClocks[model.retains->versions]);
        }
        clocks.push_back(from.down && model.recoveryClock ? &*model.recoveryClock : &model.revalidation);
        return clocks;
    }
    case Stage::OwnFacts: {
        if (from.heals && moved->to == model.ready()) {
            return {model.recoveryClock ? &*model.recoveryClock : &model.revalidation,
                    &model.ownClocks[from.heals->takes]};
        }
        if (model.recovery && moved->to == model.ready()) {
            return {&model.ownClocks[model.recovery->takes]};
        }
        if (from.then && from.then->to == moved->to) {
            return {&model.ownClocks[from.then->after]};
        }
        const auto& tolerated = model.reasons[static_cast<std::size_t>(moved->reason)].tolerated;
        if (const auto* time = tolerated ? std::get_if<TimingId>(&*tolerated) : nullptr) {
            return {&model.revalidation, &model.ownClocks[*time]};
        }
        return {};
    }
    case Stage::Bases: {
        const Timing* within = !model.standsOn ? nullptr
                               : from.down     ? &model.standsOn->backWithin
                                               : &model.standsOn->within;
        return within != nullptr && within->latest > Duration::zero() ? std::vector{within}
                                                                      : std::vector<const Timing*>{};
    }
    case Stage::Facts:
    case Stage::Lapses:
    case Stage::Actions:
    case Stage::Observations: break;
    }
    return {};
}

void addTimings(const std::vector<const Timing*>& more, std::vector<const Timing*>& known) {
    for (const Timing* clock : more) {
        if (std::ranges::find(known, clock) == known.end()) {
            known.push_back(clock);
        }
    }
}

NarrowOutage narrow(const OutageBounds& outage) {
    return {outage.start.instant, outage.end.instant, outage.length.extent};
}

} // namespace

ResourceBounder::ResourceBounder(const Program& shown, ResourceId resource, bool open) : shown_{shown} {
    bounds_.resource = resource;
    bounds_.period = shown.modelOf(resource).revalidation.nominal;
    bounds_.open = open;
}

void ResourceBounder::add(const PossibleWorld& world, const std::vector<PhaseClass>& classes,
                          const std::optional<Ratio>& share) {
    const Program& program = world.program();
    const auto& fleet = program.resources[bounds_.resource].fleet;
    const bool known = fleet && fleet->phases;
    const std::optional<std::int64_t> ways = share ? world.waysOf(bounds_.resource) : std::nullopt;
    created_ = isCreated(program, bounds_.resource);
    std::int64_t lost = 0;
    std::optional<std::vector<PhaseClass>> finer; // by what causes are told of
    const auto partsOf = [&](const PhaseClass& one) {
        return Parts{ways ? world.waysIn(bounds_.resource, one) : 0, leanOf(one)};
    };
    for (const PhaseClass& one : known ? phasesOf(*fleet, classes) : classes) {
        const Passage passed = walk(world, one.firstPhases(), first_);
        bool oneCause = true;
        for (ReplayedOutage& outage : first_) {
            outage.startIsCrowded = startIsCrowded(world, outage, one.last - one.first);
            oneCause = oneCause && !outage.startIsCrowded;
        }
        if (oneCause) {
            lost += addClass(world, one, passed, partsOf(one));
            continue;
        }
        if (!finer) {
            finer = phaseClasses(program, world.telling(), bounds_.resource);
        }
        for (const PhaseClass& part : byCause(*finer, one)) {
            lost += addClass(world, part, walk(world, part.firstPhases(), first_), partsOf(part));
        }
    }
    if (!ways) {
        bounds_.phasesAlone = false;
        return;
    }
    bounds_.weighed = true;
    const Ratio part = *share / *ways;
    if (lost > 0) {
        bounds_.dataLost += part * lost;
    }
    downtime_.weigh(part);
    for (auto& [names, collected] : outages_) {
        collected.length.weigh(part);
        collected.latent.weigh(part);
    }
}

/// The parts of a class whose outages have the same causes.
std::vector<PhaseClass> ResourceBounder::byCause(const std::vector<PhaseClass>& finer, const PhaseClass& one) {
    std::vector<PhaseClass> parts;
    for (const PhaseClass& each : finer) {
        std::ranges::move(within(one, each.first, each.last), std::back_inserter(parts));
    }
    return parts.empty() ? std::vector{one} : parts;
}

/// Adds what a class of phases comes to, which stands for so many and whose first phase has just been walked; returns
/// how many of them lose data.
std::int64_t ResourceBounder::addClass(const PossibleWorld& world, const PhaseClass& one, const Passage& passed,
                                       const Parts& parts) {
    tellCauses(world, one.firstPhases());
    addTimesThere(world);
    const std::vector<ImpairmentInterval> impairments = readImpairments(world);
    const Duration first = passed.downtime;
    Duration last = first;
    // What rules count moves with what it is counted from, which may be a look or may not.
    if (created_ || world.program().modelOf(bounds_.resource).countsTime()) {
        std::vector<Record> earliest;
        std::ranges::copy_if(records_, std::back_inserter(earliest), &Record::is<LossCame>);
        last = walk(world, one.lastPhases(), last_).downtime;
        impairments_.add(impairments, readImpairments(world));
        losses_.add(earliest, records_);
    } else {
        last += shift(one.last - one.first);
        impairments_.add(impairments, one.last - one.first);
        losses_.add({}, {}); // what is lost is counted by a clock of the model, and this one has none
    }
    for (std::size_t i = 0; i < first_.size(); ++i) {
        addOutage(world, first_[i], last_[i], names_[i], parts);
    }
    include(bounds_.downtime.extent, first, last, bounds_.classes == 0);
    downtime_.add(first, last, parts);
    present_ = present_ || passed.present;
    ++bounds_.classes;
    bounds_.mayLoseData = bounds_.mayLoseData || passed.dataLost;
    return passed.dataLost ? parts.count : 0;
}

std::vector<ImpairmentInterval> ResourceBounder::readImpairments(const PossibleWorld& world) const {
    return impairmentIntervals(world.program().modelOf(bounds_.resource),
                               world.history().born(bounds_.resource).statusAt(scenarioStart), records_,
                               world.program().until);
}

/// Actions alone make and delete it, so that no phase within a class moves that.
void ResourceBounder::addTimesThere(const PossibleWorld& world) {
    const TimesThere times =
        timesThere(world.program().modelOf(bounds_.resource),
                   world.history().born(bounds_.resource).statusAt(scenarioStart), records_, world.program().until);
    addTo(bounds_.there, times.there);
    addTo(bounds_.failed, times.failed);
    failing_ += times.failed.empty() ? 0U : 1U;
}

void ResourceBounder::openAll() {
    bounds_.downtimeByPhases = bounds_.downtime.extent;
    for (auto& [names, collected] : outages_) {
        collected.bounds.byPhases = narrow(collected.bounds);
    }
}

void ResourceBounder::widen(const Program& program) {
    bounds_.exact = false;
    bounds_.downtime.extent.include(Duration::zero());
    bounds_.downtime.extent.include(program.until - scenarioStart);
    for (auto& [names, collected] : outages_) {
        OutageBounds& outage = collected.bounds;
        // Nothing begins before its cause, nor ends before that of its end.
        const Instant from = earliest(collected.startCauses, program);
        const Instant interval = moves(names.second, program) ? scenarioStart : collected.endInterval;
        const Instant to = std::max(from, std::min(earliest(collected.endCauses, program), interval));
        widenReactions(collected.startCauses, scenarioStart, program);
        widenReactions(collected.endCauses, from, program);
        outage.start.instant.include(from);
        outage.start.instant.include(program.until);
        outage.end.instant.include(outage.over ? to : outage.end.instant.least);
        outage.end.instant.include(program.until);
        for (OutageReason& one : outage.reasons) {
            one.start = outage.start.instant;
        }
        outage.length.extent.include(Duration::zero());
        outage.length.extent.include(program.until - from);
        outage.latent.extent.include(Duration::zero());
        outage.latent.extent.include(program.until - from);
    }
    impairments_.widen(program.until);
    losses_.widen(program.until);
    for (Stretches* stretches : {&bounds_.there, &bounds_.failed}) {
        if (!stretches->empty()) {
            stretches->assign(1, Extent<Instant>{scenarioStart, program.until});
        }
    }
}

std::optional<ResourceBounds> ResourceBounder::finish() {
    if (!present_) {
        return std::nullopt;
    }
    if (downtime_.weighsAnything()) {
        bounds_.downtime.mean = downtime_.mean();
    }
    if (bounds_.downtimeByPhases == bounds_.downtime.extent) {
        bounds_.downtimeByPhases.reset();
    }
    for (auto& [names, collected] : outages_) {
        OutageBounds& outage = collected.bounds;
        if (narrow(outage) == outage.byPhases) {
            outage.byPhases.reset();
        }
        outage.probability = collected.length.weight();
        if (collected.length.weighsAnything()) {
            outage.length.mean = collected.length.mean();
            outage.latent.mean = collected.latent.mean();
        }
        tell(collected.startCauses, outage.start);
        tell(collected.endCauses, outage.end);
        bounds_.outages.push_back(std::move(outage));
    }
    bounds_.impairments = impairments_.finish();
    bounds_.losses = losses_.finish();
    bounds_.alwaysFailed = bounds_.exact && failing_ > 0 && failing_ == bounds_.classes;
    std::ranges::stable_sort(bounds_.outages, {}, [](const OutageBounds& one) {
        return std::tuple{one.start.instant.least, one.start.instant.most, one.end.instant.least};
    });
    return std::move(bounds_);
}

ResourceBounder::Passage ResourceBounder::walk(const PossibleWorld& world, const OpenPhases& phases,
                                               std::vector<ReplayedOutage>& outages) {
    records_.clear();
    ResourceReplay walk{world.program(), world.history(), bounds_.resource, phases, records_};
    walk.finish();
    readOutages(world, outages);
    const bool lost = std::ranges::any_of(records_, [](const Record& record) { return record.is<DataLost>(); });
    return {walk.resource().statusAt(world.program().until).downtime, walk.appeared().valid(), lost};
}

/// The outages in the records of a walk, in order.
void ResourceBounder::readOutages(const PossibleWorld& world, std::vector<ReplayedOutage>& outages) const {
    const ResourceStatus start = world.history().born(bounds_.resource).statusAt(scenarioStart);
    outages.clear();
    if (start.down) {
        ReplayedOutage& outage = outages.emplace_back();
        outage.startInterval.since = {scenarioStart, Stage::Facts, 0};
        outage.start = scenarioStart;
        outage.startAtOnce = true;
    }
    DownWatch watch{start};
    for (const Record& record : records_) {
        const bool atOnce = record.position.stage != Stage::Revalidations && record.position.stage != Stage::OwnFacts;
        switch (watch.follow(record)) {
        case DownWatch::Turn::None: break;
        case DownWatch::Turn::Down: {
            ReplayedOutage& outage = outages.emplace_back();
            outage.startInterval = record.on->interval;
            outage.start = record.position.at;
            outage.startAtOnce = atOnce;
            outage.reason = record.on->status.reason;
            outage.began = &record;
            break;
        }
        case DownWatch::Turn::Up: {
            ReplayedOutage& outage = outages.back();
            outage.endInterval = record.is<Transition>() ? record.on->interval.since : record.position;
            outage.end = record.position.at;
            outage.ended = &record;
            outage.endAtOnce = atOnce;
            outage.over = true;
            break;
        }
        }
    }
    if (watch.down()) {
        outages.back().end = world.program().until;
        outages.back().endInterval = afterAll;
    }
}

/// Whether more than one action or fact of the world, or a lapse of the resource's own, falls between two instants,
/// both in.
bool ResourceBounder::isCrowded(const PossibleWorld& world, Instant from, Instant to) const {
    const std::span<const Position> moments = world.history().moments();
    int count = 0;
    for (auto moment = std::ranges::lower_bound(moments, from, {}, &Position::at);
         count < 2 && moment != moments.end() && moment->at <= to; ++moment) {
        count += moment->stage == Stage::Facts || moment->stage == Stage::Actions ? 1 : 0;
    }
    return count > 1 || std::ranges::any_of(records_, [&](const Record& one) {
               return one.is<FactHappened>() && from <= one.position.at && one.position.at <= to;
           });
}

/// Whether something else than what began the failing interval can be a cause of the outage, at this phase or one that
/// is later by so much.
bool ResourceBounder::startIsCrowded(const PossibleWorld& world, const ReplayedOutage& outage, Duration later) const {
    const Instant start = outage.start + (outage.startAtOnce ? Duration::zero() : later);
    return outage.began != nullptr && isCrowded(world, outage.startInterval.since.at, start);
}

/// Whether its end may have another cause than what began the passing interval. Of looks that can only be what happened
/// at one instant with that, or long before it, where a version was retained; the end of what was begun by hand comes
/// of the action.
bool ResourceBounder::endIsByMore(const PossibleWorld& world, const ReplayedOutage& outage) const {
    if (outage.ended == nullptr) {
        return false;
    }
    const Stage stage = outage.ended->position.stage;
    return stage == Stage::Actions || stage == Stage::OwnFacts || outage.endInterval.stage == Stage::OwnFacts ||
           (!outage.endAtOnce && isCrowded(world, outage.endInterval.at, outage.endInterval.at));
}

void ResourceBounder::tellCauses(const PossibleWorld& world, const OpenPhases& phases) {
    std::unique_ptr<CauseFinder> finder;
    const auto find = [&](const Record& change) {
        // Of these no history need tell, which takes a while to be made.
        if (const Record* byHand = begunByHand(world.program(), records_, change)) {
            return byHand->position;
        }
        if (!finder) {
            finder = std::make_unique<CauseFinder>(world.program(), world.telling(), bounds_.resource, phases);
        }
        const Behind behind = finder->behind(change);
        const EventPlace* cause = behind.cause();
        return cause != nullptr ? cause->position() : Position{scenarioStart, Stage::Facts, 0};
    };
    // What the start brings about later has a name of its own.
    const auto isLateFromStart = [](const NamedTurn& named, const Position& interval) {
        return named.cause != interval && named.cause.stage != Stage::Actions;
    };
    const Model& model = world.program().modelOf(bounds_.resource);
    names_.clear();
    for (const ReplayedOutage& outage : first_) {
        OutageNames& names = names_.emplace_back(
            OutageNames{nameOf(world, outage.startInterval.since), nameOf(world, outage.endInterval), {}, {}, {}, {}});
        if (outage.began != nullptr) {
            names.startClocks = clocksBehind(model, *outage.began, outage.startInterval.since);
        }
        if (outage.ended != nullptr) {
            names.endClocks = clocksBehind(model, *outage.ended, outage.endInterval);
        }
        // What is not crowded at the last phase of a class is not at the first.
        if (outage.startIsCrowded && startIsCrowded(world, outage, Duration::zero())) {
            names.startCause = nameOf(world, find(*outage.began));
        } else if (isLateFromStart(names.start, outage.startInterval.since)) {
            names.startCause = nameOf(world, names.start.cause);
        }
        if (endIsByMore(world, outage)) {
            names.endCause = nameOf(world, find(*outage.ended));
            if (outage.endInterval.stage == Stage::OwnFacts) {
                names.end = *names.endCause; // nothing of the world began it
            }
        } else if (isLateFromStart(names.end, outage.endInterval)) {
            names.endCause = nameOf(world, names.end.cause);
        }
    }
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

void ResourceBounder::addOutage(const PossibleWorld& world, const ReplayedOutage& first, const ReplayedOutage& last,
                                const OutageNames& names, const Parts& parts) {
    const NamedTurn& startCause = names.startCause ? *names.startCause : names.start;
    const NamedTurn& endCause = names.endCause ? *names.endCause : names.end;
    const auto [found, isNew] = outages_.try_emplace({names.start.name, names.end.name});
    Collected& collected = found->second;
    OutageBounds& bounds = collected.bounds;
    addReason(first.reason, {first.start, last.start}, bounds.reasons);
    if (isNew) {
        bounds.start.interval = first.startInterval.since;
        bounds.end.interval = first.endInterval;
    }
    addCause(world, startCause, collected.startCauses);
    addTimings(names.startClocks, bounds.start.clocks);
    addTimings(names.endClocks, bounds.end.clocks);
    if (first.over) {
        addCause(world, endCause, collected.endCauses);
        collected.endInterval = std::min(collected.endInterval, names.end.cause.at);
    }
    bounds.over = first.over;
    bounds.start.atOnce = first.startAtOnce;
    bounds.end.atOnce = first.endAtOnce;
    include(bounds.start.instant, first.start, last.start, isNew);
    include(bounds.end.instant, first.end, last.end, isNew);
    include(bounds.length.extent, first.end - first.start, last.end - last.start, isNew);
    collected.length.add(first.end - first.start, last.end - last.start, parts);
    const Duration latentFirst = first.start - startCause.cause.at;
    const Duration latentLast = last.start - startCause.cause.at;
    include(bounds.latent.extent, latentFirst, latentLast, isNew);
    collected.latent.add(latentFirst, latentLast, parts);
}

void ResourceBounder::addCause(const PossibleWorld& world, const NamedTurn& turn,
                               std::map<TurnName, TurnCause>& causes) const {
    const auto [known, isNew] = causes.try_emplace(turn.name);
    if (isNew) {
        known->second = {{turn.cause.at, turn.cause.at}, causeOf(world, turn)};
    }
    known->second.at.include(turn.cause.at);
}

EventCause ResourceBounder::causeOf(const PossibleWorld& world, const NamedTurn& turn) const {
    return std::visit(Overloaded{[&](const ActionName&) -> EventCause {
                                     const TimelineEntry& done = world.program().entries[EntryId{turn.cause.cause}];
                                     const auto entry = entryLike(shown_, done);
                                     return entry ? EventCause{*entry} : ActionElsewhere{done.name + ' ' + done.target};
                                 },
                                 [&](const FactName& fact) -> EventCause {
                                     return FactHappened{fact.kind, fact.target};
                                 },
                                 [](const LapseName&) -> EventCause { return ownLapse; },
                                 [](const auto&) -> EventCause { return FromStart{}; }},
                      turn.name);
}

NamedTurn ResourceBounder::nameOf(const PossibleWorld& world, const Position& interval) const {
    if (interval == afterAll) {
        return {NotOver{}, interval};
    }
    const Position cause = analysis::causeOf(world.history(), interval);
    if (cause.stage == Stage::Actions) {
        const TimelineEntry& entry = world.program().entries[EntryId{cause.cause}];
        return {ActionName{entry.place, entry.firing ? entry.firing->time : 0}, cause};
    }
    const std::span<const Record> facts = world.history().records();
    const auto found = std::ranges::find(facts, interval, &Record::position);
    if (found != facts.end()) {
        const auto before =
            std::count_if(facts.begin(), found, [&](const Record& one) { return one.what == found->what; });
        const FactHappened& fact = found->as<FactHappened>();
        return {FactName{static_cast<std::uint32_t>(before), fact.kind, fact.target}, cause};
    }
    const auto lapses = std::ranges::count_if(
        records_, [&](const Record& one) { return one.is<FactHappened>() && one.position.at < interval.at; });
    const bool lapsed = std::ranges::any_of(
        records_, [&](const Record& one) { return one.is<FactHappened>() && one.position.at == interval.at; });
    return {lapsed ? TurnName{LapseName{static_cast<std::uint32_t>(lapses)}} : FromStart{}, cause};
}

} // namespace cmksim::analysis
