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
enum class AzureThing : std::uint8_t {
    Vault,
    Key,
    Identity,
    Resource,
    Policies,
    Grant,
    Scope,
    DeletedVault, // soft-deleted
    Role,         // the definition of one
    Lock,
};
inline constexpr std::array<std::string_view, 10> azureThingNames{
    "vault", "key", "identity", "resource", "policies", "grant", "scope", "deleted-vault", "role", "lock"};

/// Whether it can be the target of an action.
constexpr bool canBeTarget(AzureThing thing) { return thing < AzureThing::Policies; }

struct AzureType {
    std::string name; // `Microsoft.KeyVault/vaults`
    AzureThing thing{};
    std::string vaultKind; // of the vault that it is or lies in; empty: the ordinary one
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
    std::string sets;           // the field of the action, `target.vault`, …; empty: nothing that matters here
    std::string leftOut = {};   // what the option says that the simulator leaves out; empty: nothing
    std::string vaultKind = {}; // of the vault that the option names; empty: the ordinary one
};

/// What a command comes to.
enum class CommandEffect : std::uint8_t { Action, Attempt, ReadRequest };

/// What the tool or the service refuses a command for, whatever the estate is like.
struct CommandRefusal {
    std::string option;             // that is given,
    std::vector<std::string> is;    // as one of these; empty: as anything
    std::vector<std::string> isNot; // as none of these
    std::string without;            // while this one is not; empty: whether it is or not
    std::string beside;             // while this one is, likewise
    std::string error;              // the code
    int status = 0;                 // HTTP; 0: it is never sent
    std::string says;
    std::string fix;
    Provenance provenance;
};

struct CommandRule {
    std::string words; // `keyvault key delete`
    CommandEffect effect{};
    std::string does; // the action, the operation or the kind of thing that is looked at; `*.delete`: of any kind
    std::vector<CommandOption> options;
    std::vector<std::string> needs;                            // fields, besides those that the action needs
    std::vector<std::pair<std::string, std::string>> defaults; // fields, as the CLI fills them in
    std::vector<std::pair<std::string, std::string>> always;   // options that must have a value
    std::string within;                                        // the text around `{}` that an option's value has
    std::string notYet;                                        // what of it is not simulated yet; empty: it is
    bool takesWords = false;                                   // words that are no options, which change nothing
    std::vector<CommandRefusal> refusals;
    std::string others;     // why options that are not listed here do not matter; empty: there are none
    std::string printsLike; // the command that reads what this one makes or changes, and prints the same; or empty
    Provenance provenance;
};

/// What of an estate a resource type of Terraform's provider is.
enum class TerraformThing : std::uint8_t { Identity, Vault, Policy, Key, Grant, Resource };
inline constexpr std::array<std::string_view, 6> terraformThingNames{"identity", "vault", "policy",
                                                                     "key",      "grant", "resource"};

/// What destroying the thing of a type can do to Azure that is not to be expected.
inline constexpr std::array<std::string_view, 1> destroyingNames{"changes-nothing"};

struct TerraformType {
    std::string name; // `azurerm_key_vault`
    TerraformThing thing{};
    std::string service;                                     // of a resource
    std::vector<std::pair<std::string, std::string>> fields; // of ours, with the paths where they stand
    std::string vaultKind = {};  // of the vault that it is, or that it lies in; empty: the ordinary one
    bool staysDestroyed = false; // destroying it changes nothing in Azure: what it says stays there
    Provenance provenance = {};  // of that
};

/// Stands for the action of an operation by which a service uses a key, as it does when it looks.
inline constexpr std::string_view lookLogEntry = "look";

/// Stands for the action of an operation that a log tells nothing of but that something was changed.
inline constexpr std::string_view unsaidLogEntry = "unsaid";

/// The permissions that an action takes.
struct RequiredPermission {
    std::string action;
    std::string argument; // only where the action names it; empty: whatever it names
    std::string role;
    std::string permission; // that does instead of the role, in the access policies of a vault that has them; or empty
    Provenance provenance;
    std::string vaultKind = {}; // of the vault that the action is on, or in; empty: the ordinary one, or none
};

/// What a service, the vault under it or a tool says when something is wrong: a code with the texts that go with it.
struct AnswerText {
    std::string code;
    std::vector<std::string> also; // other names of the code
    std::vector<std::string> says; // with what differs from one answer to the next in braces
    int status = 0;                // HTTP; 0: none
    std::string meaning;
    std::vector<Reason> reasons; // that may stand behind it, the most common first; none: it is not about a lost key
    std::string fix;
    Provenance provenance;
};

/// What a change of an estate holds that is not played and can reach what is.
struct FarReaching {
    std::vector<std::string> types;   // words in the names of types that run commands, deploy others, or forbid actions
    std::vector<std::string> altered; // words in the names of types of which what is there already can be altered so
    std::vector<std::string> fields;  // paths in what a tool tells of a vault: a change there is not simulated; with
                                      // `=WORD` behind one only a change to that word
    std::vector<std::string> reads;   // beginnings of types of data whose reading runs a program or sends a request
    std::vector<std::string> apart;   // beginnings of types that are in no cloud: nothing goes with them
    std::vector<std::pair<std::string, std::string>> sets; // types of Azure with the `PATH=WORD` that is not simulated
    std::vector<std::pair<std::string, std::string>> ways =
        {};                                // types that lead to things, with the paths of their ids
    std::vector<std::string> hardwareKeys; // types of keys of which it is not known what a change of `fields` does
    Provenance provenance;
};

/// Since which version of Azure's API a vault that is made goes by roles where its maker does not say what it goes by.
struct RolesByDefault {
    std::string sinceApi; // `2026-02-01`; empty: no version is known of which it does
    Provenance provenance;
};

/// A type without a model whose resources may have keys that stand in no export of theirs.
struct KeysApart {
    std::string type;
    std::string when;    // `PATH=WORD` of one that has them; empty: none says so
    std::string meaning; // where they stand
    Provenance provenance;
};

/// One file.
struct AzureTerms {
    std::string file;
    std::string service; // empty: what lies under every service
    std::vector<AzureType> types;
    std::string resourceType; // what a resource prints as its type; empty: that of `types`
    std::vector<AzureProperty> properties;
    IdentityForm identityForm{};
    std::string identityDefault; // the identity of a resource with a key that names none; empty: it must name one
    std::vector<std::string> followsNewest; // keys, `key` or `keys.SLOT`: automatic rotation goes past a version
    std::vector<std::string> usesKeyTo;     // what a key must be made for; empty: to wrap and unwrap
    std::string firstParty; // the id of the service's own application, the same everywhere; empty: it has none
    std::vector<CommandOption> everywhere;
    std::vector<std::pair<std::string, std::string>> roles;      // by the id of their definition
    std::vector<std::pair<std::string, std::string>> keyActions; // what a role's definition calls a key permission
    RolesByDefault rolesByDefault;
    std::vector<KeysApart> keysApart;
    std::vector<CommandRule> commands;
    std::vector<TerraformType> terraform;
    FarReaching farReaching;
    std::vector<std::pair<std::string, std::string>> logs; // operations of logs, with the action that each is
    std::vector<RequiredPermission> requiredPermissions;
    std::vector<AnswerText> texts;
};

} // namespace cmksim
