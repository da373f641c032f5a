// Applications of other tenants, and the identities that are used as one: their commands, read and written.
#include "az/translated.hpp"

#include "report/az_commands.hpp"

#include <catch2/catch.hpp>

namespace cmksim::federated_test {

using namespace cmksim::test;
using namespace cmksim::compile;

namespace {

constexpr std::string_view clientId = "22222222-2222-2222-2222-222222222222";

/// An estate in which `fed` is `ua`, used as `app`, and one entry.
std::string with(std::string_view entry, std::string_view ids = ", clientId: 22222222-2222-2222-2222-222222222222") {
    return "cmksim: 1\nname: x\nestate:\n  vaults:\n    kv1: {keys: {k: {}}}\n  identities:\n    ua: {}\n"
           "    app: {type: Application" +
           std::string{ids} +
           "}\n    fed: {type: Federated, with: ua, app: app}\n  resources:\n"
           "    st: {service: storage, identity: ua, key: kv1/k}\n    sql: {service: sqldb, identity: ua, key: kv1/k}\n"
           "    des: {service: diskencryptionset, identity: ua, key: kv1/k}\n"
           "    acc: {service: cosmosdb, identity: ua, key: kv1/k}\n"
           "    db: {service: mysql, keys: {primary: {key: kv1/k, identity: ua}, backup: {key: kv1/k, identity: ua}}}\n"
           "timeline:\n  - {at: 1h, " +
           std::string{entry} + "}\n";
}

std::string actionsOf(const Compiled& read) {
    std::string text = read.program ? "" : read.messages();
    for (std::size_t i = 0; read.program && i < read.program->entries.size(); ++i) {
        const TimelineEntry& entry = read.program->entries[EntryId{i}];
        text += entry.name + ' ' + entry.target + ' ' + flowYaml(argumentsOf(*read.program, entry)) + '\n';
    }
    return text;
}

/// The command of an action; empty where it has none, or where it is read as something else.
std::string commandOf(const std::string& entry, AzCommands::Use use = AzCommands::Use::Shown) {
    Compiled read{with("do: " + entry)};
    INFO(read.messages());
    REQUIRE(read.program);
    const auto commands = AzCommands{*read.program, read.catalog.azure(), use}.of(read.program->entries[EntryId{0}]);
    if (commands.empty()) {
        return {};
    }
    std::string quoted;
    for (const char c : commands.front()) {
        quoted += c == '\'' ? std::string{"''"} : std::string{c};
    }
    const Compiled again{with("az: '" + quoted + '\'')};
    CHECK(actionsOf(again) == actionsOf(read));
    return commands.front();
}

bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("an option that names the application of another tenant is read with the identity that is used as it") {
    const auto read = [](const std::string& options) {
        return Compiled{"cmksim: 1\nname: x\nestate:\n  vaults:\n    kv1: {keys: {k: {}}}\n  identities:\n    ua: {}\n"
                        "    app: {type: Application, clientId: 22222222-2222-2222-2222-222222222222}\n"
                        "    fed: {type: Federated, with: ua, app: app}\n  resources:\n"
                        "    st: {service: storage, identity: ua, key: kv1/k}\ntimeline:\n"
                        "  - {at: 1h, az: 'storage account update -n st -g g" +
                        options + "'}\n"};
    };
    const Compiled both = read(" -u ua --key-vault-federated-client-id 22222222-2222-2222-2222-222222222222");
    INFO(both.messages());
    REQUIRE(both.program);
    const auto* update = both.program->entries[EntryId{0}].action<ResourceUpdate>();
    REQUIRE(update != nullptr);
    CHECK(both.program->names.identities[update->identity].text == "fed");
    const Compiled alone = read(" --key-vault-federated-client-id 22222222-2222-2222-2222-222222222222");
    CHECK_FALSE(alone.program);
    CHECK(alone.messages().find("which identity is used as that application is not said") != std::string::npos);
}

TEST_CASE("a command that gives a key to an identity of two parts names both, and is read as that identity") {
    const std::string uri = "https://kv1.vault.azure.net/keys/k";
    const auto update = [](const std::string& target) {
        return commandOf("resource.update, target: " + target +
                         ", with: {key: \"https://kv1.vault.azure.net/keys/k\", identity: fed}");
    };
    const std::string id{clientId};
    const std::string account = update("st");
    CHECK(account.starts_with("az storage account update --name st "));
    CHECK(says(account, " --key-vault-user-identity-id ua --key-vault-federated-client-id " + id));
    CHECK(says(account, " --encryption-key-vault https://kv1.vault.azure.net --encryption-key-name k"));
    const std::string server = update("sql");
    CHECK(server.starts_with("az sql server update --name sql "));
    CHECK(says(server, " --primary-user-assigned-identity-id ua --federated-client-id " + id));
    CHECK(says(server, " --key-id " + uri));
    CHECK(says(update("acc"), "&FederatedClientId=" + id));
    CHECK(says(commandOf("resource.create, target: other, with: {service: diskencryptionset, key: \"" + uri +
                         "\", identity: fed}"),
               "--mi-user-assigned ua --federated-client-id " + id));
}

TEST_CASE("where no command has a place for the application none is written") {
    CHECK(commandOf("resource.update, target: db, with: {identity: fed}").empty());
    CHECK(commandOf("resource.update, target: db, with: {keys: {backup: {key: kv1/k, identity: fed}}}").empty());
    // The one identity of a set has no option, and the name of an entry no path.
    CHECK(commandOf("resource.update, target: des, with: {identity: fed}").empty());
    CHECK(commandOf("resource.update, target: des, with: {identity: ua}").empty());
}

TEST_CASE("an application is made, deleted and restored by commands of the directory, and they are read as that") {
    const std::string id{clientId};
    CHECK(commandOf("identity.create, target: app") ==
          "az ad app create --sign-in-audience AzureADMultipleOrgs --display-name app");
    CHECK(commandOf("identity.delete, target: app") == "az ad app delete --id " + id);
    CHECK(commandOf("identity.delete, target: ua") == "az identity delete --name ua");
    const auto toBeRun = [](const std::string& entry) { return commandOf(entry, AzCommands::Use::ToBeRun); };
    CHECK(toBeRun("identity.delete, target: app") == "az ad app delete --id " + id);
    CHECK(says(toBeRun("identity.recover, target: app"), "deletedItems/<deleted object id of app>/restore"));
    CHECK(says(toBeRun("identity.recover, target: ua"), "deletedItems/<object id of ua>/restore"));
    CHECK(actionsOf(Compiled{with("az: ad sp delete --id " + id)}) == "identity.delete app \n");
}

TEST_CASE("a command for applications finds no other identity, and one for those no application") {
    const auto messages = [](const std::string& command) { return Compiled{with("az: " + command)}.messages(); };
    CHECK(says(messages("ad app delete --id ua"), "no application here is 'ua'"));
    CHECK(says(messages("ad app create --display-name new --sign-in-audience AzureADMultipleOrgs"),
               "no application here is 'new'"));
    CHECK(says(messages("ad app create --display-name app"),
               "'az ad app create' is known here with '--sign-in-audience AzureADMultipleOrgs' only"));
    CHECK(says(messages("identity delete --name app --resource-group g"), "'app' is no user-assigned identity"));
    CHECK(says(messages("ad app federated-credential delete --id app --federated-credential-id x"),
               "is not simulated yet: credentials by which an application trusts an identity"));
}

} // namespace cmksim::federated_test
