#include "running.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace cmksim::bounds_command_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view story = R"(cmksim: 1
name: A deletion that half of all phases miss
until: 3h
estate:
  vaults: {kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}
  identities: {app: {}}
  resources: {reg: {service: acr, identity: app, key: kv1/cmk}}
timeline:
  - {at: 30m, do: key.delete, target: kv1/cmk}
  - {at: 1h, do: key.recover, target: kv1/cmk}
  - {at: 50m, expect: {reg: Ready}}
)";

} // namespace

TEST_CASE("what a resource loses while it is down is told, with when") {
    const Folder folder;
    std::string cluster{story};
    cluster.replace(cluster.find("service: acr"), 12, "service: loganalytics");
    cluster.replace(cluster.find("at: 1h, do"), 10, "at: 2h, do");
    cluster.erase(cluster.find("  - {at: 50m"));
    const std::string path = folder.file("story.yaml", cluster);
    const Ran text{{"bounds", path}};
    INFO(text.out);
    CHECK(has(text.out, "    lost       data that is sent to the linked workspaces"));
    CHECK(has(text.out, "for good; between +30m and"));
    const Ran json{{"bounds", "--format", "json", path}};
    CHECK(has(json.out, R"("losses": [{"what": "data that is sent to the linked workspaces from then on until the key )"
                        R"(is back", "state": "Unavailable", "forGood": true, "always": true, "at": {"min": 1800,)"));
    CHECK_FALSE(has(Ran{{"bounds", "--format", "json", folder.file("acr.yaml", story)}}.out, R"("losses")"));
}

TEST_CASE("bounds shows bands, outages, points of no return and expectations") {
    const Folder folder;
    const Ran ran{{"bounds", folder.file("story.yaml", story)}};
    CHECK(ran.code == 0);
    const std::string expected = R"(2026-01-01 00:00 to 03:00 UTC
── What may be down when ───────────────────────────────────────────────────────
     0            30m         1h           1h30m       2h           2h30m
reg  ━━━━━━━━━━━━━░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░━━━━━━━━━━━━━━━━━━━━━━━━━
     ━ up  █ down at any timing  ░ at some timings  2m24s a column

── Resources ───────────────────────────────────────────────────────────────────
reg (acr 2026-11): down 0s to 1h, 30m on average
  ▼ KeyNotFound, 50.0 %: for 1h
    begins     between +30m and +59m59s
    after      key.delete kv1/cmk at +30m, 0s to 29m59s before
    ends       between +1h30m and +1h59m59s
    after      key.recover kv1/cmk at +1h, 30m to 59m59s before
    bounded by a revalidation every 1h:
               https://learn.microsoft.com/azure/container-registry/tutorial-
               rotate-revoke-customer-managed-keys#create-or-update-the-key-
               version-by-using-the-azure-cli; assumed: the hour is documented
               for finding new versions; losing and regaining the key is taken
               to be seen then too

── Points of no return ─────────────────────────────────────────────────────────
+90d30m (Apr 01)  RetentionElapsed kv1/cmk; loses the data of reg; averted at
                  +1h

── Expectations ────────────────────────────────────────────────────────────────
0 of 1 hold at every timing
✗ reg at +50m: Ready holds for 66.6 % of the phases of reg: 0s to 29m59s, 50m1s
  to 59m59s

Exact over every documented timing; likelihoods are of phases alone.

the same under every combination of the readings of identity-recovery,
firewall-sight, rotation-after-identity-deletion (12)
)";
    CHECK(ran.out.substr(ran.out.find("2026-01-01")) == expected);
}

TEST_CASE("the chart leaves blank when a resource is not there, and a failed creation is never called up") {
    const Folder folder;
    const std::string head =
        "cmksim: 1\nname: x\nuntil: 6h\nestate:\n  vaults: {kv1: {accessPolicies: {app: [get, list, "
        "wrapKey, unwrapKey]}, keys: {cmk: {}}}}\n  identities: {app: {}}\n  resources: {";
    const std::string failed =
        folder.file("failed.yaml",
                    head + "}\ntimeline:\n  - {at: 1h, do: resource.create, target: late, with: {service: documentdb, "
                           "identity: app, key: kv1/cmk}, expect: refused}\n");
    const Ran ran{{"bounds", failed}};
    INFO(ran.out << ran.err);
    CHECK(has(ran.out, "failed as it was made, and so never up"));
    CHECK_FALSE(has(ran.out, "never down"));
    CHECK_FALSE(has(ran.out, "late  ━"));
    CHECK(has(ran.out, "down or failed at any timing"));
    CHECK(has(Ran{{"bounds", "--format", "json", failed}}.out,
              R"("failed": [{"from": 3600, "to": 21600}], "alwaysFailed": true)"));
    const Ran sheet{{"handout", "--for", "facilitator", failed}};
    INFO(sheet.out << sheet.err);
    CHECK(has(sheet.out, "| late | +1h | resource.create late | failed as it was made, and so never up |"));
    CHECK_FALSE(has(sheet.out, "there is nothing to train"));
    const Ran deleted{
        {"bounds", folder.file("deleted.yaml", head + "reg: {service: acr, identity: app, key: kv1/cmk}}\ntimeline:\n"
                                                      "  - {at: 3h, do: resource.delete, target: reg}\n")}};
    INFO(deleted.out << deleted.err);
    CHECK(has(deleted.out, "━\n     ━ up"));
    CHECK_FALSE(has(deleted.out, "━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━"));
}

TEST_CASE("bounds as a table has a line for each outage") {
    const Folder folder;
    const std::string path = folder.file("story.yaml", story);
    const Ran ran{{"bounds", "--format", "csv", "--phase", "reg=0s", path}};
    CHECK(ran.out.substr(ran.out.find('\n') + 1) ==
          path + ",A deletion that half of all phases miss,reg,,,,,,,,,,,,0,0,0.000000,0.000000\n");
    const Ran open{{"bounds", "--format", "csv", path}};
    CHECK(open.out.substr(open.out.find('\n') + 1) ==
          path + ",A deletion that half of all phases miss,reg,1,KeyNotFound,0.500000,1800,3599,5400,7199,true,3600,"
                 "3600,3600.000000,0,3600,1800.000000,0.000000\n");
}

TEST_CASE("bounds with a phase that is pinned opens it with --free-phases alone") {
    const Folder folder;
    const std::string path = folder.file("story.yaml", story);
    CHECK(Ran{{"bounds", "--phase", "reg=0s", path}}.out.find("never down; its phase is pinned") != std::string::npos);
    CHECK(Ran{{"bounds", "--phase", "reg=0s", "--free-phases", path}}.out.find("50.0 %") != std::string::npos);
}

TEST_CASE("an expectation that hangs on when a service looks for newer versions is told by pairs of phases") {
    const Folder folder;
    const auto file = [&](const std::string& pinned) {
        return folder.file("s.yaml",
                           "cmksim: 1\nname: x\nuntil: 40h\nestate:\n"
                           "  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, "
                           "unwrapKey]}, keys: {cmk: {}}}}\n"
                           "  identities: {app: {}}\n"
                           "  resources: {db: {service: cosmosdb, identity: app, key: kv1/cmk" +
                               pinned +
                               "}}\ntimeline:\n"
                               "  - {at: 1h, do: key.rotate, target: kv1/cmk}\n"
                               "  - {at: 24h30m, do: key.update, target: kv1/cmk/v1, with: {enabled: false}}\n"
                               "  - {at: 30h, expect: {db: Ready}}\n");
    };
    const Ran open{{"bounds", file("")}};
    INFO(open.out);
    CHECK(has(open.out, "Ready holds for 97.9 % of the pairs of phases at which db"));
    CHECK_FALSE(has(open.out, "never holds"));
    CHECK(has(Ran{{"bounds", "--format", "json", file("")}}.out,
              R"("probability": [47, 48], "always": false, "resource": "db", "holds": [], "byRotations": true)"));
    CHECK(
        has(Ran{{"bounds", file(", revalidationPhase: 5m")}}.out, "Ready holds for 97.9 % of the phases at which db"));
    const Ran failed{{"test", file("")}};
    INFO(failed.out);
    CHECK(failed.code == 1);
    CHECK(has(failed.out, "for 2.1 % of the pairs of phases (1h for revalidations, 1d for"));
    CHECK(has(failed.out, "told for 0s and 30m"));
    CHECK_FALSE(has(failed.out, "every phase"));
    CHECK(
        has(Ran{{"test", "--format", "json", file("")}}.out,
            R"("pairs": {"failing": 6480000, "all": 311040000, "rotationPeriod": 86400, "shownRotationPhase": 1800})"));
    CHECK(
        has(Ran{{"test", file(", revalidationPhase: 5m")}}.out, "for 2.1 % of the phases of 1d for newer versions of"));
}

TEST_CASE("bounds judges objectives of scenario and estate, and its exit code says what became of them") {
    const Folder folder;
    const auto judged = [&](const std::string& ofEstate, const std::string& ofScenario, std::vector<std::string> more) {
        const std::string file = folder.file(
            "asked.yaml",
            "cmksim: 1\nname: x\nuntil: 8h\n" + ofScenario +
                "estate:\n  vaults:\n    kv1:\n      enablePurgeProtection: true\n      accessPolicies: {a: "
                "[get, wrapKey, unwrapKey]}\n      keys: {k: {}}\n  identities: {a: {}}\n  resources:\n"
                "    registry: {service: acr, sku: Premium, identity: a, key: kv1/k}\n" +
                ofEstate +
                "timeline:\n  - {at: 1h, do: key.delete, target: kv1/k}\n"
                "  - {at: 1h30m, do: key.recover, target: kv1/k}\n");
        more.insert(more.begin(), {"bounds", file});
        return Ran{more};
    };
    const Ran held = judged("  objectives: {registry: {rto: 1h}}\n", "", {});
    INFO(held.out << held.err);
    CHECK(held.code == 0);
    CHECK(has(held.out, "registry, rto 1h: holds in every case that"));
    const Ran broken = judged("  objectives: {registry: {rto: 1h}}\n", "objectives: {registry: {rto: 10m}}\n", {});
    CHECK(broken.code == 1);
    CHECK(has(broken.out, "rto 10m: does not hold in every case"));
    CHECK_FALSE(has(broken.out, "rto 1h")); // the scenario's hold
    const Ran json = judged("", "objectives: {registry: {no-data-loss: true}}\n", {"--format", "json"});
    CHECK(has(json.out,
              R"("objective": "no-data-loss", "asked": "no data loss", "holds": "always", "probability": [1, 1])"));
}

TEST_CASE("a version is not disposable where what it wraps is merely down, or something without a model may need it") {
    const Folder folder;
    const auto story = [](std::string_view resource) {
        return fmt::format(R"(cmksim: 1
name: Rotated while the key is out of reach
until: 2d
estate:
  vaults:
    kv1: {{enablePurgeProtection: true, accessPolicies: {{app: [get, list, wrapKey, unwrapKey]}}, keys: {{cmk: {{}}}}}}
  identities: {{app: {{}}}}
  resources:
    it: {{{}, identity: app, key: kv1/cmk}}
timeline:
  - {{at: 1h, do: policy.delete, target: kv1, with: {{identity: app}}}}
  - {{at: 3h, do: key.rotate, target: kv1/cmk}}
)",
                           resource);
    };
    const Ran down{{"bounds", "--retire", "kv1/cmk/v1", folder.file("down.yaml", story("service: documentdb"))}};
    CHECK(down.code == 1);
    CHECK(has(down.out, "is still needed at"));
    const Ran unknown{
        {"bounds", "--retire", "kv1/cmk/v1", folder.file("un.yaml", story("service: unmodelled, type: Some/thing"))}};
    CHECK(unknown.code == 4);
    CHECK(has(unknown.out, "it is not known from when on it can be disabled: it may need it"));
}

TEST_CASE("bounds says from when on a version can be disabled, and names those that it knows where there is none") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: Rotated
until: 6h
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    clu: {service: documentdb, identity: app, key: kv1/cmk}
timeline:
  - {at: 2h, do: key.rotate, target: kv1/cmk}
)");
    const Ran text{{"bounds", "--retire", "kv1/cmk/v1", path}};
    CHECK(text.code == 0);
    CHECK(has(text.out, "Retiring kv1/cmk/v1"));
    CHECK(has(text.out, "can be disabled from +3h on: no resource fares otherwise by it"));
    CHECK(has(text.out, "a second earlier it changes the bounds of clu"));
    const Ran json{{"bounds", "--retire", "kv1/cmk/v2", "--format", "json", path}};
    CHECK(json.code == 1);
    CHECK(has(json.out, R"("retire": {"version": "kv1/cmk/v2", "verdict": "needed", "from": null, )"));
    CHECK(has(json.out, R"("disabledByStory": null})"));
    std::ofstream{path, std::ios::app}
        << "  - {at: 2h30m, do: key.update, target: kv1/cmk/v1, with: {enabled: false}}\n";
    const Ran early{{"bounds", "--retire", "kv1/cmk/v1", path}};
    CHECK(early.code == 0);
    CHECK(has(early.out, "can be disabled from +3h on: no resource fares otherwise by it"));
    CHECK(has(early.out, "the story disables it at +2h30m, which is too early; this answer leaves"));
    const Ran wrong{{"bounds", "--retire", "kv1/cmk/v11", path}};
    CHECK(wrong.code == 2);
    CHECK(wrong.out.empty());
    CHECK(has(wrong.err, "no key of this story has the version 'kv1/cmk/v11'; did you mean 'kv1/cmk/v1'?"));
}

TEST_CASE("an old version is not said to be disposable before its service's page has it go") {
    const Folder folder;
    const auto story = [&](std::string_view service, std::string_view permissions) {
        return folder.file(std::string{service} + ".yaml", fmt::format(R"(cmksim: 1
name: Rotated by hand
until: 12h
estate:
  vaults: {{kv1: {{enablePurgeProtection: true, accessPolicies: {{app: [{}]}}, keys: {{cmk: }}}}}}
  identities: {{app: }}
  resources: {{it: {{service: {}, identity: app, key: kv1/cmk/v1}}}}
timeline:
  - {{at: 1h, do: key.rotate, target: kv1/cmk}}
  - {{at: 1h10m, do: resource.update, target: it, with: {{key: kv1/cmk/v2}}}}
)",
                                                                       permissions, service));
    };
    const auto retired = [](const std::string& path) { return Ran{{"bounds", "--retire", "kv1/cmk/v1", path}}.out; };
    CHECK(has(retired(story("postgresql", "get, list, wrapKey, unwrapKey")), "can be disabled from +3h10m on"));
    CHECK(has(retired(story("akskms", "encrypt, decrypt")), "can be disabled from +365d1h10m on"));
    const std::string sql = retired(story("sqldb", "get, wrapKey, unwrapKey"));
    CHECK(has(sql, "can be disabled from +35d1h10m on"));
    CHECK(has(sql, "where old-protectors is database-goes-down"));
}

TEST_CASE("bounds over timings that no page gives are not called those of documented ones alone") {
    const Folder folder;
    const auto bounds = [&](std::string_view service) {
        return Ran{{"bounds", folder.file("s.yaml", fmt::format(R"(cmksim: 1
name: x
until: 12h
estate:
  vaults:
    kv1: {{enablePurgeProtection: true, accessPolicies: {{app: [get, list, wrapKey, unwrapKey]}}, keys: {{cmk: }}}}
  identities: {{app: }}
  resources: {{it: {{service: {}, identity: app, key: kv1/cmk}}}}
timeline:
  - {{at: 1h, do: key.delete, target: kv1/cmk}}
)",
                                                                service))}}
            .out;
    };
    for (const std::string_view service : {"storage", "search", "diskencryptionset", "eventhubs", "servicebus"}) {
        const std::string out = bounds(service);
        INFO(out);
        CHECK(has(out, "Exact over every documented timing, and over what is assumed"));
        CHECK(has(out, "Not documented: of Azure"));
    }
    CHECK_FALSE(has(bounds("sqldb"), "Not documented"));
    CHECK(has(bounds("postgresql"), "Exact over every documented timing; likelihoods are of phases alone."));
}

TEST_CASE("bounds tells each end by the clock that bounds it") {
    const Folder folder;
    const auto story = [](std::string_view resources, std::string_view then) {
        return fmt::format(R"(cmksim: 1
name: Deleted and recovered
until: 12h
estate:
  vaults:
    kv1: {{enablePurgeProtection: true, accessPolicies: {{app: [get, list, wrapKey, unwrapKey]}}, keys: {{cmk: {{}}}}}}
  identities: {{app: {{}}}}
  resources: {{{}}}
timeline:
  - {{at: 1h, do: key.delete, target: kv1/cmk}}
  - {{at: 3h, do: key.recover, target: kv1/cmk}}
{})",
                           resources, then);
    };
    const Ran hand{{"bounds", folder.file("hand.yaml", story("r: {service: mysql, identity: app, key: kv1/cmk}",
                                                             "  - {at: 5h, do: resource.revalidate, target: r}\n"))}};
    CHECK(has(hand.out, "after      resource.revalidate r at +5h"));
    CHECK_FALSE(has(hand.out, "after      key.recover"));
    CHECK(has(hand.out, "bounded by a revalidation every 10m"));
    CHECK(has(hand.out, "bounded by how long it takes from the revalidation until the server is"));
    const std::string down =
        folder.file("down.yaml", story("r: {service: loganalytics, identity: app, key: kv1/cmk}", ""));
    const Ran text{{"bounds", down}};
    CHECK(has(text.out, "bounded by a revalidation every 1h, and a revalidation every 30m while"));
    const Ran json{{"bounds", "--format", "json", down}};
    CHECK(has(json.out, R"("cause": "key.delete kv1/cmk", "timing": "revalidation", "within": 3600)"));
    CHECK(has(json.out, R"("cause": "key.recover kv1/cmk", "timing": "recovery", "within": 1800)"));
}

} // namespace cmksim::bounds_command_test
