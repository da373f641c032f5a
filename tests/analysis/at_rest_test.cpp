// What an estate is like before any story, told in words; held against replays on random worlds.
#include "analysis/at_rest.hpp"

#include "engine/replay.hpp"
#include "property/generator.hpp"
#include "property/world_text.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace cmksim::at_rest_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;

namespace {

using Lines = std::vector<std::string>;

/// `registry is down, …`, a line for each.
Lines troubles(const std::string& vault, const std::string& resource) {
    const Compiled compiled{"cmksim: 1\nname: x\nestate:\n  vaults:\n    contoso-kv: " + vault +
                            "\n  identities: {app: {}, other: {}}\n  resources:\n    r: " + resource +
                            "\n    bare: {service: acr}\n"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    Lines lines;
    for (const AtRest& trouble : troublesAtRest(*compiled.program)) {
        lines.push_back(compiled.program->resources[trouble.resource].name + " is " +
                        troubleText(*compiled.program, trouble));
    }
    return lines;
}

const std::string registry = "{service: acr, identity: app, key: contoso-kv/cmk}";
const std::string cluster = "{service: documentdb, identity: app, key: contoso-kv/cmk}";

std::string vault(const std::string& rest, const std::string& permissions = "[get, wrapKey, unwrapKey]") {
    return "{enablePurgeProtection: true, accessPolicies: {app: " + permissions + "}, keys: {cmk: {}}" + rest + "}";
}

} // namespace

TEST_CASE("an estate in which all is well has no troubles") { CHECK(troubles(vault(""), registry).empty()); }

TEST_CASE("of the permissions that are needed those are named that are missing") {
    CHECK(troubles(vault(""), cluster) ==
          Lines{"r is down, IdentityUnauthorized: list is missing from the access policy of app in contoso-kv"});
    CHECK(troubles(vault("", "[get]"), registry) ==
          Lines{"r is down, IdentityUnauthorized: unwrapKey, wrapKey are missing from the access policy of app in "
                "contoso-kv"});
    CHECK(troubles("{keys: {cmk: {}}}", registry) ==
          Lines{"r is down, IdentityUnauthorized: app has no access policy in contoso-kv: it needs get, unwrapKey, "
                "wrapKey"});
    CHECK(troubles(vault(", enableRbacAuthorization: true"), registry) ==
          Lines{"r is down, IdentityUnauthorized: app has no role that lets it use contoso-kv/cmk: assigned on it, on "
                "contoso-kv or above"});
}

TEST_CASE("everything that is missing is named, not what a check meets first") {
    const std::string closed = ", networkAcls: {defaultAction: Deny, bypass: None}";
    CHECK(troubles(vault(closed, "[get]"), cluster) ==
          Lines{"r is down, VaultFirewallDenied: the firewall of contoso-kv lets the service in neither as trusted nor "
                "by its address; list, unwrapKey, wrapKey are missing from the access policy of app in contoso-kv"});
}

TEST_CASE("a resource that denies operations is impaired, and up") {
    const Lines lines = troubles(vault(", networkAcls: {defaultAction: Deny, bypass: None}"), registry);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0] ==
          "r is impaired, denied: import; automatic rotation blocked: the firewall of contoso-kv lets the service "
          "in neither as trusted nor by its address");
}

TEST_CASE("keys that are gone or unusable are named") {
    const std::string grant = "{enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: ";
    CHECK(
        troubles(grant + "{cmk: {deleted: '2025-12-31T00:00:00Z'}}}", registry) ==
        Lines{"r is down, KeyNotFound: the key contoso-kv/cmk is not there; its data is at risk until +89d, then gone "
              "for good"});
    CHECK(troubles(grant + "{cmk: {versions: [{name: v1, enabled: false}]}}}", registry) ==
          Lines{"r is down, KeyDisabled: the version of contoso-kv/cmk in use is disabled"});
}

TEST_CASE("what is said to be up at rest stays so in every replay without a story, on random worlds") {
    std::size_t trouble = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const Compiled compiled{property::toYaml(property::randomWorld(seed))};
        REQUIRE(compiled.program);
        const Program estate =
            withTimeline(*compiled.program, {}, scenarioStart + 2 * longestPeriod(*compiled.program));
        const std::vector<AtRest> found = troublesAtRest(estate);
        const Trace trace = replay(estate, nominalPhases(estate));
        for (const ResourceEnd& end : trace.ends) {
            const bool told = std::ranges::find(found, end.resource, &AtRest::resource) != found.end();
            const bool wasDown = end.status.downtime > Duration::zero();
            CAPTURE(seed, estate.resources[end.resource].name);
            if (wasDown && !told) {
                // What is well at its first look can still be ended by time: an expiry, a lapse.
                CHECK(
                    std::ranges::any_of(trace.records, [](const Record& record) { return record.is<FactHappened>(); }));
            }
            trouble += told ? 1 : 0;
        }
    }
    CHECK(trouble > 20);
}

TEST_CASE("what the first look meets is told, though a later one finds it over") {
    const Compiled compiled{
        "cmksim: 1\nname: x\nestate:\n  vaults: {kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, "
        "keys: {cmk: {notBefore: 1001s}}}}\n  identities: {app: {}}\n"
        "  resources: {reg: {service: acr, identity: app, key: kv1/cmk}}\n"};
    REQUIRE(compiled.program);
    const std::vector<AtRest> troubles = troublesAtRest(*compiled.program);
    REQUIRE(troubles.size() == 1);
    CHECK(troubles[0].status == RestStatus::Down);
    CHECK(troubles[0].reason == Reason::KeyNotYetValid);
}

} // namespace cmksim::at_rest_test
