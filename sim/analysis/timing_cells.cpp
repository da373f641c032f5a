#include "analysis/timing_cells.hpp"

#include "analysis/clock_offsets.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

namespace cmksim::analysis {

namespace {

/// Of one resource. Beyond, not all of them are looked at.
constexpr std::size_t mostCells = 20'000;

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

/// What may take a time to count: from when to when. `last` is clear of everything that comes after it.
struct Window {
    std::size_t delay = 0; // in the open delays
    Instant least{};
    Instant most{};
};

/// Which vaults and identities a resource can come to depend on.
struct Reliance {
    std::vector<VaultId> vaults;
    std::vector<IdentityId> identities;

    [[nodiscard]] bool on(VaultId vault) const { return std::ranges::find(vaults, vault) != vaults.end(); }
    [[nodiscard]] bool on(IdentityId identity) const {
        return std::ranges::find(identities, identity) != identities.end();
    }
};

/// When a life of a resource begins, and how its looks fall in it where that is pinned.
struct Life {
    Instant birth{};
    std::optional<Duration> phase;
    std::optional<Duration> rotationPhase;
    std::optional<Duration> recoveryPhase;
};

/// Values are tried for each choice of the phases.
struct PhasedValues {
    PhaseClass phases;
    std::vector<std::vector<Value>> values; // by window
};

/// The cells of one resource.
class ResourceCells {
public:
    ResourceCells(const Program& program, const WorldHistory& nominal, const std::vector<OpenDelay>& open,
                  ResourceId id)
        : program_{program}, nominal_{nominal}, open_{open}, id_{id}, period_{program.modelOf(id).revalidation.nominal},
          offsets_{clockOffsets(program, id)} {
        findLives();
        findReliance();
        findWindows();
        findChanges();
        rotates_ = canRotate();
        recovers_ = program.modelOf(id).recoveryClock &&
                    std::ranges::any_of(lives_, [](const Life& life) { return !life.recoveryPhase; });
    }

    /// Adds them to `cells`, by values; false where there are too many.
    bool addTo(std::map<std::vector<Duration>, TimingCell>& cells) {
        if (windows_.empty() && !rotates_ && !recovers_) {
            return true;
        }
        std::vector<PhasedValues> all;
        std::size_t count = 0;
        for (const PhaseClass& whole : classes()) {
            for (PhaseClass one : withRecoveries(whole)) {
                for (const Duration rotation : rotationPhases(one)) {
                    one.rotation = rotation;
                    PhasedValues& phased = all.emplace_back(PhasedValues{one, {}});
                    std::size_t ways = 1;
                    for (const Window& window : windows_) {
                        phased.values.push_back(valuesOf(window, one));
                        ways = std::min(ways * phased.values.back().size(), mostCells + 1);
                    }
                    count += ways;
                    if (count > mostCells) {
                        return false;
                    }
                }
            }
        }
        for (const auto& [phases, values] : all) {
            std::vector<Duration> delays = nominalDelays();
            place(phases, values, Phased::All, 0, delays, cells);
        }
        return true;
    }

    /// Whether a rule of its model takes a time that is open. What it makes of that is not cut into classes.
    [[nodiscard]] bool hasOpenClock() const {
        return std::ranges::any_of(
            open_, [&](const OpenDelay& delay) { return delay.clock.valid() && delay.resource == id_; });
    }

    /// The ends of all ranges, for every phase, where not all can be looked at.
    void addEnds(std::map<std::vector<Duration>, TimingCell>& cells) const {
        for (const bool late : {false, true}) {
            std::vector<Duration> delays = nominalDelays();
            for (const Window& window : windows_) {
                const Timing& timing = *open_[window.delay].timing;
                delays[window.delay] = late ? timing.latest : timing.earliest;
            }
            for (std::size_t i = 0; i < open_.size(); ++i) {
                if (open_[i].clock.valid() && open_[i].resource == id_) {
                    delays[i] = late ? open_[i].timing->latest : open_[i].timing->earliest;
                }
            }
            for (const PhaseClass& one : classes()) {
                cells[delays].classes[id_].push_back(one);
            }
        }
    }

private:
    // --- what matters to the resource --------------------------------------------------------------------------------

    void findLives() {
        const ResourceProgram& resource = program_.resources[id_];
        if (resource.described) {
            lives_.push_back({scenarioStart, resource.described->phase, resource.described->rotationPhase,
                              resource.described->recoveryPhase});
        }
        for (const OwnEntry& own : resource.entries) {
            const TimelineEntry& entry = program_.entries[own.entry];
            if (const auto* creation = entry.action<ResourceCreate>()) {
                lives_.push_back({entry.at, creation->described->phase, creation->described->rotationPhase,
                                  creation->described->recoveryPhase});
            }
        }
    }

    void findReliance() {
        const auto rely = [&](IdentityId identity, KeyReferenceId key) {
            if (identity.valid()) {
                reliance_.identities.push_back(identity);
            }
            if (key.valid() && !program_.keys[key].malformed) {
                reliance_.vaults.push_back(program_.keys[key].vault);
            }
        };
        const ResourceProgram& resource = program_.resources[id_];
        const std::string& byDefault = program_.modelOf(id_).defaultIdentity;
        for (const IdentityId identity : program_.names.identities.ids()) {
            if (!byDefault.empty() && program_.names.identities[identity].text == byDefault) {
                rely(identity, {});
            }
        }
        if (resource.described) {
            rely(resource.described->identity, resource.described->key);
        }
        for (const OwnEntry& own : resource.entries) {
            if (const Action* action = program_.entries[own.entry].action()) {
                rely(identityOf(*action), keyReferenceOf(*action));
            }
        }
    }

    void findWindows() {
        for (std::size_t i = 0; i < open_.size(); ++i) {
            const OpenDelay& delay = open_[i];
            const bool own = delay.resource == id_ && !delay.clock.valid();
            const bool grant = !delay.resource.valid() && reliance_.on(delay.identity) &&
                               (!delay.vault.valid() || reliance_.on(delay.vault));
            if (own || grant) {
                windows_.push_back(
                    {i, delay.from + delay.timing->earliest, std::min(delay.from + delay.timing->latest, delay.until)});
            }
        }
    }

    [[nodiscard]] bool concerns(const Action& action) const {
        const VaultId vault = vaultOf(action);
        return vault.valid() ? reliance_.on(vault) : reliance_.on(identityOf(action));
    }

    /// Every instant at which something changes that the resource can see, or at which it is looked at.
    void findChanges() {
        changes_.push_back(program_.until);
        for (const TimelineEntry& entry : program_.entries) {
            const Action* action = entry.action();
            if (action != nullptr && !isOnResource(*action) && concerns(*action)) {
                changes_.push_back(entry.at);
                changes_.push_back(entry.at + fixedDelayOf(entry));
            }
        }
        for (const OwnEntry& own : program_.resources[id_].entries) {
            const TimelineEntry& entry = program_.entries[own.entry];
            changes_.push_back(entry.at);
            changes_.push_back(entry.at + fixedDelayOf(entry));
            ownMoments_.push_back(entry.at);
            if (entry.stage() == Stage::Actions) {
                ownActions_.push_back(entry.at);
            }
            if (entry.action<ResourceRevalidate>() != nullptr && program_.modelOf(id_).recovery) {
                // The check is made again.
                ownActions_.push_back(entry.at + program_.rulesOf(id_).lengthOf(program_.modelOf(id_).recovery->takes));
            }
        }
        for (const Record& record : nominal_.records()) {
            if (record.is<FactHappened>() && reliance_.on(record.as<FactHappened>().target.vault)) {
                changes_.push_back(record.position.at);
            }
        }
        for (const Window& window : windows_) {
            changes_.push_back(window.least);
            changes_.push_back(window.most);
        }
        const std::size_t own = changes_.size();
        for (std::size_t i = 0; i < own && offsets_.size() > 1; ++i) {
            for (const Duration offset : offsets_) {
                changes_.push_back(changes_[i] + offset);
            }
        }
        std::ranges::sort(changes_);
        const auto repeated = std::ranges::unique(changes_);
        changes_.erase(repeated.begin(), repeated.end());
    }

    /// Whether looks for a newer version, where they are open, can find one.
    [[nodiscard]] bool canRotate() const {
        if (!program_.modelOf(id_).rotationClock ||
            std::ranges::all_of(lives_, [](const Life& life) { return life.rotationPhase.has_value(); })) {
            return false;
        }
        const bool several = std::ranges::any_of(program_.vaults, [&](const NewVault& vault) {
            return reliance_.on(vault.vault) &&
                   std::ranges::any_of(vault.keys, [](const NewKey& key) { return key.versions.size() > 1; });
        });
        return several || std::ranges::any_of(program_.entries, [&](const TimelineEntry& entry) {
                   const Action* action = entry.action();
                   return action != nullptr && reliance_.on(vaultOf(*action)) &&
                          (std::holds_alternative<KeyCreate>(*action) || std::holds_alternative<KeyRotate>(*action) ||
                           std::holds_alternative<KeyRestore>(*action) || std::holds_alternative<VaultCreate>(*action));
               });
    }

    /// Where looks for a newer version can fall so that it makes a difference: one phase for each stretch between the
    /// instants at which something changes, or the resource revalidates.
    [[nodiscard]] std::vector<Duration> rotationPhases(const PhaseClass& phases) const {
        if (!rotates_) {
            return {Duration::zero()};
        }
        const Duration period = program_.modelOf(id_).rotationClock->nominal;
        std::vector<Duration> starts{Duration::zero()};
        for (const Life& life : lives_) {
            if (life.rotationPhase) {
                continue;
            }
            for (const Instant change : changes_) {
                if (change >= life.birth) {
                    starts.push_back((change - life.birth) % period);
                    starts.push_back((change - life.birth + Duration{1}) % period);
                }
            }
            // At one instant they come after the revalidation, whose phase goes through all of its class.
            for (const Life& other : lives_) {
                const Instant first = other.birth + other.phase.value_or(phases.last);
                for (Instant look = first; look <= program_.until; look += period_) {
                    if (look >= life.birth) {
                        starts.push_back((look - life.birth) % period);
                    }
                    if (look - first >= period && period % period_ == Duration::zero()) {
                        break; // the same phases again
                    }
                }
            }
        }
        std::ranges::sort(starts);
        const auto repeated = std::ranges::unique(starts);
        starts.erase(repeated.begin(), repeated.end());
        return starts;
    }

    // --- where looks fall while the resource is down -----------------------------------------------------------------

    /// Where in its period the clock of what is down can strike so that it meets something that no phase moves.
    [[nodiscard]] std::vector<Duration> recoveryCuts() const {
        const Duration period = program_.modelOf(id_).recoveryClock->nominal;
        std::vector<Duration> cuts{Duration::zero()};
        for (const Life& life : lives_) {
            for (const Instant change : changes_) {
                for (const Duration offset : offsets_) {
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
        for (const Duration one : offsets_) {
            for (const Duration other : offsets_) {
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
            for (const Duration one : offsets_) {
                for (const Duration other : offsets_) {
                    Duration look = positive(cut + one - other, period_);
                    const Duration first = look;
                    do {
                        for (const Life& life : lives_) {
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

    /// Of a timing that is not open, but is not nothing either.
    [[nodiscard]] Duration fixedDelayOf(const TimelineEntry& entry) const {
        const Timing* timing = openTiming(program_, entry);
        return timing != nullptr && timing->earliest == timing->latest ? timing->earliest : Duration::zero();
    }

    // --- classes -----------------------------------------------------------------------------------------------------

    [[nodiscard]] std::vector<PhaseClass> classes() const {
        if (!hasOpenPhase(program_, id_)) {
            return {{Duration::zero(), Duration::zero()}};
        }
        std::vector<Instant> cuts = changes_;
        if (recovers_) {
            addMeetings(cuts);
        }
        for (const Window& window : windows_) {
            for (const Life& life : lives_) {
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
        const auto after = std::ranges::lower_bound(changes_, look);
        if ((after != changes_.end() && *after - look <= 2 * period_) ||
            (after != changes_.begin() && look - *std::prev(after) <= 2 * period_)) {
            return true;
        }
        return std::ranges::any_of(windows_, [&](const Window& other) {
            return other.delay != window.delay && other.least <= look && look <= other.most;
        });
    }

    /// The moments within a window at which it makes a difference whether it counts already, in order.
    [[nodiscard]] std::vector<Notice> noticesOf(const Window& window, const PhaseClass& phases) const {
        std::vector<Notice> notices;
        for (const Instant at : open_[window.delay].resource.valid() ? ownMoments_ : ownActions_) {
            if (window.least <= at && at < window.most) {
                notices.push_back({at, false});
            }
        }
        for (const Life& life : lives_) {
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
            if (rotates_) {
                const Duration period = program_.modelOf(id_).rotationClock->nominal;
                Instant look = life.birth + life.rotationPhase.value_or(phases.rotation);
                for (; look < window.most && look <= program_.until; look += period) {
                    if (window.least <= look) {
                        notices.push_back({look, false});
                    }
                }
            }
        }
        if (open_[window.delay].resource.valid() && offsets_.size() > 1) {
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
        later.most += offsets_.back();
        const auto add = [&](Instant at, bool moves) {
            for (const Duration offset : offsets_) {
                if (offset > Duration::zero() && window.least <= at - offset && at - offset < window.most) {
                    notices.push_back({at - offset, moves});
                }
            }
        };
        for (const Instant at : ownMoments_) {
            add(at, false);
        }
        for (const Life& life : lives_) {
            addLooks(life, life.phase.value_or(phases.first), later, [&](Instant look) { add(look, !life.phase); });
        }
    }

    // --- values ------------------------------------------------------------------------------------------------------

    [[nodiscard]] std::vector<Value> valuesOf(const Window& window, const PhaseClass& phases) {
        const OpenDelay& delay = open_[window.delay];
        const std::vector<Notice> notices = noticesOf(window, phases);
        return delay.resource.valid() ? bothEnds(delay, notices, phases) : oneOfEach(delay, notices, phases);
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

    [[nodiscard]] std::vector<Duration> nominalDelays() const {
        std::vector<Duration> delays;
        for (const OpenDelay& delay : open_) {
            delays.push_back(delay.timing->nominal);
        }
        return delays;
    }

    void place(const PhaseClass& phases, const std::vector<std::vector<Value>>& values, Phased phased, std::size_t next,
               std::vector<Duration>& delays, std::map<std::vector<Duration>, TimingCell>& cells) {
        if (next == windows_.size()) {
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
            delays[windows_[next].delay] = value.delay;
            place(phases, values, value.phased == Phased::All ? phased : value.phased, next + 1, delays, cells);
        }
    }

    const Program& program_;
    const WorldHistory& nominal_;
    const std::vector<OpenDelay>& open_;
    ResourceId id_;
    Duration period_{};
    std::vector<Duration> offsets_; // of what rules count
    std::vector<Life> lives_;
    Reliance reliance_;
    std::vector<Window> windows_;
    std::vector<Instant> changes_;    // sorted
    std::vector<Instant> ownMoments_; // of what it does, and of what is expected of it
    std::vector<Instant> ownActions_; // of what it does
    bool rotates_ = false;
    bool recovers_ = false; // the clock of what is down is another, and its phase is open
    std::map<const OpenDelay*, std::vector<Duration>> shared_;
};

/// From the recovery of an identity on it makes no difference how long its last token would have gone on working. The
/// one that was deleted last comes back; tokens of others of that name go on.
void endWithRecoveries(const Program& program, const WorldHistory& nominal, std::vector<OpenDelay>& open) {
    std::map<IdentityId, EntryId> deletions; // of each the last; none: before the start
    for (const Record& record : nominal.records()) {
        if (!record.is<ActionDone>() || record.refused()) {
            continue;
        }
        const TimelineEntry& entry = program.entries[record.entry()];
        if (const auto* deletion = entry.action<IdentityDelete>()) {
            deletions[deletion->identity] = record.entry();
        } else if (const auto* recovery = entry.action<IdentityRecover>()) {
            const auto ended = std::ranges::find_if(open, [&](const OpenDelay& delay) {
                return delay.timing == &program.platform->tokenLife && delay.identity == recovery->identity &&
                       delay.entry == deletions[recovery->identity];
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
    std::map<std::vector<Duration>, TimingCell> byValues;
    for (const ResourceId id : program.resources.ids()) {
        ResourceCells cells{program, nominal, found.open, id};
        if (!cells.addTo(byValues) || cells.hasOpenClock()) {
            cells.addEnds(byValues);
            found.cutShort.push_back(id);
        }
    }
    std::vector<Duration> allNominal;
    for (const OpenDelay& delay : found.open) {
        allNominal.push_back(delay.timing->nominal);
    }
    if (const auto phasesAlone = byValues.find(allNominal); phasesAlone != byValues.end()) {
        // The nominal world has all phases at the nominal place of looks for a newer version.
        for (auto& [id, classes] : phasesAlone->second.classes) {
            std::erase_if(classes, [](const PhaseClass& one) {
                return one.rotation == Duration::zero() && one.recovery == Duration::zero();
            });
        }
        std::erase_if(phasesAlone->second.classes, [](const auto& one) { return one.second.empty(); });
        if (!phasesAlone->second.classes.empty()) {
            found.cells.push_back({true, allNominal, std::move(phasesAlone->second.classes)});
        }
        byValues.erase(phasesAlone);
    }
    for (auto& [delays, cell] : byValues) {
        found.cells.push_back({false, delays, std::move(cell.classes)});
    }
    return found;
}

} // namespace cmksim::analysis
