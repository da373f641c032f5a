#include "support/read_scenario.hpp"

#include <catch2/catch.hpp>

namespace cmksim::timeline_errors_test {

using namespace cmksim;
using namespace cmksim::scenario;
using namespace cmksim::test;

namespace {

/// What one entry in braces, at the end of a scenario of 8 hours, is refused with; its line is the sixth.
std::string errorsOf(const std::string& entry) {
    const Read read{"cmksim: 1\nname: x\nuntil: 8h\nestate: {}\ntimeline:\n- " + entry + "\n"};
    std::string messages = messagesOf(read.errors);
    for (std::size_t at = 0; (at = messages.find("in.yaml:6:", at)) != std::string::npos;) {
        messages.erase(at, std::string_view{"in.yaml:6:"}.size());
    }
    return messages;
}

} // namespace

TEST_CASE("an unknown action is an error, shown where it stands") {
    CHECK(Read{"cmksim: 1\nname: x\nestate: {}\ntimeline:\n- at: 1h\n  do: key.delet\n  target: kv1/k\n"}.errors ==
          "in.yaml:6:7: error: there is no action 'key.delet'; did you mean 'key.delete'?\n"
          "  do: key.delet\n"
          "      ^\n");
    CHECK(errorsOf("{at: 1h, do: key.exfiltrate, target: kv1/k}") ==
          "16: error: there is no action 'key.exfiltrate'\n");
    CHECK(errorsOf("{at: 1h, do: [key.delete], target: kv1/k}") ==
          "16: error: expected the name of an action, not a list\n");
}

TEST_CASE("an entry has one time, within the scenario") {
    CHECK(errorsOf("{do: key.delete, target: kv1/k}") == "3: error: a timeline entry needs 'at', 'after' or 'when'\n");
    CHECK(errorsOf("{at: 1h, after: 1h, do: key.delete, target: kv1/k}") ==
          "12: error: 'at' and 'after' exclude each other\n");
    CHECK(errorsOf("{at: 3600, do: key.delete, target: kv1/k}") ==
          "8: error: expected a duration since the start such as 1h30m, or an instant such as 2026-01-01T03:00:00Z, "
          "not '3600'\n");
    CHECK(errorsOf("{after: 2026-01-01T03:00:00Z, do: key.delete, target: kv1/k}") ==
          "11: error: expected a duration such as 90s, 1h30m or P90D, not '2026-01-01T03:00:00Z'\n");
    CHECK(errorsOf("{at: 2025-12-31T23:59:59Z, do: key.delete, target: kv1/k}") ==
          "8: error: '2025-12-31T23:59:59Z' is before the scenario's start\n");
    CHECK(errorsOf("{at: 8h, do: key.delete, target: kv1/k}").empty());
    CHECK(errorsOf("{at: 8h1s, do: key.delete, target: kv1/k}") ==
          "8: error: this is after the scenario's end, 'until', at 8h\n");
    CHECK(errorsOf("{after: P400D, do: key.delete, target: kv1/k}") ==
          "11: error: this is after the scenario's end, 'until', at 8h\n");
}

TEST_CASE("an instant may be a range, both ends in, and entries that follow it move with it") {
    const Read read{"cmksim: 1\nname: x\nuntil: 8h\nestate: {}\ntimeline:\n"
                    "- {at: 1h..2026-01-01T03:00:00Z, try: show, target: r}\n"
                    "- {after: 30m, try: show, target: r}\n- {at: 4h, try: show, target: r}\n"
                    "- {after: 1h, try: show, target: r}\n"};
    INFO(read.errors);
    REQUIRE(read.scenario);
    const std::vector<EntrySpec>& timeline = read.scenario->timeline;
    REQUIRE(timeline.size() == 4);
    CHECK(timeline[0].at == scenarioStart + std::chrono::hours{1});
    CHECK(timeline[0].open.value().last == scenarioStart + std::chrono::hours{3});
    CHECK(timeline[1].at == scenarioStart + std::chrono::minutes{90});
    CHECK(timeline[1].open.value().last == scenarioStart + std::chrono::minutes{210});
    CHECK(timeline[1].open->mark.line == 6);
    CHECK_FALSE(timeline[2].open);
    CHECK_FALSE(timeline[3].open);
}

TEST_CASE("a range of one instant is that instant") {
    const Read read{"cmksim: 1\nname: x\nestate: {}\ntimeline:\n- {at: 1h..1h, try: show, target: r}\n"};
    REQUIRE(read.scenario);
    CHECK(read.scenario->timeline.front().at == scenarioStart + std::chrono::hours{1});
    CHECK_FALSE(read.scenario->timeline.front().open);
}

TEST_CASE("a range of instants has two ends in order within the scenario, and is the only one") {
    CHECK(errorsOf("{at: 3h..1h, try: show, target: r}") ==
          "8: error: the range '3h..1h' is empty; the earlier end comes first\n");
    CHECK(errorsOf("{at: 1h..9h, try: show, target: r}") ==
          "8: error: this is after the scenario's end, 'until', at 8h\n");
    CHECK(errorsOf("{at: 1h..soon, try: show, target: r}") ==
          "8: error: expected a duration since the start such as 1h30m, or an instant such as 2026-01-01T03:00:00Z, "
          "not 'soon'\n");
    CHECK(errorsOf("{at: 1h..7h, try: show, target: r}\n- {after: 2h, try: show, target: r}") ==
          "in.yaml:7:11: error: this is after the scenario's end, 'until', at 8h\n");
    CHECK(errorsOf("{at: 1h..2h, try: show, target: r}\n- {at: 3h..4h, try: show, target: r}") ==
          "in.yaml:7:8: error: one instant can be open, and that of line 6 is already; entries that follow it by "
          "'after' move with it\n");
    CHECK(errorsOf("{at: 1h..2h, try: show, target: r}\n- {when: {r: Ready}, try: show, target: r}") ==
          "8: error: a timeline with 'when' can have no open instant; give this entry one instant, or leave the "
          "reactions out\n");
}

TEST_CASE("times that add up beyond all bounds are refused") {
    CHECK(messagesOf(Read{"cmksim: 1\nname: x\nestate: {}\ntimeline:\n- {after: 3650000d, try: show, target: r}\n"
                          "- {after: 1s, try: show, target: r}\n"}
                         .errors) == "in.yaml:6:11: error: this is too far from the start\n");
    CHECK(messagesOf(Read{"cmksim: 1\nname: x\nstart: 0000-01-01T00:00:00Z\nestate: {}\ntimeline:\n"
                          "- {at: 9999-12-31T00:00:00Z, try: show, target: r}\n"}
                         .errors) == "in.yaml:6:8: error: '9999-12-31T00:00:00Z' is too far from the start\n");
}

TEST_CASE("an entry has one verb") {
    CHECK(errorsOf("{at: 1h}") == "3: error: a timeline entry needs 'do', 'az', 'try' or 'expect'\n");
    CHECK(errorsOf("{at: 1h, do: key.delete, try: pull, target: kv1/k}") ==
          "28: error: 'do' and 'try' exclude each other\n");
    CHECK(errorsOf("{at: 1h, target: r, expect: {r: Ready}}") ==
          "12: error: 'target' has a meaning only beside 'do' or 'try'\n");
    CHECK(errorsOf("{at: 1h, try: pull, target: r, with: {}}") == "34: error: only 'do' takes 'with'\n");
    CHECK(errorsOf("{at: 1h, az: keyvault key delete, try: pull}") == "12: error: 'az' and 'try' exclude each other\n");
    CHECK(errorsOf("{at: 1h, az: []}") == "16: error: expected a command of the Azure CLI, not a list\n");
    CHECK(errorsOf("[]") == "3: error: expected a timeline entry (a mapping), not a list\n");
}

TEST_CASE("an action needs a target of its shape") {
    CHECK(errorsOf("{at: 1h, do: key.delete}") == "3: error: 'key.delete' needs a 'target'; VAULT/KEY\n");
    CHECK(errorsOf("{at: 1h, do: key.delete, target: kv1}") == "36: error: expected VAULT/KEY, not 'kv1'\n");
    CHECK(errorsOf("{at: 1h, do: key.delete, target: kv1/k/v1}") == "36: error: expected VAULT/KEY, not 'kv1/k/v1'\n");
    CHECK(errorsOf("{at: 1h, do: key.delete, target: kv1//k}") == "36: error: expected VAULT/KEY, not 'kv1//k'\n");
    CHECK(errorsOf("{at: 1h, do: key.update, target: /, with: {enabled: true}}") ==
          "36: error: expected VAULT/KEY or VAULT/KEY/VERSION, not '/'\n");
    CHECK(errorsOf("{at: 1h, do: vault.delete, target: kv1/k}") ==
          "38: error: expected the name of a vault, not 'kv1/k'\n");
    CHECK(errorsOf("{at: 1h, do: role.remove, target: kv1/k/v1, with: {identity: a, role: b}}") ==
          "37: error: expected '/', VAULT or VAULT/KEY, not 'kv1/k/v1'\n");
    CHECK(errorsOf("{at: 1h, do: identity.delete, target: 'system:r'}") ==
          "41: error: expected the name of a user-assigned identity, not 'system:r'\n");
    CHECK(errorsOf("{at: 1h, do: resource.delete, target: [r]}") ==
          "41: error: expected the name of a resource, not a list\n");
    CHECK(errorsOf("{at: 1h, try: pull}") == "3: error: 'try' needs a 'target'\n");
}

TEST_CASE("what an action makes has a name that it may have") {
    CHECK(errorsOf("{at: 1h, do: key.create, target: kv1/my_key}") ==
          "36: error: a key cannot be called 'my_key'; its name has 1 to 127 letters, digits and hyphens\n");
    CHECK(errorsOf("{at: 1h, do: vault.create, target: kv}") ==
          "38: error: a vault cannot be called 'kv'; its name has 3 to 24 letters, digits and hyphens\n");
}

TEST_CASE("arguments are the action's own, and of their types") {
    CHECK(errorsOf("{at: 1h, do: key.delete, target: kv1/k, with: {force: true}}") ==
          "50: error: key.delete has no field 'force'\n");
    CHECK(errorsOf("{at: 1h, do: policy.set, target: kv1}") == "16: error: policy.set needs the field 'identity'\n"
                                                               "16: error: policy.set needs the field 'permissions'\n");
    CHECK(errorsOf("{at: 1h, do: role.assign, target: /, with: {identity: a}}") ==
          "16: error: role.assign needs the field 'role'\n");
    CHECK(errorsOf("{at: 1h, do: vault.add-network-rule, target: kv1, with: {ipAddress: home}}") ==
          "71: error: expected an IPv4 address or block such as 203.0.113.0/24, not 'home'\n");
    CHECK(errorsOf("{at: 1h, do: key.update, target: kv1/k, with: {enabled: no, expires: ~, notBefor: 1h}}") ==
          "59: error: expected true or false, not 'no'\n"
          "75: error: key.update has no field 'notBefor'; did you mean 'notBefore'?\n");
    CHECK(
        errorsOf("{at: 1h, do: resource.update, target: r}") ==
        "16: error: resource.update needs the field 'keys', 'automaticRotation', 'key', 'identity', a property of the "
        "service, or more than one of them\n");
    CHECK(errorsOf("{at: 1h, do: resource.update, target: r, with: [key]}") ==
          "50: error: expected resource.update (a mapping), not a list\n");
    CHECK(errorsOf("{at: 1h, do: vault.update, target: kv1, with: {accessPolicies: {}}}")
              .starts_with("50: error: vault.update has no field 'accessPolicies'; known: "));
    CHECK(errorsOf("{at: 1h, do: resource.create, target: r, with: {key: kv1/k}}") ==
          "41: error: a resource needs the field 'service'\n");
    CHECK(errorsOf("{at: 1h, do: vault.create, target: kv1, with: {enablePurgeProtection: true, enableSoftDelete: "
                   "false}}") ==
          "73: error: purge protection needs soft delete; it does not exist without 'enableSoftDelete: true'\n");
}

TEST_CASE("an entry that is in error leaves the others as they are") {
    const Read read{"cmksim: 1\nname: x\nestate: {}\ntimeline:\n- {at: 1h, do: foo, target: a}\n"
                    "- {after: 1h, try: show, target: r}\n- {at: soon, try: show, target: r}\n"};
    REQUIRE(read.scenario);
    REQUIRE(read.scenario->timeline.size() == 2);
    CHECK(read.scenario->timeline[0].at == scenarioStart + std::chrono::hours{2});
}

} // namespace cmksim::timeline_errors_test
