#include "deadline/repair_curve.hpp"

#include "analysis/deadlines.hpp"
#include "deadline/breakpoints.hpp"
#include "recovery/proof.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace cmksim::deadline {

namespace {

bool isSameAction(Action one, Action other) {
    setDelay(one, Duration::zero());
    setDelay(other, Duration::zero());
    return one == other;
}

std::vector<StoryDeletion> deletionsOf(const Program& story) {
    std::vector<StoryDeletion> deletions;
    for (const TimelineEntry& entry : story.entries) {
        if (const auto* deletion = entry.action<ResourceDelete>()) {
            deletions.push_back({deletion->resource, entry.at});
        }
    }
    return deletions;
}

class CurveFinder {
public:
    CurveFinder(const Program& program, const RepairQuestion& question, const Patience& patience)
        : question_{question}, patience_{patience}, deletions_{deletionsOf(program)}, ends_{deadlines(program)} {
        curve_.program = program;
    }

    RepairCurve find() {
        const std::vector<Instant> starts = breakpoints(curve_.program, question_.repair, question_.range);
        for (std::size_t i = 0; i < starts.size() && !curve_.interrupted; ++i) {
            const Instant last = i + 1 < starts.size() ? starts[i + 1] - Duration{1} : question_.range.most;
            CurvePiece piece{{starts[i], last}, at(starts[i]), {}};
            piece.last = last == starts[i] ? piece.first : at(last);
            curve_.pieces.push_back(std::move(piece));
            curve_.interrupted = i + 1 < starts.size() && patience_.isOver();
        }
        range_ = {curve_.pieces.front().repair.least, curve_.pieces.back().repair.most};
        for (const ResourceId id : curve_.program.resources.ids()) {
            addLatest(id);
        }
        return std::move(curve_);
    }

private:
    /// Kept, as resources that are alike are asked about at the same instants.
    const Outcome& at(Instant repair) {
        const auto [found, isNew] = known_.try_emplace(repair);
        if (isNew) {
            ++curve_.evaluated;
            found->second = outcomeOf(withRepair(curve_.program, question_.repair, repair), question_.open,
                                      question_.rto, repair, deletions_);
            curve_.everyCase = curve_.everyCase && found->second.everyCase;
        }
        return found->second;
    }

    using Holds = std::function<bool(const ResourceOutcome&)>;

    /// Between two instants of a piece, of which it holds at one alone, what it is about goes in a straight line: the
    /// last at which it is as at the first of both.
    Instant lastLike(Instant first, Instant other, ResourceId id, const Holds& holds, bool held) {
        while (other - first > Duration{1}) {
            const Instant middle = first + (other - first) / 2;
            (holds(at(middle).resources[id.index()]) == held ? first : other) = middle;
        }
        return first;
    }

    std::optional<Stretch> stretchOf(ResourceId id, const Holds& holds) {
        std::optional<Stretch> found;
        for (const CurvePiece& piece : curve_.pieces) {
            const auto& [begin, end] = piece.repair;
            const bool first = holds(piece.first.resources[id.index()]);
            const bool last = holds(piece.last.resources[id.index()]);
            if (found && !first) {
                return found;
            }
            if (!found && (first || last)) {
                const Instant from = first ? begin : lastLike(begin, end, id, holds, false) + Duration{1};
                found = Stretch{{from, from}, from == range_.least, false};
            }
            if (found) {
                found->when.most = last ? end : lastLike(begin, end, id, holds, true);
            }
            if (found && !last) {
                return found;
            }
        }
        if (found) {
            found->toTheEnd = true;
        }
        return found;
    }

    /// At some instant of the repair.
    [[nodiscard]] bool ever(ResourceId id, const Holds& holds) const {
        return std::ranges::any_of(curve_.pieces, [&](const CurvePiece& piece) {
            return holds(piece.first.resources[id.index()]) || holds(piece.last.resources[id.index()]);
        });
    }

    void addLatest(ResourceId id) {
        const bool goesDown = ever(id, [](const ResourceOutcome& one) { return one.longest.most > Duration::zero(); });
        const bool mayBeImpaired =
            ever(id, [](const ResourceOutcome& one) { return one.impaired.most > Duration::zero(); });
        const bool mayFail = ever(id, [](const ResourceOutcome& one) { return one.mayFail; });
        if (!goesDown && !mayBeImpaired && !mayFail) {
            return;
        }
        const Duration objective = question_.rto.value_or(Duration::zero());
        const Ratio half{1, 2};
        LatestRepair latest;
        latest.resource = id;
        latest.noOutage =
            stretchOf(id, [](const ResourceOutcome& one) { return one.longest.most == Duration::zero(); });
        latest.noOutageHalf = stretchOf(id, [&](const ResourceOutcome& one) { return one.untouched >= half; });
        if (question_.rto) {
            latest.within = stretchOf(
                id, [&](const ResourceOutcome& one) { return one.longest.most <= objective && !one.mayLoseData; });
            latest.withinHalf = stretchOf(id, [&](const ResourceOutcome& one) { return one.within >= half; });
        }
        latest.dataLostFrom = dataLostFrom(id);
        latest.mayBeImpaired = mayBeImpaired;
        if (mayBeImpaired) {
            latest.noImpairment =
                stretchOf(id, [](const ResourceOutcome& one) { return one.impaired.most == Duration::zero(); });
        }
        latest.mayFail = mayFail;
        if (mayFail) {
            latest.noFailure = stretchOf(id, [](const ResourceOutcome& one) { return !one.mayFail; });
        }
        for (const StoryDeletion& deletion : deletions_) {
            if (deletion.resource == id) {
                latest.deletedByStory.push_back(deletion.at);
            }
        }
        curve_.latest.push_back(std::move(latest));
    }

    /// A repair that comes after the data is gone does not bring it back, nor does a later one.
    std::optional<Instant> dataLostFrom(ResourceId id) {
        const auto loses = [&](Instant repair) { return at(repair).resources[id.index()].mayLoseData; };
        Instant holds = range_.least;
        if (loses(holds)) {
            return holds;
        }
        std::optional<Instant> lost;
        for (const Deadline& end : ends_) {
            const bool concerns = std::ranges::find(end.loses, id) != end.loses.end();
            const bool lookedAt = !curve_.interrupted || end.at <= range_.most;
            if (concerns && lookedAt && end.at > holds && loses(end.at)) {
                lost = end.at;
                break;
            }
        }
        if (!lost && loses(range_.most)) {
            lost = range_.most;
        }
        while (lost && *lost - holds > Duration{1}) {
            // Mostly the deadline itself is the first.
            const Instant middle = !loses(*lost - Duration{1}) ? *lost - Duration{1} : holds + (*lost - holds) / 2;
            (loses(middle) ? *lost : holds) = middle;
        }
        return lost;
    }

    const RepairQuestion& question_;
    Patience patience_;
    Extent<Instant> range_{}; // that was looked at
    std::vector<StoryDeletion> deletions_;
    std::vector<Deadline> ends_;
    std::map<Instant, Outcome> known_;
    RepairCurve curve_;
};

} // namespace

Program withRepair(const Program& program, std::span<const TimelineEntry> repair, Instant at) {
    std::vector<TimelineEntry> entries{program.entries.begin(), program.entries.end()};
    Instant last = at;
    for (TimelineEntry step : repair) {
        step.at = at + (step.at - scenarioStart);
        last = std::max(last, step.at);
        entries.push_back(std::move(step));
    }
    sortEntries(entries);
    const Instant settled = recovery::settledAfter(program, std::max(last, program.until), entries);
    return withTimeline(program, std::move(entries), settled);
}

Program withoutActions(const Program& program, std::span<const TimelineEntry> repair) {
    std::vector<TimelineEntry> entries;
    for (const TimelineEntry& entry : program.entries) {
        const bool isRepair = entry.action() != nullptr && std::ranges::any_of(repair, [&](const TimelineEntry& step) {
                                  return isSameAction(*step.action(), *entry.action());
                              });
        if (!isRepair && entry.action() != nullptr) {
            entries.push_back(entry);
        }
    }
    return withTimeline(program, std::move(entries), program.until);
}

RepairCurve repairCurve(const Program& program, const RepairQuestion& question, const Patience& patience) {
    return CurveFinder{program, question, patience}.find();
}

} // namespace cmksim::deadline
