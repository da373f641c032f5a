// What one command of the Azure CLI does to one estate.
#pragma once

#include "az/command_line.hpp"
#include "az/references.hpp"
#include "model/platform.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

/// A field of an action as the command gives it.
struct CommandField {
    std::string name; // `enabled`, `networkAcls.bypass`
    std::vector<std::string> values;
    bool list = false;
    bool null = false;
    std::string_view at; // the part of the command that says so; empty: a default
};

/// One structured action, operation or read.
struct CommandAction {
    CommandEffect effect{};
    std::string name;   // `key.delete`, `pull`, `vault`
    std::string target; // as `target` of an entry
    std::string_view targetAt;
    std::vector<CommandField> fields;
};

/// The names of backups that a timeline writes, and the VAULT/KEY that each is of.
using BackupsByFile = std::map<std::string, std::string, std::less<>>;

/// One role that an identity has at a scope (`/`, VAULT, VAULT/KEY), by the names of the file.
struct HeldRole {
    std::string identity;
    std::string scope;
    std::string role;

    friend bool operator==(const HeldRole&, const HeldRole&) = default;
};
using HeldRoles = std::vector<HeldRole>;

/// What a command is translated in the light of.
struct CommandContext {
    const std::vector<AzureTerms>& terms;
    const Platform& platform;
    const AzureReferences& references;
    const BackupsByFile& backups;
    const HeldRoles* held = nullptr; // at the command's place in the file; null: it is not known
    const std::set<std::string, std::less<>>* rotated = nullptr; // whose automatic rotation is on there, likewise
};

/// The actions of a command, several where it names several things. None, as complained of, when it lacks something or
/// says what cannot be read.
std::vector<CommandAction> actionsOf(const CommandLine& line, std::string_view command, const CommandContext& context,
                                     CommandComplaints& complaints);

} // namespace cmksim::az
