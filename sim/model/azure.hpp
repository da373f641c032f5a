// How Azure's own tools write what a scenario is made of: types of resources, the paths of their properties, and the
// commands of the Azure CLI. Read from `models/azure*.yaml`, one file for what lies under every service and one a
// service.
#pragma once

#include "model/model.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cmksim {

/// What of an estate a resource type of Azure is.
enum class AzureThing : std::uint8_t { Vault, Key, Identity, Resource, Policies, Grant };
inline constexpr std::array<std::string_view, 6> azureThingNames{"vault",    "key",      "identity",
                                                                 "resource", "policies", "grant"};

struct AzureType {
    std::string name; // `Microsoft.KeyVault/vaults`
    AzureThing thing{};
};

/// Where a field of ours stands in what Azure writes.
struct AzureProperty {
    AzureThing thing{};
    std::string field; // `networkAcls.bypass`
    std::string path;  // `properties.networkAcls.bypass`
};

/// In which form a type names the identity that it uses for its key.
enum class IdentityForm : std::uint8_t { ByResourceId, ByClientId, AsDefaultIdentity };
inline constexpr std::array<std::string_view, 3> identityFormNames{"resource-id", "client-id", "default-identity"};

/// How many values an option takes, and what they say.
enum class OptionShape : std::uint8_t {
    Value,   // one
    List,    // one or more
    Each,    // one or more, each of which makes an action of its own
    Switch,  // true, false, or nothing, which is true
    Inverse, // the same, saying the opposite
    Flag,    // none
};
inline constexpr std::array<std::string_view, 6> optionShapeNames{"value", "list", "each", "switch", "inverse", "flag"};

struct CommandOption {
    std::vector<std::string> names; // `--name`, `-n`
    OptionShape shape{};
    std::string sets; // the field of the action, `target.vault`, …; empty: nothing that matters here
};

/// What a command comes to.
enum class CommandEffect : std::uint8_t { Action, Attempt, ReadRequest };

struct CommandRule {
    std::string words; // `keyvault key delete`
    CommandEffect effect{};
    std::string does; // the action, the operation or the kind of thing that is looked at; `*.delete`: of any kind
    std::vector<CommandOption> options;
    std::vector<std::string> needs;                            // fields, besides those that the action needs
    std::vector<std::pair<std::string, std::string>> defaults; // fields, as the CLI fills them in
    std::vector<std::pair<std::string, std::string>> always;   // options that must have a value
    std::string within;                                        // the text around `{}` that an option's value has
    Provenance provenance;
};

/// What of an estate a resource type of Terraform's provider is.
enum class TerraformThing : std::uint8_t { Identity, Vault, Policy, Key, Grant, Resource };
inline constexpr std::array<std::string_view, 6> terraformThingNames{"identity", "vault", "policy",
                                                                     "key",      "grant", "resource"};

struct TerraformType {
    std::string name; // `azurerm_key_vault`
    TerraformThing thing{};
    std::string service;                                     // of a resource
    std::vector<std::pair<std::string, std::string>> fields; // of ours, with the paths where they stand
};

/// Stands for the action of an operation that a log tells nothing of but that something was changed.
inline constexpr std::string_view unsaidLogEntry = "unsaid";

/// What somebody has to be allowed to do an action.
struct RequiredPermission {
    std::string action;
    std::string role;
    std::string permission; // that does instead of the role, in the access policies of a vault that has them; or empty
    Provenance provenance;
};

/// One file.
struct AzureTerms {
    std::string file;
    std::string service; // empty: what lies under every service
    std::vector<AzureType> types;
    std::vector<AzureProperty> properties;
    IdentityForm identityForm{};
    std::string identityDefault; // the identity of a resource with a key that names none; empty: it must name one
    std::vector<CommandOption> everywhere;
    std::vector<std::pair<std::string, std::string>> roles; // by the id of their definition
    std::vector<CommandRule> commands;
    std::vector<TerraformType> terraform;
    std::vector<std::pair<std::string, std::string>> logs; // operations of logs, with the action that each is
    std::vector<RequiredPermission> requiredPermissions;
};

} // namespace cmksim
