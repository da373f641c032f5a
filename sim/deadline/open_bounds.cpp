#include "deadline/open_bounds.hpp"

#include "analysis/bounds.hpp"
#include "deadline/breakpoints.hpp"
#include "recovery/proof.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

namespace cmksim::deadline {

namespace {

/// An expectation whenever its entry comes: by its place, how many entries of that place come before, and its item.
using ExpectationName = std::tuple<TextPlace, std::size_t, std::uint32_t>;

std::map<EntryId, std::size_t> ranksOf(const Program& program) {
    std::map<TextPlace, std::size_t> seen;
    std::map<EntryId, std::size_t> ranks;
    for (const EntryId id : program.entries.ids()) {
        ranks.emplace(id, seen[program.entries[id].place]++);
    }
    return ranks;
}

/// What is kept of a resource at one instant.
struct ResourceSample {
    bool there = false;
    Extent<Duration> downtime;
    Duration longest{};
    std::optional<Extent<Instant>> down;
    bool goesOn = false;
    bool mayLoseData = false;
    bool impaired = false;
    bool fails = false;
};

struct Sample {
    std::vector<ResourceSample> resources;
    std::map<ExpectationName, Held> expectations; // those that do not hold in every case
    std::vector<Held> objectives;
};

ResourceSample sampleOf(const ResourceBounds& bounds) {
    ResourceSample sample{.there = true,
                          .downtime = bounds.downtime.extent,
                          .longest = {},
                          .down = {},
                          .goesOn = false,
                          .mayLoseData = bounds.mayLoseData,
                          .impaired = !bounds.impairments.empty(),
                          .fails = !bounds.failed.empty()};
    for (const OutageBounds& outage : bounds.outages) {
        sample.longest = std::max(sample.longest, outage.length.extent.most);
        const Extent<Instant> whole{outage.start.instant.least, outage.end.instant.most};
        if (!sample.down) {
            sample.down = whole;
        }
        sample.down->include(whole.least);
        sample.down->include(whole.most);
        sample.goesOn = sample.goesOn || !outage.over;
    }
    return sample;
}

/// How an expectation that does not hold in every case fares.
Held heldOf(const ExpectationBounds& one) { return one.neverByPhases() ? Held::Never : Held::Sometimes; }

/// Whether a value goes in a straight line from one instant over another to a third.
bool isStraight(const std::array<Instant, 3>& at, const std::array<Duration, 3>& values) {
    return (values[1] - values[0]).count() * (at[2] - at[0]).count() ==
           (values[2] - values[0]).count() * (at[1] - at[0]).count();
}

class OpenBounder {
public:
    OpenBounder(const Program& program, OpenTimings open, const Patience& patience)
        : program_{program}, open_{open}, patience_{patience}, asked_{analysis::askedBy(program.objectives)} {}

    OpenBounds find() {
        const auto& [first, last, place] = *program_.openInstant;
        const std::array<Instant, 1> end{program_.until};
        const std::vector<Instant> starts =
            breakpoints(withoutMovingEntries(program_), movingEntries(program_), {first, last}, end);
        all_.pieces = starts.size();
        for (std::size_t i = 0; i < starts.size() && !isOver(); ++i) {
            const Instant to = i + 1 < starts.size() ? starts[i + 1] - Duration{1} : last;
            at(starts[i]);
            at(to);
            refine(starts[i], to);
        }
        if (!all_.interrupted) {
            judgeExpectations();
            judgeObjectives();
        }
        tellResources();
        return std::move(all_);
    }

private:
    bool isOver() {
        all_.interrupted = all_.interrupted || patience_.isOver();
        return all_.interrupted;
    }

    const Sample& at(Instant instant) {
        const auto [found, isNew] = samples_.try_emplace(instant);
        if (isNew) {
            found->second = sample(instant);
        }
        return found->second;
    }

    Sample sample(Instant instant) {
        const Program fixed = withInstantAt(program_, instant);
        const ScenarioBounds bounds = analysis::boundsOf(fixed, open_);
        all_.exact = all_.exact && bounds.exact();
        Sample sample;
        sample.resources.resize(program_.resources.size());
        for (const ResourceBounds& one : bounds.resources) {
            sample.resources[one.resource.index()] = sampleOf(one);
        }
        const std::map<EntryId, std::size_t> ranks = ranksOf(fixed);
        for (const ExpectationBounds& one : bounds.expectations) {
            if (!one.always) {
                sample.expectations.emplace(
                    ExpectationName{fixed.entries[one.entry].place, ranks.at(one.entry), one.item}, heldOf(one));
            }
        }
        for (const ObjectiveResult& one : analysis::judgeObjectives(fixed, fixed.objectives, open_)) {
            sample.objectives.push_back(one.held);
        }
        return sample;
    }

    /// Takes the middle of a piece too, and halves where its lengths do not go in a straight line over it: two that are
    /// the longest by turns meet there.
    void refine(Instant first, Instant last) {
        if (last - first <= Duration{1} || isOver()) {
            return;
        }
        const Instant middle = first + (last - first) / 2;
        const Sample& begin = at(first);
        const Sample& half = at(middle);
        const Sample& end = at(last);
        const auto straight = [&](const std::function<Duration(const ResourceSample&)>& value) {
            for (std::size_t i = 0; i < begin.resources.size(); ++i) {
                if (!isStraight({first, middle, last},
                                {value(begin.resources[i]), value(half.resources[i]), value(end.resources[i])})) {
                    return false;
                }
            }
            return true;
        };
        if (!straight([](const ResourceSample& one) { return one.downtime.least; }) ||
            !straight([](const ResourceSample& one) { return one.downtime.most; }) ||
            !straight([](const ResourceSample& one) { return one.longest; })) {
            refine(first, middle);
            refine(middle, last);
        }
    }

    /// Between two instants that were looked at and at which it holds otherwise, the last at which it is as at the
    /// first, and so on: it changes once each way.
    template <class Of>
    std::vector<HeldStretch> stretchesOf(Of of) {
        std::vector<Instant> looked;
        for (const auto& [instant, sample] : samples_) {
            looked.push_back(instant);
        }
        std::vector<HeldStretch> stretches;
        const auto extend = [&](Instant until, Held held) {
            if (stretches.empty() || stretches.back().held != held) {
                const Instant from = stretches.empty() ? looked.front() : stretches.back().when.most + Duration{1};
                stretches.push_back({{from, until}, held});
            }
            stretches.back().when.most = until;
        };
        extend(looked.front(), of(at(looked.front())));
        for (std::size_t i = 1; i < looked.size(); ++i) {
            Instant from = looked[i - 1];
            while (of(at(from)) != of(at(looked[i]))) {
                const Held held = of(at(from));
                Instant other = looked[i];
                while (other - from > Duration{1}) {
                    const Instant middle = from + (other - from) / 2;
                    (of(at(middle)) == held ? from : other) = middle;
                }
                extend(from, held);
                from = other;
            }
            extend(looked[i], of(at(looked[i])));
        }
        return stretches;
    }

    void judgeExpectations() {
        const std::map<EntryId, std::size_t> ranks = ranksOf(program_);
        const auto judge = [&](EntryId entry, std::uint32_t item, bool isAsked) {
            const ExpectationName name{program_.entries[entry].place, ranks.at(entry), item};
            const bool falls =
                std::ranges::any_of(samples_, [&](const auto& one) { return one.second.expectations.contains(name); });
            if (falls || isAsked) {
                all_.expectations.push_back({entry, item, stretchesOf([name](const Sample& sample) {
                                                 const auto found = sample.expectations.find(name);
                                                 return found == sample.expectations.end() ? Held::Always
                                                                                           : found->second;
                                             })});
            }
        };
        for (const EntryId id : program_.entries.ids()) {
            const TimelineEntry& entry = program_.entries[id];
            if (const auto* expected = std::get_if<std::vector<Expectation>>(&entry.what)) {
                for (std::uint32_t item = 0; item < expected->size(); ++item) {
                    judge(id, item, true);
                }
            } else {
                judge(id, 0, entry.result.has_value());
            }
        }
    }

    void judgeObjectives() {
        for (std::size_t i = 0; i < asked_.size(); ++i) {
            all_.objectives.push_back({asked_[i].objective, asked_[i].kind,
                                       stretchesOf([i](const Sample& sample) { return sample.objectives[i]; })});
        }
    }

    void tellResources() {
        for (const ResourceId id : program_.resources.ids()) {
            std::optional<OpenResource> reported;
            for (const auto& [instant, sample] : samples_) {
                const ResourceSample& one = sample.resources[id.index()];
                if (one.there) {
                    include(one, instant, id, reported);
                }
            }
            if (!reported) {
                continue;
            }
            for (const HeldStretch& stretch : stretchesOf([id](const Sample& sample) {
                     return sample.resources[id.index()].mayLoseData ? Held::Sometimes : Held::Never;
                 })) {
                if (stretch.held == Held::Sometimes) {
                    reported->dataLost.push_back(stretch.when);
                }
            }
            all_.resources.push_back(*std::move(reported));
        }
    }

    static void include(const ResourceSample& one, Instant instant, ResourceId id,
                        std::optional<OpenResource>& reported) {
        const AtInstant least{one.downtime.least, instant};
        const AtInstant most{one.downtime.most, instant};
        const AtInstant outage{one.longest, instant};
        if (!reported) {
            reported = OpenResource{.resource = id,
                                    .shortest = least,
                                    .longest = most,
                                    .longestOutage = outage,
                                    .down = {},
                                    .dataLost = {}};
        }
        const auto take = [](AtInstant& kept, const AtInstant& other, bool isBeyond) {
            if (isBeyond) {
                kept = other;
            }
        };
        take(reported->shortest, least, least.value < reported->shortest.value);
        take(reported->longest, most, most.value > reported->longest.value);
        take(reported->longestOutage, outage, outage.value > reported->longestOutage.value);
        if (one.down) {
            if (!reported->down) {
                reported->down = one.down;
            }
            reported->down->include(one.down->least);
            reported->down->include(one.down->most);
        }
        reported->mayGoOn = reported->mayGoOn || one.goesOn;
        reported->mayBeImpaired = reported->mayBeImpaired || one.impaired;
        reported->mayFail = reported->mayFail || one.fails;
    }

    const Program& program_;
    OpenTimings open_;
    Patience patience_;
    std::vector<analysis::AskedThing> asked_;
    std::map<Instant, Sample> samples_;
    OpenBounds all_;
};

} // namespace

OpenBounds openBounds(const Program& program, OpenTimings open, const Patience& patience) {
    return OpenBounder{program, open, patience}.find();
}

OpenQuestion questionOf(const Program& program) {
    const Program others = withoutMovingEntries(program);
    OpenQuestion asked{withTimeline(others, recovery::actionsUpTo(others, others.until), others.until),
                       {.repair = {}, .range = {program.openInstant->first, program.openInstant->last}, .rto = {}}};
    for (TimelineEntry& entry : movingEntries(program)) {
        if (entry.action() != nullptr) {
            asked.question.repair.push_back(std::move(entry));
        }
    }
    return asked;
}

std::vector<TimelineEntry> movingEntries(const Program& program) {
    std::vector<TimelineEntry> moving;
    for (TimelineEntry entry : program.entries) {
        if (entry.moves) {
            entry.at = scenarioStart + (entry.at - program.openInstant->first);
            moving.push_back(std::move(entry));
        }
    }
    return moving;
}

Program withoutMovingEntries(const Program& program) {
    std::vector<TimelineEntry> others;
    std::ranges::copy_if(program.entries, std::back_inserter(others),
                         [](const TimelineEntry& entry) { return !entry.moves; });
    Program without = withTimeline(program, std::move(others), program.until);
    without.openInstant.reset();
    return without;
}

} // namespace cmksim::deadline
