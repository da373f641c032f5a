#include "analysis/journey_odds.hpp"

#include "analysis/extent.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <set>
#include <utility>

namespace cmksim::analysis {

namespace {

/// Phases of all resources but one, taken together.
constexpr std::int64_t mostTried = 40'000;

using LikelyClasses = std::map<ResourceId, std::vector<LikelyClass>>;

/// Whether every instant stands still or goes with the phase, and every outage ends.
bool isPlain(const ClassDown& one) {
    const auto isStep = [&](Instant first, Instant last) {
        return last == first || (last - first).count() == one.width - 1;
    };
    for (std::size_t i = 0; i < std::min(one.first.size(), one.last.size()); ++i) {
        if (!one.first[i].over || !one.last[i].over || !isStep(one.first[i].from, one.last[i].from) ||
            !isStep(one.first[i].to, one.last[i].to)) {
            return false;
        }
    }
    return one.first.size() == one.last.size();
}

/// The same with one phase for all of a class in which nothing moves, so that it is tried once.
LikelyClasses narrowed(const LikelyClasses& classes) {
    LikelyClasses all;
    for (const auto& [id, list] : classes) {
        std::vector<LikelyClass>& into = all[id];
        for (LikelyClass one : list) {
            if (one.down.first == one.down.last) {
                one.part *= Ratio{std::exchange(one.down.width, 1)};
            }
            const auto same = std::ranges::find(into, one.down, &LikelyClass::down);
            if (same == into.end()) {
                into.push_back(std::move(one));
            } else {
                same->part += one.part;
            }
        }
    }
    return all;
}

/// Whether all instants go with the phase: then two such classes depend on the difference of their phases alone.
bool goesAsOne(const ClassDown& one) {
    return one.width > 1 && one.isRigid() && one.first.front().from != one.last.front().from;
}

/// One group of resources whose outages can touch.
class GroupOdds {
public:
    GroupOdds(const Need& need, const LikelyClasses& classes, Duration limit)
        : need_{need}, classes_{classes}, limit_{limit}, resources_{resourcesOf(need)} {
        const auto most = std::ranges::max_element(resources_, {}, [&](ResourceId id) { return phasesOf(id); });
        std::iter_swap(most, resources_.end() - 1); // the one that is not gone through
    }

    std::optional<Ratio> find() {
        std::int64_t tried = static_cast<std::int64_t>(classes_.at(resources_.back()).size());
        for (std::size_t i = 0; i + 1 < resources_.size(); ++i) {
            tried = std::min(tried * phasesOf(resources_[i]), mostTried + 1);
        }
        if (tried > mostTried) {
            return std::nullopt;
        }
        choose(0, Ratio{1});
        return tooMany_ ? std::nullopt : std::optional{all_};
    }

private:
    [[nodiscard]] std::int64_t phasesOf(ResourceId id) const {
        std::int64_t phases = 0;
        for (const LikelyClass& one : classes_.at(id)) {
            phases += one.down.width;
        }
        return phases;
    }

    /// A class for each resource from the `i`th on.
    void choose(std::size_t i, const Ratio& part) {
        if (i == resources_.size()) {
            const bool isPair = resources_.size() == 2 &&
                                std::ranges::all_of(chosen_, [](const auto& one) { return goesAsOne(*one.second); });
            all_ += part * Ratio{isPair ? heldByDifference() : heldFrom(0)};
            return;
        }
        for (const LikelyClass& one : classes_.at(resources_[i])) {
            chosen_[resources_[i]] = &one.down;
            choose(i + 1, part * one.part);
        }
    }

    /// How many of the phases of the classes chosen hold, those before the `i`th being fixed.
    std::int64_t heldFrom(std::size_t i) {
        const ResourceId id = resources_[i];
        const ClassDown& own = *chosen_.at(id);
        if (i + 1 == resources_.size()) {
            return heldOfLast(id, own);
        }
        std::int64_t held = 0;
        for (std::int64_t phase = 0; phase < own.width; ++phase) {
            std::vector<DownTime> down = own.at(phase);
            fixed_[id] = {down, std::move(down), 1};
            held += heldFrom(i + 1);
        }
        return held;
    }

    std::int64_t heldByDifference() const {
        const auto& [one, own] = *chosen_.begin();
        const auto& [other, others] = *std::next(chosen_.begin());
        std::int64_t held = 0;
        for (std::int64_t more = 1 - own->width; more < others->width; ++more) {
            const std::int64_t first = std::max<std::int64_t>(0, -more);
            const std::int64_t last = std::min(own->width - 1, others->width - 1 - more);
            const std::map<ResourceId, std::vector<DownTime>> down{{one, own->at(first)},
                                                                   {other, others->at(first + more)}};
            held += longestOf(unmet(need_, down)).value <= limit_ ? last - first + 1 : 0;
        }
        return held;
    }

    std::int64_t heldOfLast(ResourceId id, const ClassDown& own) {
        ClassChoice choice{{id, &own}};
        for (const auto& [other, one] : fixed_) {
            choice[other] = &one;
        }
        std::set<std::int64_t> turns;
        for (const auto& phases : turningPhases(choice, {}, static_cast<std::size_t>(mostTried))) {
            turns.insert(phases.at(id));
        }
        tooMany_ = tooMany_ || turns.empty();
        std::map<ResourceId, std::vector<DownTime>> down;
        for (const auto& [other, one] : fixed_) {
            down[other] = one.first;
        }
        const auto longest = [&](std::int64_t phase) {
            down[id] = own.at(phase);
            return longestOf(unmet(need_, down)).value;
        };
        std::int64_t held = 0;
        std::int64_t before = -1;
        for (const std::int64_t turn : turns) {
            held += heldBetween(before + 1, turn - 1, longest);
            held += longest(turn) <= limit_ ? 1 : 0;
            before = turn;
        }
        return held;
    }

    /// Between two turns each outage grows, shrinks or stays, so that the longest falls up to some phase and then
    /// grows: those that hold follow each other.
    template <class Longest>
    [[nodiscard]] std::int64_t heldBetween(std::int64_t first, std::int64_t last, const Longest& longest) const {
        if (first > last) {
            return 0;
        }
        if (longest(first) <= limit_ && longest(last) <= limit_) {
            return last - first + 1;
        }
        std::int64_t least = first;
        for (std::int64_t high = last; least < high;) {
            const std::int64_t middle = std::midpoint(least, high);
            if (longest(middle) > longest(middle + 1)) {
                least = middle + 1;
            } else {
                high = middle;
            }
        }
        if (longest(least) > limit_) {
            return 0;
        }
        std::int64_t from = first;
        for (std::int64_t high = least; from < high;) {
            const std::int64_t middle = std::midpoint(from, high);
            if (longest(middle) <= limit_) {
                high = middle;
            } else {
                from = middle + 1;
            }
        }
        std::int64_t to = least;
        for (std::int64_t high = last; to < high;) {
            const std::int64_t middle = high - (high - to) / 2;
            if (longest(middle) <= limit_) {
                to = middle;
            } else {
                high = middle - 1;
            }
        }
        return to - from + 1;
    }

    const Need& need_;
    const LikelyClasses& classes_;
    Duration limit_;
    std::vector<ResourceId> resources_;
    ClassChoice chosen_;
    std::map<ResourceId, ClassDown> fixed_;
    Ratio all_;
    bool tooMany_ = false;
};

/// When any of these resources may be down, at some phase.
std::vector<Extent<Instant>> timesOf(const std::vector<ResourceId>& resources, const LikelyClasses& classes) {
    std::vector<Extent<Instant>> times;
    for (const ResourceId id : resources) {
        for (const LikelyClass& one : classes.at(id)) {
            for (std::size_t i = 0; i < one.down.first.size(); ++i) {
                times.push_back({std::min(one.down.first[i].from, one.down.last[i].from),
                                 std::max(one.down.first[i].to, one.down.last[i].to)});
            }
        }
    }
    return times;
}

bool canTouch(const std::vector<ResourceId>& some, const std::vector<ResourceId>& others,
              const LikelyClasses& classes) {
    const bool share =
        std::ranges::any_of(some, [&](ResourceId id) { return std::ranges::find(others, id) != others.end(); });
    const std::vector<Extent<Instant>> times = timesOf(some, classes);
    const std::vector<Extent<Instant>> otherTimes = timesOf(others, classes);
    return share || std::ranges::any_of(times, [&](const Extent<Instant>& one) {
               return std::ranges::any_of(otherTimes, [&](const Extent<Instant>& other) {
                   return one.least <= other.most && other.least <= one.most;
               });
           });
}

/// The parts of which all are needed, in groups that cannot touch each other.
std::vector<Need> apart(const Need& need, const LikelyClasses& classes) {
    const auto* several = std::get_if<NeedOfSeveral>(&need.of);
    if (several == nullptr || several->how != NeedOfSeveral::How::All) {
        return {need};
    }
    std::vector<Need> groups;
    for (const Need& part : several->parts) {
        NeedOfSeveral joined{NeedOfSeveral::How::All, {part}};
        std::vector<Need> others;
        for (Need& group : groups) {
            if (canTouch(resourcesOf(Need{joined}), resourcesOf(group), classes)) {
                auto& parts = std::get<NeedOfSeveral>(group.of).parts;
                std::ranges::move(parts, std::back_inserter(joined.parts));
            } else {
                others.push_back(std::move(group));
            }
        }
        others.push_back({std::move(joined)});
        groups = std::move(others);
    }
    return groups;
}

} // namespace

std::optional<Ratio> likelihoodWithin(const Need& need, const std::map<ResourceId, std::vector<LikelyClass>>& classes,
                                      Duration limit) {
    for (const auto& [id, list] : classes) {
        if (list.empty() || !std::ranges::all_of(list, [](const LikelyClass& one) { return isPlain(one.down); })) {
            return std::nullopt;
        }
    }
    const LikelyClasses few = narrowed(classes);
    Ratio all{1};
    for (const Need& group : apart(need, few)) {
        const std::optional<Ratio> one = GroupOdds{group, few, limit}.find();
        if (!one) {
            return std::nullopt;
        }
        all *= *one;
    }
    return all;
}

} // namespace cmksim::analysis
