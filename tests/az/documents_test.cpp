// The command lines of the five documents, with their placeholders filled in.
#include "az/translated.hpp"

#include <catch2/catch.hpp>

using namespace cmksim::test;

TEST_CASE("the documents' commands are the actions that the documents describe") {
    // 000: reassigning an identity
    CHECK(translated("az acr identity assign -n myRegistry --identities \"/subscriptions/mysubscription/resourcegroups/"
                     "myresourcegroup/providers/Microsoft.ManagedIdentity/userAssignedIdentities/db\"") ==
          "resource.assign-identity reg  identity: db");
    // 001: creating a key version, rotating
    CHECK(translated("az keyvault key create --name cmk --vault-name kv1") == "key.create kv1/cmk");
    const std::string rotate = "az acr encryption rotate-key --name myregistry --key-encryption-key "
                               "https://kv-two.vault.azure.net/keys/cmk --identity ";
    const std::string rotated = ", key: \"https://kv-two.vault.azure.net/keys/cmk\", byCommand: true";
    CHECK(translated(rotate + "22222222-2222-2222-2222-222222222222") ==
          "resource.update reg  identity: app" + rotated);
    CHECK(translated(rotate + "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/"
                              "userAssignedIdentities/db") == "resource.update reg  identity: db" + rotated);
    CHECK(translated(rotate + "[system]") == "resource.update reg  identity: \"system:reg\"" + rotated);
    // 002: deploying the template, with what its parameters say of the registry
    for (const std::string command : {"az group deployment create", "az deployment group create"}) {
        CHECK(translated(command + " --resource-group g --template-file CMKtemplate.json --parameters "
                                   "registry_name=fresh identity_name=db vault_name=kv1 "
                                   "kek_id=https://kv1.vault.azure.net/keys/cmk/v1") ==
              "template.deploy fresh  service: acr, identity: db, key: \"https://kv1.vault.azure.net/keys/cmk/v1\"");
    }
    // 002: looking at a registry
    CHECK(translated("az acr show --name myregistry --query id --output tsv") == "show reg");
    CHECK(translated("az resource show --id /subscriptions/s/resourceGroups/g/providers/"
                     "Microsoft.ContainerRegistry/registries/myregistry --query properties.encryption "
                     "--api-version 2019-12-01-preview") == "show reg");
    CHECK(translated("az keyvault key create --name cmk --vault-name kv1 --query key.kid --output tsv") ==
          "key.create kv1/cmk");
}

TEST_CASE("what is wrong in the documents' commands is caught") {
    // 001: the object id of a policy is a principal's, not a key's
    CHECK(translated("az keyvault delete-policy --resource-group g --name kv1 --object-id "
                     "33333333-3333-3333-3333-333333333333") ==
          "21:85: error: no identity here has the id '33333333-3333-3333-3333-333333333333'; give one 'principalId' or "
          "'clientId' in the estate, or write its name\n");
    // 001: deleting a key takes no principal
    CHECK(translated("az keyvault key delete --name cmk -- --object-id 11111111-1111-1111-1111-111111111111") ==
          "21:51: error: '--' says nothing; an option has a name after it\n"
          "21:54: error: 'az keyvault key delete' has no option '--object-id'; its options: --vault-name, --name, "
          "--id\n");
    // 002: a dash of the wrong kind, an option that there is not
    CHECK(translated("az keyvault create –-name kv-new --group g --enable-soft-delete --enable-purge-protection") ==
          "21:36: error: 'az keyvault create' takes no argument '–-name'; an option begins with '--', not with a "
          "typographic dash\n"
          "21:45: error: 'az keyvault create' takes no argument 'kv-new'; its options: --name, --location, "
          "--enable-rbac-authorization, --enable-purge-protection, --enable-soft-delete, --retention-days, "
          "--public-network-access, --default-action, --bypass, --network-acls-ips\n");
    CHECK(translated("az keyvault create --name kv-new --group g --enable-soft-delete --enable-purge-protection") ==
          "21:50: error: 'az keyvault create' has no option '--group'; its options: --name, --location, "
          "--enable-rbac-authorization, --enable-purge-protection, --enable-soft-delete, --retention-days, "
          "--public-network-access, --default-action, --bypass, --network-acls-ips\n");
    // 002: what is done outside of what is simulated changes nothing, or is said not to be simulated yet
    CHECK(translated("az feature register --name PrivatePreview --namespace Microsoft.ContainerRegistry") ==
          "feature.register Microsoft.ContainerRegistry/PrivatePreview");
    CHECK(translated("az feature register --name PrivatePreview").find("needs --namespace") != std::string::npos);
    CHECK(translated("az feature show --name PrivatePreview --namespace Microsoft.ContainerRegistry") == "list ");
    CHECK(translated("az group deployment create --template-file cmktemplate.json")
              .find("what a template holds stands in a file that is not read") != std::string::npos);
    CHECK(translated("az keyvault key create --name <key-name> --vault-name kv1") ==
          "21:47: error: '<key-name>' stands for something; write what it stands for\n");
}
