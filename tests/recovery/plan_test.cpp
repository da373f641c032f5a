// The way back: against the documented one of every shipped scenario, and against brute force on small random worlds.
#include "recovery/plan.hpp"

#include "analysis/reaction_worlds.hpp"
#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "scenario/matrix.hpp"
#include "scenario/parse.hpp"
#include "support/compiled.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace cmksim::plan_test {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::recovery;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

// How long a plan takes at most, in seconds.
#ifdef NDEBUG
constexpr double longestPlan = 2;
#else
constexpr double longestPlan = 30;
#endif

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
            const bool ready = moved->to == program.modelOf(record.on->resource).ready();
            ready ? static_cast<void>(down.erase(record.on->resource))
                  : static_cast<void>(down.insert(record.on->resource));
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
            const TimelineEntry entry = entryOf(recovery.program, step.step->action, step.at);
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

Recovery planAt(const std::string& text, Instant at, const PlanOptions& options = {},
                const catalog::ReadingChoice& readings = {}) {
    const Compiled compiled{text, {}, readings};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    Recovery recovery = planRecovery(*compiled.program, at, options);
    for (const RecoveryPlan& plan : recovery.plans) {
        CHECK(plan.proof.holds());
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
    PlanOptions asDocumented;
    asDocumented.doubt = Doubt::Allowed; // the documented way may build on what other documents doubt
    double longest = 0;
    for (const std::string& file : shippedScenarios()) {
        Diagnostics diagnostics;
        for (const ScenarioCase& one : parseScenarioCases(file, files, {}, diagnostics)) {
            const std::optional<Program> compiled = compileScenario(one.scenario, catalog, diagnostics);
            REQUIRE(compiled);
            const Program program = nominalTimeline(*compiled);
            const Trace trace = replay(program, nominalPhases(program));
            for (const Record& record : trace.records) {
                const auto* moved = record.asIf<Transition>();
                if (moved == nullptr || moved->to == program.modelOf(record.on->resource).ready()) {
                    continue;
                }
                CAPTURE(file, record.position.at.time_since_epoch().count());
                const std::clock_t begin = std::clock(); // of this process alone, whatever else the machine does
                const Recovery recovery = planRecovery(program, record.position.at, asDocumented);
                longest = std::max(longest, double(std::clock() - begin) / CLOCKS_PER_SEC);
                const std::size_t documented = documentedSteps(trace, program, record.position.at);
                CAPTURE(stepsOf(recovery), documented);
                if (recovery.lost.empty()) {
                    REQUIRE_FALSE(recovery.plans.empty());
                    CHECK(recovery.plans.front().proof.holds());
                    // Where waiting was enough, a plan that acts is the sooner way.
                    CHECK((documented == 0 || recovery.plans.front().steps.size() <= documented));
                    ++planned;
                } else {
                    CHECK(documented == ~std::size_t{0});
                }
            }
        }
    }
    CHECK(planned > 50);
    CHECK(longest < longestPlan);
}

TEST_CASE("a deleted key is recovered, and nothing else is done") {
    const std::string story = storyOf(policies, registry, "  - {at: 1h, do: key.delete, target: kv1/cmk}\n");
    const Recovery recovery = planAt(story, scenarioStart + 3h);
    CHECK(stepsOf(recovery) == std::vector<std::string>{"key.recover kv1/cmk"});
    CHECK(recovery.plans.front().proof.within == Extent<Duration>{1s, 3600s});
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

TEST_CASE("what a look sees before a repair is waited for, where what was seen last refuses it") {
    const std::string story = storyOf("enableRbacAuthorization: true, roleAssignments: {gone: Key Vault Crypto User}, "
                                      "keys: {cmk: {expires: 2h}}",
                                      "    reg: {service: acr, identity: gone, key: kv1/cmk}",
                                      "  - {at: 2h1s, do: identity.delete, target: gone}\n");
    std::string withGone = story;
    constexpr std::string_view usual = "{app: {}, other: {}}";
    withGone.replace(withGone.find(usual), usual.size(), "{gone: {recoverable: false}}");
    const Recovery recovery = planAt(withGone, scenarioStart + 2h + 30min);
    CHECK(recovery.lost.empty());
    CHECK_FALSE(recovery.plans.empty());
}

TEST_CASE("what stands in the way of a revalidation by hand is repaired before it") {
    const std::string story = storyOf("enableRbacAuthorization: true, roleAssignments: {app: Key Vault Crypto Service "
                                      "Encryption User}, keys: {cmk: {expires: 0s}}",
                                      "    srv: {service: mysql, identity: app, key: kv1/cmk}",
                                      "  - {at: 1h, do: key.delete, target: kv1/cmk}\n");
    const Recovery recovery = planAt(story, scenarioStart + 1h + 30min);
    CHECK(recovery.lost.empty());
    CHECK(stepsOf(recovery) ==
          std::vector<std::string>{"key.recover kv1/cmk", "key.update kv1/cmk", "resource.revalidate srv"});
}

TEST_CASE("a key that a service can do without is given up where nothing brings it back, and only then") {
    const auto story = [](std::string_view timeline) {
        return storyOf(
            "accessPolicies: {app: [get, list, wrapKey, unwrapKey], other: [get, list, wrapKey, unwrapKey]}, "
            "keys: {cmk: {}, spare: {}}",
            "    srv: {service: postgresql, keys: {primary: {key: kv1/cmk, identity: app}, "
            "backup: {key: kv1/spare, identity: other}}}",
            timeline);
    };
    const std::string deleted = "  - {at: 1h, do: key.delete, target: kv1/spare}\n";
    CHECK(stepsOf(planAt(story(deleted), scenarioStart + 5h)) == std::vector<std::string>{"key.recover kv1/spare"});

    const Recovery recovery =
        planAt(story(deleted + "  - {at: 2h, do: key.purge, target: kv1/spare}\n"), scenarioStart + 5h);
    CHECK(recovery.lost.empty());
    REQUIRE(stepsOf(recovery) == std::vector<std::string>{"resource.update srv"});
    const auto& update = std::get<ResourceUpdate>(recovery.plans.front().steps.front().step->action);
    REQUIRE(update.slots.size() == 1);
    CHECK(update.slots.front().removed);
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
    CHECK(std::holds_alternative<IdentityRecover>(sure.inDoubt->steps.front().step->action));
    PlanOptions any;
    any.doubt = Doubt::Allowed;
    CHECK(stepsOf(planAt(stuck, scenarioStart + 3h, any)) == std::vector<std::string>{"identity.recover app"});
}

TEST_CASE("a firewall is opened to trusted services only for an identity that is trusted") {
    const std::string closed =
        "  - {at: 1h, do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Deny, bypass: "
        "None}}}\n";
    const Recovery trusted = planAt(storyOf(policies, cluster, closed), scenarioStart + 3h);
    CHECK(stepsOf(trusted) == std::vector<std::string>{"vault.update kv1"});
    const auto settingsOf = [](const Recovery& recovery) {
        return std::get<VaultUpdate>(recovery.plans.front().steps.front().step->action).settings;
    };
    CHECK(settingsOf(trusted).trustedBypass == true);
    const Recovery untrusted = planAt(storyOf(policies, registry, closed), scenarioStart + 3h);
    CHECK(stepsOf(untrusted) == std::vector<std::string>{"vault.update kv1"});
    CHECK(settingsOf(untrusted).allowByDefault == true);
}

TEST_CASE("a failed creation is made again, once what kept it out is repaired") {
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

// --- what counts as ill ----------------------------------------------------------------------------------------------

TEST_CASE("a registry that is up behind a closed firewall is brought back to what it denies") {
    const std::string closed = "accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}, "
                               "networkAcls: {defaultAction: Deny, bypass: None}";
    const Recovery recovery =
        planAt(storyOf(closed, "    reg: {service: acr, identity: app, key: kv1/cmk, outboundIp: 203.0.113.7}",
                       "  - {at: 1h, try: import, target: reg}\n"),
               scenarioStart + 2h);
    REQUIRE(recovery.impaired.size() == 1);
    CHECK_FALSE(recovery.impaired.front().impairment.down);
    CHECK(recovery.impaired.front().impairment.rotationBlocked);
    CHECK(recovery.impaired.front().reason == Reason::VaultFirewallDenied);
    CHECK(stepsOf(recovery) == std::vector<std::string>{"vault.add-network-rule kv1"});
}

TEST_CASE("a registry that is down behind a closed firewall needs both the key and a way to it") {
    const std::string story = storyOf(policies, registry,
                                      "  - {at: 1h, do: key.delete, target: kv1/cmk}\n"
                                      "  - {at: 3h, do: vault.update, target: kv1, with: {networkAcls: "
                                      "{defaultAction: Deny, bypass: None}}}\n");
    const std::vector<std::string> steps = stepsOf(planAt(story, scenarioStart + 5h));
    CHECK(std::set<std::string>(steps.begin(), steps.end()) ==
          std::set<std::string>{"key.recover kv1/cmk", "vault.update kv1"});
}

TEST_CASE("a lasting plan averts what falls due, however far off, and another leaves it alone") {
    const std::string expiring =
        storyOf("accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {expires: 40d}}", registry,
                "  - {at: 1h, try: pull, target: reg}\n");
    CHECK(stepsOf(planAt(expiring, scenarioStart + 2h)).empty());
    const Recovery recovery =
        planAt(expiring, scenarioStart + 2h, {{}, 1, true, false, OpenTimings::All, Doubt::Avoided});
    CHECK(stepsOf(recovery) == std::vector<std::string>{"key.update kv1/cmk"});
    CHECK(recovery.plans.front().steps.front().step->due == scenarioStart + 40 * 24h);
    CHECK(recovery.plans.front().proof.within == Extent<Duration>{0s, 0s});
    CHECK(recovery.risks.empty());
}

TEST_CASE("a credential that is no longer renewed is renewed before it lapses") {
    const std::string jeopardised =
        storyOf(policies, registry,
                "  - {at: 1h, do: resource.remove-identity, target: reg, with: {identity: app}, "
                "expect: refused}\n");
    const Recovery recovery =
        planAt(jeopardised, scenarioStart + 2h, {{}, 1, true, false, OpenTimings::All, Doubt::Avoided});
    CHECK(stepsOf(recovery) == std::vector<std::string>{"resource.assign-identity reg"});
}

TEST_CASE("what is lost says until when its data is at risk") {
    const std::string story = storyOf("softDeleteRetentionInDays: 7, " + std::string{policies}, registry,
                                      "  - {at: 1h, do: key.backup, target: kv1/cmk}\n"
                                      "  - {at: 2h, do: key.delete, target: kv1/cmk}\n");
    CHECK(planAt(story, scenarioStart + 3h).lost.empty());
}

// --- when ------------------------------------------------------------------------------------------------------------

TEST_CASE("a plan acts after the look that made a resource dark") {
    const std::string story =
        storyOf(policies, "    reg: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 20m}",
                "  - {at: 1h, do: key.delete, target: kv1/cmk}\n");
    const Recovery recovery = planAt(story, scenarioStart + 1h + 20min);
    CHECK(recovery.plans.front().steps.front().at == scenarioStart + 1h + 20min + 1s);
    CHECK(recovery.plans.front().proof.within == Extent<Duration>{1h, 1h});
}

TEST_CASE("what falls due while a plan is under way does not make it wait") {
    const std::string story =
        storyOf("accessPolicies: {app: [get, list, wrapKey, unwrapKey], other: [get, wrapKey, unwrapKey]}, "
                "keys: {cmk: {}, short: {expires: 3h}}",
                std::string{cluster} + "\n    reg: {service: acr, identity: other, key: kv1/short}",
                "  - {at: 1h, do: key.delete, target: kv1/cmk}\n");
    const Recovery recovery =
        planAt(story, scenarioStart + 1h + 30min, {{}, 1, true, false, OpenTimings::Phases, Doubt::Avoided});
    CHECK(stepsOf(recovery) == std::vector<std::string>{"key.recover kv1/cmk", "key.update kv1/short"});
    CHECK(recovery.plans.front().proof.within == Extent<Duration>{0s, 1h});
}

TEST_CASE("a step waits until what was granted counts, and no longer") {
    const std::string story =
        "cmksim: 1\nname: x\nestate:\n  vaults:\n    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: "
        "{cmk: {}}}\n  identities: {app: {recoverable: false}, other: {}}\n  resources:\n" +
        std::string{registry} + "\nuntil: 30h\ntimeline:\n  - {at: 1h, do: identity.delete, target: app}\n";
    const Recovery recovery = planAt(story, scenarioStart + 30h);
    CHECK(stepsOf(recovery) == std::vector<std::string>{"policy.set kv1", "resource.update reg"});
    const std::vector<PlannedStep>& steps = recovery.plans.front().steps;
    CHECK(steps.front().at == scenarioStart + 30h + 1s);
    CHECK(steps.back().at == scenarioStart + 30h + 1s + 10min);
    CHECK(recovery.plans.front().proof.over == OpenTimings::All);
    const Recovery atOnce =
        planAt(story, scenarioStart + 30h, {{}, 1, false, false, OpenTimings::Phases, Doubt::Avoided});
    CHECK(atOnce.plans.front().steps.back().at == scenarioStart + 30h + 1s);
}

TEST_CASE("a deleted identity that cannot be recovered is replaced while its last token works") {
    // The new principal is granted what it needs before the registry looks again; another reading refuses the rotation.
    const std::string story = storyOf(policies, registry, "  - {at: 61m, do: identity.delete, target: app}\n");
    PlanOptions options{{}, 1, true, false, OpenTimings::Nominal, Doubt::Avoided};
    const Recovery recovery = planAt(story, scenarioStart + 70min, options, {{"identity-recovery", "never"}});
    CHECK(recovery.lost.empty());
    REQUIRE_FALSE(recovery.plans.empty());
}

TEST_CASE("what is wrong has the reason that a run gives it") {
    // Down it cannot see past the firewall, and a plan opens that first; it went down for want of the grant.
    const Recovery both = planAt(storyOf("networkAcls: {defaultAction: Deny, bypass: None}, accessPolicies: {app: "
                                         "[sign]}, keys: {cmk: {}}",
                                         registry, "  []\n"),
                                 scenarioStart + 8h);
    REQUIRE(both.impaired.size() == 1);
    CHECK(both.impaired.front().reason == Reason::IdentityUnauthorized);
    // What it went down for is over, and the firewall alone keeps it there.
    const Recovery after = planAt(storyOf(policies, registry,
                                          "  - {at: 1h, do: key.delete, target: kv1/cmk}\n"
                                          "  - {at: 3h, do: vault.update, target: kv1, with: {networkAcls: "
                                          "{defaultAction: Deny, bypass: None}}}\n"
                                          "  - {at: 4h, do: key.recover, target: kv1/cmk}\n"),
                                  scenarioStart + 8h);
    REQUIRE(after.impaired.size() == 1);
    CHECK(after.impaired.front().reason == Reason::VaultFirewallDenied);
}

TEST_CASE("a lapsed credential is what is wrong, though no check answers it") {
    std::string story = storyOf(policies, registry,
                                "  - {at: 1h, do: resource.remove-identity, target: reg, with: {identity: app}, "
                                "expect: refused}\n");
    story.replace(story.find("until: 30h"), 10, "until: 120d");
    const Recovery recovery = planAt(story, scenarioStart + 24h * 100);
    REQUIRE(recovery.impaired.size() == 1);
    CHECK(recovery.impaired.front().reason == Reason::IdentityInactive);
}

TEST_CASE("a step that is sooner at the latest comes before a wait for what time alone repairs") {
    const auto at = [](std::string_view key, Instant instant, bool lasting) {
        PlanOptions options;
        options.lasting = lasting;
        const std::string vault =
            "accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: " + std::string{key} + "}";
        return planAt(storyOf(vault, registry, "  []\n"), instant, options);
    };
    // The look before the key is valid would have found it so.
    const Recovery waiting = at("{notBefore: 2h}", scenarioStart + 90min, false);
    CHECK(stepsOf(waiting) == std::vector<std::string>{"key.update kv1/cmk"});
    CHECK(waiting.plans.front().proof.within.most == 1h);
    // What falls due later is averted as well, and not instead.
    const Recovery expiring = at("{notBefore: 2h, expires: 3h}", scenarioStart + 90min, true);
    CHECK(stepsOf(expiring) == std::vector<std::string>{"key.update kv1/cmk", "key.update kv1/cmk"});
    CHECK(expiring.plans.front().proof.within.most == 1h);
    // A step that would count only when the key is valid anyway is none.
    const Recovery atLast = at("{notBefore: 2h}", scenarioStart + 2h - 1s, false);
    CHECK(stepsOf(atLast).empty());
    CHECK_FALSE(atLast.plans.empty());
}

} // namespace cmksim::plan_test
