// Whether objectives hold, held against replays at every second of every phase.
#include "analysis/objectives.hpp"

#include "analysis/objective_intervals.hpp"
#include "compile/objectives.hpp"
#include "compile/three_services.hpp"
#include "engine/replay.hpp"
#include "trace/intervals.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

namespace cmksim::objectives_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

/// Two resources with keys of their own in one vault.
std::string world(const std::string& objectives, const std::string& timeline, const std::string& phases = "") {
    return "cmksim: 1\nname: x\nuntil: 8h\nobjectives:\n" + objectives +
           "estate:\n  vaults:\n    kv1:\n      enablePurgeProtection: true\n      accessPolicies: {a: [get, wrapKey, "
           "unwrapKey], b: [get, wrapKey, unwrapKey]}\n      keys: {k: {}, l: {}}\n  identities: {a: {}, b: {}}\n"
           "  resources:\n    one: {service: acr, sku: Premium, identity: a, key: kv1/k}\n"
           "    two: {service: cosmosdb, identity: b, key: kv1/l" +
           phases + "}\ntimeline:\n" + timeline;
}

std::vector<ObjectiveResult> judged(const Compiled& compiled, OpenTimings open = OpenTimings::Phases) {
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    Diagnostics told;
    return judgeObjectives(*compiled.program, compileObjectives(*compiled.read.scenario, *compiled.program, told),
                           open);
}

const std::string halfAnHour = "  - {at: 1h, do: vault.delete, target: kv1}\n"
                               "  - {at: 1h30m, do: vault.recover, target: kv1}\n";

/// The down times of all resources of a program at given phases.
std::map<ResourceId, std::vector<DownTime>> downAt(const Program& program, const std::vector<Duration>& phases) {
    Phases chosen = nominalPhases(program);
    for (const ResourceId id : program.resources.ids()) {
        chosen[id] = phases[id.index()];
    }
    const Trace trace = replay(program, chosen);
    std::map<ResourceId, std::vector<DownTime>> down;
    for (const ResourceId id : program.resources.ids()) {
        for (const Outage& one : outagesOf(trace, program.until, id)) {
            down[id].push_back({one.from, one.to, one.over()});
        }
    }
    return down;
}

} // namespace

TEST_CASE("an objective of what is not made is not known to hold, alone or in a journey") {
    // The identity may not use the key, so that the creation is refused.
    const std::string creation =
        "  - {at: 1h, do: resource.create, target: late, with: {service: acr, identity: b, key: "
        "kv1/k/v9}, expect: refused}\n";
    const Compiled compiled{
        world("  late: {rto: 59m, no-data-loss: true}\n  shop: {all-of: [one, late], rto: 59m}\n", creation)};
    for (const ObjectiveResult& result : judged(compiled)) {
        CHECK(result.held == Held::NotKnown);
        CHECK(result.why == "it is not made at every timing");
    }
}

TEST_CASE("an RTO holds at as many phases as replays of every second say") {
    const Compiled compiled{world("  one: {rto: 59m}\n", halfAnHour)};
    const std::vector<ObjectiveResult> results = judged(compiled);
    REQUIRE(results.size() == 1);
    std::int64_t held = 0;
    for (std::int64_t phase = 0; phase < 3600; ++phase) {
        const auto down = downAt(*compiled.program, {Duration{phase}, Duration{0}});
        const auto own = down.find(ResourceId{0});
        held += own == down.end() || longestOf(own->second).value <= 59min ? 1 : 0;
    }
    CHECK(results[0].held == Held::Sometimes);
    CHECK(results[0].probability == Ratio(held, 3600));
    CHECK(results[0].worst == std::optional<Duration>{1h});
}

TEST_CASE("an objective that every phase keeps holds, and one that none keeps never does") {
    CHECK(judged(Compiled{world("  one: {rto: 1h}\n", halfAnHour)})[0].held == Held::Always);
    const std::string lasting = "  - {at: 1h, do: key.delete, target: kv1/k}\n"
                                "  - {at: 5h, do: key.recover, target: kv1/k}\n";
    CHECK(judged(Compiled{world("  one: {rto: 1h}\n", lasting)})[0].held == Held::Never);
}

TEST_CASE("an RTO that hangs on when a service looks for a newer version is judged by pairs of phases") {
    // Of a day the looks of two hours keep it: those between the new version and the end of the old one.
    const std::string timeline = "  - {at: 1h, do: key.rotate, target: kv1/l}\n"
                                 "  - {at: 3h, do: key.update, target: kv1/l/v1, with: {enabled: false}}\n"
                                 "  - {at: 6h, do: key.update, target: kv1/l/v1, with: {enabled: true}}\n";
    const std::vector<ObjectiveResult> alone = judged(Compiled{world("  two: {rto: 1h}\n", timeline)});
    CHECK(alone[0].held == Held::Sometimes);
    CHECK(alone[0].probability == Ratio(1, 12));
    CHECK(alone[0].holds.empty());
    const std::string both = "  both: {all-of: [one, two], rto: 1h}\n";
    CHECK(judged(Compiled{world(both, timeline)})[0].held == Held::Sometimes);
    CHECK(judged(Compiled{world(both, timeline, ", rotationPhase: 5h")})[0].held == Held::Never);
}

TEST_CASE("an outage that is not over at the end keeps no objective") {
    const std::string open = "  - {at: 7h, do: key.delete, target: kv1/k}\n";
    const ObjectiveResult result = judged(Compiled{world("  one: {rto: 2h}\n", open)})[0];
    CHECK(result.held == Held::NotKnown);
    CHECK(result.why == "an outage is not over when the scenario ends");
}

TEST_CASE("data that goes behind the end unless something is done is not taken as kept") {
    const std::string open = "  - {at: 7h, do: key.delete, target: kv1/k}\n";
    CHECK(judged(Compiled{world("  one: {no-data-loss: true}\n", open)})[0].held == Held::NotKnown);
    CHECK(judged(Compiled{world("  two: {no-data-loss: true}\n", open)})[0].held == Held::Always);
}

TEST_CASE("a resource that is deleted keeps neither its RTO nor its data") {
    const std::vector<ObjectiveResult> results = judged(
        Compiled{world("  one: {rto: 1h, no-data-loss: true}\n", "  - {at: 1h, do: resource.delete, target: one}\n")});
    CHECK(results[0].held == Held::Never);
    CHECK(results[1].held == Held::Never);
}

TEST_CASE("downtime in a stretch of time adds up outages that each keep the RTO") {
    const std::string twice = "  - {at: 1h, do: key.update, target: kv1/k, with: {enabled: false}}\n"
                              "  - {at: 2h, do: key.update, target: kv1/k, with: {enabled: true}}\n"
                              "  - {at: 3h, do: key.update, target: kv1/k, with: {enabled: false}}\n"
                              "  - {at: 4h, do: key.update, target: kv1/k, with: {enabled: true}}\n";
    const std::vector<ObjectiveResult> results =
        judged(Compiled{world("  one: {rto: 1h, downtime: 90m per 1d}\n", twice)});
    REQUIRE(results.size() == 2);
    CHECK(results[0].held == Held::Always);
    CHECK(results[1].held == Held::Never);
    CHECK(results[1].worst == std::optional<Duration>{2h});
    CHECK(judged(Compiled{world("  one: {downtime: 1h per 1h}\n", twice)})[0].held == Held::Always);
}

TEST_CASE("journeys come to what replays of both phases say, at their worst and whether they hold") {
    const Compiled compiled{
        world("  both: {any-of: [one, two], rto: 20m}\n  either: {all-of: [one, two], rto: 80m}\n", halfAnHour)};
    const std::vector<ObjectiveResult> results = judged(compiled);
    REQUIRE(results.size() == 2);
    Diagnostics told;
    const auto objectives = compileObjectives(*compiled.read.scenario, *compiled.program, told);
    std::vector<std::int64_t> ends{0, 1, 1799, 1800, 1801, 3598, 3599};
    for (std::int64_t phase = 0; phase < 3600; phase += 97) {
        ends.push_back(phase);
    }
    std::vector<Duration> worst(2);
    for (const std::int64_t first : ends) {
        for (const std::int64_t second : ends) {
            const auto down = downAt(*compiled.program, {Duration{first}, Duration{second}});
            for (std::size_t i = 0; i < 2; ++i) {
                worst[i] = std::max(worst[i], longestOf(unmet(objectives[i].of, down)).value);
            }
        }
    }
    CHECK(results[0].worst == std::optional{worst[0]});
    CHECK(results[1].worst == std::optional{worst[1]});
    CHECK(results[0].held == Held::Sometimes);
    CHECK(results[1].held == Held::Sometimes);
}

TEST_CASE("a journey that any one of two keeps up holds where one of them is not touched") {
    const std::string one =
        "  - {at: 1h, do: key.delete, target: kv1/k}\n  - {at: 5h, do: key.recover, target: kv1/k}\n";
    CHECK(judged(Compiled{world("  any: {any-of: [one, two], rto: 0s}\n", one)}, OpenTimings::All)[0].held ==
          Held::Always);
    CHECK(judged(Compiled{world("  all: {all-of: [one, two], rto: 1h}\n", one)}, OpenTimings::All)[0].held ==
          Held::Never);
}

TEST_CASE("how likely a journey keeps its objectives is exact over the phases of its resources") {
    const Compiled compiled{world("  both: {all-of: [one, two], rto: 1h, no-impairment: true}\n"
                                  "  either: {any-of: [one, two], rto: 10m}\n",
                                  halfAnHour)};
    const std::vector<ObjectiveResult> results = judged(compiled);
    const Program& program = *compiled.program;
    // Each resource by itself at every phase; then every fortieth of one beside every phase of the other.
    std::int64_t keptByBoth = 0;
    std::int64_t whole = 0;
    std::int64_t keptByEither = 0;
    std::vector<std::vector<DownTime>> ofOne;
    std::vector<std::vector<DownTime>> ofTwo;
    const ResourceId one{std::size_t{0}};
    const ResourceId two{std::size_t{1}};
    for (std::int64_t phase = 0; phase < 3600; ++phase) {
        auto down = downAt(program, {Duration{phase}, Duration{phase}});
        ofOne.push_back(std::move(down[one]));
        ofTwo.push_back(std::move(down[two]));
    }
    for (std::size_t i = 0; i < ofOne.size(); i += 40) {
        for (std::size_t k = 0; k < ofTwo.size(); ++k) {
            const std::map<ResourceId, std::vector<DownTime>> down{{one, ofOne[i]}, {two, ofTwo[k]}};
            keptByBoth += longestOf(unmet(program.objectives[0].of, down)).value <= 1h ? 1 : 0;
            whole += ofOne[i].empty() && ofTwo[k].empty() ? 1 : 0;
            keptByEither += longestOf(unmet(program.objectives[1].of, down)).value <= 10min ? 1 : 0;
        }
    }
    const double all = 90.0 * 3600.0;
    REQUIRE(results.size() == 3);
    for (const ObjectiveResult& result : results) {
        REQUIRE(result.probability);
    }
    CHECK(std::abs(results[0].probability->toDouble() - static_cast<double>(keptByBoth) / all) < 0.002);
    CHECK(std::abs(results[1].probability->toDouble() - static_cast<double>(whole) / all) < 0.002);
    CHECK(std::abs(results[2].probability->toDouble() - static_cast<double>(keptByEither) / all) < 0.002);
}

TEST_CASE("a scenario with reactions keeps no objective for sure") {
    const std::string reacting = "  - {at: 1h, do: key.delete, target: kv1/k}\n"
                                 "  - {when: {one: Inaccessible}, after: 10m, do: key.recover, target: kv1/k}\n";
    CHECK(judged(Compiled{world("  one: {rto: 2h}\n", reacting)})[0].held == Held::NotKnown);
}

TEST_CASE("objectives are reported where they are wrong") {
    const auto messages = [](const std::string& objectives) {
        return Compiled{std::string{threeServices} + "objectives:\n" + objectives}.messages();
    };
    CHECK(messages("  rag: {rto: 1h}\n") == "18:3: error: unknown resource 'rag'; did you mean 'reg'?\n");
    CHECK(messages("  reg: {}\n").find("'reg' has no objective") != std::string::npos);
    CHECK(messages("  reg: {downtime: 4h}\n").find("such as '4h per 30d'") != std::string::npos);
    CHECK(messages("  way: {all-of: [reg], any-of: [acc], rto: 1h}\n").find("not both") != std::string::npos);
    CHECK(messages("  reg: {all-of: [acc], rto: 1h}\n").find("a name of its own") != std::string::npos);
    CHECK(messages("  way: {all-of: [reg, {any-of: [acc, clu]}], rto: 1h}\n").empty());
}

} // namespace cmksim::objectives_test
