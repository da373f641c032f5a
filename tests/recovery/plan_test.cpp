// The way back: against the documented one of every shipped scenario, and against brute force on small random worlds.
#include "recovery/plan.hpp"

#include "analysis/reaction_worlds.hpp"
#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "compile/compiled.hpp"
#include "engine/replay.hpp"
#include "scenario/matrix.hpp"
#include "scenario/parse.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <variant>
#include <vector>

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::recovery;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> shippedScenarios() {
    std::vector<std::string> files;
    const std::string root = testsFolder() + "/../scenarios";
    for (const auto& file : std::filesystem::recursive_directory_iterator{root}) {
        if (file.path().extension() == ".yaml") {
            files.push_back(file.path().string());
        }
    }
    std::ranges::sort(files);
    return files;
}

/// The actions of a story after an instant that were not refused, up to when everything is well for the first time.
std::size_t documentedSteps(const Trace& trace, const Program& program, Instant from) {
    std::set<ResourceId> down;
    std::size_t steps = 0;
    for (const Record& record : trace.records) {
        if (const auto* moved = record.asIf<Transition>()) {
            const bool ready = moved->to == program.modelOf(record.resource).ready();
            ready ? static_cast<void>(down.erase(record.resource)) : static_cast<void>(down.insert(record.resource));
            if (record.position.at > from && down.empty()) {
                return steps;
            }
        } else if (record.is<ActionDone>() && !record.refused() && record.position.at > from) {
            ++steps;
        }
    }
    return ~std::size_t{0};
}

std::vector<std::string> stepsOf(const Recovery& recovery) {
    std::vector<std::string> names;
    if (!recovery.plans.empty()) {
        for (const auto& step : recovery.plans.front().steps) {
            const TimelineEntry entry = entryOf(recovery.program, step->action, recovery.at);
            names.push_back(entry.name + ' ' + entry.target);
        }
    }
    return names;
}

std::string storyOf(std::string_view vault, std::string_view resources, std::string_view timeline) {
    return "cmksim: 1\nname: x\nestate:\n  vaults:\n    kv1: {" + std::string{vault} +
           "}\n  identities: {app: {}, other: {}}\n  resources:\n" + std::string{resources} +
           "\nuntil: 30h\ntimeline:\n" + std::string{timeline};
}

Recovery planAt(const std::string& text, Instant at) {
    const Compiled compiled{text};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    Recovery recovery = planRecovery(*compiled.program, at, {}, 1);
    for (const RecoveryPlan& plan : recovery.plans) {
        CHECK(plan.proof.ready);
    }
    return recovery;
}

constexpr std::string_view policies = "accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}";
constexpr std::string_view registry = "    reg: {service: acr, identity: app, key: kv1/cmk}";
constexpr std::string_view cluster = "    clu: {service: documentdb, identity: app, key: kv1/cmk}";

} // namespace

TEST_CASE(
    "whenever a shipped scenario breaks something there is a proved way back, no longer than the documented one") {
    Catalog catalog;
    DiskFileReader files;
    std::size_t planned = 0;
    std::chrono::duration<double> longest{};
    for (const std::string& file : shippedScenarios()) {
        Diagnostics diagnostics;
        for (const ScenarioCase& one : parseScenarioCases(file, files, {}, diagnostics)) {
            const std::optional<Program> compiled = compileScenario(one.scenario, catalog, diagnostics);
            REQUIRE(compiled);
            const Program program = nominalTimeline(*compiled);
            const Trace trace = replay(program, nominalPhases(program));
            for (const Record& record : trace.records) {
                const auto* moved = record.asIf<Transition>();
                if (moved == nullptr || moved->to == program.modelOf(record.resource).ready()) {
                    continue;
                }
                CAPTURE(file, record.position.at.time_since_epoch().count());
                const auto begin = std::chrono::steady_clock::now();
                const Recovery recovery = planRecovery(program, record.position.at, {}, 1, Doubt::Allowed);
                const auto took = std::chrono::steady_clock::now() - begin;
                longest = std::max<std::chrono::duration<double>>(longest, took);
                const std::size_t documented = documentedSteps(trace, program, record.position.at);
                CAPTURE(stepsOf(recovery), documented);
                if (recovery.lost.empty()) {
                    REQUIRE_FALSE(recovery.plans.empty());
                    CHECK(recovery.plans.front().proof.ready);
                    // Where waiting was enough, a plan that acts is the sooner way; and a new identity takes more steps
                    // than the recovery of the old one, which works under one reading alone.
                    const Steps& steps = recovery.plans.front().steps;
                    const bool avoidsDoubt = std::ranges::any_of(
                        steps, [](const auto& step) { return std::holds_alternative<IdentityCreate>(step->action); });
                    CHECK((documented == 0 || avoidsDoubt || steps.size() <= documented));
                    ++planned;
                } else {
                    CHECK(documented == ~std::size_t{0});
                }
            }
        }
    }
    CHECK(planned > 50);
    CHECK(longest.count() < 0.1);
}

TEST_CASE("a deleted key is recovered, and nothing else is done") {
    const std::string story = storyOf(policies, registry, "  - {at: 1h, do: key.delete, target: kv1/cmk}\n");
    const Recovery recovery = planAt(story, scenarioStart + 3h);
    CHECK(stepsOf(recovery) == std::vector<std::string>{"key.recover kv1/cmk"});
    CHECK(recovery.plans.front().proof.within == Extent<Duration>{0s, 3599s});
}

TEST_CASE("nothing is planned where nothing ails") {
    const Recovery recovery =
        planAt(storyOf(policies, registry, "  - {at: 1h, try: pull, target: reg}\n"), scenarioStart + 2h);
    CHECK(recovery.plans.front().steps.empty());
    CHECK(recovery.plans.front().proof.within == Extent<Duration>{0s, 0s});
}

TEST_CASE("recovering a vault with roles takes the roles, too") {
    const std::string story =
        storyOf("enableRbacAuthorization: true, roleAssignments: {app: Key Vault Crypto User}, keys: {cmk: {}}",
                registry, "  - {at: 1h, do: vault.delete, target: kv1}\n");
    CHECK(stepsOf(planAt(story, scenarioStart + 3h)) ==
          std::vector<std::string>{"vault.recover kv1", "role.assign kv1/cmk"});
}

TEST_CASE("a key created anew under the old name is no way back, and what is purged without a backup is lost") {
    const std::string story = storyOf(policies, registry,
                                      "  - {at: 1h, do: key.delete, target: kv1/cmk}\n"
                                      "  - {at: 2h, do: key.purge, target: kv1/cmk}\n"
                                      "  - {at: 3h, do: key.create, target: kv1/cmk}\n");
    const Recovery recovery = planAt(story, scenarioStart + 5h);
    REQUIRE(recovery.lost.size() == 1);
    CHECK(recovery.lost.front().materialGone);
    CHECK(recovery.lost.front().reason == Reason::UnwrapFailed);
    CHECK(recovery.lost.front().until == scenarioStart + 2h);
    CHECK(recovery.wanted.empty());
}

TEST_CASE("a backup brings back what was purged, once the key in its way is gone") {
    const std::string story = storyOf(policies, registry,
                                      "  - {at: 30m, do: key.backup, target: kv1/cmk}\n"
                                      "  - {at: 1h, do: key.delete, target: kv1/cmk}\n"
                                      "  - {at: 2h, do: key.purge, target: kv1/cmk}\n"
                                      "  - {at: 3h, do: key.create, target: kv1/cmk}\n");
    CHECK(stepsOf(planAt(story, scenarioStart + 5h)) ==
          std::vector<std::string>{"key.delete kv1/cmk", "key.purge kv1/cmk", "key.restore kv1/cmk"});
}

TEST_CASE("another identity is preferred to recovering the deleted one, where the service takes it") {
    const std::string story =
        storyOf("accessPolicies: {app: [get, list, wrapKey, unwrapKey], other: [get, list, wrapKey, "
                "unwrapKey]}, keys: {cmk: {}}",
                cluster, "  - {at: 1h, do: identity.delete, target: app}\n");
    CHECK(stepsOf(planAt(story, scenarioStart + 3h)) == std::vector<std::string>{"resource.update clu"});
    const std::string stuck = storyOf(policies, registry, "  - {at: 1h, do: identity.delete, target: app}\n");
    const Recovery sure = planAt(stuck, scenarioStart + 3h);
    CHECK(stepsOf(sure) == std::vector<std::string>{"policy.set kv1", "resource.update reg"});
    REQUIRE(sure.inDoubt);
    REQUIRE(sure.inDoubt->steps.size() == 1);
    CHECK(std::holds_alternative<IdentityRecover>(sure.inDoubt->steps.front()->action));
}

TEST_CASE("a firewall is opened to trusted services only for an identity that is trusted") {
    const std::string closed =
        "  - {at: 1h, do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Deny, bypass: "
        "None}}}\n";
    const Recovery trusted = planAt(storyOf(policies, cluster, closed), scenarioStart + 3h);
    CHECK(stepsOf(trusted) == std::vector<std::string>{"vault.update kv1"});
    CHECK(std::get<VaultUpdate>(trusted.plans.front().steps.front()->action).settings.trustedBypass == true);
    const Recovery never = planAt(storyOf(policies, registry, closed), scenarioStart + 3h);
    CHECK(never.plans.front().steps.empty()); // a registry behind a firewall is degraded, and not down
}

TEST_CASE("a failed creation is made again, once what kept it out is mended") {
    const std::string story =
        storyOf("enablePurgeProtection: true, " + std::string{policies}, registry,
                "  - {at: 1h, do: key.delete, target: kv1/cmk}\n"
                "  - {at: 2h, do: resource.create, target: clu, with: {service: documentdb, identity: "
                "app, key: kv1/cmk}, expect: refused}\n");
    CHECK(stepsOf(planAt(story, scenarioStart + 3h)) ==
          std::vector<std::string>{"key.recover kv1/cmk", "resource.delete clu", "resource.create clu"});
}

TEST_CASE("the rest is brought back where something is lost") {
    const std::string story =
        storyOf("accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}, gone: {}}",
                std::string{cluster} + "\n    reg: {service: acr, identity: app, key: kv1/gone}",
                "  - {at: 1h, do: key.delete, target: kv1/gone}\n"
                "  - {at: 1h, do: key.delete, target: kv1/cmk}\n"
                "  - {at: 2h, do: key.purge, target: kv1/gone}\n");
    const Recovery recovery = planAt(story, scenarioStart + 5h);
    REQUIRE(recovery.lost.size() == 1);
    CHECK(recovery.program.resources[recovery.lost.front().resource].name == "reg");
    CHECK(stepsOf(recovery) == std::vector<std::string>{"key.recover kv1/cmk"});
}
