// Reactions: when they happen, and what that leaves open, against every phase played.
#include "engine/reactions.hpp"

#include "analysis/bounds.hpp"
#include "analysis/deadlines.hpp"
#include "analysis/reaction_worlds.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>

namespace cmksim::reactions_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

std::string storyOf(std::string_view timeline) {
    return R"(cmksim: 1
name: Somebody notices
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
    acc: {service: cosmosdb, identity: app, key: kv1/cmk}
until: 8h
timeline:
)" + std::string{timeline};
}

const std::string recovered = storyOf(R"(
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {when: {reg: Inaccessible}, after: 30m..2h, do: key.recover, target: kv1/cmk}
  - {at: 6h, expect: {acc: {state: Ready, downtime: "<= 1h"}}}
)");

/// When the reactions happen, in seconds, for one phase of both resources.
std::vector<std::int64_t> firings(const Program& program, Duration phase) {
    std::vector<std::int64_t> at;
    for (const TimelineEntry& entry : react(program, Phases(program.resources.size(), phase)).program.entries) {
        if (entry.firing) {
            at.push_back(entry.at.time_since_epoch().count());
        }
    }
    return at;
}

const Program& compiledOf(const Compiled& compiled) {
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    return *compiled.program;
}

} // namespace

TEST_CASE("a reaction happens some time after its trigger came true, a second at least") {
    CHECK(firings(compiledOf(Compiled{recovered}), 0s) == std::vector<std::int64_t>{3600 + 1800});
    CHECK(firings(compiledOf(Compiled{recovered}), 15min) == std::vector<std::int64_t>{900 + 1800});
    const Compiled soon{storyOf(R"(
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {when: {reg: Inaccessible}, do: key.recover, target: kv1/cmk}
)")};
    CHECK(firings(compiledOf(soon), 15min) == std::vector<std::int64_t>{901});
}

TEST_CASE("a reaction happens once, or each time that its trigger comes true anew") {
    const std::string text = storyOf(R"(
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {at: 4h, do: key.delete, target: kv1/cmk}
  - {when: {reg: Inaccessible}, after: 10m, ONCE do: key.recover, target: kv1/cmk}
)");
    const auto with = [&](std::string_view once) {
        std::string variant = text;
        return variant.replace(variant.find("ONCE"), 4, once);
    };
    CHECK(firings(compiledOf(Compiled{with("")}), 0s) == std::vector<std::int64_t>{4200});
    CHECK(firings(compiledOf(Compiled{with("once: false,")}), 0s) == std::vector<std::int64_t>{4200, 4 * 3600 + 600});
}

TEST_CASE("a trigger of several resources waits for all of them, and may look at the reason") {
    const Compiled both{storyOf(R"(
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {when: {reg: {reason: KeyNotFound}, acc: [Revoked]}, after: 1m, do: key.recover, target: kv1/cmk}
)")};
    Phases phases = nominalPhases(compiledOf(both));
    phases[ResourceId{0}] = 20min;
    phases[ResourceId{1}] = 50min;
    const Reacted reacted = react(*both.program, phases);
    REQUIRE(reacted.program.entries.size() == 2);
    CHECK(reacted.program.entries.back().at == scenarioStart + 51min);
    CHECK(reacted.program.entries.back().firing->noticed == scenarioStart + 50min);
}

TEST_CASE("a trigger can look at what has added up, and comes true between all else that happens") {
    const auto firingsOf = [](std::string_view trigger, Duration phase) {
        const std::string text = storyOf("  - {at: 40m, do: key.delete, target: kv1/cmk}\n"
                                         "  - {at: 3h, do: key.recover, target: kv1/cmk}\n"
                                         "  - {at: 5h, do: key.delete, target: kv1/cmk}\n"
                                         "  - {when: {reg: " +
                                         std::string{trigger} + "}, after: 10m, do: key.recover, target: kv1/cmk}\n");
        return firings(compiledOf(Compiled{text}), phase);
    };
    using Times = std::vector<std::int64_t>;
    // Down from 1h30m to 3h30m, and again from 5h30m.
    CHECK(firingsOf("{outages: \">= 1\"}", 30min) == Times{5400 + 600});
    CHECK(firingsOf("{outages: \">= 2\"}", 30min) == Times{5 * 3600 + 1800 + 600});
    CHECK(firingsOf("{downtime: \">= 1h\"}", 30min) == Times{5400 + 3600 + 600});
    CHECK(firingsOf("{downtime: \">= 2h\"}", 30min) == Times{3 * 3600 + 1800 + 600});
    CHECK(firingsOf("{downtime: \">= 2h30m\"}", 30min) == Times{6 * 3600 + 600});
    CHECK(firingsOf("{state: Inaccessible, downtime: \"30m..1h\"}", 30min) == Times{5400 + 1800 + 600});
    CHECK(firingsOf("{downtime: \">= 9h\"}", 30min).empty());
    // Down at once, and nothing happens before the hour is over but its going down.
    CHECK(firingsOf("{downtime: \">= 1h\"}", 0s) == Times{3600 + 3600 + 600});
}

TEST_CASE("reactions that answer each other end") {
    const Compiled endless{storyOf(R"(
  - {at: 1s, do: vault.fail-dns, target: kv1}
  - {when: {reg: Inaccessible}, once: false, do: vault.restore-dns, target: kv1}
  - {when: {reg: Ready}, once: false, do: vault.fail-dns, target: kv1}
)")};
    const Reacted reacted = react(compiledOf(endless), nominalPhases(*endless.program));
    CHECK_FALSE(reacted.endless);
    CHECK(reacted.program.entries.size() > 8);
}

TEST_CASE("a reaction's delay is one more open timing") {
    const Compiled compiled{recovered};
    Program program = compiledOf(compiled);
    setDelays(program, TimingEnd::Latest);
    CHECK(firings(program, 0s) == std::vector<std::int64_t>{3600 + 7200});
    setDelays(program, TimingEnd::Earliest);
    CHECK(firings(program, 0s) == std::vector<std::int64_t>{3600 + 1800});
}

TEST_CASE("bounds of a program with reactions are those of every pair of phases played") {
    const Compiled compiled{recovered};
    const Program& program = compiledOf(compiled);
    const Program shown = nominalTimeline(program);
    const ScenarioBounds bounds = boundsOf(program, shown, OpenTimings::Phases, 10'000);
    CHECK(bounds.exact());
    CHECK(bounds.worlds == 3600);
    const ResourceBounds& acc = bounds.resources.back();

    // A grid through all pairs that meets both ends, and a mean over all of its points.
    Duration least = Duration::max();
    Duration most{};
    std::int64_t fine = 0;
    std::int64_t pairs = 0;
    Ratio sum = 0;
    for (Duration reg{}; reg < 1h; reg += 45s) {
        Phases phases = nominalPhases(program);
        phases[ResourceId{0}] = reg;
        for (Duration own{}; own < 1h; own += 45s) {
            phases[ResourceId{1}] = own;
            const Reacted reacted = react(program, phases);
            const Trace trace = replay(reacted.program, phases);
            const Duration downtime = trace.ends.back().status.downtime;
            least = std::min(least, downtime);
            most = std::max(most, downtime);
            sum += downtime.count();
            fine += trace.passed ? 1 : 0;
            ++pairs;
            REQUIRE(downtime >= acc.downtime.extent.least);
            REQUIRE(downtime <= acc.downtime.extent.most);
        }
    }
    CHECK(least == acc.downtime.extent.least);
    CHECK(most == acc.downtime.extent.most);
    const double mean = Ratio{sum / pairs}.toDouble();
    CHECK(std::abs(mean - acc.downtime.mean.toDouble()) < 60);
    const double held = bounds.expectations.back().probability.toDouble();
    CHECK(std::abs(static_cast<double>(fine) / static_cast<double>(pairs) - held) < 0.02);
    // One outage, however far it shifts, is one outage.
    CHECK(acc.outages.size() == 1);
    CHECK(acc.outages.front().end.cause.what == EventCause{EntryId{1}});
}

TEST_CASE("an outage by a reaction that comes at other phases alone is laid to its action, and not to the start") {
    const Compiled compiled{R"(
cmksim: 1
name: other phases
estate:
  vaults: {kv1: {keys: {a: {}, b: {}}, accessPolicies: {id: [get, wrapKey, unwrapKey]}}}
  identities: {id: {}}
  resources:
    reg: {service: acr, sku: Premium, identity: id, key: kv1/a}
    acc: {service: cosmosdb, identity: id, key: kv1/b}
until: 6h
timeline:
  - {at: 65m, do: key.delete, target: kv1/a}
  - {at: 110m, do: key.recover, target: kv1/a}
  - {when: {reg: Inaccessible}, do: key.delete, target: kv1/b}
)"};
    const Program& program = compiledOf(compiled);
    const ScenarioBounds bounds = boundsOf(program, nominalTimeline(program), OpenTimings::Phases, 10'000);
    const ResourceBounds& acc = bounds.resources.back();
    REQUIRE(acc.outages.size() == 1);
    CHECK(acc.outages.front().start.cause.what == EventCause{ActionElsewhere{"key.delete kv1/b"}});
}

TEST_CASE(
    "where a reaction waits for what looks for newer versions by an open clock of its own, not all is looked at") {
    const auto exact = [](std::string_view rotation) {
        const Compiled compiled{R"(
cmksim: 1
name: a clock of its own
estate:
  vaults: {kv1: {keys: {k: {}, other: {}}, accessPolicies: {id: [get, wrapKey, unwrapKey]}}}
  identities: {id: {}}
  resources:
    b: {service: cosmosdb, identity: id, key: kv1/k, revalidationPhase: 1m)" +
                                std::string{rotation} + R"(}
until: 2d
timeline:
  - {at: 5h, do: key.rotate, target: kv1/k}
  - {at: 20h, do: key.update, target: kv1/k/v1, with: {enabled: false}}
  - {when: {b: Revoked}, after: 30m, do: key.delete, target: kv1/other}
)"};
        const Program& program = compiledOf(compiled);
        return boundsOf(program, nominalTimeline(program), OpenTimings::Phases, 10'000).exact();
    };
    CHECK_FALSE(exact(""));
    CHECK(exact(", rotationPhase: 1h"));
}

TEST_CASE("too many ways for reactions to go are drawn, and that is said") {
    const Compiled compiled{storyOf(R"(
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {when: {reg: Inaccessible, acc: Revoked}, do: key.recover, target: kv1/cmk}
)")};
    const ReactionWorlds worlds{compiledOf(compiled), 50};
    CHECK(worlds.count() == 50);
    CHECK_FALSE(worlds.exact());
    CHECK(worlds.world(1).pinned != worlds.world(2).pinned);
}

TEST_CASE("what a reaction says is checked") {
    const auto report = [](std::string_view entry) {
        return Compiled{storyOf("  - " + std::string{entry} + "\n")}.messages();
    };
    constexpr std::string_view act = "do: key.recover, target: kv1/cmk}";
    CHECK(
        report("{when: {reg: Inaccessible}, at: 1h, " + std::string{act}).find("'at' and 'when' exclude each other") !=
        std::string::npos);
    CHECK(report("{when: {reg: Inaccessible}, after: 0s, " + std::string{act}).find("a second at least") !=
          std::string::npos);
    CHECK(
        report("{when: {reg: Inaccessible}, after: 2h..1h, " + std::string{act}).find("the range '2h..1h' is empty") !=
        std::string::npos);
    CHECK(report("{when: {reg: Inaccessible}, after: soon, " + std::string{act})
              .find("expected a duration such as 30m, or a range such as 30m..2h, not 'soon'") != std::string::npos);
    CHECK(
        report("{when: {reh: Inaccessible}, " + std::string{act}).find("unknown resource 'reh'; did you mean 'reg'?") !=
        std::string::npos);
    CHECK(report("{do: key.recover, target: kv1/cmk}").find("needs 'at', 'after' or 'when'") != std::string::npos);
}

TEST_CASE("an expectation that fails at one end of a reaction's range does not hold at every timing") {
    const Compiled compiled{storyOf(R"(
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {when: {reg: Inaccessible}, after: 30m..5h, do: key.recover, target: kv1/cmk}
  - {at: 7h, expect: {reg: {downtime: "<= 4h"}}}
)")};
    const Program& program = compiledOf(compiled);
    const ScenarioBounds bounds = boundsOf(program, nominalTimeline(program), OpenTimings::All, 10'000);
    REQUIRE(bounds.expectations.size() == 1);
    CHECK(bounds.expectations[0].alwaysByPhases);
    CHECK_FALSE(bounds.expectations[0].always);
    CHECK(bounds.everyReaction);
    CHECK(bounds.exact());
}

TEST_CASE("a reaction that takes one time is exact where nothing else is open") {
    const Compiled compiled{storyOf(R"(
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {when: {reg: Inaccessible}, after: 30m, do: key.recover, target: kv1/cmk}
)")};
    const Program& program = compiledOf(compiled);
    const ScenarioBounds bounds = boundsOf(program, nominalTimeline(program), OpenTimings::All, 10'000);
    CHECK(bounds.everyReaction);
    CHECK(bounds.exact());
}

TEST_CASE("where one range stands for several times of a reaction, extents hold everything and are not exact") {
    const Compiled compiled{storyOf(R"(
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {at: 5h, do: key.delete, target: kv1/cmk}
  - {when: {reg: Inaccessible}, once: false, after: 30m..50m, do: key.recover, target: kv1/cmk}
)")};
    const Program& program = compiledOf(compiled);
    const ScenarioBounds bounds = boundsOf(program, nominalTimeline(program), OpenTimings::All, 10'000);
    CHECK_FALSE(bounds.everyReaction);
    for (const ResourceBounds& one : bounds.resources) {
        CHECK_FALSE(one.exact);
        CHECK(one.downtime.extent == Extent<Duration>{0s, 8h});
    }
}

/// Two reactions whose delays are open, of which few courses are followed.
constexpr std::string_view twoOpenReactions = R"(
cmksim: 1
name: two open reactions
until: 7h
estate:
  vaults: {kv1: {softDeleteRetentionInDays: 7, keys: {a: {}, b: {}}, accessPolicies: {id: [get, wrapKey, unwrapKey]}}}
  identities: {id: {}}
  resources:
    r1: {service: cosmosdb, identity: id, key: kv1/a}
    r2: {service: documentdb, identity: id, key: kv1/b}
timeline:
  - {at: 65m, do: key.update, target: kv1/a, with: {enabled: false}}
  - {when: {r1: {downtime: ">= 90m"}}, after: 30m..35m, do: key.update, target: kv1/a, with: {enabled: true}}
  - {when: {r2: Inaccessible}, after: 10m..40m, do: key.delete, target: kv1/b}
)";

TEST_CASE("where not every course of reactions is followed bounds and causes hold those that are not") {
    const Compiled compiled{std::string{twoOpenReactions}};
    const Program& program = compiledOf(compiled);
    const ScenarioBounds bounds = boundsOf(program, nominalTimeline(program), OpenTimings::All, 20);
    REQUIRE_FALSE(bounds.everyReaction);
    Phases phases = nominalPhases(program);
    phases[ResourceId{0}] = 5min; // it is down at 1h5m, for 90m at 2h35m, and the key is back 30m later
    const Trace trace = replay(react(program, phases).program, phases);
    const Instant back = scenarioStart + 3h + 5min;
    REQUIRE(std::ranges::any_of(trace.records, [&](const Record& record) {
        return record.is<Transition>() && record.isOn(ResourceId{0}) && record.position.at == back;
    }));
    REQUIRE(bounds.resources.front().outages.size() == 1);
    const OutageBounds& outage = bounds.resources.front().outages.front();
    CHECK(outage.end.instant.least <= back);
    CHECK(outage.end.cause.at.least <= back);
    CHECK(outage.end.cause.at.most >= scenarioStart + 4h + 9min); // looked at late, and repaired after 35m
    CHECK(outage.start.instant.least == scenarioStart + 65min);   // no sooner than its cause, which the story sets
}

TEST_CASE("a point of no return is averted only where every course is known to avert it") {
    const Compiled compiled{R"(
cmksim: 1
name: the key comes back in time, mostly
start: 2026-01-10T00:00:00Z
until: 6h
estate:
  vaults:
    kv1:
      softDeleteRetentionInDays: 7
      keys: {a: {deleted: 2026-01-03T02:49:30Z}, b: {}}
      accessPolicies: {id: [get, wrapKey, unwrapKey]}
  identities: {id: {}}
  resources:
    reg: {service: acr, sku: Premium, identity: id, key: kv1/a}
    acc: {service: cosmosdb, identity: id, key: kv1/b}
timeline:
  - {at: 30m, do: key.update, target: kv1/b, with: {enabled: false}}
  - {when: {acc: Revoked}, after: 10m..30m, do: key.update, target: kv1/b, with: {enabled: true}}
  - {when: {reg: {downtime: ">= 90m"}, acc: [Ready, Revoked]}, after: 5m..20m, do: key.recover, target: kv1/a}
)"};
    const Program& program = compiledOf(compiled);
    const auto all = deadlinesOver(program, nominalTimeline(program), OpenTimings::All, 20);
    REQUIRE(all.size() == 1);
    CHECK(all.front().sometimesAverted);
    CHECK_FALSE(all.front().averted.has_value());
}

} // namespace cmksim::reactions_test
