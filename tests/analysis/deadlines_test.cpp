// Points of no return of stories with reactions, against those of every phase played.
#include "analysis/deadlines.hpp"

#include "analysis/reaction_worlds.hpp"
#include "engine/reactions.hpp"
#include "engine/replay.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace cmksim::deadlines_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

constexpr Duration period = 1h;

/// A reaction deletes another key some time after a registry has lost its own.
std::string storyOf(const std::string& rest) {
    return R"(
cmksim: 1
name: x
estate:
  vaults: {kv1: {keys: {a: {}, b: {}}, accessPolicies: {id: [get, wrapKey, unwrapKey]}}}
  identities: {id: {}}
  resources:
    reg: {service: acr, sku: Premium, identity: id, key: kv1/a}
    acc: {service: cosmosdb, identity: id, key: kv1/b}
until: 8h
timeline:
  - {at: 10m, do: key.delete, target: kv1/a}
)" + rest;
}

const Deadline* of(const std::vector<Deadline>& all, const Program& program, const std::string& key) {
    const auto found = std::ranges::find_if(all, [&](const Deadline& one) {
        const auto* end = std::get_if<RetentionEnd>(&one.ending);
        return end != nullptr && end->key && program.names.keys[*end->key].text == key;
    });
    return found == all.end() ? nullptr : &*found;
}

} // namespace

TEST_CASE("points of no return that a reaction brings are those of every phase of what it waits for") {
    const Compiled compiled{storyOf("  - {when: {reg: Inaccessible}, after: 5m, do: key.delete, target: kv1/b}\n"
                                    "  - {at: 90m, do: key.recover, target: kv1/b, expect: ok}\n")};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const std::vector<Deadline> all = deadlinesOver(program, nominalTimeline(program), OpenTimings::Phases, 10'000);
    Instant earliest = never;
    Instant latest{};
    std::optional<Instant> averted;
    Phases phases = nominalPhases(program);
    for (Duration phase{}; phase < period; phase += 1s) {
        phases[ResourceId{0}] = phase;
        const std::vector<Deadline> one = deadlines(react(program, phases).program);
        const Deadline* deadline = of(one, program, "b");
        REQUIRE(deadline != nullptr);
        earliest = std::min(earliest, deadline->earliest);
        latest = std::max(latest, deadline->latest);
        REQUIRE(deadline->averted);
        averted = std::max(averted.value_or(*deadline->averted), *deadline->averted);
    }
    const Deadline* deadline = of(all, program, "b");
    REQUIRE(deadline != nullptr);
    CHECK(deadline->earliest == earliest);
    CHECK(deadline->latest == latest);
    CHECK(earliest == scenarioStart + 15min + 90 * 24h);
    CHECK(deadline->averted == averted);
    CHECK(deadline->isSurelyAverted());
}

TEST_CASE("a point of no return that some phases alone bring is told") {
    const Compiled compiled{storyOf("  - {at: 30m, do: key.recover, target: kv1/a}\n"
                                    "  - {when: {reg: Inaccessible}, after: 40m, do: key.delete, target: kv1/b}\n")};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const Program shown = nominalTimeline(program);
    CHECK(of(deadlines(shown), program, "b") == nullptr);
    const std::vector<Deadline> all = deadlinesOver(program, shown, OpenTimings::Phases, 10'000);
    const Deadline* deadline = of(all, program, "b");
    REQUIRE(deadline != nullptr);
    CHECK(deadline->earliest == scenarioStart + 50min + 90 * 24h);
    CHECK(deadline->latest == scenarioStart + 70min - 1s + 90 * 24h);
    CHECK_FALSE(deadline->averted);
}

TEST_CASE("with every timing open a point of no return comes as early and as late as a reaction's range lets it") {
    const Compiled compiled{
        storyOf("  - {when: {reg: Inaccessible}, after: 5m..30m, do: key.delete, target: kv1/b}\n")};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const std::vector<Deadline> all = deadlinesOver(program, nominalTimeline(program), OpenTimings::All, 10'000);
    const Deadline* deadline = of(all, program, "b");
    REQUIRE(deadline != nullptr);
    CHECK(deadline->earliest == scenarioStart + 15min + 90 * 24h);
    CHECK(deadline->latest == scenarioStart + 70min - 1s + 30min + 90 * 24h);
}

} // namespace cmksim::deadlines_test
