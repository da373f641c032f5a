#include "base/time.hpp"
#include "support/read_scenario.hpp"

#include "document/document.hpp"
#include "document/yaml.hpp"

#include <catch2/catch.hpp>

namespace cmksim::scenario_test {

using namespace cmksim;
using namespace cmksim::scenario;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

constexpr auto day = 24h;

constexpr const char* whole = R"(cmksim: 1
name: Key deleted by mistake
description: Optional free text.
source: [a.txt#one, b.txt]
start: 2026-02-01T00:00:00Z
until: 8h
models: {acr: 2020-01-preview}
estate:
  vaults:
    contoso-kv:
      enableRbacAuthorization: false
      enableSoftDelete: true
      softDeleteRetentionInDays: 30
      enablePurgeProtection: true
      publicNetworkAccess: Disabled
      privateEndpoints: [pe-1]
      networkAcls:
        defaultAction: Deny
        bypass: None
        ipRules: [203.0.113.7, 198.51.100.77/24]
        virtualNetworkRules: [subnet-1]
      accessPolicies: {acr-id: [get, wrapKey], other:}
      roleAssignments:
        docdb-id: Key Vault Reader
        acr-id: [Reader, Owner]
      keys:
        plain:
        dated: {enabled: false, notBefore: null, expires: 30d, roleAssignments: {a: Reader}}
        old: {versions: [{name: 8f0c2b51, enabled: false}, {expires: 2026-01-31T00:00:00Z}, {name: v3}]}
    bare:
  identities:
    acr-id: {}
    docdb-id: {type: UserAssigned, principalId: 5b8, clientId: 0c1, id: /subscriptions/x, recoverable: false}
    1:
  roleAssignments: {docdb-id: Key Vault Crypto User}
  resources:
    myregistry:
      service: acr
      name: registry7
      sku: Premium
      contentTrust: True
      identity: acr-id
      identities: [acr-id, other]
      key: contoso-kv/plain
      revalidationPhase: 15m
      outboundIp: 203.0.113.9
      state: Inaccessible
    platform: {service: cosmosdb, key: ~}
timeline:
  - at: 10m
    do: key.delete
    target: contoso-kv/plain
    expect: ok
  - after: 20m
    try: pull
    target: myregistry
    expect: {status: 403, error: DENIED}
  - at: 2026-02-01T01:00:00Z
    expect: {myregistry: {state: Ready, downtime: "<= 3h"}}
)";

} // namespace

TEST_CASE("a scenario's head is read") {
    const Read read{whole};
    REQUIRE(read.errors.empty());
    REQUIRE(read.scenario);
    const Scenario& scenario = *read.scenario;
    CHECK(scenario.name == "Key deleted by mistake");
    CHECK(scenario.nameMark.line == 2);
    CHECK(scenario.description == "Optional free text.");
    REQUIRE(scenario.sources.size() == 2);
    CHECK(scenario.sources[0].text == "a.txt#one");
    CHECK(formatTimestamp(scenario.start) == "2026-02-01T00:00:00Z");
    CHECK(scenario.until == scenarioStart + 8h);
    CHECK(scenario.untilMark.line == 6);
    REQUIRE(scenario.models.size() == 1);
    CHECK(scenario.models[0].service.text == "acr");
    CHECK(scenario.models[0].version.text == "2020-01-preview");
}

TEST_CASE("tags of resources are read as they are written, and may be empty") {
    const auto withTags = [](const std::string& tags) {
        return Read{"cmksim: 1\nname: x\nestate:\n  resources:\n    reg: {service: acr, tags: " + tags +
                    "}\n    search: {service: unmodelled, type: a search, tags: " + tags + "}\n"};
    };
    const Read read = withTags("{env: prod, cost-centre: 0042, owner: }");
    CHECK(read.errors.empty());
    REQUIRE(read.scenario);
    REQUIRE(read.scenario->estate.resources.size() == 1);
    REQUIRE(read.scenario->estate.unmodelled.size() == 1);
    for (const std::vector<TagSpec>& tags :
         {read.scenario->estate.resources[0].tags, read.scenario->estate.unmodelled[0].tags}) {
        REQUIRE(tags.size() == 3);
        CHECK(tags[0].name.text == "env");
        CHECK(tags[0].value.text == "prod");
        CHECK(tags[1].value.text == "0042");
        CHECK(tags[2].value.text.empty());
    }
    CHECK(withTags("{env: [prod]}").errors.find("expected a text") != std::string::npos);
    CHECK(withTags("[env]").errors.find("expected tags by name (a mapping)") != std::string::npos);
}

TEST_CASE("a vault is read with its rules, grants and keys") {
    const Read read{whole};
    REQUIRE(read.scenario);
    REQUIRE(read.scenario->estate.vaults.size() == 2);
    const VaultSpec& vault = read.scenario->estate.vaults[0];
    CHECK(vault.name.text == "contoso-kv");
    CHECK(vault.name.mark.line == 10);
    CHECK_FALSE(vault.enableRbacAuthorization.value().value);
    CHECK(vault.enableSoftDelete->value);
    CHECK(vault.softDeleteRetentionInDays == 30);
    CHECK(vault.enablePurgeProtection->value);
    CHECK(vault.publicNetworkAccess == PublicAccess::Disabled);
    CHECK(vault.networkAcls.defaultAction == DefaultAction::Deny);
    CHECK(vault.networkAcls.bypass == Bypass::None);
    CHECK(vault.networkAcls.ipRules ==
          std::vector<AddressBlock>{{0xCB007107, 32}, {0xC6336400, 24}}); // host bits are cleared
    REQUIRE(vault.accessPolicies.size() == 2);
    CHECK(vault.accessPolicies[0].permissions[1].text == "wrapKey");
    CHECK(vault.accessPolicies[1].permissions.empty());
    REQUIRE(vault.roleAssignments.size() == 2);
    CHECK(vault.roleAssignments[0].roles[0].text == "Key Vault Reader");
    CHECK(vault.roleAssignments[1].roles.size() == 2);

    const VaultSpec& bare = read.scenario->estate.vaults[1];
    CHECK_FALSE(bare.enableSoftDelete);
    CHECK_FALSE(bare.networkAcls.ipRules);
    CHECK(bare.keys.empty());
}

TEST_CASE("a key has at least one version, with what the scenario says of it") {
    const Read read{whole};
    REQUIRE(read.scenario);
    const std::vector<KeySpec>& keys = read.scenario->estate.vaults[0].keys;
    REQUIRE(keys.size() == 3);
    REQUIRE(keys[0].versions.size() == 1);
    CHECK(keys[0].versions[0].enabled);
    CHECK_FALSE(keys[0].versions[0].name.present());
    CHECK_FALSE(keys[1].versions[0].enabled);
    CHECK_FALSE(keys[1].versions[0].notBefore);
    CHECK(keys[1].versions[0].expires == scenarioStart + 30 * day);
    CHECK(keys[1].roleAssignments[0].roles[0].text == "Reader");
    REQUIRE(keys[2].versions.size() == 3);
    CHECK(keys[2].versions[0].name.text == "8f0c2b51");
    CHECK(keys[2].versions[1].expires == scenarioStart - day);
    CHECK(keys[2].versions[2].name.text == "v3");
}

TEST_CASE("identities and resources are read") {
    const Read read{whole};
    REQUIRE(read.scenario);
    const EstateSpec& estate = read.scenario->estate;
    REQUIRE(estate.identities.size() == 3);
    CHECK(estate.identities[0].recoverable);
    CHECK_FALSE(estate.identities[1].recoverable);
    CHECK(estate.identities[1].principalId.text == "5b8");
    CHECK(estate.identities[2].name.text == "1");
    CHECK(estate.roleAssignments[0].identity.text == "docdb-id");

    REQUIRE(estate.resources.size() == 2);
    const ResourceSpec& registry = estate.resources[0];
    CHECK(registry.key.text == "myregistry");
    CHECK(registry.azureName.text == "registry7");
    CHECK(registry.service.text == "acr");
    CHECK(registry.identity.text == "acr-id");
    CHECK(registry.identities.size() == 2);
    CHECK(registry.keyReference.text == "contoso-kv/plain");
    CHECK(registry.phaseKind == PhaseKind::Pinned);
    CHECK(registry.phase == 15min);
    CHECK(registry.outboundIp == 0xCB007109);
    CHECK(registry.state.text == "Inaccessible");
    REQUIRE(registry.properties.size() == 2);
    CHECK(registry.properties[0].name.text == "sku");
    CHECK(registry.properties[1].value.text == "true");
    CHECK(estate.resources[1].phaseKind == PhaseKind::Open);
    CHECK_FALSE(estate.resources[1].keyReference.present());
}

TEST_CASE("a timeline is read in file order, each entry at its instant") {
    const Read read{whole};
    REQUIRE(read.scenario);
    const std::vector<EntrySpec>& timeline = read.scenario->timeline;
    REQUIRE(timeline.size() == 3);
    CHECK(timeline[0].at == scenarioStart + 10min);
    REQUIRE(timeline[0].action() != nullptr);
    CHECK(timeline[0].action()->kind == kindOf<KeyDelete>);
    CHECK(timeline[0].action()->target.text == "contoso-kv/plain");
    CHECK(timeline[0].result->failure() == nullptr);
    CHECK(timeline[1].at == scenarioStart + 30min);
    const auto* tried = std::get_if<TrySpec>(&timeline[1].what);
    REQUIRE(tried != nullptr);
    CHECK(tried->operation.text == "pull");
    CHECK(tried->resource.text == "myregistry");
    CHECK(timeline[2].at == scenarioStart + 1h);
    CHECK(std::holds_alternative<std::vector<ExpectationSpec>>(timeline[2].what));
}

TEST_CASE("'after' counts from the entry above, whatever its instant") {
    const Read read{"cmksim: 1\nname: x\nestate: {}\ntimeline:\n"
                    "- {after: 1m, try: show, target: r}\n- {at: 1h, try: show, target: r}\n"
                    "- {at: 2m, try: show, target: r}\n- {after: 3s, try: show, target: r}\n"};
    REQUIRE(read.errors.empty());
    std::vector<Duration> times;
    for (const EntrySpec& entry : read.scenario->timeline) {
        times.push_back(entry.at.time_since_epoch());
    }
    CHECK(times == std::vector<Duration>{1min, 1h, 2min, 2min + 3s});
}

TEST_CASE("a scenario without a timeline is an estate at rest") {
    const Read read{"cmksim: 1\nname: 7\nestate:\n"};
    CHECK(read.errors.empty());
    REQUIRE(read.scenario);
    CHECK(read.scenario->name == "7");
    CHECK(formatTimestamp(read.scenario->start) == "2026-01-01T00:00:00Z");
    CHECK_FALSE(read.scenario->until);
    CHECK(read.scenario->timeline.empty());
}

TEST_CASE("an estate may stand in a file of its own, next to the scenario") {
    const std::string scenario = "cmksim: 1\nname: x\nestate: estates/e.yaml\n";
    TextFiles files{
        {{"stories/in.yaml", scenario}, {"stories/estates/e.yaml", "cmksim-estate: 1\nidentities: {a: {foo: 1}}\n"}}};
    Diagnostics diagnostics;
    const auto read = parseScenario("stories/in.yaml", files, {}, diagnostics);
    REQUIRE(read);
    CHECK(read->estate.identities[0].name.text == "a");
    std::ostringstream out;
    diagnostics.print(out);
    CHECK(out.str() ==
          "stories/estates/e.yaml:2:18: error: an identity has no field 'foo'; known: type, principalId, "
          "clientId, id, with, app, recoverable, deleted\nidentities: {a: {foo: 1}}\n                 ^\n");
}

TEST_CASE("an estate file that is none is an error") {
    const std::string scenario = "cmksim: 1\nname: x\nestate: e.yaml\n";
    CHECK(Read{{{"in.yaml", scenario}}}.errors ==
          "in.yaml:3:9: error: cannot read 'e.yaml'\nestate: e.yaml\n        ^\n");
    CHECK(Read{{{"in.yaml", scenario}, {"e.yaml", scenario}}}.errors ==
          "e.yaml:1:1: error: this is a scenario, not an estate; an estate file says 'cmksim-estate: 1'\n"
          "cmksim: 1\n^\n");
    CHECK(Read{{{"in.yaml", scenario}, {"e.yaml", "vaults: {}"}}}.errors ==
          "e.yaml:1:1: error: an estate file needs the field 'cmksim-estate'\nvaults: {}\n^\n");
    CHECK(Read{{{"in.yaml", scenario}, {"e.yaml", "cmksim-estate: 2"}}}.errors ==
          "e.yaml:1:16: error: expected 1, the version of the language, not '2'\ncmksim-estate: 2\n"
          "               ^\n");
}

TEST_CASE("what a file is can be told from its version field") {
    const auto kindOf = [](std::string text) {
        Diagnostics diagnostics;
        return fileKind(*parseDocument(std::make_shared<const Source>("in.yaml", std::move(text)), diagnostics));
    };
    CHECK(kindOf("cmksim: 1") == FileKind::Scenario);
    CHECK(kindOf("cmksim-estate: 1") == FileKind::Estate);
    CHECK(kindOf("services: {}") == FileKind::Other);
    CHECK(kindOf("[cmksim]") == FileKind::Other);
    CHECK(kindOf("cmksim") == FileKind::Other);
}

TEST_CASE("an estate by itself is a scenario at rest, named after its file") {
    const Read read{"cmksim-estate: 1\nvaults: {kv1: {}}"};
    REQUIRE(read.scenario);
    CHECK(read.errors.empty());
    CHECK(read.scenario->name == "in.yaml");
    CHECK(read.scenario->estate.vaults.size() == 1);
    CHECK(read.scenario->timeline.empty());
}

TEST_CASE("what is no scenario gives no scenario") {
    CHECK(Read{"services: {}"}.errors ==
          "in.yaml:1:1: error: this is no scenario; a scenario says 'cmksim: 1'\nservices: {}\n^\n");
    CHECK(Read{"- cmksim"}.errors ==
          "in.yaml:1:1: error: this is no scenario; a scenario says 'cmksim: 1'\n- cmksim\n^\n");
    CHECK_FALSE(Read{"a: [\n"}.scenario);
}

TEST_CASE("all errors of a scenario's head are reported in one pass") {
    CHECK(messagesOf(Read{"cmksim: 2\nnme: x\ndescription: [a]\nsource: {}\nstart: yesterday\nuntil: soon\n"
                          "models: [acr]\nestate: {}\ntimeline: {}\n"}
                         .errors) ==
          "in.yaml:1:1: error: a scenario needs the field 'name'\n"
          "in.yaml:1:9: error: expected 1, the version of the language, not '2'\n"
          "in.yaml:2:1: error: a scenario has no field 'nme'; did you mean 'name'?\n"
          "in.yaml:3:14: error: expected a text, not a list\n"
          "in.yaml:4:9: error: expected a list, not a mapping\n"
          "in.yaml:5:8: error: expected an instant such as 2026-01-01T03:00:00Z, not 'yesterday'\n"
          "in.yaml:6:8: error: expected a duration since the start such as 1h30m, or an instant such as "
          "2026-01-01T03:00:00Z, not 'soon'\n"
          "in.yaml:7:9: error: expected versions by service (a mapping), not a list\n"
          "in.yaml:9:11: error: expected a list of timeline entries, not a mapping\n");
    CHECK(messagesOf(Read{"name: x\ntimeline: []\n"}.errors) ==
          "in.yaml:1:1: error: a scenario needs the field 'cmksim'\n"
          "in.yaml:1:1: error: a scenario needs the field 'estate'\n");
    CHECK(messagesOf(Read{"cmksim: 1\nname: x\nestate: [a]\nuntil: 2025-01-01T00:00:00Z\n"}.errors) ==
          "in.yaml:3:9: error: expected an estate (a mapping), not a list\n"
          "in.yaml:4:8: error: '2025-01-01T00:00:00Z' is before the scenario's start\n");
}

TEST_CASE("parts of the language that are yet to come are unknown fields") {
    CHECK(messagesOf(Read{"cmksim: 1\nname: x\nestate: {}\ninvariants: [a]\n"}.errors)
              .starts_with("in.yaml:4:1: error: a scenario has no field 'invariants'; known: "));
}

} // namespace cmksim::scenario_test
