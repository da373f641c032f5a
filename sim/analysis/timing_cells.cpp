#include "analysis/timing_cells.hpp"

#include "analysis/phase_pairs.hpp"
#include "analysis/resource_moments.hpp"
#include "analysis/roster.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

namespace cmksim::analysis {

namespace {

/// Of one resource. Beyond, not all of them are looked at.
constexpr std::size_t mostCells = 20'000;

/// Of one resource with phases alone open.
constexpr std::size_t mostPairs = 50'000;

/// Which phases of a class a value goes with.
enum class Phased : std::uint8_t { All, First, Last };

struct Value {
    Duration delay{};
    Phased phased{};
};

/// A moment at which a resource takes notice, at the first phase of a class.
struct Notice {
    Instant at{};
    bool moves = false; // with the phase

    [[nodiscard]] Instant atPhase(Duration later) const { return moves ? at + later : at; }
};

/// Values are tried for each choice of the phases.
struct PhasedValues {
    PhaseClass phases;
    std::vector<std::vector<Value>> values; // by window
};

/// The cells of one resource.
class ResourceCells {
public:
    ResourceCells(const Program& program, const WorldMoments& world, const std::vector<OpenDelay>& open, ResourceId id)
        : program_{program}, world_{world}, open_{open}, id_{id}, period_{program.modelOf(id).revalidation.nominal},
          moments_{momentsOf(program, world, open, id)} {
        if (canRotate()) {
            pairs_.emplace(program, moments_, id);
        }
        recovers_ = program.modelOf(id).recoveryClock &&
                    std::ranges::any_of(moments_.lives, [](const Life& life) { return !life.recoveryPhase; });
    }

    /// Whether something is open for it besides its phase, and pairs of phases.
    [[nodiscard]] bool isOpen() const { return !moments_.windows.empty() || recovers_; }

    /// Adds them to `cells`, by values; false where there are more than `most`.
    bool addTo(CellsByDelays& cells, std::size_t most = mostCells) {
        std::vector<PhasedValues> all;
        std::size_t count = 0;
        for (const PhaseClass& one : classesOfAllClocks(most)) {
            PhasedValues& phased = all.emplace_back(PhasedValues{one, {}});
            std::size_t ways = 1;
            for (const Window& window : moments_.windows) {
                phased.values.push_back(valuesOf(window, one));
                ways = std::min(ways * phased.values.back().size(), most + 1);
            }
            count += ways;
            if (count > most) {
                return false;
            }
        }
        for (const auto& [phases, values] : all) {
            std::vector<Duration> delays = presentDelays();
            place(phases, values, Phased::All, 0, delays, cells);
        }
        return true;
    }

    /// Whether phases of looks for a newer version make a difference, and phases of no third clock do.
    [[nodiscard]] bool hasPairs() const { return pairs_ && !recovers_; }

    /// All classes of pairs; nothing where there are too many.
    [[nodiscard]] std::optional<std::vector<PhaseClass>> pairs() const { return pairs_->cut(classes(), mostPairs); }

    [[nodiscard]] static bool isLapse(const OpenDelay& delay) {
        return std::holds_alternative<OpenDelay::Lapse>(delay.of);
    }

    /// The ends of all ranges, for every phase, where not all can be looked at.
    void addEnds(CellsByDelays& cells) const {
        for (const bool late : {false, true}) {
            std::vector<Duration> delays = presentDelays();
            for (const Window& window : moments_.windows) {
                const Timing& timing = *open_[window.delay].timing;
                delays[window.delay] = late ? timing.latest : timing.earliest;
            }
            for (const PhaseClass& one : classes()) {
                cells[delays].classes[id_].push_back(one);
            }
        }
    }

private:
    // --- where looks for a newer version fall ------------------------------------------------------------------------

    /// Whether looks for a newer version, where they are open, can find one.
    [[nodiscard]] bool canRotate() const {
        const auto& fleet = program_.resources[id_].fleet;
        if (!program_.modelOf(id_).rotationClock || (fleet && fleet->phases && fleet->phases->haveRotations()) ||
            std::ranges::all_of(moments_.lives, [](const Life& life) { return life.rotationPhase.has_value(); })) {
            return false;
        }
        return std::ranges::any_of(moments_.reliance.vaults,
                                   [&](VaultId vault) { return world_.hasNewerVersions(vault); });
    }

    /// With one phase of each other clock; of more than `most`, some.
    [[nodiscard]] std::vector<PhaseClass> classesOfAllClocks(std::size_t most) const {
        std::vector<PhaseClass> all;
        for (const PhaseClass& whole : classes()) {
            for (const PhaseClass& one : withRecoveries(whole)) {
                if (!pairs_) {
                    all.push_back(one);
                    continue;
                }
                for (const PhaseClass& pairs : pairs_->cut(one)) {
                    std::ranges::move(atOneRotation(pairs), std::back_inserter(all));
                }
            }
            if (all.size() > most) {
                break; // there are too many already
            }
        }
        return all;
    }

    // --- where looks fall while the resource is down -----------------------------------------------------------------

    /// Where in its period the clock of what is down can strike so that it meets something that no phase moves.
    [[nodiscard]] std::vector<Duration> recoveryCuts() const {
        const Duration period = program_.modelOf(id_).recoveryClock->nominal;
        std::vector<Duration> cuts{Duration::zero()};
        for (const Life& life : moments_.lives) {
            for (const Instant change : moments_.changes) {
                for (const Duration offset : moments_.offsets) {
                    cuts.push_back(positive(change - offset - life.birth, period));
                }
            }
        }
        return inOrder(std::move(cuts));
    }

    /// … and so that it meets the other clock, which strikes at `phase`, or what rules count from either.
    [[nodiscard]] std::vector<Duration> meetingsWith(Duration phase) const {
        const Duration period = program_.modelOf(id_).recoveryClock->nominal;
        std::vector<Duration> cuts;
        for (const Duration one : moments_.offsets) {
            for (const Duration other : moments_.offsets) {
                Duration look = positive(phase + one - other, period);
                const Duration first = look;
                do {
                    cuts.push_back(look);
                    look = positive(look + period_, period);
                } while (look != first);
            }
        }
        return cuts;
    }

    /// The corners of the cells into which both phases and their difference cut a class: between them times go in
    /// straight lines.
    [[nodiscard]] std::vector<PhaseClass> withRecoveries(const PhaseClass& one) const {
        if (!recovers_) {
            return {one};
        }
        const Duration period = program_.modelOf(id_).recoveryClock->nominal;
        std::vector<PhaseClass> corners;
        for (const Duration phase : {one.first, one.last}) {
            std::vector<Duration> cuts = recoveryCuts();
            const std::vector<Duration> meetings = meetingsWith(phase);
            cuts.insert(cuts.end(), meetings.begin(), meetings.end());
            std::vector<Duration> recoveries;
            for (const Duration cut : cuts) {
                for (const Duration step : {Duration{-1}, Duration{0}, Duration{1}}) {
                    recoveries.push_back(positive(cut + step, period));
                }
            }
            for (const Duration recovery : inOrder(std::move(recoveries))) {
                corners.push_back({phase, phase, one.rotation, recovery});
            }
            if (one.first == one.last) {
                break;
            }
        }
        return corners;
    }

    /// Phases at which the clock of what is up meets one of those cuts.
    void addMeetings(std::vector<Instant>& cuts) const {
        const Duration period = program_.modelOf(id_).recoveryClock->nominal;
        for (const Duration cut : recoveryCuts()) {
            for (const Duration one : moments_.offsets) {
                for (const Duration other : moments_.offsets) {
                    Duration look = positive(cut + one - other, period_);
                    const Duration first = look;
                    do {
                        for (const Life& life : moments_.lives) {
                            cuts.push_back(life.birth + look);
                        }
                        look = positive(look + period, period_);
                    } while (look != first);
                }
            }
        }
    }

    static Duration positive(Duration phase, Duration period) {
        const Duration rest = phase % period;
        return rest < Duration::zero() ? rest + period : rest;
    }

    static std::vector<Duration> inOrder(std::vector<Duration> phases) {
        std::ranges::sort(phases);
        const auto repeated = std::ranges::unique(phases);
        phases.erase(repeated.begin(), repeated.end());
        return phases;
    }

    // --- classes -----------------------------------------------------------------------------------------------------

    [[nodiscard]] std::vector<PhaseClass> classes() const {
        if (!hasSeveralPhases(program_, id_)) {
            return {{Duration::zero(), Duration::zero()}};
        }
        std::vector<Instant> cuts = moments_.changes;
        if (recovers_) {
            addMeetings(cuts);
        }
        for (const Window& window : moments_.windows) {
            for (const Life& life : moments_.lives) {
                if (life.phase) { // what an earlier or later life sees, seen from one whose phase is open
                    addLooks(life, *life.phase, window, [&](Instant look) { cuts.push_back(look); });
                }
            }
        }
        return phaseClassesAt(program_, id_, cuts);
    }

    template <class Add>
    void addLooks(const Life& life, Duration phase, const Window& window, Add add) const {
        const Instant first = life.birth + phase;
        Instant look = first;
        if (window.least > first) {
            look += (window.least - first + period_ - Duration{1}) / period_ * period_;
        }
        for (; look < window.most && look <= program_.until; look += period_) {
            if (isNearChange(look, window)) {
                add(look);
            }
        }
    }

    /// Looks far from everything that can change are alike.
    [[nodiscard]] bool isNearChange(Instant look, const Window& window) const {
        const auto after = std::ranges::lower_bound(moments_.changes, look);
        if ((after != moments_.changes.end() && *after - look <= 2 * period_) ||
            (after != moments_.changes.begin() && look - *std::prev(after) <= 2 * period_)) {
            return true;
        }
        return std::ranges::any_of(moments_.windows, [&](const Window& other) {
            return other.delay != window.delay && other.least <= look && look <= other.most;
        });
    }

    /// The moments within a window at which it makes a difference whether it counts already, in order.
    [[nodiscard]] std::vector<Notice> noticesOf(const Window& window, const PhaseClass& phases) const {
        std::vector<Notice> notices;
        for (const Instant at : isLapse(open_[window.delay]) ? moments_.ownMoments : moments_.ownActions) {
            if (window.least <= at && at < window.most) {
                notices.push_back({at, false});
            }
        }
        for (const Life& life : moments_.lives) {
            addLooks(life, life.phase.value_or(phases.first), window, [&](Instant look) {
                notices.push_back({look, !life.phase});
            });
            if (const auto& clock = program_.modelOf(id_).recoveryClock) {
                Instant look = life.birth + life.recoveryPhase.value_or(phases.recovery);
                for (; look < window.most && look <= program_.until; look += clock->nominal) {
                    if (window.least <= look) {
                        notices.push_back({look, false});
                    }
                }
            }
            if (pairs_) {
                const Duration period = program_.modelOf(id_).rotationClock->nominal;
                Instant look = life.birth + life.rotationPhase.value_or(phases.rotation);
                for (; look < window.most && look <= program_.until; look += period) {
                    if (window.least <= look) {
                        notices.push_back({look, false});
                    }
                }
            }
        }
        if (isLapse(open_[window.delay]) && moments_.offsets.size() > 1) {
            addBefore(window, phases, notices);
        }
        std::ranges::sort(notices, {}, [](const Notice& one) { return std::pair{one.at, one.moves}; });
        const auto repeated = std::ranges::unique(notices, {}, &Notice::at);
        notices.erase(repeated.begin(), repeated.end());
        return notices;
    }

    /// When a credential must lapse for something that rules count from then on to meet a notice.
    void addBefore(const Window& window, const PhaseClass& phases, std::vector<Notice>& notices) const {
        Window later = window;
        later.most += moments_.offsets.back();
        const auto add = [&](Instant at, bool moves) {
            for (const Duration offset : moments_.offsets) {
                if (offset > Duration::zero() && window.least <= at - offset && at - offset < window.most) {
                    notices.push_back({at - offset, moves});
                }
            }
        };
        for (const Instant at : moments_.ownMoments) {
            add(at, false);
        }
        for (const Life& life : moments_.lives) {
            addLooks(life, life.phase.value_or(phases.first), later, [&](Instant look) { add(look, !life.phase); });
        }
    }

    // --- values ------------------------------------------------------------------------------------------------------

    [[nodiscard]] std::vector<Value> valuesOf(const Window& window, const PhaseClass& phases) {
        const OpenDelay& delay = open_[window.delay];
        const std::vector<Notice> notices = noticesOf(window, phases);
        return isLapse(delay) ? bothEnds(delay, notices, phases) : oneOfEach(delay, notices, phases);
    }

    [[nodiscard]] std::vector<Value> oneOfEach(const OpenDelay& delay, const std::vector<Notice>& notices,
                                               const PhaseClass& phases) {
        if (notices.empty()) {
            return {{delay.timing->nominal, Phased::All}};
        }
        const Instant at = delay.from;
        const Duration width = phases.last - phases.first;
        std::vector<Value> values{{delay.timing->earliest, Phased::All}};
        for (std::size_t i = 0; i + 1 < notices.size(); ++i) {
            // Later than the one at every phase, and no later than the other at any.
            const Duration least = notices[i].atPhase(width) + Duration{1} - at;
            const Duration most = notices[i + 1].at - at;
            values.push_back({sharedValue(delay, least, most), Phased::All});
        }
        values.push_back({delay.timing->latest, Phased::All});
        return values;
    }

    /// One that other classes take too, where there is one: the world is simulated for each value anew.
    Duration sharedValue(const OpenDelay& delay, Duration least, Duration most) {
        std::vector<Duration>& known = shared_[&delay];
        const auto found = std::ranges::find_if(known, [&](Duration one) { return least <= one && one <= most; });
        return found != known.end() ? *found : known.emplace_back(std::max(least, most));
    }

    [[nodiscard]] std::vector<Value> bothEnds(const OpenDelay& delay, const std::vector<Notice>& notices,
                                              const PhaseClass& phases) const {
        const Instant at = delay.from;
        const Duration width = phases.last - phases.first;
        std::vector<Value> values{{delay.timing->earliest, Phased::All}};
        for (const Notice& notice : notices) {
            for (const Duration step : {Duration{0}, Duration{1}}) {
                if (!notice.moves) {
                    values.push_back({notice.at + step - at, Phased::All});
                } else {
                    values.push_back({notice.at + step - at, Phased::First});
                    values.push_back({notice.atPhase(width) + step - at, Phased::Last});
                }
            }
        }
        values.push_back({delay.timing->latest, Phased::All});
        return values;
    }

    /// Clocks of rules as they are chosen, all else nominal.
    [[nodiscard]] std::vector<Duration> presentDelays() const {
        std::vector<Duration> delays;
        for (const OpenDelay& delay : open_) {
            const bool isClock = std::holds_alternative<OpenDelay::OwnClock>(delay.of);
            delays.push_back(isClock ? delayOf(program_, delay) : delay.timing->nominal);
        }
        return delays;
    }

    void place(const PhaseClass& phases, const std::vector<std::vector<Value>>& values, Phased phased, std::size_t next,
               std::vector<Duration>& delays, CellsByDelays& cells) {
        if (next == moments_.windows.size()) {
            PhaseClass part = phases;
            if (phased != Phased::All) {
                part.first = part.last = phased == Phased::First ? phases.first : phases.last;
            }
            cells[delays].classes[id_].push_back(part);
            return;
        }
        for (const Value& value : values[next]) {
            if (phased != Phased::All && value.phased != Phased::All && phased != value.phased) {
                continue;
            }
            delays[moments_.windows[next].delay] = value.delay;
            place(phases, values, value.phased == Phased::All ? phased : value.phased, next + 1, delays, cells);
        }
    }

    const Program& program_;
    const WorldMoments& world_;
    const std::vector<OpenDelay>& open_;
    ResourceId id_;
    Duration period_{};
    ResourceMoments moments_;
    std::optional<PairCutter> pairs_; // where looks for a newer version are open, and can find one
    bool recovers_ = false;           // the clock of what is down is another, and its phase is open
    std::map<const OpenDelay*, std::vector<Duration>> shared_;
};

/// From the recovery of an identity on it makes no difference how long its last token would have gone on working. The
/// one that was deleted last comes back; tokens of others of that name go on.
void endWithRecoveries(const Program& program, const WorldHistory& nominal, std::vector<OpenDelay>& open) {
    std::map<IdentityId, EntryId> deletions; // of each the last; none: before the start
    const auto deletionOf = [&](IdentityId identity) -> decltype(OpenDelay::of) {
        const auto last = deletions.find(identity);
        if (last == deletions.end()) {
            return OpenDelay::EarlierDeletion{identity};
        }
        return OpenDelay::Effect{last->second, identity, std::nullopt};
    };
    for (const Record& record : nominal.records()) {
        if (!record.is<ActionDone>() || record.refused()) {
            continue;
        }
        const TimelineEntry& entry = program.entries[record.entry()];
        if (const auto* deletion = entry.action<IdentityDelete>()) {
            deletions[deletion->identity] = record.entry();
        } else if (const auto* recovery = entry.action<IdentityRecover>()) {
            const auto ended = std::ranges::find_if(open, [&](const OpenDelay& delay) {
                return delay.timing == &program.platform->tokenLife && delay.of == deletionOf(recovery->identity);
            });
            if (ended != open.end()) {
                ended->until = std::min(ended->until, record.position.at);
            }
        }
    }
}

} // namespace

TimingCells timingCells(const Program& program, OpenTimings open, const WorldHistory& nominal) {
    TimingCells found;
    if (open == OpenTimings::All) {
        found.open = openDelays(program);
        endWithRecoveries(program, nominal, found.open);
    }
    const bool severalClocks = std::ranges::any_of(program.models, [](const Model* model) {
        return model != nullptr && (model->rotationClock.has_value() || model->recoveryClock.has_value());
    });
    if (open == OpenTimings::Nominal || (found.open.empty() && !severalClocks)) {
        return found;
    }
    CellsByDelays byValues;
    std::map<ResourceId, std::vector<PhaseClass>> pairs;
    const WorldMoments world{program, nominal};
    for (const ResourceId id : program.resources.ids()) {
        ResourceCells cells{program, world, found.open, id};
        std::optional<std::vector<PhaseClass>> ofPhases = cells.hasPairs() ? cells.pairs() : std::nullopt;
        const bool tooManyPairs = cells.hasPairs() && !ofPhases;
        if (ofPhases) {
            found.paired.push_back(id);
            pairs[id] = std::move(*ofPhases);
        } else if (tooManyPairs) {
            found.unpaired.push_back(id);
        }
        if ((cells.isOpen() && !cells.addTo(byValues)) || tooManyPairs) {
            cells.addEnds(byValues);
            found.cutShort.push_back(id);
        }
    }
    std::vector<Duration> allNominal;
    for (const OpenDelay& delay : found.open) {
        allNominal.push_back(delay.timing->nominal);
    }
    TimingCell phasesAlone{true, allNominal, {}};
    if (const auto found = byValues.find(allNominal); found != byValues.end()) {
        // The nominal world has all phases at the nominal place of looks that other clocks make.
        for (auto& [id, classes] : found->second.classes) {
            std::erase_if(classes, [](const PhaseClass& one) {
                return one.rotation == Duration::zero() && one.recovery == Duration::zero();
            });
        }
        phasesAlone.classes = std::move(found->second.classes);
        std::erase_if(phasesAlone.classes, [](const auto& one) { return one.second.empty(); });
        byValues.erase(found);
    }
    for (auto& [id, classes] : pairs) {
        phasesAlone.classes[id] = std::move(classes);
    }
    if (!phasesAlone.classes.empty()) {
        found.cells.push_back(std::move(phasesAlone));
    }
    for (auto& [delays, cell] : byValues) {
        found.cells.push_back({false, delays, std::move(cell.classes)});
    }
    return found;
}

bool addCellsOf(const Program& program, const WorldMoments& world, const std::vector<OpenDelay>& open,
                ResourceId resource, std::size_t most, CellsByDelays& cells) {
    return ResourceCells{program, world, open, resource}.addTo(cells, most);
}

} // namespace cmksim::analysis
