// Whole scenarios: when revalidations see what, in which order things are told, and what a run comes to.
#include "played.hpp"

#include <chrono>

namespace cmksim::replay_test {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

// --- what revalidations see ------------------------------------------------------------------------------------------

TEST_CASE("a spell between two revalidations is never noticed") {
    const std::string text = story("- {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                   "- {at: 50m, do: key.recover, target: kv1/cmk}\n");
    CHECK(Played{text, 0s}.story() == "10m key.delete kv1/cmk ok\n"
                                      "50m key.recover kv1/cmk ok\n");
    CHECK(Played{text, 30min}.story() == "10m key.delete kv1/cmk ok\n"
                                         "30m reg Ready -> Inaccessible KeyNotFound\n"
                                         "50m key.recover kv1/cmk ok\n"
                                         "1h30m reg Inaccessible -> Ready None\n");
}

TEST_CASE("a revalidation at the very instant of a change sees it") {
    const std::string text = story("- {at: 1h, do: key.delete, target: kv1/cmk}\n"
                                   "- {at: 2h, do: key.recover, target: kv1/cmk}\n");
    CHECK(Played{text}.story() == "1h key.delete kv1/cmk ok\n"
                                  "1h reg Ready -> Inaccessible KeyNotFound\n"
                                  "2h key.recover kv1/cmk ok\n"
                                  "2h reg Inaccessible -> Ready None\n");
    CHECK(Played{text, 1s}.ends() == "reg Ready None 1h 1\n");
}

TEST_CASE("a change and its opposite at one instant are no change") {
    CHECK(Played{story("- {at: 1h, do: key.delete, target: kv1/cmk}\n"
                       "- {at: 1h, do: key.recover, target: kv1/cmk}\n")}
              .story() == "1h key.delete kv1/cmk ok\n1h key.recover kv1/cmk ok\n");
}

TEST_CASE("observations of an instant see what its facts, actions and revalidations did, wherever they stand") {
    CHECK(Played{story("- {at: 1h, try: pull, target: reg}\n"
                       "- {at: 1h, expect: {reg: Revoked}}\n"
                       "- {at: 1h, do: key.update, target: kv1/cmk, with: {enabled: false}}\n")}
              .story() == "1h key.update kv1/cmk ok\n"
                          "1h reg Ready -> Revoked KeyDisabled\n"
                          "1h pull reg denied DENIED\n"
                          "1h held: reg Revoked\n");
}

TEST_CASE("what time alone brings about comes before the actions of its instant") {
    const std::string estate = with(smallEstate, "cmk: {}", "cmk: {notBefore: 1h, expires: 2h}");
    CHECK(Played{story("- {at: 1h, do: key.update, target: kv1/cmk, with: {enabled: false}}\n", "", estate)}.story() ==
          "0s reg Ready -> Inaccessible KeyNotYetValid\n"
          "1h KeyValid kv1/cmk/v1\n"
          "1h key.update kv1/cmk ok\n"
          "1h reg Inaccessible -> Revoked KeyDisabled\n"
          "2h KeyExpired kv1/cmk/v1\n");
}

TEST_CASE("the instant of the end is played whole") {
    const std::string estate = with(smallEstate, "cmk: {}", "cmk: {expires: 2h}");
    CHECK(Played{story("- {at: 2h, expect: {reg: Inaccessible}}\n"
                       "- {at: 2h, do: key.rotate, target: kv1/cmk}\n",
                       "until: 2h\n", estate)}
              .story() == "2h KeyExpired kv1/cmk/v1\n"
                          "2h key.rotate kv1/cmk ok\n"
                          "2h reg Ready -> Inaccessible KeyExpired\n"
                          "2h held: reg Inaccessible\n");
    CHECK(Played{story("", "until: 2h\n", estate), 1s}.story() == "2h KeyExpired kv1/cmk/v1\n");
}

TEST_CASE("a scenario without an end goes on for two hours after its last entry, at rest for two from the start") {
    CHECK(Played{story("")}.program.until == scenarioStart + 2h);
    CHECK(Played{story("- {at: 5h, try: show, target: reg}\n- {at: 3h, try: show, target: reg}\n")}.program.until ==
          scenarioStart + 7h);
}

TEST_CASE("nothing new is no record, however long it takes") {
    const std::string entries = "- {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                "- {at: 3h, do: key.recover, target: kv1/cmk}\n";
    const Played oneDay{story(entries, "until: 1d\n")};
    const Played tenYears{story(entries, "until: 3650d\n")};
    CHECK(oneDay.story() == tenYears.story());
    CHECK(tenYears.ends() == "reg Ready None 2h 1\n");
}

// --- rotation --------------------------------------------------------------------------------------------------------

TEST_CASE("a revalidation that passes wraps with the newest version, when that can be used") {
    CHECK(Played{story("- {at: 10m, do: key.create, target: kv1/cmk, with: {notBefore: 90m}}\n"
                       "- {at: 20m, do: key.create, target: kv1/cmk, with: {enabled: false}}\n"
                       "- {at: 2h10m, do: key.update, target: kv1/cmk, with: {enabled: true}}\n",
                       "until: 9h\n")}
              .story() == "10m key.create kv1/cmk ok\n"
                          "20m key.create kv1/cmk ok\n"
                          "1h30m KeyValid kv1/cmk/v2\n"
                          "2h10m key.update kv1/cmk ok\n"
                          "3h reg v1 => v3\n");
}

TEST_CASE("an old version that is disabled before the data is wrapped anew takes the resource down") {
    const std::string text = story("- {at: 10m, do: key.rotate, target: kv1/cmk}\n"
                                   "- {at: 40m, do: key.update, target: kv1/cmk/v1, with: {enabled: false}}\n");
    CHECK(Played{text}.ends() == "reg Revoked KeyDisabled 1h40m 1\n");
    CHECK(Played{text, 20min}.ends() == "reg Ready None 0s 0\n");
}

TEST_CASE("a key that comes back is found and wrapped with in one revalidation") {
    CHECK(Played{story("- {at: 10m, do: key.delete, target: kv1/cmk}\n"
                       "- {at: 70m, do: key.recover, target: kv1/cmk}\n"
                       "- {at: 70m, do: key.rotate, target: kv1/cmk}\n")}
              .story() == "10m key.delete kv1/cmk ok\n"
                          "1h reg Ready -> Inaccessible KeyNotFound\n"
                          "1h10m key.recover kv1/cmk ok\n"
                          "1h10m key.rotate kv1/cmk ok\n"
                          "2h reg Inaccessible -> Ready None\n"
                          "2h reg v1 => v2\n");
}

// --- loss of data ----------------------------------------------------------------------------------------------------

TEST_CASE("data is lost right after what purged its key, before the resource notices") {
    CHECK(Played{story("- {at: 10m, do: key.delete, target: kv1/cmk}\n"
                       "- {at: 10m, do: key.purge, target: kv1/cmk}\n"
                       "- {at: 10m, do: key.create, target: kv1/cmk}\n"
                       "- {at: 10m, expect: {reg: {state: Ready, recoverable: false}}}\n")}
              .story() == "10m key.delete kv1/cmk ok\n"
                          "10m key.purge kv1/cmk ok\n"
                          "10m data lost: reg\n"
                          "10m key.create kv1/cmk ok\n"
                          "10m held: reg Ready, recoverable: false\n"
                          "1h reg Ready -> Inaccessible UnwrapFailed\n");
}

TEST_CASE("data is lost when retention runs out, of the key or of its vault") {
    const std::string estate = with(smallEstate, "kv1: {", "kv1: {softDeleteRetentionInDays: 7, ");
    CHECK(Played{story("- {at: 1h, do: key.delete, target: kv1/cmk}\n", "until: 8d\n", estate)}.story() ==
          "1h key.delete kv1/cmk ok\n"
          "1h reg Ready -> Inaccessible KeyNotFound\n"
          "7d1h RetentionElapsed kv1/cmk\n"
          "7d1h data lost: reg\n");
    CHECK(Played{story("- {at: 1h, do: vault.delete, target: kv1}\n", "until: 8d\n", estate)}.story() ==
          "1h vault.delete kv1 ok\n"
          "1h reg Ready -> Inaccessible VaultNotFound\n"
          "7d1h RetentionElapsed kv1\n"
          "7d1h data lost: reg\n");
}

TEST_CASE("data survives while a backup has its key, and comes back with it") {
    const Played played{story("- {at: 10m, do: key.backup, target: kv1/cmk}\n"
                              "- {at: 10m, do: key.delete, target: kv1/cmk}\n"
                              "- {at: 10m, do: key.purge, target: kv1/cmk}\n"
                              "- {at: 90m, do: key.restore, target: kv1/cmk}\n")};
    CHECK(played.ends() == "reg Ready None 1h 1\n");
}

TEST_CASE("data is lost when the last backup of its key is overwritten") {
    const std::string entries = "- {at: 10m, do: key.backup, target: kv1/cmk, with: {file: f}}\n"
                                "- {at: 10m, do: key.delete, target: kv1/cmk}\n"
                                "- {at: 10m, do: key.purge, target: kv1/cmk}\n"
                                "- {at: 20m, do: key.create, target: kv1/cmk}\n"
                                "- {at: 20m, do: key.backup, target: kv1/cmk, with: {file: f}}\n";
    CHECK(Played{story(entries)}.story().ends_with("20m key.backup kv1/cmk ok\n"
                                                   "20m data lost: reg\n"
                                                   "1h reg Ready -> Inaccessible UnwrapFailed\n"));
}

// --- the list --------------------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view twoRegistries = R"(
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    zeta: {service: acr, identity: app, key: kv1/cmk}
    alpha: {service: acr, identity: app, key: kv1/cmk}
)";

const std::string creation = "do: resource.create, with: {service: acr, identity: app, key: kv1/cmk}";

} // namespace

TEST_CASE("resources are told of in the order of the list: the estate's, then the others as they came to be") {
    const Played played{story("- {at: 30m, target: late, " + creation + "}\n" + "- {at: 20m, target: early, " +
                                  creation + "}\n" +
                                  "- {at: 2h, do: key.update, target: kv1/cmk, with: {enabled: false}}\n",
                              "until: 3h\n", twoRegistries)};
    CHECK(played.story() == "20m resource.create early ok\n"
                            "30m resource.create late ok\n"
                            "2h key.update kv1/cmk ok\n"
                            "2h zeta Ready -> Revoked KeyDisabled\n"
                            "2h alpha Ready -> Revoked KeyDisabled\n"
                            "2h20m early Ready -> Revoked KeyDisabled\n"
                            "2h30m late Ready -> Revoked KeyDisabled\n");
    CHECK(played.ends() == "zeta Revoked KeyDisabled 1h 1\n"
                           "alpha Revoked KeyDisabled 1h 1\n"
                           "early Revoked KeyDisabled 40m 1\n"
                           "late Revoked KeyDisabled 30m 1\n");
}

TEST_CASE("data is lost by one resource after the other in the order of the list") {
    CHECK(Played{story("- {at: 10m, target: new, " + creation + "}\n" +
                           "- {at: 20m, do: key.delete, target: kv1/cmk}\n"
                           "- {at: 20m, do: key.purge, target: kv1/cmk}\n",
                       "until: 20m\n", twoRegistries)}
              .story() == "10m resource.create new ok\n"
                          "20m key.delete kv1/cmk ok\n"
                          "20m key.purge kv1/cmk ok\n"
                          "20m data lost: zeta\n"
                          "20m data lost: alpha\n"
                          "20m data lost: new\n");
}

TEST_CASE("a refused creation leaves no place in the list, a failed one does") {
    const std::string entries = "- {at: 5m, do: vault.update, target: kv1, with: {enablePurgeProtection: true}}\n"
                                "- {at: 10m, do: key.update, target: kv1/cmk, with: {enabled: false}}\n"
                                "- {at: 20m, do: resource.create, target: refused, expect: refused,\n"
                                "   with: {service: acr, identity: app, key: kv1/cmk}}\n"
                                "- {at: 20m, do: resource.create, target: failed, expect: refused,\n"
                                "   with: {service: documentdb, identity: app, key: kv1/cmk}}\n";
    const Played played{story(entries, "until: 30m\n")};
    CHECK(played.ends() == "reg Ready None 0s 0\nfailed Failed KeyDisabled 0s 0\n");
    CHECK(played.trace.passed);
}

TEST_CASE("a resource created anew takes its name's place in the list and starts from nothing") {
    const Played played{story("- {at: 10m, do: key.update, target: kv1/cmk, with: {enabled: false}}\n"
                              "- {at: 90m, do: resource.delete, target: zeta}\n"
                              "- {at: 2h, expect: {zeta: {state: Deleted, recoverable: false, downtime: == 30m}}}\n"
                              "- {at: 2h10m, do: key.update, target: kv1/cmk, with: {enabled: true}}\n"
                              "- {at: 2h10m, target: zeta, " +
                                  creation + "}\n",
                              "until: 4h\n", twoRegistries)};
    CHECK(played.trace.passed);
    CHECK(played.ends() == "zeta Ready None 0s 0\nalpha Ready None 2h 1\n");
}

TEST_CASE("a resource is absent before its creation") {
    CHECK(Played{story("- {at: 10m, expect: {new: Absent}}\n"
                       "- {at: 10m, try: show, target: new}\n"
                       "- {at: 20m, target: new, " +
                       creation + "}\n" + "- {at: 20m, expect: {new: Ready}}\n")}
              .story() == "10m held: new Absent\n"
                          "10m show new denied ResourceNotFound\n"
                          "20m resource.create new ok\n"
                          "20m held: new Ready\n");
}

// --- resources and their own actions ---------------------------------------------------------------------------------

TEST_CASE("a stalled service checks nothing, and goes on with the revalidation that is due") {
    const auto resumedAt = [](const std::string& instant) {
        return Played{story("- {at: 10m, do: service.stall, target: reg}\n"
                            "- {at: 20m, do: key.update, target: kv1/cmk, with: {enabled: false}}\n"
                            "- {at: " +
                            instant + ", do: service.resume, target: reg}\n")}
            .ends();
    };
    CHECK(resumedAt("3h") == "reg Revoked KeyDisabled 2h 1\n");
    CHECK(resumedAt("3h1s") == "reg Revoked KeyDisabled 1h1s 1\n");
}

TEST_CASE("a lapse is a fact of its instant, and the next revalidation judges a renewed identity anew") {
    CHECK(
        Played{story("- {at: 10m, do: resource.remove-identity, target: reg, with: {identity: app}, expect: refused}\n"
                     "- {at: 91d, do: resource.assign-identity, target: reg, with: {identity: app}}\n")}
            .story() == "10m resource.remove-identity reg refused IdentityInUse\n"
                        "10m held: reg refused IdentityInUse\n"
                        "90d10m IdentityLapsed reg\n"
                        "90d10m reg Ready -> Inaccessible IdentityInactive\n"
                        "91d resource.assign-identity reg ok\n"
                        "91d reg Inaccessible -> Ready None\n");
}

TEST_CASE("a lapse comes before everything else of its instant but the facts of vaults and keys") {
    const std::string estate = with(smallEstate, "cmk: {}", "cmk: {expires: 90d1h}");
    CHECK(Played{story("- {at: 1h, do: resource.remove-identity, target: reg, with: {identity: app}, expect: refused}\n"
                       "- {at: 90d30m, do: key.update, target: kv1/cmk, with: {enabled: false}}\n"
                       "- {at: 90d1h, do: resource.update, target: reg, with: {key: kv1/cmk}, expect: refused}\n"
                       "- {at: 90d1h, expect: {reg: {reason: IdentityInactive}}}\n",
                       "", estate)}
              .story()
              .ends_with("90d30m key.update kv1/cmk ok\n"
                         "90d1h KeyExpired kv1/cmk/v1\n"
                         "90d1h IdentityLapsed reg\n"
                         "90d1h reg Ready -> Inaccessible IdentityInactive\n"
                         "90d1h resource.update reg refused KeyAccessDenied\n"
                         "90d1h held: reg refused KeyAccessDenied\n"
                         "90d1h held: reg Inaccessible, reason: IdentityInactive\n"));
}

TEST_CASE("a lapse ends a condition before it is told as a transition") {
    CHECK(
        Played{story("- {at: 10m, do: resource.remove-identity, target: reg, with: {identity: app}, expect: refused}\n"
                     "- at: 89d\n"
                     "  do: vault.update\n"
                     "  target: kv1\n"
                     "  with: {networkAcls: {defaultAction: Deny}}\n",
                     "until: 91d\n")}
            .story()
            .ends_with("89d vault.update kv1 ok\n"
                       "89d reg is Degraded\n"
                       "90d10m IdentityLapsed reg\n"
                       "90d10m reg is not Degraded\n"
                       "90d10m reg Ready -> Inaccessible IdentityInactive\n"));
}

TEST_CASE("a rotation that succeeds ends the condition right after its action") {
    CHECK(Played{story("- at: 10m\n"
                       "  do: vault.update\n"
                       "  target: kv1\n"
                       "  with: {networkAcls: {defaultAction: Deny, ipRules: [203.0.113.7]}}\n"
                       "- {at: 90m, do: resource.assign-identity, target: reg, with: {identity: SystemAssigned}}\n"
                       "- {at: 90m, do: policy.set, target: kv1,\n"
                       "   with: {identity: system:reg, permissions: [get, wrapKey, unwrapKey]}}\n"
                       "- {at: 100m, do: resource.update, target: reg, with: {identity: SystemAssigned}}\n")}
              .story() == "10m vault.update kv1 ok\n"
                          "1h reg is Degraded\n"
                          "1h30m resource.assign-identity reg ok\n"
                          "1h30m policy.set kv1 ok\n"
                          "1h40m resource.update reg ok\n"
                          "1h40m reg is not Degraded\n");
}

namespace {

/// An account that uses a key as an application.
constexpr std::string_view inAnotherTenant = R"(
estate:
  vaults:
    kv1:
      enablePurgeProtection: true
      accessPolicies: {client: [get, wrapKey, unwrapKey]}
      keys: {cmk: {}}
  identities:
    fed: {type: Federated, with: app, app: client}
    app: {}
    client: {type: Application}
  resources:
    acc: {service: cosmosdb, identity: fed, key: kv1/cmk}
)";

} // namespace

TEST_CASE("a federated identity works while both of its parts are there") {
    const std::string estate{inAnotherTenant};
    for (const std::string part : {"app", "client"}) {
        const Played recovered{story("- {at: 10m, do: identity.delete, target: " + part +
                                         "}\n- {at: 20d, do: identity.recover, target: " + part + "}\n",
                                     "", estate)};
        CHECK(recovered.ends().starts_with("acc Ready None"));
        const Played remade{story("- {at: 10m, do: identity.delete, target: " + part +
                                      "}\n- {at: 20d, do: identity.create, target: " + part + "}\n",
                                  "", estate)};
        CHECK(remade.ends().starts_with("acc Revoked TokenAcquisitionFailed"));
    }
}

TEST_CASE("what is attached for a federated identity is its user-assigned part") {
    CHECK(Played{story("- {at: 10m, do: resource.remove-identity, target: acc, with: {identity: app}}\n", "",
                       std::string{inAnotherTenant})}
              .story() == "10m resource.remove-identity acc refused IdentityInUse\n");
}

TEST_CASE("grants of a federated identity are its application's") {
    CHECK(Played{story("- {at: 10m, do: policy.delete, target: kv1, with: {identity: client}}\n", "",
                       std::string{inAnotherTenant})}
              .story() == "10m policy.delete kv1 ok\n1h acc Ready -> Revoked IdentityUnauthorized\n");
}

TEST_CASE("an identity of the resource's own that comes again is a new one: nothing granted to the first counts") {
    const std::string estate = R"(
estate:
  vaults:
    kv1:
      enablePurgeProtection: true
      accessPolicies:
        app: [get, wrapKey, unwrapKey]
        system:acc: [get, wrapKey, unwrapKey]
      keys: {cmk: {}}
  identities: {app: {}}
  resources:
    acc: {service: cosmosdb, identity: SystemAssigned, identities: [app], key: kv1/cmk}
)";
    const std::string entries = R"(
- {at: 10m, do: resource.update, target: acc, with: {identity: app}}
- {at: 20m, do: resource.remove-identity, target: acc, with: {identity: SystemAssigned}}
- {at: 30m, do: policy.delete, target: kv1, with: {identity: system:acc}, expect: {error: IdentityNotFound}}
- {at: 40m, do: resource.assign-identity, target: acc, with: {identity: SystemAssigned}}
- {at: 50m, do: resource.update, target: acc, with: {identity: SystemAssigned}}
- {at: 70m, do: policy.set, target: kv1, with: {identity: system:acc, permissions: [get, wrapKey, unwrapKey]}}
)";
    CHECK(Played{story(entries, "", estate)}.story() == "10m resource.update acc ok\n"
                                                        "20m resource.remove-identity acc ok\n"
                                                        "30m policy.delete kv1 refused IdentityNotFound\n"
                                                        "30m held: kv1 refused IdentityNotFound\n"
                                                        "40m resource.assign-identity acc ok\n"
                                                        "50m resource.update acc ok\n"
                                                        "1h acc Ready -> Revoked IdentityUnauthorized\n"
                                                        "1h10m policy.set kv1 ok\n"
                                                        "2h acc Revoked -> Ready None\n");
}

TEST_CASE("a creation that is refused takes the identity that it would have brought along with it") {
    const std::string entries = R"(
- {at: 10m, do: resource.create, target: new, expect: {error: UserAssignedIdentityRequired},
   with: {service: acr, identity: SystemAssigned, key: kv1/cmk}}
- {at: 20m, do: policy.set, target: kv1, with: {identity: system:new, permissions: [get]}, expect: refused}
- {at: 30m, do: resource.create, target: new,
   with: {service: acr, identity: app, identities: [SystemAssigned], key: kv1/cmk}}
- {at: 40m, do: policy.set, target: kv1, with: {identity: system:new, permissions: [get]}}
- {at: 50m, do: resource.delete, target: new}
- {at: 50m, do: policy.set, target: kv1, with: {identity: system:new, permissions: [get]},
   expect: {error: IdentityNotFound}}
)";
    CHECK(Played{story(entries)}.trace.passed);
}

// --- what a run comes to ---------------------------------------------------------------------------------------------

TEST_CASE("a run passes when what was expected happened, and nothing was refused unexpectedly") {
    const auto passes = [](const std::string& entry) {
        return Played{story("- {at: 10m, " + entry + "}\n")}.trace.passed;
    };
    CHECK(passes("do: key.delete, target: kv1/cmk"));
    CHECK(passes("do: key.delete, target: kv1/cmk, expect: ok"));
    CHECK_FALSE(passes("do: key.delete, target: kv1/cmk, expect: refused"));
    CHECK_FALSE(passes("do: key.recover, target: kv1/cmk"));
    CHECK_FALSE(passes("do: key.recover, target: kv1/cmk, expect: ok"));
    CHECK(passes("do: key.recover, target: kv1/cmk, expect: refused"));
    CHECK(passes("do: key.recover, target: kv1/cmk, expect: {error: KeyNotFound}"));
    CHECK_FALSE(passes("do: key.recover, target: kv1/cmk, expect: {error: VaultNotFound}"));
    CHECK_FALSE(passes("do: resource.update, target: reg, with: {key: null}"));
    CHECK(passes("do: resource.update, target: reg, with: {key: null}, expect: {error: EncryptionImmutable}"));
    CHECK(passes("expect: {reg: Ready}"));
    CHECK(passes("expect: {reg: [Revoked, Ready]}"));
    CHECK_FALSE(passes("expect: {reg: Revoked}"));
    CHECK_FALSE(passes("expect: {reg: {state: Ready, reason: KeyDisabled}}"));
    CHECK_FALSE(passes("expect: {reg: {outages: '>= 1'}}"));
    CHECK_FALSE(passes("expect: {reg: {recoverable: false}}"));
    CHECK(passes("try: pull, target: reg, expect: ok"));
    CHECK_FALSE(passes("try: pull, target: reg, expect: 403"));
}

TEST_CASE("a denied operation fails a run only when something else was expected of it") {
    const auto passes = [](const std::string& expectation) {
        return Played{story("- {at: 10m, do: key.delete, target: kv1/cmk}\n"
                            "- {at: 1h, try: pull, target: reg" +
                            expectation + "}\n")}
            .trace.passed;
    };
    CHECK(passes(""));
    CHECK(passes(", expect: 403"));
    CHECK(passes(", expect: {status: 403, error: DENIED}"));
    CHECK_FALSE(passes(", expect: ok"));
    CHECK_FALSE(passes(", expect: 404"));
    CHECK_FALSE(passes(", expect: {status: 403, error: ForbiddenByFirewall}"));
}

} // namespace cmksim::replay_test
