// What a change does: at which step, how soon, until when it can be undone, in which order it does less harm; held
// against replays at every second of a phase.
#include "gate/gate.hpp"

#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "property/generator.hpp"
#include "support/compiled.hpp"
#include "trace/intervals.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

using namespace cmksim;
using namespace cmksim::gate;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

using Days = std::chrono::duration<Duration::rep, std::ratio<86400>>;

Compiled story(const std::string& timeline, const std::string& vault = "enablePurgeProtection: true",
               const std::string& more = "") {
    return Compiled{"cmksim: 1\nname: x\nestate:\n  vaults:\n    kv1:\n      " + vault +
                    "\n      accessPolicies: {a: [get, wrapKey, unwrapKey], b: [get, wrapKey, unwrapKey]}\n"
                    "      keys: {k: {}, other: {}}\n"
                    "  identities: {a: {}, b: {}}\n  resources:\n"
                    "    registry: {service: acr, sku: Premium, identity: a, key: kv1/k}\n" +
                    more + "timeline:\n" + timeline};
}

Judgement judged(const Compiled& compiled, const GateOptions& options = {}) {
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    return judge(*compiled.program, options);
}

using Kinds = std::vector<std::string_view>;

Kinds kindsOf(const Judgement& judgement) {
    Kinds kinds;
    for (const JudgedHarm& one : judgement.harms) {
        kinds.push_back(nameOf(one.harm));
    }
    return kinds;
}

} // namespace

TEST_CASE("a change that takes nothing away does no harm") {
    const Judgement judgement = judged(story("  - {at: 1m, do: key.create, target: kv1/new}\n"));
    CHECK(judgement.harms.empty());
    CHECK(judgement.cutShort.empty());
}

TEST_CASE("what undoes an outage right away says until when it is enough") {
    const Judgement judgement =
        judged(story("  - {at: 1m, do: key.delete, target: kv1/other}\n", "enablePurgeProtection: true",
                     "    db: {service: sqldb, identity: b, key: kv1/other}\n"));
    REQUIRE(kindsOf(judgement) == Kinds{"data-loss", "outage"});
    const JudgedHarm& outage = judgement.harms[1];
    CHECK(outage.undo == Undo{undo::Until{scenarioStart + Days{90} + 1min - 1s}});
    REQUIRE(outage.stepsUntil);
    CHECK(*outage.stepsUntil >= scenarioStart + 31min - 1s);
    CHECK(*outage.stepsUntil < scenarioStart + 32min);
    REQUIRE(outage.harm.losses.size() == 1); // the membership of a failover group, and so on
    CHECK(outage.harm.losses.front().at.least >= scenarioStart + 31min);
    const Judgement registry = judged(story("  - {at: 1m, do: key.delete, target: kv1/k}\n"));
    CHECK_FALSE(registry.harms.back().stepsUntil);
}

TEST_CASE("a deleted key takes a registry down within the hour, and that can be undone until its retention ends") {
    const Judgement judgement = judged(story("  - {at: 1m, do: key.delete, target: kv1/k}\n"));
    REQUIRE(kindsOf(judgement) == Kinds{"data-loss", "outage"});
    const JudgedHarm& outage = judgement.harms[1];
    CHECK(outage.harm.step == EntryId{0});
    CHECK(outage.harm.always);
    CHECK(outage.harm.start.least == scenarioStart + 1min);
    CHECK(outage.harm.start.most == scenarioStart + 1min + 59min + 59s);
    CHECK_FALSE(outage.harm.length);
    CHECK(outage.undo == Undo{undo::Until{scenarioStart + Days{90} + 1min - 1s}});
    const JudgedHarm& loss = judgement.harms[0];
    CHECK(loss.harm.step == EntryId{0});
    CHECK(std::get<DataLossHarm>(loss.harm.what).fact);
    CHECK(loss.harm.start.least == scenarioStart + Days{90} + 1min);
    CHECK(loss.undo == outage.undo);
    REQUIRE(judgement.recovery);
    CHECK(judgement.recovery->wanted.size() == 1);
}

TEST_CASE("a purged key is lost for good at its step") {
    const Judgement judgement = judged(story("  - {at: 1m, do: key.delete, target: kv1/k}\n"
                                             "  - {at: 2m, do: key.purge, target: kv1/k}\n",
                                             "enablePurgeProtection: false"));
    REQUIRE(judgement.harms.front().harm.is<DataLossHarm>());
    CHECK(judgement.harms.front().harm.step == EntryId{1});
    CHECK(judgement.harms.front().undo == Undo{undo::Never{}});
}

TEST_CASE("a resource that is deleted loses what it holds") {
    const Judgement judgement = judged(story("  - {at: 1m, do: resource.delete, target: registry}\n"));
    CHECK(kindsOf(judgement) == Kinds{"deletion"});
    CHECK(judgement.harms.front().undo == Undo{undo::Never{}});
}

TEST_CASE("what an estate comes to without the change does not count against it") {
    const Compiled compiled{"cmksim: 1\nname: x\nestate:\n  vaults:\n    kv1:\n      enablePurgeProtection: true\n"
                            "      accessPolicies: {a: [get, wrapKey, unwrapKey]}\n"
                            "      keys: {k: {expires: 30d}}\n  identities: {a: {}}\n  resources:\n"
                            "    registry: {service: acr, sku: Premium, identity: a, key: kv1/k}\n"
                            "timeline:\n  - {at: 1m, do: key.create, target: kv1/new}\n"};
    CHECK(judged(compiled).harms.empty());
}

TEST_CASE("an expiry that the change brings forward counts, whenever it is") {
    const Judgement judgement = judged(story("  - {at: 1m, do: key.update, target: kv1/k, with: {expires: 800d}}\n"));
    REQUIRE(kindsOf(judgement) == Kinds{"outage"});
    CHECK(judgement.harms.front().harm.step == EntryId{0});
    CHECK(judgement.harms.front().harm.start.least == scenarioStart + Days{800});
}

TEST_CASE("an outage that is over within the RTO in every case is told and does not count") {
    const std::string timeline = "  - {at: 1m, do: key.delete, target: kv1/k}\n"
                                 "  - {at: 2m, do: key.recover, target: kv1/k}\n";
    GateOptions options;
    options.rto = 1h;
    const Judgement within = judged(story(timeline), options);
    REQUIRE(kindsOf(within) == Kinds{"outage"});
    CHECK_FALSE(within.harms.front().harm.always);
    CHECK(within.harms.front().harm.length->most == 1h);
    CHECK(within.harms.front().undo == Undo{undo::Nothing{}});
    CHECK_FALSE(within.harms.front().counts);
    options.rto = 59min;
    CHECK(judged(story(timeline), options).harms.front().counts);
}

namespace {

const std::string machine = "    set: {service: diskencryptionset, identity: a, key: kv1/k}\n"
                            "    data: {service: disk, on: [set]}\n"
                            "    server: {service: vm, on: [data]}\n";

const JudgedHarm* harmOf(const Judgement& judgement, std::string_view kind, std::string_view resource) {
    const auto found = std::ranges::find_if(judgement.harms, [&](const JudgedHarm& one) {
        const auto id = one.harm.resource();
        return nameOf(one.harm) == kind && id && judgement.program.resources[*id].name == resource;
    });
    return found == judgement.harms.end() ? nullptr : &*found;
}

} // namespace

TEST_CASE("what a change makes need not be up before its identity is granted its key") {
    const std::string steps =
        "  - {at: 1m, do: resource.create, target: set, with: {service: diskencryptionset, identity: SystemAssigned, "
        "key: kv1/k}}\n";
    const std::string granted = "  - {at: 2m, do: policy.set, target: kv1, with: {identity: system:set, permissions: "
                                "[get, wrapKey, unwrapKey]}}\n"
                                "  - {at: 3m, do: resource.create, target: disk, with: {service: disk, on: [set]}}\n";
    const Judgement grantedLater = judged(story(steps + granted));
    REQUIRE_FALSE(grantedLater.harms.empty());
    for (const JudgedHarm& one : grantedLater.harms) {
        CHECK(one.whileMade);
        CHECK_FALSE(one.counts);
    }
    const Judgement neverGranted = judged(story(steps));
    REQUIRE_FALSE(neverGranted.harms.empty());
    CHECK_FALSE(neverGranted.harms.front().whileMade);
    CHECK(neverGranted.harms.front().counts);
    // What was there before counts, also where it waits for something that is made.
    const std::string there = "    set: {service: diskencryptionset, identity: a, key: kv1/k}\n";
    const Judgement takenAway =
        judged(story("  - {at: 1m, do: policy.delete, target: kv1, with: {identity: a}}\n"
                     "  - {at: 5h, do: policy.set, target: kv1, with: {identity: a, permissions: [get, wrapKey, "
                     "unwrapKey]}}\n",
                     "enablePurgeProtection: true", there));
    CHECK(std::ranges::all_of(takenAway.harms, &JudgedHarm::counts));
}

TEST_CASE("a machine on disks is judged at every length of what it goes on for") {
    const Judgement judgement =
        judged(story("  - {at: 10m, do: key.delete, target: kv1/k}\n", "enablePurgeProtection: true", machine));
    CHECK(judgement.cutShort.empty());
    CHECK(judgement.exact);
    const JudgedHarm* outage = harmOf(judgement, "outage", "server");
    REQUIRE(outage != nullptr);
    CHECK(outage->harm.start.least == scenarioStart + 10min);
    CHECK(outage->harm.start.most == scenarioStart + 2h + 9min + 59s); // an hour until the look, and an hour more
}

TEST_CASE("a change that no machine hangs on passes, for estates with machines as well") {
    const Judgement judgement =
        judged(story("  - {at: 10m, do: key.delete, target: kv1/other}\n", "enablePurgeProtection: true", machine));
    CHECK(judgement.harms.empty());
    CHECK(judgement.cutShort.empty());
}

TEST_CASE("what stands on a set whose key is gone for good loses its data with it, and can be undone until then") {
    const Judgement judgement =
        judged(story("  - {at: 10m, do: key.delete, target: kv1/k}\n", "enablePurgeProtection: true", machine));
    for (const std::string_view name : {"set", "data", "server"}) {
        CAPTURE(name);
        const JudgedHarm* loss = harmOf(judgement, "data-loss", name);
        REQUIRE(loss != nullptr);
        CHECK(loss->harm.start.least == scenarioStart + 10min + Days{90});
        const JudgedHarm* outage = harmOf(judgement, "outage", name);
        REQUIRE(outage != nullptr);
        CHECK(outage->undo == Undo{undo::Until{scenarioStart + 10min + Days{90} - 1s}});
    }
}

TEST_CASE("no time limit comes from a step that does not happen") {
    // The change may end where a key that is not deleted is recovered; then the registry is not deleted either.
    const Judgement judgement = judged(story("  - {at: 1m, do: key.update, target: kv1/k, with: {enabled: false}}\n"
                                             "  - {at: 3h, do: key.recover, target: kv1/other}\n"
                                             "  - {at: 4h, do: resource.delete, target: registry}\n"));
    const auto stopped = std::ranges::find_if(
        judgement.harms, [](const JudgedHarm& one) { return one.stopped() != nullptr && one.harm.is<OutageHarm>(); });
    REQUIRE(stopped != judgement.harms.end());
    CHECK(stopped->undo == Undo{undo::NoLimit{}});
}

TEST_CASE("steps that take away before they give are put the other way round") {
    const std::string timeline = "  - {at: 1m, do: vault.update, target: kv1, with: {enableRbacAuthorization: true}}\n"
                                 "  - {at: 2m, do: role.assign, target: kv1, with: {identity: a, role: Key Vault "
                                 "Crypto Service Encryption User}}\n";
    const Judgement judgement = judged(story(timeline));
    REQUIRE_FALSE(judgement.harms.empty());
    CHECK(judgement.order.all);
    REQUIRE(judgement.order.better);
    CHECK(judgement.order.better->steps == std::vector{EntryId{1}, EntryId{0}});
    CHECK(judgement.order.better->pause == 10min + 1s); // until the role counts
    CHECK(std::ranges::none_of(judgement.order.better->left, &Harm::is<OutageHarm>));
}

TEST_CASE("no order is better that comes to another end") {
    const Judgement judgement =
        judged(story("  - {at: 1m, do: policy.set, target: kv1, with: {identity: a, permissions: "
                     "[get, wrapKey, unwrapKey]}}\n"
                     "  - {at: 2m, do: policy.delete, target: kv1, with: {identity: a}}\n"));
    REQUIRE_FALSE(judgement.harms.empty());
    CHECK((!judgement.order.better ||
           judgement.order.better->steps == std::vector{EntryId{0}, EntryId{1}})); // a pause alone
}

TEST_CASE("a step that is refused counts, and so does what it leaves behind") {
    const Judgement judgement =
        judged(story("  - {at: 1m, do: policy.delete, target: kv1, with: {identity: a}}\n"
                     "  - {at: 90s, do: key.purge, target: kv1/k}\n"
                     "  - {at: 2m, do: policy.set, target: kv1, with: {identity: a, permissions: [get, wrapKey, "
                     "unwrapKey]}}\n"));
    const auto refusal =
        std::ranges::find_if(judgement.harms, [](const JudgedHarm& one) { return one.harm.is<RefusalHarm>(); });
    REQUIRE(refusal != judgement.harms.end());
    CHECK(refusal->counts);
    const auto left =
        std::ranges::find_if(judgement.harms, [](const JudgedHarm& one) { return one.stopped() != nullptr; });
    REQUIRE(left != judgement.harms.end());
    CHECK(left->harm.is<OutageHarm>());
    CHECK(left->stopped()->step == EntryId{1});
    CHECK_FALSE(left->harm.length);
}

TEST_CASE("steps that may be taken in another order are") {
    const std::string timeline =
        "  - {at: 1m, do: role.assign, target: kv1, with: {identity: b, role: Key Vault Crypto Service Encryption "
        "User}}\n"
        "  - {at: 90s, do: vault.update, target: kv1, with: {enableRbacAuthorization: true}}\n";
    const std::string second = "    second: {service: cosmosdb, identity: b, key: kv1/other}\n";
    GateOptions options;
    const StepOrder none{std::vector(2, std::vector<bool>(2, false))};
    options.order = &none;
    const auto ofSecond = [](const Judgement& judgement) {
        return std::ranges::count_if(judgement.harms, [&](const JudgedHarm& one) {
            const std::optional<ResourceId> resource = one.harm.resource();
            return one.swapped() != nullptr && resource && judgement.program.resources[*resource].name == "second";
        });
    };
    const Judgement free = judged(story(timeline, "enablePurgeProtection: true", second), options);
    CHECK(free.swapsTried == 1);
    const StepOrder tied{{{false, true}, {false, false}}};
    options.order = &tied;
    const Judgement fixed = judged(story(timeline, "enablePurgeProtection: true", second), options);
    CHECK(fixed.swapsTried == 0);
    CHECK(ofSecond(fixed) == 0);
}

TEST_CASE("what has no model and hangs on what is taken away is not known") {
    const std::string more = "    store: {service: unmodelled, type: Microsoft.Storage/storageAccounts, key: kv1/k}\n";
    const Judgement touched =
        judged(story("  - {at: 1m, do: key.delete, target: kv1/k}\n", "enablePurgeProtection: true", more));
    REQUIRE(touched.unmodelled.size() == 1);
    CHECK(touched.unmodelled.front().step == EntryId{0});
    const Judgement apart =
        judged(story("  - {at: 1m, do: key.delete, target: kv1/other}\n", "enablePurgeProtection: true", more));
    CHECK(apart.unmodelled.empty());
    // Of one that names no identity any may be it, which uses that key.
    const std::string policy = "  - {at: 1m, do: policy.delete, target: kv1, with: {identity: b}}\n";
    const Judgement through = judged(story(policy, "enablePurgeProtection: true", more));
    REQUIRE(through.unmodelled.size() == 1);
    CHECK(through.unmodelled.front().mayBe);
    CHECK_FALSE(touched.unmodelled.front().mayBe);
    const std::string named = "    store: {service: unmodelled, type: x, key: kv1/k, identity: a}\n";
    CHECK(judged(story(policy, "enablePurgeProtection: true", named)).unmodelled.empty());
    const std::string apartFromKey = "    store: {service: unmodelled, type: x, vaults: [kv1]}\n";
    CHECK(judged(story(policy, "enablePurgeProtection: true", apartFromKey)).unmodelled.empty());
}

namespace {

/// Whether some harm of a kind says what a record tells.
template <class Kind>
bool isReportedIn(const std::vector<Harm>& harms, const Record& record) {
    const Instant at = record.position.at;
    return std::ranges::any_of(harms, [&](const Harm& one) {
        return one.is<Kind>() && one.resource() == record.on->resource && one.start.least <= at && at <= one.start.most;
    });
}

} // namespace

TEST_CASE("whatever goes wrong at some second of a phase is among the harms") {
#ifdef NDEBUG
    constexpr std::uint64_t worlds = 60;
#else
    constexpr std::uint64_t worlds = 3;
#endif
    std::size_t seen = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        INFO(yaml);
        const Compiled compiled{yaml};
        REQUIRE(compiled.program);
        if (compiled.program->resources.size() > 3) {
            continue;
        }
        const Program& program = *compiled.program;
        const std::vector<Harm> harms = findHarms(program).harms;
        constexpr int everySo = 7; // seconds; no divisor of the period is left out for long
        for (int second = static_cast<int>(seed % everySo); second < 3'600; second += everySo) {
            Phases phases = nominalPhases(program);
            for (Duration& one : phases) {
                one = Duration{second};
            }
            const Trace trace = replay(program, phases);
            IdVector<ResourceId, DownWatch> watches;
            for (const ResourceId id : program.resources.ids()) {
                watches.push_back(DownWatch{trace.starts[id]});
            }
            for (const Record& record : trace.records) {
                if (!record.on) {
                    continue;
                }
                const bool down = watches[record.on->resource].follow(record) == DownWatch::Turn::Down;
                seen += down ? 1U : 0U;
                CHECK((!down || isReportedIn<OutageHarm>(harms, record)));
                CHECK((!record.is<DataLost>() || isReportedIn<DataLossHarm>(harms, record)));
                CHECK((!record.is<Deleted>() || isReportedIn<DeletionHarm>(harms, record)));
            }
        }
    }
    CHECK(seen > 100);
}
