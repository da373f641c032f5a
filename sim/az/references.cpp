#include "az/references.hpp"

#include "az/key_parts.hpp"
#include "catalog/fact_reader.hpp"
#include "scenario/key_reference.hpp"

#include <algorithm>
#include <cstddef>

namespace cmksim::az {

namespace {

constexpr std::string_view federatedClientWord = "&federatedclientid=";

/// The parts of a path between its slashes, empty ones left out.
std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const std::size_t end = path.find('/');
        if (end != 0) {
            parts.push_back(path.substr(0, end));
        }
        path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
    }
    return parts;
}

} // namespace

std::optional<AzureId> readAzureId(std::string_view id) {
    const std::vector<std::string_view> parts = segments(id);
    const auto isWord = [&](std::size_t at, std::string_view word) {
        return at < parts.size() && equalIgnoringCase(parts[at], word);
    };
    const bool root = id == "/";
    if (!root && (!id.starts_with('/') || !(isWord(0, "subscriptions") || isWord(0, "providers")))) {
        return std::nullopt;
    }
    std::size_t provider = parts.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        provider = isWord(i, "providers") ? i : provider;
    }
    AzureId read;
    if (provider + 1 >= parts.size()) {
        return read;
    }
    read.type = parts[provider + 1];
    for (std::size_t i = provider + 2; i + 1 < parts.size(); i += 2) {
        read.type.append("/").append(parts[i]);
        read.names.emplace_back(parts[i + 1]);
    }
    return read.names.empty() ? std::nullopt : std::optional{std::move(read)};
}

KnownAzureType findAzureType(const std::vector<AzureTerms>& terms, std::string_view name) {
    for (const AzureTerms& one : terms) {
        for (const AzureType& type : one.types) {
            if (equalIgnoringCase(type.name, name)) {
                return {&one, &type};
            }
        }
    }
    return {};
}

std::string_view resourceTypeOf(const AzureTerms& terms) {
    const auto type = std::ranges::find(terms.types, AzureThing::Resource, &AzureType::thing);
    return type != terms.types.end() ? std::string_view{type->name} : std::string_view{terms.resourceType};
}

const AzureType& azureTypeOf(const std::vector<AzureTerms>& terms, AzureThing thing, std::string_view vaultKind) {
    for (const AzureTerms& one : terms) {
        const auto type = std::ranges::find_if(
            one.types, [&](const AzureType& known) { return known.thing == thing && known.vaultKind == vaultKind; });
        if (type != one.types.end()) {
            return *type;
        }
    }
    static const AzureType none; // a platform of the user's own that has no such thing
    return none;
}

AzureReferences::AzureReferences(const EstateSpec& estate) {
    for (const VaultSpec& vault : estate.vaults) {
        vaults_.emplace(lowerCase(vault.name.text), vault.name.text);
        vaultKinds_.emplace(vault.name.text, vault.kind.text == "vault" ? std::string_view{} : vault.kind.text);
    }
    for (const IdentitySpec& identity : estate.identities) {
        for (const Name& id : {identity.name, identity.principalId, identity.clientId, identity.id}) {
            if (id.present()) {
                identities_.emplace(lowerCase(id.text), identity.name.text);
            }
        }
        if (identity.type.text.starts_with(
                identityKindNames[static_cast<std::size_t>(IdentityKind::Application)])) { // `…Identity` too
            applications_.emplace(identity.name.text);
        }
    }
    for (const IdentitySpec& identity : estate.identities) {
        if (identity.with.present() && identity.app.present()) {
            federated_.emplace(std::pair{std::string{identity.with.text}, std::string{identity.app.text}},
                               identity.name.text);
        }
    }
    for (const ResourceSpec& resource : estate.resources) {
        Names& names = resources_[std::string{resource.service.text}];
        const Name& name = resource.azureName.present() ? resource.azureName : resource.key;
        names.emplace(lowerCase(name.text), resource.key.text);
        services_.emplace(resource.key.text, resource.service.text);
    }
}

std::optional<std::string_view> AzureReferences::kindOf(std::string_view vault) const {
    const auto found = vaultKinds_.find(vault);
    return found != vaultKinds_.end() ? std::optional<std::string_view>{found->second} : std::nullopt;
}

std::string AzureReferences::find(const Names& names, std::string_view name) {
    const auto found = names.find(lowerCase(name));
    return found != names.end() ? found->second : std::string{name};
}

std::string AzureReferences::resource(std::string_view service, std::string_view name) const {
    for (const auto& [of, names] : resources_) {
        const auto found = names.find(lowerCase(name));
        if ((service.empty() || of == service) && found != names.end()) {
            return found->second;
        }
    }
    return std::string{name};
}

std::string_view AzureReferences::serviceOf(std::string_view resource) const {
    const auto found = services_.find(resource);
    return found != services_.end() ? std::string_view{found->second} : std::string_view{};
}

std::string AzureReferences::principal(std::string_view text) const {
    constexpr std::string_view userAssigned = "userassignedidentity=";
    if (lowerCase(text).starts_with(userAssigned)) {
        text.remove_prefix(userAssigned.size());
        text = text.substr(0, text.find('&'));
    }
    if (const std::size_t of = text.find(" of "); text.starts_with('<') && text.ends_with('>') && of != text.npos) {
        text = text.substr(of + 4, text.size() - of - 5); // a placeholder, as a plan prints it
    }
    const std::string lower = lowerCase(text);
    if (lower == "[system]" || lower == "system" || lower == "systemassigned" || lower == "systemassignedidentity") {
        return std::string{ownIdentity};
    }
    if (const auto found = identities_.find(lower); found != identities_.end()) {
        return found->second;
    }
    if (const auto id = readAzureId(text); id && !id->names.empty()) {
        return identity(id->names.back());
    }
    return std::string{text};
}

bool AzureReferences::namesFederated(std::string_view text) {
    return lowerCase(text).find(federatedClientWord) != std::string::npos;
}

std::string AzureReferences::federated(std::string_view text) const {
    const std::size_t at = lowerCase(text).find(federatedClientWord);
    const auto found =
        federated_.find({principal(text.substr(0, at)), principal(text.substr(at + federatedClientWord.size()))});
    return found != federated_.end() ? found->second : std::string{};
}

bool AzureReferences::isUuid(std::string_view text) {
    constexpr std::size_t length = 36;
    if (text.size() != length) {
        return false;
    }
    for (std::size_t i = 0; i < length; ++i) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        const bool digit = std::string_view{"0123456789abcdefABCDEF"}.find(text[i]) != std::string_view::npos;
        if (hyphen ? text[i] != '-' : !digit) {
            return false;
        }
    }
    return true;
}

} // namespace cmksim::az
