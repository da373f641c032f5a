// What commands of a timeline print that read.
#pragma once

#include "support/compiled.hpp"

#include "engine/replay.hpp"
#include "reads/read_outputs.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

namespace cmksim::test {

using namespace reads;

/// Vaults of both permission models, identities with and without ids, and a resource of each service.
inline constexpr std::string_view readEstate = R"(cmksim: 1
name: x
start: 2026-01-01T00:00:00Z
until: 200d
estate:
  vaults:
    kv1:
      enablePurgeProtection: true
      accessPolicies: {app: [get, wrapKey, unwrapKey], db: [get, list, wrapKey, unwrapKey]}
      keys: {cmk: {versions: [{enabled: false}, {name: 8f0c2b51, expires: 30d}]}, other: {}}
    kv2:
      enableRbacAuthorization: true
      softDeleteRetentionInDays: 7
      networkAcls: {defaultAction: Deny, bypass: None, ipRules: [203.0.113.0/24]}
      roleAssignments: {db: Key Vault Crypto User}
      keys: {cmk: {roleAssignments: {app: Key Vault Crypto Officer}}}
  roleAssignments: {app: Key Vault Reader}
  identities:
    app:
      principalId: 11111111-1111-1111-1111-111111111111
      clientId: 22222222-2222-2222-2222-222222222222
      id: /subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app-of-azure
    db: {}
  resources:
    reg: {service: acr, name: myRegistry, identity: app, key: kv1/cmk, revalidationPhase: 0s}
    plain: {service: acr, sku: Basic}
    acc: {service: cosmosdb, identity: app, key: kv1/cmk, revalidationPhase: 0s}
    clu: {service: documentdb, identity: db, key: kv1/cmk, revalidationPhase: 0s}
timeline:
)";

/// All that the commands of a timeline print, a line each; one that prints nothing has none.
inline std::string printedBy(std::string_view timeline, std::string_view estate = readEstate) {
    const Compiled read{std::string{estate} + std::string{timeline}};
    INFO(read.errors);
    REQUIRE(read.program);
    Catalog catalog;
    const ReadOutputs outputs = readOutputsOf(*read.program, nominalPhases(*read.program),
                                              commandTextsOf(read.read.scenario->timeline), catalog.azure());
    std::string text;
    for (const auto& [entry, output] : outputs) {
        for (const std::string& line : output.text) {
            text.append(line).append("\n");
        }
    }
    return text;
}

/// What a command prints at an instant, after other entries.
inline std::string printed(std::string_view command, std::string_view at = "1h", std::string_view before = {}) {
    return printedBy(std::string{before} + "- {at: " + std::string{at} + ", az: \"" + std::string{command} + "\"}\n");
}

} // namespace cmksim::test
