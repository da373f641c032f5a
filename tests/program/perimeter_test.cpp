// A vault that is secured by its perimeter: what plans say of it.
#include "running.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

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

TEST_CASE("who is kept out by a perimeter is not told to let trusted services bypass a firewall") {
    const Folder folder;
    const auto story = [&](std::string_view name, std::string_view with) {
        return folder.file(std::string{name}, R"(cmksim: 1
name: x
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: }}
  identities: {app: }
  resources: {data: {service: storage, identity: app, key: kv1/cmk}}
timeline:
  - {at: 1h, do: vault.update, target: kv1, with: {)" +
                                                  std::string{with} + "}}\n");
    };
    const std::string perimeter = story("p.yaml", "publicNetworkAccess: SecuredByPerimeter, perimeter: []");
    const std::string firewall = story("f.yaml", "networkAcls: {defaultAction: Deny, bypass: None}");
    const std::vector<std::vector<std::string>> commands{{"run", perimeter},
                                                         {"plan", "--format", "json", "--at", "3h", perimeter}};
    for (const std::vector<std::string>& command : commands) {
        const Ran ran{command};
        INFO(ran.out);
        CHECK(has(ran.out, "While the vault is secured by a perimeter"));
        CHECK_FALSE(has(ran.out, "Let trusted Microsoft services bypass"));
    }
    CHECK(has(Ran{{"run", firewall}}.out, "Let trusted Microsoft services bypass"));
}

} // namespace cmksim::perimeter_test
