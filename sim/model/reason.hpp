// Why a resource stands as it does: what a key access check can answer (semantics, section 2), and what stands beside
// that.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cmksim {

/// Why a resource cannot use its key, in the order in which a check tries them; `None`: it can. After those, what no
/// check answers.
enum class Reason : std::uint8_t {
    None,
    IdentityNotAssigned,
    IdentityInactive,
    TokenAcquisitionFailed,
    KeyUriMalformed,
    VaultDnsUnresolved,
    VaultNotFound,
    VaultFirewallDenied,
    IdentityUnauthorized,
    KeyNotFound,
    KeyVersionNotFound,
    KeyDisabled,
    KeyNotYetValid,
    KeyExpired,
    UnwrapFailed,
    RequirementNotMet,    // a creation failed for what its model requires of the vault
    RevalidationRequired, // the key is within reach again, and only a revalidation by hand leads back
    BaseUnavailable,      // what it stands on is not available (rules, section 6)
};

inline constexpr std::size_t checkedReasonCount = static_cast<std::size_t>(Reason::UnwrapFailed) + 1; // with `None`
inline constexpr std::size_t reasonCount = static_cast<std::size_t>(Reason::BaseUnavailable) + 1;

/// What leads back from a reason; recovery/repairs.cpp has the candidates.
enum class Remedy : std::uint8_t {
    None, // nothing is done for the reason itself: a creation, a base or a credential is repaired
    SwitchIdentity,
    BringIdentityBack,
    PointAtKeys,
    RestoreDns,
    BringVaultBack,
    OpenNetwork,
    Grant,
    BringKeyBack,
    BringVersionBack,
    BringMaterialBack,
    RepairVersion,
};

/// All that is to be said of a reason in general.
struct ReasonNotes {
    Reason reason{};
    std::string_view name;
    std::size_t rarity = reasonCount; // its place among causes of trouble, the most common first; last: it is none
    bool ownSettings = false;         // the resource's own settings are wrong: nothing else brings it about
    Remedy remedy = Remedy::None;
    std::string_view holdsWhen;
    std::string_view causes;
    std::string_view doesNotHelp; // empty where there is no mistake to make
};

/// A row for each reason, in their order.
inline constexpr std::array<ReasonNotes, reasonCount> reasonNotes{{
    {.reason = Reason::None,
     .name = "None",
     .holdsWhen = "the resource can use its key",
     .causes = "nothing is wrong",
     .doesNotHelp = ""},
    {.reason = Reason::IdentityNotAssigned,
     .name = "IdentityNotAssigned",
     .rarity = 8,
     .ownSettings = true,
     .remedy = Remedy::SwitchIdentity,
     .holdsWhen = "no identity is set for the key, or one of a kind that the service does not take",
     .causes = "a template without an identity; a system-assigned identity where only user-assigned ones do",
     .doesNotHelp = "granting more to the identity that is not taken"},
    {.reason = Reason::IdentityInactive,
     .name = "IdentityInactive",
     .rarity = 7,
     .holdsWhen = "the resource's credential for its identity has lapsed",
     .causes = "the identity in use was to be removed; that was refused, and renewal stopped all the same",
     .doesNotHelp = "waiting: nothing renews it by itself"},
    {.reason = Reason::TokenAcquisitionFailed,
     .name = "TokenAcquisitionFailed",
     .rarity = 6,
     .remedy = Remedy::BringIdentityBack,
     .holdsWhen = "the identity is deleted in Microsoft Entra ID",
     .causes = "the identity was deleted, by hand or with its resource group; a resource's own went with the resource",
     .doesNotHelp = "a new identity of the old name alone: it is another principal, nothing is granted to it, and "
                    "the resource goes on with the old one"},
    {.reason = Reason::KeyUriMalformed,
     .name = "KeyUriMalformed",
     .rarity = 9,
     .ownSettings = true,
     .remedy = Remedy::PointAtKeys,
     .holdsWhen = "the key's identifier is none of Key Vault's",
     .causes = "a typing error; a URI that ends before the key's name",
     .doesNotHelp = "anything done to the vault: it is never asked"},
    {.reason = Reason::VaultDnsUnresolved,
     .name = "VaultDnsUnresolved",
     .rarity = 10,
     .remedy = Remedy::RestoreDns,
     .holdsWhen = "the vault's name does not resolve",
     .causes = "a private DNS zone that misses an entry; servers that disagree",
     .doesNotHelp = "granting or recovering anything: the vault is there and well"},
    {.reason = Reason::VaultNotFound,
     .name = "VaultNotFound",
     .rarity = 5,
     .remedy = Remedy::BringVaultBack,
     .holdsWhen = "there is no active vault of that name: never there, deleted or purged",
     .causes = "the vault was deleted, perhaps with its resource group",
     .doesNotHelp = "a new vault under the old name: it holds other keys; and a recovered one has lost its role "
                    "assignments"},
    {.reason = Reason::VaultFirewallDenied,
     .name = "VaultFirewallDenied",
     .rarity = 1,
     .remedy = Remedy::OpenNetwork,
     .holdsWhen = "the vault's network rules keep the service out",
     .causes = "a policy closed the vault, or the bypass was switched off",
     .doesNotHelp = "the bypass for trusted services, where the identity does not make the service one"},
    {.reason = Reason::IdentityUnauthorized,
     .name = "IdentityUnauthorized",
     .rarity = 0,
     .remedy = Remedy::Grant,
     .holdsWhen = "the identity lacks a permission that the service requires",
     .causes = "a policy or role was removed, the permission model was switched, or a recovered vault lost its roles",
     .doesNotHelp = "grants in the list that the vault's permission model does not read"},
    {.reason = Reason::KeyNotFound,
     .name = "KeyNotFound",
     .rarity = 4,
     .remedy = Remedy::BringKeyBack,
     .holdsWhen = "the vault has no active key of that name: never there, deleted or purged",
     .causes = "the key was deleted",
     .doesNotHelp = "a new key under the old name: its material is another, and what is wrapped stays so; rotating "
                    "to another key: the old one is needed for it"},
    {.reason = Reason::KeyVersionNotFound,
     .name = "KeyVersionNotFound",
     .rarity = 12,
     .ownSettings = true,
     .remedy = Remedy::BringVersionBack,
     .holdsWhen = "the identifier names a version that the key does not have",
     .causes = "a version of another key, or of one that was purged and made anew",
     .doesNotHelp = "enabling or adding versions"},
    {.reason = Reason::KeyDisabled,
     .name = "KeyDisabled",
     .rarity = 2,
     .remedy = Remedy::RepairVersion,
     .holdsWhen = "the version in use is disabled",
     .causes = "the key was disabled, or its old version before every resource had noticed the new one",
     .doesNotHelp = "a new version: the data is wrapped by the one that is disabled"},
    {.reason = Reason::KeyNotYetValid,
     .name = "KeyNotYetValid",
     .rarity = 11,
     .remedy = Remedy::RepairVersion,
     .holdsWhen = "the version in use is not valid yet",
     .causes = "an activation date in the future",
     .doesNotHelp = "a new version: the data is wrapped by this one"},
    {.reason = Reason::KeyExpired,
     .name = "KeyExpired",
     .rarity = 3,
     .remedy = Remedy::RepairVersion,
     .holdsWhen = "the version in use has expired",
     .causes = "its expiry date has passed, without any action",
     .doesNotHelp = "a new version: the data is wrapped by the one that has expired"},
    {.reason = Reason::UnwrapFailed,
     .name = "UnwrapFailed",
     .rarity = 13,
     .remedy = Remedy::BringMaterialBack,
     .holdsWhen = "the material that wraps the resource's data is not in the key any more",
     .causes = "the key was purged, and a new one made under its name",
     .doesNotHelp = "anything but the old material: from a backup, if there is one"},
    {.reason = Reason::RequirementNotMet,
     .name = "RequirementNotMet",
     .holdsWhen = "the resource could not be made, as the vault is not set up as its service requires",
     .causes = "a vault without soft delete or without purge protection",
     .doesNotHelp = "waiting, or setting the vault up: what is left of the creation stays as it is"},
    {.reason = Reason::RevalidationRequired,
     .name = "RevalidationRequired",
     .holdsWhen = "the resource could use its key again, and does not come back by itself",
     .causes = "a key that came back later than the service waited for it",
     .doesNotHelp = "waiting: only a revalidation by hand leads out of the state"},
    {.reason = Reason::BaseUnavailable,
     .name = "BaseUnavailable",
     .holdsWhen = "what the resource stands on is not available",
     .causes = "the key of a resource below it is out of reach",
     .doesNotHelp = "anything done to the resource itself, as long as what it stands on is down"},
}};

static_assert(
    [] {
        for (std::size_t i = 0; i < reasonCount; ++i) {
            if (static_cast<std::size_t>(reasonNotes[i].reason) != i || reasonNotes[i].holdsWhen.empty()) {
                return false;
            }
        }
        return true;
    }(),
    "a reason has no row, or not at its place");

/// Assumed: permissions and firewalls change often, keys are disabled or expire now and then, things are deleted
/// rarely, and names and URIs break least.
inline constexpr std::size_t rarityOf(Reason reason) { return reasonNotes[static_cast<std::size_t>(reason)].rarity; }

inline constexpr const ReasonNotes& notesOn(Reason reason) { return reasonNotes[static_cast<std::size_t>(reason)]; }

inline constexpr std::array<std::string_view, reasonCount> reasonNames = [] {
    std::array<std::string_view, reasonCount> names;
    for (std::size_t i = 0; i < reasonCount; ++i) {
        names[i] = reasonNotes[i].name;
    }
    return names;
}();

inline constexpr std::string_view nameOf(Reason reason) { return reasonNames[static_cast<std::size_t>(reason)]; }

inline constexpr std::optional<Reason> reasonNamed(std::string_view name) {
    for (std::size_t i = 0; i < reasonCount; ++i) {
        if (reasonNames[i] == name) {
            return static_cast<Reason>(i);
        }
    }
    return std::nullopt;
}

} // namespace cmksim
