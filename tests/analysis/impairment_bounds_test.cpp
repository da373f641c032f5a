// When resources that are up are impaired, over every timing, against replays that draw all of them.
#include "analysis/bounds.hpp"

#include "engine/draws.hpp"
#include "engine/replay.hpp"
#include "property/generator.hpp"
#include "property/world_text.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>

namespace cmksim::impairment_bounds_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

const ResourceBounds* of(const ScenarioBounds& bounds, ResourceId id) {
    const auto found = std::ranges::find(bounds.resources, id, &ResourceBounds::resource);
    return found == bounds.resources.end() ? nullptr : &*found;
}

} // namespace

TEST_CASE(
    "a registry behind a closed firewall is impaired from the look that notices it to the one that sees it open") {
    const Compiled compiled{
        "cmksim: 1\nname: x\nuntil: 6h\nestate:\n"
        "  vaults: {kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}\n"
        "  identities: {app: {}}\n  resources: {reg: {service: acr, identity: app, key: kv1/cmk}}\ntimeline:\n"
        "  - {at: 10m, do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Deny, bypass: None}}}\n"
        "  - {at: 3h, do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Allow}}}\n"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const ScenarioBounds bounds = boundsOf(*compiled.program, OpenTimings::All);
    REQUIRE(bounds.resources.size() == 1);
    CHECK(bounds.resources[0].outages.empty());
    REQUIRE(bounds.resources[0].impairments.size() == 1);
    const ImpairmentBounds& one = bounds.resources[0].impairments[0];
    CHECK(one.start == Extent<Instant>{scenarioStart + 10min, scenarioStart + 1h + 10min - 1s});
    CHECK(one.end == Extent<Instant>{scenarioStart + 3h, scenarioStart + 4h - 1s});
    CHECK(one.over);
    CHECK(one.always);
}

TEST_CASE("no draw of every timing impairs a resource outside the bounds, on random worlds") {
    std::size_t intervals = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const Compiled compiled{property::toYaml(property::randomWorld(seed))};
        REQUIRE(compiled.program);
        const Program& program = *compiled.program;
        if (!program.reactions.empty()) {
            continue;
        }
        const ScenarioBounds bounds = boundsOf(program, OpenTimings::All);
        for (std::uint64_t trial = 0; trial < 6; ++trial) {
            const Draws draws{seed, trial};
            Program drawn = program;
            Phases phases = nominalPhases(program);
            drawPhases(draws, program, phases);
            drawDelays(draws, drawn);
            const Trace trace = replay(drawn, phases);
            for (const ResourceId id : program.resources.ids()) {
                std::vector<Record> own;
                std::ranges::copy_if(trace.records, std::back_inserter(own),
                                     [&](const Record& record) { return record.isOn(id); });
                const ResourceBounds* known = of(bounds, id);
                for (const ImpairmentInterval& interval :
                     impairmentIntervals(program.modelOf(id), trace.starts[id], own, program.until)) {
                    CAPTURE(seed, trial, program.resources[id].name, interval.start.time_since_epoch().count());
                    REQUIRE(known != nullptr);
                    CHECK(std::ranges::any_of(known->impairments, [&](const ImpairmentBounds& one) {
                        return one.by == interval.by && one.start.least <= interval.start &&
                               interval.start <= one.start.most && one.end.least <= interval.end &&
                               interval.end <= one.end.most;
                    }));
                    ++intervals;
                }
            }
        }
    }
    CHECK(intervals > 50);
}

TEST_CASE("a state that is not down and denies something is an impairment, from the start on too") {
    Model model;
    model.states.push_back(
        {.name = "Open", .meaning = {}, .down = false, .then = {}, .heals = {}, .losses = {}, .provenance = {}});
    model.states.push_back(
        {.name = "ReadOnly", .meaning = {}, .down = false, .then = {}, .heals = {}, .losses = {}, .provenance = {}});
    OperationRule write;
    write.name = "write";
    write.allowedIn.insert(StateId{0});
    model.operations.push_back(write);
    ResourceStatus start;
    start.presence = ResourceStatus::Presence::Present;
    start.state = StateId{1};
    Record back;
    back.position = {scenarioStart + 2h, Stage::Revalidations, 0};
    back.on.emplace().status = start;
    back.on->status.state = StateId{0};
    const std::vector<Record> records{back};
    const std::vector<ImpairmentInterval> intervals = impairmentIntervals(model, start, records, scenarioStart + 8h);
    REQUIRE(intervals.size() == 1);
    CHECK(intervals[0].by == Impairer{StateId{1}});
    CHECK(intervals[0].start == scenarioStart);
    CHECK(intervals[0].end == scenarioStart + 2h);
    CHECK(intervals[0].over);
    CHECK(impairedFor(intervals) == 2h);
    ImpairmentInterval later = intervals[0];
    later.start += 1h;
    later.end += 1h;
    CHECK(impairedFor(std::vector{intervals[0], later}) == 3h);
    CHECK(impairerName(model, intervals[0].by) == "ReadOnly");
    CHECK(impairmentBy(model, intervals[0].by).denied.size() == 1);
}

} // namespace cmksim::impairment_bounds_test
