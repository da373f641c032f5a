// Resources that are printed within others, and rows that do not say what they are.
#include "import/imported.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace cmksim::nested_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view vaultId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1";

/// A vault as a cmdlet of PowerShell prints it, with others in it.
std::string vaultWith(std::string_view resources) {
    return R"({"Name": "kv1", "ResourceType": "Microsoft.KeyVault/vaults", "ResourceId": ")" + std::string{vaultId} +
           R"(", "Properties": {"enableRbacAuthorization": false}, "Resources": [)" + std::string{resources} + "]}";
}

} // namespace

TEST_CASE("keys that are printed within their vault are its keys, whichever way they say their types and names") {
    for (
        const std::string_view key :
        {R"({"Type": "keys", "Name": "cmk", "Properties": {"attributes": {"enabled": false}}})",
         R"({"Type": "Microsoft.KeyVault/vaults/keys", "Name": "kv1/cmk", "Properties": {"attributes": {"enabled": false}}})",
         R"({"Name": "cmk", "ResourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1/keys/cmk", "Properties": {"attributes": {"enabled": false}}})"}) {
        const Imported imported = importAz("[" + vaultWith(key) + "]");
        INFO(key << imported.text << imported.messages);
        CHECK(has(imported.text, "  kv1: {enableRbacAuthorization: false, keys: {cmk: {enabled: false}}}"));
        CHECK(imported.messages.empty());
        CHECK(imported.compiles());
    }
}

TEST_CASE("what is printed within a resource and has no model is counted by its type") {
    const Imported imported = importAz(
        "[" + vaultWith(R"({"Type": "secrets", "Name": "x", "Properties": {}},
 {"Type": "Microsoft.Insights/diagnosticSettings", "Name": "d", "Properties": {}}, {"Location": "westeurope"})") +
        R"(, {"name": "net", "type": "Microsoft.Network/virtualNetworks", "resources": [{"type": "subnets", "name": "one"}]}])");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.messages, "1 Microsoft.KeyVault/vaults/secrets; of what lies in a vault"));
    CHECK(has(imported.messages, "1 Microsoft.Network/virtualNetworks"));
    CHECK(has(imported.messages, "1 Microsoft.Network/virtualNetworks/subnets"));
    CHECK(has(imported.messages, "1 things without a type"));
    CHECK(has(imported.messages, "Microsoft.Insights/diagnosticSettings"));
}

TEST_CASE("a child within a resource says which key that uses, and so does one that stands alone and names it flat") {
    const std::string_view rows =
        R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t"}},
 {"key": {"kid": "https://kv1.vault.azure.net/keys/cmk/0a"}, "attributes": {"enabled": true}},
)";
    const std::string_view server =
        R"({"type": "Microsoft.Sql/servers", "name": "srv", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/srv", "identity": {"type": "SystemAssigned", "principalId": "p"}, "properties": {"keyId": null})";
    const std::string_view key =
        R"("properties": {"serverKeyType": "AzureKeyVault", "uri": "https://kv1.vault.azure.net/keys/cmk/0a"}})";
    const Imported within =
        importAz(std::string{rows} + std::string{server} +
                 R"(, "resources": [{"type": "encryptionProtector", "name": "current", )" + std::string{key} + "]}]");
    const Imported beside = importAz(
        std::string{rows} + R"({"type": "Microsoft.Sql/servers/encryptionProtector", "name": "current", )" +
        R"("serverName": "srv", "resourceGroupName": "g", )" + std::string{key} + ",\n" + std::string{server} + "}]");
    for (const Imported* imported : {&within, &beside}) {
        INFO(imported->text << imported->messages);
        CHECK(has(imported->text, "  srv: {service: sqldb, identity: SystemAssigned, key: kv1/cmk/0a"));
        CHECK_FALSE(has(imported->messages, "left out"));
        CHECK(imported->compiles());
    }
}

TEST_CASE("a child of which it is not said what it is in is told once, and not as what names no key") {
    const Imported imported = importAz(
        R"([{"type": "Microsoft.Sql/servers/encryptionProtector", "name": "current", "properties": {"uri": "https://kv1.vault.azure.net/keys/cmk"}},
 {"type": "Microsoft.Network/virtualNetworks"}])");
    INFO(imported.messages);
    CHECK(imported.messages ==
          "1: the resource of key 'current' is not named in its id; it is left out\n"
          "2: a resource of type Microsoft.Network/virtualNetworks without a name; it is left out\n");
}

TEST_CASE(
    "a row that says no type and names a key or vault is told, and one of a secret counts with what vaults hold") {
    const Imported imported =
        importAz(R"([{"name": "kv1", "type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "t"}},
 {"ServerName": "srv", "Type": "AzureKeyVault", "KeyId": "https://kv1.vault.azure.net/keys/cmk/0a"},
 {"id": "https://kv1.vault.azure.net/secrets/x", "attributes": {"enabled": true}},
 {"anything": "else"}])");
    INFO(imported.text << imported.messages);
    CHECK(
        has(imported.messages,
            "2: something that does not say its type names 'https://kv1.vault.azure.net/keys/cmk/0a'; it is left out"));
    CHECK(has(imported.messages, "1 other thing in vaults is left out: 1 things without a type"));
    CHECK(has(imported.messages, "1 other thing is left out: 1 things without a type; they name no vault"));
}

TEST_CASE("a template among what tools print is told as one") {
    const Imported imported = importAz(
        R"({"contentVersion": "1.0.0.0", "resources": [{"type": "Microsoft.KeyVault/vaults", "name": "[parameters('v')]"}]})");
    INFO(imported.text << imported.messages);
    CHECK(has(imported.messages, "this is a template, and not what one of Azure's tools prints of resources"));
    CHECK_FALSE(has(imported.text, "vaults"));
}

} // namespace cmksim::nested_test
