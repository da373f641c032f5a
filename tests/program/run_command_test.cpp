// `cmksim run`: results, exit codes, options, and inputs that are none.
#include "running.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include <cstdio>
#include <iostream>

namespace cmksim::run_command_test {

using namespace cmksim;
using namespace cmksim::program;
using namespace cmksim::test;

namespace {

/// A registry whose key is deleted; it finds out at 1h, or after its phase.
constexpr std::string_view story = R"(cmksim: 1
name: Key deleted
estate:
  vaults:
    kv1:
      accessPolicies: {app: [get, wrapKey, unwrapKey]}
      keys: {cmk: {}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
timeline:
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {at: 70m, expect: {reg: Inaccessible}}
)";

std::string with(std::string_view from, std::string_view to) {
    std::string text{story};
    return text.replace(text.find(from), from.size(), to);
}

/// The JSON of one scenario in a file, without its file's name.
std::string jsonOf(std::string_view text, std::vector<std::string> options = {}) {
    const Folder folder;
    std::vector<std::string> words{"run", "--format", "json", folder.file("s.yaml", text)};
    words.insert(words.end(), options.begin(), options.end());
    return Ran{words}.out;
}

} // namespace

TEST_CASE("a scenario whose expectations hold is one line of JSON, and exit code 0") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", story);
    const Ran ran{{"run", "--format", "json", path}};
    CHECK(ran.code == 0);
    CHECK(ran.err.empty());
    CHECK(ran.out.substr(0, ran.out.find(R"(, "evidence")")) ==
          R"({"cmksim": 1, "scenario": "Key deleted", "file": ")" + path +
              R"(", "start": "2026-01-01T00:00:00Z", "end": "2026-01-01T03:10:00Z", "passed": true, "events": [)"
              R"({"t": 600, "kind": "action", "action": "key.delete", "target": "kv1/cmk", "result": "ok"}, )"
              R"({"t": 3600, "kind": "transition", "resource": "reg", "from": "Ready", "to": "Inaccessible", )"
              R"("reason": "KeyNotFound", "error": "DENIED", "message": "Access to Key Encryption Key is forbidden. )"
              R"(View troubleshooting steps at https://aka.ms/acr/cmk", "range": [600, 4199]}, )"
              R"({"t": 4200, "kind": "expectation", "resource": "reg", "passed": true, "expected": "Inaccessible", )"
              R"("actual": "Inaccessible", "line": 13}], "resources": [{"name": "reg", "service": "acr", )"
              R"("state": "Inaccessible", "reason": "KeyNotFound", "downtime": 7800, "outages": 1, )"
              R"("recoverable": true}])");
    CHECK(std::ranges::count(ran.out, '\n') == 1);
}

TEST_CASE("text is the default, and says the same") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", story);
    const Ran ran{{"run", path}};
    CHECK(ran.code == 0);
    CHECK(has(ran.out, "Key deleted"));
    CHECK(has(ran.out, "KeyNotFound"));
    CHECK(ran.out == Ran{{"run", "--format", "text", path}}.out);
}

TEST_CASE("several scenarios are one line each, in the order given, and fail if one of them does") {
    const Folder folder;
    const std::string good = folder.file("good.yaml", story);
    const std::string bad = folder.file("bad.yaml", with("{reg: Inaccessible}", "{reg: Ready}"));
    const Ran ran{{"run", "--format", "json", bad, good, good}};
    CHECK(ran.code == 1);
    CHECK(ran.err.empty());
    CHECK(std::ranges::count(ran.out, '\n') == 3);
    CHECK(ran.out.find("bad.yaml") < ran.out.find("good.yaml"));
}

TEST_CASE("what falls short is exit code 1: an expectation, or an unexpected refusal") {
    const Folder folder;
    CHECK(Ran{{"run", folder.file("a.yaml", with("{reg: Inaccessible}", "{reg: Ready}"))}}.code == 1);
    CHECK(Ran{{"run", folder.file("b.yaml", with("key.delete", "key.recover"))}}.code == 1);
}

TEST_CASE("when one of several files is wrong nothing is simulated, and the errors of all are shown") {
    const Folder folder;
    const std::string good = folder.file("good.yaml", story);
    const std::string unknown = folder.file("unknown.yaml", with("service: acr", "service: arc"));
    const std::string untidy = folder.file("untidy.yaml", with("name: Key deleted", "nam: Key deleted"));
    const Ran ran{{"run", good, unknown, untidy}};
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(has(ran.err, unknown + ":10:20: error: unknown service 'arc'; did you mean 'acr'?\n"));
    CHECK(has(ran.err, untidy + ":2:1: error: "));
}

TEST_CASE("warnings go to standard error, unless they are not wanted, and change nothing") {
    const Folder folder;
    const std::string path =
        folder.file("s.yaml", with("service: acr, identity: app, key: kv1/cmk",
                                   "service: documentdb, identity: app, key: kv1/cmk/v1, revalidationPhase: 0s"));
    const Ran warned{{"run", "--format", "json", path}};
    CHECK(warned.code == 0);
    CHECK(has(warned.err, path + ":10:52: warning: "));
    const Ran quiet{{"run", "--format", "json", "--quiet", path}};
    CHECK(quiet.err.empty());
    CHECK(quiet.out == warned.out);
}

// --- options that change a scenario ----------------------------------------------------------------------------------

TEST_CASE("the option --set changes the estate") {
    CHECK(has(jsonOf(story, {"--set", "vaults.kv1.keys.cmk.enabled=false"}), R"({"t": 0, "kind": "transition")"));
    CHECK(has(jsonOf(story, {"--set", "vaults.kv1.enableSoftDelete=false"}), R"("kind": "data-lost")"));
}

TEST_CASE("the option --phase says when a resource revalidates") {
    CHECK(has(jsonOf(story, {"--phase", "reg=20m"}), R"({"t": 1200, "kind": "transition")"));
}

TEST_CASE("the option --model chooses a version, also against the scenario's own") {
    const std::string refused =
        with("{at: 10m, do: key.delete, target: kv1/cmk}",
             "{at: 10m, do: resource.create, target: new, expect: refused,\n"
             "     with: {service: acr, previewRegistered: false, identity: app, key: kv1/cmk}}");
    CHECK(has(jsonOf(refused, {"--model", "acr=2020-01-preview"}), "PreviewNotRegistered"));
    CHECK_FALSE(has(jsonOf(refused), "PreviewNotRegistered"));
    const std::string chosen = "models: {acr: 2020-01-preview}\n" + refused;
    CHECK(has(jsonOf(chosen), "PreviewNotRegistered"));
    CHECK_FALSE(has(jsonOf(chosen, {"--model", "acr=2023-10"}), "PreviewNotRegistered"));
}

TEST_CASE("the option --estate puts another estate in the place of the scenario's") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", story);
    const std::string estate = folder.file("estate.yaml", R"(cmksim-estate: 1
vaults: {kv1: {keys: {cmk: {}}}}
identities: {app: {}}
resources: {reg: {service: acr, identity: app, key: kv1/cmk}}
)");
    CHECK(has(Ran{{"run", "--format", "json", "--estate", estate, path}}.out, R"("reason": "IdentityUnauthorized")"));
    const Ran missing{{"run", "--estate", folder.path("none.yaml"), path}};
    CHECK(missing.code == 2);
    CHECK(has(missing.err, folder.path("none.yaml") + ": error: no such file or directory"));
}

TEST_CASE("the option --models adds the models of a directory") {
    const Folder folder;
    std::string model = textOf(testsFolder() + "/../models/acr-2023-10.yaml");
    const auto replace = [&](std::string_view from, std::string_view to) {
        REQUIRE(has(model, from));
        model.replace(model.find(from), from.size(), to);
    };
    replace("version: 2023-10", "version: 2099-01");
    replace("period: 60m", "period: 15m");
    const std::string file = folder.file("acr.yaml", model);
    const std::string models = std::filesystem::path{file}.parent_path().string();
    CHECK(has(jsonOf(story, {"--models", models}), R"({"t": 900, "kind": "transition")"));
    CHECK(has(jsonOf(story, {"--models", models, "--model", "acr=2023-10"}), R"({"t": 3600, "kind": "transition")"));
}

// --- input and output ------------------------------------------------------------------------------------------------

TEST_CASE("a path '-' is standard input") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", story);
    REQUIRE(std::freopen(path.c_str(), "r", stdin) != nullptr);
    const Ran ran{{"run", "--format", "json", "-"}};
    CHECK(ran.code == 0);
    CHECK(has(ran.out, R"("file": "-")"));
}

TEST_CASE("the option --output writes a file, whole, and nothing to standard output") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", story);
    const std::string to = folder.file("result.json", "what was there before");
    const Ran ran{{"run", "--format", "json", "--output", to, path}};
    CHECK(ran.code == 0);
    CHECK(ran.out.empty());
    CHECK(textOf(to) == Ran{{"run", "--format", "json", path}}.out);
    CHECK(Ran{{"run", "--format", "json", "--output", "-", path}}.out == textOf(to));
}

TEST_CASE("output that cannot be written is exit code 5, and leaves nothing behind") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", story);
    const std::string nowhere = folder.path("missing/result.json");
    const Ran ran{{"run", "--output", nowhere, path}};
    CHECK(ran.code == 5);
    CHECK(ran.err == "cmksim: error: cannot write '" + nowhere + "': No such file or directory\n");
    CHECK(Ran{{"run", "--output", folder.path(), path}}.code == 5);
    CHECK(std::distance(std::filesystem::directory_iterator{folder.path()}, {}) == 1);
}

TEST_CASE("a standard output that takes nothing is exit code 5, also when an expectation failed") {
    const Folder folder;
    for (const std::string& text : {std::string{story}, with("{reg: Inaccessible}", "{reg: Ready}")}) {
        std::ostream nowhere{nullptr};
        std::ostringstream err;
        const std::vector<std::string> words{"run", folder.file("s.yaml", text)};
        CHECK(runProgram(words, {nowhere, err}) == ExitCode::CannotWrite);
        CHECK(err.str() == "cmksim: error: cannot write to standard output\n");
    }
}

TEST_CASE("what is no scenario is exit code 2, says which file and where, and nothing on standard output") {
    const Folder folder;
    const auto complaint = [&](const std::string& path) {
        const Ran ran{{"run", path}};
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK(ran.err.size() < 10'000);
        return ran.err;
    };
    CHECK(complaint(folder.path()) == folder.path() + ": error: is a directory\n");
    CHECK(complaint(folder.path("none.yaml")) == folder.path("none.yaml") + ": error: no such file or directory\n");
    for (const std::string& text :
         {std::string{}, std::string(1000, '\0'), std::string{story} + '\0', std::string(1'000'000, '['),
          std::string(1'000'000, '{'), std::string{"cmksim: 1"}, std::string{"- 1\n- 2\n"},
          std::string{"\xFF\xFE\0c", 4}, std::string{"cmksim: 2\nname: x\nestate: {}\n"},
          std::string{story} + "---\n" + std::string{story}}) {
        const std::string path = folder.file("bad.yaml", text);
        INFO(text.substr(0, 40));
        CHECK(complaint(path).starts_with(path + ':'));
    }
}

TEST_CASE("'--timing' puts phases, grants, tokens and lapses at one end of their ranges") {
    constexpr std::string_view grants = R"(cmksim: 1
name: Policy taken away and given back
estate:
  vaults:
    kv1:
      accessPolicies: {app: [get, wrapKey, unwrapKey]}
      keys: {cmk: {}}
  identities: {app: {}}
  resources:
    open: {service: acr, identity: app, key: kv1/cmk}
    pinned: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 5m}
timeline:
  - {at: 1h, do: policy.delete, target: kv1, with: {identity: app}}
)";
    const auto revoked = [&](std::string_view resource, std::string_view timing) {
        const std::string json = jsonOf(grants, {"--timing", std::string{timing}});
        const std::size_t event = json.find("transition\", \"resource\": \"" + std::string{resource});
        const std::size_t t = json.rfind("\"t\": ", event) + 5;
        return json.substr(t, json.find(',', t) - t);
    };
    CHECK(revoked("open", "nominal") == "3600");
    CHECK(revoked("open", "earliest") == "3600");
    CHECK(revoked("open", "latest") == "7199");
    CHECK(revoked("pinned", "nominal") == "3900");
    CHECK(revoked("pinned", "latest") == "7500");
    CHECK(revoked("open", "sampled") == revoked("open", "sampled"));
    CHECK(revoked("open", "sampled") != revoked("open", "nominal"));
}

TEST_CASE("an unknown timing or a seed that is no number is said") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", story);
    const Ran timing{{"run", "--timing", "latests", path}};
    CHECK(timing.code == 2);
    CHECK(timing.err == "cmksim run: error: unknown timing 'latests'; did you mean 'latest'?\n");
    const Ran seed{{"run", "--seed", "-1", path}};
    CHECK(seed.code == 2);
    CHECK(has(Ran{{"run", "--seed", "x", "--timing", "latests", path}}.err, "--seed: expected"));
    CHECK(has(Ran{{"run", "--seed", "x", "--timing", "latests", path}}.err, "did you mean 'latest'"));
    CHECK(seed.err == "cmksim run: error: --seed: expected a whole number from 0 on, not '-1'\n");
}

TEST_CASE("a condition that begins at the look that takes a resource down has its own cause") {
    const Folder folder;
    const Ran ran{{"run", folder.file("s.yaml", R"(cmksim: 1
name: closed, and then the policy gone before the look
until: 6h
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 0s}
timeline:
  - {at: 1h10m, do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Deny}}}
  - {at: 1h20m, do: policy.delete, target: kv1, with: {identity: app}}
  - {at: 3h, do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Allow}}}
)")}};
    const std::size_t raised = ran.out.find("+2h  Degraded: VaultFirewallDenied");
    REQUIRE(raised != std::string::npos);
    CHECK(ran.out.substr(raised, 120).find("after    vault.update kv1 at +1h10m") != std::string::npos);
}

TEST_CASE("the cause of what takes a while to count is the action that began it") {
    const Folder folder;
    std::string text{story};
    text.replace(text.find("key.delete, target: kv1/cmk"), 27, "policy.delete, target: kv1, with: {identity: app}");
    const Ran ran{{"run", "--timing", "latest", folder.file("s.yaml", text)}};
    INFO(ran.out);
    CHECK(has(ran.out, "policy.delete"));
}

namespace {

constexpr std::string_view fleet = R"(cmksim: 1
name: Fleet
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    edge: {service: documentdb, count: 4, identity: app, key: kv1/cmk, revalidationPhase: spread}
until: 3h
timeline:
  - {at: 20m, do: key.delete, target: kv1/cmk}
  - {at: 40m, expect: {edge: Ready}}
)";

} // namespace

TEST_CASE("a fleet is told as one, and member by member when asked for") {
    const std::string one = jsonOf(fleet);
    CHECK(has(one, R"({"t": 1800, "kind": "transition", "resource": "edge", "from": "Ready", "to": "Inaccessible", )"
                   R"("reason": "KeyNotFound", "members": {"count": 4, "first": "edge-000002", )"
                   R"("last": "edge-000001", "until": 4500}})"));
    CHECK(has(one, R"("passed": false, "expected": "Ready", "actual": "Inaccessible", "line": 12, )"
                   R"("members": {"count": 4, "failed": 1}})"));
    CHECK(has(one, R"("downtime": {"min": 6300, "median": 7200, "p90": 9000, "p99": 9000, "max": 9000, )"
                   R"("mean": [7650, 1], "total": 30600})"));
    const std::string each = jsonOf(fleet, {"--expand"});
    CHECK(has(each, R"({"t": 4500, "kind": "transition", "resource": "edge-000001", "from": "Ready", )"
                    R"("to": "Inaccessible", "reason": "KeyNotFound"})"));
    CHECK(has(each, R"({"name": "edge-000003", "service": "documentdb", "state": "Inaccessible", )"
                    R"("reason": "KeyNotFound", "downtime": 8100, "outages": 1, "recoverable": true})"));
    CHECK_FALSE(has(each, "members"));
}

TEST_CASE("the curve of a fleet is a table") {
    const Folder folder;
    const Ran ran{{"run", "--format", "csv", folder.file("s.yaml", fleet)}};
    CHECK(ran.out == "scenario,resource,t,down,members\nFleet,edge,0,0,4\nFleet,edge,1800,1,4\n"
                     "Fleet,edge,2700,2,4\nFleet,edge,3600,3,4\nFleet,edge,4500,4,4\n");
}

TEST_CASE("a drawn fleet is the seed's") {
    std::string text{fleet};
    text.replace(text.find("spread"), 6, "random");
    CHECK(jsonOf(text, {"--seed", "1"}).substr(60) != jsonOf(text, {"--seed", "2"}).substr(60));
}

TEST_CASE("the text of a fleet says how many, who, and how long") {
    const Folder folder;
    const Ran ran{{"run", folder.file("s.yaml", fleet)}};
    INFO(ran.out);
    CHECK(has(ran.out, "edge (all 4)  Ready → Inaccessible  KeyNotFound"));
    CHECK(has(ran.out, "edge-000002 to edge-000001, the last at +1h15m"));
    CHECK(has(ran.out, "1 of 4 members are not as expected"));
    CHECK(has(ran.out, "edge (documentdb 2026-11, 4 members): all Inaccessible"));
    CHECK(has(ran.out, "8.5 resource-hours"));
}

TEST_CASE("a run says which phases it has taken, and of which clock") {
    constexpr std::string_view open = R"(cmksim: 1
name: Two clocks
estate:
  vaults: {kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}, old: {}}}}
  identities: {app: {}}
  resources:
    acc: {service: cosmosdb, identity: app, key: kv1/cmk}
    pinned: {service: cosmosdb, identity: app, key: kv1/cmk, revalidationPhase: 1m, rotationPhase: 1h}
    versioned: {service: cosmosdb, identity: app, key: kv1/old/v1, revalidationPhase: 1m}
timeline:
  - {at: 10m, do: key.rotate, target: kv1/cmk}
)";
    const Folder folder;
    const std::string text = Ran{{"run", folder.file("s.yaml", open)}}.out;
    CHECK(text.find("revalidation phase open, 0s of 1h taken: acc\n") != std::string::npos);
    CHECK(text.find("rotation phase open, 0s of 1d taken: acc\n") != std::string::npos);
    const std::string latest = Ran{{"run", "--timing", "latest", folder.file("s.yaml", open)}}.out;
    CHECK(latest.find("rotation phase open, 23h59m59s of 1d taken: acc\n") != std::string::npos);
}

TEST_CASE("a registry's refusals name the identity that is detached, and not the one that is to be next") {
    const std::string text = jsonOf(R"(cmksim: 1
name: Detached
until: 2h
estate:
  vaults:
    kv1: {accessPolicies: {old: [get, wrapKey, unwrapKey], next: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {old: {}, next: {}}
  resources:
    reg: {service: acr, identity: old, key: kv1/cmk, revalidationPhase: 0s}
timeline:
  - {at: 10m, do: resource.remove-identity, target: reg, with: {identity: old}, expect: {error: IdentityInUse}}
  - {at: 1h10m, do: resource.update, target: reg, with: {identity: next}, expect: {error: IdentityDetached}}
)");
    constexpr std::string_view says = R"("message": "Azure resource 'reg' does not have access to identity 'old' Try)";
    const std::size_t first = text.find(says);
    REQUIRE(first != std::string::npos);
    CHECK(text.find(says, first + 1) != std::string::npos);
}

TEST_CASE("data that is lost is lost for what stands on it as well, wherever it is told") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: x
until: 100d
estate:
  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {k: {}}}}
  identities: {app: {}}
  resources:
    set: {service: diskencryptionset, identity: app, key: kv1/k, revalidationPhase: 0s}
    data: {service: disk, on: [set]}
    host: {service: vm, on: [data]}
timeline:
  - {at: 1h, do: key.delete, target: kv1/k}
)");
    const Ran text{{"run", path}};
    INFO(text.out);
    CHECK(has(text.out, "DATA\nLOST"));
    CHECK(has(text.out, "data (disk 2026-04): Unavailable, down 99d23h in 1 outage, DATA LOST of what"));
    CHECK(has(text.out, "host (vm 2026-04): Stopped, down 99d23h in 1 outage, DATA LOST of what it"));
    const Ran json{{"run", "--format", "json", path}};
    CHECK(has(json.out, R"("recoverable": true, "dataLostBelow": true)"));
    const Ran sampled{{"sample", "--trials", "10", "--format", "json", path}};
    CHECK(has(sampled.out, R"("dataLost": {"probability": 1.0)"));
    CHECK_FALSE(has(sampled.out, R"("dataLost": {"probability": 0.0)"));
    const Ran deadline{{"deadline", "--repair", "key.recover kv1/k", "--rto", "1h", path}};
    std::size_t told = 0;
    for (std::size_t at = 0; (at = deadline.out.find("its data is lost for good", at)) != std::string::npos; ++at) {
        ++told;
    }
    CHECK(told == 3);
    const Ran bounds{{"bounds", "--format", "json", path}};
    CHECK_FALSE(has(bounds.out, R"("dataLost": [0, 1])"));
    const std::string objective = folder.file("o.yaml", textOf(path) + "objectives: {host: {no-data-loss: true}}\n");
    CHECK(has(Ran{{"bounds", objective}}.out, "host, no data loss: holds in no case"));
    // How long a machine takes to start is open, and not looked at where answers start it.
    const std::vector<std::string> limit{"explore", "--invariant", "max-downtime 9h given a response after 30m", path};
    CHECK(Ran{limit}.code == 4);
}

} // namespace cmksim::run_command_test
