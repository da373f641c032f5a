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

inline constexpr std::size_t reasonCount = 18;
inline constexpr std::size_t checkedReasonCount = 15; // `None` and those that a check answers

inline constexpr std::array<std::string_view, reasonCount> reasonNames{
    "None",
    "IdentityNotAssigned",
    "IdentityInactive",
    "TokenAcquisitionFailed",
    "KeyUriMalformed",
    "VaultDnsUnresolved",
    "VaultNotFound",
    "VaultFirewallDenied",
    "IdentityUnauthorized",
    "KeyNotFound",
    "KeyVersionNotFound",
    "KeyDisabled",
    "KeyNotYetValid",
    "KeyExpired",
    "UnwrapFailed",
    "RequirementNotMet",
    "RevalidationRequired",
    "BaseUnavailable",
};

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
