// Commands on vaults of another kind (rules, section 11), and actions on them as commands.
#include "az/translated.hpp"

#include "report/az_commands.hpp"

#include <catch2/catch.hpp>

namespace cmksim::az_vault_kinds_test {
namespace {

using namespace compile;
using namespace report;
using namespace test;

constexpr std::string_view estate = R"(cmksim: 1
name: x
estate:
  vaults:
    kv1: {keys: {cmk: {}}}
    hsm1: {kind: managed-hsm, keys: {cmk: {}}}
  identities:
    app: {principalId: 11111111-1111-1111-1111-111111111111}
  resources:
    acc: {service: cosmosdb, identity: app, key: hsm1/cmk}
timeline:
)";

std::string translatedHere(const std::string& command) {
    const Compiled read{std::string{estate} + "- {at: 1h, az: '" + command + "'}\n"};
    if (!read.program) {
        return read.messages();
    }
    const TimelineEntry& entry = read.program->entries[EntryId{0}];
    const std::string arguments = flowYaml(argumentsOf(*read.program, entry));
    return entry.name + ' ' + entry.target + (arguments.empty() ? "" : "  " + arguments);
}

/// The commands that do an action.
std::string written(const std::string& entry) {
    Compiled read{std::string{estate} + "- {at: 1h, " + entry + "}\n"};
    INFO(read.errors);
    REQUIRE(read.program);
    std::string text;
    for (const std::string& command :
         AzCommands{*read.program, read.catalog.azure()}.of(read.program->entries[EntryId{0}])) {
        text += (text.empty() ? "" : "\n") + command;
    }
    return text;
}

TEST_CASE("an option of its own names a managed HSM") {
    CHECK(translatedHere("keyvault delete --hsm-name HSM1") == "vault.delete hsm1");
    CHECK(translatedHere("keyvault recover --hsm-name hsm1 --location westeurope") == "vault.recover hsm1");
    CHECK(translatedHere("keyvault update-hsm --hsm-name hsm1 --enable-purge-protection true") ==
          "vault.update hsm1  enablePurgeProtection: true");
    CHECK(translatedHere("keyvault create --hsm-name hsm2 -g g --administrators a b --retention-days 7") ==
          "vault.create hsm2  kind: managed-hsm, softDeleteRetentionInDays: 7");
    CHECK(translatedHere("keyvault key rotate --hsm-name hsm1 -n cmk") == "key.rotate hsm1/cmk");
    CHECK(translatedHere("keyvault key delete --id https://hsm1.managedhsm.azure.net/keys/cmk") ==
          "key.delete hsm1/cmk");
    CHECK(translatedHere("keyvault key create --hsm-name hsm1 -n new --kty oct-HSM") ==
          "key.create hsm1/new  type: oct-HSM");
}

TEST_CASE("the option of another kind does not find it") {
    CHECK(translatedHere("keyvault delete --name hsm1").find("vault 'hsm1' is of kind managed-hsm") !=
          std::string::npos);
    CHECK(translatedHere("keyvault key rotate --hsm-name kv1 -n cmk").find("vault 'kv1' is of kind vault") !=
          std::string::npos);
    CHECK(translatedHere("keyvault key rotate --hsm-name hsm1 --vault-name kv1 -n cmk")
              .find("'az keyvault key rotate' takes one of --hsm-name and --vault-name") != std::string::npos);
    CHECK(translatedHere("keyvault set-policy --name hsm1 --object-id app --key-permissions get")
              .find("vault 'hsm1' is of kind managed-hsm") != std::string::npos);
}

TEST_CASE("roles of its own are assigned within it") {
    const std::string assign = "keyvault role assignment create --hsm-name hsm1 --assignee app --role ";
    CHECK(translatedHere(assign + "\"Managed HSM Crypto User\" --scope /keys") ==
          "role.assign hsm1  identity: app, role: Managed HSM Crypto User");
    CHECK(translatedHere(assign + "33413926-3206-4cdd-b39a-83574fe37a17 --scope /keys/cmk") ==
          "role.assign hsm1/cmk  identity: app, role: Managed HSM Crypto Service Encryption User");
    CHECK(translatedHere(assign + "\"Managed HSM Crypto User\" --scope /keys/cmk/v1").find("is no scope in a vault") !=
          std::string::npos);
    CHECK(translatedHere(assign + "\"Key Vault Crypto User\" --scope /")
              .find("counts in a key vault, and not in a managed HSM") != std::string::npos);
}

TEST_CASE("actions on it are written with that option") {
    CHECK(written("do: vault.delete, target: hsm1") == "az keyvault delete --hsm-name hsm1");
    CHECK(written("do: key.recover, target: hsm1/cmk") == "az keyvault key recover --hsm-name hsm1 --name cmk");
    CHECK(written("do: vault.update, target: hsm1, with: {enablePurgeProtection: true}") ==
          "az keyvault update-hsm --hsm-name hsm1 --enable-purge-protection true");
    CHECK(written("do: role.assign, target: hsm1/cmk, with: {identity: app, role: Managed HSM Crypto User}") ==
          "az keyvault role assignment create --hsm-name hsm1 --scope /keys/cmk --assignee "
          "11111111-1111-1111-1111-111111111111 --role 'Managed HSM Crypto User'");
    CHECK(written("do: resource.update, target: acc, with: {key: hsm1/cmk}")
              .find("https://hsm1.managedhsm.azure.net/keys/cmk") != std::string::npos);
}

} // namespace
} // namespace cmksim::az_vault_kinds_test
