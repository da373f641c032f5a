#include "az/action_words.hpp"

#include "action/action.hpp"
#include "az/key_parts.hpp"
#include "az/placeholder.hpp"
#include "base/shell_word.hpp"
#include "base/time.hpp"
#include "catalog/vault_kinds.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace cmksim::az {

AzureThing ActionWords::thing() const {
    const auto kind = actionNamed(action_.action);
    switch (kind ? ruleOf(*kind).traits.target : TargetKind::Resource) {
    case TargetKind::Vault: return AzureThing::Vault;
    case TargetKind::Key:
    case TargetKind::KeyOrVersion: return AzureThing::Key;
    case TargetKind::Identity: return AzureThing::Identity;
    case TargetKind::Scope: return targetParts().size() == 2 ? AzureThing::Key : AzureThing::Vault;
    case TargetKind::Feature: return AzureThing::Scope;
    case TargetKind::Resource: break;
    }
    return AzureThing::Resource;
}

const AzureTerms* ActionWords::termsOfTarget() const {
    const auto found = std::ranges::find(terms_, action_.service, &AzureTerms::service);
    return found != terms_.end() ? &*found : nullptr;
}

const AzureType* ActionWords::type() const {
    const AzureTerms* terms = termsOfTarget();
    if (terms == nullptr) {
        return nullptr;
    }
    const auto found = std::ranges::find(terms->types, thing(), &AzureType::thing);
    return found != terms->types.end() ? &*found : nullptr;
}

std::vector<std::string_view> ActionWords::targetParts() const {
    std::vector<std::string_view> parts;
    std::string_view rest = action_.target == "/" ? std::string_view{} : action_.target;
    while (!rest.empty()) {
        const std::size_t end = rest.find('/');
        parts.push_back(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return parts;
}

bool ActionWords::isOwnIdentity(std::string_view name) { return name.starts_with("system:"); }

bool ActionWords::makes() const {
    const auto kind = actionNamed(action_.action);
    return kind && ruleOf(*kind).traits.makes;
}

std::string_view ActionWords::vaultKind() const {
    const bool isInVault = thing() != AzureThing::Resource && thing() != AzureThing::Identity;
    return isInVault ? kindNameOf(action_.target.substr(0, action_.target.find('/'))) : std::string_view{};
}

/// Empty for an ordinary vault.
std::string_view ActionWords::kindNameOf(std::string_view vault) const {
    const auto known = names_.vaultKinds.find(vault);
    return known != names_.vaultKinds.end() ? std::string_view{known->second} : std::string_view{};
}

std::string_view ActionWords::azureName() const {
    if (thing() == AzureThing::Identity) {
        const auto ids = names_.identities.find(action_.target);
        if (ids != names_.identities.end() && !ids->second.id.empty()) {
            return std::string_view{ids->second.id}.substr(ids->second.id.rfind('/') + 1);
        }
        return action_.target;
    }
    const auto name = names_.resources.find(action_.target);
    return thing() == AzureThing::Resource && name != names_.resources.end() ? std::string_view{name->second}
                                                                             : action_.target;
}

bool ActionWords::isApplication() const {
    return thing() == AzureThing::Identity && names_.applications.contains(action_.target);
}

std::string ActionWords::where() const {
    return fmt::format("/subscriptions/{}", names_.toBeRun ? "<subscription id>" : "SUBSCRIPTION");
}

std::string ActionWords::scopeId(const std::vector<std::string_view>& parts) const {
    if (parts.empty() || type() == nullptr) {
        return where();
    }
    std::string id = fmt::format("{}/resourceGroups/{}/providers/", where(), names_.toBeRun ? groupToFillIn : "GROUP");
    // `Microsoft.KeyVault/vaults/keys` with `kv1`, `cmk`: a name after each word but the first.
    std::string_view words = type()->name;
    id.append(words.substr(0, words.find('/')));
    for (const std::string_view part : parts) {
        words.remove_prefix(words.find('/') + 1);
        id.append("/").append(words.substr(0, words.find('/'))).append("/").append(part);
    }
    return id;
}

/// A moment that a key has can be moved and not taken off (hashicorp/terraform-provider-azurerm, pull 23327).
std::string ActionWords::noMoment(std::string_view name) const {
    const std::chrono::days ahead{name == "expires" ? 3652 : 0}; // ten years, or since the start
    return names_.toBeRun ? formatTimestamp(names_.start + ahead) : "null";
}

std::string ActionWords::valueText(std::string_view name, const std::string& value, const AzureTerms& terms) const {
    if (name == clientIdentityPart || name == federatedClient) {
        return clientId(value);
    }
    if (name == "identity" || isSlotIdentity(name)) {
        return identity(value, terms);
    }
    if (isWholeKey(name)) {
        return keyUri(value);
    }
    if (name == "expires" || name == "notBefore") {
        const auto distance = parseDuration(value);
        return distance ? formatTimestamp(names_.start + *distance) : value;
    }
    return value;
}

std::string ActionWords::keyUri(const std::string& text) const {
    const auto key = parseShortKey(text);
    if (!key) {
        return text;
    }
    const std::string host = platform_.hostOf(key->vault, catalog::vaultKindNamed(kindNameOf(key->vault), platform_));
    std::string uri = fmt::format("https://{}/keys/{}", host, key->key);
    return key->version.empty() ? uri : uri.append("/").append(versionText(key->version));
}

std::string ActionWords::toFillIn(std::string_view what, std::string_view name) const {
    return names_.toBeRun ? placeholderFor(what, name) : std::string{name};
}

std::string ActionWords::versionText(std::string_view name) const {
    constexpr std::size_t length = 32;
    const bool isAzures =
        name.size() == length && name.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
    return isAzures ? std::string{name} : toFillIn(versionToFillIn, name);
}

std::string ActionWords::clientId(const std::string& name) const {
    const AzureTerms* terms = termsOfTarget();
    if (terms != nullptr && (isOwnIdentity(name) || name == terms->identityDefault)) {
        return identity(name, *terms);
    }
    const auto two = names_.federated.find(name);
    const std::string_view called = two != names_.federated.end() ? std::string_view{two->second.with} : name;
    const auto ids = names_.identities.find(called);
    return ids != names_.identities.end() && !ids->second.clientId.empty() ? ids->second.clientId
                                                                           : toFillIn("client id", called);
}

std::string ActionWords::principal(std::string_view name) const {
    const auto ids = names_.identities.find(name);
    return ids != names_.identities.end() && !ids->second.principalId.empty() ? ids->second.principalId
                                                                              : toFillIn("object id", name);
}

std::string ActionWords::deletedObject(std::string_view name) const {
    return names_.applications.contains(name) ? toFillIn("deleted object id", name) : principal(name);
}

/// An identity in the form that the command takes.
std::string ActionWords::identity(const std::string& name, const AzureTerms& terms) const {
    if (terms.service.empty()) {
        return principal(name);
    }
    const bool asDefault = terms.identityForm == IdentityForm::AsDefaultIdentity;
    if (const auto two = names_.federated.find(name); two != names_.federated.end()) {
        const std::string with = identity(two->second.with, terms);
        return asDefault && with.starts_with("UserAssignedIdentity=")
                   ? with + "&FederatedClientId=" + clientId(two->second.app)
                   : with;
    }
    const auto ids = names_.identities.find(name);
    const bool has = ids != names_.identities.end() && !ids->second.id.empty();
    const bool ownWord = name == terms.identityDefault; // the service's own principal has no id to be named by
    const std::string written = has ? ids->second.id : ownWord ? name : toFillIn("resource id", name);
    if (isOwnIdentity(name)) {
        return asDefault ? "SystemAssignedIdentity" : "[system]";
    }
    if (asDefault && action_.action != "resource.assign-identity" && action_.action != "resource.remove-identity" &&
        name != terms.identityDefault) {
        return "UserAssignedIdentity=" + written;
    }
    return written;
}

} // namespace cmksim::az
