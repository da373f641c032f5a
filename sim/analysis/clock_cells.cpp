#include "analysis/clock_cells.hpp"

#include "analysis/clock_offsets.hpp"
#include "analysis/resource_moments.hpp"
#include "engine/chosen_clocks.hpp"
#include "engine/resource_replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

namespace cmksim::analysis {

namespace {

/// Of one clock, and of all clocks of one resource together.
constexpr std::size_t mostLengths = 500;
constexpr std::size_t mostChoices = 1'000;
/// What is put together to find the lengths of one clock.
constexpr std::size_t mostMeetings = 20'000;
/// Classes of phases at all of these, of one resource and of all together; and what finding too many costs of those.
constexpr std::size_t mostClockClasses = 2'000;
constexpr std::size_t mostOfAll = 6'000;
constexpr std::size_t costOfTooMany = 1'000;

const OpenDelay::OwnClock* clockOf(const OpenDelay& delay) { return std::get_if<OpenDelay::OwnClock>(&delay.of); }

template <class A>
bool isDoneOn(const Program& program, ResourceId id) {
    return std::ranges::any_of(program.resources[id].entries, [&](const OwnEntry& own) {
        return program.entries[own.entry].template action<A>() != nullptr;
    });
}

/// Whether a resource ever goes over to newer versions of its key by looks for them.
bool mayFollowKey(const Program& program, ResourceId id) {
    const Model& model = program.modelOf(id);
    return !model.rotationIsSetting || isDoneOn<ResourceUpdate>(program, id) ||
           std::ranges::any_of(livesOf(program, id), [&](const NewResource* life) {
               return life->automaticRotation.value_or(model.automaticRotation);
           });
}

/// Whether a resource whose status is ever so counts by one of these clocks of its model.
bool countsBy(const Model& model, const ResourceStatus& status, const std::set<TimingId>& clocks) {
    if (!status.state.valid()) {
        return false;
    }
    const StateRule& state = model.states[status.state];
    const auto isTolerance = [&](const ReasonRule& rule) {
        const auto* tolerated = rule.tolerated ? std::get_if<TimingId>(&*rule.tolerated) : nullptr;
        return tolerated != nullptr && clocks.contains(*tolerated);
    };
    const bool tolerates = model.tolerating.valid() && status.conditions.contains(model.tolerating);
    return (state.then && clocks.contains(state.then->after)) ||
           (state.heals && clocks.contains(state.heals->takes) &&
            model.ownClocks[state.heals->takes].nominal > Duration::zero()) ||
           std::ranges::any_of(state.losses, [&](const LossRule& loss) { return clocks.contains(loss.after); }) ||
           (tolerates ? std::ranges::any_of(model.reasons, isTolerance)
                      : isTolerance(model.reasons[static_cast<std::size_t>(status.reason)]));
}

/// Whether a look leads back that would begin to heal a resource if that took any time.
bool healsAtOnce(const Model& model, const Record& record, const std::set<TimingId>& clocks) {
    const auto* moved = record.asIf<Transition>();
    const auto& heals = moved != nullptr ? model.states[moved->from].heals : std::nullopt;
    return heals && clocks.contains(heals->takes) && moved->to == model.ready();
}

} // namespace

ClockUse::ClockUse(const Program& program, const BaseGraph& baseGraph, OpenTimings open) : baseGraph_{baseGraph} {
    if (open != OpenTimings::All) {
        return;
    }
    const std::vector<OpenDelay> delays = openDelays(program);
    for (std::size_t i = 0; i < delays.size(); ++i) {
        const OpenDelay::OwnClock* clock = clockOf(delays[i]);
        if (clock == nullptr) {
            continue;
        }
        const auto& recovery = program.modelOf(clock->resource).recovery;
        const bool takes = recovery && recovery->takes == clock->clock;
        const bool revalidated = isDoneOn<ResourceRevalidate>(program, clock->resource);
        if (takes && !revalidated) {
            continue; // nothing ever takes so long
        }
        auto known = std::ranges::find(watched_, clock->resource, &Watched::resource);
        if (known == watched_.end()) {
            watched_.push_back({clock->resource, {}, {}, false});
            known = std::prev(watched_.end());
        }
        known->delays.push_back(i);
        known->clocks.insert(clock->clock);
        known->used = known->used || takes;
    }
}

bool ClockUse::counts(const Program& program, const WorldHistory& history, const Watched& one,
                      const std::vector<PhaseClass>& classes) {
    const ResourceId id = one.resource;
    const Model& model = program.modelOf(id);
    for (const BaseCourse* course : history.bases().all(program, id)) {
        if (std::ranges::any_of(*course, [](const BaseTurn& turn) { return !turn.enough; })) {
            return true;
        }
    }
    const bool retains = model.retains && one.clocks.contains(model.retains->versions);
    if (retains && isDoneOn<ResourceUpdate>(program, id)) {
        return true;
    }
    if (countsBy(model, history.born(id).statusAt(scenarioStart), one.clocks)) {
        return true;
    }
    std::vector<Record> records;
    for (const PhaseClass& phases : classes) {
        records.clear();
        ResourceReplay{program, history, id, phases.firstPhases(), records}.finish();
        const bool counts = std::ranges::any_of(records, [&](const Record& record) {
            return countsBy(model, record.on->status, one.clocks) || healsAtOnce(model, record, one.clocks) ||
                   (retains && record.is<KeyRotated>());
        });
        if (counts) {
            return true;
        }
    }
    return false;
}

bool ClockUse::isUsed(ResourceId resource) const {
    const auto known = std::ranges::find(watched_, resource, &Watched::resource);
    return known != watched_.end() && known->used;
}

std::vector<std::size_t> ClockUse::of(ResourceId resource) const {
    const auto known = std::ranges::find(watched_, resource, &Watched::resource);
    const auto bases = known == watched_.end() ? std::vector<ResourceId>{} : baseGraph_.allBasesOf(resource);
    const bool used = isUsed(resource) || std::ranges::any_of(bases, [&](ResourceId base) { return isUsed(base); });
    return used && known != watched_.end() ? known->delays : std::vector<std::size_t>{};
}

// --- lengths ---------------------------------------------------------------------------------------------------------

namespace {

/// What the course of a resource can hang on, with that of all that it stands on.
class Surroundings {
public:
    /// The clocks of the resource that are open take no time in `program`.
    Surroundings(const Program& program, const BaseGraph& baseGraph, const WorldMoments& world,
                 const std::vector<OpenDelay>& open, ResourceId id)
        : program_{program} {
        fixed_ = {scenarioStart, program.until};
        add(world, open, id);
        for (const ResourceId base : baseGraph.allBasesOf(id)) {
            add(world, open, base);
        }
        fixed_.insert(changes_.begin(), changes_.end());
        for (const Duration offset : std::set<Duration>{offsets_}) {
            addCounted(offset);
        }
        for (const OwnEntry& own : program.resources[id].entries) {
            if (program.entries[own.entry].action<ResourceRevalidate>() != nullptr) {
                revalidations_.insert(program.entries[own.entry].at);
            }
        }
    }

    /// Where a credential lapses is one thing more that is open, and is not looked at with clocks.
    [[nodiscard]] bool lapses() const { return lapses_; }

    /// Another clock takes so long, from whatever it counts.
    void addCounted(Duration length) {
        std::set<Instant> later;
        for (const Instant one : fixed_) {
            if (one + length <= program_.until) { // nothing is looked at after that
                later.insert(one + length);
            }
        }
        fixed_.merge(later);
        offsets_.insert(length);
    }
    /// A revalidation takes so long.
    void addTaken(Duration length) {
        for (const Instant one : revalidations_) {
            fixed_.insert(one + length);
        }
    }

    /// How long revalidations are to be looked at, or something that is counted from looks and changes; in order,
    /// nothing where there are too many.
    [[nodiscard]] std::optional<std::vector<Duration>> lengthsOf(const Timing& timing, bool takes) const {
        if (periods_.size() * changes_.size() * fixed_.size() * offsets_.size() > mostMeetings) {
            return std::nullopt;
        }
        Lengths lengths{timing, std::max<std::int64_t>(phases_, 1), {timing.earliest, timing.latest, timing.nominal}};
        const std::vector<Instant> looks = looksAtCuts();
        const std::vector<Instant> fixed{fixed_.begin(), fixed_.end()};
        if (takes) {
            lengths.addBetween(revalidations_, fixed);
            lengths.addBetween(revalidations_, looks);
        } else {
            lengths.addBetween(looks, fixed);
            lengths.addBetween(changes_, fixed);
            lengths.addBetween(changes_, looks);
            if (phases_ > 1) {
                lengths.addBetween(looks, looks);
            }
            addMultiples(lengths);
            addHalves(lengths);
        }
        if (lengths.areTooMany()) {
            return std::nullopt;
        }
        return std::vector<Duration>(lengths.found.begin(), lengths.found.end());
    }

private:
    struct Lengths {
        const Timing& timing;
        std::int64_t beside = 1;
        std::set<Duration> found;

        [[nodiscard]] bool areTooMany() const { return found.size() > mostLengths; }
        void add(Duration cut) {
            const Duration around{beside};
            if (cut + around < timing.earliest || cut - around > timing.latest || areTooMany()) {
                return;
            }
            for (Duration length = cut - around; length <= cut + around; ++length) {
                if (timing.earliest <= length && length <= timing.latest) {
                    found.insert(length);
                }
            }
        }
        void addBetween(const auto& from, const std::vector<Instant>& to) {
            for (const Instant one : from) {
                const Instant least = one + timing.earliest - Duration{beside};
                const Instant most = one + timing.latest + Duration{beside};
                for (auto at = std::ranges::lower_bound(to, least); at != to.end() && *at <= most; ++at) {
                    add(*at - one);
                }
            }
        }
    };

    void add(const WorldMoments& world, const std::vector<OpenDelay>& open, ResourceId id) {
        const ResourceMoments moments = momentsOf(program_, world, open, id);
        const Model& model = program_.modelOf(id);
        addClocks(id);
        for (const VaultId vault : moments.reliance.vaults) {
            changes_.insert(world.of(vault).begin(), world.of(vault).end());
        }
        for (const IdentityId identity : moments.reliance.identities) {
            changes_.insert(world.of(identity).begin(), world.of(identity).end());
        }
        for (const Window& window : moments.windows) {
            lapses_ = lapses_ || std::holds_alternative<OpenDelay::Lapse>(open[window.delay].of);
            for (Instant at = window.least; at < window.most; at += model.revalidation.nominal) {
                changes_.insert(at);
            }
            changes_.insert(window.most);
        }
        for (const Life& life : moments.lives) {
            changes_.insert(life.birth);
            for (const auto& phase : {life.phase, life.recoveryPhase, life.rotationPhase}) {
                if (phase) {
                    pinned_.insert(life.birth + *phase);
                }
            }
        }
        for (const OwnEntry& own : program_.resources[id].entries) {
            const TimelineEntry& entry = program_.entries[own.entry];
            (entry.stage() == Stage::Actions ? changes_ : fixed_).insert(entry.at);
        }
    }

    void addClocks(ResourceId id) {
        const ResourceRules rules = program_.rulesOf(id);
        if (everHasKey(program_, id)) {
            periods_.insert(rules.model->revalidation.nominal);
            phases_ += hasOpenPhase(program_, id) ? 1 : 0;
            const auto& rotation = mayFollowKey(program_, id) ? rules.model->rotationClock : std::nullopt;
            for (const auto& other : {rules.model->recoveryClock, rotation}) {
                if (other) {
                    periods_.insert(other->nominal);
                    ++phases_;
                }
            }
        }
        const bool byHand = isDoneOn<ResourceRevalidate>(program_, id);
        std::ranges::copy(clockOffsets(program_, id, byHand), std::inserter(offsets_, offsets_.end()));
        if (rules.model->standsOn) {
            offsets_.insert(lengthOf(rules, withinClock(*rules.model)));
            offsets_.insert(lengthOf(rules, backWithinClock(*rules.model)));
        }
    }

    /// Looks that find something, where phases are cut: at which a look meets something that no phase moves.
    [[nodiscard]] std::vector<Instant> looksAtCuts() const {
        std::set<Instant> looks;
        for (const Duration period : periods_) {
            for (const Instant change : changes_) {
                for (const std::set<Instant>* cuts : {&fixed_, &pinned_}) {
                    for (const Instant cut : *cuts) {
                        Duration later = (cut - change) % period;
                        later += later < Duration::zero() ? period : Duration::zero();
                        for (const Duration offset : offsets_) {
                            looks.insert(change + later + offset);
                        }
                    }
                }
            }
        }
        return {looks.begin(), looks.end()};
    }

    /// From a look that finds something to another of the same clock.
    void addMultiples(Lengths& lengths) const {
        for (const Duration period : periods_) {
            for (const Instant from : changes_) {
                for (const Instant to : fixed_) {
                    Duration near = (to - from) / period * period - period;
                    for (; near <= to - from + period; near += period) {
                        for (const Duration offset : offsets_) {
                            lengths.add(near + offset);
                            lengths.add(near - offset);
                        }
                    }
                }
            }
        }
    }

    /// What is counted from a look by a clock passes what the clock counts from an action.
    void addHalves(Lengths& lengths) const {
        for (const Duration period : periods_) {
            for (const Instant one : changes_) {
                for (const Instant other : changes_) {
                    const Duration half = (other - one) / 2;
                    lengths.add(half);
                    lengths.add(half + period / 2);
                    lengths.add(half - period / 2);
                }
            }
        }
    }

    const Program& program_;
    std::set<Instant> fixed_;         // that no phase moves
    std::set<Instant> changes_;       // of them, after which a look can find something, or from which clocks count
    std::set<Instant> revalidations_; // by hand
    std::set<Instant> pinned_;        // looks of clocks whose phase is known
    std::set<Duration> periods_;
    std::set<Duration> offsets_; // of what the other clocks count
    std::int64_t phases_ = 0;    // that are open
    bool lapses_ = false;
};

/// Goes through the choices for one resource after the other.
class CellMaker {
public:
    CellMaker(const Program& program, const BaseGraph& baseGraph, const WorldHistory& nominal, const TimingCells& cells,
              const ClockUse& use)
        : baseGraph_{baseGraph}, world_{program, nominal}, cells_{cells}, use_{use}, timed_{program} {}

    ClockCells make() {
        for (const ResourceId id : timed_.resources.ids()) {
            const std::vector<std::size_t> clocks = use_.of(id);
            if (clocks.empty()) {
                continue;
            }
            if (spent_ >= mostOfAll) {
                made_.cutShort.push_back(id);
                continue;
            }
            const std::vector<ResourceId> bases = baseGraph_.allBasesOf(id);
            const bool several = std::ranges::any_of(bases, [&](ResourceId base) { return !use_.of(base).empty(); });
            CellsByDelays found;
            choices_ = 0;
            classes_ = 0;
            if (several || !choose(id, clocks, 0, found)) {
                found.clear();
                addEnds(id, clocks, found);
                made_.cutShort.push_back(id);
            }
            restore(clocks);
            for (auto& [delays, cell] : found) {
                made_.cells.push_back({false, delays, std::move(cell.classes)});
            }
        }
        return std::move(made_);
    }

private:
    void set(std::size_t delay, Duration length) { setDelay(timed_, cells_.open[delay], length); }

    void restore(const std::vector<std::size_t>& clocks) {
        for (const std::size_t clock : clocks) {
            set(clock, cells_.open[clock].timing->nominal);
        }
    }

    /// Each length of a clock with each of those behind it; false where there are too many.
    bool choose(ResourceId id, const std::vector<std::size_t>& clocks, std::size_t next, CellsByDelays& found) {
        if (next == clocks.size()) {
            return ++choices_ <= mostChoices && add(id, clocks, found);
        }
        const auto lengths = lengthsOf(id, clocks, next);
        if (!lengths) {
            return false;
        }
        return std::ranges::all_of(*lengths, [&](Duration length) {
            set(clocks[next], length);
            return choose(id, clocks, next + 1, found);
        });
    }

    /// The lengths of a clock, where those before it are as they are chosen now, and those behind it open.
    std::optional<std::vector<Duration>> lengthsOf(ResourceId id, const std::vector<std::size_t>& clocks,
                                                   std::size_t next) {
        const auto& recovery = timed_.modelOf(id).recovery;
        const auto isTaken = [&](std::size_t clock) {
            return recovery && recovery->takes == clockOf(cells_.open[clock])->clock;
        };
        std::vector<Duration> chosen;
        for (const std::size_t clock : clocks) {
            chosen.push_back(delayOf(timed_, cells_.open[clock]));
            set(clock, Duration::zero());
        }
        Surroundings around{timed_, baseGraph_, world_, cells_.open, id};
        for (std::size_t i = 0; i < clocks.size(); ++i) {
            set(clocks[i], chosen[i]);
            const Timing& timing = *cells_.open[clocks[i]].timing;
            const std::vector ends{timing.earliest, timing.latest};
            for (const Duration length : i < next ? std::vector{chosen[i]} : ends) {
                if (i != next && isTaken(clocks[i])) {
                    around.addTaken(length);
                } else if (i != next) {
                    around.addCounted(length);
                }
            }
        }
        return around.lapses() ? std::nullopt
                               : around.lengthsOf(*cells_.open[clocks[next]].timing, isTaken(clocks[next]));
    }

    /// What is chosen now, with all else that is open for the resource, or for one that it stands on.
    bool add(ResourceId id, const std::vector<std::size_t>& clocks, CellsByDelays& found) {
        const bool isNominal = std::ranges::all_of(clocks, [&](std::size_t clock) {
            return delayOf(timed_, cells_.open[clock]) == cells_.open[clock].timing->nominal;
        });
        if (isNominal) {
            return true; // among the cells already
        }
        CellsByDelays own;
        if (!addCells(id, own)) {
            return false;
        }
        const bool alone = own.size() == 1;
        const std::vector<ResourceId> bases = baseGraph_.allBasesOf(id);
        for (const TimingCell& cell : cells_.cells) {
            TimingCell both{false, cell.delays, {}};
            for (const ResourceId base : bases) {
                if (const auto of = cell.classes.find(base); of != cell.classes.end()) {
                    both.classes.insert(*of);
                }
            }
            if (both.classes.empty()) {
                continue;
            }
            if (!alone) {
                return false; // what else is open for it, and what is for its bases, is not looked at together
            }
            for (const std::size_t clock : clocks) {
                both.delays[clock] = delayOf(timed_, cells_.open[clock]);
            }
            both.classes[id] = own.begin()->second.classes.at(id);
            for (const auto& [one, phases] : both.classes) {
                classes_ += phases.size();
            }
            found[both.delays].classes.merge(both.classes);
        }
        for (auto& [delays, cell] : own) {
            classes_ += cell.classes.at(id).size();
            found[delays].classes.merge(cell.classes);
        }
        return classes_ <= mostClockClasses;
    }

    /// Both ends of all ranges, where not all can be looked at.
    void addEnds(ResourceId id, const std::vector<std::size_t>& clocks, CellsByDelays& found) {
        for (const bool late : {false, true}) {
            for (const std::size_t clock : clocks) {
                const Timing& timing = *cells_.open[clock].timing;
                set(clock, late ? timing.latest : timing.earliest);
            }
            if (!addCells(id, found)) {
                return;
            }
        }
    }

    /// What else is open for a resource, the clocks as they are chosen now; false where that is too much.
    bool addCells(ResourceId id, CellsByDelays& found) {
        const std::size_t left = mostOfAll - std::min(mostOfAll, spent_);
        CellsByDelays own;
        if (!addCellsOf(timed_, world_, cells_.open, id, std::min(mostClockClasses, left), own)) {
            spent_ += costOfTooMany;
            return false;
        }
        for (auto& [delays, cell] : own) {
            spent_ += cell.classes.at(id).size();
            found[delays].classes.merge(cell.classes);
        }
        return true;
    }

    const BaseGraph& baseGraph_;
    WorldMoments world_;
    const TimingCells& cells_;
    const ClockUse& use_;
    Program timed_;
    ClockCells made_;
    std::size_t choices_ = 0;
    std::size_t classes_ = 0;
    std::size_t spent_ = 0; // of what may be looked at of all resources, kept or not
};

} // namespace

ClockCells clockCells(const Program& program, const BaseGraph& baseGraph, const WorldHistory& nominal,
                      const TimingCells& cells, const ClockUse& use) {
    return CellMaker{program, baseGraph, nominal, cells, use}.make();
}

} // namespace cmksim::analysis
