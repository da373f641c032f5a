// `deleted:` and `service: unmodelled` in an estate.
#include "base/time.hpp"
#include "support/read_scenario.hpp"

#include <catch2/catch.hpp>

namespace cmksim::deleted_test {

using namespace cmksim;
using namespace cmksim::scenario;
using namespace cmksim::test;

namespace {

std::string errorsOf(const std::string& estate) {
    return messagesOf(Read{"cmksim: 1\nname: x\nestate: " + estate + "\n"}.errors);
}

} // namespace

TEST_CASE("what is deleted at the start was deleted before it, and is not purged yet") {
    CHECK(errorsOf("{vaults: {kv1: {keys: {k: {deleted: '2025-12-01T00:00:00Z'}}}}}").empty());
    CHECK(errorsOf("{vaults: {kv1: {deleted: 1h}}}").find("'1h' is not before the scenario's start") !=
          std::string::npos);
    CHECK(errorsOf("{identities: {a: {deleted: '2026-01-01T00:00:00Z'}}}").find("is not before the scenario's start") !=
          std::string::npos);
    CHECK(errorsOf("{vaults: {kv1: {softDeleteRetentionInDays: 7, deleted: '2025-12-01T00:00:00Z'}}}")
              .find("its retention of 7 days ended before the start: a vault is purged") != std::string::npos);
    CHECK(errorsOf("{vaults: {kv1: {enableSoftDelete: false, keys: {k: {deleted: '2025-12-30T00:00:00Z'}}}}}")
              .find("a key of a vault without soft delete is purged at once") != std::string::npos);
}

TEST_CASE("an estate at rest starts when everything in it has been deleted") {
    const Read late{"cmksim-estate: 1\nvaults:\n  kv1: {keys: {k: {deleted: '2026-03-04T09:00:00Z'}}}\n"};
    CHECK(late.errors.empty());
    REQUIRE(late.scenario);
    CHECK(formatTimestamp(late.scenario->start) == "2026-03-05T00:00:00Z");
    const Read early{"cmksim-estate: 1\nvaults:\n  kv1: {keys: {k: {expires: '2026-01-02T00:00:00Z'}}}\n"};
    REQUIRE(early.scenario);
    CHECK(formatTimestamp(early.scenario->start) == "2026-01-01T00:00:00Z");
    CHECK(early.scenario->estate.vaults.front().keys.front().versions.front().expires ==
          scenarioStart + std::chrono::hours{24});
}

TEST_CASE("a resource without a model says its type and what it hangs on") {
    const Read read{
        "cmksim-estate: 1\nresources:\n"
        "  search: {service: unmodelled, type: Microsoft.Search/searchServices, key: kv1/k, identity: a}\n"
        "  pg: {service: unmodelled, type: x, keys: {primary: {key: kv1/k, identity: a}, geo: {key: kv2/k}}, "
        "on: [search]}\n"};
    CHECK(read.errors.empty());
    REQUIRE(read.scenario);
    CHECK(read.scenario->estate.resources.empty());
    REQUIRE(read.scenario->estate.unmodelled.size() == 2);
    CHECK(read.scenario->estate.unmodelled[1].keys.size() == 2);
    CHECK(errorsOf("{resources: {s: {service: unmodelled}}}").find("needs the field 'type'") != std::string::npos);
    CHECK(errorsOf("{resources: {s: {service: unmodelled, type: x, sku: Premium}}}").find("has no field 'sku'") !=
          std::string::npos);
}

} // namespace cmksim::deleted_test
