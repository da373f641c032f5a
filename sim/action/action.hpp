// Everything that a scenario can do: the one table of actions. Each is a struct that says what it is called, what it
// acts on, which arguments it takes, and what the rest of the program has to know of it; `Action` is any of them.
// Reading, compiling, printing, the commands of the Azure CLI and the JSON Schema follow from what stands here. A new
// action gets its struct and its place in `Action` here, and its effect in engine/: `World::perform` or
// `ResourceChange::perform`, without which nothing compiles.
#pragma once

#include "action/described.hpp"

#include <memory>
#include <string_view>
#include <type_traits>
#include <variant>

namespace cmksim::action {

/// What an action's `target` names.
enum class TargetKind : std::uint8_t {
    Vault,        // VAULT
    Scope,        // `/`, VAULT or VAULT/KEY
    Key,          // VAULT/KEY
    KeyOrVersion, // VAULT/KEY or VAULT/KEY/VERSION
    Identity,     // a user-assigned identity
    Resource,
    Feature, // PROVIDER/NAME
};

/// Which rights an action takes, the lesser first.
enum class Privilege : std::uint8_t {
    OnTheResource = 1, // to change one resource
    OnTheKey,          // to manage keys
    OnTheVault,        // to change a vault and its network
    Grants,            // to give others access
    Directory,         // to bring identities back
    Support,
};

/// The documented timing that leaves open when an action counts.
enum class OpenTiming : std::uint8_t { None, PolicyEffect, RoleEffect, TokenLife, IdentityLapse };

/// What is said of an action besides its arguments.
struct ActionTraits {
    std::string_view name; // `key.delete`
    TargetKind target{};
    Privilege privilege{};
    bool makes = false;         // its target need not be there before
    bool needsArgument = false; // none of its arguments is required, but one of them is
    bool irreversible = false;  // nothing undoes it
    bool doubtful = false;      // documents disagree about whether it works
    OpenTiming timing = OpenTiming::None;
};

// --- what an action acts on ------------------------------------------------------------------------------------------

struct OnVault {
    VaultId vault;

    static constexpr auto arguments() { return std::tuple<>{}; }
    static constexpr auto target() { return std::tuple{&OnVault::vault}; }
    friend auto operator<=>(const OnVault&, const OnVault&) = default;
};

struct OnKey {
    VaultId vault;
    KeyId key;

    static constexpr auto arguments() { return std::tuple<>{}; }
    static constexpr auto target() { return std::tuple{&OnKey::vault, &OnKey::key}; }
    friend auto operator<=>(const OnKey&, const OnKey&) = default;
};

struct OnVersion {
    VaultId vault;
    KeyId key;
    VersionNameId version; // invalid: the newest

    static constexpr auto target() { return std::tuple{&OnVersion::vault, &OnVersion::key, &OnVersion::version}; }
    friend auto operator<=>(const OnVersion&, const OnVersion&) = default;
};

struct AboveVaults {
    static constexpr auto target() { return std::tuple<>{}; }
    friend auto operator<=>(const AboveVaults&, const AboveVaults&) = default;
};

/// Where a role is held: above all vaults, at a vault and its keys, or at one key.
using GrantScope = std::variant<AboveVaults, OnVault, OnKey>;

struct OnScope {
    GrantScope scope;

    static constexpr auto target() { return std::tuple{&OnScope::scope}; }
    friend auto operator<=>(const OnScope&, const OnScope&) = default;
};

struct OnIdentity {
    IdentityId identity;

    static constexpr auto arguments() { return std::tuple<>{}; }
    static constexpr auto target() { return std::tuple{&OnIdentity::identity}; }
    friend auto operator<=>(const OnIdentity&, const OnIdentity&) = default;
};

struct OnResource {
    ResourceId resource;

    static constexpr auto arguments() { return std::tuple<>{}; }
    static constexpr auto target() { return std::tuple{&OnResource::resource}; }
    friend auto operator<=>(const OnResource&, const OnResource&) = default;
};

struct OnFeature {
    FeatureId feature;

    static constexpr auto arguments() { return std::tuple<>{}; }
    static constexpr auto target() { return std::tuple{&OnFeature::feature}; }
    friend auto operator<=>(const OnFeature&, const OnFeature&) = default;
};

// --- vaults ----------------------------------------------------------------------------------------------------------

struct VaultCreate : OnVault {
    std::shared_ptr<const NewVault> described;

    static constexpr ActionTraits traits{
        .name = "vault.create", .target = TargetKind::Vault, .privilege = Privilege::OnTheVault, .makes = true};
    static constexpr auto arguments() {
        return std::tuple{optionalArgument("", ArgumentType::Vault, &VaultCreate::described)};
    }
    friend auto operator<=>(const VaultCreate&, const VaultCreate&) = default;
};

struct VaultDelete : OnVault {
    static constexpr ActionTraits traits{
        .name = "vault.delete", .target = TargetKind::Vault, .privilege = Privilege::OnTheVault};
    friend auto operator<=>(const VaultDelete&, const VaultDelete&) = default;
};

struct VaultRecover : OnVault {
    static constexpr ActionTraits traits{
        .name = "vault.recover", .target = TargetKind::Vault, .privilege = Privilege::OnTheVault};
    friend auto operator<=>(const VaultRecover&, const VaultRecover&) = default;
};

struct VaultPurge : OnVault {
    static constexpr ActionTraits traits{
        .name = "vault.purge", .target = TargetKind::Vault, .privilege = Privilege::OnTheVault, .irreversible = true};
    friend auto operator<=>(const VaultPurge&, const VaultPurge&) = default;
};

struct VaultUpdate : OnVault {
    VaultSettings settings;

    static constexpr ActionTraits traits{
        .name = "vault.update", .target = TargetKind::Vault, .privilege = Privilege::OnTheVault};
    static constexpr auto arguments() { return std::tuple{argumentGroup(&VaultUpdate::settings)}; }
    friend auto operator<=>(const VaultUpdate&, const VaultUpdate&) = default;
};

struct VaultAddNetworkRule : OnVault {
    AddressBlock address;

    static constexpr ActionTraits traits{
        .name = "vault.add-network-rule", .target = TargetKind::Vault, .privilege = Privilege::OnTheVault};
    static constexpr auto arguments() {
        return std::tuple{requiredArgument("ipAddress", ArgumentType::Address, &VaultAddNetworkRule::address)};
    }
    friend auto operator<=>(const VaultAddNetworkRule&, const VaultAddNetworkRule&) = default;
};

struct VaultRemoveNetworkRule : OnVault {
    AddressBlock address;

    static constexpr ActionTraits traits{
        .name = "vault.remove-network-rule", .target = TargetKind::Vault, .privilege = Privilege::OnTheVault};
    static constexpr auto arguments() {
        return std::tuple{requiredArgument("ipAddress", ArgumentType::Address, &VaultRemoveNetworkRule::address)};
    }
    friend auto operator<=>(const VaultRemoveNetworkRule&, const VaultRemoveNetworkRule&) = default;
};

struct VaultFailDns : OnVault {
    static constexpr ActionTraits traits{
        .name = "vault.fail-dns", .target = TargetKind::Vault, .privilege = Privilege::OnTheVault};
    friend auto operator<=>(const VaultFailDns&, const VaultFailDns&) = default;
};

struct VaultRestoreDns : OnVault {
    static constexpr ActionTraits traits{
        .name = "vault.restore-dns", .target = TargetKind::Vault, .privilege = Privilege::OnTheVault};
    friend auto operator<=>(const VaultRestoreDns&, const VaultRestoreDns&) = default;
};

// --- grants ----------------------------------------------------------------------------------------------------------

struct PolicySet : OnVault {
    IdentityId identity;
    PermissionSet permissions = 0;
    std::optional<Duration> delay; // until it counts; none: nominal. Here and below
    std::optional<bool> ifPoliciesCount =
        {}; // true: refused where the vault goes by roles, as tools do. Here and below

    static constexpr ActionTraits traits{.name = "policy.set",
                                         .target = TargetKind::Vault,
                                         .privilege = Privilege::Grants,
                                         .timing = OpenTiming::PolicyEffect};
    static constexpr auto arguments() {
        return std::tuple{requiredArgument("identity", ArgumentType::Identity, &PolicySet::identity),
                          requiredArgument("permissions", ArgumentType::Permissions, &PolicySet::permissions),
                          optionalArgument("ifPoliciesCount", ArgumentType::Flag, &PolicySet::ifPoliciesCount)};
    }
    friend auto operator<=>(const PolicySet&, const PolicySet&) = default;
};

struct PolicyDelete : OnVault {
    IdentityId identity;
    std::optional<Duration> delay;
    std::optional<bool> ifPoliciesCount = {};

    static constexpr ActionTraits traits{.name = "policy.delete",
                                         .target = TargetKind::Vault,
                                         .privilege = Privilege::Grants,
                                         .timing = OpenTiming::PolicyEffect};
    static constexpr auto arguments() {
        return std::tuple{requiredArgument("identity", ArgumentType::Identity, &PolicyDelete::identity),
                          optionalArgument("ifPoliciesCount", ArgumentType::Flag, &PolicyDelete::ifPoliciesCount)};
    }
    friend auto operator<=>(const PolicyDelete&, const PolicyDelete&) = default;
};

struct RoleAssign : OnScope {
    IdentityId identity;
    RoleId role;
    std::optional<Duration> delay;

    static constexpr ActionTraits traits{.name = "role.assign",
                                         .target = TargetKind::Scope,
                                         .privilege = Privilege::Grants,
                                         .timing = OpenTiming::RoleEffect};
    static constexpr auto arguments() {
        return std::tuple{requiredArgument("identity", ArgumentType::Identity, &RoleAssign::identity),
                          requiredArgument("role", ArgumentType::Role, &RoleAssign::role)};
    }
    friend auto operator<=>(const RoleAssign&, const RoleAssign&) = default;
};

struct RoleRemove : OnScope {
    IdentityId identity;
    RoleId role;
    std::optional<Duration> delay;

    static constexpr ActionTraits traits{.name = "role.remove",
                                         .target = TargetKind::Scope,
                                         .privilege = Privilege::Grants,
                                         .timing = OpenTiming::RoleEffect};
    static constexpr auto arguments() {
        return std::tuple{requiredArgument("identity", ArgumentType::Identity, &RoleRemove::identity),
                          requiredArgument("role", ArgumentType::Role, &RoleRemove::role)};
    }
    friend auto operator<=>(const RoleRemove&, const RoleRemove&) = default;
};

// --- keys ------------------------------------------------------------------------------------------------------------

struct KeyCreate : OnKey {
    VersionSettings settings;
    KeyShape shape = {};

    static constexpr ActionTraits traits{
        .name = "key.create", .target = TargetKind::Key, .privilege = Privilege::OnTheKey, .makes = true};
    static constexpr auto arguments() {
        return std::tuple{argumentGroup(&KeyCreate::settings), argumentGroup(&KeyCreate::shape)};
    }
    friend auto operator<=>(const KeyCreate&, const KeyCreate&) = default;
};

struct KeyRotate : OnKey {
    static constexpr ActionTraits traits{
        .name = "key.rotate", .target = TargetKind::Key, .privilege = Privilege::OnTheKey};
    friend auto operator<=>(const KeyRotate&, const KeyRotate&) = default;
};

struct KeyUpdate : OnVersion {
    VersionSettings settings;

    static constexpr ActionTraits traits{
        .name = "key.update", .target = TargetKind::KeyOrVersion, .privilege = Privilege::OnTheKey};
    static constexpr auto arguments() { return std::tuple{argumentGroup(&KeyUpdate::settings)}; }
    friend auto operator<=>(const KeyUpdate&, const KeyUpdate&) = default;
};

struct KeyDelete : OnKey {
    static constexpr ActionTraits traits{
        .name = "key.delete", .target = TargetKind::Key, .privilege = Privilege::OnTheKey};
    friend auto operator<=>(const KeyDelete&, const KeyDelete&) = default;
};

struct KeyRecover : OnKey {
    static constexpr ActionTraits traits{
        .name = "key.recover", .target = TargetKind::Key, .privilege = Privilege::OnTheKey};
    friend auto operator<=>(const KeyRecover&, const KeyRecover&) = default;
};

struct KeyPurge : OnKey {
    static constexpr ActionTraits traits{
        .name = "key.purge", .target = TargetKind::Key, .privilege = Privilege::OnTheVault, .irreversible = true};
    friend auto operator<=>(const KeyPurge&, const KeyPurge&) = default;
};

struct KeyBackup : OnKey {
    BackupFileId file; // invalid: one of its own

    static constexpr ActionTraits traits{
        .name = "key.backup", .target = TargetKind::Key, .privilege = Privilege::OnTheKey};
    static constexpr auto arguments() {
        return std::tuple{optionalArgument("file", ArgumentType::Backup, &KeyBackup::file)};
    }
    friend auto operator<=>(const KeyBackup&, const KeyBackup&) = default;
};

struct KeyRestore : OnKey {
    BackupFileId file; // invalid: the latest of that vault and key

    static constexpr ActionTraits traits{
        .name = "key.restore", .target = TargetKind::Key, .privilege = Privilege::OnTheKey, .makes = true};
    static constexpr auto arguments() {
        return std::tuple{optionalArgument("file", ArgumentType::Backup, &KeyRestore::file)};
    }
    friend auto operator<=>(const KeyRestore&, const KeyRestore&) = default;
};

// --- identities ------------------------------------------------------------------------------------------------------

struct IdentityCreate : OnIdentity {
    static constexpr ActionTraits traits{
        .name = "identity.create", .target = TargetKind::Identity, .privilege = Privilege::Grants, .makes = true};
    friend auto operator<=>(const IdentityCreate&, const IdentityCreate&) = default;
};

struct IdentityDelete : OnIdentity {
    std::optional<Duration> delay; // until its last token ends

    static constexpr ActionTraits traits{.name = "identity.delete",
                                         .target = TargetKind::Identity,
                                         .privilege = Privilege::Grants,
                                         .timing = OpenTiming::TokenLife};
    friend auto operator<=>(const IdentityDelete&, const IdentityDelete&) = default;
};

struct IdentityRecover : OnIdentity {
    static constexpr ActionTraits traits{.name = "identity.recover",
                                         .target = TargetKind::Identity,
                                         .privilege = Privilege::Directory,
                                         .doubtful = true};
    friend auto operator<=>(const IdentityRecover&, const IdentityRecover&) = default;
};

// --- resources -------------------------------------------------------------------------------------------------------

struct ResourceCreate : OnResource {
    std::shared_ptr<const NewResource> described;

    static constexpr ActionTraits traits{.name = "resource.create",
                                         .target = TargetKind::Resource,
                                         .privilege = Privilege::OnTheResource,
                                         .makes = true};
    static constexpr auto arguments() {
        return std::tuple{requiredArgument("", ArgumentType::Resource, &ResourceCreate::described)};
    }
    friend auto operator<=>(const ResourceCreate&, const ResourceCreate&) = default;
};

/// Makes the resource that a template describes, or changes the one that is there to be so.
struct TemplateDeploy : ResourceCreate {
    static constexpr ActionTraits traits{.name = "template.deploy",
                                         .target = TargetKind::Resource,
                                         .privilege = Privilege::OnTheResource,
                                         .makes = true};
    friend auto operator<=>(const TemplateDeploy&, const TemplateDeploy&) = default;
};

struct ResourceDelete : OnResource {
    static constexpr ActionTraits traits{.name = "resource.delete",
                                         .target = TargetKind::Resource,
                                         .privilege = Privilege::OnTheResource,
                                         .irreversible = true};
    friend auto operator<=>(const ResourceDelete&, const ResourceDelete&) = default;
};

/// The key that an update names.
struct KeyChange {
    KeyReferenceId to;    // invalid: none is named
    bool cleared = false; // `key: null`

    friend auto operator<=>(const KeyChange&, const KeyChange&) = default;
};

struct ResourceUpdate : OnResource {
    IdentityId identity; // invalid: none is named
    KeyChange key;
    std::optional<bool> automaticRotation; // alone, where it is named
    PropertyChanges properties = {};
    std::vector<SlotChange> slots = {}; // others than the one of the short form, `key` and `identity`

    static constexpr ActionTraits traits{.name = "resource.update",
                                         .target = TargetKind::Resource,
                                         .privilege = Privilege::OnTheResource,
                                         .needsArgument = true};
    static constexpr auto arguments() {
        return std::tuple{optionalArgument("identity", ArgumentType::Identity, &ResourceUpdate::identity),
                          optionalArgument("key", ArgumentType::Key, &ResourceUpdate::key),
                          optionalArgument("automaticRotation", ArgumentType::Flag, &ResourceUpdate::automaticRotation),
                          optionalArgument("keys", ArgumentType::Keys, &ResourceUpdate::slots),
                          optionalArgument("", ArgumentType::Properties, &ResourceUpdate::properties)};
    }
    friend auto operator<=>(const ResourceUpdate&, const ResourceUpdate&) = default;
};

struct ResourceAssignIdentity : OnResource {
    IdentityId identity;

    static constexpr ActionTraits traits{
        .name = "resource.assign-identity", .target = TargetKind::Resource, .privilege = Privilege::OnTheResource};
    static constexpr auto arguments() {
        return std::tuple{requiredArgument("identity", ArgumentType::Identity, &ResourceAssignIdentity::identity)};
    }
    friend auto operator<=>(const ResourceAssignIdentity&, const ResourceAssignIdentity&) = default;
};

struct ResourceRemoveIdentity : OnResource {
    IdentityId identity;
    std::optional<Duration> delay; // until a credential lapses whose renewal it stops

    static constexpr ActionTraits traits{.name = "resource.remove-identity",
                                         .target = TargetKind::Resource,
                                         .privilege = Privilege::OnTheResource,
                                         .timing = OpenTiming::IdentityLapse};
    static constexpr auto arguments() {
        return std::tuple{requiredArgument("identity", ArgumentType::Identity, &ResourceRemoveIdentity::identity)};
    }
    friend auto operator<=>(const ResourceRemoveIdentity&, const ResourceRemoveIdentity&) = default;
};

struct SupportRestoreIdentity : OnResource {
    static constexpr ActionTraits traits{
        .name = "support.restore-identity", .target = TargetKind::Resource, .privilege = Privilege::Support};
    friend auto operator<=>(const SupportRestoreIdentity&, const SupportRestoreIdentity&) = default;
};

/// A look by hand, which leads out of states that no look leads out of.
struct ResourceRevalidate : OnResource {
    static constexpr ActionTraits traits{
        .name = "resource.revalidate", .target = TargetKind::Resource, .privilege = Privilege::OnTheResource};
    friend auto operator<=>(const ResourceRevalidate&, const ResourceRevalidate&) = default;
};

struct ServiceStall : OnResource {
    static constexpr ActionTraits traits{
        .name = "service.stall", .target = TargetKind::Resource, .privilege = Privilege::OnTheResource};
    friend auto operator<=>(const ServiceStall&, const ServiceStall&) = default;
};

struct ServiceResume : OnResource {
    static constexpr ActionTraits traits{
        .name = "service.resume", .target = TargetKind::Resource, .privilege = Privilege::OnTheResource};
    friend auto operator<=>(const ServiceResume&, const ServiceResume&) = default;
};

// --- the subscription ------------------------------------------------------------------------------------------------

struct FeatureRegister : OnFeature {
    static constexpr ActionTraits traits{
        .name = "feature.register", .target = TargetKind::Feature, .privilege = Privilege::OnTheVault};
    friend auto operator<=>(const FeatureRegister&, const FeatureRegister&) = default;
};

// --- all of them -----------------------------------------------------------------------------------------------------

/// Any action; the table's order is that of the specification. What is large is shared, as searches copy actions.
using Action = std::variant<VaultCreate, VaultDelete, VaultRecover, VaultPurge, VaultUpdate, VaultAddNetworkRule,
                            VaultRemoveNetworkRule, VaultFailDns, VaultRestoreDns, PolicySet, PolicyDelete, RoleAssign,
                            RoleRemove, KeyCreate, KeyRotate, KeyUpdate, KeyDelete, KeyRecover, KeyPurge, KeyBackup,
                            KeyRestore, IdentityCreate, IdentityDelete, IdentityRecover, ResourceCreate, ResourceDelete,
                            ResourceUpdate, ResourceAssignIdentity, ResourceRemoveIdentity, ResourceRevalidate,
                            SupportRestoreIdentity, ServiceStall, ServiceResume, TemplateDeploy, FeatureRegister>;

/// Which action it is: its place in the table.
enum class ActionKind : std::uint8_t {};

template <class A>
inline constexpr ActionKind kindOf = []<std::size_t... I>(std::index_sequence<I...>) {
    static_assert((std::is_same_v<A, std::variant_alternative_t<I, Action>> || ...), "an action of the table");
    return static_cast<ActionKind>(((std::is_same_v<A, std::variant_alternative_t<I, Action>> ? I : 0) + ...));
}(std::make_index_sequence<std::variant_size_v<Action>>{});

/// Those that concern one resource alone; the others change the world.
template <class A>
concept ResourceAction = std::is_base_of_v<OnResource, A>;

/// One row of the table, for a loop over all of them.
struct ActionRule {
    ActionKind kind{};
    ActionTraits traits;
    std::span<const ArgumentRule> arguments;
};

/// All actions, in the order of the table.
std::span<const ActionRule> actionRules();
const ActionRule& ruleOf(ActionKind kind);
inline const ActionRule& ruleOf(const Action& action) { return ruleOf(static_cast<ActionKind>(action.index())); }

/// The action of that name.
std::optional<ActionKind> actionNamed(std::string_view name);

/// One that says nothing yet.
Action blankAction(ActionKind kind);

/// Calls `visit(id)` for each part of an action's target.
template <class A, class Visit>
constexpr void visitTarget(A& action, Visit visit) {
    const auto visitPart = [&](auto& part) {
        if constexpr (std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(part)>>, GrantScope>) {
            std::visit([&](auto& one) { visitTarget(one, visit); }, part);
        } else {
            visit(part);
        }
    };
    std::apply([&](const auto... part) { (visitPart(action.*part), ...); }, A::target());
}

// --- what an action speaks of: invalid, or nothing, where it does not ------------------------------------------------

VaultId vaultOf(const Action& action);
KeyId keyOf(const Action& action);
VaultId vaultOf(const GrantScope& scope);
KeyId keyOf(const GrantScope& scope);
/// Whether what is granted there holds for a key of a vault.
bool covers(const GrantScope& scope, VaultId vault, KeyId key);
VersionNameId versionOf(const Action& action);
RoleId roleOf(const Action& action);
ResourceId resourceOf(const Action& action);
/// The one that it acts on, names, or describes a resource with.
IdentityId identityOf(const Action& action);
KeyReferenceId keyReferenceOf(const Action& action);
/// The others that an action names, in slots of their own, and the identities with them.
std::vector<KeyUse> otherKeysOf(const Action& action);
/// The same, where it is one that makes a resource or may.
const ResourceCreate* creationIn(const Action& action);
/// The resource that it would make.
const NewResource* describedBy(const Action& action);

[[nodiscard]] inline bool isOnResource(const Action& action) {
    return ruleOf(action).traits.target == TargetKind::Resource;
}

/// The same with the phase pinned, or open, of the resource that it would make.
Action withPhase(Action action, std::optional<Duration> phase);

/// Until it counts; none where the nominal delay is taken, or no timing leaves it open.
std::optional<Duration> delayOf(const Action& action);
/// Does nothing to an action that no timing leaves open.
void setDelay(Action& action, Duration delay);

} // namespace cmksim::action
