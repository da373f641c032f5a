// Structured actions as commands of the Azure CLI: what `translateCommands` reads, written.
#pragma once

#include "base/instant.hpp"
#include "base/json_value.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

/// By which ids Azure's tools know an identity; empty where the estate does not say.
struct AzureIdentityIds {
    std::string principalId;
    std::string clientId;
    std::string id;
};

/// The names of the two parts of a federated identity.
struct FederatedParts {
    std::string with;
    std::string app;
};

/// What Azure's tools call the things of one estate.
struct AzureNames {
    std::map<std::string, FederatedParts, std::less<>> federated;    // by name
    std::set<std::string, std::less<>> applications;                 // likewise
    std::map<std::string, AzureIdentityIds, std::less<>> identities; // by name
    std::map<std::string, std::string, std::less<>> resources;       // by name; those that Azure calls otherwise
    std::map<std::string, std::string, std::less<>> vaultKinds;      // by name; those that are not ordinary
    CalendarTime start{};
    bool toBeRun = false; // the commands are for people to run: what is not known stands as `<what to fill in>`
};

/// An action that is to be written as a command. `with` is as in a scenario.
struct ActionText {
    std::string_view action; // `key.delete`
    std::string_view target;
    std::string_view service; // of the target; empty for what is no resource
    const JsonObject& with;
};

/// The commands that do what an action does, one after the other; none for what only the simulator does, such as a
/// failing name service. Where no id is known the estate's names stand in the commands, and SUBSCRIPTION and GROUP for
/// where things lie; in commands to be run, what is to be filled in. Fields that Azure has no word for, such as the
/// phase of a revalidation, are left out.
std::vector<std::string> formatCommands(const ActionText& action, const AzureNames& names,
                                        const std::vector<AzureTerms>& terms, const Platform& platform);

} // namespace cmksim::az
