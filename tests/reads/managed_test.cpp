// Things as Resource Manager returns them, and what is not printed of them.
#include "reads/printed.hpp"

using namespace cmksim::test;

TEST_CASE("resource show prints a vault, an identity and a resource as Resource Manager has them") {
    const std::string show = "resource show -g GROUP --resource-type ";
    CHECK(printed(show + "Microsoft.KeyVault/vaults -n kv1 --query properties.enablePurgeProtection -o tsv") ==
          "True\n");
    CHECK(
        printed(show + "Microsoft.ManagedIdentity/userAssignedIdentities -n app --query properties.clientId -o tsv") ==
        "22222222-2222-2222-2222-222222222222\n");
    CHECK(printed(show + "Microsoft.ContainerRegistry/registries -n myregistry "
                         "--query properties.encryption.keyVaultProperties.versionedKeyIdentifier -o tsv") ==
          "https://kv1.vault.azure.net/keys/cmk/8f0c2b51\n");
    CHECK(printed(show + "Microsoft.DocumentDB/databaseAccounts -n acc --query properties.keyVaultKeyUri -o tsv") ==
          "https://kv1.vault.azure.net/keys/cmk\n");
    CHECK(printed(show + "Microsoft.DocumentDB/mongoClusters -n clu --query properties.clusterStatus -o tsv", "3h",
                  "- {at: 10m, do: key.delete, target: kv1/cmk}\n") == "Inaccessible\n");
}

TEST_CASE("resource list prints what is there, of every service, or of one type or name") {
    const std::string names = "resource list --query [].name -o tsv";
    CHECK(printed(names) == "kv1\nkv2\napp\ndb\nmyRegistry\nplain\nacc\nclu\n");
    CHECK(printed(names, "1h", "- {at: 10m, do: vault.delete, target: kv2}\n") ==
          "kv1\napp\ndb\nmyRegistry\nplain\nacc\nclu\n");
    CHECK(printed("resource list --resource-type microsoft.containerregistry/registries --query [].name -o tsv") ==
          "myRegistry\nplain\n");
    CHECK(printed("resource list -n KV2 --query [].type -o tsv") == "Microsoft.KeyVault/vaults\n");
}

TEST_CASE("a look that would show a fleet, or what has no model, says that it is not printed") {
    constexpr std::string_view estate = R"(cmksim: 1
name: x
estate:
  vaults: {kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: }}}
  identities: {app: }
  resources:
    edge: {service: acr, identity: app, key: kv1/cmk, count: 1000}
    one: {service: acr}
    store: {service: unmodelled, type: Contoso.Files/stores, key: kv1/cmk, identity: app}
timeline:
)";
    const auto names = [&](std::string_view command) {
        return printedBy("- {at: 1h, az: \"" + std::string{command} + " --query [].name -o tsv\"}\n", estate);
    };
    constexpr std::string_view fleet = "(the 1000 resources of fleet 'edge' are not printed here)\n";
    CHECK(names("acr list") == "one\n" + std::string{fleet});
    CHECK(printedBy("- {at: 1h, az: acr show -n edge}\n", estate) == fleet);
    CHECK(printedBy("- {at: 1h, az: acr show -n one --query name -o tsv}\n", estate) == "one\n");
    CHECK(names("cosmosdb list").empty());
    CHECK(names("resource list") ==
          "kv1\napp\none\n" + std::string{fleet} +
              "('store' of type Contoso.Files/stores has no model and is not printed here)\n");
    CHECK(names("resource list -n one") == "one\n");
}
