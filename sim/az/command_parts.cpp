#include "az/command_parts.hpp"

#include "az/command_values.hpp"
#include "az/key_parts.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::az {

namespace {

/// `Microsoft.Keyvault` in an object; of an option that says so, whether.
bool isKeyVaultSource(std::string_view source) {
    return source == "true" || lowerCase(source).find("keyvault") != std::string::npos;
}

/// The short form, and each slot of which the action says something.
std::vector<std::string> keysIn(const CommandAction& action) {
    std::vector<std::string> keys{std::string{shortKey}};
    for (const CommandField& field : action.fields) {
        const std::string_view key = slotKeyOf(field.name);
        if (!key.empty() && std::ranges::find(keys, key) == keys.end()) {
            keys.emplace_back(key);
        }
    }
    return keys;
}

void complainOfParts(std::string_view at, std::string_view of, GivenCommand& given) {
    const std::string field = isListed(of) ? unnumbered(of) : std::string{of};
    given.complain(at, fmt::format("{} names a key by its vault and its name", given.title()),
                   fmt::format("give {} and {}", given.optionsFor(partOf(field, vaultPart)),
                               given.optionsFor(partOf(field, namePart))));
}

/// A key that is named in parts, as one.
void joinKey(std::string_view of, GivenCommand& given, CommandAction& action) {
    const bool isShort = of == shortKey;
    const auto take = [&](std::string_view name) -> std::optional<CommandField> {
        const auto part = std::ranges::find(action.fields, name, &CommandField::name);
        if (part == action.fields.end()) {
            return std::nullopt;
        }
        CommandField taken = std::move(*part);
        action.fields.erase(part);
        return taken;
    };
    const auto textOf = [](const std::optional<CommandField>& part) {
        return part && !part->values.empty() ? part->values.front() : std::string{};
    };
    const auto source = take(partOf(of, sourcePart));
    const auto none = isShort ? take(noKeyPart) : std::nullopt;
    const auto vault = take(partOf(of, vaultPart));
    const auto name = take(partOf(of, namePart));
    const auto version = take(partOf(of, versionPart));
    const bool leavesVault = source && !isKeyVaultSource(textOf(source));
    const std::optional<CommandField> away = none || !leavesVault ? none : source;
    if (away) {
        const auto& other = name ? name : vault ? vault : version;
        if (other || take(of)) {
            given.complain(away->at, fmt::format("{} takes the key away and names one", given.title()),
                           "say one of the two");
        } else if (!isShort) {
            given.complain(away->at, fmt::format("that {} takes away the key of the slot {} is not simulated",
                                                 given.title(), inQuotes(of.substr(slotsPrefix.size()))));
        }
        action.fields.push_back({std::string{of}, {}, false, true, away->at});
        return;
    }
    if (!vault && !name && !version) {
        if (isListed(of)) {
            complainOfParts({}, of, given);
        }
        return;
    }
    CommandField key{std::string{of}, {}, false, false, name ? name->at : vault ? vault->at : version->at};
    std::string uri = textOf(vault);
    while (uri.ends_with('/')) {
        uri.pop_back();
    }
    if (name && textOf(name).empty() && !isListed(of)) {
        key.null = true;
    } else if (uri.empty() || textOf(name).empty()) {
        complainOfParts(key.at, of, given);
        return;
    } else {
        uri.append("/keys/").append(textOf(name));
        key.values.push_back(textOf(version).empty() ? uri : uri + '/' + textOf(version));
    }
    action.fields.push_back(std::move(key));
}

/// An option that names the resource's own identity, as one that names it.
void joinOwnIdentity(CommandAction& action) {
    const auto own = std::ranges::find(action.fields, ownIdentityPart, &CommandField::name);
    if (own == action.fields.end()) {
        return;
    }
    if (own->values == std::vector<std::string>{"false"}) {
        action.fields.erase(own);
        return;
    }
    const std::string name{identityKindNames[static_cast<std::size_t>(IdentityKind::SystemAssigned)]};
    const auto other = std::ranges::find(action.fields, "identity", &CommandField::name);
    if (other == action.fields.end()) {
        *own = {"identity", {name}, false, false, own->at};
    } else {
        other->values.push_back(name);
        action.fields.erase(own);
    }
}

/// An option that names the application as which an identity is used, beside the one that names the identity.
void joinApplication(GivenCommand& given, CommandAction& action) {
    const auto application = std::ranges::find(action.fields, federatedClient, &CommandField::name);
    if (application == action.fields.end()) {
        return;
    }
    const CommandField client = std::move(*application);
    action.fields.erase(application);
    const auto identity = std::ranges::find(action.fields, "identity", &CommandField::name);
    if (identity == action.fields.end() || identity->values.empty()) {
        given.complain(client.at, "which identity is used as that application is not said",
                       "a command that changes the application alone is not simulated; name the identity with it");
        return;
    }
    std::string& name = identity->values.front();
    name = federatedIdentity(client.at,
                             fmt::format("UserAssignedIdentity={}&FederatedClientId={}", name,
                                         client.values.empty() ? std::string{} : client.values.front()),
                             given);
}

} // namespace

void joinParts(GivenCommand& given, CommandAction& action) {
    for (const std::string& key : keysIn(action)) {
        joinKey(key, given, action);
    }
    joinOwnIdentity(action);
    joinApplication(given, action);
}

} // namespace cmksim::az
