// Vaults of another kind (rules, section 11): what they can have, and which keys lead to them.
#include "support/compiled.hpp"

#include "engine/replay.hpp"

#include <catch2/catch.hpp>

namespace cmksim::vault_kinds_test {
namespace {

using namespace compile;
using namespace engine;
using namespace test;

/// A managed HSM with `more` fields, a vault, and accounts and a cluster on lines 11 and on.
std::string estateWith(std::string_view more, std::string_view resources = {}) {
    return "cmksim: 1\nname: x\nuntil: 2h\nestate:\n  vaults:\n    hsm1: {kind: managed-hsm, enablePurgeProtection: "
           "true, keys: {cmk: {}}" +
           std::string{more} + "}\n    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}\n" +
           "  identities: {app: {}}\n  resources:\n" +
           (resources.empty() ? "    acc: {service: cosmosdb, identity: app, key: hsm1/cmk}\n"
                              : std::string{resources});
}

constexpr std::string_view granted = ", roleAssignments: {app: Managed HSM Crypto Service Encryption User}";

/// The state and reason of each resource at the end.
std::string ends(const std::string& text) {
    const Compiled compiled{text};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    std::string all;
    for (const ResourceEnd& end : replay(program, nominalPhases(program)).ends) {
        const Reason reason = end.status.reason;
        all += (all.empty() ? "" : ", ") + program.resources[end.resource].name + ' ' +
               std::string{reasonNames[static_cast<std::size_t>(reason)]};
    }
    return all;
}

TEST_CASE("a role of its own opens a managed HSM, at it or at a key, and one above all vaults does not") {
    CHECK(ends(estateWith(granted)) == "acc None");
    CHECK(ends(estateWith("")) == "acc IdentityUnauthorized");
    CHECK(ends(estateWith(", roleAssignments: {app: Managed HSM Crypto User}")) == "acc None");
    CHECK(ends(estateWith(", roleAssignments: {app: Managed HSM Crypto Officer}")) == "acc IdentityUnauthorized");
    std::string above = estateWith("");
    above.insert(above.find("  resources:"), "  roleAssignments: {app: Key Vault Administrator}\n");
    CHECK(ends(above) == "acc IdentityUnauthorized");
}

TEST_CASE("a host tells of which kind the vault of a key is") {
    const auto accountsWith = [](std::string_view key) {
        return estateWith(granted, "    acc: {service: cosmosdb, identity: app, key: '" + std::string{key} + "'}\n");
    };
    CHECK(ends(accountsWith("https://hsm1.managedhsm.azure.net/keys/cmk")) == "acc None");
    CHECK(ends(accountsWith("https://HSM1.managedhsm.azure.net:443/keys/cmk/v1")) == "acc None");
    CHECK(ends(accountsWith("https://hsm1.vault.azure.net/keys/cmk")) == "acc VaultNotFound");
    CHECK(ends(accountsWith("https://kv1.managedhsm.azure.net/keys/cmk")) == "acc VaultNotFound");
    CHECK(ends(accountsWith("https://other.managedhsm.azure.net/keys/cmk")) == "acc VaultNotFound");
}

TEST_CASE("to a service that does not take such keys the URI of one is malformed") {
    const std::string both = estateWith(granted, "    acc: {service: cosmosdb, identity: app, key: hsm1/cmk}\n"
                                                 "    clu: {service: documentdb, identity: app, key: hsm1/cmk}\n");
    CHECK(ends(both) == "acc None, clu KeyUriMalformed");
    CHECK(Compiled{both}.messages().find("a 'documentdb' takes no key in a managed HSM; to the service its URI is "
                                         "malformed") != std::string::npos);
}

TEST_CASE("what a managed HSM cannot have or do without is an error where it stands") {
    CHECK(Compiled{estateWith(", enableRbacAuthorization: false")}.messages() ==
          "6:102: error: a managed HSM always goes by roles of its own; leave it out\n");
    CHECK(Compiled{estateWith(", enableSoftDelete: false")}.messages().find(
              "error: purge protection needs soft delete") != std::string::npos);
    CHECK(Compiled{estateWith(", accessPolicies: {app: [get]}")}.messages() ==
          "6:94: error: a managed HSM has no access policies; leave it out\n");
    CHECK(Compiled{estateWith(", roleAssignments: {app: Key Vault Crypto User}")}.messages() ==
          "6:100: error: 'Key Vault Crypto User' counts in a key vault, and not in a managed HSM; such as 'Managed HSM "
          "Crypto Service Encryption User'\n");
    CHECK(Compiled{estateWith(", enableRbacAuthorization: true, enableSoftDelete: true")}.errors.empty());
    std::string above = estateWith("");
    above.insert(above.find("  resources:"), "  roleAssignments: {app: Managed HSM Crypto User}\n");
    CHECK(Compiled{above}.messages().find(
              "'Managed HSM Crypto User' counts in a managed HSM, and not in a key vault") != std::string::npos);
    CHECK(Compiled{"cmksim: 1\nname: x\nestate: {vaults: {v-1: {kind: managed-hms}}}\n"}.messages() ==
          "3:31: error: unknown kind of vaults 'managed-hms'; did you mean 'managed-hsm'?\n");
}

TEST_CASE("so is an action that only another vault takes") {
    const std::string timeline = estateWith(granted) + "timeline:\n";
    const auto said = [&](std::string_view entry) { return Compiled{timeline + std::string{entry}}.messages(); };
    CHECK(said("- {at: 1m, do: policy.set, target: hsm1, with: {identity: app, permissions: [get]}}\n") ==
          "12:36: error: a managed HSM has no access policies; use role.assign and role.remove\n");
    CHECK(said("- {at: 1m, do: vault.update, target: hsm1, with: {enableRbacAuthorization: false}}\n")
              .find("a managed HSM always goes by roles of its own") != std::string::npos);
    CHECK(said("- {at: 1m, do: role.assign, target: hsm1/cmk, with: {identity: app, role: Key Vault Crypto User}}\n")
              .find("counts in a key vault, and not in a managed HSM") != std::string::npos);
    CHECK(said("- {at: 1m, do: vault.create, target: hsm1}\n").find("vault 'hsm1' is a managed HSM elsewhere") !=
          std::string::npos);
    CHECK(said("- {at: 1m, do: vault.create, target: hsm2, with: {kind: managed-hsm}}\n"
               "- {at: 2m, do: role.assign, target: hsm2, with: {identity: app, role: Managed HSM Crypto User}}\n")
              .empty());
}

TEST_CASE("a managed HSM that is deleted and recovered has lost its roles, and can be purged as it is set") {
    const auto after = [](std::string_view entries) {
        return ends(estateWith(granted) + "timeline:\n" + std::string{entries});
    };
    CHECK(after("- {at: 1m, do: vault.delete, target: hsm1}\n") == "acc VaultNotFound");
    CHECK(after("- {at: 1m, do: vault.delete, target: hsm1}\n- {at: 2m, do: vault.recover, target: hsm1}\n") ==
          "acc IdentityUnauthorized");
    CHECK(after("- {at: 1m, do: vault.delete, target: hsm1}\n"
                "- {at: 2m, do: vault.purge, target: hsm1, expect: {error: PurgeProtected}}\n") == "acc VaultNotFound");
}

} // namespace
} // namespace cmksim::vault_kinds_test
