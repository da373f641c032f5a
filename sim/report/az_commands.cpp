#include "report/az_commands.hpp"

#include "az/placeholder.hpp"
#include "base/held_value.hpp"
#include "base/shell_word.hpp"
#include "engine/wording.hpp"
#include "report/action_fields.hpp"

#include <algorithm>
#include <cstddef>

namespace cmksim::report {

namespace {

/// Whether an update by slots is one that says `key: null`.
bool takesEveryKey(const Model& model, const JsonValue& bySlot) {
    std::size_t taken = 0;
    forEachField(bySlot, [&](const std::string&, const JsonValue& use) {
        taken += heldAs<std::nullptr_t>(use) != nullptr ? 1U : 0U;
    });
    return model.keys && !model.keys->slots.empty() && taken == model.keys->slots.size();
}

} // namespace

AzCommands::AzCommands(const Program& program, const std::vector<AzureTerms>& terms, Use use)
    : program_{program}, terms_{terms} {
    names_.start = program.start;
    names_.toBeRun = use == Use::ToBeRun;
    for (const auto& [identity, called] : program.azure.identities) {
        names_.identities.emplace(program.names.identities[identity].text,
                                  AzureIdentityIds{called.principalId, called.clientId, called.id});
    }
    for (const TimelineEntry& entry : program.entries) {
        if (const auto* made = entry.action<IdentityCreate>()) {
            takeAsMadeAnew(made->identity);
        }
    }
    for (const IdentityName& identity : program.names.identities) {
        if (identity.isFederated()) {
            names_.federated.emplace(identity.text, FederatedParts{program.names.identities[identity.with].text,
                                                                   program.names.identities[identity.app].text});
        } else if (identity.kind == IdentityKind::Application) {
            names_.applications.insert(identity.text);
        }
    }
    for (const VaultName& vault : program.names.vaults) {
        if (vault.kind != ordinaryVault) {
            names_.vaultKinds.emplace(vault.text, program.platform->vaultKinds[vault.kind].name);
        }
    }
    for (const auto& [resource, called] : program.azure.resources) {
        names_.resources.emplace(program.resources[resource].name, called);
    }
}

void AzCommands::takeAsMadeAnew(IdentityId identity) {
    const auto known = names_.identities.find(program_.names.identities[identity].text);
    if (known != names_.identities.end()) {
        known->second.principalId.clear();
        known->second.clientId.clear();
    }
}

std::string_view AzCommands::serviceOf(const TimelineEntry& entry) const {
    const Action* action = entry.resourceAction();
    return action != nullptr ? std::string_view{program_.modelOf(resourceOf(*action)).service} : std::string_view{};
}

const RequiredPermission* AzCommands::requiredPermissionOf(const TimelineEntry& entry) const {
    JsonObject named = argumentsOf(program_, entry);
    if (names_.applications.contains(entry.target)) {
        named.emplace_back("application", true); // it takes rights in the directory
    }
    const VaultId vault = entry.action() != nullptr ? vaultOf(*entry.action()) : VaultId{};
    const VaultKindId kindId = vault.valid() ? program_.names.vaults[vault].kind : ordinaryVault;
    const std::string_view kind =
        kindId != ordinaryVault ? std::string_view{program_.platform->vaultKinds[kindId].name} : std::string_view{};
    const auto concerns = [&](const RequiredPermission& one) {
        return one.action == entry.name && one.vaultKind == kind &&
               (one.argument.empty() || std::ranges::find(named, one.argument, [](const auto& field) {
                                            return std::string_view{field.first};
                                        }) != named.end());
    };
    for (const AzureTerms& terms : terms_) {
        const auto requiredPermission = std::ranges::find_if(terms.requiredPermissions, concerns);
        if (requiredPermission != terms.requiredPermissions.end() &&
            (terms.service.empty() || terms.service == serviceOf(entry))) {
            return &*requiredPermission;
        }
    }
    return nullptr;
}

/// A property at its default goes without saying, but not in a command that has an option for it.
void AzCommands::sayDefaults(ResourceId resource, JsonObject& with) const {
    const Model& model = program_.modelOf(resource);
    const auto terms = std::ranges::find(terms_, model.service, &AzureTerms::service);
    for (const PropertyRule& property : model.properties) {
        const bool said = std::ranges::find(with, property.name, &JsonObject::value_type::first) != with.end();
        const bool needed = terms != terms_.end() && std::ranges::any_of(terms->commands, [&](const CommandRule& rule) {
                                return std::ranges::find(rule.needs, property.name) != rule.needs.end();
                            });
        if (!said && needed) {
            with.emplace_back(property.name, property.values[property.defaultValue]);
        }
    }
}

/// The slot of the short form by that form, which is how commands know it.
void AzCommands::sayShortSlot(ResourceId resource, JsonObject& with) const {
    const auto keys = std::ranges::find(with, "keys", &JsonObject::value_type::first);
    const SlotId slot = shortSlotOf(program_.names, program_.modelOf(resource));
    const bool isBySlot = keys != with.end() && heldAs<JsonObject>(keys->second) != nullptr;
    if (!isBySlot || slot.index() >= program_.names.slots.size()) {
        return;
    }
    if (takesEveryKey(program_.modelOf(resource), keys->second)) {
        with.erase(keys);
        with.emplace_back("key", nullptr);
        return;
    }
    JsonObject said;
    JsonObject others;
    forEachField(keys->second, [&](const std::string& name, const JsonValue& use) {
        if (name != program_.names.slots[slot] || heldAs<JsonObject>(use) == nullptr) {
            others.emplace_back(name, use);
        } else {
            forEachField(use, [&](const std::string& field, const JsonValue& held) { said.emplace_back(field, held); });
        }
    });
    if (others.empty()) {
        with.erase(keys);
    } else {
        keys->second = std::move(others);
    }
    with.insert(with.end(), said.begin(), said.end());
}

std::vector<std::string> AzCommands::of(const TimelineEntry& entry) const {
    if (entry.action() == nullptr) {
        return {};
    }
    JsonObject with = argumentsOf(program_, entry);
    if (const auto* creation = entry.creation()) {
        sayDefaults(creation->resource, with);
    }
    if (const Action* action = entry.resourceAction()) {
        sayShortSlot(resourceOf(*action), with);
    }
    std::vector<std::string> commands =
        formatCommands({entry.name, entry.target, serviceOf(entry), with}, names_, terms_, *program_.platform);
    if (const auto* byHand = entry.action<ResourceRevalidate>(); byHand != nullptr && commands.empty()) {
        return recoveryCommand(byHand->resource);
    }
    return commands;
}

/// The model's own words for a revalidation by hand, where Azure's terms have none.
std::vector<std::string> AzCommands::recoveryCommand(ResourceId resource) const {
    constexpr std::string_view placeholder = "{resource}";
    const auto& recovery = program_.modelOf(resource).recovery;
    if (!recovery || recovery->az.empty()) {
        return {};
    }
    std::string command = recovery->az;
    const auto called = names_.resources.find(program_.resources[resource].name);
    const std::string name =
        shellWord(called != names_.resources.end() ? called->second : program_.resources[resource].name);
    for (std::size_t at = command.find(placeholder); at != std::string::npos;
         at = command.find(placeholder, at + name.size())) {
        command.replace(at, placeholder.size(), name);
    }
    if (names_.toBeRun) {
        command.append(" --resource-group ").append(shellWord(az::groupToFillIn));
    }
    return {command};
}

std::string_view wordsWithoutCommand(const Program& program, const Action& step) {
    if (ruleByHand(program, step) != nullptr) {
        return {};
    }
    const auto* update = std::get_if<VaultUpdate>(&step);
    if (update != nullptr && update->settings.insiders) {
        return "Associate each resource named with the vault's network security perimeter (az network perimeter "
               "association create, or the portal); what it and its profiles are called is in no estate.";
    }
    return "No command can be printed for this: see whether the service's own tools, the portal or a template can do "
           "it.";
}

std::string joinedCommands(const std::vector<std::string>& commands) {
    std::string text;
    for (const std::string& command : commands) {
        text.append(text.empty() ? "" : " && ").append(command);
    }
    return text;
}

} // namespace cmksim::report
