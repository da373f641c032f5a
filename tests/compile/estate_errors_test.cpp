// What is wrong with an estate that parses: names that lead nowhere, and things that do not go together.
#include "compile/three_services.hpp"

#include <catch2/catch.hpp>

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::test;

namespace {

/// What is reported of an estate of these lines; the first is line 4.
std::string reportOfEstate(const std::string& lines) {
    return Compiled{"cmksim: 1\nname: x\nestate:\n" + lines}.messages();
}

} // namespace

TEST_CASE("an unknown name is shown where it stands, with the nearest known one") {
    CHECK(Compiled{"cmksim: 1\nname: x\nestate:\n  vaults: {kv1: {keys: {cmk: {}}}}\n  identities: {app: {}}\n"
                   "  resources:\n    reg: {service: acr, identity: app, key: kv1/cnk}\n"}
              .errors == "in.yaml:7:45: error: unknown key 'cnk' in vault 'kv1'; did you mean 'cmk'?\n"
                         "    reg: {service: acr, identity: app, key: kv1/cnk}\n"
                         "                                            ^\n");
}

TEST_CASE("a resource is of a known service") {
    CHECK(reportOfResource("{service: arc}") == "17:20: error: unknown service 'arc'; did you mean 'acr'?\n");
    CHECK(reportOfResource("{service: timetables}") ==
          "17:20: error: unknown service 'timetables'; 'cmksim models' lists those that there are\n");
}

TEST_CASE("a resource's key is in the estate, or a full URI") {
    CHECK(reportOfResource("{service: acr, identity: app, key: kv3/cmk}") ==
          "17:45: error: unknown vault 'kv3'; did you mean 'kv1'?\n");
    CHECK(reportOfResource("{service: acr, identity: app, key: KV1/cmk}") ==
          "17:45: error: unknown vault 'KV1'; did you mean 'kv1'?\n");
    CHECK(reportOfResource("{service: acr, identity: app, key: kv2/other}") ==
          "17:45: error: unknown key 'other' in vault 'kv2'; known: cmk\n");
    CHECK(reportOfResource("{service: acr, identity: app, key: cmk}") ==
          "17:45: error: 'cmk' is no key; write VAULT/KEY, VAULT/KEY/VERSION or a key URI\n");
    CHECK(reportOfResource("{service: acr, identity: app, key: kv1/cmk/v1/x}") ==
          "17:45: error: 'kv1/cmk/v1/x' is no key; write VAULT/KEY, VAULT/KEY/VERSION or a key URI\n");
    CHECK(reportOfResource("{service: acr, identity: app, key: 'https://nowhere.vault.azure.net/keys/cmk'}").empty());
    CHECK(reportOfResource("{service: acr, identity: app, key: 'https://nowhere.example/'}").empty());
}

TEST_CASE("what the timeline makes is not in the estate yet") {
    const std::string text = std::string{threeServices} +
                             "    late: {service: acr, identity: app, key: kv1/late}\n"
                             "    early: {service: acr, identity: app, key: 'https://kv1.vault.azure.net/keys/late'}\n"
                             "    who: {service: acr, identity: later, key: kv1/cmk}\n"
                             "timeline:\n"
                             "- {at: 1h, do: key.create, target: kv1/late}\n"
                             "- {at: 1h, do: identity.create, target: later}\n"
                             "- {at: 1h, do: resource.update, target: late, with: {key: kv1/late, identity: later}}\n";
    CHECK(Compiled{text}.messages() ==
          "17:46: error: key 'kv1/late' is not in the estate; the timeline makes it only "
          "later; its full URI may name it already\n"
          "19:35: error: identity 'later' is not in the estate; the timeline makes it only "
          "later\n");
}

TEST_CASE("a resource's identities are known, and no other resource's own") {
    CHECK(reportOfResource("{service: acr, identity: apl, key: kv1/cmk}") ==
          "17:35: error: unknown identity 'apl'; did you mean 'app'?\n");
    CHECK(reportOfResource("{service: acr, identities: [app, dbb]}") ==
          "17:43: error: unknown identity 'dbb'; did you mean 'db'?\n");
    CHECK(reportOfResource("{service: acr, identity: SystemAsigned, key: kv1/cmk}") ==
          "17:35: error: unknown identity 'SystemAsigned'; did you mean 'SystemAssigned'?\n");
    CHECK(reportOfResource("{service: acr, identity: 'system:reg', key: kv1/cmk}") ==
          "17:35: error: 'system:reg' is another resource's own identity; no other resource can use it\n");
    CHECK(reportOfResource("{service: acr, identity: 'system:new', key: kv1/cmk}").empty());
}

TEST_CASE("an identity for the key needs a key") {
    CHECK(reportOfResource("{service: acr, identity: app}") ==
          "17:35: error: an identity for the key, but no key; give the resource a 'key', or attach the identity with "
          "'identities'\n");
    CHECK(reportOfResource("{service: acr, identities: [app]}").empty());
}

TEST_CASE("a resource starts in a state of its service, and without a key in Ready") {
    CHECK(reportOfResource("{service: acr, identity: app, key: kv1/cmk, state: Revokd}") ==
          "17:61: error: unknown state 'Revokd'; did you mean 'Revoked'?\n");
    CHECK(reportOfResource("{service: acr, identity: app, key: kv1/cmk, state: Deleted}") ==
          "17:61: error: unknown state 'Deleted'; known: Ready, Revoked, Inaccessible\n");
    CHECK(reportOfResource("{service: acr, state: Revoked}") ==
          "17:32: error: a resource without a key is always 'Ready'\n");
    CHECK(reportOfResource("{service: acr, state: Ready}").empty());
}

TEST_CASE("a resource's properties and their values are known, though perhaps only to another service") {
    CHECK(reportOfResource("{service: acr, skuu: Premium}") ==
          "17:25: error: unknown field 'skuu'; did you mean 'sku'?\n");
    // What is like none comes with the fields of a resource and the properties of its service.
    const std::string unlike = reportOfResource("{service: acr, zzzzzzzz: 1}");
    CHECK(unlike.starts_with("17:25: error: unknown field 'zzzzzzzz'; known: "));
    CHECK(unlike.find("identity, ") != std::string::npos);
    CHECK(unlike.find("sku") != std::string::npos);
    CHECK(reportOfResource("{service: acr, sku: Premum}") ==
          "17:30: error: unknown value 'Premum'; did you mean 'Premium'?\n");
    CHECK(reportOfResource("{service: acr, contentTrust: 2}") ==
          "17:39: error: unknown value '2'; known: false, true\n");
    CHECK(reportOfResource("{service: cosmosdb, sku: Premium}").empty());
}

TEST_CASE("grants name known identities, roles and permissions") {
    CHECK(reportOfEstate("  identities: {app: {}}\n"
                         "  roleAssignments:\n"
                         "    apl: Key Vault Crypto User\n"
                         "    app: [Key Vault Crypto Usr, Owner]\n"
                         "  vaults:\n"
                         "    kv1:\n"
                         "      accessPolicies:\n"
                         "        app: [get, WRAPKEY, unwarpKey]\n"
                         "        'system:reg': [get]\n"
                         "      roleAssignments: {FirstPartyIdenty: Reader}\n"
                         "      keys: {cmk: {roleAssignments: {app: Raeder}}}\n") ==
          "6:5: error: unknown identity 'apl'; did you mean 'app'?\n"
          "7:11: error: unknown role 'Key Vault Crypto Usr'; did you mean 'Key Vault Crypto User'?\n"
          "11:29: error: unknown key permission 'unwarpKey'; did you mean 'unwrapKey'?\n"
          "12:9: error: unknown identity 'system:reg'; known: FirstPartyIdentity, app\n"
          "13:25: error: unknown identity 'FirstPartyIdenty'; did you mean 'FirstPartyIdentity'?\n"
          "14:43: error: unknown role 'Raeder'; did you mean 'Reader'?\n");
}

TEST_CASE("an identity is of a type that can stand alone") {
    CHECK(reportOfEstate("  identities:\n    app: {type: UserAsigned}\n") ==
          "5:17: error: unknown identity type 'UserAsigned'; did you mean 'UserAssigned'?\n");
    CHECK(reportOfEstate("  identities:\n    app: {type: SystemAssigned}\n") ==
          "5:17: error: a system-assigned identity belongs to a resource; write 'identity: SystemAssigned' there\n");
    CHECK(reportOfEstate("  identities:\n    a: {type: FirstPartyIdentity}\n    b: {type: DelegatedSystemAssigned}\n")
              .empty());
}

TEST_CASE("a federated identity is made of a user-assigned one and an application") {
    const std::string parts = "  identities:\n    f: {type: Federated, with: u, app: a}\n    u: {}\n"
                              "    a: {type: Application}\n";
    CHECK(reportOfEstate(parts).empty());
    const auto report = [](const std::string& identity) {
        return reportOfEstate("  identities:\n    u: {}\n    a: {type: Application}\n    f: " + identity + "\n");
    };
    const auto says = [&](const std::string& identity, std::string_view text) {
        return report(identity).find(text) != std::string::npos;
    };
    CHECK(says("{type: Federated, with: u}", "7:15: error: a federated identity is made of two others, and 'app' is"));
    CHECK(says("{type: Federated, app: a}", "7:15: error: a federated identity is made of two others, and 'with' is"));
    CHECK(says("{type: Federated, with: a, app: a}", "error: 'a' is no user-assigned identity"));
    CHECK(says("{type: Federated, with: u, app: u}", "error: 'u' is no application"));
    CHECK(says("{type: Federated, with: u, app: b}", "error: unknown application 'b'"));
    CHECK(says("{with: u}", "error: only a federated identity is made of two others"));
    CHECK(says("{type: Federated, with: u, app: a, recoverable: false}", "is deleted and recovered by its parts"));
}

TEST_CASE("nothing is granted to a federated identity itself") {
    const std::string report = reportOfEstate("  identities:\n    f: {type: Federated, with: u, app: a}\n    u: {}\n"
                                              "    a: {type: Application}\n  vaults:\n    kv1:\n"
                                              "      accessPolicies: {f: [get]}\n");
    CHECK(report.find("grants are its application's; name 'a'") != std::string::npos);
}

TEST_CASE("two vaults differ in more than letter case") {
    CHECK(reportOfEstate("  vaults:\n    kv1: {}\n    KV1: {}\n") ==
          "6:5: error: vault 'KV1' differs from vault 'kv1' only in letter case\n");
    CHECK(reportOfEntry("{at: 1h, do: vault.create, target: KV2, with: {}}") ==
          "18:38: error: vault 'KV2' differs from vault 'kv2' only in letter case\n");
}

TEST_CASE("two keys of a vault differ in more than letter case, and a URI names a key in any") {
    CHECK(reportOfEstate("  vaults:\n    kv1: {keys: {cmk: {}, CMK: {}}}\n") ==
          "5:27: error: key 'CMK' differs from key 'cmk' only in letter case\n");
    const Compiled compiled{"cmksim: 1\nname: x\nestate:\n  vaults: {kv1: {keys: {cmk: {}}}}\n  identities: {app: {}}\n"
                            "  resources: {reg: {service: acr, identity: app, key: "
                            "'https://KV1.vault.azure.net/keys/CMK'}}\n"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    CHECK(compiled.program->names.keys.size() == 1);
}

TEST_CASE("a key with a version is taken at its word, with a warning where the service asks for none") {
    const Compiled compiled{std::string{threeServices} +
                            "    new: {service: documentdb, identity: app, key: kv1/cmk/v1}\n"
                            "    reg2: {service: acr, identity: app, key: kv1/cmk/v1}\n"};
    CHECK(compiled.program);
    CHECK(compiled.messages() ==
          "17:52: warning: the service asks for a key without a version; this one is taken at its word\n");
}
