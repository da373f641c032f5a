#include "import/local_roles.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "import/resource_place.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::import {

namespace {

constexpr std::string_view keysWithin = "/keys/";

} // namespace

VaultKindId kindOfRole(std::string_view role, const std::vector<AzureTerms>& terms, const Platform& platform) {
    const std::string lower =
        lowerCase(role.substr(role.rfind('/') == std::string_view::npos ? 0 : role.rfind('/') + 1));
    for (const AzureTerms& one : terms) {
        for (const auto& [id, name] : one.roles) {
            const auto rule = std::ranges::find(platform.roles, name, &RoleRule::name);
            if ((lower == id || lower == lowerCase(name)) && rule != platform.roles.end()) {
                return rule->vaultKind;
            }
        }
    }
    return ordinaryVault;
}

std::string scopeIn(std::string_view vault, VaultKindId kind, std::string_view scope,
                    const std::vector<AzureTerms>& terms, const Platform& platform) {
    const std::string_view within =
        scope.starts_with(keysWithin) ? scope.substr(keysWithin.size()) : std::string_view{};
    const std::string_view key = within.substr(0, within.find('/'));
    const std::string_view kindName =
        kind == ordinaryVault ? std::string_view{} : std::string_view{platform.vaultKinds[kind].name};
    const AzureThing thing = key.empty() ? AzureThing::Vault : AzureThing::Key;
    return resourceIdOf({}, {}, azureTypeOf(terms, thing, kindName).name,
                        key.empty() ? std::string{vault} : fmt::format("{}/{}", vault, key));
}

std::optional<LocalGrant> localGrantOf(const RawGrant& grant, const std::vector<AzureTerms>& terms,
                                       const Platform& platform, VaultIndex& vaults) {
    LocalGrant local;
    local.kind = kindOfRole(grant.role, terms, platform);
    if (local.kind == ordinaryVault) {
        return std::nullopt;
    }
    if (const auto id = readAzureId(grant.scope); id && !id->names.empty()) {
        const KnownAzureType on = findAzureType(terms, id->type);
        if (!on.is(AzureThing::Vault) && !on.is(AzureThing::Key)) {
            return std::nullopt;
        }
        local.vault = vaults.find(readable(id->names.front()), local.kind);
        local.key = id->names.size() > 1 ? id->names.back() : std::string{};
        local.candidates = local.vault != nullptr ? 1 : 0;
        return local;
    }
    if (grant.scope.starts_with(keysWithin)) {
        local.key = grant.scope.substr(keysWithin.size());
        local.key.resize(std::min(local.key.find('/'), local.key.size()));
    } else if (!grant.scope.empty() && grant.scope != "/" && grant.scope != "/keys") {
        return std::nullopt;
    }
    for (JoinedVault& vault : vaults.all()) {
        if (vault.kind == local.kind && vault.isUsable()) {
            local.vault = ++local.candidates == 1 ? &vault : nullptr;
        }
    }
    return local;
}

} // namespace cmksim::import
