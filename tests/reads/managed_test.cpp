// Things as Resource Manager returns them, and what is not printed of them.
#include "reads/printed.hpp"

#include <string>
#include <string_view>
#include <utility>

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

TEST_CASE("what a service shows of its key names the vault, the key and an id that there is") {
    constexpr std::string_view estate = R"(cmksim: 1
name: x
estate:
  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]},
                 keys: {cmk: {versions: [{name: aaa}, {name: bbb}]}}}}
  identities: {app: }
  resources:
    set: {service: diskencryptionset, identity: app, key: kv1/cmk, automaticRotation: true}
    store: {service: storage, identity: app, key: kv1/cmk}
    hub: {service: eventhubs, identity: app, key: kv1/cmk}
    logs: {service: loganalytics, identity: app, key: kv1/cmk}
    pipes: {service: datafactory, identity: app, key: kv1/cmk/bbb}
    study: {service: azureml, identity: app, key: kv1/cmk/bbb}
    words: {service: search, identity: app, key: kv1/cmk/bbb}
timeline:
)";
    const auto shown = [&](std::string_view command) {
        return printedBy("- {at: 1h, az: \"" + std::string{command} + " -o tsv\"}\n", estate);
    };
    CHECK(shown("disk-encryption-set show -n set --query [activeKey.keyUrl,rotationToLatestKeyVersionEnabled]") ==
          "https://kv1.vault.azure.net/keys/cmk/bbb\nTrue\n");
    constexpr std::string_view vault = "https://kv1.vault.azure.net/\n";
    CHECK(shown("storage account show -n store --query encryption.keyVaultProperties.keyVaultUri") == vault);
    CHECK(shown("eventhubs namespace show -n hub --query encryption.keyVaultProperties[0].keyVaultUri") == vault);
    CHECK(shown("monitor log-analytics cluster show -n logs --query keyVaultProperties.keyVaultUri") == vault);
    CHECK(shown("datafactory show -n pipes --query encryption.vaultBaseUrl") == vault);
    CHECK(shown("ml workspace show -n study --query properties.encryption.keyVaultProperties.keyIdentifier") ==
          "https://kv1.vault.azure.net/keys/cmk/bbb\n");
    CHECK(shown("search service show -n words --query id") ==
          "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Search/searchServices/words\n");
    CHECK(printedBy("- {at: 1h, az: resource list}\n", estate).find("///") == std::string::npos);
}

TEST_CASE("a namespace shows every key on its list, and who uses it") {
    constexpr std::string_view estate = R"(cmksim: 1
name: x
estate:
  vaults: {kv1: {enablePurgeProtection: true, keys: {cmk: , next: },
                 accessPolicies: {app: [get, list, wrapKey, unwrapKey], other: [get, list, wrapKey, unwrapKey]}}}
  identities: {app: , other: }
  resources:
    hub: {service: eventhubs, identity: app, key: kv1/cmk}
    bus: {service: servicebus, identity: app, key: kv1/cmk}
timeline:
)";
    for (const auto& [service, name] : {std::pair{"eventhubs", "hub"}, std::pair{"servicebus", "bus"}}) {
        INFO(service);
        const std::string words = std::string{service} + " namespace ";
        const auto changed = [&](std::string_view at, std::string_view verb, std::string_view key) {
            return "- {at: " + std::string{at} + ", az: \"" + words + "encryption " + std::string{verb} +
                   " --namespace-name " + name + " --encryption-config key-vault-uri=https://kv1.vault.azure.net " +
                   std::string{key} + "\"}\n";
        };
        const std::string added = changed("10m", "add", "key-name=next user-assigned-identity=other");
        const std::string removed = changed("20m", "remove", "key-name=cmk user-assigned-identity=app");
        const auto shown = [&](const std::string& timeline, std::string_view path) {
            return printedBy(timeline + "- {at: 1h, az: \"" + words + "show -n " + name + " -o tsv --query " +
                                 std::string{path} + "\"}\n",
                             estate);
        };
        const std::string keys = "encryption.keyVaultProperties";
        const std::string other = "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/"
                                  "Microsoft.ManagedIdentity/userAssignedIdentities/other\n";
        CHECK(shown(added, keys + "[0].keyName") == "cmk\n");
        CHECK(shown(added, keys + "[1].keyName") == "next\n");
        CHECK(shown(added, keys + "[1].identity.userAssignedIdentity") == other);
        CHECK(shown(added + removed, keys + "[0].keyName") == "next\n");
        CHECK(shown(added + removed, keys + "[0].identity.userAssignedIdentity") == other);
    }
}
