// `cmksim plan`.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::plan_command_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view story = R"(cmksim: 1
name: Key deleted
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
until: 100d
timeline:
  - {at: 10m, do: key.delete, target: kv1/cmk}
)";

} // namespace

TEST_CASE("a plan is steps with when, what, why and how long, and its proof") {
    const Folder folder;
    const Ran ran{{"plan", "--format", "json", "--at", "2026-01-01T04:00:00Z", folder.file("s.yaml", story)}};
    CHECK(ran.code == 0);
    CHECK(has(ran.out,
              R"({"possible": true, "at": 14400, "steps": [{"at": 14401, "action": "key.recover", )"
              R"("target": "kv1/cmk", "with": {}, "az": "az keyvault key recover --vault-name kv1 --name cmk", )"
              R"("why": "reg: KeyNotFound. )"));
    CHECK(has(ran.out, R"("role": "Key Vault Crypto Officer"})"));
    CHECK_FALSE(has(ran.out, "byHand"));
    CHECK(has(ran.out, R"("wait": {"min": 0, "max": 3599})"));
    CHECK(has(ran.out, R"("ready": {"min": 1, "max": 3600}, "verified": true, "timing": "all")"));
}

TEST_CASE("a step by hand says what to do, who may do it and where that is written") {
    const Folder folder;
    std::string server{story};
    server.replace(server.find("[get, wrapKey"), 13, "[get, list, wrapKey");
    server.replace(server.find("service: acr"), 12, "service: mysql");
    const std::string path = folder.file("s.yaml", server);
    const Ran text{{"plan", "--at", "3h", path}};
    INFO(text.out);
    CHECK(has(text.out, "resource.revalidate reg"));
    CHECK(has(text.out, "   needs   the permission Microsoft.DBforMySQL/flexibleServers/write"));
    CHECK(has(text.out, "reg does not come back by itself."));
    CHECK_FALSE(has(text.out, "why     for reg"));
    const Ran json{{"plan", "--format", "json", "--at", "3h", path}};
    CHECK(has(json.out, R"("why": "reg does not come back by itself. Bring the key back, and revalidate the data )"
                        R"(encryption of the server in the portal, or update it with the same key and identity.")"));
    CHECK(has(json.out, R"("needs": ["Microsoft.DBforMySQL/flexibleServers/write"])"));
}

TEST_CASE("a step that no command does is said in words, in a plan and in a handout") {
    const Folder folder;
    const std::string perimeter = folder.file("p.yaml", R"(cmksim: 1
name: x
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources: {data: {service: storage, identity: app, key: kv1/cmk}}
timeline:
  - {at: 1h, do: vault.update, target: kv1, with: {publicNetworkAccess: SecuredByPerimeter, perimeter: []}}
)");
    const Ran plan{{"plan", "--at", "4h", perimeter}};
    INFO(plan.out);
    CHECK(has(plan.out, "1. vault.update kv1  perimeter: [data]\n"
                        "   by hand Associate each resource named with the vault's network security\n"));
    const Ran json{{"plan", "--format", "json", "--at", "4h", perimeter}};
    INFO(json.out);
    CHECK(has(json.out, R"("byHand": "Associate each resource named with the vault's network security perimeter )"
                        R"((az network perimeter association create, or the portal); what it and its profiles are )"
                        R"(called is in no estate.")"));
    const Ran handout{{"handout", "--for", "facilitator", perimeter}};
    INFO(handout.out);
    CHECK(has(handout.out, "It is done with `perimeter: [data]`. Associate each resource named"));
    // A key of several that is taken away has no command either.
    const Ran server{{"plan", "--at", "4h", "--alternatives", "2", folder.file("s.yaml", R"(cmksim: 1
name: x
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}, next: {}}}
  identities: {app: {}}
  resources:
    pg: {service: postgresql, keys: {primary: {key: kv1/cmk, identity: app}, backup: {key: kv1/next, identity: app}}}
timeline:
  - {at: 2h, do: key.delete, target: kv1/next}
)")}};
    INFO(server.out);
    CHECK(
        has(server.out, "1. resource.update pg  keys: {backup: null}\n   by hand No command can be printed for this"));
}

TEST_CASE("a plan says what was lost by then beside the data, and what is lost if nothing is done") {
    const Folder folder;
    std::string server{story};
    server.replace(server.find("service: acr"), 12, "service: sqldb");
    const std::string path = folder.file("s.yaml", server);
    const Ran late{{"plan", "--at", "3h", path}};
    INFO(late.out);
    CHECK(has(late.out, "What is lost beside its keys"));
    CHECK(has(late.out, "for good; since +40m1s"));
    const Ran json{{"plan", "--format", "json", "--at", "3h", path}};
    CHECK(has(json.out, R"("losses": [{"resource": "reg", "what": "membership of a failover group)"));
    CHECK(
        has(json.out, R"("state": "Inaccessible", "forGood": true, "came": true, "at": {"min": 2401, "max": 2401}})"));
    const Ran early{{"plan", "--format", "json", "--at", "15m", path}};
    CHECK(has(early.out, R"("came": false, "at": {"min": 24)"));
    CHECK_FALSE(has(Ran{{"plan", "--format", "json", "--at", "9m", path}}.out, R"("losses")"));
    CHECK_FALSE(has(Ran{{"plan", "--format", "json", "--at", "3h", folder.file("r.yaml", story)}}.out, R"("losses")"));
}

TEST_CASE("what a plan makes anew is not called by the ids of what was there before") {
    const Folder folder;
    std::string deleted{story};
    deleted.replace(deleted.find("{app: {}}"), 9,
                    "{app: {recoverable: false, principalId: 33333333-3333-3333-3333-333333333333}}");
    deleted.replace(deleted.find("do: key.delete, target: kv1/cmk"), 31, "do: identity.delete, target: app");
    const Ran ran{{"plan", "--at", "2026-01-03T04:00:00Z", folder.file("s.yaml", deleted)}};
    INFO(ran.out);
    CHECK(has(ran.out, "az identity create --name app"));
    CHECK(has(ran.out, "--object-id '<object id of app>'"));
    CHECK_FALSE(has(ran.out, "33333333"));
}

TEST_CASE("a plan that looks at one member of a fleet says so, and is undecided") {
    const Folder folder;
    std::string fleet{story};
    fleet.replace(fleet.find("reg: {service: acr, identity: app, key: kv1/cmk}"), 48,
                  "reg: {service: cosmosdb, identity: app, key: kv1/cmk, count: 2, revalidationPhase: 30m, "
                  "rotationPhase: spread}");
    const std::string path = folder.file("s.yaml", fleet);
    CHECK(has(Ran{{"plan", "--format", "json", "--at", "2026-01-01T00:05:00Z", path}}.out,
              R"(the members of reg that look for newer versions of the key at other times)"));
    CHECK(Ran{{"plan", "--at", "2026-01-01T00:05:00Z", path}}.code == 4);
    fleet.replace(fleet.find(", rotationPhase: spread"), 23, "");
    CHECK(Ran{{"plan", "--at", "2026-01-01T00:05:00Z", folder.file("t.yaml", fleet)}}.code == 0);
}

TEST_CASE("no step is said to be needed only where that is so whenever a service looks for a newer version") {
    const Folder folder;
    std::string rotated{story};
    rotated.replace(rotated.find("until: 100d"), 11, "until: 30h");
    rotated.replace(rotated.find("service: acr"), 12, "service: cosmosdb");
    rotated.replace(rotated.find("  - {at: 10m"), std::string::npos,
                    "  - {at: 1h, do: key.rotate, target: kv1/cmk}\n"
                    "  - {at: 24h30m, do: key.update, target: kv1/cmk/v1, with: {enabled: false}}\n");
    const Ran open{{"plan", folder.file("s.yaml", rotated)}};
    CHECK(has(open.out, "NOT PROVED: reg is Ready and unimpaired in this course"));
    CHECK(open.code == 4);
    const Ran pinned{{"plan", "--set", "resources.reg.rotationPhase=0s", folder.file("s.yaml", rotated)}};
    CHECK(has(pinned.out, "no step is needed"));
    CHECK(pinned.code == 0);
}

TEST_CASE("what nothing brings back is named, with the last instant at which something did, and the exit code is 1") {
    const Folder folder;
    const Ran ran{{"plan", "--format", "json", folder.file("s.yaml", story)}};
    CHECK(ran.code == 1);
    CHECK(has(ran.out, R"("possible": false)"));
    CHECK(has(ran.out,
              R"("lost": [{"resource": "reg", "because": "KeyNotFound: the material that wraps its data is gone, )"
              R"(in every key and backup; since RetentionElapsed kv1/cmk", "until": 7776600}])"));
    const Ran text{{"plan", folder.path("s.yaml")}};
    CHECK(has(text.out, "What no action that was tried brings back"));
    CHECK(has(text.out, "+90d10m, the last instant at which there was a way"));
}

TEST_CASE("a resource that is up and denies something is not called well, and the plan gives it back") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim-estate: 1
vaults:
  kv1: {networkAcls: {defaultAction: Deny, bypass: None}, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: }}
identities: {app: }
resources: {reg: {service: acr, identity: app, key: kv1/cmk}}
)");
    const Ran text{{"plan", "--at", "1h", path}};
    CHECK(text.code == 0);
    CHECK(has(text.out, "reg: Ready, VaultFirewallDenied; denied: import; automatic rotation blocked"));
    CHECK(has(text.out, "vault.update kv1"));
    CHECK_FALSE(has(text.out, "no step is needed"));
    const Ran json{{"plan", "--format", "json", path}};
    CHECK(has(json.out, R"("denied": ["import"], "rotationBlocked": true)"));
}

TEST_CASE("beside a loss nothing is said to be well that is not") {
    const Folder folder;
    const Ran ran{{"plan", folder.file("s.yaml", story)}};
    CHECK(has(ran.out, "What no action that was tried brings back"));
    CHECK_FALSE(has(ran.out, "no step is needed"));
    CHECK(has(ran.out, "Looked at: ways back from +100d"));
}

TEST_CASE("what repairs a missing role of a managed HSM is that role, and none of key vaults") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: A role of an HSM is removed
until: 6h
estate:
  vaults:
    hsm1:
      kind: managed-hsm
      enablePurgeProtection: true
      roleAssignments: {app: Managed HSM Crypto Service Encryption User}
      keys: {cmk: {}}
  identities: {app: {}}
  resources:
    acc: {service: cosmosdb, identity: app, key: hsm1/cmk, revalidationPhase: 0s}
timeline:
  - {at: 1h, do: role.remove, target: hsm1, with: {identity: app, role: Managed HSM Crypto Service Encryption User}}
)");
    const Ran plan{{"plan", "--at", "4h", "--format", "json", path}};
    CHECK(has(plan.out, "Assign the identity the role Managed HSM Crypto Service Encryption User again"));
    CHECK(has(plan.out, R"("role": "Managed HSM Policy Administrator")"));
    CHECK_FALSE(has(plan.out, "Key Vault"));
    const Ran run{{"run", path}};
    CHECK(has(run.out, "Assign the identity the role Managed HSM Crypto Service Encryption"));
    CHECK_FALSE(has(run.out, "Key Vault Crypto"));
}

TEST_CASE("what is made anew is said to be empty") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: The account of a workspace is deleted
until: 2d
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    des: {service: diskencryptionset, identity: app, key: kv1/cmk}
    data: {service: disk, on: [des]}
    vm: {service: vm, on: [data]}
timeline:
  - {at: 1h, do: resource.delete, target: data}
)");
    const Ran ran{{"plan", "--at", "1d", "--format", "json", path}};
    CHECK(has(ran.out, R"("action": "resource.create", "target": "data")"));
    CHECK(has(ran.out, "data is made as its creation describes it, and empty: what it held was deleted with it"));
}

TEST_CASE("a creation that was refused is planned for, after the grant that it needs and the wait for it") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: Not set up yet
estate:
  vaults: {kv1: {enableRbacAuthorization: true, enablePurgeProtection: true}}
  identities: {app: {}}
  resources: {}
until: 1h
timeline:
  - at: 10m
    do: resource.create
    target: clu
    with: {service: documentdb, identity: app, key: "https://kv1.vault.azure.net/keys/cmk"}
    expect: refused
)");
    const Ran ran{{"plan", "--format", "json", path}};
    CHECK(ran.code == 0);
    CHECK(has(ran.out, R"({"at": 3601, "action": "key.create", "target": "kv1/cmk")"));
    CHECK(has(ran.out, R"({"at": 3601, "action": "role.assign", "target": "kv1/cmk", "with": {"identity": "app", )"
                       R"("role": "Key Vault Crypto Service Encryption User"})"));
    CHECK(has(ran.out, "is the least role that lets an identity use a key, and the key the narrowest scope"));
    CHECK(has(ran.out, R"({"at": 4201, "action": "resource.create", "target": "clu")"));
    CHECK(has(ran.out, R"("verified": true, "timing": "all")"));
    const Ran text{{"plan", path}};
    CHECK(has(text.out, "wait 10m, until +1h10m1s: by then what was granted counts"));
}

TEST_CASE("what is to be filled in before a command is run is marked, and read again as what it stands for") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: No grant
estate:
  vaults: {kv1: {enableRbacAuthorization: true, enablePurgeProtection: true, keys: {cmk: {}}}}
  identities: {app: {}, known: {principalId: 11111111-2222-3333-4444-555555555555}}
  resources:
    one: {service: documentdb, identity: app, key: kv1/cmk}
    two: {service: documentdb, identity: known, key: kv1/cmk}
until: 2h
)");
    const Ran ran{{"plan", path}};
    CHECK(has(ran.out, "'<object id of app>'"));
    CHECK(has(ran.out, "11111111-2222-3333-4444-555555555555"));
    CHECK(has(ran.out, "/subscriptions/<subscription id>/resourceGroups/<resource group>/providers/"));
    std::string runbook = "# Back\n\n```sh\n";
    for (std::size_t at = ran.out.find("$ az"); at != std::string::npos; at = ran.out.find("$ az", at + 1)) {
        runbook += ran.out.substr(at + 2, ran.out.find('\n', at) - at - 2) + '\n';
    }
    const Ran checked{{"plan", "--runbook", folder.file("r.md", runbook + "```\n"), path}};
    INFO(runbook << checked.out << checked.err);
    CHECK(checked.code == 0);
}

TEST_CASE("a handout marks what is to be filled in as a plan does") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: Gone
estate:
  vaults: {kv1: {enableRbacAuthorization: true, roleAssignments: {app: Key Vault Crypto User}, keys: {cmk: {}}}}
  identities: {app: {}}
  resources:
    one: {service: documentdb, identity: app, key: kv1/cmk}
until: 6h
timeline:
  - {at: 1h, do: role.remove, target: kv1, with: {identity: app, role: Key Vault Crypto User}}
  - {at: 2h, do: identity.delete, target: app}
)");
    const Ran ran{{"handout", "--for", "facilitator", path}};
    INFO(ran.out << ran.err);
    CHECK(has(ran.out, "/subscriptions/\\<subscription id\\>/resourceGroups/\\<resource group\\>/"));
    CHECK(has(ran.out, "--assignee '\\<object id of app\\>'"));
    CHECK(has(ran.out, "az identity delete --name app --resource-group '\\<resource group\\>'"));
    CHECK_FALSE(has(ran.out, "SUBSCRIPTION"));
}

TEST_CASE("what a plan is asked for is checked") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", story);
    for (const auto& [option, value, complaint] : std::vector<std::tuple<std::string, std::string, std::string>>{
             {"--at", "noon",
              "--at: expected a duration (2h) or an instant after the start (2026-01-01T12:00:00Z), not 'noon'"},
             {"--goal", "regs=Ready", "unknown resource 'regs'; did you mean 'reg'?"},
             {"--goal", "reg=Revoked", "a plan brings 'reg' back to 'Ready', and to no other state"},
             {"--alternatives", "0", "--alternatives: expected a whole number from 1 to 100, not '0'"}}) {
        const Ran ran{{"plan", option, value, path}};
        CHECK(ran.code == 2);
        CHECK(has(ran.err, complaint));
        CHECK(ran.out.empty());
    }
}

TEST_CASE("a plan moves the moment that a key has, as no command takes it off") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: Expired
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {expires: 1h}}}
  identities: {app: {}}
  resources:
    acc: {service: cosmosdb, identity: app, key: kv1/cmk}
until: 5d
timeline: []
)");
    const Ran ran{{"plan", "--format", "json", "--at", "3d", path}};
    INFO(ran.out << ran.err);
    CHECK(has(ran.out, "--expires 2036-01-01T00:00:00Z"));
    CHECK_FALSE(has(ran.out, "--expires null"));
}

} // namespace cmksim::plan_command_test
