#include "recovery/runbook.hpp"

#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "engine/timeline_walk.hpp"
#include "engine/timings.hpp"
#include "recovery/lasting.hpp"
#include "recovery/root_cause.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace cmksim::recovery {

namespace {

class RunbookChecker {
public:
    RunbookChecker(const Program& program, Instant at, std::span<const TimelineEntry> steps,
                   std::span<const ResourceId> wanted, OpenTimings open)
        : program_{program}, at_{at}, steps_{steps}, wanted_{wanted}, open_{open}, tries_(steps.size()),
          checked_(steps.size()), before_{stateAt(program, at)}, state_{before_} {}

    CheckedRunbook check() {
        do {
            playAll();
        } while (waitLonger());
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (isRefused(i) && !checked_[i].refusedAtSomeTiming && isAccepted(i, now_ + waits().back())) {
                checked_[i].reported.verdict = StepVerdict::OutOfOrder;
            }
        }
        for (const Share& share : shares_) {
            judge(share);
        }
        return finish();
    }

private:
    /// A part of the estate with the steps that act on it.
    struct Share {
        EstatePart part;
        std::vector<TimelineEntry> steps;
        std::vector<std::size_t> places; // of these among all
        std::vector<ResourceId> wanted;  // in the part's ids
        Proof proof;
    };

    /// What becomes of one step.
    struct Trial {
        CheckedStep reported;
        bool refusedAtSomeTiming = false; // alone, and accepted nominally
    };

    /// What has nothing to do with each other is proved apart, all of it for as long as the whole would be.
    void divide() {
        shares_.clear();
        const Program whole = story(played_, settledAfter(program_, at_, played_));
        const IdVector<ResourceId, char> wanted = [&] {
            IdVector<ResourceId, char> all(whole.resources.size());
            std::ranges::for_each(wanted_, [&](ResourceId id) { all[id] = 1; });
            return all;
        }();
        std::size_t place = 0;
        IdVector<EntryId, std::size_t> placeOfEntry(whole.entries.size());
        for (const EntryId id : whole.entries.ids()) {
            placeOfEntry[id] = whole.entries[id].at > at_ ? placeOf_[place++] : 0;
        }
        for (EstatePart& part : partsWithTimeline(whole)) {
            Share share;
            for (const EntryId id : part.entries.ids()) {
                if (part.program.entries[id].at > at_) {
                    share.steps.push_back(part.program.entries[id]);
                    share.places.push_back(placeOfEntry[part.entries[id]]);
                }
            }
            for (const ResourceId id : part.resources.ids()) {
                if (wanted[part.resources[id]] != 0) {
                    share.wanted.push_back(id);
                }
            }
            share.part = std::move(part);
            shares_.push_back(std::move(share));
        }
    }

    [[nodiscard]] Proof proved(const Share& share, std::span<const TimelineEntry> steps, ProofAim aim) const {
        const Instant until = settledAfter(program_, at_, played_);
        ProofQuestion question{
            at_, share.wanted, open_, std::max(until, bounds_.atLeastUntil.value_or(until)), bounds_.atMostUntil, aim};
        return prove(share.part.program, question, steps);
    }

    /// The first step of all that is refused at some timing; none where all are accepted.
    [[nodiscard]] std::optional<std::size_t> firstRefused() const {
        std::optional<std::size_t> first;
        for (const Share& share : shares_) {
            if (share.proof.accepted || share.steps.empty()) {
                continue;
            }
            std::size_t accepted = 0; // so many of the first ones
            std::size_t refused = share.steps.size();
            while (accepted + 1 < refused) {
                const std::size_t middle = (accepted + refused) / 2;
                const std::span<const TimelineEntry> steps{share.steps.data(), middle};
                (proved(share, steps, ProofAim::Accepted).accepted ? accepted : refused) = middle;
            }
            first = std::min(first.value_or(steps_.size()), share.places[refused - 1]);
        }
        return first;
    }

    /// Has a step that is refused at some timing wait longer, or leaves it out; says whether all is to be played anew.
    bool waitLonger() {
        const auto refused = firstRefused();
        if (!refused) {
            return false;
        }
        Trial& trial = checked_[*refused];
        trial.refusedAtSomeTiming = true;
        ++tries_[*refused];
        return true;
    }

    [[nodiscard]] bool isRefused(std::size_t i) const { return checked_[i].reported.verdict == StepVerdict::Refused; }

    /// The last part decides when all is done.
    [[nodiscard]] Proof joined() const {
        Proof all;
        all.whole = true;
        all.accepted = true;
        all.over = open_;
        for (const Share& share : shares_) {
            const Proof& one = share.proof;
            all.whole = all.whole && one.whole;
            all.accepted = all.accepted && one.accepted;
            all.within.least = std::max(all.within.least, one.within.least);
            all.within.most = std::max(all.within.most, one.within.most);
            all.cutShort = all.cutShort || one.cutShort;
        }
        return all;
    }

    [[nodiscard]] Duration pause() const { return longestPeriod(program_) + Duration{1}; }

    [[nodiscard]] TimelineEntry step(std::size_t i, Instant at) const {
        TimelineEntry entry = steps_[i];
        entry.at = at;
        entry.result.reset();
        return entry;
    }

    /// The story with these steps.
    [[nodiscard]] Program story(std::vector<TimelineEntry> steps, Instant until) const {
        return story(program_, std::move(steps), until);
    }
    [[nodiscard]] Program story(const Program& of, std::vector<TimelineEntry> steps, Instant until) const {
        std::vector<TimelineEntry> entries = actionsUpTo(of, at_);
        std::ranges::move(steps, std::back_inserter(entries));
        return withTimeline(of, std::move(entries), until);
    }

    /// How the step is refused after those that have been played; nothing when it is not.
    [[nodiscard]] std::optional<Record> refusalOf(std::size_t i, Instant at) {
        std::vector<TimelineEntry> steps = played_;
        steps.push_back(step(i, at));
        return refusalIn(story(std::move(steps), at + Duration{1}), TimingEnd::Nominal);
    }

    /// How the last action of a story is refused at one end of what is open.
    static std::optional<Record> refusalIn(Program program, TimingEnd end) {
        setDelays(program, end);
        std::optional<Record> last;
        for (const Record& record : replay(program, phasesAt(program, end)).records) {
            if (record.is<ActionDone>()) {
                last = record;
            }
        }
        return last && last->refused() ? last : std::nullopt;
    }

    /// Likewise at either end, where it is accepted nominally; none where it is refused between them alone.
    [[nodiscard]] std::optional<Record> refusalAtSomeTiming(std::size_t i, Instant at) const {
        std::vector<TimelineEntry> steps = played_;
        steps.push_back(step(i, at));
        const Program program = story(std::move(steps), at + Duration{1});
        for (const TimingEnd end : {TimingEnd::Latest, TimingEnd::Earliest}) {
            if (auto refusal = refusalIn(program, end)) {
                return refusal;
            }
        }
        return std::nullopt;
    }

    bool isAccepted(std::size_t i, Instant at) { return !refusalOf(i, at); }

    /// Takes a step where what was played before it has led.
    bool isAcceptedNow(std::size_t i) {
        std::vector<Record> ignored;
        state_.advanceTo(now_, ignored);
        if (isOnResource(*steps_[i].action())) {
            SimulationState trial = state_; // a refusal by a resource may change it
            return !trial.act(*steps_[i].action(), ignored) && !state_.act(*steps_[i].action(), ignored);
        }
        return !state_.act(*steps_[i].action(), ignored);
    }

    /// How long a step may have to wait: until something done before it counts, until all have looked again, or both.
    [[nodiscard]] std::vector<Duration> waits() const {
        std::set<Duration> all{Duration{}, pause()};
        const auto include = [&](const TimelineEntry& entry) {
            const Timing* timing = entry.action() != nullptr ? openTiming(program_, entry) : nullptr;
            if (timing != nullptr && entry.at + timing->latest > now_ && !isOnResource(*entry.action())) {
                all.insert(entry.at + timing->latest - now_);
                all.insert(entry.at + timing->latest - now_ + pause());
            }
        };
        std::ranges::for_each(actionsUpTo(program_, at_), include);
        std::ranges::for_each(played_, include);
        return {all.begin(), all.end()};
    }

    void playAll() {
        state_ = before_;
        now_ = at_ + firstStepAfter;
        played_.clear();
        placeOf_.clear();
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            play(i);
        }
        findBounds();
        divide();
        for (Share& share : shares_) {
            share.proof = proved(share, share.steps, ProofAim::All);
        }
    }

    void play(std::size_t i) {
        CheckedStep& one = checked_[i].reported;
        one.at = now_;
        one.wait = {};
        one.verdict = StepVerdict::Helps;
        one.refusal.reset();
        if (tries_[i] == 0 && isAcceptedNow(i)) {
            placeOf_.push_back(i);
            played_.push_back(step(i, now_));
            return;
        }
        one.refusal = checked_[i].refusedAtSomeTiming ? refusalAtSomeTiming(i, now_) : refusalOf(i, now_);
        const std::vector<Duration> all = waits();
        while (tries_[i] < all.size() && !isAccepted(i, now_ + all[tries_[i]])) {
            ++tries_[i];
        }
        if (tries_[i] >= all.size()) {
            one.verdict = StepVerdict::Refused;
            return;
        }
        one.wait = all[tries_[i]];
        now_ += one.wait;
        one.verdict = one.wait > Duration::zero() ? StepVerdict::Waits : StepVerdict::Helps;
        one.at = now_;
        isAcceptedNow(i);
        placeOf_.push_back(i);
        played_.push_back(step(i, now_));
    }

    /// What falls due when all has been played is a matter of its own.
    void findBounds() {
        SimulationState done = state_;
        std::vector<Record> ignored;
        done.advanceTo(now_, ignored);
        const SimulationState seen = afterLooks(program_, done);
        std::vector<ResourceId> whole;
        std::ranges::copy_if(wanted_, std::back_inserter(whole),
                             [&](ResourceId id) { return isWhole(program_, seen, id); });
        bounds_ = {};
        boundByWhatFallsDue(bounds_, program_, done, whole, true);
    }

    /// When what the steps bring about has shown.
    [[nodiscard]] Instant shown() const { return settledAfter(program_, at_, played_) + Duration{1}; }

    [[nodiscard]] StoryOutcome outcome(const Share& share, const std::vector<TimelineEntry>& steps, Proof proof) const {
        return outcomeOf(story(share.part.program, steps, shown()), std::move(proof), share.wanted);
    }

    /// Each step against the story without it, the last one first; what does harm or changes nothing is left out of the
    /// stories in which the others are judged.
    void judge(const Share& share) {
        std::vector<TimelineEntry> steps = share.steps;
        if (steps.empty()) {
            return;
        }
        StoryOutcome with = outcome(share, steps, share.proof);
        for (std::size_t i = steps.size(); i-- > 0;) {
            std::vector<TimelineEntry> others = steps;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
            StoryOutcome without = outcome(share, others, proved(share, others, ProofAim::All));
            StepDifference difference = differenceOf(share.part.program, with, without);
            CheckedStep& reported = checked_[share.places[i]].reported;
            const bool stays = difference.better || reported.verdict == StepVerdict::Waits; // that is told
            if (!difference.harms.empty()) {
                reported.verdict = StepVerdict::Harms;
                for (StepHarm& harm : difference.harms) {
                    harm.resource = share.part.resources[harm.resource];
                }
                reported.harms = std::move(difference.harms);
            } else if (stays) {
                continue;
            } else {
                reported.verdict = difference.isKnown ? StepVerdict::Useless : StepVerdict::NotKnown;
            }
            steps = std::move(others);
            with = std::move(without);
        }
    }

    /// How each resource stands in the end, and what does not stay so.
    void tellEnd(CheckedRunbook& result) const {
        const Program whole = story(played_, shown());
        const SimulationState otherwise = afterLooks(program_, before_);
        const SimulationState end = stateAt(whole, whole.until);
        std::set<ResourceId> failing;
        for (const Share& share : shares_) {
            for (const ResourceId id : share.proof.failing) {
                failing.insert(share.part.resources[id]);
            }
        }
        for (const ResourceId id : wanted_) {
            if (failing.contains(id) || !isWhole(program_, end, id)) {
                result.missed.push_back(id);
            }
        }
        const std::set<ResourceId> asked{wanted_.begin(), wanted_.end()};
        std::vector<ResourceId> all;
        for (const ResourceId id : program_.resources.ids()) {
            all.push_back(id);
            if (!asked.contains(id) && isWhole(program_, otherwise, id) && !isWhole(program_, end, id)) {
                result.worsened.push_back(id);
            }
            if (end.resource(id).dataLost && !otherwise.resource(id).dataLost) {
                result.dataLost.push_back(id);
            }
        }
        for (const auto& [id, due] : fallingDue(whole, end, wanted_)) {
            result.risks.push_back({id, due.due, due.fact});
        }
    }

    CheckedRunbook finish() {
        CheckedRunbook result;
        result.at = at_;
        result.proof = joined();
        result.wanted = {wanted_.begin(), wanted_.end()};
        tellEnd(result);
        for (Trial& trial : checked_) {
            result.steps.push_back(std::move(trial.reported));
        }
        // Refusals speak of the entry that was tried, which stands in no program that outlives the trial.
        std::vector<TimelineEntry> tried;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            tried.push_back(step(i, at_));
        }
        result.program = withTimeline(program_, {}, shown());
        for (std::size_t i = 0; i < tried.size(); ++i) {
            const EntryId entry = result.program.entries.push_back(std::move(tried[i]));
            if (std::optional<Record>& refused = result.steps[i].refusal) {
                refused->what = ActionDone{entry, refused->refusal()};
            }
        }
        return result;
    }

    const Program& program_;
    Instant at_;
    std::span<const TimelineEntry> steps_;
    std::span<const ResourceId> wanted_;
    OpenTimings open_;
    std::vector<std::size_t> tries_; // the wait of each step, among those that it may have
    std::vector<Trial> checked_;
    SimulationState before_; // any step
    SimulationState state_;  // after what has been played
    Instant now_ = at_ + firstStepAfter;
    std::vector<TimelineEntry> played_;
    std::vector<std::size_t> placeOf_; // of what was played, among the steps
    std::vector<Share> shares_;
    ProofQuestion bounds_; // its instants alone
};

} // namespace

CheckedRunbook checkRunbook(const Program& program, Instant at, std::span<const TimelineEntry> steps,
                            std::span<const ResourceId> wanted, OpenTimings open) {
    return RunbookChecker{program, at, steps, wanted, open}.check();
}

namespace {

/// How what a story tries or reads last fails at one end of what is open.
std::optional<Record> failureAt(Program story, TimingEnd end, OpenTimings open) {
    setDelays(story, open == OpenTimings::All ? end : TimingEnd::Nominal);
    const Trace trace = replay(story, phasesAt(story, end));
    const auto look = std::ranges::find_if(trace.records, [](const Record& record) {
        return (record.is<OperationTried>() || record.is<ReadDone>()) && record.refused();
    });
    return look != trace.records.end() ? std::optional{*look} : std::nullopt;
}

/// The same, as it comes first.
std::optional<Record> failureIn(const Program& story, OpenTimings open) {
    std::optional<Record> failure = failureAt(story, TimingEnd::Nominal, open);
    for (const TimingEnd end : {TimingEnd::Earliest, TimingEnd::Latest}) {
        if (!failure && open != OpenTimings::Nominal) {
            failure = failureAt(story, end, open);
        }
    }
    return failure;
}

bool isPlayed(const CheckedStep& step) {
    return step.verdict != StepVerdict::Refused && step.verdict != StepVerdict::OutOfOrder;
}

} // namespace

void checkLooks(CheckedRunbook& checked, const Program& program, std::span<const TimelineEntry> steps,
                std::span<const RunbookLook> looks, OpenTimings open) {
    for (const RunbookLook& look : looks) {
        std::vector<TimelineEntry> entries = actionsUpTo(program, checked.at);
        TimelineEntry last = look.entry;
        last.at = checked.at + firstStepAfter;
        last.result.reset();
        for (std::size_t i = 0; i < look.behind; ++i) {
            if (isPlayed(checked.steps[i])) {
                TimelineEntry& entry = entries.emplace_back(steps[i]);
                entry.at = checked.steps[i].at;
                entry.result.reset();
                last.at = entry.at;
            }
        }
        const Instant until = last.at + Duration{1};
        entries.push_back(last);
        std::optional<Record> failure = failureIn(withTimeline(program, std::move(entries), until), open);
        const EntryId reported = checked.program.entries.push_back(std::move(last)); // a failure speaks of it
        if (failure && failure->is<OperationTried>()) {
            std::get<OperationTried>(failure->what).entry = reported;
        } else if (failure) {
            std::get<ReadDone>(failure->what).entry = reported;
        }
        checked.failedLooks.push_back(std::move(failure));
    }
}

bool CheckedRunbook::waits() const {
    return std::ranges::any_of(steps, [](const CheckedStep& step) { return step.wait > Duration::zero(); });
}

bool CheckedRunbook::reached() const {
    return proof.holds() && !waits() && missed.empty() && worsened.empty() && dataLost.empty() && risks.empty();
}

} // namespace cmksim::recovery
