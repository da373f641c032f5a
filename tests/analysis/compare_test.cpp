// What differs between two worlds of one scenario, for every phase.
#include "analysis/compare.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <tuple>

namespace cmksim::compare_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;

namespace {

constexpr std::string_view story = R"(cmksim: 1
name: x
until: 3h
estate:
  vaults:
    kv1:
      accessPolicies: {app: [get, wrapKey, unwrapKey]}
      keys: {cmk: {}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
timeline:
  - {at: 10m, do: key.update, target: kv1/cmk, with: {enabled: false}}
  - {at: 50m, do: key.update, target: kv1/cmk, with: {enabled: true}}
  - {at: 2h, expect: {reg: {downtime: "<= 35m"}}}
)";

/// The story with something else in place of a part of it.
std::string with(std::string_view from, std::string_view to) {
    std::string text{story};
    return text.replace(text.find(from), from.size(), to);
}

Comparison compared(const std::string& a, const std::string& b, const ScenarioOverrides& inB = {}) {
    const Compiled one{a};
    const Compiled other{b, inB};
    INFO(one.errors << other.errors);
    REQUIRE(one.program);
    REQUIRE(other.program);
    return compare(*one.program, *other.program);
}

Comparison compared(const std::string& path, const std::string& value, int) {
    ScenarioOverrides overrides;
    overrides.sets.emplace_back(path, value);
    return compared(std::string{story}, std::string{story}, overrides);
}

using Classes = std::vector<PhaseClass>;

constexpr Duration minutes(int count) { return std::chrono::minutes{count}; }

} // namespace

TEST_CASE("a world does not differ from itself") {
    const Comparison same = compared(std::string{story}, std::string{story});
    CHECK_FALSE(same.differs());
    CHECK(same.resources.empty());
    CHECK(same.checks.empty());
}

TEST_CASE("a vault switched to roles revokes whom only a policy lets in, for every phase") {
    const Comparison found = compared("vaults.kv1.enableRbacAuthorization", "true", 0);
    REQUIRE(found.resources.size() == 1);
    const ResourceDifference& reg = found.resources.front();
    CHECK(reg.name == "reg");
    CHECK(reg.end);
    CHECK(reg.a.state == "Ready");
    CHECK(reg.b.state == "Revoked");
    CHECK(reg.b.reason == "IdentityUnauthorized");
    CHECK(reg.where.phases == Classes{{minutes(0), minutes(60) - Duration{1}}});
    CHECK(reg.a.leastDowntime == Duration{0});
    CHECK(reg.b.leastDowntime == minutes(120) + Duration{1});
    CHECK(reg.b.mostDowntime == minutes(180));
    REQUIRE(found.first);
    CHECK(found.first->at == scenarioStart);
    CHECK(found.first->a.empty());
    CHECK(found.first->b == std::vector<std::string>{"reg: Ready → Revoked, IdentityUnauthorized"});
}

TEST_CASE("what only some phases notice differs for these alone, and is told for one of them") {
    // Disabled from 10m on, looked at by phases from 10m on; those after 40m see it in A alone.
    const Comparison found = compared(std::string{story}, with("at: 50m", "at: 40m"));
    REQUIRE(found.resources.size() == 1);
    const ResourceDifference& reg = found.resources.front();
    CHECK_FALSE(reg.end);
    CHECK(reg.outages);
    CHECK(reg.where.phases == Classes{{minutes(40), minutes(50) - Duration{1}}});
    CHECK(reg.where.shown == minutes(40));
    CHECK(reg.a.outages == 1);
    CHECK(reg.b.outages == 0);
    REQUIRE(found.first);
    CHECK(found.first->at == scenarioStart + minutes(40));
    CHECK(found.first->a == std::vector<std::string>{"reg: Ready → Revoked, KeyDisabled"});
    CHECK(found.first->b == std::vector<std::string>{"key.update kv1/cmk: ok"});
}

TEST_CASE("an expectation flips for exactly the phases for which it does") {
    // Down from the phase until an hour later: the downtime is an hour for phases that see both, else nothing. In B the
    // resource is down until 2h, so that the bound falls within a class.
    const Comparison found =
        compared(with("<= 35m", "<= 95m"),
                 with("<= 35m", "<= 95m").replace(with("<= 35m", "<= 95m").find("at: 50m"), 7, "at: 3h "));
    REQUIRE(found.checks.size() == 1);
    const CheckDifference& check = found.checks.front();
    CHECK(check.kind == CheckDifference::Kind::Expectation);
    CHECK(check.subject == "reg");
    CHECK(check.place.line == 15);
    CHECK(check.holdsInA);
    CHECK_FALSE(check.holdsInB);
    CHECK(check.where.phases == Classes{{minutes(10), minutes(25) - Duration{1}}});
}

TEST_CASE("a resource that is only in one world is a difference") {
    const Comparison found = compared(
        std::string{story}, with("timeline:", "    more: {service: acr, identity: app, key: kv1/cmk}\ntimeline:"));
    REQUIRE(found.resources.size() == 1);
    CHECK(found.resources.front().name == "more");
    CHECK_FALSE(found.resources.front().a.exists);
    CHECK(found.resources.front().b.exists);
}

TEST_CASE("a refusal that comes is a difference, even where no resource notices") {
    const std::string purge = with("timeline:", "timeline:\n  - {at: 5m, do: key.delete, target: kv1/spare}\n"
                                                "  - {at: 6m, do: key.purge, target: kv1/spare}");
    const std::string spare = std::string{purge}.replace(purge.find("{cmk: {}}"), 9, "{cmk: {}, spare: {}}");
    ScenarioOverrides overrides;
    overrides.sets.emplace_back("vaults.kv1.enablePurgeProtection", "true");
    const Comparison found = compared(spare, spare, overrides);
    CHECK(found.resources.empty());
    REQUIRE(found.checks.size() == 1);
    CHECK(found.checks.front().kind == CheckDifference::Kind::UnexpectedRefusal);
    CHECK(found.checks.front().subject == "key.purge kv1/spare");
    CHECK(found.checks.front().holdsInA);
    CHECK(found.checks.front().a == "ok");
    CHECK(found.checks.front().where.phases.empty());
    REQUIRE(found.first);
    CHECK(found.first->at == scenarioStart + minutes(6));
    CHECK(found.first->a == std::vector<std::string>{"key.purge kv1/spare: ok"});
}

namespace {

/// A key is rotated and its old version disabled; the account looks for newer versions once a day.
std::string rotated(std::string_view disabled, std::string_view more = "") {
    return R"(cmksim: 1
name: x
until: 3d
estate:
  vaults: {kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}
  identities: {app: {}}
  resources: {db: {service: cosmosdb, identity: app, key: kv1/cmk)" +
           std::string{more} + R"(}}
timeline:
  - {at: 1h, do: key.rotate, target: kv1/cmk}
  - {at: )" +
           std::string{disabled} + R"(, do: key.update, target: kv1/cmk/v1, with: {enabled: false}}
)";
}

/// At how many pairs of phases, one for each minute, the two end in different states.
std::int64_t differingByBruteForce(const Program& a, const Program& b) {
    const auto endOf = [](const Program& program, const WorldHistory& history, const OpenPhases& phases) {
        std::vector<Record> records;
        ResourceReplay walk{program, history, ResourceId{0}, phases, records};
        walk.finish();
        const ResourceStatus status = walk.resource().statusAt(program.until);
        return std::tuple{status.state, status.reason, status.outages, status.downtime};
    };
    const WorldHistory inA = simulateWorld(a, nominalPhases(a));
    const WorldHistory inB = simulateWorld(b, nominalPhases(b));
    std::int64_t differing = 0;
    for (Duration phase{}; phase < minutes(60); phase += minutes(1)) {
        for (Duration rotation{}; rotation < minutes(24 * 60); rotation += minutes(1)) {
            const OpenPhases phases{phase, rotation};
            differing += endOf(a, inA, phases) != endOf(b, inB, phases) ? 1 : 0;
        }
    }
    return differing;
}

} // namespace

TEST_CASE("where looks for newer versions have a clock of their own, worlds are compared over all pairs of phases") {
    const Compiled a{rotated("6h")};
    const Compiled b{rotated("20h30m")};
    INFO(a.errors << b.errors);
    REQUIRE(a.program);
    REQUIRE(b.program);
    const Comparison found = compare(*a.program, *b.program);
    CHECK(found.atNominal.empty());
    REQUIRE(found.resources.size() == 1);
    const ResourceDifference& db = found.resources.front();
    REQUIRE(db.where.pairs);
    CHECK(db.where.pairs->all == std::int64_t{3600} * 86400);
    // Between the cuts, which are at whole minutes but for their last seconds, all goes one way.
    const double counted = static_cast<double>(differingByBruteForce(*a.program, *b.program)) / (60.0 * 24 * 60);
    const double told = static_cast<double>(db.where.pairs->differing) / static_cast<double>(db.where.pairs->all);
    CHECK(std::abs(counted - told) < 0.005);
}

TEST_CASE("a pinned phase of looks for newer versions is compared as it is") {
    const Comparison found = compared(rotated("6h", ", rotationPhase: 2h"), rotated("20h30m", ", rotationPhase: 2h"));
    CHECK(found.atNominal.empty());
    for (const ResourceDifference& one : found.resources) {
        CHECK_FALSE(one.where.pairs);
    }
}

TEST_CASE("a world with pairs of phases does not differ from itself") {
    CHECK_FALSE(compared(rotated("6h"), rotated("6h")).differs());
}

TEST_CASE("where no look for a newer version can find one, all of their phases are alike") {
    std::string still = rotated("6h");
    still.erase(still.find("  - {at: 1h"), still.find("  - {at: 6h") - still.find("  - {at: 1h"));
    CHECK(compared(still, still).atNominal.empty());
}

} // namespace cmksim::compare_test
