// Objectives in every command that judges them.
#include "running.hpp"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::objective_commands_test {

using namespace cmksim::test;

namespace {

/// A registry whose key is away for half an hour: half of its phases see that, and are down for an hour.
std::string story(std::string_view objectives, std::string_view until = "8h",
                  std::string_view recovered = "  - {at: 1h30m, do: key.recover, target: kv1/k}\n") {
    return fmt::format("cmksim: 1\nname: x\nuntil: {}\nobjectives: {{{}}}\n"
                       "estate:\n"
                       "  vaults: {{kv1: {{enablePurgeProtection: true, accessPolicies: {{a: [get, wrapKey, "
                       "unwrapKey]}}, keys: {{k: {{}}}}}}}}\n"
                       "  identities: {{a: {{}}}}\n"
                       "  resources: {{registry: {{service: acr, sku: Premium, identity: a, key: kv1/k}}}}\n"
                       "timeline:\n"
                       "  - {{at: 1h, do: key.delete, target: kv1/k}}\n{}",
                       until, objectives, recovered);
}

constexpr std::string_view missed = "registry: {rto: 10m}";
constexpr std::string_view kept = "registry: {rto: 1h}";

Ran ran(const Folder& folder, std::string_view text, std::vector<std::string> words) {
    words.push_back(folder.file("story.yaml", std::string{text}));
    return Ran{words};
}

} // namespace

TEST_CASE("test fails where an objective is broken, for the phases at which it is, and where it stands") {
    const Folder folder;
    const Ran failed = ran(folder, story(missed), {"test", "--format", "json"});
    INFO(failed.out << failed.err);
    CHECK(failed.code == 1);
    CHECK(has(failed.out, R"("kind": "objective", "subject": "registry", "t": 28800, "expected": "rto 10m", )"
                          R"("actual": "an outage of 1h", )"));
    CHECK(has(failed.out, R"("line": 4, "column": 14)"));
    CHECK(has(failed.out, R"("phases": [{"first": 0, "last": 1799}], "period": 3600, "shownPhase": 0)"));
    CHECK(has(failed.out, R"("text": "key.delete kv1/k: ok")"));
    CHECK(has(failed.out, "--phase registry=0s"));

    const Ran all = ran(folder, story(missed), {"test", "--timing", "all"});
    CHECK(all.code == 1);
    CHECK(has(all.out, "registry at +8h: expected rto 10m, was an outage of 1h"));
    const Ran pinned = ran(folder, story(missed), {"test", "--set", "resources.registry.revalidationPhase=45m"});
    INFO(pinned.out);
    CHECK(pinned.code == 0);
}

TEST_CASE("an objective is an expectation: a scenario with nothing else is tested") {
    const Folder folder;
    const Ran passed = ran(folder, story(kept), {"test"});
    INFO(passed.out << passed.err);
    CHECK(passed.code == 0);
    CHECK(has(passed.out, "PASSED"));
    CHECK(has(passed.out, "1 expectations looked at"));
    CHECK(ran(folder, story("registry: {no-impairment: true, no-data-loss: true}"), {"test"}).code == 1);
}

TEST_CASE("an objective of which it is not known whether it holds leaves its case undecided") {
    const Folder folder;
    const Ran open = ran(folder, story(kept, "1h20m", ""), {"test"});
    INFO(open.out << open.err);
    CHECK(open.code == 4);
    CHECK(has(open.out, "rto 1h: not known: an outage is not"));
    const Ran json = ran(folder, story(kept, "1h20m", ""), {"test", "--format", "json"});
    CHECK(has(json.out, R"("complete": false)"));
}

TEST_CASE("every report of a suite has a broken objective as a failure of its own kind") {
    const Folder folder;
    const auto told = [&](const std::string& format) {
        return ran(folder, story(missed), {"test", "--format", format}).out;
    };
    CHECK(has(told("tap"), R"(kind: "objective")"));
    CHECK(has(told("junit"), R"(type="objective")"));
    CHECK(has(told("sarif"), R"("ruleId": "cmksim/objective")"));
    CHECK(has(told("azuredevops"), "code=cmksim/objective"));
    CHECK(has(told("github"), "expected rto 10m, was an outage of 1h"));
    CHECK(has(told("markdown"), "expected rto 10m, was an outage of 1h"));
}

TEST_CASE("a plan is held against the objectives of its estate, and says whether it keeps them") {
    const Folder folder;
    const auto planned = [&](std::string_view objectives, std::vector<std::string> words) {
        words.insert(words.begin(), "plan");
        return ran(folder, story(objectives, "8h", ""), words);
    };
    const Ran late = planned("registry: {rto: 4h}", {});
    INFO(late.out << late.err);
    CHECK(late.code == 1);
    CHECK(has(late.out, "Objectives, over the story with this plan"));
    CHECK(has(late.out, "registry, rto 4h: holds in no case"));
    const Ran soon = planned("registry: {rto: 4h}", {"--at", "2h", "--format", "json"});
    INFO(soon.out);
    CHECK(soon.code == 0);
    CHECK(has(soon.out, R"("objective": "rto", "asked": "rto 4h", "holds": "always")"));
}

TEST_CASE("blast tells which objectives the loss of a node breaks") {
    const Folder folder;
    const Ran json = ran(folder, story(kept), {"blast", "--format", "json"});
    INFO(json.out << json.err);
    CHECK(json.code == 0);
    CHECK(has(json.out, R"("loss": "key.delete kv1/k", "missed": [{"name": "registry", "journey": false, )"
                        R"("objective": "rto", "asked": "rto 1h", "holds": "never")"));
    const Ran text = ran(folder, story(kept), {"blast"});
    CHECK(has(text.out, "Objectives, while nothing is done about the loss"));
    CHECK(has(text.out, "registry, rto 1h: holds in no case"));
    CHECK_FALSE(has(ran(folder, story("registry: {no-data-loss: true}"), {"blast"}).out, "no data loss: holds in no"));
}

TEST_CASE("sample counts the trials in which an objective is broken, and its parts add up to the whole") {
    const Folder folder;
    constexpr std::string_view both = "registry: {rto: 10m, downtime: 1h per 1d}";
    const std::vector<std::string> words{"sample", "--trials", "4000", "--seed", "5", "--format", "json"};
    const Ran whole = ran(folder, story(both), words);
    INFO(whole.out << whole.err);
    CHECK(whole.code == 0);
    CHECK(has(whole.out, R"("asked": "downtime 1h per 1d", "broken": {"probability": 0.000000)"));
    std::vector<std::string> merge{"merge", "--format", "json"};
    for (const std::string part : {"1/2", "2/2"}) {
        const std::string file = folder.path("part" + part.substr(0, 1) + ".json");
        std::vector<std::string> some = words;
        some.insert(some.end(), {"--part", part, "--output", file});
        CHECK(ran(folder, story(both), some).code == 0);
        merge.push_back(file);
    }
    CHECK(Ran{merge}.out == whole.out);
    CHECK(has(ran(folder, story(both), {"sample", "--trials", "100"}).out, "registry, rto 10m"));
}

TEST_CASE("diff tells of an objective that holds on one side alone") {
    const Folder folder;
    const std::vector<std::string> words{"diff", "--set", "resources.registry.revalidationPhase=45m"};
    const Ran text = ran(folder, story(missed), words);
    INFO(text.out << text.err);
    CHECK(text.code == 1);
    CHECK(has(text.out, "registry objective rto 10m"));
    std::vector<std::string> json = words;
    json.insert(json.end(), {"--format", "json"});
    CHECK(has(ran(folder, story(missed), json).out,
              R"("objectives": [{"name": "registry", "asked": "rto 10m", "a": {"holds": false, )"));
    CHECK_FALSE(has(ran(folder, story(kept), json).out, R"("objectives")"));
}

TEST_CASE("explore takes an RTO for an invariant where it is asked to, and says what it leaves out") {
    const Folder folder;
    const auto explored = [&](std::string_view objectives, std::vector<std::string> words) {
        words.insert(words.begin(), "explore");
        return ran(folder, story(objectives), words);
    };
    CHECK(explored(kept, {}).code == 0);
    const Ran broken = explored(kept, {"--objectives", "--format", "json"});
    INFO(broken.out << broken.err);
    CHECK(broken.code == 1);
    CHECK(has(broken.out, R"("invariant": "registry, rto 1h")"));
    const Ran left = explored("registry: {rto: 2d}", {"--objectives"});
    INFO(left.out);
    CHECK(left.code == 4);
    CHECK(has(left.out, "the objective registry, rto 2d"));
}

TEST_CASE("explore breaks a journey of which any one is enough with as many faults as it has ways") {
    const Folder folder;
    constexpr std::string_view estate = R"(cmksim: 1
name: x
until: 1d
objectives:
  reading: {any-of: [left, right], rto: 1h}
  writing: {all-of: [left, right], rto: 1h}
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {a: [get, wrapKey, unwrapKey]}, keys: {k: {}}}
    kv2: {enablePurgeProtection: true, accessPolicies: {b: [get, wrapKey, unwrapKey]}, keys: {k: {}}}
  identities: {a: {}, b: {}}
  resources:
    left: {service: acr, sku: Premium, identity: a, key: kv1/k, revalidationPhase: 0s}
    right: {service: acr, sku: Premium, identity: b, key: kv2/k, revalidationPhase: 0s}
)";
    const auto explored = [&](const std::string& faults) {
        return ran(folder, estate,
                   {"explore", "--objectives", "--invariant", "no-data-loss", "--within", "5h", "--faults", faults,
                    "--format", "json"});
    };
    const Ran one = explored("1");
    INFO(one.out << one.err);
    CHECK(has(one.out, R"("invariant": "writing, rto 1h")"));
    CHECK_FALSE(has(one.out, R"("invariant": "reading, rto 1h")"));
    const Ran two = explored("2");
    INFO(two.out << two.err);
    CHECK(has(two.out, R"("invariant": "reading, rto 1h")"));
}

TEST_CASE("the page has the objectives of a story, and whether they are kept at any timing") {
    const Folder folder;
    const Ran page = ran(folder, story("registry: {rto: 10m, no-data-loss: true}"), {"report"});
    CHECK(page.code == 0);
    CHECK(has(page.out, R"("asked": "rto 10m", "holds": "sometimes")"));
    CHECK(has(page.out, R"("asked": "no data loss", "holds": "always")"));
}

} // namespace cmksim::objective_commands_test
