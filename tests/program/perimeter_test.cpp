// A vault that is secured by its perimeter: what plans say of it.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::perimeter_test {

using namespace cmksim::test;

TEST_CASE("a plan takes what uses a vault into its perimeter, and opens it to all as another way") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: x
until: 6h
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: }}
  identities: {app: }
  resources:
    orders: {service: documentdb, identity: app, key: kv1/cmk}
    ledger: {service: cosmosdb, identity: app, key: kv1/cmk}
timeline:
  - {at: 1h, do: vault.update, target: kv1, with: {publicNetworkAccess: SecuredByPerimeter}}
)");
    const Ran ran{{"plan", "--format", "json", path}};
    INFO(ran.out);
    CHECK(ran.code == 0);
    CHECK(has(ran.out, R"("action": "vault.update", "target": "kv1", "with": {"perimeter": ["orders", "ledger"]})"));
    const Ran others{{"plan", "--alternatives", "3", path}};
    INFO(others.out);
    CHECK_FALSE(has(others.out, "outboundIp"));
}

} // namespace cmksim::perimeter_test
