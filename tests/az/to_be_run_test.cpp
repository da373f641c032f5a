// Commands for people to run: what is not known is marked to be filled in, and read again as what it stands for.
#include "az/translated.hpp"

#include "report/az_commands.hpp"

#include <catch2/catch.hpp>

namespace cmksim::to_be_run_test {
namespace {

using namespace compile;
using namespace report;
using namespace test;

constexpr std::string_view estate = R"(cmksim: 1
name: x
estate:
  vaults:
    kv1: {keys: {cmk: {versions: [{}, {}]}}}
  identities:
    app: {}
    known: {clientId: 22222222-2222-2222-2222-222222222222}
  resources:
    store: {service: appconfig, identity: app, key: kv1/cmk}
    words: {service: cognitiveservices, identity: app, key: kv1/cmk}
    images: {service: acr, identity: app, key: kv1/cmk}
timeline:
)";

std::string toBeRun(const std::string& entry) {
    Compiled read{std::string{estate} + "- {at: 1h, " + entry + "}\n"};
    INFO(read.errors);
    REQUIRE(read.program);
    std::string text;
    for (const std::string& command : AzCommands{*read.program, read.catalog.azure(), AzCommands::Use::ToBeRun}.of(
             read.program->entries[EntryId{0}])) {
        text += (text.empty() ? "" : "\n") + command;
    }
    return text;
}

/// What a command is read as.
std::string readAgain(const std::string& command) {
    std::string quoted;
    for (const char c : command) {
        quoted += c == '\'' ? std::string{"''"} : std::string{c};
    }
    const Compiled read{std::string{estate} + "- {at: 1h, az: '" + quoted + "'}\n"};
    if (!read.program) {
        return read.messages();
    }
    const TimelineEntry& entry = read.program->entries[EntryId{0}];
    const std::string arguments = flowYaml(argumentsOf(*read.program, entry));
    return entry.name + ' ' + entry.target + (arguments.empty() ? "" : "  " + arguments);
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_CASE("an identity is named by the id that the option or the property takes") {
    const std::string store = toBeRun("do: resource.update, target: store, with: {identity: app, key: kv1/cmk}");
    CHECK(holds(store, "--identity-client-id '<client id of app>'"));
    CHECK(holds(readAgain(store), "identity: app"));
    CHECK(holds(toBeRun("do: resource.update, target: store, with: {identity: known, key: kv1/cmk}"),
                "--identity-client-id 22222222-2222-2222-2222-222222222222"));
    const std::string words = toBeRun("do: resource.update, target: words, with: {identity: app, key: kv1/cmk}");
    CHECK(holds(words, "\"identityClientId\": \"<client id of app>\""));
    CHECK(holds(readAgain(words), "identity: app"));
    CHECK(holds(toBeRun("do: resource.assign-identity, target: store, with: {identity: known}"),
                "--identities '<resource id of known>'"));
}

TEST_CASE("a version that only the simulator names is to be filled in") {
    const std::string disabled = toBeRun("do: key.update, target: kv1/cmk/v1, with: {enabled: false}");
    CHECK(holds(disabled, "--version '<version id of v1>'"));
    CHECK(readAgain(disabled) == "key.update kv1/cmk/v1  enabled: false");
    const std::string pinned = toBeRun("do: resource.update, target: images, with: {key: kv1/cmk/v1}");
    CHECK(holds(pinned, "https://kv1.vault.azure.net/keys/cmk/<version id of v1>"));
    CHECK(holds(readAgain(pinned), "cmk/v1"));
}

TEST_CASE("a file that the story does not name is to be filled in where it is read") {
    CHECK(holds(toBeRun("do: key.backup, target: kv1/cmk"), "--file cmk.keybackup"));
    CHECK(holds(toBeRun("do: key.restore, target: kv1/cmk"), "--file '<path of cmk.keybackup>'"));
}

TEST_CASE("a vault with no addresses is made by the command for vaults") {
    const std::string made = toBeRun("do: vault.create, target: kv2, with: {enableRbacAuthorization: true, "
                                     "publicNetworkAccess: Enabled, networkAcls: {defaultAction: Allow, ipRules: []}}");
    CHECK(holds(made, "az keyvault create --name kv2 "));
    CHECK_FALSE(holds(made, "--network-acls-ips"));
}

TEST_CASE("a ticket says what the command asks for, and names the resource") {
    const std::string ticket = toBeRun("do: support.restore-identity, target: images");
    CHECK(holds(ticket, "--title 'restore the system-assigned identity of images'"));
    CHECK(holds(ticket, "--severity '<minimal, moderate or critical>'"));
    CHECK_FALSE(holds(ticket, "--resource-group"));
    CHECK(readAgain(ticket) == "support.restore-identity images");
    CHECK(readAgain("az support in-subscription tickets create --ticket-name t --title "
                    "\"restore the system-assigned identity of images\" --severity minimal") ==
          "support.restore-identity images");
}

TEST_CASE("where an identity lies is to be filled in") {
    CHECK(toBeRun("do: identity.delete, target: app") ==
          "az identity delete --name app --resource-group '<resource group>'");
}

} // namespace
} // namespace cmksim::to_be_run_test
