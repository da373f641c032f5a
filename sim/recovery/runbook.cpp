#include "recovery/runbook.hpp"

#include "engine/impairment.hpp"
#include "engine/replay.hpp"

#include <algorithm>

namespace cmksim::recovery {

namespace {

class RunbookChecker {
public:
    RunbookChecker(const Program& program, Instant at, std::span<const TimelineEntry> steps,
                   std::span<const ResourceId> wanted)
        : program_{program}, at_{at}, steps_{steps}, wanted_{wanted}, checked_(steps.size()) {}

    CheckedRunbook check() {
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            play(i);
        }
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (checked_[i].verdict == StepVerdict::Refused && isAccepted(i, now_ + pause())) {
                checked_[i].verdict = StepVerdict::OutOfOrder;
            }
        }
        const Proof proof = proved(played_);
        findUseless(proof);
        return finish(proof);
    }

private:
    [[nodiscard]] Proof proved(std::span<const TimelineEntry> steps) const {
        return proveAsFarAsItHolds(program_, {at_, {wanted_.begin(), wanted_.end()}, OpenTimings::All, {}, {}}, steps);
    }

    [[nodiscard]] Duration pause() const { return longestPeriod(program_) + Duration{1}; }

    [[nodiscard]] TimelineEntry step(std::size_t i, Instant at) const {
        TimelineEntry entry = steps_[i];
        entry.at = at;
        entry.result.reset();
        return entry;
    }

    /// The story with these steps, up to a second after the last.
    [[nodiscard]] Program story(std::vector<TimelineEntry> steps, Instant until) const {
        std::vector<TimelineEntry> entries = actionsUpTo(program_, at_);
        std::ranges::move(steps, std::back_inserter(entries));
        return withTimeline(program_, std::move(entries), until);
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

    void play(std::size_t i) {
        CheckedStep& one = checked_[i];
        one.at = now_;
        one.refusal = refusalOf(i, now_);
        if (one.refusal && !isAccepted(i, now_ + pause())) {
            one.verdict = StepVerdict::Refused;
            return;
        }
        if (one.refusal) {
            now_ += pause();
            one.verdict = StepVerdict::Waits;
            one.at = now_;
        }
        placeOf_.push_back(i);
        played_.push_back(step(i, now_));
    }

    /// How every resource stands when all have looked again.
    [[nodiscard]] std::vector<ResourceStatus> endsOf(std::vector<TimelineEntry> steps) const {
        const Program program = story(std::move(steps), now_ + 2 * pause());
        std::vector<ResourceStatus> ends;
        for (const ResourceEnd& end : replay(program, nominalPhases(program)).ends) {
            ends.push_back(end.status);
        }
        return ends;
    }

    static bool isSame(const std::vector<ResourceStatus>& a, const std::vector<ResourceStatus>& b) {
        return std::ranges::equal(a, b, [](const ResourceStatus& one, const ResourceStatus& other) {
            return one.presence == other.presence && one.state == other.state && one.reason == other.reason &&
                   one.conditions == other.conditions && one.downtime == other.downtime &&
                   one.recoverable == other.recoverable;
        });
    }

    /// Without which nothing is worse, whatever the phases; the last of two that do the same.
    void findUseless(const Proof& proof) {
        if (!proof.holds()) {
            return; // what does not suffice may still be needed
        }
        const std::vector<ResourceStatus> ends = endsOf(played_);
        for (std::size_t i = played_.size(); i-- > 0;) {
            if (checked_[placeOf_[i]].verdict != StepVerdict::Helps) {
                continue;
            }
            std::vector<TimelineEntry> others = played_;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
            const Proof without = proved(others);
            const bool asSoon = without.holds() && without.within.most <= proof.within.most;
            if (asSoon && isSame(endsOf(others), ends)) {
                checked_[placeOf_[i]].verdict = StepVerdict::Useless;
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
    Instant now_ = at_ + firstStepAfter;
    std::vector<TimelineEntry> played_;
    std::vector<std::size_t> placeOf_; // of what was played, among the steps
};

} // namespace

CheckedRunbook checkRunbook(const Program& program, Instant at, std::span<const TimelineEntry> steps,
                            std::span<const ResourceId> wanted) {
    return RunbookChecker{program, at, steps, wanted}.check();
}

} // namespace cmksim::recovery
