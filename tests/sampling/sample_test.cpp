// Sampling, against every phase played and against exact bounds.
#include "sampling/sample.hpp"

#include "sampling/allocations.hpp"

#include "analysis/bounds.hpp"
#include "analysis/objectives.hpp"
#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "sampling/sample_part.hpp"
#include "sampling/trials.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cmath>

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::sampling;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t worlds = 300;
#else
constexpr std::uint64_t worlds = 20;
#endif

constexpr std::string_view story = R"(cmksim: 1
name: Key gone for a while
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
    acc: {service: cosmosdb, identity: app, key: kv1/cmk}
timeline:
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {at: 30m, do: key.recover, target: kv1/cmk}
)";

constexpr std::string_view storyOfGrants = R"(cmksim: 1
name: Policy gone for a while
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 5m}
timeline:
  - {at: 1h, do: policy.delete, target: kv1, with: {identity: app}}
  - {at: 3h, do: policy.set, target: kv1, with: {identity: app, permissions: [get, wrapKey, unwrapKey]}}
)";

Sampled sampled(const Program& program, SampleOptions options) {
    const Ranks alone;
    return sample(program, options, alone, nullptr);
}

bool sameOutcome(const Outcome& one, const Outcome& other) {
    return one.downtime == other.downtime && one.down == other.down && one.dataLost == other.dataLost &&
           (!one.down || (one.firstSymptom == other.firstSymptom && one.lastSymptom == other.lastSymptom));
}

} // namespace

TEST_CASE("a table has the outcome of every phase, on random worlds") {
    Catalog catalog;
    std::vector<Record> records;
    for (std::uint64_t seed = 1; seed <= worlds / 10; ++seed) {
        const Program program = test::soundProgram(property::toYaml(property::randomWorld(seed)), catalog);
        const WorldHistory history = simulateWorld(program, nominalPhases(program));
        for (const ResourceId id : program.resources.ids()) {
            const OutcomeTable table{program, history, id};
            const Duration period = program.modelOf(id).revalidation.nominal;
            for (Duration phase{}; phase < period; phase += 7s) {
                CAPTURE(seed, id.index(), phase.count());
                REQUIRE(sameOutcome(table.at(phase), outcomeOf(program, history, id, phase, records)));
            }
        }
    }
}

TEST_CASE("sampling agrees with exact bounds within its interval, on random worlds") {
    Catalog catalog;
    std::size_t compared = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const Program program = test::soundProgram(property::toYaml(property::randomWorld(seed)), catalog);
        if (!TrialPlan{program}.worldIsFixed()) {
            continue;
        }
        const Sampled found = sampled(program, {.trials = 4'000, .seed = seed, .jobs = 1, .converge = {}});
        for (const ResourceBounds& bounds : boundsOf(program, OpenTimings::Phases).resources) {
            const ResourceTally& tally = found.tally.resources[bounds.resource.index()];
            CAPTURE(seed, program.resources[bounds.resource].name);
            CHECK(tally.downtime.min() >= bounds.downtime.extent.least);
            CHECK(tally.downtime.max() <= bounds.downtime.extent.most);
            const double exact = bounds.downtime.mean.toDouble();
            // 2.5 intervals of 95 % are five standard errors: one in two million falls outside. What is as rare as ten
            // in all trials may be missed, and then counts in no error.
            const auto range =
                static_cast<double>((bounds.downtime.extent.most - bounds.downtime.extent.least).count());
            const double missed = range * 10 / 4'000;
            CHECK(std::abs(tally.downtime.mean() - exact) <= 2.5 * tally.downtime.meanError() + missed + 1e-6);
            const double lost = bounds.dataLost.toDouble();
            const double share = static_cast<double>(tally.losses) / 4'000;
            CHECK(std::abs(share - lost) <= 5 * std::sqrt(lost * (1 - lost) / 4'000) + 1e-9);
            ++compared;
        }
    }
    CHECK(compared > worlds / 10);
}

TEST_CASE("the same seed gives the same tally on any number of threads and in any number of parts") {
    for (const std::string_view text : {story, storyOfGrants}) {
        const Compiled compiled{std::string{text}};
        REQUIRE(compiled.program);
        const SampleOptions alone{.trials = 10'001, .seed = 7, .jobs = 1, .converge = {}};
        const Sampled whole = sampled(*compiled.program, alone);
        SampleOptions threaded = alone;
        threaded.jobs = 3;
        CHECK(sampled(*compiled.program, threaded).tally == whole.tally);

        std::vector<Sampled> parts;
        for (std::uint32_t part = 1; part <= 3; ++part) {
            SampleOptions some = alone;
            some.part = part;
            some.parts = 3;
            parts.push_back(sampled(*compiled.program, some));
        }
        Diagnostics diagnostics;
        const auto merged = mergeParts(std::move(parts), {{}, {}, {}}, diagnostics);
        REQUIRE(merged);
        CHECK(merged->tally == whole.tally);
        SampleOptions other = alone;
        other.seed = 8;
        CHECK_FALSE(sampled(*compiled.program, other).tally == whole.tally);
    }
}

TEST_CASE("a creation that a grant may come too late for is told by how often it does") {
    const Compiled compiled{R"(cmksim: 1
name: A role that is used at once
estate:
  vaults:
    kv1: {enableRbacAuthorization: true, keys: {cmk: {}}}
  identities: {app: {}}
  resources: {}
timeline:
  - {at: 10m, do: role.assign, target: kv1, with: {identity: app, role: Key Vault Crypto Service Encryption User}}
  - {at: 15m, do: resource.create, target: reg, with: {service: acr, identity: app, key: kv1/cmk}}
)"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    SampleOptions options;
    options.trials = 4'000;
    const ResourceTally tally = sampled(*compiled.program, options).tally.resources.front();
    CHECK(std::abs(static_cast<double>(tally.unexpected) / 4'000 - 0.5) < 0.05);
    CHECK(tally.losses == 0);
}

TEST_CASE("a tally survives being written down") {
    const Compiled compiled{std::string{story}};
    const Sampled found = sampled(*compiled.program, {.trials = 1'000, .seed = 1, .jobs = 1, .converge = {}});
    const auto read = parseTally(tallyText(found.tally), 2, found.until);
    REQUIRE(read);
    CHECK(*read == found.tally);
    CHECK_FALSE(parseTally(tallyText(found.tally), 1, found.until));
    CHECK_FALSE(parseTally(tallyText(found.tally), 2, found.until + 100h));
    CHECK_FALSE(parseTally(tallyText(found.tally) + "1", 2, found.until));
    CHECK_FALSE(parseTally("", 2, found.until));
}

TEST_CASE("an objective is broken in as large a share of the trials as of the phases, a journey's too") {
    // With and without a timing that is drawn for each trial.
    for (const std::string_view text : {story, storyOfGrants}) {
        const bool hasBoth = text == story;
        const std::string asked = hasBoth ? "objectives: {reg: {rto: 10m, no-impairment: true}, acc: {rto: 10m}, both: "
                                            "{any-of: [reg, acc], rto: 1s}}\n"
                                          : "objectives: {reg: {rto: 1h, no-data-loss: true}}\n";
        const Compiled compiled{std::string{text} + asked};
        INFO(compiled.errors);
        REQUIRE(compiled.program);
        const SampleOptions options{.trials = 20'000, .seed = 11, .jobs = 2, .converge = {}};
        const Sampled found = sampled(*compiled.program, options);
        const auto results =
            analysis::judgeObjectives(*compiled.program, compiled.program->objectives, OpenTimings::All);
        REQUIRE(found.objectives.size() == results.size());
        REQUIRE(found.tally.objectives.size() == results.size());
        for (std::size_t i = 0; i < results.size(); ++i) {
            const ObjectiveTally& tally = found.tally.objectives[i];
            INFO(found.objectives[i].name << ", " << found.objectives[i].asked);
            CHECK((results[i].held != analysis::Held::Always || tally.broken + tally.open == 0));
            CHECK((results[i].held != analysis::Held::Never || tally.broken == found.tally.trials));
            if (hasBoth && found.objectives[i].name == "reg" && results[i].probability) {
                const double broken = static_cast<double>(tally.broken) / static_cast<double>(found.tally.trials);
                CHECK(std::abs(broken - (1 - results[i].probability->toDouble())) < 0.02);
            }
        }
        const auto read = parseTally(tallyText(found.tally), found.resources.size(), found.until, results.size());
        REQUIRE(read);
        CHECK(*read == found.tally);
        CHECK_FALSE(parseTally(tallyText(found.tally), found.resources.size(), found.until));
        const Compiled without{std::string{text}};
        CHECK(sampled(*without.program, options).tally.resources == found.tally.resources);
    }
}

TEST_CASE("drawn timings stay within their ranges, and reach both ends") {
    const Compiled compiled{std::string{storyOfGrants}};
    const Sampled found = sampled(*compiled.program, {.trials = 20'000, .seed = 1, .jobs = 1, .converge = {}});
    const ResourceTally& reg = found.tally.resources.front();
    // Away from 1h to 1h10m on: seen at 1h05m or 2h05m; back from 3h to 3h10m on: seen at 3h05m or 4h05m.
    CHECK(reg.firstSymptom.min() == 1h + 5min);
    CHECK(reg.firstSymptom.max() == 2h + 5min);
    CHECK(reg.downtime.min() == 1h);
    CHECK(reg.downtime.max() == 3h);
    CHECK(std::abs(reg.downtime.mean() - 7200) < 3 * reg.downtime.meanError());
}

TEST_CASE("a trial draws how long the last token of an identity works that is deleted before the start") {
    std::string text{story};
    text.resize(text.find("timeline:"));
    Compiled compiled{text + "until: 12h\n"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    Program& program = *compiled.program;
    for (IdentityName& name : program.names.identities) {
        if (name.text == "app") {
            name.deleted = scenarioStart - 20h;
        }
    }
    const TrialPlan plan{program};
    CHECK_FALSE(plan.worldIsFixed());
    Tally tally{program.resources.size(), program.until - scenarioStart};
    TrialRunner{plan, 1}.run(0, 500, tally);
    // With the nominal life of a token both are seen down by their first look, an hour after the start at the latest.
    CHECK(tally.resources.front().firstSymptom.max() > 1h);
}

TEST_CASE("sampling stops when the mean is known well enough") {
    const Compiled compiled{std::string{story}};
    const Sampled found = sampled(*compiled.program, {.trials = 1'000'000, .seed = 1, .jobs = 2, .converge = 0.01});
    CHECK(found.converged);
    CHECK(found.tally.trials < 1'000'000);
    CHECK(isConverged(found.tally, 0.01));
    const Sampled again = sampled(*compiled.program, {.trials = 1'000'000, .seed = 1, .jobs = 1, .converge = 0.01});
    CHECK(again.tally == found.tally);
}

TEST_CASE("a trial allocates nothing once every resource has shown something") {
    const Compiled compiled{std::string{story} + "models: {cosmosdb: 2023-06}\n"}; // no looks for a newer version
    const TrialPlan plan{*compiled.program};
    REQUIRE(plan.worldIsFixed());
    TrialRunner runner{plan, 1};
    Tally tally{2, compiled.program->until.time_since_epoch()};
    runner.run(0, 100, tally);
    const std::size_t before = allocationsSoFar();
    runner.run(100, 10'000, tally);
    const std::size_t after = allocationsSoFar();
    CHECK(after == before);
}

TEST_CASE("a resource that stays up takes no room for how it spreads") {
    const std::size_t before = allocationsSoFar();
    ResourceTally tally{365 * 24h};
    for (int i = 0; i < 1'000; ++i) {
        tally.add({});
    }
    const std::size_t after = allocationsSoFar();
    CHECK(after == before);
    CHECK(tally.downtime.count() == 1'000);
    CHECK(tally.downtime.quantile(0.99) == 0s);
}

TEST_CASE("quantiles are those of the values, to within a bin") {
    Distribution values{100s};
    for (int i = 1; i <= 100; ++i) {
        values.add(Duration{i});
    }
    CHECK(values.binWidth() == 1s);
    CHECK(values.quantile(0.5) == 50s);
    CHECK(values.quantile(0.99) == 99s);
    CHECK(values.quantile(1) == 100s);
    CHECK(values.mean() == 50.5);
    CHECK(values.spread(2) == std::vector<std::uint64_t>{50, 50});
}

TEST_CASE("a share's interval narrows with the trials") {
    const Share few = shareOf(5, 10);
    const Share many = shareOf(5'000, 10'000);
    CHECK(few.value == 0.5);
    CHECK(many.high - many.low < (few.high - few.low) / 10);
    CHECK(shareOf(0, 100).low < 1e-9);
    CHECK(shareOf(0, 100).high > 0.03);
}
