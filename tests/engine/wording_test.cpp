// What is said of refusals and denials.
#include "engine/replay.hpp"
#include "engine/wording.hpp"

#include "compile/three_services.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <variant>
#include <vector>

namespace cmksim::wording_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test;

namespace {

/// Every kind of action, on what has an identity and a key and on what has neither.
constexpr std::string_view everyAction = R"(
    plain: {service: cosmosdb}
timeline:
- {at: 1h, do: vault.create, target: new-kv}
- {at: 1h, do: vault.delete, target: kv1}
- {at: 1h, do: vault.update, target: kv2, with: {enablePurgeProtection: true}}
- {at: 1h, do: policy.set, target: kv2, with: {identity: app, permissions: [get]}}
- {at: 1h, do: policy.delete, target: kv2, with: {identity: app}}
- {at: 1h, do: role.assign, target: kv2, with: {identity: app, role: Reader}}
- {at: 1h, do: key.create, target: kv2/new}
- {at: 1h, do: key.delete, target: kv2/cmk}
- {at: 1h, do: key.restore, target: kv2/cmk}
- {at: 1h, do: identity.create, target: app}
- {at: 1h, do: identity.delete, target: db}
- {at: 1h, do: resource.update, target: plain, with: {key: kv1/cmk}}
- {at: 1h, do: resource.update, target: reg, with: {key: kv1/other}}
- {at: 1h, do: resource.assign-identity, target: reg, with: {identity: db}}
- {at: 1h, do: resource.remove-identity, target: reg, with: {identity: db}}
- {at: 1h, do: resource.delete, target: clu}
- {at: 1h, do: support.restore-identity, target: reg}
- {at: 1h, do: vault.recover, target: kv1}
- {at: 1h, do: vault.purge, target: kv1}
- {at: 1h, do: vault.add-network-rule, target: kv2, with: {ipAddress: 203.0.113.7}}
- {at: 1h, do: vault.remove-network-rule, target: kv2, with: {ipAddress: 203.0.113.7}}
- {at: 1h, do: vault.fail-dns, target: kv2}
- {at: 1h, do: vault.restore-dns, target: kv2}
- {at: 1h, do: role.remove, target: kv2, with: {identity: app, role: Reader}}
- {at: 1h, do: key.rotate, target: kv2/cmk}
- {at: 1h, do: key.update, target: kv2/cmk, with: {enabled: false}}
- {at: 1h, do: key.recover, target: kv2/cmk}
- {at: 1h, do: key.purge, target: kv2/cmk}
- {at: 1h, do: key.backup, target: kv2/cmk}
- {at: 1h, do: identity.recover, target: db}
- {at: 1h, do: resource.create, target: fresh, with: {service: acr, identity: app, key: kv1/cmk}}
- {at: 1h, do: template.deploy, target: another, with: {service: acr, identity: app, key: kv1/cmk}}
- {at: 1h, do: feature.register, target: Microsoft.ContainerRegistry/PrivatePreview}
- {at: 1h, do: service.stall, target: reg}
- {at: 1h, do: service.resume, target: reg}
- {at: 1h, try: read, target: plain}
- {at: 1h, az: identity show -n db}
- {at: 1h, az: keyvault show -n kv1}
- {at: 1h, az: keyvault key show --vault-name kv1 -n cmk}
)";

std::vector<std::string> everyMessage(const Program& program) {
    std::vector<std::string> messages;
    for (const RefusalText& text : program.platform->refusals) {
        messages.push_back(text.answer.message);
        if (text.ofVault) {
            messages.push_back(text.ofVault->message);
        }
    }
    for (const Model* model : program.models) {
        for (const ReasonRule& reason : model->reasons) {
            messages.push_back(reason.message);
        }
        for (const RefusalRule& refusal : model->refusals) {
            messages.push_back(refusal.message);
        }
    }
    return messages;
}

} // namespace

TEST_CASE("no placeholder reaches a person, whatever the message and whatever the action") {
    const Compiled read{std::string{threeServices} + std::string{everyAction}.substr(1)};
    INFO(read.errors);
    REQUIRE(read.program);
    const Program& program = *read.program;
    for (const ActionRule& rule : actionRules()) {
        INFO(rule.traits.name);
        // No service of these three is revalidated by hand.
        CHECK((rule.traits.name == "resource.revalidate" ||
               everyAction.find("do: " + std::string{rule.traits.name} + ",") != std::string_view::npos));
    }
    for (const EntryId id : program.entries.ids()) {
        Record record;
        record.what = ActionDone{id, std::nullopt};
        if (const Action* action = program.entries[id].resourceAction()) {
            record.on.emplace(resourceOf(*action));
        } else if (const auto* attempt = std::get_if<Attempt>(&program.entries[id].what)) {
            record.on.emplace(attempt->resource);
        }
        for (const std::string& message : everyMessage(program)) {
            const std::string said = filled(program, record, message);
            INFO(program.entries[id].name << ": " << said);
            CHECK(said.find('{') == std::string::npos);
            CHECK(said.find("''") == std::string::npos);
        }
    }
}

TEST_CASE("a whole vault that may not be purged is refused in other words than a key") {
    const Compiled compiled{R"(cmksim: 1
name: x
estate:
  vaults: {kv1: {enablePurgeProtection: true, keys: {cmk: {}}}}
timeline:
  - {at: 1m, do: key.delete, target: kv1/cmk}
  - {at: 2m, do: key.purge, target: kv1/cmk, expect: {error: PurgeProtected, status: 403}}
  - {at: 3m, do: vault.delete, target: kv1}
  - {at: 4m, do: vault.purge, target: kv1, expect: {error: PurgeProtected, status: 405}}
)"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const Trace trace = replay(*compiled.program, nominalPhases(*compiled.program));
    CHECK(trace.passed);
    std::vector<std::string> said;
    for (const Record& record : trace.records) {
        if (record.is<ActionDone>() && record.refused()) {
            said.push_back(filled(*compiled.program, record, wordingOf(*compiled.program, record).message));
        }
    }
    REQUIRE(said.size() == 2);
    CHECK(said[0].starts_with("Operation \"purge\" is not allowed because purge protection is enabled"));
    CHECK(said[1] == "Operation 'DeletedVaultPurge' is not allowed.");
}

TEST_CASE("a vault that is gone has no name that resolves for its keys, and is not found as a whole") {
    const Compiled compiled{R"(cmksim: 1
name: x
estate:
  vaults: {kv1: {keys: {cmk: {}}}}
timeline:
  - {at: 1m, do: vault.delete, target: kv1}
  - {at: 2m, do: key.rotate, target: kv1/cmk, expect: {error: VaultNotFound, status: 404}}
  - {at: 3m, do: vault.update, target: kv1, with: {enablePurgeProtection: true}, expect: {error: VaultNotFound, status: 404}}
  - {at: 4m, az: keyvault key show --vault-name kv1 -n cmk}
  - {at: 5m, az: keyvault key list --vault-name kv1}
  - {at: 6m, az: keyvault show -n kv1}
)"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    std::vector<std::string> said;
    const Trace trace = replay(*compiled.program, nominalPhases(*compiled.program));
    CHECK(trace.passed);
    for (const Record& record : trace.records) {
        if ((record.is<ActionDone>() || record.is<ReadDone>()) && record.refused()) {
            said.push_back(filled(*compiled.program, record, wordingOf(*compiled.program, record).message));
        }
    }
    const std::string unresolved = "The name of the vault 'kv1' does not resolve: Name or service not known";
    const std::string unknown = "The Vault 'kv1' not found within subscription.";
    CHECK(said == std::vector<std::string>{unresolved, unknown, unresolved, unresolved, unknown});
}

TEST_CASE("of several keys the one that is refused is named, and its vault") {
    const Compiled compiled{R"(cmksim: 1
name: x
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
    kv2: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {disks: {}}}
    kv3: {enablePurgeProtection: true, keys: {disks: {}}}
  identities: {app: {}}
  resources:
    db: {service: databricks, keys: {managed-services: {key: kv1/cmk, identity: app}}}
timeline:
  - {at: 1m, do: resource.create, target: new, with: {service: databricks, keys: {managed-services: {key: kv1/cmk, identity: app}, managed-disks: {key: kv2/disks, identity: app}}}, expect: {error: PurgeProtectionRequired}}
  - {at: 2m, do: resource.create, target: new, with: {service: databricks, keys: {managed-services: {key: kv1/cmk, identity: app}, managed-disks: {key: kv3/disks, identity: app}}}, expect: {error: KeyAccessDenied}}
  - {at: 3m, do: resource.update, target: db, with: {keys: {managed-disks: {key: kv3/disks, identity: app}}}, expect: {error: KeyAccessDenied}}
  - {at: 4m, az: databricks workspace update -n db --disk-key-vault https://kv3.vault.azure.net --disk-key-name disks, expect: {error: KeyAccessDenied}}
)"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    std::vector<std::string> said;
    const Trace trace = replay(*compiled.program, nominalPhases(*compiled.program));
    CHECK(trace.passed);
    for (const Record& record : trace.records) {
        if (record.is<ActionDone>() && record.refused()) {
            said.push_back(filled(*compiled.program, record, wordingOf(*compiled.program, record).message));
        }
    }
    CHECK(said == std::vector<std::string>{
                      "The vault 'kv2' does not have purge protection enabled.",
                      "The key 'kv3/disks' cannot be used by 'new' (IdentityUnauthorized).",
                      "The key 'kv3/disks' cannot be used by 'db' (IdentityUnauthorized).",
                      // As the identity that has come with it, and has access to nothing yet.
                      "The key 'https://kv3.vault.azure.net/keys/disks' cannot be used by 'db' (IdentityUnauthorized).",
                  });
}

TEST_CASE("an identity that is not found is one that the action names") {
    const Compiled compiled{R"(cmksim: 1
name: x
estate:
  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}
  identities: {app: {}, gone: {}}
  resources:
    db: {service: databricks, keys: {managed-services: {key: kv1/cmk, identity: app}}}
timeline:
  - {at: 1m, do: identity.delete, target: gone}
  - {at: 2m, do: resource.update, target: db, with: {keys: {managed-disks: {key: kv1/cmk, identity: gone}}}, expect: {error: IdentityNotFound}}
  - {at: 3m, do: resource.update, target: db, with: {keys: {managed-disks: {key: kv1/cmk, identity: gone}, dbfs-root: {key: kv1/cmk, identity: app}}}, expect: {error: IdentityNotFound}}
  - {at: 4m, do: resource.create, target: new, with: {service: databricks, keys: {managed-services: {key: kv1/cmk, identity: gone}}}, expect: {error: IdentityNotFound}}
)"};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    std::vector<std::string> said;
    const Trace trace = replay(*compiled.program, nominalPhases(*compiled.program));
    CHECK(trace.passed);
    for (const Record& record : trace.records) {
        if (record.is<ActionDone>() && record.refused()) {
            said.push_back(filled(*compiled.program, record, wordingOf(*compiled.program, record).message));
        }
    }
    CHECK(said == std::vector<std::string>{
                      "The identity 'gone' was not found.",
                      "The identity 'gone' or 'app' was not found.", // which one is not recorded
                      "The identity 'gone' was not found.",
                  });
}

} // namespace cmksim::wording_test
