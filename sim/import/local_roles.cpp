#include "import/local_roles.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"

#include <algorithm>

namespace cmksim::import {

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

std::optional<LocalGrant> localGrantOf(const RawGrant& grant, const std::vector<AzureTerms>& terms,
                                       const Platform& platform, VaultIndex& vaults) {
    LocalGrant local;
    local.kind = kindOfRole(grant.role, terms, platform);
    if (local.kind == ordinaryVault) {
        return std::nullopt;
    }
    constexpr std::string_view keys = "/keys/";
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
    if (grant.scope.starts_with(keys)) {
        local.key = grant.scope.substr(keys.size());
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
