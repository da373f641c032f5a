// Exact bounds, against every single phase played.
#include "analysis/bounds.hpp"
#include "analysis/deadlines.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <map>

namespace cmksim::bounds_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t worlds = 1'000;
#else
constexpr std::uint64_t worlds = 20;
#endif

Instant at(Duration since) { return scenarioStart + since; }

/// A scenario with its bounds.
struct Bounded {
    explicit Bounded(const std::string& text) : compiled{text} {
        INFO(compiled.errors);
        REQUIRE(compiled.program);
        bounds = boundsOf(program(), OpenTimings::Phases);
    }

    [[nodiscard]] const Program& program() const { return *compiled.program; }
    [[nodiscard]] const ResourceBounds& first() const { return bounds.resources.front(); }

    Compiled compiled;
    ScenarioBounds bounds;
};

/// What the phases that were played one by one come to.
struct Played {
    Extent<Duration> downtime{Duration::max(), Duration::min()};
    std::int64_t downtimeSum = 0;
    std::int64_t phases = 0;
    struct Outage {
        Extent<Instant> start{Instant::max(), Instant::min()};
        Extent<Instant> end{Instant::max(), Instant::min()};
        Extent<Duration> length{Duration::max(), Duration::min()};
        std::int64_t lengthSum = 0;
        std::int64_t phases = 0;
    };
    std::map<std::pair<Position, Position>, Outage> outages;
};

void addOutage(Played& played, const Position& startInterval, Instant start, const Position& endInterval, Instant end) {
    Played::Outage& outage = played.outages[{startInterval, endInterval}];
    outage.start.include(start);
    outage.end.include(end);
    outage.length.include(end - start);
    outage.lengthSum += (end - start).count();
    ++outage.phases;
}

/// Plays one resource at one phase.
void addWalk(Played& played, const Program& program, const WorldHistory& history, ResourceId id, Duration phase) {
    std::vector<Record> records;
    ResourceReplay walk{program, history, id, phase, records};
    walk.finish();
    const StateId ready = program.modelOf(id).ready();
    const NewResource* described = program.resources[id].described ? &*program.resources[id].described : nullptr;
    bool down = described != nullptr && described->state && *described->state != ready &&
                !program.modelOf(id).states[*described->state].terminal;
    Position startInterval{scenarioStart, Stage::Facts, 0};
    Instant start = scenarioStart;
    for (const Record& record : records) {
        if (const auto* moved = record.asIf<Transition>()) {
            const Position since = record.on->interval.since;
            if (moved->to == ready) {
                addOutage(played, startInterval, start, since, record.position.at);
                down = false;
            } else if (moved->from == ready) {
                startInterval = since;
                start = record.position.at;
                down = true;
            }
        } else if (record.is<ActionDone>() && !record.refused() && down &&
                   program.entries[record.entry()].name == "resource.delete") {
            addOutage(played, startInterval, start, record.position, record.position.at);
            down = false;
        }
    }
    if (down) {
        addOutage(played, startInterval, start, {never, Stage::Observations, 0}, program.until);
    }
    const Duration downtime = walk.resource().statusAt(program.until).downtime;
    played.downtime.include(downtime);
    played.downtimeSum += downtime.count();
    ++played.phases;
}

void checkAgainst(const ResourceBounds& bounds, const Played& played, std::int64_t all) {
    CHECK(bounds.downtime.extent == played.downtime);
    CHECK(bounds.downtime.mean == Ratio{played.downtimeSum, all});
    REQUIRE(bounds.outages.size() == played.outages.size());
    for (const OutageBounds& outage : bounds.outages) {
        const auto found = played.outages.find(
            {outage.start.interval, outage.over ? outage.end.interval : Position{never, Stage::Observations, 0}});
        REQUIRE(found != played.outages.end());
        CHECK(outage.start.instant == found->second.start);
        CHECK(outage.end.instant == found->second.end);
        CHECK(outage.length.extent == found->second.length);
        CHECK(outage.length.mean == Ratio{found->second.lengthSum, found->second.phases});
        CHECK(outage.probability == Ratio{found->second.phases, all});
    }
}

/// Whether it looks for newer versions of its key by a clock of its own, whose phase nothing says.
bool looksAtOpenPhases(const Program& program, ResourceId id) {
    const auto isOpen = [](const NewResource& described) { return !described.rotationPhase.has_value(); };
    const ResourceProgram& resource = program.resources[id];
    return program.modelOf(id).rotationClock && ((resource.described && isOpen(*resource.described)) ||
                                                 std::ranges::any_of(resource.entries, [&](const OwnEntry& own) {
                                                     const auto* creation =
                                                         program.entries[own.entry].action<ResourceCreate>();
                                                     return creation != nullptr && isOpen(*creation->described);
                                                 }));
}

std::string flapping(const std::string& timeline) {
    return "cmksim: 1\nname: x\nuntil: 6h\n"
           "estate:\n"
           "  vaults: {kv1: {accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}}\n"
           "  identities: {app: {}}\n"
           "  resources: {reg: {service: acr, identity: app, key: kv1/cmk}}\n"
           "timeline:\n" +
           timeline;
}

} // namespace

TEST_CASE("bounds agree with every phase played, on random worlds") {
    Catalog catalog;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        const Program program = test::soundProgram(yaml, catalog);
        const ScenarioBounds bounds = boundsOf(program, OpenTimings::Phases);
        CAPTURE(seed, yaml);
        // A resource alone: where another's phase shapes the world, all combinations would have to be played, and where
        // it has a second clock all pairs of its phases.
        for (const ResourceBounds& one : bounds.resources) {
            const auto& described = program.resources[one.resource].described;
            const bool oneClock =
                !program.modelOf(one.resource).rotationClock || (described && described->rotationPhase);
            bool alone = one.open && oneClock;
            for (const ResourceId other : program.resources.ids()) {
                alone = alone && (other == one.resource || !program.resources[other].shapesWorld);
            }
            if (!alone) {
                continue;
            }
            Played played;
            Phases phases = nominalPhases(program);
            const bool whole = program.resources[one.resource].shapesWorld;
            const WorldHistory history = simulateWorld(program, phases);
            for (Duration phase{}; phase < one.period; phase += Duration{1}) {
                phases[one.resource] = phase;
                addWalk(played, program, whole ? simulateWorld(program, phases) : history, one.resource, phase);
            }
            if (looksAtOpenPhases(program, one.resource)) {
                // It is played with its looks for newer versions at one phase; bounds have them at every.
                CHECK(one.downtime.extent.least <= played.downtime.least);
                CHECK(played.downtime.most <= one.downtime.extent.most);
            } else {
                checkAgainst(one, played, one.period.count());
            }
        }
    }
}

TEST_CASE("the bounds of one deletion and one recovery") {
    const Bounded bounded{flapping("  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                   "  - {at: 3h, do: key.recover, target: kv1/cmk}\n")};
    REQUIRE(bounded.bounds.resources.size() == 1);
    const ResourceBounds& reg = bounded.first();
    REQUIRE(reg.outages.size() == 1);
    const OutageBounds& outage = reg.outages.front();
    CHECK(outage.probability == 1);
    CHECK(outage.start.instant == Extent<Instant>{at(600s), at(4199s)});
    CHECK(outage.end.instant == Extent<Instant>{at(10'800s), at(14'399s)});
    CHECK(outage.length.extent == Extent<Duration>{2h, 3h});
    // Phases up to ten minutes miss the deletion by up to an hour, but see the recovery as late.
    CHECK(outage.length.mean == Ratio{10'200});
    CHECK(reg.downtime.mean == Ratio{10'200});
    CHECK(outage.latent.extent == Extent<Duration>{0s, 3599s});
    CHECK(bounded.program().entries[std::get<EntryId>(outage.start.cause.what)].name == "key.delete");
    CHECK(bounded.program().entries[std::get<EntryId>(outage.end.cause.what)].name == "key.recover");
}

TEST_CASE("what ends an outage by a lapse is what repairs it, at the very instant of the lapse too") {
    for (const std::string repaired : {"91d", "91d1s", "92d"}) {
        std::string text =
            flapping("  - {at: 1d, do: resource.remove-identity, target: reg, with: {identity: app}, expect: refused}\n"
                     "  - {at: " +
                     repaired + ", do: resource.assign-identity, target: reg, with: {identity: app}}\n");
        text.replace(text.find("until: 6h"), 9, "until: 95d");
        const Bounded bounded{text};
        REQUIRE(bounded.first().outages.size() == 1);
        const OutageBounds& outage = bounded.first().outages.front();
        CHECK(outage.start.cause.what == EventCause{ownLapse});
        REQUIRE(std::holds_alternative<EntryId>(outage.end.cause.what));
        const TimelineEntry& end = bounded.program().entries[std::get<EntryId>(outage.end.cause.what)];
        CHECK(end.name == "resource.assign-identity");
        CHECK(outage.end.cause.at.least == end.at);
    }
}

TEST_CASE("a spell shorter than the period is seen by as many phases as it lasts seconds") {
    const Bounded bounded{flapping("  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                   "  - {at: 25m, do: key.recover, target: kv1/cmk}\n")};
    const OutageBounds& outage = bounded.first().outages.front();
    CHECK(outage.probability == Ratio{1, 4});
    CHECK(outage.length.extent == Extent<Duration>{1h, 1h});
    CHECK(bounded.first().downtime.mean == Ratio{900});
}

TEST_CASE("outages are matched by the spells that begin and end them") {
    // Down from 10m to 50m and from 1h20m to 3h. Phases from 10m to 20m see both, those from 20m to 50m never the half
    // hour between them, the rest the second alone.
    const Bounded bounded{flapping("  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                   "  - {at: 50m, do: key.recover, target: kv1/cmk}\n"
                                   "  - {at: 80m, do: policy.delete, target: kv1, with: {identity: app}}\n"
                                   "  - {at: 3h, do: policy.set, target: kv1, with: {identity: app, "
                                   "permissions: [get, wrapKey, unwrapKey]}}\n")};
    const std::vector<OutageBounds>& outages = bounded.first().outages;
    REQUIRE(outages.size() == 3);
    CHECK(outages[0].probability == Ratio{1, 6});
    CHECK(outages[0].end.instant == Extent<Instant>{at(70min), at(80min - 1s)});
    CHECK(outages[1].probability == Ratio{1, 2});
    CHECK(outages[1].start.interval == outages[0].start.interval);
    CHECK(outages[1].end.instant == Extent<Instant>{at(200min), at(230min - 1s)});
    CHECK(outages[2].probability == Ratio{1, 2});
    CHECK(outages[2].start.instant == Extent<Instant>{at(110min), at(140min - 1s)});
}

TEST_CASE("a resource that is created anew has the downtime of that life alone") {
    const Bounded bounded{flapping("  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                   "  - {at: 2h, do: key.recover, target: kv1/cmk}\n"
                                   "  - {at: 2h, do: resource.delete, target: reg}\n"
                                   "  - {at: 2h, do: resource.create, target: reg, with: {service: acr, identity: app, "
                                   "key: kv1/cmk}}\n")};
    CHECK(bounded.first().outages.size() == 1);
    CHECK(bounded.first().downtime.extent == Extent<Duration>{0s, 0s});
    CHECK(bounded.first().downtime.mean == Ratio{0});
}

TEST_CASE("what is never repaired is open to the end") {
    const Bounded bounded{flapping("  - {at: 10m, do: key.delete, target: kv1/cmk}\n")};
    const OutageBounds& outage = bounded.first().outages.front();
    CHECK_FALSE(outage.over);
    CHECK(outage.end.instant == Extent<Instant>{at(6h), at(6h)});
}

TEST_CASE("an expectation has the phases for which it holds") {
    const Bounded bounded{flapping("  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                   "  - {at: 25m, expect: {reg: Ready}}\n"
                                   "  - {at: 2h, expect: {reg: Inaccessible}}\n")};
    REQUIRE(bounded.bounds.expectations.size() == 2);
    CHECK_FALSE(bounded.bounds.expectations[0].always);
    REQUIRE(bounded.bounds.expectations[0].decides);
    CHECK(bounded.bounds.expectations[0].decides->holds == std::vector<PhaseClass>{{0s, 599s}, {1501s, 3599s}});
    CHECK(bounded.bounds.expectations[0].probability == Ratio{2699, 3600});
    CHECK(bounded.bounds.expectations[1].always);
}

TEST_CASE("what the phase of a resource makes of the world is told of its own actions, and never of all phases") {
    const Compiled compiled{
        "cmksim: 1\nname: x\nuntil: 6h\nestate:\n  vaults:\n    kv1:\n      enablePurgeProtection: true\n"
        "      accessPolicies: {a: [get, wrapKey, unwrapKey], 'system:r': [get, wrapKey, unwrapKey]}\n"
        "      keys: {k: {}}\n  identities: {a: {}}\n  resources:\n"
        "    r: {service: acr, identity: SystemAssigned, identities: [SystemAssigned, a], key: kv1/k}\ntimeline:\n"
        "  - {at: 10m, do: key.update, target: kv1/k, with: {enabled: false}}\n"
        "  - {at: 39m, do: key.update, target: kv1/k, with: {enabled: true}}\n"
        "  - {at: 40m, do: resource.update, target: r, with: {identity: a}}\n" // refused where it has seen the loss
        "  - {at: 45m, do: resource.remove-identity, target: r, with: {identity: SystemAssigned}}\n"
        "  - {at: 50m, do: policy.set, target: kv1, with: {identity: 'system:r', permissions: [get]}}\n"};
    const ScenarioBounds bounds = boundsOf(compiled.sound(), OpenTimings::Phases);
    std::vector<ExpectationBounds> broken;
    std::ranges::copy_if(bounds.expectations, std::back_inserter(broken), std::not_fn(&ExpectationBounds::always));
    REQUIRE(broken.size() == 3);
    for (const ExpectationBounds& one : broken) {
        CHECK_FALSE(one.neverByPhases());
    }
    CHECK(broken[0].decides.value().holds == std::vector<PhaseClass>{{0min, 10min - 1s}, {39min, 60min - 1s}});
    CHECK(broken[0].weighed);
    CHECK_FALSE(broken[2].weighed); // an identity that is gone at some phases alone
}

TEST_CASE("phases that are pinned are open when asked to be") {
    std::string pinned = flapping("  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                  "  - {at: 25m, do: key.recover, target: kv1/cmk}\n");
    pinned.insert(pinned.find("key: kv1/cmk}}"), "revalidationPhase: 20m, ");
    const Bounded bounded{pinned};
    CHECK(bounded.first().outages.front().probability == 1);
    CHECK(boundsOf(withFreePhases(bounded.program()), OpenTimings::Phases)
              .resources.front()
              .outages.front()
              .probability == Ratio{1, 4});
}

TEST_CASE("deadlines are what a run could not have undone later") {
    const Bounded bounded{
        flapping("  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                 "  - {at: 20m, do: identity.delete, target: app}\n"
                 "  - {at: 30m, do: resource.remove-identity, target: reg, with: {identity: app}, expect: refused}\n"
                 "  - {at: 3h, do: key.recover, target: kv1/cmk}\n")};
    const std::vector<Deadline> all = deadlines(bounded.program());
    REQUIRE(all.size() == 3);
    CHECK(std::holds_alternative<RecoveryEnd>(all[0].ending));
    CHECK(all[0].at == at(20min + 30 * 24h));
    CHECK(all[0].loses.size() == 1);
    CHECK_FALSE(all[0].averted);
    CHECK(std::holds_alternative<RetentionEnd>(all[1].ending));
    CHECK(all[1].at == at(10min + 90 * 24h));
    CHECK(all[1].loses.size() == 1);
    CHECK(all[1].averted == at(3h));
    CHECK(std::holds_alternative<CredentialEnd>(all[2].ending));
    CHECK(all[2].at == at(30min + 90 * 24h));
    CHECK_FALSE(all[1].isOpen());
}

TEST_CASE("a retention that the run sets is the one that ends") {
    std::string hard = flapping("  - {at: 10m, do: vault.update, target: kv1, "
                                "with: {enableSoftDelete: true, softDeleteRetentionInDays: 7}}\n"
                                "  - {at: 20m, do: vault.delete, target: kv1}\n");
    hard.insert(hard.find("accessPolicies"), "enableSoftDelete: false, ");
    const Bounded bounded{hard};
    const std::vector<Deadline> all = deadlines(bounded.program());
    REQUIRE(all.size() == 1);
    CHECK(all[0].at == at(20min + 7 * 24h));
    CHECK(all[0].loses.size() == 1);
}

TEST_CASE("what the estate starts with ends too, with no entry that began it") {
    std::string deleted = flapping("  - {at: 2h, do: key.recover, target: kv1/cmk}\n");
    deleted.insert(deleted.find("until:"), "start: 2026-03-02T00:00:00Z\n");
    deleted.replace(deleted.find("keys: {cmk: {}}"), 15, "keys: {cmk: {deleted: 2026-03-01T00:00:00Z}}");
    const Bounded bounded{deleted};
    const std::vector<Deadline> all = deadlines(bounded.program());
    REQUIRE(all.size() == 1);
    CHECK(all[0].ending == Ending{RetentionEnd{VaultId{0}, KeyId{0}}});
    CHECK_FALSE(all[0].created);
    CHECK(all[0].at == at(89 * 24h));
    CHECK(all[0].averted == at(2h));
}

TEST_CASE("retentions end in a replay when deadlines say, and no others do, in random worlds") {
    Catalog catalog;
    std::size_t ended = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        const Program program = test::soundProgram(yaml, catalog);
        CAPTURE(seed, yaml);
        using End = std::pair<Instant, RetentionEnd>;
        std::set<End> said;
        for (const Deadline& one : deadlines(program)) {
            const auto* end = std::get_if<RetentionEnd>(&one.ending);
            if (end != nullptr && !one.averted && one.at <= program.until) {
                said.emplace(one.at, *end);
            }
        }
        std::set<End> came;
        for (const Record& record : replay(program, nominalPhases(program)).records) {
            const auto* fact = record.asIf<FactHappened>();
            if (fact != nullptr && fact->kind == FactKind::RetentionElapsed) {
                const auto key = keyOf(fact->target);
                came.emplace(record.position.at,
                             RetentionEnd{key ? program.names.keys[*key].vault : std::get<VaultId>(fact->target), key});
            }
        }
        CHECK(said == came);
        ended += came.size();
    }
    CHECK(ended >= worlds / 20);
}

TEST_CASE("a lapse is told from its earliest to its latest moment, and is averted before the earliest alone") {
    const auto lapse = [](const std::string& repair) {
        std::string yaml = flapping(
            "  - {at: 30m, do: resource.remove-identity, target: reg, with: {identity: app}, expect: refused}\n"
            "  - {at: " +
            repair + ", do: resource.assign-identity, target: reg, with: {identity: app}}\n");
        yaml.replace(yaml.find("6h"), 2, "95d");
        return deadlines(Bounded{yaml}.program()).back();
    };
    const Deadline late = lapse("60d");
    CHECK(late.earliest == at(30min + 45 * 24h));
    CHECK(late.latest == at(30min + 90 * 24h));
    CHECK(late.averted == at(60 * 24h));
    CHECK_FALSE(late.isSurelyAverted());
    CHECK(lapse("44d").isSurelyAverted());
}

TEST_CASE("a purge leaves no deadline behind") {
    const Bounded bounded{flapping("  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                   "  - {at: 1h, do: key.purge, target: kv1/cmk}\n")};
    CHECK(deadlines(bounded.program()).empty());
}

} // namespace cmksim::bounds_test
