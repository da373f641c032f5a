// `cmksim explore`.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::explore_command_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view estate = R"(cmksim: 1
name: At rest
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
)";

} // namespace

TEST_CASE("a counterexample is its steps, and the exit code is 1") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate);
    const Ran ran{{"explore", "--faults", "2", "--invariant", "no-data-loss", "--format", "json", path}};
    CHECK(ran.code == 1);
    CHECK(has(
        ran.out,
        R"("complete": true, "phaseSets": 1, "everyPhase": true, )"
        R"("violations": [{"invariant": "no-data-loss", "phases": {}, "steps": [)"
        R"({"t": 0, "by": "fault", "action": "vault.delete", "target": "kv1", "with": {}, "az": "az keyvault delete --name kv1"}, )"
        R"({"t": 0, "by": "fault", "action": "vault.purge", "target": "kv1", "with": {}, "az": "az keyvault purge --name kv1"}])"));
    CHECK(Ran{{"explore", "--faults", "1", path}}.code == 0);
}

TEST_CASE("a counterexample runs as a scenario, and breaks there what it is said to break") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate);
    const Ran yaml{{"explore", "--faults", "2", "--invariant", "no-data-loss", "--format", "yaml", path}};
    const Ran ran{{"run", "--format", "json", folder.file("found.yaml", yaml.out)}};
    INFO(yaml.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(has(ran.out, R"("kind": "data-lost", "resource": "reg")"));
}

TEST_CASE("a counterexample that needs a phase has it written into its estate") {
    const Folder folder;
    // Seen within the bound by those alone that look in its last quarter of an hour.
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: expiring
estate:
  vaults: {kv1: {accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {k: {versions: [{expires: 23h30m}]}}}}
  identities: {app: }
  resources:
    one: {service: acr, identity: app, key: kv1/k}
    two:
      service: acr
      identity: app
      key: kv1/k
)");
    const std::vector<std::string> asked{"explore",     "--faults",       "1",       "--within", "23h45m",
                                         "--invariant", "at-most 1 down", "--format"};
    const auto explored = [&](const std::string& format) {
        std::vector<std::string> words = asked;
        words.insert(words.end(), {format, path});
        return Ran{words};
    };
    CHECK(has(explored("text").out, "BROKEN for two at +23h30m by time alone\n  phase   one 30m\n  phase   two 30m\n"));
    CHECK(has(explored("json").out, R"("phases": {"one": 1800, "two": 1800}, "steps": [], "resource": "two")"));
    const Ran yaml = explored("yaml");
    CHECK(has(yaml.out, "    one: {revalidationPhase: 30m, service: acr,"));
    CHECK(has(yaml.out, "    two:\n      revalidationPhase: 30m\n      service: acr\n"));
    const Ran ran{{"run", "--format", "json", folder.file("found.yaml", yaml.out)}};
    INFO(yaml.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(has(ran.out, R"("resource": "two", "from": "Ready", "to": "Inaccessible")"));
}

TEST_CASE("what an exploration is asked for is checked") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate);
    for (const auto& [option, value, complaint] : std::vector<std::tuple<std::string, std::string, std::string>>{
             {"--faults", "0", "--faults: expected a whole number from 1 to 6, not '0'"},
             {"--within", "soon", "--within: expected a duration (1d), not 'soon'"},
             {"--invariant", "no-data-los", "unknown invariant 'no-data-los'; did you mean 'no-data-loss'?"}}) {
        const Ran ran{{"explore", option, value, path}};
        CHECK(ran.code == 2);
        CHECK(has(ran.err, complaint));
    }
}

TEST_CASE("an exploration reads as text, and says what was searched") {
    const Folder folder;
    const Ran ran{{"explore", "--faults", "1", folder.file("s.yaml", estate)}};
    CHECK(has(ran.out, "no-data-loss"));
    CHECK(has(ran.out, "holds"));
    CHECK(has(ran.out, "different states, up to 1 fault within 1d, at nominal phases"));
}

TEST_CASE("a search that was cut short without a find is undecided") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate);
    const Ran ran{{"explore", "--max-states", "2", "--invariant", "no-data-loss", path}};
    CHECK(ran.code == 4);
    CHECK(has(ran.out, "undecided: not broken in what was looked at"));
    CHECK(has(ran.out, "Not looked at: the states after these"));
    const Ran json{{"explore", "--max-states", "2", "--invariant", "no-data-loss", "--format", "json", path}};
    CHECK(has(json.out, R"("undecided": ["no-data-loss"])"));
    CHECK(has(json.out, "the search was cut short at 2 of what hangs together (--max-states)"));
}

TEST_CASE("a limit that an invariant was cut short by is named, and for which it was") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim-estate: 1
vaults:
  kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
identities: {app: {}}
resources:
  reg: {service: acr, identity: app, key: kv1/cmk}
  cos: {service: cosmosdb, identity: app, key: kv1/cmk}
)");
    const std::string limit = "max-downtime 2h given a response after 30m";
    const Ran ran{{"explore", "--invariant", limit, "--invariant", "no-data-loss", "--format", "json", path}};
    CHECK(ran.code == 4);
    CHECK(has(ran.out, R"("undecided": ["max-downtime 2h given a response after 30m"])"));
    CHECK(has(ran.out, "no more than 2000 such states are looked at, of no more than 3 resources, for " + limit));
    const Ran text{{"explore", "--invariant", limit, "--invariant", "no-data-loss", path}};
    CHECK(has(text.out, "holds in what was searched"));
}

TEST_CASE("that time alone takes the way back is told, in an exploration and by a rule of one's own") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim-estate: 1
vaults:
  kv1:
    enablePurgeProtection: true
    softDeleteRetentionInDays: 7
    accessPolicies: {app: [get, wrapKey, unwrapKey]}
    keys: {cmk: {deleted: 2025-12-27T00:00:00Z}}
identities: {app: {}}
resources:
  st: {service: storage, identity: app, key: kv1/cmk}
)");
    const std::string file = folder.file("i.yaml", "- reachable: {st: Available}\n");
    for (const std::string within : {"2d", "10d"}) {
        const Ran usual{{"explore", "--within", within, "--invariant", "recoverable", path}};
        CHECK(usual.code == 1);
        CHECK(has(usual.out, "BROKEN for st at +2d by time alone"));
        const Ran own{{"explore", "--within", within, "--invariants", file, path}};
        CHECK(own.code == 1);
        CHECK(has(own.out, "BROKEN for st at +2d by time alone"));
    }
    const std::string rules = folder.file("r.yaml", R"(cmksim-lint: 1
rules:
  - {name: comes-back, why: w, invariant: recoverable, during: 10d}
)");
    const Ran lint{{"lint", "--rules", rules, path}};
    CHECK(has(lint.out, "comes-back"));
    CHECK(has(lint.out, "+2d RetentionElapsed kv1/cmk"));
}

TEST_CASE("invariants over states are read from a file, and what is wrong there has its place") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate);
    const std::string file = folder.file("i.yaml", "- always: {reg: Ready}\n- never: {reg: Revoked}\n"
                                                   "- eventually: {reg: Ready}\n  within: 2h\n"
                                                   "- reachable: {reg: Ready}\n");
    const Ran ran{{"explore", "--invariants", file, path}};
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "── always reg: Ready"));
    CHECK(has(ran.out, "BROKEN for reg at +0s by"));
    CHECK(has(ran.out, "── eventually reg: Ready within 2h"));
    CHECK(has(ran.out, "── reachable reg: Ready"));
    CHECK(has(ran.out, "holds"));
    const std::string wrong =
        folder.file("w.yaml", "- always: {rg: Ready}\n- eventually: {reg: Ready}\n- sometimes: 1\n");
    const Ran complaint{{"explore", "--invariants", wrong, path}};
    CHECK(complaint.code == 2);
    CHECK(has(complaint.err, "w.yaml:1:"));
    CHECK(has(complaint.err, "unknown resource 'rg'; known: reg"));
    CHECK(has(complaint.err, "'eventually' needs 'within'"));
    CHECK(has(complaint.err, "an invariant needs 'always', 'never', 'eventually' or 'reachable'"));
}

TEST_CASE("the worst is printed with its story, which runs as a scenario and comes to the same") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate);
    const std::vector<std::string> asked{"explore", "--worst", "outage", "--response", "30m", "--format"};
    const auto explored = [&](const std::string& format) {
        std::vector<std::string> words = asked;
        words.insert(words.end(), {format, path});
        return Ran{words};
    };
    const Ran text = explored("text");
    CHECK(text.code == 0);
    CHECK_FALSE(has(text.out, "it may be longer"));
    CHECK(has(text.out, "worst outage, up to 1 fault, each symptom answered after 30m"));
    CHECK(has(text.out, "1h  reg, from"));
    CHECK(has(text.out, "responder  "));
    CHECK(has(explored("json").out, R"("cases": [{"resource": "reg", "seconds": 3600, "over": true)"));
    const Ran run{{"run", "--format", "json", folder.file("found.yaml", explored("yaml").out)}};
    INFO(run.out << run.err);
    CHECK(run.code == 0);
    CHECK(has(run.out, R"("downtime": 3600)"));
}

TEST_CASE("what --worst does not know is said with what is near") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate);
    const auto fails = [&](const std::vector<std::string>& more, std::string_view text) {
        std::vector<std::string> words{"explore", path};
        words.insert(words.end(), more.begin(), more.end());
        const Ran ran{words};
        INFO(ran.err);
        return ran.code == 2 && ran.out.empty() && has(ran.err, text);
    };
    CHECK(fails({"--worst", "outages"}, "did you mean 'outage'?"));
    CHECK(fails({"--worst", "journey:shop"}, "no journey 'shop'"));
    CHECK(fails({"--worst", "outage", "--response", "1h..10m"}, "--response: expected a duration or a range"));
    CHECK(fails({"--worst", "outage", "--invariant", "recoverable"}, "--worst tests no invariant"));
    CHECK(fails({"--response", "10m"}, "belong to --worst"));
}

TEST_CASE("a responder's step is a command to be run, with what is to be filled in") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim-estate: 1
vaults:
  kv1:
    enablePurgeProtection: true
    enableRbacAuthorization: true
    roleAssignments:
      orders-id: Key Vault Crypto Service Encryption User
      set-id: Key Vault Crypto Service Encryption User
    keys: {orders-cmk: , set-cmk: }
identities: {orders-id: , set-id: }
resources:
  orders: {service: postgresql, identity: orders-id, key: kv1/orders-cmk}
  set: {service: diskencryptionset, identity: set-id, key: kv1/set-cmk}
  data: {service: disk, on: [set]}
  shop: {service: vm, on: [data]}
)");
    const Ran ran{{"explore", "--faults", "1", "--worst", "outage", "--response", "30m", path}};
    INFO(ran.out);
    CHECK(has(ran.out, "$ az keyvault delete --name kv1\n"));
    CHECK(has(ran.out, "$ az vm start --name shop --resource-group '<resource group>'"));
}

} // namespace cmksim::explore_command_test
