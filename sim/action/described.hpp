// Vaults and resources as an estate, or the action that makes one, describes them.
#pragma once

#include "action/argument.hpp"
#include "base/address_block.hpp"
#include "base/fields.hpp"
#include "model/ids.hpp"
#include "model/model.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace cmksim::action {

/// The settings of a vault that an action names; what it does not name stays.
struct VaultSettings {
    std::optional<bool> rbac;
    std::optional<bool> softDelete;
    std::optional<bool> purgeProtection;
    std::optional<bool> publicAccess;
    std::optional<bool> perimeter; // a network security perimeter decides alone; said together with public access
    std::optional<bool> allowByDefault;
    std::optional<bool> trustedBypass;
    std::optional<std::vector<AddressBlock>> ipRules;
    std::optional<std::vector<NetworkId>> privateEndpoints; // the networks that have one
    std::optional<std::vector<NetworkId>> networkRules;     // those that its rules let in
    std::optional<std::vector<NetworkId>> insiders;         // those, and the resources, in its perimeter
    std::optional<Duration> retention;                      // of a change; a new vault has it beside its settings

    static constexpr std::array<std::string_view, 3> accessWords{"Enabled", "Disabled", "SecuredByPerimeter"};
    static constexpr std::array<std::string_view, 2> defaultActionWords{"Allow", "Deny"};
    static constexpr std::array<std::string_view, 2> bypassWords{"AzureServices", "None"};

    static constexpr auto arguments() {
        using enum ArgumentType;
        return std::tuple{optionalArgument("enableRbacAuthorization", Flag, &VaultSettings::rbac),
                          optionalArgument("enableSoftDelete", Flag, &VaultSettings::softDelete),
                          optionalArgument("enablePurgeProtection", Flag, &VaultSettings::purgeProtection),
                          wordArgument("publicNetworkAccess", accessWords, &VaultSettings::publicAccess),
                          wordArgument("networkAcls.defaultAction", defaultActionWords, &VaultSettings::allowByDefault),
                          wordArgument("networkAcls.bypass", bypassWords, &VaultSettings::trustedBypass),
                          optionalArgument("networkAcls.ipRules", Addresses, &VaultSettings::ipRules),
                          optionalArgument("privateEndpoints", Networks, &VaultSettings::privateEndpoints),
                          optionalArgument("virtualNetworkRules", Networks, &VaultSettings::networkRules),
                          optionalArgument("perimeter", Networks, &VaultSettings::insiders),
                          optionalArgument("softDeleteRetentionInDays", Days, &VaultSettings::retention)};
    }
    friend auto operator<=>(const VaultSettings&, const VaultSettings&) = default;
};

/// What is said of a version when it is made or changed.
struct VersionSettings {
    std::optional<bool> enabled;
    std::optional<Instant> notBefore; // before all others: nothing is set
    std::optional<Instant> expires;   // never: nothing is set

    static constexpr auto arguments() {
        return std::tuple{optionalArgument("enabled", ArgumentType::Flag, &VersionSettings::enabled),
                          momentArgument("notBefore", Instant::min(), &VersionSettings::notBefore),
                          momentArgument("expires", never, &VersionSettings::expires)};
    }
    friend auto operator<=>(const VersionSettings&, const VersionSettings&) = default;
};

/// What kind of key a version is, as far as it is said.
struct KeyShape {
    KeyTypeId type;         // invalid: it is not said
    std::uint16_t size = 0; // in bits; 0: it is not said

    static constexpr auto arguments() {
        return std::tuple{optionalArgument("type", ArgumentType::KeyType, &KeyShape::type),
                          optionalArgument("size", ArgumentType::Bits, &KeyShape::size)};
    }
    static constexpr auto fields() { return std::tuple{decides(&KeyShape::type), decides(&KeyShape::size)}; }
    friend auto operator<=>(const KeyShape&, const KeyShape&) = default;
};
static_assert(listsEveryMember<KeyShape>, "a member is missing in fields()");

/// Where something lies and whose directory it is of, as far as it is said.
struct Locality {
    RegionId region; // invalid: it is not said
    TenantId tenant; // invalid: it is not said

    static constexpr auto fields() { return std::tuple{decides(&Locality::region), decides(&Locality::tenant)}; }
    friend auto operator<=>(const Locality&, const Locality&) = default;
};
static_assert(listsEveryMember<Locality>, "a member is missing in fields()");

/// A version of a key that comes with a new vault.
struct NewVersion {
    VersionNameId name; // invalid: by its place
    bool enabled = true;
    Instant notBefore = Instant::min();
    Instant expires = never;
    KeyShape shape = {};
};

struct NewRole {
    IdentityId identity;
    RoleId role;
};

struct NewPolicy {
    IdentityId identity;
    PermissionSet permissions = 0;
};

struct NewKey {
    KeyId key;
    std::vector<NewVersion> versions;
    std::vector<NewRole> roles;
    std::optional<Instant> deleted = {}; // of the estate: soft-deleted since then
};

/// A whole vault: of the estate, or as `vault.create` makes it. Every setting is given.
struct NewVault {
    VaultId vault;
    VaultSettings settings;
    Duration retention{};
    std::vector<NewPolicy> policies;
    std::vector<NewRole> roles;
    std::vector<NewKey> keys;
    std::optional<Instant> deleted = {}; // of the estate: soft-deleted since then
    Locality place = {};
};

/// A key in its slot, and the identity that it is used with.
struct KeyUse {
    SlotId slot;
    KeyReferenceId key;
    IdentityId identity; // invalid: none is set for it

    friend auto operator<=>(const KeyUse&, const KeyUse&) = default;
};

/// What an update does to one slot, or to the list of keys whatever the slot is.
struct SlotChange {
    SlotId slot;              // invalid: of the list, the one that holds the key so, else one that is free
    KeyReferenceId key = {};  // invalid: none is named
    IdentityId identity = {}; // invalid: none is named
    bool removed = false;     // the slot goes

    friend auto operator<=>(const SlotChange&, const SlotChange&) = default;
};

/// A resource as the estate or its creation describes it.
struct NewResource {
    IdentityId identity;                // invalid: none is set for the key
    std::vector<IdentityId> identities; // others attached to it
    KeyReferenceId key;                 // invalid: the platform's own key
    SlotId slot = SlotId{0};            // of that key
    std::vector<KeyUse> otherKeys;      // those of the slots after it
    PropertyValues properties;          // of the model
    std::vector<ResourceId> on;         // that it stands on
    bool onUnmodelled = false;          // it stands on something without a model as well, which is never short
    std::optional<std::uint32_t> outboundIp;
    NetworkId network; // from which it reaches its vault; invalid: from none that is named
    NetworkId self;    // itself, where some perimeter names it
    Locality place = {};
    std::optional<StateId> state;          // where the estate says that it is down
    std::optional<bool> automaticRotation; // where that is a property of the resource
    std::optional<Duration> phase;         // where it is pinned
    std::optional<Duration> recoveryPhase; // likewise, in a service that has a clock of its own for what is down
    std::optional<Duration> rotationPhase; // likewise, in a service that looks for newer versions by a clock of its own

    /// Calls `visit(KeyUse)` for each of its keys, in the order of their slots.
    template <class Visit>
    void eachKey(Visit visit) const {
        if (key.valid()) {
            visit(KeyUse{slot, key, identity});
        }
        std::ranges::for_each(otherKeys, visit);
    }

    /// Calls `visit` for each identity that it uses or attaches, some of them more than once.
    template <class Visit>
    void eachIdentity(Visit visit) const {
        if (identity.valid()) {
            visit(identity);
        }
        for (const KeyUse& use : otherKeys) {
            if (use.identity.valid()) {
                visit(use.identity);
            }
        }
        std::ranges::for_each(identities, visit);
    }

    /// Whether it uses or attaches an identity.
    [[nodiscard]] bool names(IdentityId other) const {
        return identity == other || std::ranges::find(identities, other) != identities.end() ||
               std::ranges::find(otherKeys, other, &KeyUse::identity) != otherKeys.end();
    }

    friend bool operator==(const NewResource&, const NewResource&) = default;
};

} // namespace cmksim::action
