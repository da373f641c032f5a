// The things that a program speaks of by index, and what the indices stand for.
#pragma once

#include "model/ids.hpp"
#include "model/model.hpp"
#include "trace/record.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace cmksim::engine {

using PrincipalId = Id<struct PrincipalTag>; // who is granted something; never used again for another
using MaterialId = Id<struct MaterialTag>;   // what one key version wraps with, wherever it lies
using ModelId = Id<struct ModelTag>;         // index into Program::models

struct VaultName {
    std::string text;
    VaultKindId kind = ordinaryVault;
};

struct KeyName {
    VaultId vault;
    std::string text; // within the vault
};

struct IdentityName {
    std::string text; // `acr-id`, `system:myregistry`
    IdentityKind kind = IdentityKind::UserAssigned;
    ResourceId owner;                    // of a system-assigned identity
    bool recoverable = true;             // whether deleting it is final
    std::optional<Instant> deleted = {}; // in the estate, before the start
    std::optional<Duration> tokenLife{}; // of one deleted before the start: its last token's; none: nominal
    IdentityId with = {};                // of a federated one: the user-assigned identity that is attached
    IdentityId app = {};                 // likewise: the application to which everything is granted

    [[nodiscard]] bool isFederated() const { return kind == IdentityKind::Federated; }
};

/// What is attached to a resource that uses an identity: of a federated one its user-assigned part.
template <class Identities>
[[nodiscard]] IdentityId attachedOf(const Identities& identities, IdentityId identity) {
    const IdentityName& name = *(identities.begin() + static_cast<std::ptrdiff_t>(identity.index()));
    return name.isFederated() ? name.with : identity;
}

/// A key of a vault, or one of its versions.
struct NamedKey {
    VaultId vault;
    KeyId key;
    VersionNameId version; // invalid: the newest, rotated automatically

    friend bool operator==(const NamedKey&, const NamedKey&) = default;
};

/// A key as a resource names it, by URI or short form.
struct KeyReference {
    std::string text;
    std::optional<NamedKey> named; // none: the text is malformed and leads nowhere
};

} // namespace cmksim::engine
