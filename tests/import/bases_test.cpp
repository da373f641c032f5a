// Disks and machines that stand on a set, and what no model plays that hangs on a key or a set all the same.
#include "import/imported.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace cmksim::bases_test {

using namespace cmksim;
using namespace cmksim::test;

namespace {

const std::string group = "/subscriptions/s/resourceGroups/g/providers/";

std::string row(const std::string& type, const std::string& name, const std::string& properties,
                const std::string& more = {}) {
    const std::string place =
        name.find('/') == std::string::npos ? type + '/' + name : type.substr(0, type.rfind('/')) + '/' + name;
    return R"({"id": ")" + group + place + R"(", "name": ")" + name.substr(name.rfind('/') + 1) + R"(", "type": ")" +
           type + R"(", "properties": {)" + properties + "}" + more + "}";
}

std::string vault() {
    return row("Microsoft.KeyVault/vaults", "kv1",
               R"("vaultUri": "https://kv1.vault.azure.net/", "enablePurgeProtection": true, "accessPolicies":
                 [{"objectId": "p1", "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}])");
}

std::string set(const std::string& name = "des1") {
    return row("Microsoft.Compute/diskEncryptionSets", name,
               R"("activeKey": {"keyUrl": "https://kv1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"})",
               R"(, "identity": {"type": "SystemAssigned", "principalId": "p1"})");
}

std::string disk(const std::string& name, const std::string& of = "des1") {
    return row("Microsoft.Compute/disks", name,
               of.empty() ? std::string{}
                          : R"("encryption": {"diskEncryptionSetId": ")" + group +
                                "Microsoft.Compute/diskEncryptionSets/" + of + "\"}");
}

std::string machine(const std::string& name, const std::string& osDisk, const std::string& dataDisk) {
    const auto managed = [](const std::string& one) {
        return R"({"managedDisk": {"id": ")" + group + "Microsoft.Compute/disks/" + one + "\"}}";
    };
    return row("Microsoft.Compute/virtualMachines", name,
               R"("storageProfile": {"osDisk": )" + managed(osDisk) + R"(, "dataDisks": [)" + managed(dataDisk) + "]}");
}

std::string rows(std::initializer_list<std::string> all) {
    std::string text = "[";
    for (const std::string& one : all) {
        text += (text.size() > 1 ? "," : "") + one;
    }
    return text + "]";
}

} // namespace

TEST_CASE("a disk stands on its encryption set, and a machine on its disks") {
    const Imported estate =
        importAz(rows({vault(), machine("web", "os", "data"), disk("os"), disk("data"), disk("plain", ""), set()}));
    CHECK(has(estate.text, "os: {service: disk, \"on\": [des1]}"));
    CHECK(has(estate.text, "data: {service: disk, \"on\": [des1]}"));
    CHECK(has(estate.text, "web: {service: vm, \"on\": [os, data]}"));
    CHECK_FALSE(has(estate.text, "plain"));
    CHECK(has(estate.messages, "1 other thing is left out: 1 Microsoft.Compute/disks"));
    CHECK(estate.compiles());
}

TEST_CASE("a machine stands on those of its disks that are on a set, and on none is left out") {
    const Imported estate = importAz(rows({vault(), set(), disk("os", ""), disk("data"), disk("other", ""),
                                           machine("web", "os", "data"), machine("mail", "os", "other")}));
    CHECK(has(estate.text, "web: {service: vm, \"on\": [data]}"));
    CHECK_FALSE(has(estate.text, "mail"));
    CHECK(has(estate.messages, "2 Microsoft.Compute/disks, 1 Microsoft.Compute/virtualMachines"));
    CHECK(estate.compiles());
}

TEST_CASE("what stands on a set or disk that was not read is told") {
    const Imported estate = importAz(rows({vault(), set(), disk("far", "des9"), machine("web", "gone", "gone")}));
    CHECK(has(estate.messages, "disk 'far': it stands on 'des9', which was not read"));
    CHECK(has(estate.messages, "vm 'web': it stands on 'gone', which was not read"));
    CHECK(estate.compiles());
}

TEST_CASE("a disk of a machine that was not read is told beside one that was") {
    const Imported estate = importAz(rows({vault(), set(), disk("data"), machine("web", "gone", "data")}));
    CHECK(has(estate.text, "web: {service: vm, \"on\": [data]}"));
    CHECK(has(estate.messages, "vm 'web' stands on 'gone', which was not read, too"));
}

TEST_CASE("a machine of a template whose disks it makes by itself is told with the set that they are on") {
    const Imported estate =
        importArm(R"({"$schema": "x/deploymentTemplate.json#", "resources": [)" + vault() + "," + set() + "," +
                  row("Microsoft.Compute/virtualMachines", "web",
                      R"("storageProfile": {"osDisk": {"createOption": "FromImage", "managedDisk":
                 {"diskEncryptionSet": {"id": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'des1')]"}}}})") +
                  "]}");
    CHECK(has(estate.messages, "vm 'web': it stands on 'des1', through what was not read"));
}

TEST_CASE("a confidential disk, and a machine with one, are on the set that its security profile names") {
    const std::string setId = group + "Microsoft.Compute/diskEncryptionSets/des1";
    const Imported estate = importAz(rows(
        {vault(), set(),
         row("Microsoft.Compute/disks", "secret",
             R"("securityProfile": {"securityType": "ConfidentialVM_DiskEncryptedWithCustomerKey", "secureVMDiskEncryptionSetId": ")" +
                 setId + "\"}"),
         machine("web", "secret", "secret")}));
    INFO(estate.text << estate.messages);
    CHECK(has(estate.text, "secret: {service: disk, \"on\": [des1]}"));
    CHECK(has(estate.text, "web: {service: vm, \"on\": [secret]}"));
    const Imported made =
        importArm(R"({"$schema": "x/deploymentTemplate.json#", "resources": [)" + vault() + "," + set() + "," +
                  row("Microsoft.Compute/virtualMachines", "web",
                      R"("storageProfile": {"osDisk": {"createOption": "FromImage", "managedDisk": {"securityProfile":
                 {"diskEncryptionSet": {"id": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'des1')]"}}}}})") +
                  "]}");
    CHECK(has(made.messages, "vm 'web': it stands on 'des1', through what was not read"));
}

TEST_CASE("a cluster is tied to the set that its nodes' disks are on, be it played or not") {
    const std::string setId = group + "Microsoft.Compute/diskEncryptionSets/des1";
    const Imported estate = importAz(rows({vault(), set(),
                                           row("Microsoft.ContainerService/managedClusters", "aks1",
                                               R"("securityProfile": {}, "diskEncryptionSetID": ")" + setId + "\"")}));
    INFO(estate.text << estate.messages);
    CHECK(has(estate.text,
              "aks1: {service: unmodelled, type: Microsoft.ContainerService/managedClusters, \"on\": [des1]}"));
    CHECK(has(estate.messages, "akskms 'aks1': it stands on 'des1', and what becomes of it without that is not known"));
    CHECK(estate.compiles());
    const Imported keyed = importAz(rows(
        {vault(), set(),
         row("Microsoft.ContainerService/managedClusters", "aks1",
             R"("securityProfile": {"azureKeyVaultKms": {"enabled": true, "keyId": "https://kv1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"}}, "diskEncryptionSetID": ")" +
                 setId + "\"",
             R"(, "identity": {"type": "SystemAssigned", "principalId": "p2"})")}));
    INFO(keyed.text << keyed.messages);
    CHECK(has(keyed.text, "aks1: {service: akskms"));
    CHECK(has(keyed.messages, "akskms 'aks1' stands on 'des1', and what becomes of it without that is not known, too"));
}

TEST_CASE("what no model plays and names a set is told") {
    const Imported estate = importAz(rows(
        {vault(), set(),
         row("Microsoft.Compute/virtualMachineScaleSets", "many",
             R"("virtualMachineProfile": {"storageProfile": {"osDisk": {"managedDisk": {"diskEncryptionSet": {"id": ")" +
                 group + R"(Microsoft.Compute/diskEncryptionSets/des1"}}}}})")}));
    CHECK(has(estate.messages,
              "Microsoft.Compute/virtualMachineScaleSets 'many' names diskencryptionset 'des1' and is not simulated"));
}

TEST_CASE("the key that a part of something without a model names as one text is the key of the whole") {
    const Imported estate = importAz(rows(
        {vault(),
         row("Microsoft.Sql/managedInstances", "mi1", R"("state": "Ready")",
             R"(, "identity": {"type": "SystemAssigned", "principalId": "p1"})"),
         row("Microsoft.Sql/managedInstances/encryptionProtector", "mi1/encryptionProtector/current",
             R"("serverKeyName": "kv1_tde_0123456789abcdef0123456789abcdef", "serverKeyType": "AzureKeyVault")")}));
    CHECK(has(estate.text, "mi1: {service: unmodelled, type: Microsoft.Sql/managedInstances, identity: SystemAssigned, "
                           "key: kv1/tde/0123456789abcdef0123456789abcdef"));
    CHECK_FALSE(has(estate.text, "current"));
    CHECK(estate.compiles());
}

TEST_CASE("a key that two parts of a managed instance name is one") {
    const std::string version = "0123456789abcdef0123456789abcdef";
    const auto written = [](const std::string& type, const std::string& name, const std::string& properties,
                            const std::string& more = {}) {
        return R"({"type": ")" + type + R"(", "name": ")" + name + R"(", "properties": {)" + properties + "}" + more +
               "}";
    };
    const auto instance = [&](const std::string& uri) {
        return importArm(
            R"({"$schema": "x/deploymentTemplate.json#", "parameters": {"keyUri": {"type": "string"}}, "resources": [)" +
            vault() + "," +
            written("Microsoft.Sql/managedInstances", "mi1", R"("administratorLogin": "a")",
                    R"(, "identity": {"type": "SystemAssigned"})") +
            "," +
            written("Microsoft.Sql/managedInstances/keys", "mi1/kv1_tde_" + version,
                    R"("serverKeyType": "AzureKeyVault", "uri": ")" + uri + "\"") +
            "," +
            written("Microsoft.Sql/managedInstances/encryptionProtector", "mi1/current",
                    R"("serverKeyType": "AzureKeyVault", "serverKeyName": "kv1_tde_)" + version + "\"") +
            "]}");
    };
    for (const std::string& uri :
         {"https://kv1.vault.azure.net/keys/tde/" + version, "https://KV1.vault.azure.net/keys/tde/" + version,
          std::string{"[parameters('keyUri')]"}}) {
        const Imported estate = instance(uri);
        INFO(estate.text << estate.messages);
        CHECK(has(estate.text, "key: kv1/tde/" + version));
        CHECK_FALSE(has(estate.text, "keys: {primary"));
        CHECK_FALSE(has(estate.text, "keyNotRead"));
        CHECK(has(estate.text, "mi1: {service: unmodelled"));
    }
}

TEST_CASE("a disk that is encrypted by a key inside its machine stands as unmodelled with that key") {
    const Imported estate = importAz(
        rows({vault(), row("Microsoft.Compute/disks", "inside",
                           R"("encryptionSettingsCollection": {"encryptionSettings": [{"keyEncryptionKey": {"keyUrl":
             "https://kv1.vault.azure.net/keys/kek/0123456789abcdef0123456789abcdef"}}]})")}));
    CHECK(has(estate.text, "inside: {service: unmodelled, type: Microsoft.Compute/disks, key: kv1/kek/"));
}

TEST_CASE("a plan of Terraform puts disks on sets and machines on disks") {
    const Imported estate = importTerraform(R"({"format_version": "1.2", "values": {"root_module": {"resources": [
 {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "name": "kv", "values": {"id": ")" +
                                            group + R"(Microsoft.KeyVault/vaults/kv1", "name": "kv1",
   "enable_rbac_authorization": true, "purge_protection_enabled": true}},
 {"address": "azurerm_disk_encryption_set.d", "mode": "managed", "type": "azurerm_disk_encryption_set", "name": "d",
  "values": {"id": ")" + group + R"(Microsoft.Compute/diskEncryptionSets/des1", "name": "des1",
   "key_vault_key_id": "https://kv1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef",
   "identity": [{"type": "SystemAssigned", "principal_id": "p1"}]}},
 {"address": "azurerm_managed_disk.m", "mode": "managed", "type": "azurerm_managed_disk", "name": "m",
  "values": {"id": ")" + group + R"(Microsoft.Compute/disks/data", "name": "data",
   "disk_encryption_set_id": ")" + group + R"(Microsoft.Compute/diskEncryptionSets/des1"}},
 {"address": "azurerm_managed_disk.p", "mode": "managed", "type": "azurerm_managed_disk", "name": "p",
  "values": {"id": ")" + group + R"(Microsoft.Compute/disks/plain", "name": "plain"}},
 {"address": "azurerm_linux_virtual_machine.v", "mode": "managed", "type": "azurerm_linux_virtual_machine", "name": "v",
  "values": {"id": ")" + group + R"(Microsoft.Compute/virtualMachines/web", "name": "web", "os_disk": [{}]}},
 {"address": "azurerm_virtual_machine_data_disk_attachment.a", "mode": "managed",
  "type": "azurerm_virtual_machine_data_disk_attachment", "name": "a",
  "values": {"virtual_machine_id": ")" + group +
                                            R"(Microsoft.Compute/virtualMachines/web",
   "managed_disk_id": ")" + group + R"(Microsoft.Compute/disks/data"}}]}}})");
    CHECK(has(estate.text, "data: {service: disk, \"on\": [des1]}"));
    CHECK(has(estate.text, "web: {service: vm, \"on\": [data]}"));
    CHECK_FALSE(has(estate.text, "plain"));
    CHECK(estate.compiles());
}

TEST_CASE("a plan that takes a disk off its set does not delete it, nor what stands on a set that it leaves alone") {
    const auto plan = [](std::string_view setKey, std::string_view diskSet) {
        const auto values = [&](std::string_view key, std::string_view on) {
            return R"({"root_module": {"resources": [
 {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "name": "kv", "values": {"id": ")" +
                   group + R"(Microsoft.KeyVault/vaults/kv1", "name": "kv1", "purge_protection_enabled": true}},
 {"address": "azurerm_disk_encryption_set.d", "mode": "managed", "type": "azurerm_disk_encryption_set", "name": "d",
  "values": {"id": ")" +
                   group + R"(Microsoft.Compute/diskEncryptionSets/des1", "name": "des1", )" + std::string{key} +
                   R"( "identity": [{"type": "SystemAssigned", "principal_id": "p1"}]}},
 {"address": "azurerm_managed_disk.m", "mode": "managed", "type": "azurerm_managed_disk", "name": "m",
  "values": {"id": ")" +
                   group + R"(Microsoft.Compute/disks/data", "name": "data")" + std::string{on} + "}}]}}";
        };
        const std::string key =
            R"("key_vault_key_id": "https://kv1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef",)";
        const std::string on =
            R"(, "disk_encryption_set_id": ")" + group + R"(Microsoft.Compute/diskEncryptionSets/des1")";
        return R"({"planned_values": )" +
               values(setKey.empty() ? key : std::string{}, diskSet.empty() ? on : std::string{}) +
               R"(, "prior_state": {"values": )" + values(key, on) +
               R"(}, "resource_changes": [{"address": "azurerm_disk_encryption_set.d", "type": "azurerm_disk_encryption_set",
  "change": {"actions": ["update"], "after_unknown": {"key_vault_key_id": true}}}], "configuration": {}})";
    };
    const Imported off = importTerraform(plan("", "off"));
    CHECK_FALSE(has(off.text, "resource.delete"));
    CHECK(has(off.messages, "the plan takes 'data' off what it stands on"));
    const Imported unknown = importTerraform(plan("unknown", ""));
    INFO(unknown.text << unknown.messages);
    CHECK_FALSE(has(unknown.text, "resource.delete"));
}

TEST_CASE("what a plan deletes is deleted, though a disk without a key has the same name") {
    const std::string disk = R"({"address": "azurerm_managed_disk.m", "mode": "managed", "type": "azurerm_managed_disk",
  "name": "m", "values": {"id": ")" +
                             group + R"(Microsoft.Compute/disks/app", "name": "app"}})";
    const std::string account =
        R"({"address": "azurerm_cosmosdb_account.a", "mode": "managed", "type": "azurerm_cosmosdb_account", "name": "a",
  "values": {"id": ")" +
        group + R"(Microsoft.DocumentDB/databaseAccounts/app", "name": "app"}}, )";
    const Imported imported =
        importTerraform(R"({"planned_values": {"root_module": {"resources": [)" + disk +
                        R"(]}}, "prior_state": {"values": {"root_module": {"resources": [)" + account + disk +
                        R"(]}}}, "resource_changes": [{"address": "azurerm_cosmosdb_account.a",
  "type": "azurerm_cosmosdb_account", "change": {"actions": ["delete"]}}], "configuration": {}})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.text, "do: resource.delete, target: app"));
}

} // namespace cmksim::bases_test
