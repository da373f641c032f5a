#include "suite/findings.hpp"

#include "analysis/causes.hpp"
#include "analysis/event_text.hpp"
#include "analysis/phase_pairs.hpp"
#include "base/overloaded.hpp"
#include "base/shell_word.hpp"
#include "base/time.hpp"
#include "engine/draws.hpp"
#include "engine/impairment.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "engine/wording.hpp"
#include "report/run_view.hpp"
#include "suite/stable_hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace cmksim::suite {

namespace {

/// More than this is no story any more; the latest steps tell most.
constexpr std::size_t mostSteps = 40;

/// Of draws that are tried for a run that shows a shortfall.
constexpr std::uint64_t mostSeeds = 200;

std::string stepText(const Program& program, const Record& record) {
    if (record.isCause()) {
        const std::string_view result = record.refused() ? "refused, " : "ok";
        return record.is<FactHappened>()
                   ? eventName(program, record)
                   : fmt::format("{}: {}{}", eventName(program, record), result,
                                 record.refused() ? wordingOf(program, record).error : std::string_view{});
    }
    return eventText(program, record);
}

/// Builds findings; replays that several of them share are played once.
class Teller {
public:
    explicit Teller(const FindingContext& context)
        : context_{context}, program_{context.program}, phases_{nominalPhases(program_)}, timed_{program_} {}

    Finding tell(const Shortfall& shortfall) {
        play(shortfall);
        const Record& failed = find(shortfall);
        const TimelineEntry& entry = program_.entries[shortfall.entry];
        Finding finding;
        finding.at = entry.at;
        if (failed.is<Verdict>()) {
            const bool ofEntry = entry.result.has_value();
            const ExpectationView view = expectationView(program_, failed);
            finding.kind = ofEntry ? Finding::Kind::WrongResult : Finding::Kind::Expectation;
            finding.subject = ofEntry ? fmt::format("{} {}", entry.name, entry.target) : std::string{view.subject};
            finding.expected = view.expected;
            finding.actual = view.actual;
        } else {
            finding.kind = Finding::Kind::UnexpectedRefusal;
            finding.subject = eventName(program_, failed);
            finding.expected = "ok";
            finding.actual = fmt::format("refused, {}", wordingOf(program_, failed).error);
        }
        finding.place = placeOf(placeOfExpectation(shortfall));
        tellPhases(shortfall, finding);
        tellRun(shortfall, finding);
        tellSteps(failed, finding);
        tellFix(failed, finding);
        finding.id = fmt::format("{:016x}", identity(finding));
        return finding;
    }

    Finding tell(const Objective& objective, const ObjectiveResult& result, Mark place) {
        Finding finding;
        finding.kind = Finding::Kind::Objective;
        finding.subject = objective.name;
        finding.at = program_.until; // it is judged over all of the story
        finding.expected = askedText(objective, result.kind);
        finding.actual = brokenBy(result);
        finding.replay = context_.suiteCommand;
        if (place.source != nullptr) {
            finding.place = {place.source->name(), place.line, place.column,
                             std::string{place.source->line(place.line)}};
        }
        if (const auto* resource = std::get_if<ResourceId>(&objective.of.of)) {
            tellWhen(*resource, result, finding);
        } else {
            tellSteps(resourcesOf(objective.of), finding);
        }
        finding.id = fmt::format("{:016x}", identity(finding));
        return finding;
    }

private:
    /// For which phases a resource misses its objective while all else is nominal, and how it goes at the first.
    void tellWhen(ResourceId id, const ObjectiveResult& result, Finding& finding) {
        const Duration period = program_.modelOf(id).revalidation.nominal;
        std::vector<PhaseClass> failing;
        const bool areKnown = result.held == Held::Never || !result.holds.empty();
        if (areKnown && hasOpenPhase(program_, id) && period > Duration::zero()) {
            failing = without({{Duration::zero(), period - Duration{1}}}, result.holds);
        }
        if (!failing.empty()) {
            finding.resource = program_.resources[id].name;
            finding.period = period;
            finding.shownPhase = failing.front().first;
            phases_[id] = finding.shownPhase;
            for (const PhaseClass& phases : failing) {
                finding.phases.push_back({phases.first, phases.last});
            }
            finding.replay = context_.command + " --phase " +
                             shellWord(fmt::format("{}={}", finding.resource, formatDuration(finding.shownPhase)));
        } else if (!result.holds.empty()) {
            finding.timings.emplace_back("a timing other than the phase is not nominal");
        }
        tellSteps({id}, finding);
    }

    /// What happened to the resources of an objective, and to the world, at the phases in hand.
    void tellSteps(const std::vector<ResourceId>& resources, Finding& finding) {
        trace_ = replay(timed_, phases_);
        causes_.emplace(timed_, phases_, *trace_);
        const auto isOfThem = [&](const Record& record) {
            return record.on && std::ranges::find(resources, record.on->resource) != resources.end();
        };
        const Record* cause = nullptr;
        std::vector<const Record*> reported;
        for (const Record& record : trace_->records) {
            if (record.is<Verdict>() || record.is<OperationTried>() || record.is<ReadDone>() || record.isUnlisted() ||
                (record.on && !isOfThem(record))) {
                continue;
            }
            reported.push_back(&record);
            if (cause == nullptr && isOfThem(record)) {
                cause = causes_->of(record);
            }
        }
        tellSteps(reported, cause, finding);
    }

    void play(const Shortfall& shortfall) {
        const bool sameClocks = trace_ && std::ranges::all_of(program_.resources.ids(), [&](ResourceId id) {
                                    return shortfall.shown.rotation(id) == phases_.rotation(id) &&
                                           shortfall.shown.recovery(id) == phases_.recovery(id);
                                });
        if (sameClocks && std::ranges::equal(shortfall.shown, phases_) && shortfall.delays == delays_) {
            return;
        }
        phases_ = shortfall.shown;
        delays_ = shortfall.delays;
        timed_ = program_;
        for (const ChosenDelay& one : delays_) {
            setDelay(timed_, one.delay, one.chosen);
        }
        trace_ = replay(timed_, phases_);
        causes_.emplace(timed_, phases_, *trace_);
    }

    /// Whether a record says that it falls short.
    [[nodiscard]] bool isOf(const Record& record, const Shortfall& shortfall) const {
        return record.entry() == shortfall.entry && record.item() == shortfall.item &&
               (record.isFailedVerdict() ||
                (record.is<ActionDone>() && record.refused() && !program_.entries[shortfall.entry].result));
    }

    [[nodiscard]] const Record& find(const Shortfall& shortfall) const {
        const auto found =
            std::ranges::find_if(trace_->records, [&](const Record& record) { return isOf(record, shortfall); });
        assert(found != trace_->records.end() && "what fell short in a class falls short in its replay");
        return *found;
    }

    [[nodiscard]] TextPlace placeOfExpectation(const Shortfall& shortfall) const {
        const TimelineEntry& entry = program_.entries[shortfall.entry];
        if (const auto* expectations = std::get_if<std::vector<Expectation>>(&entry.what)) {
            return (*expectations)[shortfall.item].place;
        }
        return entry.result ? entry.result->place : entry.place;
    }

    [[nodiscard]] FilePlace placeOf(TextPlace place) const {
        return {context_.source.name(), place.line, place.column, std::string{context_.source.line(place.line)}};
    }

    [[nodiscard]] std::string whatDelays(const OpenDelay& delay) const {
        return std::visit(Overloaded{[&](const OpenDelay::EarlierDeletion& one) {
                                         return fmt::format("the deletion of {} before the start",
                                                            program_.names.identities[one.identity].text);
                                     },
                                     [&](const OpenDelay::OwnClock& one) {
                                         return fmt::format("of {}: {}", program_.resources[one.resource].name,
                                                            delay.timing->meaning);
                                     },
                                     [&](const auto& one) {
                                         const TimelineEntry& entry = program_.entries[one.entry];
                                         return fmt::format("{} {}", entry.name, entry.target);
                                     }},
                          delay.of);
    }

    /// Of all resources that are not at the beginning of their period.
    void tellEveryPhase(const Phases& phases, Finding& finding) const {
        for (const ResourceId id : program_.resources.ids()) {
            if (phases[id] > Duration::zero()) {
                finding.replay += " --phase " + shellWord(fmt::format("{}={}", program_.resources[id].name,
                                                                      formatDuration(phases[id])));
            }
        }
    }

    void tellPhases(const Shortfall& shortfall, Finding& finding) const {
        finding.replay = context_.command;
        for (const auto& [delay, chosen] : shortfall.delays) {
            finding.timings.push_back(fmt::format("{} counts after {}", whatDelays(delay), formatDuration(chosen)));
        }
        if (shortfall.byBases) {
            tellEveryPhase(shortfall.shown, finding);
        }
        if (!shortfall.resource.valid()) {
            return;
        }
        finding.resource = program_.resources[shortfall.resource].name;
        finding.period = program_.modelOf(shortfall.resource).revalidation.nominal;
        finding.shownPhase = shortfall.shown[shortfall.resource];
        for (const PhaseClass& phases : shortfall.phases) {
            finding.phases.push_back({phases.first, phases.last});
        }
        if (shortfall.byPairs) {
            tellPairs(shortfall, finding);
        }
        const ResourceProgram& resource = program_.resources[shortfall.resource];
        const bool eachAlone = resource.fleet && resource.fleet->phases && resource.fleet->phases->haveRotations();
        if (eachAlone) {
            return; // a run plays every member
        }
        if (hasOpenPhase(program_, shortfall.resource)) {
            finding.replay +=
                " --phase " + shellWord(fmt::format("{}={}", finding.resource, formatDuration(finding.shownPhase)));
        }
        const Model& model = program_.modelOf(shortfall.resource);
        const Duration rotation = shortfall.shown.rotation(shortfall.resource);
        const Duration recovery = shortfall.shown.recovery(shortfall.resource);
        if (model.rotationClock && !pinned(resource, &NewResource::rotationPhase)) {
            tellClock("rotationPhase", rotation, !shortfall.delays.empty(), finding);
        }
        if (model.recoveryClock && !pinned(resource, &NewResource::recoveryPhase)) {
            tellClock("recoveryPhase", recovery, !shortfall.delays.empty(), finding);
        }
        const bool moved = rotation > Duration::zero() || recovery > Duration::zero();
        if (moved && !resource.described) {
            finding.replay = context_.suiteCommand; // no option of a run says that of what the timeline makes
        }
    }

    void tellPairs(const Shortfall& shortfall, Finding& finding) const {
        const ResourceId id = shortfall.resource;
        const bool open = hasOpenPhase(program_, id);
        const PairCover cover = coverOf(program_, id, shortfall.classes);
        if (cover.splitsSomePhase) {
            finding.pairs = FailingPairs{cover.covered, cover.all, open, program_.modelOf(id).rotationClock->nominal,
                                         shortfall.shown.rotation(id)};
        }
        if (!open) {
            finding.phases.clear(); // it makes no difference
        }
    }

    static bool pinned(const ResourceProgram& resource, std::optional<Duration> NewResource::*phase) {
        return resource.described && ((*resource.described).*phase).has_value();
    }

    /// Where the looks of another clock than that of revalidations fall; nominally at 0.
    static void tellClock(std::string_view field, Duration phase, bool always, Finding& finding) {
        if (phase > Duration::zero()) {
            finding.timings.push_back(
                fmt::format("the {} of {} is {}", field, finding.resource, formatDuration(phase)));
        }
        if (phase > Duration::zero() || always) {
            finding.replay += " --set " + shellWord(fmt::format("resources.{}.{}={}", finding.resource, field,
                                                                formatDuration(phase)));
        }
    }

    // --- a run with delays that are not nominal ---

    /// A run takes all timings at one end of their ranges, or draws them: whichever shows the shortfall is told, and
    /// where none does the suite itself.
    void tellRun(const Shortfall& shortfall, Finding& finding) const {
        if (shortfall.delays.empty() || finding.replay == context_.suiteCommand) {
            return;
        }
        for (const TimingEnd end : {TimingEnd::Earliest, TimingEnd::Latest}) {
            Program timed = program_;
            setDelays(timed, end);
            if (fallsShort(timed, phasesAt(timed, end), shortfall)) {
                finding.replay += end == TimingEnd::Earliest ? " --timing earliest" : " --timing latest";
                return;
            }
        }
        for (std::uint64_t seed = 0; seed < mostSeeds; ++seed) {
            const Draws draws{seed, 0};
            Program timed = program_;
            drawDelays(draws, timed);
            Phases phases = nominalPhases(timed);
            drawPhases(draws, timed, phases);
            if (fallsShort(timed, std::move(phases), shortfall)) {
                finding.replay += fmt::format(" --timing sampled --seed {}", seed);
                return;
            }
        }
        finding.replay = context_.suiteCommand;
    }

    /// Whether it does in a run with these timings that pins where the looks of the resource fall.
    [[nodiscard]] bool fallsShort(const Program& timed, Phases phases, const Shortfall& shortfall) const {
        if (const ResourceId id = shortfall.resource; id.valid()) {
            phases[id] = shortfall.shown[id];
            if (timed.modelOf(id).rotationClock) {
                phases.setRotation(id, shortfall.shown.rotation(id));
            }
            if (timed.modelOf(id).recoveryClock) {
                phases.setRecovery(id, shortfall.shown.recovery(id));
            }
        }
        const Trace trace = replay(timed, phases);
        return std::ranges::any_of(trace.records, [&](const Record& record) { return isOf(record, shortfall); });
    }

    static bool isOnSame(const Record& record, const Record& other) {
        return other.on && record.isOn(other.on->resource);
    }

    /// Whether a record belongs to the story of what fell short: what happened to its resource, or to the world that it
    /// depends on.
    static bool concerns(const Record& record, const Record& failed) {
        if (record.is<Verdict>() || record.is<OperationTried>() || record.is<ReadDone>() || record.isUnlisted()) {
            return false;
        }
        return !record.on || isOnSame(record, failed);
    }

    /// Whether what was expected is that the resource is not well, which it is: what it went through before counts for
    /// nothing then.
    [[nodiscard]] bool isWellInstead(const Record& failed) const {
        const auto* list = failed.is<Verdict>() && failed.on
                               ? std::get_if<std::vector<Expectation>>(&program_.entries[failed.entry()].what)
                               : nullptr;
        if (list == nullptr) {
            return false;
        }
        const Expectation& expected = (*list)[failed.item()];
        const bool isOfPast = expected.downtime.least || expected.downtime.most || expected.outages.least ||
                              expected.outages.most || expected.recoverable;
        const ResourceStatus& now = failed.on->status;
        return !isOfPast && now.presence == ResourceStatus::Presence::Present && now.reason == Reason::None &&
               !now.down && !isImpaired(program_.modelOf(failed.on->resource), now);
    }

    void tellSteps(const Record& failed, Finding& finding) {
        const bool isWell = isWellInstead(failed);
        const Record* cause = nullptr;
        std::vector<const Record*> reported;
        for (const Record& record : trace_->records) {
            if (&record == &failed) {
                break;
            }
            if (!concerns(record, failed)) {
                continue;
            }
            reported.push_back(&record);
            // What took the data away last, or gave it back; before anything did, whatever else changed something.
            const bool moved = record.is<Transition>() && isOnSame(record, failed);
            const bool counts =
                moved && (isWell || goesDown(program_.modelOf(record.on->resource), record.as<Transition>()));
            const Record* behind = isOnSame(record, failed) ? causes_->of(record) : nullptr;
            if (behind != nullptr && (counts || cause == nullptr)) {
                cause = behind;
            }
        }
        tellSteps(reported, cause, finding);
    }

    void tellSteps(const std::vector<const Record*>& reported, const Record* cause, Finding& finding) const {
        const std::size_t skipped = reported.size() > mostSteps ? reported.size() - mostSteps : 0;
        for (const Record* record : std::span{reported}.subspan(skipped)) {
            const TextPlace place = record->entry().valid() ? program_.entries[record->entry()].place : TextPlace{};
            finding.steps.push_back({record->position.at, stepText(program_, *record),
                                     record->entry().valid() ? placeOf(place) : FilePlace{}, record == cause});
        }
    }

    /// Why the resource is down, or was last: of its downtime, too, that is what there is a way back from.
    [[nodiscard]] Reason reasonBehind(const Record& failed) const {
        Reason reason = failed.reason();
        for (const Record& record : trace_->records) {
            if (&record == &failed || failed.reason() != Reason::None) {
                break;
            }
            const auto* moved = record.asIf<Transition>();
            if (moved != nullptr && isOnSame(record, failed) && moved->reason != Reason::None) {
                reason = moved->reason;
            }
        }
        return reason;
    }

    void tellFix(const Record& failed, Finding& finding) const {
        if (isWellInstead(failed)) {
            return;
        }
        Wording wording;
        if (failed.is<Verdict>() && failed.on) {
            wording = wordingOf(program_, *failed.on, reasonBehind(failed));
        } else if (failed.refused()) {
            wording = wordingOf(program_, failed);
        }
        finding.fix = wording.fix;
        if (wording.provenance != nullptr && !finding.fix.empty()) {
            finding.sources = wording.provenance->sources;
        }
    }

    /// The same as long as the scenario says the same; what it says more than once is told apart by its place among
    /// those that are alike.
    std::uint64_t identity(const Finding& finding) {
        const std::string said = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", context_.source.name(), context_.caseName,
                                             static_cast<int>(finding.kind), finding.subject,
                                             finding.at.time_since_epoch().count(), finding.expected);
        return stableHash(std::to_string(alike_[said]++), stableHash(said));
    }

    const FindingContext& context_;
    const Program& program_;
    Phases phases_;
    std::vector<ChosenDelay> delays_;
    Program timed_; // with these delays
    std::optional<Trace> trace_;
    std::optional<Causes> causes_;
    std::map<std::string, int> alike_;
};

} // namespace

std::vector<Finding> findingsOf(const FindingContext& context, const std::vector<Shortfall>& shortfalls) {
    std::vector<Finding> findings;
    Teller teller{context};
    for (const Shortfall& shortfall : shortfalls) {
        findings.push_back(teller.tell(shortfall));
    }
    return findings;
}

Finding objectiveFinding(const FindingContext& context, const Objective& objective, const ObjectiveResult& result,
                         Mark place) {
    return Teller{context}.tell(objective, result, place);
}

Finding snapshotFinding(const FindingContext& context, Mark key, std::string_view then, std::string_view now) {
    Finding finding;
    finding.kind = Finding::Kind::Snapshot;
    finding.subject = "the run";
    finding.at = context.program.until;
    finding.expected = then;
    finding.actual = now;
    finding.place = {context.source.name(), key.line, key.column, std::string{context.source.line(key.line)}};
    finding.fix = "Where the change is meant, record the snapshot anew with 'cmksim test --update'.";
    finding.replay = context.command;
    finding.id =
        fmt::format("{:016x}", stableHash(fmt::format("snapshot\n{}\n{}", context.source.name(), context.caseName)));
    return finding;
}

} // namespace cmksim::suite
