// Estates with one flaw each, for every service that has it, and the same estates repaired: the flaw is found by its
// shortest story, which comes to what it is said to come to, and without it nothing is found within the same bound.
#include "exploration/explore.hpp"

#include "engine/replay.hpp"
#include "recovery/plan.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::flaws_test {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::exploration;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

constexpr auto day = 24h;

/// An estate's parts, as flow maps without their braces.
struct Parts {
    std::string vaults;
    std::string identities;
    std::string resources;
};

struct Flaw {
    std::string name;
    Parts flawed;
    Parts repaired;
    std::string invariant;
    unsigned faults = 1; // that are tried
    Duration within = day;
    std::vector<std::string> story;
    std::vector<std::string> services{"acr", "cosmosdb", "documentdb"};
};

/// A vault whose key both identities may use.
std::string vault(std::string_view name, std::string_view settings) {
    constexpr std::string_view permissions = "[get, list, wrapKey, unwrapKey]";
    return fmt::format("{}: {{{}, accessPolicies: {{app: {}, other: {}}}, keys: {{k: }}}}", name, settings, permissions,
                       permissions);
}

std::vector<Flaw> flaws() {
    const std::string ids = "app: , other: ";
    const std::string safe = vault("kv1", "enablePurgeProtection: true");
    const std::string lone = "kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, "
                             "unwrapKey]}, keys: {k: }}";
    const std::string twoSafe = safe + ", " + vault("kv2", "enablePurgeProtection: true");
    const std::string single = "one: {service: SERVICE, identity: app, key: kv1/k}";
    const auto pair = [&](std::string_view identity, std::string_view key) {
        return single + fmt::format(", two: {{service: SERVICE, identity: {}, key: {}}}", identity, key);
    };
    const auto respond = "max-downtime 2h given a response after 30m";
    return {
        {"what is deleted can be purged",
         {vault("kv1", "enablePurgeProtection: false"), ids, single},
         {safe, ids, single},
         "no-data-loss",
         2,
         day,
         {"vault.delete kv1", "vault.purge kv1"}},
        {"what is deleted is gone",
         {vault("kv1", "enableSoftDelete: false"), ids, single},
         {vault("kv1", "enableSoftDelete: true"), ids, single},
         "no-data-loss",
         1,
         day,
         {"vault.delete kv1"}},
        {"what is deleted is not kept for as long as the responder is away",
         {vault("kv1", "enablePurgeProtection: true, softDeleteRetentionInDays: 7"), ids, single},
         {safe, ids, single},
         "no-data-loss",
         1,
         14 * day,
         {"vault.delete kv1"}},
        {"the only identity cannot be brought back",
         {lone, "app: {recoverable: false}", single},
         {lone, "app: ", single},
         "recoverable",
         1,
         day,
         {"identity.delete app"},
         {"acr"}},
        {"no responder brings back in time what nothing brings back",
         {lone, "app: {recoverable: false}", single},
         {lone, "app: ", single},
         respond,
         1,
         day,
         {"identity.delete app"},
         {"acr"}},
        {"one vault holds up everything",
         {safe, ids, pair("other", "kv1/k")},
         {twoSafe, ids, pair("other", "kv2/k")},
         "at-most 1 down",
         1,
         day,
         {"vault.delete kv1"}},
        {"one identity holds up everything",
         {twoSafe, ids, pair("app", "kv2/k")},
         {twoSafe, ids, pair("other", "kv2/k")},
         "at-most 1 down",
         1,
         day,
         {"identity.delete app"}},
        {"one of two vaults is not protected",
         {safe + ", " + vault("kv2", "softDeleteRetentionInDays: 90"), ids, pair("other", "kv2/k")},
         {twoSafe, ids, pair("other", "kv2/k")},
         "no-data-loss",
         2,
         day,
         {"vault.delete kv2", "vault.purge kv2"}},
    };
}

std::string textOf(const Parts& parts, const std::string& service) {
    // Registries that cannot take another identity once theirs is deleted.
    std::string text = "cmksim: 1\nname: x\nmodels: {acr: \"2023-10\"}\nestate:\n  vaults: {" + parts.vaults +
                       "}\n  identities: {" + parts.identities + "}\n  resources: {" + parts.resources + "}\n";
    constexpr std::string_view placeholder = "SERVICE";
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder)) {
        text.replace(at, placeholder.size(), service);
    }
    return text;
}

struct Explored {
    Explored(const std::string& text, const Flaw& flaw) : compiled{text} {
        INFO(compiled.errors);
        REQUIRE(compiled.program);
        ExplorationOptions options;
        options.faults = flaw.faults;
        options.within = flaw.within;
        options.invariants = {*parseInvariant(flaw.invariant)};
        found = explore(*compiled.program, options, nullptr);
    }

    Compiled compiled; // has the models
    Exploration found;
};

/// Whether a replay of the story comes to what breaks the invariant.
bool comesTrue(const Exploration& found, const Flaw& flaw, const Invariant& invariant) {
    const Violation& violation = found.violations.front();
    std::vector<TimelineEntry> entries;
    for (const CourseStep& step : violation.steps) {
        entries.push_back(entryOf(found.program, step.action, step.at));
    }
    const Program story = withTimeline(found.program, std::move(entries), scenarioStart + flaw.within);
    const Trace trace = replay(story, nominalPhases(story));
    if (invariant.is<invariant::NoDataLoss>()) {
        return std::ranges::any_of(trace.records, [&](const Record& record) {
            return record.is<DataLost>() && record.position.at == violation.at;
        });
    }
    if (const auto* atMost = std::get_if<invariant::AtMostDown>(&invariant.rule)) {
        const auto down = std::ranges::count_if(trace.ends, [&](const ResourceEnd& end) {
            return end.status.state != story.modelOf(end.resource).ready();
        });
        return static_cast<std::size_t>(down) > atMost->most;
    }
    return !planRecovery(story, scenarioStart + flaw.within).lost.empty();
}

} // namespace

TEST_CASE("a planted flaw is found by its shortest story, and a repaired estate is clean within the same bound") {
    for (const Flaw& flaw : flaws()) {
        for (const std::string& service : flaw.services) {
            INFO(flaw.name << ", " << service);
            const Explored flawed{textOf(flaw.flawed, service), flaw};
            REQUIRE(flawed.found.violations.size() == 1);
            std::vector<std::string> story;
            for (const CourseStep& step : flawed.found.violations.front().steps) {
                const TimelineEntry entry = entryOf(flawed.found.program, step.action, step.at);
                story.push_back(entry.name + ' ' + entry.target);
            }
            CHECK(story == flaw.story);
            CHECK(comesTrue(flawed.found, flaw, *parseInvariant(flaw.invariant)));

            const Explored repaired{textOf(flaw.repaired, service), flaw};
            CHECK(repaired.found.violations.empty());
            CHECK(repaired.found.complete);
        }
    }
}

} // namespace cmksim::flaws_test
