// Vaults, keys, identities and grants, as the Azure CLI prints them.
#include "reads/printed.hpp"

using namespace cmksim::test;

TEST_CASE("keyvault show tells how a vault is set up, and its policies") {
    CHECK(printed("keyvault show -n kv1 --query properties.enablePurgeProtection") == "true\n");
    CHECK(printed("keyvault show -n kv1 --query properties.accessPolicies[].objectId -o tsv") ==
          "11111111-1111-1111-1111-111111111111\ndb\n");
    CHECK(printed("keyvault show -n kv1 --query properties.accessPolicies[0].permissions.keys -o tsv") ==
          "get\nunwrapKey\nwrapKey\n");
    CHECK(
        printed("keyvault show -n kv2 --query properties.networkAcls.[defaultAction,bypass,ipRules[0].value] -o tsv") ==
        "Deny\nNone\n203.0.113.0/24\n");
    CHECK(printed("keyvault show -n kv2 --query id -o tsv") ==
          "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.KeyVault/vaults/kv2\n");
    CHECK(printed("keyvault show -n kv2 --query "
                  "properties.[enablePurgeProtection,enableRbacAuthorization,softDeleteRetentionInDays]") ==
          "[null, true, 7]\n");
}

TEST_CASE("a policy of an identity that was deleted and made anew is not that of the new one") {
    const std::string anew = "- {at: 10m, do: identity.delete, target: db}\n"
                             "- {at: 20m, do: identity.create, target: db}\n";
    CHECK(printed("keyvault show -n kv1 --query properties.accessPolicies[].objectId -o tsv", "1h", anew) ==
          "11111111-1111-1111-1111-111111111111\ndb (deleted)\n");
    CHECK(printed("identity show -n db --query principalId -o tsv", "1h", anew) == "db\n");
    CHECK(printed("role assignment list --all --query [].principalName", "1h", anew) == "[\"app\", \"\", \"app\"]\n");
}

TEST_CASE("lists hold what is there, deleted things in lists of their own") {
    const std::string deleted = "- {at: 10m, do: key.delete, target: kv2/cmk}\n"
                                "- {at: 20m, do: key.delete, target: kv1/other}\n"
                                "- {at: 30m, do: vault.delete, target: kv2}\n";
    CHECK(printed("keyvault list --query [].name -o tsv") == "kv1\nkv2\n");
    CHECK(printed("keyvault list --query [].name -o tsv", "1h", deleted) == "kv1\n");
    CHECK(printed("keyvault list-deleted", "1h") == "[]\n");
    CHECK(printed("keyvault list-deleted --query [0].properties.[deletionDate,scheduledPurgeDate] -o tsv", "1h",
                  deleted) == "2026-01-01T00:30:00+00:00\n2026-01-08T00:30:00+00:00\n");
    CHECK(printed("keyvault show-deleted -n kv2 --query name -o tsv", "1h", deleted) == "kv2\n");
    CHECK(printed("keyvault key list --vault-name kv1 --query [].name -o tsv", "1h", deleted) == "cmk\n");
    CHECK(printed("keyvault key list-deleted --vault-name kv1 --query [].[name,scheduledPurgeDate] -o tsv", "1h",
                  deleted) == "other\t2026-04-01T00:20:00+00:00\n");
    CHECK(printed("keyvault key show-deleted --vault-name kv1 -n other --query recoveryId -o tsv", "1h", deleted) ==
          "https://kv1.vault.azure.net/deletedkeys/other\n");
    // What is not there prints nothing; that it is denied is told elsewhere.
    CHECK(printed("keyvault key list --vault-name kv2", "1h", deleted).empty());
    CHECK(printed("keyvault key show --vault-name kv1 -n other", "1h", deleted).empty());
}

TEST_CASE("a command that reads knows the shell variables of those before it") {
    CHECK(printedBy("- {at: 1h, az: V=kv1}\n"
                    "- {at: 2h, az: \"az keyvault key list --vault-name $V --query [].name -o tsv\"}\n") ==
          "cmk\nother\n");
}

TEST_CASE("keyvault key show tells the type of a key, and what it is used for") {
    const std::string made = "- {at: 10m, do: key.create, target: kv1/fresh, with: {type: EC-HSM}}\n";
    CHECK(printed("keyvault key show --vault-name kv1 -n fresh --query key.kty -o tsv", "1h", made) == "EC-HSM\n");
    CHECK(printed("keyvault key show --vault-name kv1 -n cmk --query key.kty -o tsv") == "RSA\n");
    CHECK(printed("keyvault key show --vault-name kv1 -n cmk --query key.keyOps -o tsv") == "wrapKey\nunwrapKey\n");
}

TEST_CASE("keyvault key show tells of the newest version or of one, list-versions of all") {
    CHECK(
        printed("keyvault key show --vault-name kv1 -n cmk --query [key.kid,attributes.enabled,attributes.expires]") ==
        "[\"https://kv1.vault.azure.net/keys/cmk/8f0c2b51\", true, \"2026-01-31T00:00:00+00:00\"]\n");
    CHECK(printed("keyvault key show --vault-name kv1 -n cmk --version v1 --query attributes.enabled") == "false\n");
    CHECK(
        printed("keyvault key list-versions --vault-name kv1 -n cmk --query '[?attributes.enabled==`true`].kid' -o tsv",
                "1h", "- {at: 10m, do: key.rotate, target: kv1/cmk}\n") ==
        "https://kv1.vault.azure.net/keys/cmk/8f0c2b51\nhttps://kv1.vault.azure.net/keys/cmk/v3\n");
    CHECK(printed("keyvault key show --vault-name kv1 -n cmk --query "
                  "attributes.[recoveryLevel,recoverableDays] -o tsv") == "Recoverable\n90\n");
    CHECK(printed("keyvault key show --vault-name kv2 -n cmk --query "
                  "attributes.[recoveryLevel,recoverableDays] -o tsv") == "CustomizedRecoverable+Purgeable\n7\n");
}

TEST_CASE("identities are listed with the ids of the estate, or their names in their stead") {
    CHECK(printed("identity list -o table") ==
          "ClientId                              Name  PrincipalId                           ResourceGroup\n"
          "------------------------------------  ----  ------------------------------------  -------------\n"
          "22222222-2222-2222-2222-222222222222  app   11111111-1111-1111-1111-111111111111  GROUP\n"
          "db                                    db    db                                    GROUP\n");
    CHECK(
        printed("identity show -n app --query id -o tsv") ==
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app-of-azure\n");
}

TEST_CASE("role assignments are those of the subscription unless a scope or all are asked for") {
    CHECK(printed("role assignment list -o table") == "Principal  Role              Scope\n"
                                                      "---------  ----------------  ---------------------------\n"
                                                      "app        Key Vault Reader  /subscriptions/SUBSCRIPTION\n");
    CHECK(printed("role assignment list --all --query [].roleDefinitionName -o tsv") ==
          "Key Vault Reader\nKey Vault Crypto User\nKey Vault Crypto Officer\n");
    const std::string vault = "/subscriptions/x/resourceGroups/y/providers/Microsoft.KeyVault/vaults/KV2";
    CHECK(printed("role assignment list --scope " + vault + " --query [].principalId -o tsv") == "db\n");
    CHECK(printed("role assignment list --scope " + vault + " --include-inherited --query [].principalName -o tsv") ==
          "app\ndb\n");
    CHECK(printed("role assignment list --scope " + vault + "/keys/cmk --query [].principalName -o tsv") == "app\n");
    CHECK(printed("role assignment list --all --assignee 22222222-2222-2222-2222-222222222222 "
                  "--query [].roleDefinitionName -o tsv") == "Key Vault Reader\nKey Vault Crypto Officer\n");
    CHECK(printed("role assignment list --all --role \\\"key vault crypto user\\\" --query [].principalName -o tsv") ==
          "db\n");
    // It stands there at once, though it counts later.
    CHECK(printed("role assignment list --all --query [].principalName -o tsv", "1h1s",
                  "- {at: 1h, do: role.assign, target: kv2, with: {identity: app, role: Key Vault Crypto User}}\n") ==
          "app\napp\ndb\napp\n");
}
