// Estates with a flaw, and the same ones repaired.
#include "exploration/explore.hpp"

#include "engine/replay.hpp"
#include "exploration/canonical.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace cmksim::explore_test {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::exploration;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

constexpr auto day = 24h;

std::string estateOf(std::string_view vault, std::string_view identity = "{}") {
    // A registry that cannot take another identity once its own is deleted.
    return "cmksim: 1\nname: x\nmodels: {acr: \"2023-10\"}\nestate:\n  vaults:\n    kv1: {" + std::string{vault} +
           "accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}\n  identities: {app: " +
           std::string{identity} + "}\n  resources:\n    reg: {service: acr, identity: app, key: kv1/cmk}\n";
}

struct Explored {
    Explored(const std::string& text, ExplorationOptions options) : compiled{text} {
        INFO(compiled.errors);
        REQUIRE(compiled.program);
        found = explore(*compiled.program, options, nullptr);
    }

    /// The steps of the first violation.
    [[nodiscard]] std::vector<std::string> steps() const {
        std::vector<std::string> names;
        if (!found.violations.empty()) {
            for (const CourseStep& step : found.violations.front().steps) {
                const TimelineEntry entry = entryOf(found.program, step.action, step.at);
                names.push_back(entry.name + ' ' + entry.target);
            }
        }
        return names;
    }

    /// What the first violation comes to when it is played.
    [[nodiscard]] Trace played(Duration within) const {
        std::vector<TimelineEntry> entries;
        for (const CourseStep& step : found.violations.front().steps) {
            entries.push_back(entryOf(found.program, step.action, step.at));
        }
        const Program program = withTimeline(found.program, std::move(entries), scenarioStart + within);
        return replay(program, nominalPhases(program));
    }

    Compiled compiled;
    Exploration found;
};

ExplorationOptions optionsFor(unsigned faults, std::string_view invariant, Duration within = day) {
    ExplorationOptions options;
    options.faults = faults;
    options.invariants = {*parseInvariant(invariant)};
    options.within = within;
    return options;
}

bool losesData(const Trace& trace) {
    return std::ranges::any_of(trace.records, [](const Record& record) { return record.is<DataLost>(); });
}

// A key that was deleted five days before the start, with two days of its retention left.
std::string runningOut() {
    return "cmksim: 1\nname: x\nestate:\n  vaults:\n    kv1: {enablePurgeProtection: true, "
           "softDeleteRetentionInDays: 7, accessPolicies: {app: [get, wrapKey, unwrapKey]}, "
           "keys: {cmk: {deleted: 2025-12-27T00:00:00Z}}}\n  identities: {app: {}}\n"
           "  resources:\n    st: {service: storage, identity: app, key: kv1/cmk}\n";
}

} // namespace

TEST_CASE("a way back that time alone takes is gone by no fault") {
    CHECK(Explored{runningOut(), optionsFor(1, "recoverable", 2 * day - 1s)}.found.violations.empty());
    for (const Duration within : {Duration{2 * day}, Duration{10 * day}}) {
        for (const unsigned faults : {0U, 1U}) {
            const Explored gone{runningOut(), optionsFor(faults, "recoverable", within)};
            REQUIRE(gone.found.violations.size() == 1);
            CHECK(gone.steps().empty());
            CHECK(gone.found.violations.front().at == scenarioStart + 2 * day);
        }
    }
    const Explored later{estateOf("softDeleteRetentionInDays: 7, enablePurgeProtection: true, "),
                         optionsFor(1, "recoverable", 8 * day)};
    REQUIRE(later.found.violations.size() == 1);
    CHECK(later.steps().size() == 1); // a deletion, and a week
    CHECK(later.found.violations.front().at == scenarioStart + 7 * day);
}

TEST_CASE("a way back is found that is open once what happened has been noticed") {
    // What is down for the lack of its key takes another identity when it has seen that its own is gone.
    const auto estate = [](std::string_view model) {
        return "cmksim: 1\nname: x\n" + std::string{model} +
               "estate:\n  vaults:\n    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, "
               "unwrapKey]}, keys: {cmk: {deleted: 2025-12-01T00:00:00Z}}}\n  identities: {app: {recoverable: false}}\n"
               "  resources:\n    reg: {service: acr, identity: app, key: kv1/cmk}\n";
    };
    CHECK(Explored{estate(""), optionsFor(1, "recoverable")}.found.violations.empty());
    CHECK(Explored{estate("models: {acr: \"2023-10\"}\n"), optionsFor(1, "recoverable")}.steps() ==
          std::vector<std::string>{"identity.delete app"});
}

TEST_CASE("what cuts one invariant short leaves the others decided") {
    const std::string two =
        estateOf("enablePurgeProtection: true, ") + "    other: {service: acr, identity: app, key: kv1/cmk}\n";
    ExplorationOptions options = optionsFor(1, "no-data-loss");
    options.mostStates = Explored{two, options}.found.states + 1;
    options.invariants.push_back(*parseInvariant("at-most 2 down")); // at more instants, and so in more states
    const Explored both{two, options};
    CHECK(both.found.violations.empty());
    CHECK_FALSE(both.found.isUndecided(0));
    CHECK(both.found.limits[1].contains(SearchLimit::States));
    CHECK(both.found.isUndecided(1));
    CHECK(both.found.leavesOpen());
    CHECK_FALSE(both.found.complete);
}

TEST_CASE("two mishaps lose data where there is no purge protection, one does not, and with it neither do") {
    const Explored one{estateOf(""), optionsFor(1, "no-data-loss")};
    CHECK(one.found.violations.empty());
    CHECK(one.found.complete);
    const Explored two{estateOf(""), optionsFor(2, "no-data-loss")};
    REQUIRE(two.found.violations.size() == 1);
    CHECK(two.steps() == std::vector<std::string>{"vault.delete kv1", "vault.purge kv1"});
    CHECK(losesData(two.played(day)));
    const Explored repaired{estateOf("enablePurgeProtection: true, "), optionsFor(2, "no-data-loss")};
    CHECK(repaired.found.violations.empty());
    CHECK(repaired.found.complete);
}

TEST_CASE("without soft delete one mishap loses data") {
    const Explored flawed{estateOf("enableSoftDelete: false, "), optionsFor(3, "no-data-loss")};
    CHECK(flawed.steps() == std::vector<std::string>{"vault.delete kv1"});
    CHECK(losesData(flawed.played(day)));
}

TEST_CASE("time alone finishes what one mishap began, where it is given enough") {
    const std::string estate = estateOf("softDeleteRetentionInDays: 7, enablePurgeProtection: true, ");
    CHECK(Explored{estate, optionsFor(1, "no-data-loss", 7 * day - 1s)}.found.violations.empty());
    const Explored longer{estate, optionsFor(1, "no-data-loss", 7 * day)};
    REQUIRE(longer.found.violations.size() == 1);
    CHECK(longer.found.violations.front().at == scenarioStart + 7 * day);
    CHECK(losesData(longer.played(7 * day)));
}

TEST_CASE("an identity whose deletion is final strands a registry, and one that can be recovered does not") {
    const Explored flawed{estateOf("enablePurgeProtection: true, ", "{recoverable: false}"),
                          optionsFor(2, "recoverable")};
    CHECK(flawed.steps() == std::vector<std::string>{"identity.delete app"});
    const Explored repaired{estateOf("enablePurgeProtection: true, "), optionsFor(2, "recoverable")};
    CHECK(repaired.found.violations.empty());
}

TEST_CASE("states that are the same are visited once") {
    const Explored two{estateOf("enablePurgeProtection: true, "), optionsFor(2, "no-data-loss")};
    const Explored one{estateOf("enablePurgeProtection: true, "), optionsFor(1, "no-data-loss")};
    CHECK(one.found.states > 5);
    // Two faults in either order are one state, so there are fewer than squares of those of one.
    CHECK(two.found.states < one.found.states * one.found.states);
    const Program& program = *one.compiled.program;
    const SimulationState simulation{program, nominalPhases(program)};
    SimulationState other = simulation;
    CHECK(canonicalForm(program, simulation, alikeResources(program, nominalPhases(program))) ==
          canonicalForm(program, other, alikeResources(program, nominalPhases(program))));
    std::vector<Record> ignored;
    other.advanceTo(scenarioStart + 1s, ignored);
    CHECK(canonicalForm(program, simulation, alikeResources(program, nominalPhases(program))) !=
          canonicalForm(program, other, alikeResources(program, nominalPhases(program))));
}

TEST_CASE("what was left out is said") {
    ExplorationOptions options = optionsFor(2, "no-data-loss");
    options.mostStates = 5;
    const Explored cut{estateOf("enablePurgeProtection: true, "), options};
    CHECK_FALSE(cut.found.complete);
}

TEST_CASE("how many are down at once is counted over the whole estate") {
    const std::string two =
        estateOf("enablePurgeProtection: true, ") + "    other: {service: acr, identity: app, key: kv1/cmk}\n";
    CHECK(Explored{two, optionsFor(1, "at-most 2 down")}.found.violations.empty());
    const Explored broken{two, optionsFor(1, "at-most 1 down")};
    REQUIRE(broken.found.violations.size() == 1);
    CHECK(broken.found.violations[0].steps.size() == 1);
}

TEST_CASE("a downtime is bounded by how soon a responder acts") {
    const std::string estate = estateOf("enablePurgeProtection: true, ");
    // What was seen down at one look is seen well at the next one after the repair, an hour later at the latest.
    CHECK(Explored{estate, optionsFor(1, "max-downtime 2h given a response after 30m")}.found.violations.empty());
    CHECK_FALSE(
        Explored{estate, optionsFor(1, "max-downtime 30m given a response after 30m")}.found.violations.empty());
    CHECK_FALSE(Explored{estate, optionsFor(1, "max-downtime 2h given a response after 3h")}.found.violations.empty());
}

TEST_CASE("a grant that counts late doubles a downtime, and the counterexample says so") {
    const std::string estate = estateOf("enablePurgeProtection: true, ");
    const std::string limit = "max-downtime 1h given a response after 55m";
    const Explored broken{estate, optionsFor(1, limit)};
    REQUIRE(broken.found.violations.size() == 1);
    const Violation& violation = broken.found.violations.front();
    // Roles are granted where policies do not count any more.
    CHECK(broken.steps() == std::vector<std::string>{"vault.update kv1", "role.assign kv1/cmk"});
    const Timing& late = broken.found.program.platform->roleEffect;
    CHECK(violation.timings == std::vector{TakenTiming{&late, late.latest}});
    CHECK(Explored{estate, optionsFor(1, "max-downtime 1h given a response after 45m")}.found.violations.empty());
}

TEST_CASE("each symptom is answered, so that two faults come to twice the downtime of one") {
    const std::string estate = estateOf("enablePurgeProtection: true, ");
    ExplorationOptions options = optionsFor(2, "max-downtime 2h given a response after 30m");
    const Explored holds{estate, options};
    CHECK(holds.found.violations.empty());
    CHECK(holds.found.complete);
    options.invariants = optionsFor(2, "max-downtime 119m given a response after 30m").invariants;
    const Explored broken{estate, options};
    REQUIRE(broken.found.violations.size() == 1);
    const std::vector<CourseStep>& steps = broken.found.violations.front().steps;
    CHECK(std::ranges::count(steps, CourseStep::By::Fault, &CourseStep::by) == 2);
    CHECK(std::ranges::count(steps, CourseStep::By::Responder, &CourseStep::by) >= 1);
    CHECK(std::ranges::all_of(steps, [&](const CourseStep& step) {
        return step.at <= broken.found.violations.front().at; // what comes later has no part in it
    }));
}

TEST_CASE("resources that are described alike count as one") {
    const std::string one = estateOf("enablePurgeProtection: true, ");
    std::string two = one;
    std::string apart = one;
    two += "    other: {service: acr, identity: app, key: kv1/cmk}\n";
    apart += "    other: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 7m}\n";
    const auto states = [](const std::string& estate) {
        return Explored{estate, optionsFor(2, "no-data-loss")}.found.states;
    };
    CHECK(states(two) < states(apart));
}

} // namespace cmksim::explore_test
