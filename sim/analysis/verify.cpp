#include "analysis/verify.hpp"

#include "analysis/failing_phases.hpp"
#include "analysis/roster.hpp"
#include "analysis/timing_texts.hpp"
#include "analysis/worlds.hpp"
#include "engine/expectation.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <tuple>

namespace cmksim::analysis {

namespace {

/// Whether a record says that something is, or is not, as expected.
bool isVerdict(const Record& record) { return record.is<ActionDone>() || record.is<Verdict>(); }

/// Worlds that differ in what other resources do have the same classes.
void keepEachOnce(std::vector<PhaseClass>& classes) {
    std::ranges::sort(classes, {}, [](const PhaseClass& one) {
        return std::tuple{one.first, one.last, one.rotation, one.recovery, one.rotationSpan, one.pairing};
    });
    const auto repeated = std::ranges::unique(classes);
    classes.erase(repeated.begin(), repeated.end());
}

class Verifier {
public:
    Verifier(const Program& program, OpenTimings open, const Patience& patience, Coverage* coverage,
             Reactions reactions)
        : program_{program}, open_{open}, patience_{patience}, coverage_{coverage}, reactions_{reactions} {}

    Verification verify() {
        countExpectations();
        for (const OpenTimings scope : {OpenTimings::Nominal, OpenTimings::Phases, OpenTimings::All}) {
            if (scope == open_ || asksFor(scope)) {
                scope_ = scope;
                verifyScope();
            }
        }
        tellNominal();
        return finish();
    }

private:
    /// Whether some expectation is to hold over these timings, whatever the others are looked at in.
    [[nodiscard]] bool asksFor(OpenTimings scope) const {
        return std::ranges::any_of(program_.entries, [&](const TimelineEntry& entry) {
            const auto* list = std::get_if<std::vector<Expectation>>(&entry.what);
            return list != nullptr &&
                   std::ranges::find(*list, std::optional{scope}, &Expectation::timing) != list->end();
        });
    }

    /// Whether what a record tells of is looked at in the present scope.
    [[nodiscard]] bool isLookedAt(const Record& record) const {
        return timingOf(program_.entries[record.entry()], record.item(), open_) == scope_;
    }

    void verifyScope() {
        const bool isFixed = scope_ == OpenTimings::All && reactions_ == Reactions::Placed;
        result_.everyReaction = result_.everyReaction && !isFixed;
        WorldsVisited visited =
            forEachWorld(program_, isFixed ? OpenTimings::Phases : scope_, [&](const PossibleWorld& world) {
                verifyWorld(world);
                return !result_.gaveUp;
            });
        for (const ResourceId id : visited.cutShort) {
            if (std::ranges::find(result_.cutShort, id) == result_.cutShort.end()) {
                result_.cutShort.push_back(id);
            }
        }
    }

    void tellNominal() {
        if (open_ != OpenTimings::All) {
            for (const OpenDelay& delay : openDelays(program_)) {
                result_.atNominal.insert(rangeText(*delay.timing));
            }
        }
    }

    void verifyWorld(const PossibleWorld& world) {
        const WorldHistory& history = world.history();
        world_ = &world;
        ++worlds_[scope_];
        covers_ = coverage_ != nullptr && scope_ == open_;
        if (covers_ && world.isNominal()) {
            coverage_->add(program_, history.records());
        }
        for (const Record& record : history.records()) {
            if (record.is<ActionDone>() && scope_ == open_) {
                note(record, judge(program_, record), {}, world.phases());
            }
        }
        for (const ResourceId id : program_.resources.ids()) {
            if (!program_.resources[id].entries.empty() && !result_.gaveUp) {
                verifyResource(world, id);
            }
        }
    }

    void verifyResource(const PossibleWorld& world, ResourceId id) {
        const WorldHistory& history = world.history();
        const bool covers = covers_ && world.waysOf(id).has_value();
        for (const PhaseClass& one : world.classesOf(id)) {
            records_.clear();
            ResourceReplay walk{world.program(), history, id, one.firstPhases(), records_};
            walk.finish();
            ++result_.phaseClasses;
            result_.gaveUp = result_.gaveUp || patience_.isOver();
            if (result_.gaveUp) {
                return;
            }
            if (covers) {
                coverage_->add(program_, records_);
            }
            lastRecords_.clear();
            ResourceReplay lastWalk{world.program(), history, id, one.lastPhases(), lastRecords_};
            const bool isPoint = one.first == one.last && one.rotationSpan == Duration::zero();
            if (!isPoint) {
                lastWalk.finish();
            }
            // What a limit on downtime allows is an interval of phases, so what holds at both ends holds between them.
            if (walk.passed() && lastWalk.passed()) {
                continue;
            }
            for (std::size_t i = 0; i < records_.size(); ++i) {
                const Record& record = records_[i];
                if (!isVerdict(record) || !isLookedAt(record)) {
                    continue;
                }
                if (record.is<ActionDone>() && judge(program_, record) == Judgement::FailedUnsaid) {
                    noteAll({one}, record, Judgement::FailedUnsaid, world.phases());
                } else if (record.is<Verdict>()) {
                    const Record& atLast = isPoint ? record : lastRecords_[i];
                    noteAll(failingPhases(program_, record, atLast, one), record, Judgement::Failed, world.phases());
                }
            }
        }
    }

    void noteAll(const std::vector<PhaseClass>& failing, const Record& record, Judgement judgement,
                 const Phases& phases) {
        for (const PhaseClass& some : failing) {
            Phases shown = phases;
            shown[record.on->resource] = some.first;
            if (some.rotation > Duration::zero()) {
                shown.setRotation(record.on->resource, some.rotation);
            }
            if (some.recovery > Duration::zero()) {
                shown.setRecovery(record.on->resource, some.recovery);
            }
            note(record, judgement, some, shown);
        }
    }

    // --- what fell short ---

    void note(const Record& record, Judgement judgement, const PhaseClass& phases, const Phases& shown) {
        if (judgement != Judgement::Failed && judgement != Judgement::FailedUnsaid) {
            return;
        }
        Noted& noted = noted_[{record.entry(), record.item()}];
        noted.scope = scope_;
        noted.worlds += noted.last != worlds_[scope_] ? std::size_t{1} : std::size_t{0};
        noted.last = worlds_[scope_];
        Shortfall& shortfall = found_[{record.entry(), record.item()}];
        if (shortfall.phases.empty()) {
            shortfall.entry = record.entry();
            shortfall.item = record.item();
            shortfall.shown = shown;
            for (const OpenDelay& delay : openDelays(program_)) {
                const Duration chosen = delayOf(world_->program(), delay);
                if (chosen != delayOf(program_, delay)) {
                    shortfall.delays.push_back({delay, chosen});
                }
            }
        }
        const bool byPairs = record.on && world_->goesByPairs(record.on->resource);
        const bool phaseMatters =
            record.on && scope_ != OpenTimings::Nominal && (byPairs || hasSeveralPhases(program_, record.on->resource));
        if (phaseMatters) {
            shortfall.resource = record.on->resource;
            shortfall.byPairs = byPairs;
        }
        shortfall.byBases = shortfall.byBases || (record.on && world_->isOfBases());
        shortfall.phases.push_back(phases);
    }

    Verification finish() {
        for (auto& [key, shortfall] : found_) {
            shortfall.classes = shortfall.phases;
            keepEachOnce(shortfall.classes);
            merge(shortfall.phases);
            if (shortfall.byBases) {
                shortfall.resource = {};
            }
            const Noted& noted = noted_[key];
            const std::size_t worlds = worlds_[noted.scope];
            shortfall.byWorlds =
                worlds > 1 && (shortfall.resource.valid() ? othersShape(shortfall.resource) : noted.worlds < worlds);
            if (!shortfall.resource.valid()) {
                shortfall.phases.clear();
                shortfall.classes.clear();
            }
            result_.shortfalls.push_back(std::move(shortfall));
        }
        return std::move(result_);
    }

    /// Whether what other resources do decides what happens to the world.
    [[nodiscard]] bool othersShape(ResourceId resource) const {
        return std::ranges::any_of(program_.resources.ids(),
                                   [&](ResourceId id) { return id != resource && program_.resources[id].shapesWorld; });
    }

    void countExpectations() {
        for (const TimelineEntry& entry : program_.entries) {
            if (const auto* expectations = std::get_if<std::vector<Expectation>>(&entry.what)) {
                result_.expectations += expectations->size();
            } else if (entry.result) {
                ++result_.expectations;
            }
        }
    }

    /// In how many worlds something falls short.
    struct Noted {
        OpenTimings scope{};
        std::size_t worlds = 0;
        std::size_t last = 0; // the number of the last of them
    };

    const Program& program_;
    OpenTimings open_;
    OpenTimings scope_{};                  // the one in hand
    const PossibleWorld* world_ = nullptr; // likewise
    bool covers_ = false;                  // what is replayed in it at nominal timings counts as exercised
    Patience patience_;
    Coverage* coverage_;
    Reactions reactions_;
    std::map<std::pair<EntryId, std::uint32_t>, Shortfall> found_;
    std::map<std::pair<EntryId, std::uint32_t>, Noted> noted_;
    std::map<OpenTimings, std::size_t> worlds_; // how many were looked at
    std::vector<Record> records_;               // of the class in hand, at its first phase
    std::vector<Record> lastRecords_;           // and at its last
    Verification result_;
};

} // namespace

OpenTimings timingOf(const TimelineEntry& entry, std::uint32_t item, OpenTimings open) {
    const auto* list = std::get_if<std::vector<Expectation>>(&entry.what);
    return list != nullptr ? (*list)[item].timing.value_or(open) : open;
}

Verification verify(const Program& program, OpenTimings open, const Patience& patience, Coverage* coverage,
                    Reactions reactions) {
    return Verifier{program, open, patience, coverage, reactions}.verify();
}

} // namespace cmksim::analysis
