// What is wrong with a timeline that parses: targets, operations and codes that are not known.
#include "compile/three_services.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::test;

TEST_CASE("an action's target is known") {
    CHECK(reportOfEntry("{at: 1h, do: vault.delete, target: kv4}") ==
          "18:38: error: unknown vault 'kv4'; did you mean 'kv1'?\n");
    CHECK(reportOfEntry("{at: 1h, do: key.delete, target: kv1/cml}") ==
          "18:36: error: unknown key 'cml' in vault 'kv1'; did you mean 'cmk'?\n");
    CHECK(reportOfEntry("{at: 1h, do: key.delete, target: kv3/cmk}") ==
          "18:36: error: unknown vault 'kv3'; did you mean 'kv1'?\n");
    CHECK(reportOfEntry("{at: 1h, do: identity.delete, target: apl}") ==
          "18:41: error: unknown identity 'apl'; did you mean 'app'?\n");
    CHECK(reportOfEntry("{at: 1h, do: resource.delete, target: rag}") ==
          "18:41: error: unknown resource 'rag'; did you mean 'reg'?\n");
    CHECK(reportOfEntry("{at: 1h, try: pull, target: rag}") ==
          "18:31: error: unknown resource 'rag'; did you mean 'reg'?\n");
    CHECK(reportOfEntry("{at: 1h, expect: {rag: Ready}}") ==
          "18:21: error: unknown resource 'rag'; did you mean 'reg'?\n");
}

TEST_CASE("a key's target has names that a key can have, with a version only where one can be meant") {
    CHECK(reportOfEntry("{at: 1h, do: key.delete, target: kv1/c_mk}") ==
          "18:36: error: 'kv1/c_mk' is no key; write VAULT/KEY\n");
    CHECK(reportOfEntry("{at: 1h, do: role.assign, target: kv/cmk, with: {identity: app, role: Owner}}") ==
          "18:37: error: 'kv/cmk' is no key; write VAULT/KEY\n");
    CHECK(reportOfEntry("{at: 1h, do: key.update, target: kv1/cmk/v-1, with: {enabled: true}}") ==
          "18:36: error: 'kv1/cmk/v-1' is no key; write VAULT/KEY or VAULT/KEY/VERSION\n");
    CHECK(reportOfEntry("{at: 1h, do: key.update, target: kv1/cmk/v7, with: {enabled: true}}").empty());
}

TEST_CASE("roles and permissions of an action are known, and so is who gets them") {
    CHECK(reportOfEntry("{at: 1h, do: role.assign, target: /, with: {identity: apl, role: Ower}}") ==
          "18:57: error: unknown identity 'apl'; did you mean 'app'?\n"
          "18:68: error: unknown role 'Ower'; did you mean 'Owner'?\n");
    CHECK(reportOfEntry("{at: 1h, do: policy.set, target: kv1, with: {identity: app, permissions: [gett]}}") ==
          "18:77: error: unknown key permission 'gett'; did you mean 'get'?\n");
    CHECK(reportOfEntry("{at: 1h, do: role.assign, target: kv1, with: {identity: 'system:reg', role: Owner}}").empty());
    CHECK(reportOfEntry("{at: 1h, do: role.assign, target: kv1, with: {identity: FirstPartyIdentity, role: Owner}}")
              .empty());
}

TEST_CASE("only an identity that stands alone can be created, deleted and recovered") {
    CHECK(reportOfEntry("{at: 1h, do: identity.delete, target: FirstPartyIdentity}") ==
          "18:41: error: 'FirstPartyIdentity' is the service's own and always there\n");
    CHECK(reportOfEntry("{at: 1h, do: identity.create, target: FirstPartyIdentity}") ==
          "18:41: error: 'FirstPartyIdentity' is the service's own and always there\n");
}

TEST_CASE("a resource's actions name what it can use") {
    CHECK(reportOfEntry("{at: 1h, do: resource.remove-identity, target: reg, with: {identity: appp}}") ==
          "18:72: error: unknown identity 'appp'; did you mean 'app'?\n");
    CHECK(reportOfEntry("{at: 1h, do: resource.remove-identity, target: reg}") ==
          "18:16: error: resource.remove-identity needs the field 'identity'\n");
    CHECK(reportOfEntry("{at: 1h, do: resource.update, target: reg, with: {identity: 'system:acc'}}") ==
          "18:63: error: 'system:acc' is another resource's own identity; no other resource can use it\n");
    CHECK(reportOfEntry("{at: 1h, do: resource.assign-identity, target: reg, with: {identity: appp}}") ==
          "18:72: error: unknown identity 'appp'; did you mean 'app'?\n");
    CHECK(reportOfEntry("{at: 1h, do: resource.update, target: reg, with: {key: kv1/cnk}}") ==
          "18:58: error: unknown key 'cnk' in vault 'kv1'; did you mean 'cmk'?\n");
    CHECK(
        reportOfEntry("{at: 1h, do: resource.update, target: reg, with: {key: 'https://gone.vault.azure.net/keys/k'}}")
            .empty());
}

TEST_CASE("what an action of the timeline makes is a known name, wherever the action stands") {
    CHECK(Compiled{
        std::string{threeServices} +
        "timeline:\n"
        "- {at: 3h, do: key.rotate, target: made/k}\n"
        "- {at: 3h, do: resource.update, target: fresh, with: {key: made/k, identity: made-id}}\n"
        "- {at: 2h, do: resource.create, target: fresh, with: {service: acr, identity: made-id, key: made/k}}\n"
        "- {at: 1h, do: vault.create, target: made, with: {keys: {k: {}}}}\n"
        "- {at: 1h, do: identity.create, target: made-id}\n"
        "- {at: 1h, do: key.create, target: made/k2}\n"
        "- {at: 1h, do: key.restore, target: made/k3}\n"
        "- {at: 1h, do: key.delete, target: made/k2}\n"
        "- {at: 1h, do: key.delete, target: made/k3}\n"}
              .messages()
              .empty());
}

TEST_CASE("a resource that the timeline makes is of one service") {
    CHECK(reportOfEntry("{at: 1h, do: resource.create, target: reg, with: {service: cosmosdb}}") ==
          "18:62: error: resource 'reg' is of service 'acr' elsewhere; give the other service's resource a name of its "
          "own\n");
    CHECK(reportOfEntry("{at: 1h, do: resource.create, target: new, with: {service: acrr}}") ==
          "18:62: error: unknown service 'acrr'; did you mean 'acr'?\n");
}

TEST_CASE("an operation is one of the resource's service") {
    CHECK(reportOfEntry("{at: 1h, try: pul, target: reg}") ==
          "18:17: error: unknown operation 'pul'; did you mean 'pull'?\n");
    CHECK(reportOfEntry("{at: 1h, try: pull, target: clu}") ==
          "18:17: error: unknown operation 'pull'; known: connect, read, write, show\n");
}

TEST_CASE("expected states, reasons and codes are the service's own") {
    CHECK(reportOfEntry("{at: 1h, expect: {reg: Redy}}") ==
          "18:26: error: unknown state 'Redy'; did you mean 'Ready'?\n");
    CHECK(reportOfEntry("{at: 1h, expect: {clu: [Ready, Revoked]}}") ==
          "18:34: error: unknown state 'Revoked'; known: Ready, Inaccessible, Failed, Deleted, Absent\n");
    CHECK(reportOfEntry("{at: 1h, expect: {reg: {reason: KeyDisable}}}") ==
          "18:35: error: unknown reason 'KeyDisable'; did you mean 'KeyDisabled'?\n");
    CHECK(reportOfEntry("{at: 1h, expect: {acc: {error: KeyVaultFirewalBlocked}}}") ==
          "18:34: error: unknown error 'KeyVaultFirewalBlocked'; did you mean 'KeyVaultFirewallBlocked'?\n");
    CHECK(reportOfEntry("{at: 1h, expect: {reg: [Absent, Deleted, Ready]}}").empty());
}

TEST_CASE("expected results name codes that the action or operation can have") {
    CHECK(reportOfEntry("{at: 1h, do: key.purge, target: kv1/cmk, expect: {error: PurgProtected}}") ==
          "18:60: error: unknown error 'PurgProtected'; did you mean 'PurgeProtected'?\n");
    CHECK(reportOfEntry("{at: 1h, do: key.purge, target: kv1/cmk, expect: {error: KeyAccessDenied}}") ==
          "18:60: error: unknown error 'KeyAccessDenied'\n");
    CHECK(reportOfEntry(
              "{at: 1h, do: resource.update, target: reg, with: {identity: db}, expect: {error: KeyAccessDenied}}")
              .empty());
    CHECK(reportOfEntry("{at: 1h, try: pull, target: reg, expect: {status: 403, error: DENYED}}") ==
          "18:65: error: unknown error 'DENYED'; did you mean 'DENIED'?\n");
    CHECK(reportOfEntry("{at: 1h, try: pull, target: reg, expect: {error: ResourceNotFound}}").empty());
    CHECK(reportOfEntry("{at: 1h, try: connect, target: clu, expect: {error: ConnectionDenied}}").empty());
}

TEST_CASE("no more than 64 identities are set for or removed from one resource, which is said once") {
    const auto removing = [](int count) {
        std::string estate = "cmksim: 1\nname: x\nestate:\n  resources: {reg: {service: acr}}\n  identities:\n";
        std::string entries = "timeline:\n";
        for (int i = 0; i < count; ++i) {
            const std::string name = "id" + std::to_string(i);
            estate += "    " + name + ": {}\n";
            entries += "- {at: 1h, do: resource.remove-identity, target: reg, with: {identity: " + name + "}}\n";
        }
        return Compiled{estate + entries}.messages();
    };
    CHECK(removing(64).empty());
    CHECK(removing(65) == "72:50: error: more than 64 identities are set for or removed from 'reg'\n");
}

TEST_CASE("what no rehearsal needs is refused: a resource given hundreds of identities and keys") {
    constexpr int many = 320;
    const std::string refusal = "2:7: error: resource 'acc' is given too many identities and keys to follow them all\n";
    const auto report = [](int identities, bool remade) {
        std::string text = "cmksim: 1\nname: x\nestate:\n  identities:\n    id0: {}\n";
        for (int i = 1; i < identities; ++i) {
            text += "    id" + std::to_string(i) + ": {}\n";
        }
        text += "  resources: {acc: {service: acr, identity: id0, key: 'https://kv1.vault.azure.net/keys/k'}}\n"
                "timeline:\n";
        for (int i = 0; i < many; ++i) {
            if (remade) {
                text += "- {at: 1h, do: identity.delete, target: id0}\n- {at: 1h, do: identity.create, target: id0}\n";
            }
            text += "- {at: 1h, do: resource.update, target: acc, with: {key: 'https://kv1.vault.azure.net/keys/k" +
                    std::to_string(i) + "', identity: id" + std::to_string(i % identities) + "}}\n";
        }
        return Compiled{text}.messages();
    };
    CHECK(report(many, false) == refusal);
    CHECK(report(1, true) == refusal);
    CHECK(report(1, false).empty());
}

TEST_CASE("the timeline makes one resource, no fleet") {
    CHECK(reportOfEntry("{at: 1h, do: resource.create, target: new, with: {service: acr, count: 3}}") ==
          "18:74: error: a fleet stands in the estate; the timeline makes one resource; leave out 'count'\n");
}
