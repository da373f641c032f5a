// Identities, what is granted to them, and the roles in which they are granted it.
#include "import/azure_resources.hpp"

#include "base/text.hpp"
#include "catalog/vault_kinds.hpp"
#include "import/azure_fields.hpp"
#include "import/json_document.hpp"
#include "import/local_roles.hpp"
#include "import/resource_place.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::import {

void AzureResources::identity(Node resource, Described head, Telling telling) {
    RawIdentity identity;
    identity.mentioned = telling == Telling::Mentioned;
    static_cast<Described&>(identity) = std::move(head);
    identity.principalId = textAt(resource, "properties.principalId");
    identity.clientId = textAt(resource, "properties.clientId");
    lastOf_.insert_or_assign(lowerCase(identity.id), raw_.identities.size());
    raw_.identities.push_back(std::move(identity));
}

/// Those that Azure makes for keys of what a template makes: the template refers to them, and can say no more of them.
void AzureResources::madeIdentities(const AzureTerms& terms, RawResource& found) {
    for (const AzureProperty& property : terms.properties) {
        const std::string reference = referenceToPrincipal(found.id, property);
        if (reference.empty()) {
            continue;
        }
        const std::string_view name = slotFieldOf(property.field).slot;
        const auto slot = std::ranges::find(found.slots, name, &RawSlot::slot);
        if (slot == found.slots.end() || slot->use.key.empty() || !slot->use.identity.empty()) {
            continue;
        }
        slot->use.identity = reference;
        RawIdentity identity;
        identity.name = fmt::format("{}-{}", found.name, name);
        identity.mark = found.mark;
        identity.id = reference; // it lies nowhere, and is no other's
        identity.principalId = reference;
        identity.mentioned = true;
        raw_.identities.push_back(std::move(identity));
    }
}

void AzureResources::grant(Node resource, Described head) {
    RawGrant grant;
    static_cast<Described&>(grant) = std::move(head);
    const auto said = [&](std::string_view path) { return textOf(at(resource, path, Expected::Scalar)); };
    grant.principal = said("properties.principalId");
    grant.principal = grant.principal.empty() ? said("properties.objectId") : grant.principal;
    grant.role = said("roleDefinitionName");
    grant.role = grant.role.empty() ? said("properties.roleDefinitionId") : grant.role;
    grant.scope = textAt(resource, "properties.scope");
    if (grant.scope.empty()) {
        grant.scope = textOf(findField(resource, "scope"));
    }
    if (grant.scope.empty()) {
        // An assignment lies on its scope.
        constexpr std::string_view provider = "/providers/microsoft.authorization/";
        const std::size_t at = lowerCase(grant.id).rfind(provider);
        grant.scope = at == std::string::npos ? std::string{} : at == 0 ? "/" : grant.id.substr(0, at);
    }
    // Where in a vault with roles of its own one is held is said without the vault, which the collecting script adds.
    const VaultKindId kind = kindOfRole(grant.role, terms_, platform_);
    if (const std::string vault = textOf(findField(resource, "vaultName"));
        !vault.empty() && kind != ordinaryVault && !isPlace(grant.scope)) {
        grant.scope = scopeIn(vault, kind, grant.scope, terms_, platform_);
    }
    // Beside its properties stands whether a template deploys it at all.
    const Node properties = findField(resource, "properties");
    grant.condition = textOf(findField(properties && properties.isMapping() ? properties : resource, "condition"));
    grant.isOfGroup =
        lowerCase(firstText(resource, {"properties.principalType", "properties.objectType"})).ends_with("group");
    raw_.grants.push_back(std::move(grant));
}

namespace {

/// Whether a pattern of a role's definition, which may have `*` in it, covers an action.
bool covers(std::string_view pattern, std::string_view action) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) {
        return equalIgnoringCase(pattern, action);
    }
    if (action.size() < star || !equalIgnoringCase(pattern.substr(0, star), action.substr(0, star))) {
        return false;
    }
    for (std::size_t i = star; i <= action.size(); ++i) {
        if (covers(pattern.substr(star + 1), action.substr(i))) {
            return true;
        }
    }
    return false;
}

} // namespace

void AzureResources::role(Node resource, Described head) {
    RawRole role;
    static_cast<Described&>(role) = std::move(head);
    role.definition = lowerCase(lastPart(role.id.empty() ? role.name : role.id));
    const std::string said = firstText(resource, {"properties.roleName", "properties.name"});
    role.name = said.empty() ? role.name : said;
    constexpr std::string_view path = "properties.permissions";
    const Node blocks = at(resource, path, Expected::List);
    if (isOpen(blocks)) {
        tell(blocks,
             fmt::format("what role {} allows is not known ({})", inQuotes(readable(role.name)),
                         readable(blocks.text())),
             "it is taken not to use keys");
    }
    const auto allows = [&](Node block, std::string_view action) {
        const auto any = [&](std::string_view field) {
            const Node patterns = at(block, field, Expected::Words);
            bool found = patterns && covers(patterns.text(), action); // PowerShell prints a list of one as that
            for (std::size_t i = 0; patterns && patterns.isSequence() && i < patterns.size(); ++i) {
                found = found || covers(patterns.item(i).text(), action);
            }
            return found;
        };
        return any("dataActions") && !any("notDataActions");
    };
    const auto platform = std::ranges::find(terms_, "", &AzureTerms::service);
    role.usesKeys = !platform->keyActions.empty() && std::ranges::all_of(platform->keyActions, [&](const auto& action) {
        if (!blocks || !blocks.isSequence()) {
            return allows(resource, action.second); // as PowerShell prints them
        }
        bool any = false;
        for (const Node block : blocks.items()) {
            if (isThere(block) && !fits(block, Expected::Mapping)) {
                wrong(block, Expected::Mapping, path);
            } else if (isThere(block)) {
                any = any || allows(block, action.second);
            }
        }
        return any;
    });
    raw_.roles.push_back(std::move(role));
}

} // namespace cmksim::import
