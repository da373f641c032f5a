#include "action/action.hpp"

#include "support/read_scenario.hpp"

#include <catch2/catch.hpp>

namespace cmksim::actions_test {

using namespace cmksim;
using namespace cmksim::action;
using namespace cmksim::scenario;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

/// One action, read from an entry's fields in braces.
ActionSpec actionOf(const std::string& fields, Read& read) {
    read = Read{"cmksim: 1\nname: x\nestate: {}\ntimeline:\n- {at: 1h, " + fields + "}\n"};
    INFO(read.errors);
    REQUIRE(read.errors.empty());
    REQUIRE(read.scenario->timeline.size() == 1);
    return *read.scenario->timeline[0].action();
}

} // namespace

TEST_CASE("every action is found by its name, and its rule by its kind") {
    REQUIRE(actionRules().size() == std::variant_size_v<Action>);
    for (const ActionRule& rule : actionRules()) {
        CHECK(actionNamed(rule.traits.name) == rule.kind);
        CHECK(ruleOf(rule.kind).traits.name == rule.traits.name);
    }
    CHECK_FALSE(actionNamed("key.explode"));
    CHECK_FALSE(actionNamed("Key.delete"));
}

TEST_CASE("an action's arguments are read") {
    Read read{""};
    const ActionSpec policy =
        actionOf("do: policy.set, target: kv1, with: {identity: a, permissions: [get, list]}", read);
    CHECK(policy.kind == kindOf<PolicySet>);
    CHECK(policy.get<Name>("identity").text == "a");
    CHECK(policy.get<std::vector<Name>>("permissions").size() == 2);

    const ActionSpec role = actionOf("do: role.assign, target: /, with: {identity: 'system:r', role: Reader}", read);
    CHECK(role.target.text == "/");
    CHECK(role.get<Name>("identity").text == "system:r");
    CHECK(role.get<Name>("role").text == "Reader");

    const ActionSpec update =
        actionOf("do: key.update, target: kv1/k/v1, with: {enabled: false, notBefore: 2h, expires: ~}", read);
    CHECK(*update.find<bool>("enabled") == false);
    CHECK(update.get<TimeChange>("notBefore").value == scenarioStart + 2h);
    CHECK(update.find<TimeChange>("expires") != nullptr);
    CHECK_FALSE(update.get<TimeChange>("expires").value);

    const ActionSpec disabled = actionOf("do: key.update, target: kv1/k, with: {enabled: false}", read);
    CHECK(disabled.find<TimeChange>("expires") == nullptr);

    CHECK(actionOf("do: key.backup, target: kv1/k, with: {file: nightly}", read).get<Name>("file").text == "nightly");
    CHECK(actionOf("do: key.restore, target: kv1/k", read).arguments().empty());
    CHECK(actionOf("do: vault.remove-network-rule, target: kv1, with: {ipAddress: 10.1.2.3/8}", read)
              .get<AddressBlock>("ipAddress") == AddressBlock{0x0A000000, 8});

    const ActionSpec key = actionOf("do: resource.update, target: r, with: {key: kv1/k2, identity: b}", read);
    CHECK(key.get<Name>("key").text == "kv1/k2");
    CHECK(key.find<Cleared>("key") == nullptr);
    CHECK(key.get<Name>("identity").text == "b");
    CHECK(actionOf("do: resource.update, target: r, with: {key: ~}", read).find<Cleared>("key") != nullptr);
}

TEST_CASE("vaults and resources are created as the estate writes them") {
    Read read{""};
    const ActionSpec vault = actionOf("do: vault.create, target: kv9, with: {enablePurgeProtection: true, "
                                      "keys: {k: }, accessPolicies: {}}",
                                      read);
    CHECK(vault.vault()->name.text == "kv9");
    CHECK(vault.vault()->keys.size() == 1);
    CHECK(actionOf("do: vault.create, target: kv9", read).vault()->name.text == "kv9");

    const ActionSpec resource =
        actionOf("do: resource.create, target: r, with: {service: acr, sku: Basic, revalidationPhase: 5m}", read);
    CHECK(resource.resource()->key.text == "r");
    CHECK(resource.resource()->service.text == "acr");
    CHECK(resource.resource()->phase == 5min);
    CHECK(resource.resource()->properties[0].value.text == "Basic");
}

TEST_CASE("a vault's update names what it changes, and nothing else") {
    Read read{""};
    const ActionSpec update = actionOf("do: vault.update, target: kv1, with: {enableSoftDelete: false, "
                                       "networkAcls: {bypass: None}}",
                                       read);
    CHECK(update.vault()->enableSoftDelete->value == false);
    CHECK_FALSE(update.vault()->enablePurgeProtection);
    CHECK(update.vault()->networkAcls.bypass == Bypass::None);
    CHECK_FALSE(update.vault()->networkAcls.defaultAction);
    CHECK_FALSE(update.vault()->networkAcls.ipRules);
}

} // namespace cmksim::actions_test
