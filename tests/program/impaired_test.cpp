// A resource that is up and denies something is no healthy one: every analysis says so.
#include "running.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

namespace cmksim::impaired_test {

using namespace cmksim::test;

namespace {

std::string estate(const std::string& vault, const std::string& timeline = "") {
    return "cmksim: 1\nname: x\nuntil: 8h\nestate:\n  vaults: {kv1: {" + vault +
           "enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}\n"
           "  identities: {app: {}}\n  resources: {reg: {service: acr, identity: app, key: kv1/cmk, "
           "outboundIp: 203.0.113.9}}\n" +
           timeline;
}

/// On one line, as no width breaks it.
std::string unbroken(const std::string& text) {
    std::string line;
    for (const char c : text) {
        if (c != ' ' && c != '\n') {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    return line;
}

const std::string byAddress = "networkAcls: {defaultAction: Deny, bypass: None, ipRules: [203.0.113.0/24]}, ";

} // namespace

TEST_CASE("blast tells what a loss impairs, and the way back from that") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate(byAddress));
    const Ran ran{{"blast", "--node", "kv1 network", path}};
    INFO(ran.out);
    CHECK(has(ran.out, "reg, denied: import"));
    CHECK_FALSE(has(ran.out, "stays up"));
    CHECK(has(ran.out, "way back"));
    const Ran json{{"blast", "--node", "kv1 network", "--format", "json", path}};
    CHECK(has(json.out, R"("resources": [])"));
    CHECK(has(json.out, R"("impaired": [{"resource": "reg", "denied": ["import"], "rotationBlocked": true, "from": )"
                        R"({"min": 0, "max": 3599}}])"));
}

TEST_CASE("an invariant asks that nothing is impaired") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate(byAddress));
    const Ran ran{{"explore", "--invariant", "no-impairment", "--invariant", "no-data-loss", path}};
    INFO(ran.out);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "BROKEN for reg"));
    const Ran atRest{{"explore", "--invariant", "no-impairment",
                      folder.file("t.yaml", estate("networkAcls: {defaultAction: Deny}, "))}};
    CHECK(has(atRest.out, "by time alone"));
}

TEST_CASE("a quiet run says what other timings bring") {
    const Folder folder;
    const std::string story = "timeline:\n  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                              "  - {at: 50m, do: key.recover, target: kv1/cmk}\n";
    const std::string path = folder.file("s.yaml", estate("", story));
    const Ran ran{{"run", path}};
    INFO(ran.out);
    CHECK(has(ran.out, "Ready in this course"));
    CHECK(has(ran.out, "at other timings: down in up to 1 outage, the first by +49m59s"));
    CHECK(has(Ran{{"run", "--format", "json", path}}.out,
              R"("otherTimings": [{"resource": "reg", "outages": 1, "from": [600, 2999], "impaired": false, )"
              R"("dataLost": false}])"));
    CHECK(has(Ran{{"run", folder.file("t.yaml", estate(""))}}.out, "Ready throughout"));
}

TEST_CASE("a quiet run says what other timings deny, and when that begins") {
    const Folder folder;
    const std::string story =
        "timeline:\n  - {at: 10m, do: vault.remove-network-rule, target: kv1, with: {ipAddress: 203.0.113.0/24}}\n"
        "  - {at: 50m, do: vault.add-network-rule, target: kv1, with: {ipAddress: 203.0.113.0/24}}\n";
    const std::string path = folder.file("s.yaml", estate(byAddress, story));
    const Ran ran{{"run", path}};
    INFO(ran.out);
    CHECK(has(unbroken(ran.out), "+10m at other timings: impaired the first time between +10m and +49m59s (denied: "
                                 "import; automatic rotation blocked)"));
    CHECK_FALSE(has(ran.out, "+0s  at other timings"));
    CHECK(has(Ran{{"run", "--format", "json", path}}.out,
              R"("otherTimings": [{"resource": "reg", "outages": 0, "impaired": true, "dataLost": false, )"
              R"("denied": ["import"], "rotationBlocked": true, "impairedFrom": [600, 2999]}])"));
}

TEST_CASE("the facilitator's sheet tells impairments, and what falls due when the story is over") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: x
until: 3d
estate:
  vaults:
    kv1:
      networkAcls: {defaultAction: Deny, bypass: None}
      accessPolicies: {app: [get, list, wrapKey, unwrapKey]}
      keys: {cmk: }
  identities: {app: }
  resources: {reg: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 0s}}
timeline:
  - {at: 1h, do: resource.remove-identity, target: reg, with: {identity: app}, expect: refused}
)");
    const Ran ran{{"handout", "--for", "facilitator", path}};
    INFO(ran.out << ran.err);
    CHECK(has(ran.out, "| resource | is up, and impaired | until | what it denies |"));
    CHECK(has(ran.out, "denied: import; automatic rotation blocked |"));
    CHECK(has(ran.out, "| IdentityLapsed reg | +45d1h to +90d1h | takes down reg |"));
    CHECK(has(ran.out, "## So that it stays so, from "));
    CHECK(has(ran.out, "resource.assign-identity reg"));
}

TEST_CASE("a plan that holds under some readings alone says so in its headline") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim-estate: 1
vaults:
  kv1:
    enablePurgeProtection: true
    networkAcls: {defaultAction: Deny, bypass: AzureServices}
    accessPolicies: {app: [get, list, wrapKey, unwrapKey]}
    keys: {cmk: }
identities: {app: }
resources: {cos: {service: cosmosdb, identity: app, key: kv1/cmk}}
)");
    const Ran ran{{"plan", path}};
    INFO(ran.out);
    std::string line{ran.out};
    std::ranges::replace(line, '\n', ' ');
    CHECK(has(line, "unless something else happens; not however documents are read: see below"));
}

TEST_CASE("lint sees the version that expires and is in use, not the first alone") {
    const Folder folder;
    std::string text = estate("");
    text.replace(text.find("cmk: {}"), 7, "cmk: {versions: [{expires: 2d}, {expires: 20d}]}");
    const Ran ran{{"lint", "--fail-on", "warn", folder.file("s.yaml", text)}};
    INFO(ran.out);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "a key in use expires"));
    CHECK(has(ran.out, "+20d"));
}

TEST_CASE("a grant that is missing at rest and made later is told with the instant by which it counts") {
    const Folder folder;
    std::string text = estate("", "timeline:\n  - {at: 5m, do: policy.set, target: kv1, with: {identity: app, "
                                  "permissions: [get, wrapKey, unwrapKey]}}\n");
    text.replace(text.find("app: [get"), 9, "app: [sign");
    const Ran ran{{"lint", folder.file("s.yaml", text)}};
    INFO(ran.out);
    CHECK(has(ran.out, "counts by +15m at the"));
}

TEST_CASE("diagnose tells a grant that is missing from one that may not count yet") {
    const Folder folder;
    const Ran late{{"diagnose", "--symptom", "reg IdentityUnauthorized at 2h", folder.file("s.yaml", estate(""))}};
    INFO(late.out);
    CHECK(has(late.out, "may not count yet"));
    CHECK(has(late.out, "+2h10m"));
    std::string without = estate("");
    without.replace(without.find("app: [get"), 9, "app: [sign");
    const Ran missing{{"diagnose", "--symptom", "reg IdentityUnauthorized at 2h", folder.file("t.yaml", without)}};
    INFO(missing.out);
    CHECK(has(missing.out, "the grant is missing from the estate, not late"));
    CHECK(has(missing.out, "get is missing"));
}

TEST_CASE("a condition is a symptom, and what would be impaired too is named") {
    const Folder folder;
    std::string two = estate(byAddress);
    two.replace(two.find("resources: {"), 12,
                "resources: {other: {service: acr, identity: app, key: kv1/cmk, outboundIp: 203.0.113.9}, ");
    const Ran ran{{"diagnose", "--faults", "1", "--symptom", "reg Degraded at 3h", folder.file("s.yaml", two)}};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(has(ran.out, "vault.update kv1"));
    CHECK(has(ran.out, "impaired  other"));
    CHECK_FALSE(has(ran.out, "no other at any phase"));
}

TEST_CASE("a plan whose step opens the firewall in another way under another reading is not the same plan") {
    const Folder folder;
    std::string text = estate("networkAcls: {defaultAction: Deny, bypass: None}, ");
    text.replace(text.find("service: acr"), 12, "service: cosmosdb");
    text.replace(text.find(", outboundIp: 203.0.113.9"), 25, "");
    const std::string path = folder.file("s.yaml", text);
    const Ran ran{{"plan", "--alternatives", "2", path}};
    INFO(ran.out);
    const std::size_t other = ran.out.find("Another way (2)");
    REQUIRE(other != std::string::npos);
    const auto open = ran.out.find("defaultAction:");
    CHECK(open < other); // holds under both readings, and is no dearer and no later
    const auto bypass = ran.out.find("bypass: AzureServices");
    CHECK((bypass > other && bypass != std::string::npos));
    CHECK(has(unbroken(ran.out.substr(other)), "not however documents are read check"));
    CHECK_FALSE(has(ran.out.substr(0, other), "not however documents"));
    CHECK_FALSE(has(ran.out, "does not reach the goal"));
}

TEST_CASE("data that is lost at a time unless something is done is told with that time") {
    const Folder folder;
    const std::string vault = "softDeleteRetentionInDays: 7, ";
    const std::string path =
        folder.file("s.yaml", estate(vault, "timeline:\n  - {at: 1h, do: vault.delete, target: kv1}\n"));
    const Ran plan{{"plan", path}};
    INFO(plan.out);
    CHECK(has(plan.out, "at risk its data until +7d1h; then it is gone for good"));
    CHECK(has(Ran{{"plan", "--format", "json", path}}.out, R"("rotationBlocked": false, "atRiskUntil": 608400})"));
    // Deleted before the start: there is no action that could be looked at.
    const std::string deleted = folder.file(
        "t.yaml",
        "cmksim-estate: 1\nvaults: {kv1: {" + vault +
            "deleted: 2025-12-30T00:00:00Z, enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, "
            "unwrapKey]}, keys: {cmk: {}}}}\nidentities: {app: {}}\n"
            "resources: {reg: {service: acr, identity: app, key: kv1/cmk}}\n");
    CHECK(has(Ran{{"plan", deleted}}.out, "at risk its data until +5d; then it is gone for good"));
    const Ran blast{{"blast", "--guard", "kv1", deleted}};
    INFO(blast.out);
    CHECK(has(unbroken(blast.out), "its data is at risk until +5d, then gone for good"));
    CHECK(has(Ran{{"blast", "--guard", "kv1", "--format", "json", deleted}}.out, R"("atRiskUntil": 432000)"));
    const Ran bounds{{"bounds", deleted}};
    INFO(bounds.out);
    CHECK(has(bounds.out, "RetentionElapsed kv1; loses the data of reg; not averted"));
}

TEST_CASE("diagnose finds the refused removal of an identity behind a lapse") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate(""));
    const Ran ran{{"diagnose", "--symptom", "reg IdentityInactive at 100d", path}};
    INFO(ran.out);
    CHECK(ran.code == 0);
    CHECK(has(ran.out, "resource.remove-identity reg"));
    CHECK(has(ran.out, "between +0s and +55d"));
    // Between two sightings five days apart, far behind the removal.
    const Ran narrow{{"diagnose", "--faults", "1", "--symptom", "reg Ready at 95d", "--symptom",
                      "reg IdentityInactive at 100d", path}};
    INFO(narrow.out);
    CHECK(has(narrow.out, "between +5d1s and +55d"));
}

TEST_CASE("a guard answers for a version that a resource names and its key lacks") {
    const Folder folder;
    const std::string version = "0123456789abcdef0123456789abcdef";
    std::string text = estate("");
    text.replace(text.find("key: kv1/cmk"), 12, "key: 'https://kv1.vault.azure.net/keys/cmk/" + version + "'");
    text.replace(text.find("resources: {"), 12, "resources: {other: {service: acr, identity: app, key: kv1/cmk}, ");
    const Ran ran{{"blast", "--guard", "kv1/cmk/" + version, folder.file("s.yaml", text)}};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "nothing: the estate has nothing of that name"));
    CHECK(has(ran.out, "used by     reg, which is down already"));
    CHECK_FALSE(has(ran.out, "other"));
    CHECK(Ran{{"blast", "--guard", "kv1/cmk/fedcba9876543210fedcba9876543210", folder.file("t.yaml", text)}}.code == 2);
    std::string unmodelled = text;
    unmodelled.replace(unmodelled.find("reg: {service: acr"), 18,
                       "reg: {service: unmodelled, type: Microsoft.Search/searchServices");
    unmodelled.replace(unmodelled.find(", outboundIp: 203.0.113.9"), 25, "");
    const Ran unknown{{"blast", "--guard", "kv1/cmk/" + version, folder.file("u.yaml", unmodelled)}};
    INFO(unknown.out << unknown.err);
    CHECK(unknown.code == 1);
    CHECK(has(unknown.out, "not known   reg"));
}

TEST_CASE("the facilitator's sheet tells the downtime of what the story deletes") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: x
until: 6h
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: }}
  identities: {app: }
  resources: {cos: {service: cosmosdb, identity: app, key: kv1/cmk}}
timeline:
  - {at: 1h, do: key.delete, target: kv1/cmk}
  - {at: 4h, do: resource.delete, target: cos}
)");
    const Ran ran{{"handout", "--for", "facilitator", path}};
    INFO(ran.out << ran.err);
    CHECK(has(ran.out, "cos, which the story deletes, is down 1h until then"));
    CHECK_FALSE(has(ran.out, "comes back without a player"));
}

TEST_CASE("lint finds the expiry of a key that only what has no model uses") {
    const Folder folder;
    std::string text = estate("");
    text.replace(text.find("cmk: {}"), 7, "cmk: {expires: 20d}");
    text.replace(text.find("service: acr"), 12, "service: unmodelled, type: Microsoft.Search/searchServices");
    text.replace(text.find(", outboundIp: 203.0.113.9"), 25, "");
    const Ran ran{{"lint", "--fail-on", "warn", folder.file("s.yaml", text)}};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(has(unbroken(ran.out), "kv1/cmk: a key in use expires (at +20d; used by reg, without a model"));
    CHECK_FALSE(has(ran.out, "no finding"));
}

TEST_CASE("an outage whose reason differs by phase tells each of them") {
    const Folder folder;
    const std::string path =
        folder.file("s.yaml", estate("", "timeline:\n  - {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                         "  - {at: 30m, do: vault.delete, target: kv1}\n"));
    const Ran ran{{"bounds", path}};
    INFO(ran.out);
    CHECK(has(ran.out, "KeyNotFound or VaultNotFound, always"));
    CHECK(has(unbroken(ran.out), "reasons KeyNotFound between +10m and +29m59s; VaultNotFound between +30m and "));
    CHECK(has(Ran{{"bounds", "--format", "json", path}}.out,
              R"("reasons": [{"reason": "KeyNotFound", "start": {"min": 600, "max": 1799}}, )"
              R"({"reason": "VaultNotFound", "start": {"min": 1800, "max": 4199}}])"));
    CHECK(has(Ran{{"handout", "--for", "facilitator", path}}.out,
              "| KeyNotFound between +10m and +29m59s; VaultNotFound between +30m and +1h9m59s |"));
}

} // namespace cmksim::impaired_test
