// A shell variable that one command of a timeline assigns, in those after it.
#include "az/translated.hpp"

#include <catch2/catch.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace cmksim::kept_values_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view rotated = "- {at: 30m, do: key.rotate, target: kv1/cmk}\n";

/// The last action of the commands, behind other entries; what is complained of where they cannot be read.
std::string last(std::initializer_list<std::string_view> commands, std::string_view before = {}) {
    std::string story = std::string{azureEstate} + std::string{before};
    for (const std::string_view command : commands) {
        story.append("- {at: 1h, az: '").append(command).append("'}\n");
    }
    const Compiled read{story};
    if (!read.program) {
        return read.messages();
    }
    std::string text;
    for (const TimelineEntry& entry : read.program->entries) {
        if (entry.action() != nullptr) {
            text = entry.name + ' ' + entry.target + "  " + flowYaml(argumentsOf(*read.program, entry));
        }
    }
    return text;
}

} // namespace

TEST_CASE("a name that one command assigns is known in the next") {
    CHECK(last({"V=kv1", "az keyvault delete --name $V"}) == "vault.delete kv1  ");
    CHECK(last({"export V=kv1", "keyvault delete --name \"${V}\""}) == "vault.delete kv1  ");
    CHECK(last({"V=kv1", "V=kv-two", "az keyvault delete --name $V"}) == "vault.delete kv-two  ");
    CHECK(last({"az keyvault delete --name $V", "V=kv1"}).find("nothing is known of the shell variable 'V'") !=
          std::string::npos);
    CHECK(last({"V=kv1"}).empty()); // it does nothing
}

TEST_CASE("a name or an id that a command prints is known in the next") {
    const std::string_view rotate =
        "az acr encryption rotate-key -n myRegistry --key-encryption-key $KEY --identity app";
    const std::string_view show = "KEY=$(az keyvault key show --vault-name kv1 -n cmk --query key.kid -o tsv)";
    CHECK(last({show, rotate}).find("\"https://kv1.vault.azure.net/keys/cmk/v1\"") != std::string::npos);
    CHECK(last({show, rotate}, rotated).find("\"https://kv1.vault.azure.net/keys/cmk/v2\"") != std::string::npos);
    CHECK(
        last({"KEY=$(az keyvault key create --vault-name kv1 -n fresh --query key.kid -o tsv | tr -d \"\\r\")", rotate})
            .find("\"https://kv1.vault.azure.net/keys/fresh/v1\"") != std::string::npos);
    CHECK(last({"ID=$(az identity show -g g -n app --query principalId --output tsv)",
                "az keyvault set-policy -n kv1 --object-id $ID --key-permissions get"})
              .starts_with("policy.set kv1  identity: app"));
    CHECK(last({"SCOPE=$(az keyvault show -n kv1 --query id -o tsv)",
                "az role assignment create --assignee db --role Reader --scope $SCOPE"}) ==
          "role.assign kv1  identity: db, role: Reader");
    CHECK(last({"REG=$(az acr show -n myRegistry --query id -o tsv)", "az resource delete --ids $REG"}) ==
          "resource.delete reg  ");
}

TEST_CASE("a name or an id that a command within another one prints is known there, in quotes as well") {
    const std::string assign = "az role assignment create --assignee db --role Reader --scope ";
    const std::string assigned = "role.assign kv1  identity: db, role: Reader";
    CHECK(last({assign + "$(az keyvault show -n kv1 --query id -o tsv)"}) == assigned);
    CHECK(last({assign + "\"$(az keyvault show --name \"kv1\" --query \"id\" -o tsv)\" -g g"}) == assigned);
    CHECK(last({assign + "`az keyvault show -n kv1 --query id -o tsv`"}) == assigned);
    CHECK(last({"V=kv1", assign.substr(3) + "$(az keyvault show -n $V --query id -o tsv | tr -d \"\\r\")"}) ==
          assigned);
    CHECK(last({"az keyvault set-policy -n $(az keyvault show -n kv1 --query name -o tsv) --key-permissions get "
                "--object-id $(az identity show -g g -n app --query principalId -o tsv)"})
              .starts_with("policy.set kv1  identity: app"));
    // One within one within one.
    CHECK(last({assign + "$(az keyvault show -n $(az keyvault show -n kv1 --query name -o tsv) --query id -o tsv)"}) ==
          assigned);
    CHECK(last({"az acr encryption rotate-key -n myRegistry --identity app --key-encryption-key $(az keyvault key show "
                "--vault-name kv1 -n cmk --query key.kid -o tsv)"},
               rotated)
              .find("\"https://kv1.vault.azure.net/keys/cmk/v2\"") != std::string::npos);
}

TEST_CASE("a command within another one that does something, or prints what is not known, is not filled in") {
    for (const std::string_view inner :
         {"az keyvault show -n kv1 --query id", "az keyvault show -n kv1 --query id -o tsv | cut -c 2",
          "az keyvault key create --vault-name kv1 -n fresh --query key.kid -o tsv",
          "az keyvault shw -n kv1 --query id", "cat file", "az keyvault show -n kv1 --quary id -o tsv"}) {
        INFO(inner);
        CHECK(last({"az role assignment create --assignee db --role Reader --scope $(" + std::string{inner} + ")"})
                  .find("what another command prints is not known here") != std::string::npos);
    }
    // Between single quotes, which the file doubles, it is text.
    CHECK(
        last({"az keyvault delete -n ''$(az keyvault show -n kv1 --query name -o tsv)''"}).find("vault.delete kv1 ") ==
        std::string::npos);
}

TEST_CASE("what a command prints is not known where it is quoted, changed, or hangs on what happens") {
    const std::string_view use = "az keyvault delete --name $V";
    for (const std::string_view command :
         {"V=$(az keyvault show -n kv1 --query name)", "V=$(az keyvault show -n kv1 -o tsv)",
          "V=$(az keyvault show -n kv1 --query name -o tsv | cut -c 2)",
          "V=$(az keyvault show -n kv1 --query properties.enableSoftDelete -o tsv)",
          "V=$(az keyvault list --query [0].name -o tsv)"}) {
        INFO(command);
        CHECK(last({command, use}).find("nothing is known of the shell variable 'V'") != std::string::npos);
    }
    // A key that is purged and made anew begins with other versions.
    CHECK(last({"KEY=$(az keyvault key show --vault-name kv1 -n cmk --query key.kid -o tsv)",
                "az acr encryption rotate-key -n myRegistry --key-encryption-key $KEY --identity app"},
               "- {at: 30m, do: key.delete, target: kv1/cmk}\n- {at: 40m, do: key.purge, target: kv1/cmk}\n")
              .find("nothing is known of the shell variable 'KEY'") != std::string::npos);
}

} // namespace cmksim::kept_values_test
