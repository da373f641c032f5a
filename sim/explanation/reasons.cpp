#include "explanation/explain.hpp"

#include <algorithm>
#include <array>

namespace cmksim::explanation {

const ReasonNotes& notesOn(Reason reason) {
    static constexpr std::array<ReasonNotes, reasonCount> notes{{
        {"the resource can use its key", "nothing is wrong", ""},
        {"no identity is set for the key, or one of a kind that the service does not take",
         "a template without an identity; a system-assigned identity where only user-assigned ones do",
         "granting more to the identity that is not taken"},
        {"the resource's credential for its identity has lapsed",
         "the identity in use was to be removed; that was refused, and renewal stopped all the same",
         "waiting: nothing renews it by itself"},
        {"the identity is deleted in Microsoft Entra ID",
         "the identity was deleted, by hand or with its resource group; a resource's own went with the resource",
         "a new identity of the old name: it is another principal, and nothing is granted to it"},
        {"the key's identifier is none of Key Vault's", "a typing error; a URI that ends before the key's name",
         "anything done to the vault: it is never asked"},
        {"the vault's name does not resolve", "a private DNS zone that misses an entry; servers that disagree",
         "granting or recovering anything: the vault is there and well"},
        {"there is no active vault of that name: never there, deleted or purged",
         "the vault was deleted, perhaps with its resource group",
         "a new vault under the old name: it holds other keys; and a recovered one has lost its role assignments"},
        {"the vault's network rules keep the service out", "a policy closed the vault, or the bypass was switched off",
         "the bypass for trusted services, where the identity does not make the service one"},
        {"the identity lacks a permission that the service requires",
         "a policy or role was removed, the permission model was switched, or a recovered vault lost its roles",
         "grants in the list that the vault's permission model does not read"},
        {"the vault has no active key of that name: never there, deleted or purged", "the key was deleted",
         "a new key under the old name: its material is another, and what is wrapped stays so; rotating to another "
         "key: "
         "the old one is needed for it"},
        {"the identifier names a version that the key does not have",
         "a version of another key, or of one that was purged and made anew", "enabling or adding versions"},
        {"the version in use is disabled",
         "the key was disabled, or its old version before every resource had noticed the new one",
         "a new version: the data is wrapped by the one that is disabled"},
        {"the version in use is not valid yet", "an activation date in the future",
         "a new version: the data is wrapped by this one"},
        {"the version in use has expired", "its expiry date has passed, without any action",
         "a new version: the data is wrapped by the one that has expired"},
        {"the material that wraps the resource's data is not in the key any more",
         "the key was purged, and a new one made under its name",
         "anything but the old material: from a backup, if there is one"},
        {"the resource could not be made, as the vault is not set up as its service requires",
         "a vault without soft delete or without purge protection",
         "waiting, or setting the vault up: what is left of the creation stays as it is"},
        {"the resource could use its key again, and does not come back by itself",
         "a key that came back later than the service waited for it",
         "waiting: only a revalidation by hand leads out of the state"},
        {"what the resource stands on is not available", "the key of a resource below it is out of reach",
         "anything done to the resource itself: it comes back with what it stands on"},
    }};
    return notes[static_cast<std::size_t>(reason)];
}

std::size_t rarityOf(Reason reason) {
    static constexpr std::array order{
        Reason::IdentityUnauthorized,
        Reason::VaultFirewallDenied,
        Reason::KeyDisabled,
        Reason::KeyExpired,
        Reason::KeyNotFound,
        Reason::VaultNotFound,
        Reason::TokenAcquisitionFailed,
        Reason::IdentityInactive,
        Reason::IdentityNotAssigned,
        Reason::KeyUriMalformed,
        Reason::VaultDnsUnresolved,
        Reason::KeyNotYetValid,
        Reason::KeyVersionNotFound,
        Reason::UnwrapFailed,
    };
    return static_cast<std::size_t>(std::ranges::find(order, reason) - order.begin());
}

} // namespace cmksim::explanation
