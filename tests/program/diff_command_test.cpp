// `cmksim diff`: which sides there are, exit codes and reports.
#include "base/json_value.hpp"
#include "running.hpp"
#include "suite/diff.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace cmksim::diff_command_test {

using namespace cmksim;
using namespace cmksim::program;
using namespace cmksim::test;

namespace {

const std::string scenarios = testsFolder() + "/../scenarios";
const std::string rotation = scenarios + "/registry/new-version-picked-up-within-the-hour.yaml";

Ran diff(std::vector<std::string> words) {
    words.insert(words.begin(), "diff");
    return Ran{words};
}

} // namespace

TEST_CASE("two sides that are asked to be the same are no comparison") {
    const Ran ran = diff({rotation, "--phase", "contosoregistry=5m"});
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(has(ran.err, "cmksim diff: error: both sides are the same; give side B something else with '--estate'"));
}

TEST_CASE("where nothing differs, diff says in how many cases and exits with 0") {
    const Ran ran = diff({rotation, "--set", "vaults.contoso-kv.softDeleteRetentionInDays=7"});
    CHECK(ran.code == 0);
    CHECK(has(ran.out, "no difference in 1 case\n"));
}

TEST_CASE("where a service looks for newer versions by a clock of its own, diff goes over pairs of phases") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: x
until: 3d
estate:
  vaults: {kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}
  identities: {app: {}}
  resources: {db: {service: cosmosdb, identity: app, key: kv1/cmk}}
timeline:
  - {at: 1h, do: key.rotate, target: kv1/cmk}
  - {at: 6h, do: key.update, target: kv1/cmk/v1, with: {enabled: false}}
)");
    const std::string change = "resources.db.rotationPhase=2h";
    const Ran told = diff({path, "--set", change});
    CHECK(told.code == 1);
    // 19 of 24 hours: looks that come before the old version is disabled find the new one.
    CHECK(has(told.out, "for 79.2 % of the pairs of phases (1h for revalidations, 1d for newer\n"));
    CHECK_FALSE(has(told.out, "Not looked at"));
    CHECK(has(diff({path, "--set", change, "--format", "json"}).out,
              "\"pairs\": {\"differing\": 246240000, \"all\": 311040000, \"rotationPeriod\": 86400"));
}

TEST_CASE("a vault switched to roles ends in Revoked, and every expectation of Ready flips") {
    const Ran ran = diff({rotation, "--set", "vaults.contoso-kv.enableRbacAuthorization=true"});
    CHECK(ran.code == 1);
    CHECK(ran.err.empty());
    CHECK(has(ran.out, "they part at +0s\n    A  nothing\n"
                       "    B  contosoregistry: Ready → Revoked, IdentityUnauthorized\n"));
    CHECK(has(ran.out, "ends       Ready → Revoked, IdentityUnauthorized\n"));
    CHECK(has(ran.out, "    A  ✓ Ready, downtime: 0s\n    B  ✗ Revoked, downtime: 4h\n"));
    CHECK(has(ran.out, "yaml:36\n"));
    CHECK(has(ran.out, "1 of 1 case differs\n"));
}

TEST_CASE("two versions of a model part where the newer rotates the key") {
    const Ran ran = diff({rotation, "--model", "acr=2020-01-preview", "--model", "acr=2023-10", "--format", "json"});
    CHECK(ran.code == 1);
    CHECK(has(ran.out, R"("a": "--model acr=2020-01-preview")"));
    CHECK(has(ran.out, R"("b": "--model acr=2023-10")"));
    CHECK(has(ran.out, R"("first": {"t": 7200, "a": [], "b": ["contosoregistry: key rotated from v1 to v2"])"));
    CHECK(has(ran.out, R"("a": {"holds": false, "actual": "Revoked, downtime: 1h"}, "b": {"holds": true)"));
}

TEST_CASE("a model given once is that of side B") {
    const Ran ran = diff({rotation, "--model", "acr=2020-01-preview"});
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "A  as it is\nB  --model acr=2020-01-preview\n"));
}

TEST_CASE("no service has three versions and no comparison three estates") {
    CHECK(diff({rotation, "--model", "acr=1", "--model", "acr=2", "--model", "acr=3"}).code == 2);
    const Ran ran = diff({rotation, "--estate", "a", "--estate", "b", "--estate", "c"});
    CHECK(ran.code == 2);
    CHECK(has(ran.err, "'--estate' is given more than twice; there are two sides"));
}

TEST_CASE("two estates are compared, and the directory's estate files are passed over") {
    const Folder folder;
    const auto estate = [](std::string_view identity) {
        return "cmksim-estate: 1\nvaults:\n  kv1:\n    accessPolicies: {" + std::string{identity} +
               ": [get, wrapKey, unwrapKey]}\n    keys: {cmk: {}}\nidentities: {app: {}, other: {}}\n"
               "resources:\n  reg: {service: acr, identity: app, key: kv1/cmk}\n";
    };
    const std::string good = folder.file("good.yaml", estate("app"));
    const std::string bad = folder.file("bad.yaml", estate("other"));
    static_cast<void>(folder.file("s.yaml", "cmksim: 1\nname: S\nestate: good.yaml\ntimeline:\n"
                                            "  - {at: 1h, expect: {reg: Ready}}\n"));
    const Ran ran = diff({folder.path(), "--estate", good, "--estate", bad});
    CHECK(ran.err.empty());
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "1 of 1 case differs\n"));
    CHECK(diff({folder.path(), "--estate", good}).code == 0);
}

TEST_CASE("a scenario that is wrong on one side alone is located, and the side is named") {
    const Folder folder;
    const std::string empty = folder.file("empty.yaml", "cmksim-estate: 1\nresources: {}\n");
    const Ran ran = diff({rotation, "--estate", empty});
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(has(ran.err, "cmksim diff: error: side B (--estate "));
    CHECK(has(ran.err, "new-version-picked-up-within-the-hour.yaml:29:13: error: unknown vault 'contoso-kv'"));
}

TEST_CASE("a scenario that is wrong on both sides is reported once, without a side") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", "cmksim: 1\nname: S\nestat: {}\n");
    const Ran ran = diff({path, "--model", "acr=2020-01-preview"});
    CHECK(ran.code == 2);
    CHECK_FALSE(has(ran.err, "side"));
    CHECK(has(ran.err, "s.yaml:3:1: error: a scenario has no field 'estat'"));
    CHECK(ran.err.find("'estat'") == ran.err.rfind("'estat'"));
}

TEST_CASE("a comparison that was interrupted says so in every format") {
    suite::DiffResult result{"as it is", "--estate b.yaml", 2, true, {}, {}};
    for (const auto format : {suite::DiffFormat::Text, suite::DiffFormat::Json, suite::DiffFormat::Markdown}) {
        std::ostringstream text;
        writeDiff(format, result, {}, JsonValue{JsonObject{}}, text);
        CHECK(has(text.str(), "the cases that were left"));
        CHECK(has(text.str(), format == suite::DiffFormat::Json ? "\"complete\": false"
                                                                : "no difference in 2 cases; interrupted before all"));
    }
}

TEST_CASE("the report fits 80 columns") {
    std::istringstream lines{diff({scenarios + "/across", "--model", "acr=2020-01-preview"}).out};
    const auto startsCharacter = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    for (std::string line; std::getline(lines, line);) {
        CHECK(std::ranges::count_if(line, startsCharacter) <= 80);
    }
}

TEST_CASE("Markdown has a table of what differs") {
    const Ran ran = diff({rotation, "--model", "acr=2020-01-preview", "--format", "markdown"});
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "## cmksim diff: 1 of 1 case differs\n"));
    CHECK(has(ran.out, "| contosoregistry | ends | Ready | Revoked, KeyDisabled | every phase of 1h, told for 0s |\n"));
}

TEST_CASE("reactions happen in each world as they nominally would there") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: Somebody notices
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 0s}
timeline:
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {when: {reg: Inaccessible}, after: 30m, do: key.recover, target: kv1/cmk}
  - {at: 5h, expect: {reg: {state: Ready, downtime: 1h}}}
)");
    CHECK(Ran{{"diff", "--set", "vaults.kv1.enablePurgeProtection=true", path}}.code == 0);
    CHECK(Ran{{"diff", "--set", "resources.reg.revalidationPhase=20m", path}}.code == 1);
}

TEST_CASE("without scenarios, diff --faults names the fewest mishaps whose outcome differs") {
    const std::string drill = scenarios + "/drills/2-the-key-is-gone.yaml";
    const Ran one = diff({drill, "--faults", "1", "--set", "vaults.contoso-kv.enablePurgeProtection=true"});
    CHECK(one.code == 0);
    CHECK(has(one.out, "no difference in 7 cases\n"));
    const Ran two = diff({drill, "--faults", "2", "--set", "vaults.contoso-kv.enablePurgeProtection=true"});
    CHECK(two.code == 1);
    CHECK(has(two.out, "key.delete contoso-kv/prices-cmk, 1m later key.purge contoso-kv/prices-cmk"));
    CHECK(has(two.out, "       prices: its data is lost\n"));
    const Ran sooner = diff({drill, "--faults", "2", "--set", "vaults.contoso-kv.softDeleteRetentionInDays=30"});
    CHECK(sooner.code == 1);
    CHECK_FALSE(has(sooner.out, "later")); // one is enough
    CHECK(diff({drill, "--faults", "3", "--set", "vaults.contoso-kv.enablePurgeProtection=true"}).code == 2);
}

TEST_CASE("YAML in a folder that is not ours is passed over and counted, and one that is named is not") {
    const Folder folder;
    static_cast<void>(folder.file("a.yaml", "cmksim: 1\nname: x\nestate: {vaults: {kv1: }}\ntimeline: []\n"));
    const std::string other = folder.file("k8s.yaml", "apiVersion: v1\n");
    static_cast<void>(folder.file("broken.yaml", "foo: [1\n"));
    const Ran all = diff({folder.path(), "--set", "vaults.kv1.softDeleteRetentionInDays=7"});
    CHECK(all.code == 0);
    CHECK(all.err == "cmksim diff: 2 other YAML files are passed over\n");
    const Ran named = diff({folder.path(), other, "--set", "vaults.kv1.softDeleteRetentionInDays=7"});
    CHECK(named.code == 2);
    CHECK(has(named.err, "k8s.yaml:1:1: error: this is no scenario"));
}

TEST_CASE("what is wrong on both sides of a diff is told once, beside what is wrong on one") {
    const Folder folder;
    const std::string path = folder.file("a.yaml", "cmksim: 1\nname: x\nestate: {vaults: {kv2: {x: 1}, kv1: }}\n"
                                                   "timeline: []\n");
    const Ran ran = diff({path, "--set", "vaults.kv1.enablePurgeProtection=5"});
    CHECK(ran.code == 2);
    CHECK_FALSE(has(ran.err, "is wrong where the other is not"));
    CHECK(has(ran.err, "expected true or false, not '5'"));
    const std::size_t first = ran.err.find("a vault has no field 'x'");
    REQUIRE(first != std::string::npos);
    CHECK(ran.err.find("a vault has no field 'x'", first + 1) == std::string::npos);
}

} // namespace cmksim::diff_command_test
