#include "analysis/two_worlds.hpp"

#include "analysis/event_text.hpp"
#include "engine/bases.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "engine/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <utility>

namespace cmksim::analysis {

namespace {

/// The events that stand in `some` and not in `others`.
std::vector<std::string> alone(std::span<const Event> some, std::span<const Event> others) {
    std::vector<const Event*> left;
    for (const Event& event : others) {
        left.push_back(&event);
    }
    std::vector<std::string> texts;
    for (const Event& event : some) {
        const auto same = std::ranges::find_if(left, [&](const Event* other) { return *other == event; });
        if (same == left.end()) {
            texts.push_back(event.text);
        } else {
            left.erase(same);
        }
    }
    return texts;
}

/// The events of the instant at which the first of `events` stands.
std::span<const Event> firstInstant(std::span<const Event> events, Instant at) {
    const auto end = std::ranges::find_if(events, [&](const Event& event) { return event.at != at; });
    return events.first(static_cast<std::size_t>(end - events.begin()));
}

std::vector<PhaseClass> between(std::vector<Duration> starts, Duration end) {
    std::ranges::sort(starts);
    const auto repeated = std::ranges::unique(starts);
    starts.erase(repeated.begin(), repeated.end());
    std::vector<PhaseClass> classes;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        classes.push_back({starts[i], (i + 1 < starts.size() ? starts[i + 1] : end) - Duration{1}});
    }
    return classes;
}

/// A downtime at the first and at the last phase of a class; in between it grows or shrinks evenly.
struct Course {
    Duration first{};
    Duration last{};
};

/// Starts a part of the class wherever the course comes to `value` or passes it.
void cutWhere(const Course& course, Duration value, const PhaseClass& phases, std::vector<Duration>& starts) {
    const std::int64_t steps = (phases.width() - Duration{1}).count();
    if (steps == 0 || course.first == course.last) {
        return;
    }
    const std::int64_t slope = (course.last - course.first).count() / steps;
    if (slope == 0) {
        return;
    }
    const std::int64_t reached = (value - course.first).count() / slope;
    for (std::int64_t step = reached - 1; step <= reached + 1; ++step) {
        if (step > 0 && step <= steps) {
            starts.push_back(phases.first + Duration{step});
        }
    }
}

} // namespace

TwoWorlds::TwoWorlds(const Program& a, const Program& b) : sides_{Side{a, {}}, Side{b, {}}} {
    const Instant until = std::max(a.until, b.until);
    for (Side& side : sides_) {
        side.program.until = until;
    }
    findPairs();
    simulateWorldAt(PairPhases(pairs_.size(), Duration::zero()));
    findShapers();
    findLooks();
}

void TwoWorlds::findPairs() {
    std::map<std::string_view, std::size_t> known;
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        const Program& program = sides_[side].program;
        for (const ResourceId id : program.resources.ids()) {
            const auto [at, isNew] = known.try_emplace(program.resources[id].name, pairs_.size());
            if (isNew) {
                pairs_.push_back({program.resources[id].name, {}});
            }
            pairs_[at->second].ids[side] = id;
        }
    }
}

const Model& TwoWorlds::modelOf(std::size_t side, std::size_t pair) const {
    return sides_[side].program.modelOf(pairs_[pair].ids[side]);
}

bool TwoWorlds::hasOpenPhase(std::size_t pair) const {
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        if (has(side, pair) && analysis::hasOpenPhase(sides_[side].program, pairs_[pair].ids[side])) {
            return true;
        }
    }
    return false;
}

Duration TwoWorlds::periodOf(std::size_t pair) const {
    Duration longest{};
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        if (has(side, pair)) {
            longest = std::max(longest, modelOf(side, pair).revalidation.nominal);
        }
    }
    return longest;
}

// --- worlds that depend on a phase ----------------------------------------------------------------------------------

void TwoWorlds::findShapers() {
    for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
        bool shapes = false;
        for (std::size_t side = 0; side < sides_.size(); ++side) {
            shapes = shapes || (has(side, pair) && sides_[side].program.resources[pairs_[pair].ids[side]].shapesWorld);
        }
        if (!shapes || !hasOpenPhase(pair)) {
            continue;
        }
        shapers_.add(pair, footprintsOf(pair));
    }
}

std::vector<FootprintGroup> TwoWorlds::footprintsOf(std::size_t pair) const {
    return groupByFootprint(commonClasses(pair), [&](const PhaseClass& phases) {
        Footprint footprint;
        for (std::size_t side = 0; side < sides_.size(); ++side) {
            ResourceStatus status;
            appendFootprint(recordsOf(side, pair, phases.firstPhases(), status), footprint);
        }
        return footprint;
    });
}

void TwoWorlds::simulateWorldAt(const PairPhases& phases) {
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        sides_[side].history = simulateWorld(sides_[side].program, phasesOf(side, phases));
    }
}

void TwoWorlds::forEachVariant(const std::function<void(const PairPhases&)>& visit) {
    shapers_.forEachChoice([&](std::span<const Shapers::Choice> choices) {
        PairPhases phases(pairs_.size(), Duration::zero());
        for (const auto& [pair, group] : choices) {
            phases[pair] = group->classes.front().firstPhases();
        }
        if (!choices.empty()) {
            simulateWorldAt(phases);
        }
        choices_ = choices;
        visit(phases);
        return true;
    });
    choices_ = {};
}

// --- looks for a newer version ---------------------------------------------------------------------------------------

void TwoWorlds::findLooks() {
    for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
        looks_.push_back(looksOf(pair));
    }
}

/// Both sides go by the same clocks, or else one phase of these looks is taken.
TwoWorlds::Looks TwoWorlds::looksOf(std::size_t pair) const {
    constexpr std::size_t mostPairs = 50'000;
    std::set<Duration> revalidations;
    std::set<Duration> rotations;
    bool isOpen = false;
    bool isPlain = true;
    bool canRotate = false;
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        const ResourceId id = pairs_[pair].ids[side];
        if (!id.valid()) {
            continue;
        }
        const auto& [program, history] = sides_[side];
        const Model& model = program.modelOf(id);
        const auto& fleet = program.resources[id].fleet;
        revalidations.insert(model.revalidation.nominal);
        const bool shapes = program.resources[id].shapesWorld && hasOpenPhase(pair);
        isPlain = isPlain && !shapes && !model.recoveryClock && !model.standsOn && !(fleet && fleet->phases);
        if (model.rotationClock) {
            rotations.insert(model.rotationClock->nominal);
            const auto lives = livesOf(program, id);
            isOpen = isOpen || std::ranges::any_of(lives, [](const NewResource* life) { return !life->rotationPhase; });
            const WorldMoments world{program, history};
            const std::vector<OpenDelay> none;
            canRotate = canRotate || std::ranges::any_of(momentsOf(program, world, none, id).reliance.vaults,
                                                         [&](VaultId vault) { return world.hasNewerVersions(vault); });
        }
    }
    if (!isOpen || !canRotate) {
        return {false, true};
    }
    const bool isCut = isPlain && revalidations.size() == 1 && rotations.size() == 1 &&
                       cutterOf(pair).cut(commonClasses(pair), mostPairs).has_value();
    return {isCut, isCut};
}

std::size_t TwoWorlds::sideWithClock(std::size_t pair) const {
    return has(0, pair) && modelOf(0, pair).rotationClock ? 0 : 1;
}

/// What changes for it on either side cuts both.
ResourceMoments TwoWorlds::momentsOfBoth(std::size_t pair) const {
    ResourceMoments both;
    std::size_t clocks = 0;
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        const ResourceId id = pairs_[pair].ids[side];
        if (!id.valid()) {
            continue;
        }
        const auto& [program, history] = sides_[side];
        const std::vector<OpenDelay> none;
        ResourceMoments own = momentsOf(program, WorldMoments{program, history}, none, id);
        std::ranges::move(own.lives, std::back_inserter(both.lives));
        std::ranges::move(own.changes, std::back_inserter(both.changes));
        std::ranges::move(own.offsets, std::back_inserter(both.offsets));
        clocks += program.modelOf(id).rotationClock ? 1U : 0U;
    }
    std::ranges::sort(both.changes);
    const auto repeated = std::ranges::unique(both.changes);
    both.changes.erase(repeated.begin(), repeated.end());
    std::ranges::sort(both.offsets);
    const auto again = std::ranges::unique(both.offsets);
    both.offsets.erase(again.begin(), again.end());
    if (clocks == 1) {
        both.offsets.push_back(both.offsets.front()); // where looks of both clocks meet, sides may go alike
    }
    return both;
}

PairCutter TwoWorlds::cutterOf(std::size_t pair) const {
    const std::size_t side = sideWithClock(pair);
    return {sides_[side].program, momentsOfBoth(pair), pairs_[pair].ids[side]};
}

PairCover TwoWorlds::coverOf(std::size_t pair, std::span<const PhaseClass> classes) const {
    std::size_t side = sideWithClock(pair);
    if (has(1 - side, pair) && modelOf(1 - side, pair).rotationClock &&
        analysis::hasOpenPhase(sides_[1 - side].program, pairs_[pair].ids[1 - side])) {
        side = 1 - side;
    }
    return analysis::coverOf(sides_[side].program, pairs_[pair].ids[side], classes);
}

Duration TwoWorlds::rotationPeriodOf(std::size_t pair) const {
    return modelOf(sideWithClock(pair), pair).rotationClock->nominal;
}

// --- phases ----------------------------------------------------------------------------------------------------------

std::vector<PhaseClass> TwoWorlds::commonClasses(std::size_t pair) const {
    if (!hasOpenPhase(pair)) {
        return {{Duration::zero(), Duration::zero()}};
    }
    const Duration period = periodOf(pair);
    std::vector<Duration> starts{Duration::zero()};
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        const ResourceId id = pairs_[pair].ids[side];
        if (!id.valid() || !analysis::hasOpenPhase(sides_[side].program, id)) {
            continue;
        }
        for (const PhaseClass& one : phaseClasses(sides_[side].program, sides_[side].history, id)) {
            for (Duration start = one.first; start < period; start += modelOf(side, pair).revalidation.nominal) {
                starts.push_back(start);
            }
        }
    }
    return between(std::move(starts), period);
}

std::vector<PhaseClass> TwoWorlds::classesOf(std::size_t pair) const {
    const auto choice = std::ranges::find(choices_, pair, &Shapers::Choice::who);
    std::vector<PhaseClass> whole = choice != choices_.end() ? choice->group->classes : commonClasses(pair);
    if (goesByPairs(pair)) {
        const PairCutter cutter = cutterOf(pair);
        std::vector<PhaseClass> cut;
        for (const PhaseClass& one : whole) {
            std::ranges::move(cutter.cut(one), std::back_inserter(cut));
        }
        whole = std::move(cut);
    }
    std::vector<PhaseClass> parts;
    for (const PhaseClass& one : whole) {
        std::vector<Duration> starts{one.first};
        cutWhereDowntimesTurn(pair, one, starts);
        for (const PhaseClass& piece : between(std::move(starts), one.last + Duration{1})) {
            std::ranges::move(within(one, piece.first, piece.last), std::back_inserter(parts));
        }
    }
    return parts;
}

/// Within a class downtimes still grow or shrink: one that is expected to be in bounds can leave them, and one that is
/// shorter in A can become longer.
void TwoWorlds::cutWhereDowntimesTurn(std::size_t pair, const PhaseClass& phases, std::vector<Duration>& starts) const {
    std::array<Course, 2> ends;
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        if (!has(side, pair)) {
            continue;
        }
        const Program& program = sides_[side].program;
        ResourceStatus first;
        ResourceStatus last;
        const std::vector<Record> atFirst = recordsOf(side, pair, phases.firstPhases(), first);
        const std::vector<Record> atLast = recordsOf(side, pair, phases.lastPhases(), last);
        ends[side] = {first.downtime, last.downtime};
        for (std::size_t i = 0; i < std::min(atFirst.size(), atLast.size()); ++i) {
            if (!atFirst[i].is<Verdict>()) {
                continue;
            }
            const auto* expectations = std::get_if<std::vector<Expectation>>(&program.entries[atFirst[i].entry()].what);
            if (expectations == nullptr) {
                continue;
            }
            const Range<Duration>& bounds = (*expectations)[atFirst[i].item()].downtime;
            for (const std::optional<Duration>& bound : {bounds.least, bounds.most}) {
                if (bound) {
                    cutWhere({atFirst[i].on->status.downtime, atLast[i].on->status.downtime}, *bound, phases, starts);
                }
            }
        }
    }
    if (has(0, pair) && has(1, pair)) {
        cutWhere({ends[0].first - ends[1].first, ends[0].last - ends[1].last}, Duration::zero(), phases, starts);
    }
}

Phases TwoWorlds::phasesOf(std::size_t side, const PairPhases& phases) const {
    Phases own = nominalPhases(sides_[side].program);
    for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
        if (has(side, pair)) {
            const Model& model = modelOf(side, pair);
            own[pairs_[pair].ids[side]] = phases[pair].revalidation % model.revalidation.nominal;
            if (model.rotationClock) {
                own.setRotation(pairs_[pair].ids[side], phases[pair].rotation);
            }
        }
    }
    return own;
}

// --- what happens ----------------------------------------------------------------------------------------------------

std::vector<Record> TwoWorlds::recordsOf(std::size_t side, std::size_t pair, const OpenPhases& phases,
                                         ResourceStatus& status) const {
    std::vector<Record> records;
    const ResourceId id = pairs_[pair].ids[side];
    if (!id.valid()) {
        return records;
    }
    const Program& program = sides_[side].program;
    OpenPhases own = phases;
    own.revalidation = own.revalidation % modelOf(side, pair).revalidation.nominal;
    ResourceReplay walk{program, sides_[side].history, id, own, records};
    walk.finish();
    status = walk.resource().statusAt(program.until);
    return records;
}

void TwoWorlds::addChecks(const Program& program, const Record& record, Checks& checks) const {
    const TimelineEntry& entry = program.entries[record.entry()];
    Check check;
    check.asked = true;
    if (record.is<Verdict>()) {
        const ExpectationView view = expectationView(program, record);
        const auto* expectations = std::get_if<std::vector<Expectation>>(&entry.what);
        check.place = expectations != nullptr ? (*expectations)[record.item()].place : entry.result->place;
        check.subject =
            expectations != nullptr ? std::string{view.subject} : fmt::format("{} {}", entry.name, entry.target);
        check.expected = view.expected;
        check.actual = view.actual;
        check.holds = record.as<Verdict>().held;
    } else {
        check.kind = CheckDifference::Kind::UnexpectedRefusal;
        check.place = entry.place;
        check.subject = fmt::format("{} {}", entry.name, entry.target);
        check.expected = "ok";
        check.holds = !record.refused();
        check.actual = record.refused() ? fmt::format("refused {}", wordingOf(program, record).error) : "ok";
    }
    CheckKey key{entry.at, check.place.line, check.place.column, check.subject};
    checks.insert_or_assign(std::move(key), std::move(check));
}

PlayedWorld TwoWorlds::playWorld(std::size_t side) const {
    const Program& program = sides_[side].program;
    PlayedWorld played;
    for (const Record& record : sides_[side].history.records()) {
        played.events.push_back({record.position.at, eventText(program, record)});
        if (!record.is<ActionDone>()) {
            continue;
        }
        const Judgement judgement = judge(program, record);
        const bool asked = judgement == Judgement::Held || judgement == Judgement::Failed;
        addChecks(program, asked ? verdictOn(record, judgement) : record, played.checks);
    }
    return played;
}

Played TwoWorlds::play(std::size_t side, std::size_t pair, const OpenPhases& phases) const {
    const Program& program = sides_[side].program;
    Played played;
    for (const Record& record : recordsOf(side, pair, phases, played.status)) {
        const bool verdict = record.is<Verdict>();
        if (!verdict && !record.isUnlisted()) {
            played.events.push_back({record.position.at, eventText(program, record)});
        }
        if (verdict || (record.is<ActionDone>() && !program.entries[record.entry()].result)) {
            addChecks(program, record, played.checks);
        }
    }
    return played;
}

std::vector<Event> TwoWorlds::eventsOf(std::size_t side, const PairPhases& phases, bool verdicts) const {
    const Program& program = sides_[side].program;
    std::vector<Event> events;
    for (const Record& record : replay(program, phasesOf(side, phases)).records) {
        if (!record.isUnlisted() && (verdicts || !record.is<Verdict>())) {
            events.push_back({record.position.at, eventText(program, record)});
        }
    }
    return events;
}

std::optional<Parting> TwoWorlds::parting(const PairPhases& phases) const {
    for (const bool verdicts : {false, true}) {
        const std::vector<Event> inA = eventsOf(0, phases, verdicts);
        const std::vector<Event> inB = eventsOf(1, phases, verdicts);
        std::span<const Event> a{inA};
        std::span<const Event> b{inB};
        while (!a.empty() || !b.empty()) {
            const Instant at = std::min(a.empty() ? never : a.front().at, b.empty() ? never : b.front().at);
            const std::span<const Event> nowInA = firstInstant(a, at);
            const std::span<const Event> nowInB = firstInstant(b, at);
            Parting parting{at, alone(nowInA, nowInB), alone(nowInB, nowInA), {}, {}};
            a = a.subspan(nowInA.size());
            b = b.subspan(nowInB.size());
            if (parting.a.empty() && parting.b.empty()) {
                continue;
            }
            for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
                if (hasOpenPhase(pair)) {
                    parting.phases.emplace_back(pairs_[pair].name, phases[pair].revalidation);
                }
                if (goesByPairs(pair)) {
                    parting.rotations.emplace_back(pairs_[pair].name, phases[pair].rotation);
                }
            }
            return parting;
        }
    }
    return {};
}

} // namespace cmksim::analysis
