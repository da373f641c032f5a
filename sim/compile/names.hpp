// Every name of a scenario and the index that stands for it. First the names that exist are declared, then those that
// are used are looked up, and reported where nothing of that name is known.
#pragma once

#include "base/diagnostics.hpp"
#include "engine/program.hpp"
#include "scenario/ast.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cmksim::compile {

/// How an identity of the service itself is written, and a resource's own within that resource.
inline constexpr std::string_view firstPartyIdentityName = "FirstPartyIdentity";
inline constexpr std::string_view ownIdentityName = "SystemAssigned";
inline constexpr std::string_view ownIdentityPrefix = "system:";

class Names {
public:
    Names(Program& program, Diagnostics& diagnostics) : program_{program}, diagnostics_{diagnostics} {}

    // --- declaring: a name may be declared more than once ---

    /// A vault has one kind, wherever it is made.
    VaultId declareVault(const Name& name, const Name& kind);
    KeyId declareKey(VaultId vault, const Name& name);
    IdentityId declareIdentity(std::string_view name, IdentityKind kind, bool recoverable);
    ResourceId declareResource(std::string_view name);
    /// Something without a model; it has an identity of its own, to which things may be granted.
    void declareUnmodelled(std::string_view name);
    /// A vault or key that is only named in a URI: it has a place, but is no known name.
    VaultId mentionVault(std::string_view name);
    /// The same of a kind: it is not that of the same name which is of another.
    VaultId mentionVault(std::string_view name, VaultKindId kind);
    KeyId mentionKey(VaultId vault, std::string_view key);

    // --- looking up: an invalid id when the name is not known, which is then reported ---

    VaultId vault(const Name& name);
    KeyId key(VaultId vault, std::string_view key, Mark mark);
    /// Any identity: by its name, `system:RESOURCE` or `FirstPartyIdentity`.
    IdentityId identity(const Name& name);
    /// An identity of a kind that a federated one is made of.
    IdentityId partOfFederated(const Name& name, IdentityKind kind);
    /// An identity that something is granted to, named in the same way.
    IdentityId grantee(const Name& name);
    /// An identity as a resource names it: also `SystemAssigned`, but no other resource's own.
    IdentityId identityOf(ResourceId resource, const Name& name);
    /// An identity that can be created and deleted by itself.
    IdentityId standaloneIdentity(const Name& name);
    ResourceId resource(const Name& name);
    /// A role that counts in vaults of a kind.
    RoleId role(const Name& name, VaultKindId kind);
    VaultKindId vaultKind(const Name& name);
    PermissionSet permissions(const std::vector<Name>& names);
    /// A name of a version; always something, as a version need not exist.
    VersionNameId version(std::string_view name);
    BackupFileId file(std::string_view name);
    /// A network, or a resource that a perimeter names: always something, as networks are no things of the estate.
    NetworkId network(std::string_view name);
    /// The same, where something has named it; else invalid.
    [[nodiscard]] NetworkId findNetwork(std::string_view name) const;
    /// A slot for a key: always something, as what a service has is its model's.
    SlotId slot(std::string_view name);
    /// A type of keys; nothing where none is named.
    KeyTypeId keyType(const Name& name);
    FeatureId feature(const Name& name);
    /// Regions go by their letters alone, whatever their case and spaces; tenants whatever their case.
    RegionId region(const Name& name);
    TenantId tenant(const Name& name);

    [[nodiscard]] VaultKindId kindOf(VaultId vault) const { return program_.names.vaults[vault].kind; }
    /// What people call vaults of a kind, `a managed HSM`.
    [[nodiscard]] std::string titleOf(VaultKindId kind) const {
        return "a " + program_.platform->vaultKinds[kind].title;
    }
    [[nodiscard]] bool known(VaultId vault) const { return knownVaults_[vault.index()]; }
    [[nodiscard]] bool known(KeyId key) const { return knownKeys_[key.index()]; }
    [[nodiscard]] ResourceId findResource(std::string_view name) const;
    [[nodiscard]] bool isUnmodelled(std::string_view name) const { return unmodelled_.contains(std::string{name}); }
    /// The name of the own identity of something without a model.
    [[nodiscard]] Name ownOf(std::string_view unmodelled) const;

    void reportUnknown(std::string_view what, std::string_view name, Mark mark, std::vector<std::string_view> known,
                       std::string_view otherwise = {});

private:
    IdentityId findIdentity(const Name& name);
    void reportUnknownIdentity(const Name& name, bool onResource);
    /// Where a name stands among the rules of the platform.
    template <typename Rules>
    std::optional<std::size_t> placeAmong(const Rules& rules, std::string_view what, const Name& name);

    Program& program_;
    Diagnostics& diagnostics_;
    std::unordered_map<std::string, VaultId> vaults_; // by name in lower case, as in a URI
    std::unordered_map<std::string, KeyId> keys_;     // VAULT/KEY, the vault by its index
    std::unordered_map<std::string, IdentityId> identities_;
    std::unordered_map<std::string, ResourceId> resources_;
    std::unordered_map<std::string, IdentityId> unmodelled_; // with their own identities
    std::unordered_map<std::string, VersionNameId> versions_;
    std::unordered_map<std::string, BackupFileId> files_;
    std::unordered_map<std::string, NetworkId> networks_;
    std::unordered_map<std::string, SlotId> slots_;
    std::unordered_map<std::string, RegionId> regions_;
    std::unordered_map<std::string, TenantId> tenants_;
    std::vector<bool> knownVaults_;
    std::vector<bool> knownKeys_;
};

} // namespace cmksim::compile
