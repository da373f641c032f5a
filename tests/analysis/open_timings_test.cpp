// Bounds with every timing open, against replays that draw all of them, and against every single value.
#include "analysis/bounds.hpp"
#include "analysis/verify.hpp"
#include "analysis/worlds.hpp"
#include "engine/draws.hpp"
#include "engine/expectation.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "engine/timings.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "support/compiled.hpp"
#include "trace/intervals.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::open_timings_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t worlds = 1'000;
constexpr std::uint64_t draws = 20;
constexpr std::uint64_t reachedWorlds = 200;
#else
constexpr std::uint64_t worlds = 20;
constexpr std::uint64_t draws = 5;
constexpr std::uint64_t reachedWorlds = 5;
#endif

struct Span {
    Instant start{};
    Instant end{};
};

/// The outages of one resource in one replay, and its downtime.
struct Outcome {
    std::vector<Span> outages;
    Duration downtime{};
};

Outcome outcomeOf(const Program& program, const WorldHistory& history, ResourceId id, const OpenPhases& phases) {
    std::vector<Record> records;
    ResourceReplay walk{program, history, id, phases, records};
    walk.finish();
    Outcome outcome;
    outcome.downtime = walk.resource().statusAt(program.until).downtime;
    DownWatch watch{history.born(id).statusAt(scenarioStart)};
    Instant since = scenarioStart;
    for (const Record& record : records) {
        switch (watch.follow(record)) {
        case DownWatch::Turn::None: break;
        case DownWatch::Turn::Down: since = record.position.at; break;
        case DownWatch::Turn::Up: outcome.outages.push_back({since, record.position.at}); break;
        }
    }
    if (watch.down()) {
        outcome.outages.push_back({since, program.until});
    }
    return outcome;
}

template <class T>
bool holds(const Extent<T>& extent, T value) {
    return extent.least <= value && value <= extent.most;
}

bool isWithin(const Outcome& outcome, const ResourceBounds& bounds) {
    return holds(bounds.downtime.extent, outcome.downtime) &&
           std::ranges::all_of(outcome.outages, [&](const Span& span) {
               return std::ranges::any_of(bounds.outages, [&](const OutageBounds& one) {
                   return holds(one.start.instant, span.start) && holds(one.end.instant, span.end) &&
                          holds(one.length.extent, span.end - span.start);
               });
           });
}

const ResourceBounds* of(const ScenarioBounds& bounds, ResourceId id) {
    const auto found = std::ranges::find(bounds.resources, id, &ResourceBounds::resource);
    return found == bounds.resources.end() ? nullptr : &*found;
}

/// What whole replays come to, for one resource.
struct Reached {
    std::set<Duration> downtimes;
    std::set<Instant> starts;
    std::set<Instant> ends;
    std::set<Duration> lengths;

    void add(const Outcome& outcome) {
        downtimes.insert(outcome.downtime);
        for (const Span& span : outcome.outages) {
            starts.insert(span.start);
            ends.insert(span.end);
            lengths.insert(span.end - span.start);
        }
    }

    template <class T>
    [[nodiscard]] bool reaches(const Extent<T>& extent, const std::set<T>& values) const {
        return values.contains(extent.least) && values.contains(extent.most);
    }
};

/// Of the worlds that analyses go over, each replayed from its start at both ends of every class.
std::map<ResourceId, Reached> everythingReached(const Program& program) {
    std::map<ResourceId, Reached> reached;
    forEachWorld(program, OpenTimings::All, [&](const PossibleWorld& world) {
        for (const OpenDelay& delay : openDelays(program)) {
            const Duration chosen = delayOf(world.program(), delay);
            CHECK((delay.timing->earliest <= chosen && chosen <= delay.timing->latest));
        }
        for (const ResourceId id : program.resources.ids()) {
            for (const PhaseClass& one : world.classesOf(id)) {
                for (const OpenPhases& ends : {one.firstPhases(), one.lastPhases()}) {
                    Phases phases = world.phases();
                    phases[id] = ends.revalidation;
                    phases.setRotation(id, ends.rotation);
                    reached[id].add(outcomeOf(world.program(), simulateWorld(world.program(), phases), id, ends));
                }
            }
        }
        return true;
    });
    return reached;
}

/// An expectation, or an action.
using Place = std::pair<EntryId, std::uint32_t>;

std::set<Place> placesOf(const Verification& verification) {
    std::set<Place> places;
    for (const Shortfall& one : verification.shortfalls) {
        places.emplace(one.entry, one.item);
    }
    return places;
}

bool fallsShort(const Program& program, const Record& record) {
    return record.isFailedVerdict() || (record.is<ActionDone>() && judge(program, record) == Judgement::FailedUnsaid);
}

std::string story(const std::string& timeline,
                  const std::string& resource = "{service: acr, identity: app, key: kv1/cmk}") {
    return "cmksim: 1\nname: x\nuntil: 6h\n"
           "estate:\n"
           "  vaults: {kv1: {accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}}\n"
           "  identities: {app: {}}\n"
           "  resources: {reg: " +
           resource + "}\ntimeline:\n" + timeline;
}

ScenarioBounds boundsOfStory(const Compiled& compiled) {
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    return boundsOf(*compiled.program, OpenTimings::All);
}

} // namespace

TEST_CASE("every drawn replay lies within the bounds of all timings, on random worlds") {
    Catalog catalog;
    std::size_t exact = 0;
    std::size_t wider = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        const Program program = test::soundProgram(yaml, catalog);
        const ScenarioBounds bounds = boundsOf(program, OpenTimings::All);
        exact += bounds.exact() ? 1U : 0U;
        wider += std::ranges::any_of(bounds.resources,
                                     [](const ResourceBounds& one) { return one.downtimeByPhases.has_value(); })
                     ? 1U
                     : 0U;
        Program timed = program;
        for (std::uint64_t trial = 0; trial < draws; ++trial) {
            const Draws drawn{seed, trial};
            drawDelays(drawn, timed);
            Phases phases = nominalPhases(timed);
            drawPhases(drawn, timed, phases);
            const WorldHistory history = simulateWorld(timed, phases);
            for (const ResourceId id : timed.resources.ids()) {
                const Outcome outcome = outcomeOf(timed, history, id, phases.of(id));
                const ResourceBounds* known = of(bounds, id);
                if (known != nullptr && !isWithin(outcome, *known)) {
                    CAPTURE(seed, trial, timed.resources[id].name, phases[id].count(), yaml);
                    CAPTURE(outcome.downtime.count(), known->downtime.extent.least.count(),
                            known->downtime.extent.most.count());
                    FAIL_CHECK("a drawn replay goes beyond the bounds");
                }
            }
        }
    }
    CHECK(exact * 100 >= worlds * 95);
    CHECK(wider > worlds / 100);
}

TEST_CASE("whatever falls short in a drawn replay falls short at some timing, on random worlds") {
    Catalog catalog;
    std::size_t found = 0;
    std::size_t notByPhases = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        const Program program = test::soundProgram(yaml, catalog);
        const Verification all = verify(program, OpenTimings::All);
        if (!all.cutShort.empty()) {
            continue;
        }
        const std::set<Place> known = placesOf(all);
        const std::set<Place> byPhases = placesOf(verify(program, OpenTimings::Phases));
        notByPhases += std::ranges::includes(byPhases, known) ? 0U : 1U;
        Program timed = program;
        for (std::uint64_t trial = 0; trial < draws; ++trial) {
            const Draws drawn{seed, trial};
            drawDelays(drawn, timed);
            Phases phases = nominalPhases(timed);
            drawPhases(drawn, timed, phases);
            for (const Record& record : replay(timed, phases).records) {
                if (fallsShort(timed, record)) {
                    ++found;
                    CAPTURE(seed, trial, timed.entries[record.entry()].name, yaml);
                    CHECK(known.contains({record.entry(), record.item()}));
                }
            }
        }
    }
    CHECK(found > worlds);
    CHECK((notByPhases > 0 || worlds < 1'000)); // the few of an unoptimised build need not have one
}

TEST_CASE("each end of an exact bound is reached by some replay, on random worlds") {
    Catalog catalog;
    std::size_t ends = 0;
    for (std::uint64_t seed = 1; seed <= reachedWorlds; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        const Program program = test::soundProgram(yaml, catalog);
        const ScenarioBounds bounds = boundsOf(program, OpenTimings::All);
        const std::map<ResourceId, Reached> reached = everythingReached(program);
        for (const ResourceBounds& one : bounds.resources) {
            if (!one.exact) {
                continue;
            }
            CAPTURE(seed, program.resources[one.resource].name, yaml);
            const Reached& values = reached.at(one.resource);
            CHECK(values.reaches(one.downtime.extent, values.downtimes));
            for (const OutageBounds& outage : one.outages) {
                CHECK(values.reaches(outage.start.instant, values.starts));
                CHECK(values.reaches(outage.end.instant, values.ends));
                CHECK(values.reaches(outage.length.extent, values.lengths));
                ends += 6;
            }
        }
    }
    CHECK(ends > reachedWorlds);
}

TEST_CASE("bounds of all timings are those of every delay at every phase") {
    const Compiled compiled{story("  - {at: 50m, do: policy.delete, target: kv1, with: {identity: app}}\n"
                                  "  - {at: 2h5m, do: policy.set, target: kv1, with: {identity: app, permissions: "
                                  "[get, wrapKey, unwrapKey]}}\n")};
    const ScenarioBounds bounds = boundsOfStory(compiled);
    REQUIRE(bounds.exact());
    const ResourceBounds& known = bounds.resources.front();
    Program timed = *compiled.program;
    std::optional<Extent<Duration>> downtime;
    std::optional<Extent<Instant>> start;
    // The first change at every delay with the second at both ends, and the other way round.
    for (const bool first : {true, false}) {
        for (const Duration other : {Duration{0}, Duration{10min}}) {
            for (Duration delay{}; delay <= 10min; delay += 30s) {
                setDelay(timed.entries[EntryId{first ? 0U : 1U}], delay);
                setDelay(timed.entries[EntryId{first ? 1U : 0U}], other);
                const WorldHistory history = simulateWorld(timed, nominalPhases(timed));
                for (Duration phase{}; phase < 1h; ++phase) {
                    const Outcome outcome = outcomeOf(timed, history, known.resource, phase);
                    downtime = downtime.value_or(Extent<Duration>{outcome.downtime, outcome.downtime});
                    downtime->include(outcome.downtime);
                    for (const Span& span : outcome.outages) {
                        start = start.value_or(Extent<Instant>{span.start, span.start});
                        start->include(span.start);
                    }
                }
            }
        }
    }
    CHECK(known.downtime.extent == *downtime);
    CHECK(known.outages.front().start.instant == *start);
    CHECK(known.outages.front().byPhases);
}

TEST_CASE("a grant that may take ten minutes to count lets an outage begin and end later") {
    const ScenarioBounds bounds = boundsOfStory(Compiled{story(
        "  - {at: 10m, do: policy.delete, target: kv1, with: {identity: app}}\n"
        "  - {at: 3h, do: policy.set, target: kv1, with: {identity: app, permissions: [get, wrapKey, unwrapKey]}}\n")});
    REQUIRE(bounds.resources.front().outages.size() == 1);
    const OutageBounds& outage = bounds.resources.front().outages.front();
    CHECK(outage.start.instant == Extent<Instant>{scenarioStart + 10min, scenarioStart + 1h + 20min - 1s});
    CHECK(outage.end.instant == Extent<Instant>{scenarioStart + 3h, scenarioStart + 4h + 10min - 1s});
    REQUIRE(outage.byPhases);
    CHECK(outage.byPhases->start == Extent<Instant>{scenarioStart + 10min, scenarioStart + 1h + 10min - 1s});
    CHECK(outage.probability == 1);
}

TEST_CASE("an identity that is back within a day may never have been missed") {
    const ScenarioBounds bounds =
        boundsOfStory(Compiled{story("  - {at: 10m, do: identity.delete, target: app}\n"
                                     "  - {at: 3h10m, do: identity.recover, target: app}\n")});
    CHECK(bounds.resources.front().downtime.extent == Extent<Duration>{0h, 3h});
    CHECK(bounds.resources.front().downtimeByPhases == Extent<Duration>{3h, 3h});
}

TEST_CASE("the last token of an identity outlives the recovery of another of its name") {
    const ScenarioBounds bounds =
        boundsOfStory(Compiled{story("  - {at: 10m, do: identity.delete, target: app}\n"
                                     "  - {at: 1h10m, do: identity.create, target: app}\n"
                                     "  - {at: 2h10m, do: identity.delete, target: app}\n"
                                     "  - {at: 3h10m, do: identity.recover, target: app}\n")});
    // The registry holds the credential of the first, which never comes back.
    CHECK(bounds.resources.front().downtime.extent == Extent<Duration>{0h, 6h - 10min});
}

TEST_CASE("a change of a grant that is taken back at once may be seen for a while") {
    const ScenarioBounds bounds =
        boundsOfStory(Compiled{story("  - {at: 50m, do: policy.delete, target: kv1, with: {identity: app}}\n"
                                     "  - {at: 50m, do: policy.set, target: kv1, with: {identity: app, permissions: "
                                     "[get, wrapKey, unwrapKey]}}\n")});
    REQUIRE(bounds.resources.front().outages.size() == 1);
    CHECK(bounds.resources.front().outages.front().probability == 0);
    CHECK(bounds.resources.front().downtime.extent == Extent<Duration>{0h, 1h});
}

TEST_CASE("a story without open timings has the same bounds by phases and by all of them") {
    const ScenarioBounds bounds = boundsOfStory(Compiled{story("  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                                               "  - {at: 3h, do: key.recover, target: kv1/cmk}\n")});
    CHECK(bounds.exact());
    CHECK(bounds.simulations == 1);
    CHECK_FALSE(bounds.resources.front().downtimeByPhases);
}

TEST_CASE("the last token of an identity that is deleted before the start may still go on working") {
    Compiled compiled{story("")};
    REQUIRE(compiled.program);
    Program& program = *compiled.program;
    for (IdentityName& name : program.names.identities) {
        if (name.text == "app") {
            name.deleted = scenarioStart - 20h;
        }
    }
    const ScenarioBounds bounds = boundsOf(program, OpenTimings::All);
    REQUIRE(bounds.resources.front().outages.size() == 1);
    const OutageBounds& outage = bounds.resources.front().outages.front();
    CHECK(outage.start.instant == Extent<Instant>{scenarioStart, scenarioStart + 5h - 1s});
    REQUIRE(outage.byPhases);
    CHECK(outage.byPhases->start == Extent<Instant>{scenarioStart, scenarioStart + 1h - 1s});
    CHECK(bounds.exact());
}

} // namespace cmksim::open_timings_test
