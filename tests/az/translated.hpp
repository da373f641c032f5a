// One command of the Azure CLI as the actions that it comes to, in the words of the language.
#pragma once

#include "support/compiled.hpp"

#include "report/action_fields.hpp"
#include "report/az_commands.hpp"

#include <string>
#include <string_view>

namespace cmksim::test {

using namespace report;

/// Vaults, identities with and without ids, and a resource of each service.
inline constexpr std::string_view azureEstate = R"(cmksim: 1
name: x
start: 2026-01-01T00:00:00Z
estate:
  vaults:
    kv1:
      accessPolicies: {app: [get, wrapKey, unwrapKey]}
      keys: {cmk: {}, other: {}}
    kv-two: {keys: {cmk: {}}}
  identities:
    app:
      principalId: 11111111-1111-1111-1111-111111111111
      clientId: 22222222-2222-2222-2222-222222222222
      id: /subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app-of-azure
    db: {}
  resources:
    reg: {service: acr, name: myRegistry, identity: app, key: kv1/cmk}
    acc: {service: cosmosdb, identity: app, key: kv1/cmk}
    clu: {service: documentdb, identity: app, key: kv1/cmk}
timeline:
)";

/// The entries that a command becomes, one a line: the action, its target, its arguments.
inline std::string translated(std::string_view command) {
    const Compiled read{std::string{azureEstate} + "- {at: 1h, az: '" + std::string{command} + "'}\n"};
    if (!read.program) {
        return read.messages();
    }
    std::string text;
    for (const TimelineEntry& entry : read.program->entries) {
        const std::string arguments = flowYaml(argumentsOf(*read.program, entry));
        text.append(text.empty() ? "" : "\n").append(entry.name).append(" ").append(entry.target);
        text.append(arguments.empty() ? "" : "  ").append(arguments);
    }
    return text;
}

/// The entries of a scenario, one a line: the action and its arguments, and behind it the commands that do it.
inline std::string readAndWritten(const std::string& scenario) {
    Compiled read{scenario};
    if (!read.program) {
        return read.messages();
    }
    std::string text;
    for (const TimelineEntry& one : read.program->entries) {
        text += one.name + ' ' + flowYaml(argumentsOf(*read.program, one)) + '\n';
        for (const std::string& command : AzCommands{*read.program, read.catalog.azure()}.of(one)) {
            text += command + '\n';
        }
    }
    return text;
}

} // namespace cmksim::test
