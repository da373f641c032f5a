// How likely a journey keeps its RTO, against every combination of phases.
#include "analysis/journey_odds.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <utility>
#include <vector>

namespace cmksim::journey_odds_test {

using namespace cmksim;
using namespace cmksim::analysis;

namespace {

Instant at(std::int64_t seconds) { return scenarioStart + Duration{seconds}; }

/// Down from one instant to another; at the last phase both may have moved on by the width less one.
ClassDown interval(std::int64_t width, std::int64_t from, bool fromMoves, std::int64_t to, bool toMoves) {
    const std::int64_t by = width - 1;
    return {{{at(from), at(to), true}}, {{at(from + (fromMoves ? by : 0)), at(to + (toMoves ? by : 0)), true}}, width};
}

LikelyClass likely(ClassDown down, std::int64_t all) { return {std::move(down), Ratio{1, all}}; }

using Classes = std::map<ResourceId, std::vector<LikelyClass>>;

/// Every phase of every class of every resource.
Ratio tried(const Need& need, const Classes& classes, Duration limit, Classes::const_iterator next,
            std::map<ResourceId, std::vector<DownTime>>& down) {
    if (next == classes.end()) {
        return longestOf(unmet(need, down)).value <= limit ? Ratio{1} : Ratio{};
    }
    Ratio all;
    for (const LikelyClass& one : next->second) {
        for (std::int64_t phase = 0; phase < one.down.width; ++phase) {
            down[next->first] = one.down.at(phase);
            all += one.part * tried(need, classes, limit, std::next(next), down);
        }
    }
    return all;
}

Need needOf(NeedOfSeveral::How how, const std::vector<Need>& parts) { return {NeedOfSeveral{how, parts}}; }

} // namespace

TEST_CASE("the likelihood of a journey is the share of all combinations of phases that keep its RTO") {
    const ResourceId a{std::size_t{0}};
    const ResourceId b{std::size_t{1}};
    const ResourceId c{std::size_t{2}};
    const ResourceId d{std::size_t{3}};
    const Classes classes{
        {a,
         {likely(interval(7, 10, true, 22, true), 12), likely(interval(4, 15, false, 20, true), 12),
          likely({{}, {}, 1}, 12)}},
        {b, {likely(interval(9, 18, true, 30, false), 15), likely(interval(6, 12, false, 14, false), 15)}},
        {c, {likely(interval(5, 100, true, 104, true), 8), likely(interval(3, 100, true, 110, false), 8)}},
        {d, {likely(interval(6, 14, true, 25, true), 8), likely(interval(2, 24, true, 29, true), 8)}},
    };
    using How = NeedOfSeveral::How;
    const std::vector<Need> needs{
        needOf(How::All, {{a}, {d}}),
        needOf(How::Any, {{a}, {d}}),
        needOf(How::All, {{a}, {b}}),
        needOf(How::Any, {{a}, {b}}),
        needOf(How::All, {{a}, {b}, {c}}),
        needOf(How::All, {{c}, needOf(How::Any, {{a}, {b}})}),
        needOf(How::Any, {{a}, needOf(How::All, {{b}, {c}})}),
    };
    for (const Need& need : needs) {
        Classes own;
        for (const ResourceId id : resourcesOf(need)) {
            own[id] = classes.at(id);
        }
        for (std::int64_t limit = 0; limit <= 24; ++limit) {
            std::map<ResourceId, std::vector<DownTime>> down;
            const Ratio expected = tried(need, own, Duration{limit}, own.begin(), down);
            const auto found = likelihoodWithin(need, own, Duration{limit});
            INFO("limit " << limit << ", need " << (&need - needs.data()));
            REQUIRE(found);
            CHECK(*found == expected);
        }
    }
}

TEST_CASE("where an outage is not over the likelihood of a journey is not known") {
    const ResourceId a{std::size_t{0}};
    Classes classes{{a, {{{{{at(5), at(9), false}}, {{at(5), at(9), false}}, 3}, Ratio{1, 3}}}}};
    CHECK_FALSE(likelihoodWithin(needOf(NeedOfSeveral::How::All, {{a}}), classes, Duration{10}));
}

} // namespace cmksim::journey_odds_test
