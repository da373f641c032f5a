// The ways through a vault's network: private endpoints, rules for virtual networks, perimeters (rules, section 9).
#include "stacked.hpp"

#include "engine/replay.hpp"

#include <catch2/catch.hpp>

namespace cmksim::test {
namespace {

using namespace engine;

/// How `one`, in the network `spoke`, and `other`, in `hub`, stand after they have looked.
std::string readyIn(const std::string& model, const std::string& vault, const std::string& timeline = "") {
    const Compiled world{{stackedModel("app", "1m", model)},
                         "cmksim: 1\nname: x\nuntil: 10m\nestate:\n  vaults: {kv1: {" + vault +
                             ", accessPolicies: {id: [get]}, keys: {cmk: {}}}}\n  identities: {id: {}}\n"
                             "  resources:\n"
                             "    one: {service: app, identity: id, key: kv1/cmk, network: spoke}\n"
                             "    other: {service: app, identity: id, key: kv1/cmk, network: hub}\n"
                             "    none: {service: app, identity: id, key: kv1/cmk}\ntimeline:\n" +
                             (timeline.empty() ? "  []\n" : timeline)};
    INFO(world.errors);
    REQUIRE(world.program);
    std::string in;
    for (const ResourceEnd& end : replay(*world.program, nominalPhases(*world.program)).ends) {
        if (end.status.state == world.program->modelOf(end.resource).ready()) {
            in += (in.empty() ? "" : " ") + world.program->resources[end.resource].name;
        } else {
            CHECK(end.status.reason == Reason::VaultFirewallDenied);
        }
    }
    return in;
}

const std::string reachesByEndpoint = "private-link: true\n";
const std::string reachesByRule = "virtual-network-rules: true\n";

TEST_CASE("a private endpoint lets in what is in its network, of services that call over their own") {
    const std::string closed = "publicNetworkAccess: Disabled, privateEndpoints: [spoke]";
    CHECK(readyIn(reachesByEndpoint, closed) == "one");
    CHECK(readyIn("", closed).empty());
    CHECK(readyIn(reachesByEndpoint, "publicNetworkAccess: Disabled").empty());
}

TEST_CASE("a rule for a network lets in while public access is enabled") {
    CHECK(readyIn(reachesByRule, "networkAcls: {defaultAction: Deny}, virtualNetworkRules: [hub]") == "other");
    CHECK(readyIn(reachesByRule, "publicNetworkAccess: Disabled, virtualNetworkRules: [hub]").empty());
    CHECK(readyIn("", "networkAcls: {defaultAction: Deny}, virtualNetworkRules: [hub]").empty());
}

TEST_CASE("a perimeter alone decides, but for private endpoints, and names networks and resources") {
    const std::string secured = "publicNetworkAccess: SecuredByPerimeter, networkAcls: {defaultAction: Allow}, ";
    CHECK(readyIn("", secured + "perimeter: [none, hub]") == "other none");
    CHECK(readyIn("", secured + "perimeter: []").empty());
    CHECK(readyIn(reachesByEndpoint, secured + "perimeter: [none], privateEndpoints: [spoke]") == "one none");
    CHECK(readyIn(reachesByRule, secured + "virtualNetworkRules: [spoke]").empty());
    CHECK(readyIn("", "publicNetworkAccess: Enabled, perimeter: []") == "one other none"); // it is in no force
}

TEST_CASE("an update takes each list as a whole, and leaves what it does not name") {
    const std::string closed = "publicNetworkAccess: Disabled, privateEndpoints: [spoke]";
    CHECK(readyIn(reachesByEndpoint, closed,
                  "  - {at: 2m, do: vault.update, target: kv1, with: {privateEndpoints: [hub]}}\n") == "other");
    CHECK(readyIn(reachesByEndpoint, closed,
                  "  - {at: 2m, do: vault.update, target: kv1, with: {enablePurgeProtection: true}}\n") == "one");
    CHECK(readyIn(reachesByEndpoint, closed,
                  "  - {at: 2m, do: vault.update, target: kv1, with: {privateEndpoints: []}}\n")
              .empty());
}

TEST_CASE("all that stands between a resource and its key is told of a network as its check sees it") {
    const Compiled world{{stackedModel("app", "1m", reachesByEndpoint)},
                         "cmksim: 1\nname: x\nestate:\n  vaults: {kv1: {publicNetworkAccess: SecuredByPerimeter, "
                         "perimeter: [out], privateEndpoints: [spoke], accessPolicies: {id: [get]}, keys: {cmk: {}}}}\n"
                         "  identities: {id: {}}\n  resources:\n"
                         "    one: {service: app, identity: id, key: kv1/cmk, network: spoke}\n"
                         "    out: {service: app, identity: id, key: kv1/cmk}\n"
                         "    none: {service: app, identity: id, key: kv1/cmk}\ntimeline: []\n"};
    INFO(world.errors);
    REQUIRE(world.program);
    const WorldHistory history = simulateWorld(*world.program, nominalPhases(*world.program), HistoryDetail::Lacks);
    std::vector<bool> lacking;
    for (const ResourceId id : world.program->resources.ids()) {
        lacking.push_back(!history.timeline(history.pathsOf(id).front()).lacks.front().empty());
    }
    CHECK(lacking == std::vector{false, false, true});
}

} // namespace
} // namespace cmksim::test
