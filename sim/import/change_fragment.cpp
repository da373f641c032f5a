#include "import/change_fragment.hpp"

#include "base/text.hpp"
#include "import/arm_values.hpp"
#include "import/resource_place.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cmksim::import {

namespace {

bool describes(const RawImport& side, std::string_view name) {
    return std::ranges::any_of(side.vaults,
                               [&](const RawVault& one) { return one.isWhole && equalIgnoringCase(one.name, name); });
}

bool isVaultOf(const RawImport& side, std::string_view name) {
    return std::ranges::any_of(side.vaults, [&](const RawVault& one) { return equalIgnoringCase(one.name, name); });
}

/// Whether a side says what a setting of a vault becomes.
bool sets(const RawImport& side, std::string_view name, std::string_view field) {
    return std::ranges::any_of(side.vaults, [&](const RawVault& one) {
        return equalIgnoringCase(one.name, name) && std::ranges::any_of(one.settings, [&](const auto& setting) {
                   const std::string* text = stringIn(setting.second);
                   return setting.first == field && (text == nullptr || !isUnknownText(*text));
               });
    });
}

bool isIdentityOf(const RawImport& side, const RawIdentity& identity) {
    return std::ranges::any_of(side.identities, [&](const RawIdentity& one) {
        // Two of one name may lie in two groups.
        const bool areOther =
            !isPlaceless(one.id) && !isPlaceless(identity.id) && !equalIgnoringCase(one.id, identity.id);
        return (!areOther && equalIgnoringCase(one.name, identity.name)) ||
               (!isPlaceless(one.id) && equalIgnoringCase(one.id, identity.id)) ||
               (!one.principalId.empty() && equalIgnoringCase(one.principalId, identity.principalId));
    });
}

} // namespace

RawImport Fragment::of(const RawImport& side) const {
    RawImport whole = side;
    for (const RawVault& vault : known_.vaults) {
        if (speaksOf(vault.name) && !describes(side, vault.name)) {
            RawVault stub = vault;
            stub.policies.clear();
            stub.hasAllPolicies = false;
            std::erase_if(stub.settings, [&](const auto& setting) { return sets(side, vault.name, setting.first); });
            whole.vaults.insert(whole.vaults.begin(), std::move(stub));
        }
    }
    for (const RawIdentity& identity : known_.identities) {
        if (!isIdentityOf(reported_.before, identity) && !isIdentityOf(reported_.after, identity)) {
            whole.identities.push_back(identity);
        }
    }
    return whole;
}

std::vector<std::string> Fragment::goneKeys() const {
    std::vector<std::string> gone;
    for (const RawKey& key : reported_.before.keys) {
        const bool stays = std::ranges::any_of(reported_.after.keys, [&](const RawKey& one) {
            return one.name == key.name && equalIgnoringCase(one.vault, key.vault);
        });
        const bool isRead = isVaultOf(known_, key.vault) || describes(reported_.before, key.vault) ||
                            describes(reported_.after, key.vault);
        const bool isDescribed = describes(reported_.before, key.vault) || describes(reported_.after, key.vault);
        if (stays && !isDescribed && isAltered(key)) {
            gone.push_back(fmt::format("the change alters key {}, in a vault that it does not describe: what comes "
                                       "of that is not known in full",
                                       inQuotes(readable(key.vault) + '/' + readable(key.name))));
        }
        if (!stays && !isRead) {
            gone.push_back(fmt::format("the change removes key {}, and what its vault is like and who uses it was "
                                       "not read",
                                       inQuotes(readable(key.vault) + '/' + readable(key.name))));
        }
    }
    return gone;
}

std::vector<std::string> Fragment::lostPolicies(const Diagnostics& whole) const {
    std::vector<std::string> lost;
    for (const RawVault& vault : reported_.before.vaults) {
        for (const RawPolicy& policy : vault.policies) {
            const bool isUnread = std::ranges::any_of(whole.all(), [&](const Diagnostic& one) {
                return one.message.starts_with(fmt::format("the policy of {} ", inQuotes(readable(policy.principal))));
            });
            if (isUnread && allowsLess(vault.name, policy)) {
                lost.push_back(fmt::format("the policy of {} in vault {} goes or allows less, and whose it is was "
                                           "not read",
                                           inQuotes(readable(policy.principal)), inQuotes(readable(vault.name))));
            }
        }
    }
    return lost;
}

bool Fragment::isAltered(const RawKey& key) const {
    const auto same = [](const RawVersion& one, const RawVersion& other) {
        return one.enabled.value_or(true) == other.enabled.value_or(true) && one.notBefore == other.notBefore &&
               one.expires == other.expires;
    };
    return std::ranges::any_of(reported_.after.keys, [&](const RawKey& one) {
        return one.name == key.name && equalIgnoringCase(one.vault, key.vault) &&
               !std::ranges::equal(one.versions, key.versions, same);
    });
}

bool Fragment::speaksOf(std::string_view name) const {
    if (describes(reported_.before, name) || describes(reported_.after, name)) {
        return false;
    }
    return std::ranges::any_of(std::array{&reported_.before, &reported_.after}, [&](const RawImport* side) {
        return isVaultOf(*side, name) ||
               std::ranges::any_of(side->keys, [&](const RawKey& one) { return equalIgnoringCase(one.vault, name); });
    });
}

bool Fragment::allowsLess(std::string_view vault, const RawPolicy& policy) const {
    for (const RawVault& later : reported_.after.vaults) {
        for (const RawPolicy& one : later.policies) {
            if (equalIgnoringCase(later.name, vault) && one.principal == policy.principal) {
                return std::ranges::any_of(policy.permissions, [&](const std::string& permission) {
                    return std::ranges::find(one.permissions, permission) == one.permissions.end();
                });
            }
        }
    }
    return true;
}

} // namespace cmksim::import
