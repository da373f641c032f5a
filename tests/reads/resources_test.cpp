// Resources, as the Azure CLI prints them: which version of a key is in use, and how the service says that it stands.
#include "reads/printed.hpp"

using namespace cmksim::test;

TEST_CASE("acr encryption show tells which version of the key is in use") {
    const std::string inUse =
        "acr encryption show -n myregistry --query keyVaultProperties.versionedKeyIdentifier -o tsv";
    CHECK(printed(inUse) == "https://kv1.vault.azure.net/keys/cmk/8f0c2b51\n");
    const std::string rotated = "- {at: 10m, do: key.rotate, target: kv1/cmk}\n";
    CHECK(printed(inUse, "30m", rotated) == "https://kv1.vault.azure.net/keys/cmk/8f0c2b51\n");
    CHECK(printed(inUse, "1h", rotated) == "https://kv1.vault.azure.net/keys/cmk/v3\n");
    CHECK(printed("acr encryption show -n myregistry", "1h", rotated) ==
          "{\n"
          "  \"keyVaultProperties\": {\n"
          "    \"identity\": \"22222222-2222-2222-2222-222222222222\",\n"
          "    \"keyIdentifier\": \"https://kv1.vault.azure.net/keys/cmk\",\n"
          "    \"keyRotationEnabled\": true,\n"
          "    \"lastKeyRotationTimestamp\": \"2026-01-01T01:00:00+00:00\",\n"
          "    \"versionedKeyIdentifier\": \"https://kv1.vault.azure.net/keys/cmk/v3\"\n"
          "  },\n"
          "  \"status\": \"enabled\"\n"
          "}\n");
    CHECK(printed("acr encryption show -n plain --query status -o tsv") == "disabled\n");
}

TEST_CASE("acr show tells the identities that are attached") {
    const std::string ids = "acr show -n myregistry --query identity.userAssignedIdentities";
    CHECK(printed(ids).find("userAssignedIdentities/app-of-azure\": {\n") != std::string::npos);
    CHECK(printed("acr show -n myregistry --query identity.type -o tsv", "1h",
                  "- {at: 10m, do: resource.assign-identity, target: reg, with: {identity: SystemAssigned}}\n") ==
          "SystemAssigned, UserAssigned\n");
    const std::string changed = "- {at: 10m, do: resource.assign-identity, target: reg, with: {identity: db}}\n"
                                "- {at: 20m, do: resource.update, target: reg, with: {identity: db}}\n"
                                "- {at: 30m, do: resource.remove-identity, target: reg, with: {identity: app}}\n";
    CHECK(printed("acr identity show -n myregistry -o yaml", "1h", changed) ==
          "principalId: null\n"
          "type: \"UserAssigned\"\n"
          "userAssignedIdentities:\n"
          "  /subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.ManagedIdentity/"
          "userAssignedIdentities/db:\n"
          "    clientId: \"db\"\n"
          "    principalId: \"db\"\n");
    CHECK(printed("acr show -n plain --query [sku.name,identity.type,encryption.status] -o tsv") ==
          "Basic\nNone\ndisabled\n");
    CHECK(printed("acr list -o table") == "NAME        RESOURCE GROUP  SKU      LOGIN SERVER\n"
                                          "----------  --------------  -------  ---------------------\n"
                                          "myRegistry  GROUP           Premium  myRegistry.azurecr.io\n"
                                          "plain       GROUP           Basic    plain.azurecr.io\n");
}

TEST_CASE("acr check-health says CMK_ERROR while the identity of the key is not there, and else nothing of the key") {
    const std::string check = "acr check-health -n myregistry";
    CHECK(printed(check).find("CMK_ERROR") == std::string::npos);
    CHECK(printed(check).find("Challenge endpoint https://myRegistry.azurecr.io/v2/ : OK") != std::string::npos);
    CHECK(printed(check, "3h", "- {at: 10m, do: key.delete, target: kv1/cmk}\n").find("CMK_ERROR") ==
          std::string::npos);
    CHECK(printed(check, "11m", "- {at: 10m, do: identity.delete, target: app}\n").find("CMK_ERROR") !=
          std::string::npos);
    // One of the same name is another one.
    CHECK(printed(check, "11m",
                  "- {at: 9m, do: identity.delete, target: app}\n- {at: 10m, do: identity.create, target: app}\n")
              .find("CMK_ERROR") != std::string::npos);
}

TEST_CASE("cosmosdb show gives the status in the service's words, as of the latest revalidation") {
    const std::string status = "cosmosdb show -n acc --query customerManagedKeyStatus -o tsv";
    const std::string deleted = "- {at: 10m, do: key.delete, target: kv1/cmk}\n";
    CHECK(printed(status) == "Access to the configured customer managed key confirmed.\n");
    CHECK(printed(status, "30m", deleted) == "Access to the configured customer managed key confirmed.\n");
    CHECK(printed(status, "1h", deleted).find("is not found on the specified Key Vault") != std::string::npos);
    CHECK(printed(status, "1h", deleted).find("(4003).") != std::string::npos);
    CHECK(printed("cosmosdb show -n acc --query [defaultIdentity,keyVaultKeyUri] -o tsv") ==
          "UserAssignedIdentity=/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/"
          "userAssignedIdentities/app-of-azure\nhttps://kv1.vault.azure.net/keys/cmk\n");
}

TEST_CASE("documentdb mongocluster show gives the state and the key") {
    const std::string status =
        "documentdb mongocluster show --cluster-name clu --query properties.clusterStatus -o tsv";
    CHECK(printed(status) == "Ready\n");
    CHECK(printed(status, "1h", "- {at: 10m, do: key.delete, target: kv1/cmk}\n") == "Inaccessible\n");
    CHECK(printed("documentdb mongocluster show --cluster-name clu --query "
                  "properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl -o tsv") ==
          "https://kv1.vault.azure.net/keys/cmk\n");
}

TEST_CASE("a read sees what happens at its own instant, and nothing of later") {
    const std::string at = "- {at: 1h, do: key.update, target: kv1/cmk, with: {enabled: false}}\n";
    const std::string enabled = "keyvault key show --vault-name kv1 -n cmk --query attributes.enabled";
    CHECK(printed(enabled, "59m", at) == "true\n");
    CHECK(printed(enabled, "1h", at) == "false\n");
    CHECK(printed("documentdb mongocluster show --cluster-name clu --query properties.clusterStatus -o tsv", "1h",
                  at) == "Inaccessible\n");
}

TEST_CASE("a resource that is gone, and a fleet, print nothing") {
    CHECK(printed("acr show -n myregistry", "1h", "- {at: 10m, do: resource.delete, target: reg}\n").empty());
}

TEST_CASE("an identity that is deleted and still attached has no ids") {
    const std::string gone = printed("acr show -n myregistry --query identity.userAssignedIdentities", "1h",
                                     "- {at: 10m, do: identity.delete, target: app}\n");
    CHECK(gone.find("\"clientId\": null") != std::string::npos);
    CHECK(gone.find("\"principalId\": null") != std::string::npos);
    CHECK(gone.find("\"\"") == std::string::npos);
}

TEST_CASE("outputs have the formats of the CLI") {
    CHECK(printed("acr show -n plain --query {a:name,b:sku} -o yaml") ==
          "a: \"plain\"\nb:\n  name: \"Basic\"\n  tier: \"Basic\"\n");
    CHECK(printed("acr show -n plain --query [name] -o yaml") == "- \"plain\"\n");
    CHECK(printed("acr show -n plain -o none").empty());
    CHECK(printed("acr show -n plain --query nothing").empty());
    CHECK(printed("acr show -n plain --query {name:name,on:encryption.keyVaultProperties} -o tsv") == "plain\tNone\n");
    CHECK(printed("acr list --query [].{a:name,b:sku.name} -o table") ==
          "A           B\n----------  -------\nmyRegistry  Premium\nplain       Basic\n");
    CHECK(printed("acr list --query [].name -o table") == "Result\n----------\nmyRegistry\nplain\n");
    CHECK(printed("keyvault network-rule list -n kv2 -o table") ==
          "Bypass  DefaultAction\n------  -------------\nNone    Deny\n");
}

TEST_CASE("a list that is to be cut short is printed whole with a warning") {
    const std::string list = "keyvault key list --vault-name kv1 ";
    const Compiled read{std::string{readEstate} + "- {at: 1h, az: " + list + "--maxresults 1}\n"};
    CHECK(read.program);
    CHECK(read.messages() ==
          "30:51: warning: '--maxresults' is left out: a list is not cut short; all of it is printed\n");
    CHECK(printed(list + "--maxresults 1 --query [].name -o tsv") == "cmk\nother\n");
}

TEST_CASE("a query that is not known is left out with a warning, an unknown format is refused") {
    const Compiled read{std::string{readEstate} + "- {at: 1h, az: \"acr list --query avg(@)\"}\n"};
    CHECK(read.program);
    CHECK(read.messages() ==
          "30:26: warning: '--query' is left out: this kind of query is not simulated; everything is printed\n");
    const Compiled other{std::string{readEstate} + "- {at: 1h, az: acr list -o tabel}\n"};
    CHECK_FALSE(other.program);
    CHECK(other.messages() == "30:28: error: there is no output format 'tabel'; did you mean 'table'?\n");
}

TEST_CASE("a resource tells the version that its key is named with, how it is backed up, and its type") {
    constexpr std::string_view estate = R"(cmksim: 1
name: x
estate:
  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}
  identities: {app: {}}
  resources:
    fixed: {service: storage, identity: app, key: kv1/cmk/v1}
    open: {service: storage, identity: app, key: kv1/cmk}
    kept: {service: cosmosdb, identity: app, key: kv1/cmk, continuousBackup: true}
    plain: {service: cosmosdb, identity: app, key: kv1/cmk}
    find: {service: search, identity: app, key: kv1/cmk/v1}
    talk: {service: openai, identity: app, key: kv1/cmk/v1}
timeline:
)";
    const auto print = [&](const std::string& command) {
        return printedBy("- {at: 1h, az: \"" + command + "\"}\n", estate);
    };
    const std::string version = " --query encryption.keyVaultProperties.keyVersion -o tsv";
    CHECK(print("storage account show -n fixed" + version) == "v1\n");
    CHECK(print("storage account show -n open --query encryption.keyVaultProperties").find("\"keyVersion\": null") !=
          std::string::npos);
    CHECK(print("cosmosdb show -n kept --query backupPolicy.type -o tsv") == "Continuous\n");
    CHECK(print("cosmosdb show -n plain --query backupPolicy.type -o tsv") == "Periodic\n");
    const std::string all = print("resource list");
    CHECK(all.find("null") == std::string::npos);
    CHECK(all.find("/providers/Microsoft.Search/searchServices/find\"") != std::string::npos);
    CHECK(all.find("/providers/Microsoft.CognitiveServices/accounts/talk\"") != std::string::npos);
    CHECK(print("search service show -n find --query id -o tsv").ends_with("/searchServices/find\n"));
}

TEST_CASE("a command of which nothing is known but that it reads says that it is not simulated") {
    CHECK(printed("network vnet list -g g") == "(not simulated: what it prints, and whether it is answered)\n");
    CHECK(printed("keyvault delete -n kv1 --help").empty());
}
