#include "recovery/runbook.hpp"

#include "engine/impairment.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "engine/timeline_walk.hpp"

#include <algorithm>

namespace cmksim::recovery {

namespace {

class RunbookChecker {
public:
    RunbookChecker(const Program& program, Instant at, std::span<const TimelineEntry> steps,
                   std::span<const ResourceId> wanted)
        : program_{program}, at_{at}, steps_{steps}, wanted_{wanted}, checked_(steps.size()),
          state_{stateAt(program, at)} {}

    CheckedRunbook check() {
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            play(i);
        }
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (checked_[i].verdict == StepVerdict::Refused && isAccepted(i, now_ + pause())) {
                checked_[i].verdict = StepVerdict::OutOfOrder;
            }
        }
        divide();
        std::vector<Proof> proofs;
        for (const Share& share : shares_) {
            proofs.push_back(proved(share, share.steps));
        }
        const Proof proof = joined(proofs);
        for (std::size_t i = 0; proof.holds() && i < shares_.size(); ++i) {
            findUseless(shares_[i], proofs[i]); // what does not suffice may still be needed
        }
        return finish(proof);
    }

private:
    /// A part of the estate with the steps that act on it.
    struct Share {
        EstatePart part;
        std::vector<TimelineEntry> steps;
        std::vector<std::size_t> places; // of these among all
        std::vector<ResourceId> wanted;  // in the part's ids
    };

    /// What has nothing to do with each other is proved apart, all of it for as long as the whole would be.
    void divide() {
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

    [[nodiscard]] Proof proved(const Share& share, std::span<const TimelineEntry> steps) const {
        const Instant until = settledAfter(program_, at_, played_);
        return proveAsFarAsItHolds(share.part.program, {at_, share.wanted, OpenTimings::All, until, {}}, steps);
    }

    /// The last part decides when all is done, and the narrowest timings over which one was proved.
    static Proof joined(std::span<const Proof> proofs) {
        Proof all;
        all.whole = true;
        all.accepted = true;
        for (const Proof& one : proofs) {
            all.whole = all.whole && one.whole;
            all.accepted = all.accepted && one.accepted;
            all.within.least = std::max(all.within.least, one.within.least);
            all.within.most = std::max(all.within.most, one.within.most);
            all.cutShort = all.cutShort || one.cutShort;
            all.over = std::min(all.over, one.over);
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
        const Program program = story(std::move(steps), at + Duration{1});
        std::optional<Record> last;
        for (const Record& record : replay(program, nominalPhases(program)).records) {
            if (record.is<ActionDone>()) {
                last = record;
            }
        }
        return last && last->refused() ? last : std::nullopt;
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

    void play(std::size_t i) {
        CheckedStep& one = checked_[i];
        one.at = now_;
        if (!isAcceptedNow(i)) {
            one.refusal = refusalOf(i, now_);
            if (!isAccepted(i, now_ + pause())) {
                one.verdict = StepVerdict::Refused;
                return;
            }
            now_ += pause();
            one.verdict = StepVerdict::Waits;
            one.at = now_;
            isAcceptedNow(i);
        }
        placeOf_.push_back(i);
        played_.push_back(step(i, now_));
    }

    /// How every resource stands when all have looked again.
    [[nodiscard]] std::vector<ResourceStatus> endsOf(const Share& share, std::vector<TimelineEntry> steps) const {
        const Program program = story(share.part.program, std::move(steps), now_ + 2 * pause());
        std::vector<ResourceStatus> ends;
        for (const ResourceEnd& end : replay(program, nominalPhases(program)).ends) {
            ends.push_back(end.status);
        }
        return ends;
    }

    static bool isSame(const std::vector<ResourceStatus>& a, const std::vector<ResourceStatus>& b) {
        return std::ranges::equal(a, b, [](const ResourceStatus& one, ResourceStatus other) {
            other.outages = one.outages; // in how many pieces the same downtime comes is no difference
            other.down = one.down;
            return one == other;
        });
    }

    /// Without which nothing is worse, whatever the phases; the last of two that do the same.
    void findUseless(const Share& share, const Proof& proof) {
        const std::vector<ResourceStatus> ends = endsOf(share, share.steps);
        for (std::size_t i = share.steps.size(); i-- > 0;) {
            CheckedStep& checked = checked_[share.places[i]];
            if (checked.verdict != StepVerdict::Helps) {
                continue;
            }
            std::vector<TimelineEntry> others = share.steps;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
            const Proof without = proved(share, others);
            const bool asSoon = without.holds() && without.within.most <= proof.within.most;
            if (asSoon && isSame(endsOf(share, others), ends)) {
                checked.verdict = StepVerdict::Useless;
            }
        }
    }

    CheckedRunbook finish(const Proof& proof) {
        CheckedRunbook result{
            story(played_, now_ + 2 * pause()), std::move(checked_), proof, {wanted_.begin(), wanted_.end()}, {}};
        const Trace trace = replay(result.program, nominalPhases(result.program));
        for (const ResourceId id : wanted_) {
            const auto end = std::ranges::find(trace.ends, id, &ResourceEnd::resource);
            if (end == trace.ends.end() || end->status.presence != ResourceStatus::Presence::Present ||
                isImpaired(program_.modelOf(id), end->status)) {
                result.missed.push_back(id);
            }
        }
        // Refusals speak of the entry that was tried, which stands in no program that outlives the trial.
        std::vector<TimelineEntry> tried;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            tried.push_back(step(i, at_));
        }
        result.program = withTimeline(program_, {}, result.program.until);
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
    std::vector<CheckedStep> checked_;
    SimulationState state_; // after what has been played
    Instant now_ = at_ + firstStepAfter;
    std::vector<TimelineEntry> played_;
    std::vector<std::size_t> placeOf_; // of what was played, among the steps
    std::vector<Share> shares_;
};

} // namespace

CheckedRunbook checkRunbook(const Program& program, Instant at, std::span<const TimelineEntry> steps,
                            std::span<const ResourceId> wanted) {
    return RunbookChecker{program, at, steps, wanted}.check();
}

} // namespace cmksim::recovery
