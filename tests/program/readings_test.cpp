// What hangs on how documents that disagree are read.
#include "program/under_readings.hpp"
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::readings_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view behindFirewall = R"(cmksim: 1
name: Behind a firewall
estate:
  vaults:
    kv1:
      enablePurgeProtection: true
      networkAcls: {defaultAction: Deny, bypass: AzureServices}
      accessPolicies: {app: [get, wrapKey, unwrapKey]}
      keys: {cmk: {}}
  identities: {app: {}}
  resources:
    acc: {service: cosmosdb, identity: app, key: kv1/cmk, revalidationPhase: 0s}
until: 5h
timeline:
  - {at: 2h, expect: {acc: Ready}}
)";

std::string identityDeleted(std::string_view service) {
    return "cmksim: 1\n"
           "name: Identity deleted\n"
           "until: 4h\n"
           "estate:\n"
           "  vaults:\n"
           "    kv1:\n"
           "      enablePurgeProtection: true\n"
           "      accessPolicies: {app: [get, list, wrapKey, unwrapKey]}\n"
           "      keys: {cmk: {}}\n"
           "  identities: {app: {}}\n"
           "  resources:\n"
           "    one: {service: " +
           std::string{service} +
           ", identity: app, key: kv1/cmk, revalidationPhase: 0s}\n"
           "timeline:\n"
           "  - {at: 10m, do: identity.delete, target: app}\n";
}

std::size_t placeOf(std::string_view text, std::string_view part) { return text.find(part); }

} // namespace

TEST_CASE("bounds say which downtime holds under which reading") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", behindFirewall);
    const Ran json{{"bounds", "--format", "json", path}};
    CHECK(json.code == 0);
    CHECK(has(json.out, R"({"subject": "acc", "claim": "is not down at these timings", )"
                        R"("under": [{"trusted-by-bypass": "as-its-own-pages-say"}]})"));
    CHECK(has(json.out, R"({"subject": "acc", "claim": "is down for 5h", )"
                        R"("under": [{"trusted-by-bypass": "not-listed"}]})"));
    const Ran text{{"bounds", path}};
    CHECK(has(text.out, "where trusted-by-bypass is not-listed"));
    CHECK(has(text.out, "every combination of the readings of"));
}

TEST_CASE("an action that is refused under a reading is called one, and no expectation") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: Refused
until: 12d
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {a: [get, wrapKey, unwrapKey], b: [get, wrapKey, unwrapKey]}, keys: {k: {}}}
  identities: {a: {}, b: {}}
  resources:
    r: {service: acr, identity: a, key: kv1/k, revalidationPhase: 0s}
timeline:
  - {at: 1d, do: identity.delete, target: a}
  - {at: 8d, do: resource.update, target: r, with: {identity: b}}
)");
    const Ran text{{"bounds", path}};
    CHECK(has(text.out, "resource.update r in line 12: is refused, which is not expected\n"
                        "    where rotation-after-identity-deletion is refused"));
    CHECK_FALSE(has(text.out, "what is expected of"));
}

TEST_CASE("bounds and plans are not complete where combinations of readings are left out") {
    const Folder folder;
    std::string estate = "cmksim: 1\nname: Many\nuntil: 12d\nestate:\n  vaults:\n"
                         "    kv1: {enablePurgeProtection: true, networkAcls: {defaultAction: Deny}, "
                         "accessPolicies: {a: [get, wrapKey, unwrapKey]}, keys: {k: {}, e: {expires: 1d}}}\n"
                         "  identities: {a: {}}\n  resources:\n"
                         "    r: {service: acr, identity: a, key: kv1/k, revalidationPhase: 0s}\n"
                         "    c: {service: cosmosdb, identity: a, key: kv1/e, revalidationPhase: 0s}\n"
                         "timeline:\n  - {at: 1d, do: identity.delete, target: a}\n";
    const std::string all = R"("complete": true, "notSearched": [])";
    const std::string some = R"("complete": false, "notSearched": ["other readings; looked at: each reading of )";
    const Ran every{{"bounds", "--format", "json", folder.file("s.yaml", estate)}};
    CHECK(has(every.out, all));
    std::string more;
    for (int i = 0; i < 8; ++i) {
        more += "    d" + std::to_string(i) + ": {service: cosmosdb, identity: a, key: kv1/k, revalidationPhase: 0s}\n";
    }
    estate.insert(estate.find("timeline:"), more);
    const Ran part{{"bounds", "--format", "json", folder.file("t.yaml", estate)}};
    CHECK(has(part.out, some));
    CHECK_FALSE(has(part.out, all));
    // A plan says what else it did not look at.
    const Ran plan{{"plan", "--format", "json", folder.file("t.yaml", estate)}};
    CHECK(has(plan.out, R"("complete": false, "notSearched": [)"));
    CHECK(has(plan.out, R"("other readings; looked at: )"));
    CHECK_FALSE(has(plan.out, R"("complete": true, "notSearched")"));
}

TEST_CASE("a reading that the command line settles is looked at no further") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", behindFirewall);
    const Ran ran{{"bounds", "--format", "json", "--reading", "trusted-by-bypass=not-listed", path}};
    CHECK(has(ran.out, R"("downtime": {"min": 18000, "max": 18000)"));
    CHECK(has(ran.out, R"("depending": []})"));
}

TEST_CASE("a run takes the nominal reading, another that is asked for, or all") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", behindFirewall);
    CHECK(Ran{{"run", path}}.code == 0);
    CHECK(Ran{{"run", "--reading", "trusted-by-bypass=not-listed", path}}.code == 1);
    const Ran all{{"run", "--format", "json", "--reading", "all", path}};
    CHECK(all.code == 1);
    CHECK(has(all.out, "trusted-by-bypass=not-listed"));
}

TEST_CASE("a reading that is not there is an error with the nearest name") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", behindFirewall);
    const Ran name{{"run", "--reading", "trusted-by-bypas=not-listed", path}};
    CHECK(name.code == 2);
    CHECK(has(name.err, "there is no reading 'trusted-by-bypas'; did you mean 'trusted-by-bypass'?"));
    const Ran value{{"run", "--reading", "trusted-by-bypass=not-liste", path}};
    CHECK(value.code == 2);
    CHECK(has(value.err, "trusted-by-bypass has no value 'not-liste'; did you mean 'not-listed'?"));
}

TEST_CASE("a suite holds under the nominal readings, and falls short under all where one is against it") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", behindFirewall);
    CHECK(Ran{{"test", path}}.code == 0);
    const Ran all{{"test", "--reading", "all", path}};
    CHECK(all.code == 1);
    CHECK(has(all.out, "trusted-by-bypass=not-listed"));
}

TEST_CASE("a suite under all readings tells every expectation that fails, and under which readings") {
    const Folder folder;
    const std::string path =
        folder.file("s.yaml", std::string{behindFirewall} +
                                  "  - {at: 3h, do: key.update, target: kv1/cmk, with: {enabled: false}}\n"
                                  "  - {at: 4h, expect: {acc: {error: DefaultIdentityUnauthorized}}}\n");
    const Ran all{{"test", "--reading", "all", "--format", "json", path}};
    CHECK(all.code == 1);
    CHECK(has(all.out, R"("timings": ["trusted-by-bypass is not-listed"])"));
    CHECK(has(all.out, "unusable-key-error is unwrapping"));
}

TEST_CASE("bounds look at readings of words where an expectation compares them") {
    const Folder folder;
    const std::string path =
        folder.file("s.yaml", std::string{behindFirewall} +
                                  "  - {at: 3h, do: key.update, target: kv1/cmk, with: {enabled: false}}\n"
                                  "  - {at: 4h, expect: {acc: {error: DefaultIdentityUnauthorized}}}\n");
    const Ran ran{{"bounds", "--format", "json", "--reading", "trusted-by-bypass=as-its-own-pages-say", path}};
    CHECK(has(
        ran.out,
        R"({"subject": "what is expected of acc in line 17", "claim": "holds", "under": [{"unusable-key-error": "unauthorized"}]})"));
    const std::string other = folder.file("t.yaml", behindFirewall);
    CHECK_FALSE(has(Ran{{"bounds", other}}.out, "unusable-key-error"));
}

TEST_CASE("a point of no return that one reading has hangs on it") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", identityDeleted("cosmosdb"));
    const Ran ran{{"bounds", "--format", "json", path}};
    CHECK(has(ran.out, R"({"subject": "IdentityRecoveryElapsed app", "claim": "is a point of no return, )"));
}

TEST_CASE("a plan waits for a grant where it must under another reading, and then works under all") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", identityDeleted("cosmosdb"));
    const Ran ran{{"plan", "--format", "json", path}};
    CHECK(has(ran.out, R"("at": 14401, "action": "policy.set")"));
    CHECK(has(ran.out, R"("at": 15001, "action": "resource.update")"));
    CHECK(has(ran.out, R"("depending": []})"));
}

TEST_CASE("a way back does not reach its goal where a reading loses a resource") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: Rotated after its identity went
until: 12d
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey], db: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}, db: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 0s}
    acc: {service: cosmosdb, identity: db, key: kv1/cmk, revalidationPhase: 0s}
timeline:
  - {at: 1d, do: identity.delete, target: app}
  - {at: 8d, do: resource.update, target: reg, with: {identity: db}}
)");
    const Ran ran{{"plan", "--format", "json", path}};
    CHECK(has(
        ran.out,
        R"({"subject": "the way back", "claim": "reaches the goal", "under": [{"rotation-after-identity-deletion": "allowed"}]})"));
}

TEST_CASE("a step waits under another reading wherever it stands in the plan") {
    const Folder folder;
    const auto story = [](std::string_view resources) {
        return "cmksim: 1\nname: Two services\nuntil: 3h\nestate:\n  vaults:\n"
               "    kv1: {enablePurgeProtection: true, accessPolicies: {a: [get, list, wrapKey, unwrapKey]}, "
               "keys: {k: {}}}\n  identities: {a: {}}\n  resources:\n" +
               std::string{resources} + "timeline:\n  - {at: 10m, do: identity.delete, target: a}\n";
    };
    const std::string registry = "    reg: {service: acr, identity: a, key: kv1/k}\n";
    const std::string account = "    acc: {service: cosmosdb, identity: a, key: kv1/k}\n";
    for (const std::string& resources : {registry + account, account + registry}) {
        const Ran ran{{"plan", folder.file("s.yaml", story(resources))}};
        CAPTURE(ran.out);
        CHECK_FALSE(has(ran.out, "default-identity-update is validated"));
    }
}

TEST_CASE("a way back of one that holds under every reading is no reading's matter where another is lost under each") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: One is lost
until: 10h
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
    kv2:
      networkAcls: {defaultAction: Deny, bypass: AzureServices}
      accessPolicies: {app: [get, wrapKey, unwrapKey]}
      keys: {cmk: {}}
  identities: {app: {}}
  resources:
    gone: {service: cosmosdb, identity: app, key: kv1/cmk, revalidationPhase: 0s}
    fine: {service: acr, identity: app, key: kv2/cmk, revalidationPhase: 0s}
timeline:
  - {at: 1h, do: key.delete, target: kv1/cmk}
  - {at: 2h, do: key.purge, target: kv1/cmk}
  - {at: 3h, do: vault.update, target: kv2, with: {networkAcls: {defaultAction: Allow}}}
)");
    const Ran ran{{"plan", path}};
    CHECK(has(ran.out, "gone"));
    CHECK_FALSE(has(ran.out, "the way back"));
}

TEST_CASE("how long a way back takes is told by reading, in a plan and after a loss") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: Permission taken away
until: 6h
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    account: {service: storage, identity: app, key: kv1/cmk}
timeline:
  - {at: 1h, do: policy.set, target: kv1, with: {identity: app, permissions: []}}
)");
    const Ran plan{{"plan", "--format", "json", path}};
    CHECK(has(plan.out, R"({"subject": "the way back", "claim": "takes 1s to 1h10m", )"
                        R"("under": [{"undocumented-looks": "within-the-hour"}]})"));
    // At 6h it may not have noticed yet.
    CHECK(has(plan.out, R"({"subject": "the way back", "claim": "takes 0s to 1d10m", )"
                        R"("under": [{"undocumented-looks": "within-a-day"}]})"));
    CHECK_FALSE(has(plan.out, R"("claim": "reaches the goal")")); // it does under each
    const Ran blast{{"blast", "--format", "json", path}};
    CHECK(has(blast.out, R"({"subject": "without kv1/cmk", "claim": "the way back takes 1s to 1h", )"
                         R"("under": [{"undocumented-looks": "within-the-hour"}]})"));
    CHECK(has(blast.out, R"({"subject": "without kv1/cmk", "claim": "the way back takes 1s to 1d", )"
                         R"("under": [{"undocumented-looks": "within-a-day"}]})"));
}

TEST_CASE("the values of a reading are listed once") {
    const Folder folder;
    const Ran ran{{"run", "--reading", "firewall-sight=nix", folder.file("s.yaml", behindFirewall)}};
    CHECK(has(ran.err, "known: losses, everything, nothing\n"));
}

TEST_CASE("the plan for a deleted identity begins with a new one, and names the recovery as the other") {
    const Folder folder;
    for (const std::string_view service : {"documentdb", "cosmosdb"}) {
        const std::string path = folder.file(std::string{service} + ".yaml", identityDeleted(service));
        const Ran ran{{"plan", "--format", "json", path}};
        CHECK(ran.code == 0);
        CHECK(has(ran.out, R"("possible": true)"));
        const std::size_t recovered = placeOf(ran.out, R"("action": "identity.recover")");
        CHECK(placeOf(ran.out, R"("action": "resource.update")") < placeOf(ran.out, R"("inDoubt": )"));
        CHECK(placeOf(ran.out, R"("inDoubt": )") < recovered);
        CHECK(has(ran.out, R"("action": "identity.create")") == (service == "documentdb"));
        CHECK(has(ran.out, R"("depending": []})"));
    }
}

TEST_CASE(
    "a way back that works under one reading alone says so, with what does under the other, or that nothing does") {
    const Folder folder;
    const Ran ran{{"plan", folder.file("s.yaml", identityDeleted("acr"))}};
    CHECK(has(ran.out, "where rotation-after-identity-deletion is refused"));
    CHECK(has(ran.out, "instead: identity.recover app"));
    CHECK(has(ran.out, "one: no action that was tried brings it back"));
    CHECK(has(ran.out, "where identity-recovery is never and"));
}

TEST_CASE("what the loss of a node takes down, an invariant and a finding are told by reading too") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", behindFirewall);
    for (const std::string_view command : {"blast", "lint", "explore"}) {
        const Ran ran{{std::string{command}, "--format", "json", path}};
        INFO(command);
        CHECK(has(ran.out, R"("readings": {"names": ["identity-recovery", )"));
        CHECK(has(ran.out, R"("trusted-by-bypass": "not-listed")") == (command != "explore"));
    }
    const Ran lint{{"lint", path}};
    INFO(lint.out);
    CHECK(has(lint.out, "firewall-blocks: the vault's firewall keeps the service out"));
    CHECK_FALSE(has(lint.out, "firewall-blocks:\n"));
}

TEST_CASE("the fewest readings that decide a claim are named") {
    using namespace cmksim;
    using namespace cmksim::program;
    const auto reading = [](std::string name) {
        return FactReading{std::move(name), "", {{"yes", "", {}}, {"no", "", {}}}};
    };
    const std::vector<FactReading> readings{reading("a"), reading("b"), reading("c")};
    const std::vector<ReadingChoice> choices = combinationsOf(readings);
    std::vector<Claims> concluded;
    for (const ReadingChoice& choice : choices) {
        Claims claims{{"x", "always"}};
        if (choice.at("b") == "no") {
            claims.push_back({"x", "by b"});
        }
        if (choice.at("a") == "no" && choice.at("c") == "no") {
            claims.push_back({"y", "by both"});
        }
        concluded.push_back(std::move(claims));
    }
    const std::vector<DependingClaim> found = dependingClaims(readings, choices, concluded);
    REQUIRE(found.size() == 2);
    CHECK(found[0].claim == Claim{"x", "by b"});
    CHECK(found[0].under == std::vector<ReadingChoice>{{{"b", "no"}}});
    CHECK(found[1].claim == Claim{"y", "by both"});
    CHECK(found[1].under == std::vector<ReadingChoice>{{{"a", "no"}, {"c", "no"}}});
}

TEST_CASE("models show the readings side by side, with their sources") {
    const Ran ran{{"models", "cosmosdb"}};
    CHECK(has(ran.out, "READINGS"));
    CHECK(has(ran.out, "identity-recovery"));
    CHECK(has(ran.out, "default-identity-update"));
    CHECK(has(ran.out, "validated: "));
}

} // namespace cmksim::readings_test
