// When else the events of a run can happen, against replays that draw every timing.
#include "analysis/event_ranges.hpp"

#include "engine/draws.hpp"
#include "engine/replay.hpp"
#include "property/generator.hpp"
#include "property/world_text.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace cmksim::event_ranges_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;

namespace {

/// `3600 in 600 to 4199` of each transition of a story about one registry; `3600` where it is exact.
std::vector<std::string> told(const std::string& timeline, const std::string& pinned = "") {
    const Compiled compiled{"cmksim: 1\nname: x\nuntil: 6h\nestate:\n"
                            "  vaults: {kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}\n"
                            "  identities: {app: {}}\n"
                            "  resources: {reg: {service: acr, identity: app, key: kv1/cmk" +
                            pinned + "}}\ntimeline:\n" + timeline};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const Trace trace = replay(*compiled.program, nominalPhases(*compiled.program));
    const EventRanges found = rangesOf(*compiled.program, trace, OpenTimings::All);
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < trace.records.size(); ++i) {
        if (!trace.records[i].is<Transition>()) {
            continue;
        }
        std::string line = std::to_string(trace.records[i].position.at.time_since_epoch().count());
        if (const auto& range = found.ranges[i]) {
            line += " in " + std::to_string(range->least.time_since_epoch().count()) + " to " +
                    std::to_string(range->most.time_since_epoch().count());
        }
        lines.push_back(line);
    }
    return lines;
}

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("a loss can be noticed at any instant of the period after it, and a repair likewise") {
    const std::string story = "  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                              "  - {at: 2h, do: key.recover, target: kv1/cmk}\n";
    CHECK(told(story) == Lines{"3600 in 600 to 4199", "7200 in 7200 to 10799"});
    CHECK(told(story, ", revalidationPhase: 30m") == Lines{"1800", "9000"});
}

TEST_CASE("a key is rotated at any phase of the clock for that, where the phase of revalidations is pinned too") {
    for (const std::string pinned : {"", ", revalidationPhase: 20m"}) {
        const Compiled compiled{"cmksim: 1\nname: x\nuntil: 40h\nestate:\n"
                                "  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: "
                                "{app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}\n"
                                "  identities: {app: {}}\n"
                                "  resources: {db: {service: cosmosdb, identity: app, key: kv1/cmk" +
                                pinned + "}}\ntimeline:\n  - {at: 1h, do: key.rotate, target: kv1/cmk}\n"};
        INFO(compiled.errors);
        REQUIRE(compiled.program);
        const Trace trace = replay(*compiled.program, nominalPhases(*compiled.program));
        const auto rotated = std::ranges::find_if(trace.records, &Record::is<KeyRotated>);
        REQUIRE(rotated != trace.records.end());
        for (const OpenTimings open : {OpenTimings::Phases, OpenTimings::All}) {
            const EventRanges found = rangesOf(*compiled.program, trace, open);
            const auto place = static_cast<std::size_t>(rotated - trace.records.begin());
            REQUIRE(found.ranges[place]);
            CHECK(found.ranges[place]->least == scenarioStart + Duration{3'600});
            CHECK(found.ranges[place]->most == scenarioStart + Duration{25 * 3'600 - 1});
        }
    }
}

TEST_CASE("a grant takes up to ten minutes more, and what is noticed of it with it") {
    CHECK(told("  - {at: 10m, do: policy.delete, target: kv1, with: {identity: app}}\n") ==
          Lines{"3600 in 600 to 4799"});
}

TEST_CASE("no draw of every timing brings an event of the run outside its range, on random worlds") {
    std::size_t moved = 0;
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        const Compiled compiled{property::toYaml(property::randomWorld(seed))};
        REQUIRE(compiled.program);
        const Program& program = *compiled.program;
        if (!program.reactions.empty()) {
            continue;
        }
        // An event by its resource, what it is, and how many like it came before.
        using Name = std::tuple<ResourceId, StateId, StateId, Reason, std::size_t>;
        const auto namesIn = [](const Trace& trace) {
            std::map<Name, std::size_t> places;
            for (std::size_t i = 0; i < trace.records.size(); ++i) {
                const Record& record = trace.records[i];
                const auto* change = record.asIf<Transition>();
                if (change != nullptr && record.position.stage == Stage::Revalidations) {
                    Name name{record.on->resource, change->from, change->to, change->reason, 0};
                    while (places.contains(name)) {
                        ++std::get<std::size_t>(name);
                    }
                    places.emplace(name, i);
                }
            }
            return places;
        };
        const Trace trace = replay(program, nominalPhases(program));
        const auto known = namesIn(trace);
        const EventRanges found = rangesOf(program, trace, OpenTimings::All);
        for (std::uint64_t trial = 0; trial < 10; ++trial) {
            const Draws draws{seed, trial};
            Program drawn = program;
            Phases phases = nominalPhases(program);
            drawPhases(draws, program, phases);
            drawDelays(draws, drawn);
            const Trace other = replay(drawn, phases);
            for (const auto& [name, place] : namesIn(other)) {
                const auto same = known.find(name);
                if (same == known.end()) {
                    continue;
                }
                const Instant at = other.records[place].position.at;
                const auto& range = found.ranges[same->second];
                const Extent<Instant> within = range.value_or(
                    Extent<Instant>{trace.records[same->second].position.at, trace.records[same->second].position.at});
                CAPTURE(seed, trial, program.resources[std::get<ResourceId>(name)].name, at.time_since_epoch().count());
                CHECK((within.least <= at && at <= within.most));
                if (at != trace.records[same->second].position.at) {
                    ++moved;
                }
            }
        }
    }
    CHECK(moved > 100);
}

} // namespace cmksim::event_ranges_test
