#include "az/translated.hpp"

#include "report/az_commands.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cmksim;
using namespace cmksim::test;

TEST_CASE("a command is the action that it stands for") {
    CHECK(translated("az keyvault key delete --vault-name kv1 --name cmk") == "key.delete kv1/cmk");
    CHECK(translated("keyvault key recover --vault-name=kv1 --name=cmk") == "key.recover kv1/cmk");
    CHECK(translated("keyvault key purge --id https://kv1.vault.azure.net/deletedkeys/cmk") == "key.purge kv1/cmk");
    CHECK(translated("keyvault key rotate --vault-name kv1 -ncmk") == "key.rotate kv1/cmk");
    CHECK(translated("keyvault key create --vault-name kv1 -n new --disabled --kty RSA --ops wrapKey unwrapKey") ==
          "key.create kv1/new  enabled: false, type: RSA");
    CHECK(translated("keyvault key set-attributes --id https://KV1.vault.azure.net:443/keys/cmk/v1 --enabled false") ==
          "key.update kv1/cmk/v1  enabled: false");
    CHECK(translated("keyvault key set-attributes --vault-name kv1 -n cmk --expires 2026-01-31T00:00:00Z") ==
          "key.update kv1/cmk  expires: 30d");
    // The CLI takes a moment down to the second, the minute, the hour or the day, and nothing else.
    CHECK(translated("keyvault key set-attributes --vault-name kv1 -n cmk --expires 2026-01-31T02:30Z") ==
          "key.update kv1/cmk  expires: 30d2h30m");
    CHECK(translated("keyvault key set-attributes --vault-name kv1 -n cmk --expires 2026-01-31T02Z") ==
          "key.update kv1/cmk  expires: 30d2h");
    CHECK(translated("keyvault key create --vault-name kv1 -n cmk --not-before 2026-01-31") ==
          "key.create kv1/cmk  notBefore: 30d");
    for (const std::string moment : {"30d", "2026-01-31T00:00:00+01:00", "tomorrow"}) {
        CHECK(translated("keyvault key set-attributes --vault-name kv1 -n cmk --expires " + moment)
                  .find("expected a moment as the CLI takes it, not '" + moment + "'") != std::string::npos);
    }
    CHECK(translated("keyvault key set-attributes --vault-name kv1 -n cmk --expires null") ==
          "key.update kv1/cmk  expires: null");
    CHECK(translated("keyvault key backup --vault-name kv1 -n cmk -f cmk.backup") ==
          "key.backup kv1/cmk  file: cmk.backup");
    CHECK(translated("keyvault delete --name KV1 -g rg --no-wait") == "vault.delete kv1");
    CHECK(translated("keyvault recover -n kv1 --location westeurope") == "vault.recover kv1");
    CHECK(translated("keyvault purge --name kv1 --subscription s -o table --only-show-errors") == "vault.purge kv1");
    CHECK(translated("keyvault update -n kv1 --default-action deny --bypass none --enable-purge-protection") ==
          "vault.update kv1  enablePurgeProtection: true, networkAcls: {defaultAction: Deny, bypass: None}");
    CHECK(translated("keyvault network-rule add -n kv1 --ip-address 203.0.113.0/24 198.51.100.7") ==
          "vault.add-network-rule kv1  ipAddress: 203.0.113.0/24\n"
          "vault.add-network-rule kv1  ipAddress: 198.51.100.7");
    CHECK(translated("keyvault set-policy -n kv1 --object-id 11111111-1111-1111-1111-111111111111 "
                     "--key-permissions GET wrapkey unwrapKey --secret-permissions get list") ==
          "policy.set kv1  identity: app, permissions: [get, unwrapKey, wrapKey], ifPoliciesCount: true");
    CHECK(translated("keyvault delete-policy -n kv1 --spn 22222222-2222-2222-2222-222222222222") ==
          "policy.delete kv1  identity: app, ifPoliciesCount: true");
    CHECK(translated("identity delete -n db -g g") == "identity.delete db");
    CHECK(translated("identity create -n fresh -g g") == "identity.create fresh");
    CHECK(translated("rest -m post -u https://graph.microsoft.com/v1.0/directory/deletedItems/"
                     "11111111-1111-1111-1111-111111111111/restore") == "identity.recover app");
    CHECK(translated("acr delete -n MYREGISTRY --yes") == "resource.delete reg");
    CHECK(translated("acr identity assign -n myregistry --identities [system] /subscriptions/s/resourcegroups/g/"
                     "providers/microsoft.managedidentity/userassignedidentities/APP-of-azure db") ==
          "resource.assign-identity reg  identity: \"system:reg\"\n"
          "resource.assign-identity reg  identity: app\n"
          "resource.assign-identity reg  identity: db");
    CHECK(translated("acr encryption rotate-key -n myregistry --key-encryption-key "
                     "https://kv-two.vault.azure.net/keys/cmk --identity 22222222-2222-2222-2222-222222222222") ==
          "resource.update reg  identity: app, key: \"https://kv-two.vault.azure.net/keys/cmk\", byCommand: true");
    CHECK(translated("cosmosdb update -n acc -g g --default-identity "
                     "\"UserAssignedIdentity=/subscriptions/s/resourceGroups/g/providers/"
                     "Microsoft.ManagedIdentity/userAssignedIdentities/db\"") == "resource.update acc  identity: db");
    CHECK(translated("cosmosdb update -n acc --default-identity SystemAssignedIdentity") ==
          "resource.update acc  identity: \"system:acc\"");
}

TEST_CASE("roles are given by name or definition, at the scope of a resource id or of what lies above") {
    const std::string key =
        "--scope /subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1/keys/cmk";
    CHECK(translated("role assignment create --assignee app --role \"key vault crypto user\" " + key) ==
          "role.assign kv1/cmk  identity: app, role: Key Vault Crypto User");
    CHECK(translated("role assignment create --assignee-object-id 11111111-1111-1111-1111-111111111111 --role "
                     "e147488a-f6f5-4113-8e2d-b22465e65bf6 --assignee-principal-type ServicePrincipal "
                     "--scope /subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1") ==
          "role.assign kv1  identity: app, role: Key Vault Crypto Service Encryption User");
    CHECK(translated("role assignment delete --assignee db --role Reader --scope /subscriptions/s/resourceGroups/g") ==
          "role.remove /  identity: db, role: Reader");
    CHECK(translated("role assignment delete --assignee db --role Reader") ==
          "role.remove /  identity: db, role: Reader");
}

TEST_CASE("a command brings the defaults of the CLI with it, and the action says them") {
    CHECK(translated("keyvault create -n kv-new -g g --location westeurope") ==
          "vault.create kv-new  enableRbacAuthorization: true, softDeleteRetentionInDays: 90, region: westeurope");
    CHECK(translated("cosmosdb create -n other -g g --key-uri https://kv1.vault.azure.net/keys/cmk") ==
          "resource.create other  service: cosmosdb, identity: FirstPartyIdentity, "
          "key: \"https://kv1.vault.azure.net/keys/cmk\"");
    CHECK(translated("cosmosdb create -n other -g g") == "resource.create other  service: cosmosdb");
    CHECK(translated("acr create -n other -g g --sku Premium --identity app --key-encryption-key "
                     "https://kv1.vault.azure.net/keys/cmk") ==
          "resource.create other  service: acr, identity: app, key: \"https://kv1.vault.azure.net/keys/cmk\", "
          "byCommand: true");
}

TEST_CASE("properties are set by path, in JSON or in the CLI's shorthand") {
    const std::string cluster = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/mongoClusters/clu";
    const std::string update = "resource.update clu  identity: db, key: \"https://kv1.vault.azure.net/keys/other\"";
    CHECK(translated("resource update --ids " + cluster +
                     " --set properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl="
                     "https://kv1.vault.azure.net/keys/other properties.encryption.customerManagedKeyEncryption."
                     "keyEncryptionKeyIdentity.userAssignedIdentityResourceId=db") == update);
    CHECK(
        translated("documentdb mongocluster update -n clu --encryption "
                   "\"{customer-managed-key-encryption:{key-encryption-key-url:https://kv1.vault.azure.net/keys/other,"
                   "key-encryption-key-identity:{identity-type:UserAssignedIdentity,"
                   "user-assigned-identity-resource-id:db}}}\"") == update);
    CHECK(translated("resource update --ids /subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1 "
                     "--set properties.enablePurgeProtection=true properties.networkAcls.defaultAction=Deny") ==
          "vault.update kv1  enablePurgeProtection: true, networkAcls: {defaultAction: Deny}");
    CHECK(translated("resource delete --ids " + cluster +
                     " /subscriptions/s/resourceGroups/g/providers/"
                     "Microsoft.KeyVault/vaults/kv-two") == "resource.delete clu\nvault.delete kv-two");
}

TEST_CASE("a resource is named by its id where the CLI takes one") {
    const auto read = [](std::string_view command) {
        return readAndWritten("cmksim: 1\nname: x\nestate:\n  vaults: {kv1: {enablePurgeProtection: true, "
                              "accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}, next: {}}}}\n"
                              "  identities: {app: {}}\n  resources:\n"
                              "    data: {service: storage, identity: app, key: kv1/cmk}\n"
                              "    db: {service: sqldb, identity: app, key: kv1/cmk}\n    find: {service: search}\n"
                              "timeline:\n- {at: 1h, az: '" +
                              std::string{command} + "'}\n");
    };
    const std::string ids = " --ids /subscriptions/s/resourceGroups/g/providers/";
    const std::string server = ids + "Microsoft.Sql/servers/db";
    CHECK(read("storage account update" + ids +
               "Microsoft.Storage/storageAccounts/data --encryption-key-vault https://kv1.vault.azure.net "
               "--encryption-key-name next")
              .starts_with("resource.update key: \"https://kv1.vault.azure.net/keys/next\"\n"
                           "az storage account update --name data "));
    CHECK(read("sql server tde-key set -t AzureKeyVault --kid https://kv1.vault.azure.net/keys/next/v1" + server)
              .starts_with("resource.update key: \"https://kv1.vault.azure.net/keys/next/v1\"\n"
                           "az sql server tde-key set --server db "));
    CHECK(read("sql server tde-key revalidate" + server) ==
          "resource.revalidate \naz sql server tde-key revalidate --server db\n");
    CHECK(read("sql server tde-key show" + server) == "show \n");
    CHECK(read("sql server key delete -k https://kv1.vault.azure.net/keys/cmk" + server) == "show \n");
    // What cannot be read is told as such, and not as an option that there is not.
    CHECK(read("search service delete" + ids + "Microsoft.Search/searchServices/find")
              .find("cannot be simulated so: ids of search services are not read here; '--name' names the service") !=
          std::string::npos);
}

TEST_CASE("commands that only read are accepted") {
    CHECK(translated("acr show -n myregistry --query id -o tsv") == "show reg");
    CHECK(translated("acr check-health -n myregistry --yes") == "show reg");
    CHECK(translated("keyvault key show --vault-name kv1 -n cmk") == "show kv1/cmk");
    CHECK(translated("keyvault key show-deleted --vault-name kv1 -n cmk") == "show deleted kv1/cmk");
    CHECK(translated("keyvault show -n kv1") == "show kv1");
    CHECK(translated("identity show --ids /subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/"
                     "userAssignedIdentities/db") == "show db");
    CHECK(translated("role assignment list --all") == "list ");
}

TEST_CASE("a wrong command is reported at its word, with what would be right") {
    CHECK(translated("keyvault key remove --vault-name kv1 -n cmk") ==
          "21:17: error: there is no command 'az keyvault key remove' here; did you mean 'keyvault key recover'?\n");
    CHECK(translated("keyvault key delete --vault-name kv1 --name cmk --object-id x") ==
          "21:65: error: 'az keyvault key delete' has no option '--object-id'; its options: --vault-name, --name, "
          "--id\n");
    CHECK(translated("keyvault key delete --vault-nam kv1 --nme cmk") ==
          "21:53: error: 'az keyvault key delete' has no option '--nme'; did you mean '--name'?\n");
    CHECK(translated("keyvault key delete --vault-name kv1 cmk") ==
          "21:54: error: 'az keyvault key delete' takes no argument 'cmk'; its options: --vault-name, --name, --id\n");
    CHECK(translated("keyvault key delete --vault-name --name cmk") == "21:37: error: '--vault-name' needs a value\n");
    CHECK(translated("keyvault key delete --name cmk") ==
          "21:17: error: 'az keyvault key delete' needs --vault-name and --name, or --id\n");
    CHECK(translated("keyvault set-policy -n kv1 --object-id app") ==
          "21:17: error: 'az keyvault set-policy' needs --key-permissions\n");
    CHECK(translated(
              "keyvault set-policy -n kv1 --object-id 33333333-3333-3333-3333-333333333333 --key-permissions get") ==
          "21:56: error: no identity here has the id '33333333-3333-3333-3333-333333333333'; give one 'principalId' or "
          "'clientId' in the estate, or write its name\n");
    CHECK(translated("keyvault key delete --vault-name kv1 --name cmkk") ==
          "21:50: error: unknown key 'cmkk' in vault 'kv1'; did you mean 'cmk'?\n");
    CHECK(translated("acr delete -n acc") ==
          "21:31: error: 'acc' is of service cosmosdb; 'az acr delete' acts on acr\n");
    CHECK(translated("keyvault update -n kv1 --enable-purge-protection maybe") ==
          "21:66: error: expected true or false, not 'maybe'\n");
    CHECK(translated("cosmosdb update -n acc") ==
          "21:17: error: this changes nothing that is simulated; give --key-uri or --default-identity, or leave the "
          "command out\n");
    CHECK(translated("resource delete --ids /subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/"
                     "batchAccounts/x") ==
          "21:39: error: resources of type 'Microsoft.Batch/batchAccounts' are not simulated\n");
    CHECK(translated("keyvault set-policy –-name kv1 --key-permissions get") ==
          "21:37: error: 'az keyvault set-policy' takes no argument '–-name'; an option begins with '--', not with a "
          "typographic dash\n21:46: error: 'az keyvault set-policy' takes no argument 'kv1'; its options: --name, "
          "--object-id, --spn, --upn, --key-permissions\n");
}

TEST_CASE("a backup is restored under the name of the key that it is of") {
    const Compiled read{std::string{azureEstate} + R"(
- {at: 1h, az: keyvault key backup --vault-name kv1 --name cmk --file safe.blob}
- {at: 2h, az: keyvault key restore --vault-name kv-two --file safe.blob}
)"};
    REQUIRE(read.program);
    CHECK(read.program->entries[cmksim::EntryId{1}].target == "kv-two/cmk");
    CHECK(translated("keyvault key restore --vault-name kv-two --file other.blob") ==
          "21:65: error: no backup here is written to 'other.blob'; name the key with --name\n");
}

TEST_CASE("an entry has one verb, and a command says its own target") {
    const auto report = [](std::string_view entry) {
        return Compiled{std::string{azureEstate} + "- {at: 1h, " + std::string{entry} + "}\n"}.messages();
    };
    CHECK(report("az: acr list, do: key.delete") == "21:12: error: 'az' and 'do' exclude each other\n");
    CHECK(report("az: acr list, target: reg") ==
          "21:26: error: 'target' has no place beside 'az'; the command says it itself\n");
}

TEST_CASE("a command over several lines is reported at the right one") {
    const Compiled read{std::string{azureEstate} + R"(- at: 1h
  az: |
    az keyvault key delete \
      --vault-name kv1 \
      --nam cmk \
      --bogus
)"};
    CHECK(read.messages() == "26:7: error: 'az keyvault key delete' has no option '--bogus'; its options: "
                             "--vault-name, --name, --id\n");
}

TEST_CASE("what is typed around a repair is taken, and changes nothing") {
    for (const std::string_view command :
         {"login", "login --service-principal -u app -p secret --tenant contoso", "logout",
          "account set --subscription prod", "account set -n prod", "account show",
          "monitor activity-log list --resource-group contoso --offset 2h",
          "tag update --resource-id x --operation merge", "config set defaults.group=contoso",
          "configure --defaults group=contoso", "ad sp list --display-name app",
          "feature register --namespace Microsoft.ContainerRegistry --name PrivatePreview", "group show -n contoso",
          "provider register --namespace Microsoft.KeyVault --wait",
          "acr update -n myRegistry --anonymous-pull-enabled",
          "keyvault key download --vault-name kv1 -n cmk -f key.pem", "ad app credential reset --id x --append",
          "identity federated-credential create -n x --identity-name app --issuer i --subject s --audiences a b"}) {
        INFO(command);
        CHECK(translated(command).find("error") == std::string::npos);
    }
    CHECK(translated("acr login --name myRegistry") == "pull reg");
    CHECK(translated("acr repository list --name myRegistry") == "pull reg");
    // What an account holds is asked for as its data is.
    CHECK(translated("cosmosdb sql database list -a acc -g g") == "query acc");
    CHECK(translated("cosmosdb mongodb collection show --account-name acc -g g -d db -n one") == "query acc");
}

TEST_CASE("a command that is real and not simulated says so") {
    CHECK(translated("lock create --name keep --lock-type CanNotDelete") ==
          "21:17: error: 'az lock create' is not simulated yet: locks\n");
    for (const std::string_view command :
         {"policy assignment create --name cmk --policy x", "cosmosdb restore --account-name acc",
          "cosmosdb failover-priority-change -n acc -g rg --failover-policies westus2=0 eastus=1",
          "keyvault key rotation-policy update --vault-name kv1 -n cmk --value policy.json",
          "role definition create --role-definition role.json", "keyvault restore start --hsm-name h",
          "role assignment update --role-assignment @grant.json", "ad sp create --id x"}) {
        INFO(command);
        CHECK(translated(command).find("is not simulated yet: ") != std::string::npos);
    }
    CHECK(translated("cosmosdb update -n acc --default-identity \"UserAssignedIdentity=db&FederatedClientId=x\"")
              .find("no federated identity here is made of") != std::string::npos);
}

TEST_CASE("what the tool or the service refuses whatever the estate is like is refused in their words") {
    const auto said = [](std::string_view command) { return translated(command); };
    const std::string irreversible = "is refused, 400 CannotDisablePurgeProtection: The property "
                                     "\"enablePurgeProtection\" cannot be set to false";
    CHECK(said("keyvault create -n kv-new -g g --enable-purge-protection false").find(irreversible) !=
          std::string::npos);
    // Of a vault that is there it hangs on the vault, and is played.
    CHECK(said("keyvault update --enable-purge-protection=FALSE --name kv1") ==
          "vault.update kv1  enablePurgeProtection: false");
    CHECK(said("keyvault create -n kv-new -g g --enable-purge-protection").find("error") == std::string::npos);
    CHECK(said("keyvault update -n kv1 --enable-purge-protection true") ==
          "vault.update kv1  enablePurgeProtection: true");
    CHECK(
        said("keyvault key create --vault-name kv1 -n new --size 1024") ==
        "21:61: error: 'az keyvault key create' is refused, 400 BadParameter: Unsupported key size; give 2048, 3072 or "
        "4096\n");
    CHECK(said("keyvault key create --vault-name kv1 -n new --kty oct-HSM")
              .find("KeyTypeNotSupported: Invalid kty value: "
                    "oct-HSM") != std::string::npos);
    CHECK(said("keyvault set-policy -n kv1 --object-id app --spn app --key-permissions get")
              .find("specify exactly one: --object-id, --spn, --upn") != std::string::npos);
    const std::string registry = "acr create -n new -g g --sku Premium ";
    const std::string both = "is refused, UsageError: --identity and --key-encryption-key must be both supplied";
    CHECK(said(registry + "--key-encryption-key https://kv1.vault.azure.net/keys/cmk").find(both) != std::string::npos);
    CHECK(said(registry + "--identity app").find(both) != std::string::npos);
    CHECK(said(registry).find("error") == std::string::npos);
}

TEST_CASE("a key is given to a command as its URI") {
    CHECK(translated("acr encryption rotate-key -n myregistry --key-encryption-key kv1/other") ==
          "21:78: error: expected the URI of a key, not 'kv1/other'; such as "
          "https://kv1.vault.azure.net/keys/other\n");
    CHECK(translated("acr encryption rotate-key -n myregistry --key-encryption-key cmk") ==
          "21:78: error: expected the URI of a key, not 'cmk'; such as https://VAULT.vault.azure.net/keys/KEY\n");
}

TEST_CASE("role assignment delete takes away every assignment that fits, and says when none does") {
    const auto after = [](std::string_view before, std::string_view command) {
        const Compiled read{std::string{azureEstate} + std::string{before} +
                            "- {at: 2h, az: \"role assignment delete " + std::string{command} + "\"}\n"};
        if (!read.program) {
            return read.messages();
        }
        std::string text;
        for (const TimelineEntry& entry : read.program->entries) {
            if (entry.at == scenarioStart + std::chrono::hours{2}) {
                text += entry.name + ' ' + entry.target + ' ' + flowYaml(argumentsOf(*read.program, entry)) + '\n';
            }
        }
        return text;
    };
    const std::string two = "- {at: 1h, do: role.assign, target: kv1, with: {identity: app, role: Reader}}\n"
                            "- {at: 1h, az: role assignment create --assignee app --role Owner --scope "
                            "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1}\n"
                            "- {at: 1h, do: role.assign, target: kv1, with: {identity: db, role: Reader}}\n"
                            "- {at: 1h, do: role.assign, target: /, with: {identity: app, role: Contributor}}\n";
    const std::string vault = " --scope /subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1";
    CHECK(after(two, "--assignee app" + vault) == "role.remove kv1 identity: app, role: Reader\n"
                                                  "role.remove kv1 identity: app, role: Owner\n");
    CHECK(after(two, "--role Reader" + vault) == "role.remove kv1 identity: app, role: Reader\n"
                                                 "role.remove kv1 identity: db, role: Reader\n");
    CHECK(after(two, "--assignee app --resource-group g") == "role.remove / identity: app, role: Contributor\n");
    const std::string gone = two + "- {at: 90m, do: vault.delete, target: kv1}\n";
    CHECK(after(gone, "--assignee app" + vault).find("no matched assignments were found to delete") !=
          std::string::npos);
    CHECK(after(two, "--ids /subscriptions/s/providers/Microsoft.Authorization/roleAssignments/x")
              .find("assignments have no ids of their own here") != std::string::npos);
    CHECK(after(two, "--yes").find("needs --assignee") != std::string::npos);
}

TEST_CASE("a command that takes the key away says so, and is written so") {
    const auto written = [](std::string_view service, std::string_view entry) {
        const std::string estate = "cmksim: 1\nname: x\nestate:\n  vaults: {kv1: {enablePurgeProtection: true, "
                                   "accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}}\n"
                                   "  identities: {app: {}}\n  resources:\n    it: {service: " +
                                   std::string{service} + ", identity: app, key: kv1/cmk}\ntimeline:\n- {at: 1h, " +
                                   std::string{entry} + "}\n";
        return readAndWritten(estate);
    };
    const auto back = [&](std::string_view service, const std::string& command) {
        const std::string said = "resource.update key: null\naz " + command + '\n';
        CHECK(written(service, "az: \"" + command + '"') == said);
        CHECK(written(service, "do: resource.update, target: it, with: {key: null}") == said);
    };
    back("storage", "storage account update --name it --encryption-key-source Microsoft.Storage");
    back("mysql", "mysql flexible-server update --name it --disable-data-encryption");
    back("akskms", "aks update --name it --disable-azure-keyvault-kms");
    back("sqldb", "sql server tde-key set --server it --server-key-type ServiceManaged");
    // Of several keys none is taken away by a command that is known.
    CHECK(written("postgresql", "do: resource.update, target: it, with: {keys: {backup: null}}") ==
          "resource.update keys: {backup: null}\n");
    CHECK(written("storage", "az: storage account update -n it --encryption-key-source Microsoft.Keyvault "
                             "--encryption-key-vault https://kv1.vault.azure.net --encryption-key-name cmk")
              .starts_with("resource.update key: \"https://kv1.vault.azure.net/keys/cmk\"\n"));
    CHECK(written("storage", "az: storage account update -n it --encryption-key-source Microsoft.Storage "
                             "--encryption-key-name cmk")
              .find("takes the key away and names one") != std::string::npos);
    CHECK(written("storage", "az: storage account update -n it --encryption-key-source Elsewhere")
              .find("expected Microsoft.Keyvault or Microsoft.Storage, not 'Elsewhere'") != std::string::npos);
    CHECK(written("cognitiveservices", "az: 'cognitiveservices account update -n it --encryption "
                                       "\"{keySource:Microsoft.KeyVault,keyVaultProperties:{keyName:cmk,keyVersion:v1,"
                                       "keyVaultUri:https://kv1.vault.azure.net}}\"'")
              .find("resource.update key: \"https://kv1.vault.azure.net/keys/cmk/v1\"") != std::string::npos);
}

TEST_CASE("what a key is made for is told where the services of the estate ask for more") {
    const auto warningsOf = [](std::string_view command, std::string_view resource = "") {
        std::string estate{azureEstate};
        estate.insert(estate.find("timeline:"), resource);
        return Compiled{estate + "- {at: 1h, az: '" + std::string{command} + "'}\n"}.messages();
    };
    const std::string limit = "keyvault key set-attributes --vault-name kv1 -n cmk --ops ";
    CHECK(warningsOf(limit + "wrapKey unwrapKey").empty());
    CHECK(warningsOf(limit + "get wrapkey unwrapkey sign").empty());
    CHECK(warningsOf(limit + "encrypt decrypt").find("it is taken to wrapKey, unwrapKey") != std::string::npos);
    CHECK(warningsOf(limit + "wrapKey unwrapKey", "    aks: {service: akskms, identity: app, key: kv1/cmk}\n")
              .find("it is taken to wrapKey, unwrapKey, encrypt, decrypt") != std::string::npos);
}

TEST_CASE("an option of a command with many is told where it is none of those that matter here") {
    const Compiled read{std::string{azureEstate} +
                        "- {at: 1h, az: postgres flexible-server create -g g -n pg --tier "
                        "Burstable --admin-user me --key "
                        "https://kv1.vault.azure.net/keys/cmk --identity app --version 16}\n"};
    REQUIRE(read.program);
    CHECK(read.messages().find("'--tier' is left out: settings of a server that no key depends on") !=
          std::string::npos);
    CHECK(read.messages().find("'--version' is left out") != std::string::npos);
    CHECK(translated("postgres flexible-server create -g g -n pg --idntity app").find("did you mean '--identity'") !=
          std::string::npos);
}

TEST_CASE("a command goes on behind the sign that a shell takes for that") {
    for (const std::string_view joint : {"\\", "`", "^"}) {
        const Compiled read{std::string{azureEstate} + "- at: 1h\n  az: |\n    az keyvault key delete " +
                            std::string{joint} + "\n      --vault-name kv1 " + std::string{joint} +
                            "\n      --name cmk\n"};
        INFO(joint << read.messages());
        REQUIRE(read.program);
        CHECK(read.program->entries[cmksim::EntryId{0}].target == "kv1/cmk");
    }
}

TEST_CASE("a role that is not known is refused with the reason") {
    const std::string assign = "role assignment create --assignee app --scope /subscriptions/s --role ";
    const std::string said = translated(assign + "\"Contoso Key Watcher\"");
    CHECK(said.find("no role that is built in and known here is called 'Contoso Key Watcher'; custom roles are not "
                    "simulated yet") != std::string::npos);
    CHECK(translated(assign + "Raeder").find("did you mean 'Reader'?") != std::string::npos);
}

TEST_CASE("an option that says what is not simulated is a warning, not silence") {
    const auto warningsOf = [](std::string_view command) {
        return Compiled{std::string{azureEstate} + "- {at: 1h, az: '" + std::string{command} + "'}\n"}.messages();
    };
    CHECK(warningsOf("keyvault key create --vault-name kv1 -n new --policy release.json")
              .find("warning: '--policy' is left out: release policies") != std::string::npos);
    CHECK(warningsOf("keyvault network-rule add -n kv1 --ip-address 203.0.113.7 --subnet inner")
              .find("'--subnet' is left out") != std::string::npos);
    CHECK(warningsOf("keyvault key create --vault-name kv1 -n new --kty RSA").empty());
}

TEST_CASE("an option that says one of several words is a property that is true or false") {
    const std::string creation = "cosmosdb create -n new --key-uri https://kv1.vault.azure.net/keys/cmk ";
    CHECK(translated(creation + "--backup-policy-type continuous").find("continuousBackup: true") != std::string::npos);
    CHECK(translated(creation + "--backup-policy-type Periodic").find("continuousBackup") == std::string::npos);
    CHECK(translated("cosmosdb update -n acc --backup-policy-type Periodic") ==
          "resource.update acc  continuousBackup: false");
    CHECK(translated("acr config content-trust update -r myRegistry --status Enabled") ==
          "resource.update reg  contentTrust: true");
    CHECK(translated("acr config content-trust update -r myRegistry --status on") ==
          "21:72: error: expected enabled or disabled, not 'on'\n");
    CHECK(translated("acr config content-trust update -r myRegistry") ==
          "21:17: error: 'az acr config content-trust update' needs --status\n");
    CHECK(translated("acr replication create -r myRegistry -l westeurope") ==
          "resource.update reg  geoReplication: true");
}

TEST_CASE("an option of a command comes before one of the same name that every command has") {
    CHECK(translated("keyvault create -n new -g g -l \"West Europe\"").find("region: West Europe") !=
          std::string::npos);
    CHECK(translated("keyvault create -n new -g g --loc westeurope").find("region: westeurope") != std::string::npos);
    CHECK(translated("keyvault recover -n kv1 --location westeurope") == "vault.recover kv1");
    CHECK(translated("keyvault key create --vault-name kv1 -n new --kty rsa-hsm --size 3072") ==
          "key.create kv1/new  type: RSA-HSM, size: 3072");
}

TEST_CASE("options mean what the CLI means by them") {
    CHECK(translated("keyvault update -n kv1 --retention-days 7") == "vault.update kv1  softDeleteRetentionInDays: 7");
    CHECK(translated("keyvault create -n new -g g --enable-soft-delete false --retention-days 7")
              .find("enableSoftDelete: false") != std::string::npos);
    CHECK(translated("keyvault set-policy -n kv1 --spn A232010E-820c-4083-83bb-3ace5fc29d0b --key-permissions get") ==
          "policy.set kv1  identity: FirstPartyIdentity, permissions: [get], ifPoliciesCount: true");
    CHECK(translated("cosmosdb identity assign -n acc -g g") ==
          "resource.assign-identity acc  identity: \"system:acc\"");
    CHECK(translated("cosmosdb create -n new -g g --assign-identity db --default-identity UserAssignedIdentity=app "
                     "--key-uri https://kv1.vault.azure.net/keys/cmk")
              .find("identities: [db]") != std::string::npos);
    CHECK(translated("role assignment create --assignee app --role Owner --scope "
                     "/providers/Microsoft.Management/managementGroups/contoso") ==
          "role.assign /  identity: app, role: Owner");
    CHECK(translated("keyvault key import --vault-name kv1 -n brought --byok-file key.byok") ==
          "key.create kv1/brought");
}

TEST_CASE("everyday commands are reads, and what is not simulated is refused with the reason") {
    for (const std::string_view command :
         {"resource tag --tags a=b --ids /subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1",
          "group update -n g --tags a=b", "deployment group what-if -g g --template-file t.json",
          "extension add -n nsp", "upgrade", "find keyvault", "keyvault secret set --vault-name kv1 -n s --value v",
          "monitor diagnostic-settings create --name d --resource x", "network perimeter create -n p -g g",
          "network perimeter profile create -n p -g g --perimeter-name p", "network perimeter list -g g"}) {
        INFO(command);
        const Compiled read{std::string{azureEstate} + "- {at: 1h, az: '" + std::string{command} + "'}\n"};
        REQUIRE(read.program);
        REQUIRE(read.program->entries.size() == 1);
        CHECK(read.program->entries[EntryId{0}].action() == nullptr);
    }
    CHECK(translated("acr build -r myRegistry -t x .") == "push reg");
    CHECK(translated("acr build --registry myRegistry .") == "push reg");
    CHECK(translated("acr network-rule add -n myRegistry --ip-address 203.0.113.7") == "show reg");
    CHECK(translated("network perimeter association create -n a -g g --perimeter-name p --access-mode Enforced "
                     "--private-link-resource {id:x} --profile {id:y}")
              .find("is not simulated yet: associations with a network security perimeter") != std::string::npos);
    CHECK(translated("network private-endpoint create -n p -g g").find("is not simulated yet: networks and names") !=
          std::string::npos);
    CHECK(translated("postgres flexible-server restart -n pg -g g").find("is not simulated yet: servers that are") !=
          std::string::npos);
}

TEST_CASE("whatever a service's commands delete, they are known to make, be it to say that this is not simulated") {
    Catalog catalog;
    const std::vector<AzureTerms>& all = catalog.azure();
    for (const AzureTerms& terms : all) {
        for (const CommandRule& rule : terms.commands) {
            const std::string making = rule.words.substr(0, rule.words.rfind(' ')) + " create";
            const bool deletes = !terms.service.empty() && rule.does == "resource.delete";
            INFO(rule.words);
            CHECK((!deletes || std::ranges::any_of(all, [&](const AzureTerms& others) {
                return std::ranges::find(others.commands, making, &CommandRule::words) != others.commands.end();
            })));
        }
    }
    CHECK(translated("servicebus namespace create -n new -g rg --sku Premium")
              .find("'az servicebus namespace create' is not simulated yet: what a new namespace has") !=
          std::string::npos);
    CHECK(translated("storage account update -n acc --identity-type SystemAssigned")
              .find("'--identity-type' is left out: identities are attached when they are used") != std::string::npos);
}

TEST_CASE("a command that sets what nothing here depends on changes nothing, and says so") {
    for (const std::string_view command : {"acr update -n reg --tags a=b", "acr update -n reg --admin-enabled true",
                                           "keyvault set-policy -n kv1 --object-id app "
                                           "--secret-permissions get"}) {
        INFO(command);
        const Compiled read{std::string{azureEstate} + "- {at: 1h, az: '" + std::string{command} + "'}\n"};
        REQUIRE(read.program);
        CHECK(read.program->entries.empty());
        CHECK(read.messages().find("changes nothing here that is simulated") != std::string::npos);
    }
}

TEST_CASE("an update of what is not simulated is one where the service may refuse it") {
    for (const std::string_view command :
         {"cosmosdb update -n acc --enable-pbe true", "cosmosdb update -n acc --tags a=b",
          "cosmosdb update -n acc --locations regionName=eastus"}) {
        INFO(command);
        CHECK(translated(command) == "resource.update acc");
    }
}

TEST_CASE("a command on a whole key that is given a version of it says so") {
    for (const std::string_view verb : {"delete", "rotate"}) {
        const Compiled read{std::string{azureEstate} + "- {at: 1h, az: 'keyvault key " + std::string{verb} +
                            " --id https://kv1.vault.azure.net/keys/cmk/v1'}\n"};
        REQUIRE(read.program);
        CHECK(read.program->entries[EntryId{0}].target == "kv1/cmk");
        CHECK(read.messages().find("acts on the whole key 'kv1/cmk', with all its versions, and not on version 'v1'") !=
              std::string::npos);
    }
}

TEST_CASE("a command whose last word only reads is a read, whatever it is called") {
    for (const std::string_view command :
         {"lock list -g g", "keyvault key rotation-policy show --vault-name kv1 -n cmk",
          "cosmosdb keys list -n acc -g g", "cosmosdb sql database list -a acc -g g",
          "storage blob list -c x --account-name y", "vm list -d -o table", "keyvault secret list --vault-name kv1",
          "network private-endpoint list -g g", "monitor metrics list --resource x",
          "graph query -q \"Resources | limit 1\"", "deployment group list -g g", "acr show-usage -n reg",
          "acr credential show -n reg", "keyvault wait -n kv1 --created", "rest --method get --url https://x/y",
          "rest --method GET --uri https://x/y", "keyvault delete -h", "keyvault delete --name kv1 --help"}) {
        INFO(command);
        CHECK(translated(command).find("error") == std::string::npos);
        CHECK(translated(command).find("delete") == std::string::npos);
    }
    CHECK(translated("lock delete -n x -g g").find("error") != std::string::npos);
    CHECK(translated("keyvault frobnicate").find("error: there is no command") != std::string::npos);
}

TEST_CASE("a tool that has an option of its own for a resource's own identity is given that, and read by it") {
    const std::string estate = R"(cmksim: 1
name: x
estate:
  vaults: {kv1: {accessPolicies: {"system:des": [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}
  resources: {des: {service: diskencryptionset, identity: SystemAssigned, key: kv1/cmk}}
timeline:
)";
    const Compiled written{estate + "- {at: 1h, do: resource.remove-identity, target: des, "
                                    "with: {identity: \"system:des\"}, expect: refused}\n"};
    INFO(written.messages());
    REQUIRE(written.program);
    Catalog catalog;
    const AzCommands commands{*written.program, catalog.azure()};
    const std::vector<std::string> spelt = commands.of(written.program->entries[EntryId{0}]);
    REQUIRE(spelt.size() == 1);
    CHECK(spelt.front() == "az disk-encryption-set identity remove --name des --system-assigned true");
    for (const std::string_view option : {"--system-assigned", "--mi-system-assigned true"}) {
        const Compiled read{estate + "- {at: 1h, az: 'disk-encryption-set identity remove -n des " +
                            std::string{option} + "', expect: refused}\n"};
        INFO(read.messages());
        REQUIRE(read.program);
        CHECK(flowYaml(argumentsOf(*read.program, read.program->entries[EntryId{0}])) == "identity: \"system:des\"");
    }
}
