#include "import/azure_resources.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "document/values.hpp"
#include "import/match.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace cmksim::import {

namespace {

constexpr std::string_view propertiesPrefix = "properties.";

std::string text(Node node) { return node && node.isScalar() ? std::string{node.text()} : std::string{}; }

std::string textAt(Node resource, std::string_view path) { return text(findPath(resource, path)); }

/// The last part of a path such as `vaults/keys` names.
std::string_view lastPart(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// A scalar as a value of ours: `true`, `90` and texts.
JsonValue valueOf(Node node) {
    if (const auto flag = asBoolean(node)) {
        return *flag;
    }
    if (const auto number = asInteger(node)) {
        return *number;
    }
    return std::string{node.text()};
}

/// An instant as text: RFC 3339 as it stands, seconds since 1970 as Key Vault's own interface writes them.
std::string instantText(Node node) {
    if (!node || !node.isScalar()) {
        return {};
    }
    if (const auto seconds = asInteger(node)) {
        return formatTimestamp(CalendarTime{std::chrono::seconds{*seconds}});
    }
    const auto time = parseTimestamp(node.text());
    return time ? formatTimestamp(*time) : std::string{};
}

bool isTrue(Node node) { return node && node.isScalar() && equalIgnoringCase(node.text(), "true"); }

RawVersion versionOf(Node resource, std::string name) {
    RawVersion version;
    version.name = std::move(name);
    const Node attributes =
        findPath(resource, "properties.attributes") ? findPath(resource, "properties.attributes") : Node{};
    const Node enabled = findField(attributes, "enabled");
    version.enabled = !enabled || enabled.isNull() || isTrue(enabled);
    for (const std::string_view field : {"nbf", "notBefore", "not_before"}) {
        if (const Node node = findField(attributes, field); node && !node.isNull()) {
            version.notBefore = instantText(node);
        }
    }
    version.created = instantText(findField(attributes, "created"));
    for (const std::string_view field : {"exp", "expires", "expires_on"}) {
        if (const Node node = findField(attributes, field); node && !node.isNull()) {
            version.expires = instantText(node);
        }
    }
    return version;
}

} // namespace

Node findField(Node node, std::string_view name) {
    if (!node || !node.isMapping()) {
        return {};
    }
    if (const Node exact = node.find(name)) {
        return exact;
    }
    for (const auto [key, value] : node.entries()) {
        if (equalIgnoringCase(key.text(), name)) {
            return value;
        }
    }
    return {};
}

Node findPath(Node resource, std::string_view path) {
    Node here = resource;
    for (std::string_view rest = path; here && !rest.empty();) {
        const std::size_t dot = rest.find('.');
        here = findField(here, rest.substr(0, dot));
        rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
    }
    const bool flat = path.starts_with(propertiesPrefix) && !here;
    return flat ? findPath(resource, path.substr(propertiesPrefix.size())) : here;
}

void AzureResources::take(Node resource) {
    if (!resource.isMapping()) {
        diagnostics_.warning(resource.mark(), fmt::format("expected a resource, not {}", describe(resource)));
        return;
    }
    const std::string type = text(findField(resource, "type"));
    if (type.empty()) {
        untyped(resource);
        return;
    }
    std::string name = text(findField(resource, "name"));
    const KnownAzureType known = findAzureType(terms_, type);
    if (!known) {
        ++raw_.others;
        return;
    }
    if (name.empty() && !known.is(AzureThing::Grant)) {
        diagnostics_.warning(resource.mark(), fmt::format("a resource of type {} without a name", type));
        return;
    }
    switch (known.type->thing) {
    case AzureThing::Vault: vault(resource, std::move(name)); break;
    case AzureThing::Key: {
        const auto parts = readAzureId(text(findField(resource, "id")));
        const bool nested = name.find('/') != std::string::npos;
        const std::string vaultName = nested                           ? name.substr(0, name.find('/'))
                                      : parts && !parts->names.empty() ? parts->names.front()
                                                                       : std::string{};
        key(resource, vaultName, lastPart(name));
        break;
    }
    case AzureThing::Identity: identity(resource, std::move(name)); break;
    case AzureThing::Resource: service(resource, *known.terms, std::move(name)); break;
    case AzureThing::Policies:
        raw_.vaults.push_back({name.substr(0, name.find('/')), resource.mark(), {}, {}, {}});
        policies(findPath(resource, "properties.accessPolicies"), raw_.vaults.back().policies);
        break;
    case AzureThing::Grant: grant(resource); break;
    case AzureThing::Scope: break; // holds nothing of an estate
    }
}

/// A key as `az keyvault key show` or `list` prints it.
void AzureResources::untyped(Node resource) {
    for (const std::string_view path : {"key.kid", "kid", "id"}) {
        const std::string identifier = textAt(resource, path);
        if (identifier.starts_with("https://") && identifier.find("/keys/") != std::string::npos) {
            keyByIdentifier(resource, identifier);
            return;
        }
    }
    ++raw_.others;
}

void AzureResources::vault(Node resource, std::string name) {
    RawVault vault{std::move(name), resource.mark(), text(findField(resource, "id")), {}, {}};
    const auto platform = std::ranges::find(terms_, "", &AzureTerms::service);
    for (const AzureProperty& property : platform->properties) {
        const Node value = property.thing == AzureThing::Vault ? findPath(resource, property.path) : Node{};
        if (!value || value.isNull()) {
            continue;
        }
        if (value.isSequence()) {
            JsonArray items;
            for (const Node item : value.items()) {
                const std::string address = item.isMapping() ? text(findField(item, "value")) : text(item);
                if (!address.empty()) {
                    items.emplace_back(address);
                }
            }
            vault.settings.emplace_back(property.field, std::move(items));
        } else if (value.isScalar()) {
            vault.settings.emplace_back(property.field, valueOf(value));
        }
    }
    if (const Node rules = findPath(resource, "properties.networkAcls.virtualNetworkRules");
        rules && rules.size() > 0) {
        diagnostics_.warning(
            rules.mark(),
            fmt::format("{} virtual network rules of vault {} are left out", rules.size(), inQuotes(vault.name)),
            "only address rules and the trusted services' bypass are simulated");
    }
    policies(findPath(resource, "properties.accessPolicies"), vault.policies);
    raw_.vaults.push_back(std::move(vault));
}

void AzureResources::policies(Node list, std::vector<RawPolicy>& policies) {
    if (!list || !list.isSequence()) {
        return;
    }
    for (const Node item : list.items()) {
        RawPolicy policy{text(findField(item, "objectId")), {}, item.mark()};
        const Node keys = findPath(item, "permissions.keys");
        if (keys && keys.isSequence()) {
            for (const Node permission : keys.items()) {
                policy.permissions.push_back(text(permission));
            }
        }
        if (!policy.permissions.empty()) {
            policies.push_back(std::move(policy));
        }
    }
}

void AzureResources::key(Node resource, std::string_view vault, std::string_view name) {
    if (vault.empty()) {
        diagnostics_.warning(resource.mark(), fmt::format("nothing says in which vault key {} lies", inQuotes(name)),
                             "it is left out");
        return;
    }
    const std::string uri = textAt(resource, "properties.keyUriWithVersion");
    raw_.keys.push_back({std::string{vault},
                         std::string{name},
                         resource.mark(),
                         {versionOf(resource, std::string{keyPartsOf(uri).version})}});
}

void AzureResources::keyByIdentifier(Node resource, std::string_view identifier) {
    const KeyParts parts = keyPartsOf(identifier);
    if (parts.vault.empty() || parts.key.empty()) {
        diagnostics_.warning(resource.mark(), fmt::format("{} is no key identifier", inQuotes(identifier)));
        return;
    }
    raw_.keys.push_back({std::string{parts.vault},
                         std::string{parts.key},
                         resource.mark(),
                         {versionOf(resource, std::string{parts.version})}});
}

void AzureResources::identity(Node resource, std::string name) {
    raw_.identities.push_back({std::move(name), resource.mark(), text(findField(resource, "id")),
                               textAt(resource, "properties.principalId"), textAt(resource, "properties.clientId")});
}

void AzureResources::grant(Node resource) {
    std::string role = textAt(resource, "roleDefinitionName");
    if (role.empty()) {
        role = textAt(resource, "properties.roleDefinitionId");
    }
    std::string scope = textAt(resource, "properties.scope");
    if (scope.empty()) {
        scope = text(findField(resource, "scope"));
    }
    raw_.grants.push_back(
        {textAt(resource, "properties.principalId"), std::move(role), std::move(scope), resource.mark()});
}

void AzureResources::service(Node resource, const AzureTerms& terms, std::string name) {
    RawResource found{
        std::move(name), terms.service, resource.mark(), text(findField(resource, "id")), {}, {}, {}, {}, {}};
    for (const AzureProperty& property : terms.properties) {
        const Node value = property.thing == AzureThing::Resource ? findPath(resource, property.path) : Node{};
        if (!value || !value.isScalar()) {
            continue;
        }
        if (property.field == "key") {
            found.key = value.text();
        } else if (property.field == "identity") {
            found.identity = value.text();
        } else {
            found.properties.emplace_back(property.field, valueOf(value));
        }
    }
    attachedIdentities(findField(resource, "identity"), found);
    raw_.resources.push_back(std::move(found));
}

void AzureResources::attachedIdentities(Node block, RawResource& resource) {
    if (!block || !block.isMapping()) {
        return;
    }
    const std::string type = text(findField(block, "type"));
    resource.ownPrincipal = text(findField(block, "principalId"));
    if (resource.ownPrincipal.empty() && equalIgnoringCase(type.substr(0, 14), "systemassigned")) {
        resource.ownPrincipal = "own of " + resource.service + ' ' + resource.name;
    }
    const Node attached = findField(block, "userAssignedIdentities");
    if (!attached || !attached.isMapping()) {
        return;
    }
    for (const auto [id, ids] : attached.entries()) {
        if (id.text().empty()) {
            continue;
        }
        resource.attached.emplace_back(id.text());
        const auto parts = readAzureId(id.text());
        RawIdentity identity;
        identity.name = parts && !parts->names.empty() ? parts->names.back() : std::string{lastPart(id.text())};
        identity.mark = id.mark();
        identity.id = id.text();
        identity.principalId = text(findField(ids, "principalId"));
        identity.clientId = text(findField(ids, "clientId"));
        identity.mentioned = true;
        raw_.identities.push_back(std::move(identity));
    }
}

} // namespace cmksim::import
