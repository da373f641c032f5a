// A service as data: its states, what each reason does to it, its timings, operations and refusals, each with the
// document that says so. Read from `models/*.yaml` (the language is in models/README.md); nothing here changes once
// read.
#pragma once

#include "base/ids.hpp"
#include "base/instant.hpp"
#include "model/ids.hpp"
#include "model/property_values.hpp"
#include "model/reason.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cmksim {

using StateId = Id<struct StateTag>;
using StateSet = IdSet<StateId, std::uint32_t>;
using ConditionId = Id<struct ConditionTag>;
using ConditionSet = IdSet<ConditionId, std::uint16_t>; // small: a replay keeps several with each answer
using OperationId = Id<struct OperationTag>;
using RefusalId = Id<struct RefusalTag>;
using TimingId = Id<struct TimingTag>; // of a rule that counts time for each resource

/// Where a fact comes from: a document with its section, or our own assumption with the reason for it.
struct Provenance {
    std::vector<std::string> sources; // `004_44489c85c8f4c08d.txt#section`, a public page; empty when only assumed
    std::string assumed;              // why we chose so where the documents are silent or disagree; empty when cited
};

/// Something worth knowing that no rule says: where a document is wrong, or documents disagree.
struct Note {
    std::string text;
    Provenance provenance;
};

/// How sure it is that a service counts as trusted by a vault's firewall.
enum class TrustedStanding : std::uint8_t {
    Listed,    // Key Vault's own list names it
    Claimed,   // its own page alone says so
    Contested, // the two disagree
};
inline constexpr std::array<std::string_view, 3> trustedStandingNames{"listed", "claimed", "contested"};

/// What a service can require of the vault of a key that it is given, in the order in which it looks.
enum class VaultRequirement : std::uint8_t { SoftDelete, PurgeProtection };
inline constexpr std::array<std::string_view, 2> vaultRequirementNames{"soft-delete", "purge-protection"};

/// A set of small enumerators.
template <class Enum>
class EnumSet {
public:
    constexpr EnumSet() = default;
    constexpr void insert(Enum e) { bits_ |= bit(e); }
    [[nodiscard]] constexpr bool contains(Enum e) const { return (bits_ & bit(e)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    friend constexpr bool operator==(EnumSet, EnumSet) = default;

private:
    static constexpr std::uint32_t bit(Enum e) { return std::uint32_t{1} << static_cast<unsigned>(e); }
    std::uint32_t bits_ = 0;
};

/// What kind of identity stands behind a name.
enum class IdentityKind : std::uint8_t {
    UserAssigned,
    SystemAssigned, // the resource's own: comes and goes with it
    FirstParty,     // the service's own principal, always there
    DelegatedUserAssigned,
    DelegatedSystemAssigned,
    Federated,   // a user-assigned one that an application of another tenant trusts: it works as that application
    Application, // such an application
};
inline constexpr std::array<std::string_view, 7> identityKindNames{
    "UserAssigned", "SystemAssigned", "FirstParty", "DelegatedUserAssigned", "DelegatedSystemAssigned",
    "Federated",    "Application"};

/// Whether identities of a kind are made, deleted and recovered by themselves.
[[nodiscard]] constexpr bool standsAlone(IdentityKind kind) {
    return kind == IdentityKind::UserAssigned || kind == IdentityKind::Application;
}

/// The kinds of vaults whose keys a service takes.
using VaultKindSet = IdSet<VaultKindId, std::uint32_t>;

/// How the credential stands that a resource uses for its key (models with identity renewal).
enum class Credential : std::uint8_t {
    Renewed,
    Lapsing, // renewal has stopped, the credential still works
    Lapsed,
};
inline constexpr std::array<std::string_view, 3> credentialNames{"Renewed", "Lapsing", "Lapsed"};

/// A documented time: the range that the documents leave open, and the value that `run` takes.
struct Timing {
    std::string name; // `revalidation`, `identity-lapse`, …
    Duration nominal{};
    Duration earliest{};
    Duration latest{};
    std::string meaning;
    Provenance provenance;
    bool notDocumented = false; // no page says how long; the range is wide enough to be honest
};

/// What becomes of a resource that has been in a state for a time: it goes to another.
struct ThenRule {
    TimingId after;
    StateId to;
    Provenance provenance;
};

/// How long the way back takes by itself, from the look that finds the key on.
struct HealsRule {
    TimingId takes;
    Provenance provenance;
};

/// What is lost while a resource stays in a state, when it has been there for a time.
struct LossRule {
    std::string what;
    TimingId after;
    bool forGood = false; // no way back brings it back
    Provenance provenance;
};

/// A state of the service. The first of a model is its `Ready`, in which data is available.
struct StateRule {
    std::string name;
    std::string meaning;
    bool terminal = false; // never revalidated and never left but by deletion (a failed creation)
    bool down = true;      // downtime counts in it
    bool byAction = false; // no look leads out of it: `resource.revalidate` does
    std::optional<ThenRule> then;
    std::optional<HealsRule> heals; // without it a look that passes leads back at once
    std::vector<LossRule> losses;   // 32 at most
    Provenance provenance;
};

/// For how long looks that answer a reason leave a resource where it is that is not down.
struct ToleratedForever {};
using Tolerance = std::variant<ToleratedForever, TimingId>;

/// What a revalidation goes on to see past a condition that it meets.
enum class Beyond : std::uint8_t {
    Everything,
    Losses, // only while the resource is not down: a recovery stays unseen
    Nothing,
};
inline constexpr std::array<std::string_view, 3> beyondNames{"everything", "losses", "nothing"};

/// A flag beside the state (`Degraded`): true while the latest revalidation met one of the reasons that raise it.
struct ConditionRule {
    std::string name;
    std::string meaning;
    Beyond beyond = Beyond::Everything;
    bool blocksRotation = false; // no automatic rotation while a revalidation meets it
    Provenance provenance;
};

/// What a reason does: it moves the resource to a state, or raises a condition and lets the check go on past it.
struct ReasonRule {
    StateId state; // exactly one of the two is valid
    ConditionId condition;
    std::string error; // the service's own code; empty where it has none
    int status = 0;    // what a denied operation answers; 0: what the operation says
    std::string message;
    std::string fix; // the documented way back
    std::optional<Tolerance> tolerated;
    Provenance provenance;
};

/// The way out of states that no look leads out of: the action `resource.revalidate`.
struct RecoveryRule {
    std::string error; // of one that is refused
    TimingId takes;
    std::vector<std::string> needs; // who may do it: permissions of Azure's
    std::string az;                 // how the Azure CLI writes it; empty where nothing says so
    std::string fix;
    Provenance provenance;
};

/// Something that a person or program asks of the service and that changes nothing (`try`).
struct OperationRule {
    std::string name;
    bool allowedAnywhere = false; // in every state; else in these alone
    StateSet allowedIn;
    std::vector<ConditionId> blockedBy;
    int status = 0;         // of a denial, where the reason has none; 0: the service answers with no status
    std::string error;      // of a denial, where the reason has none
    std::string message;    // of a denial, where the reason has none
    bool ownAnswer = false; // a denial says this status, error and message even where the reason has its own
    Provenance provenance;
};

/// A property that only this service has, such as `sku`. Its values are few and known; booleans are `false`, `true`.
struct PropertyRule {
    std::string name;
    std::vector<std::string> values;
    std::size_t defaultValue = 0;
    bool canChange = false; // by an update; else a resource keeps the value that it was made with
    FeatureId feature;      // valid: while the subscription has it, the last value counts, whatever the resource has
    Provenance provenance;
};

/// No key is said to have more bits.
inline constexpr std::uint16_t mostKeyBits = 16'384;

/// The actions on a resource that a model can refuse.
enum class RefusableAction : std::uint8_t {
    Create,
    Update,
    EnableEncryption,
    AssignIdentity,
    RemoveIdentity,
    ChangeProperties, // of a resource as it is; its key and identity count as named
    RemoveKey,        // of a resource that has one, where it cannot go on without
};
inline constexpr std::size_t refusableActionCount = 7;
inline constexpr std::array<std::string_view, refusableActionCount> refusableActionNames{
    "create", "update", "enable-encryption", "assign-identity", "remove-identity", "change-properties", "remove-key"};

/// A refusal of an action on a resource: what must hold for it, what it answers, what it leaves behind. A model's
/// refusals of one action are tried in order. Every condition that is given must hold; one that is not holds always.
struct RefusalRule {
    // -- when
    std::optional<bool> namesKey;         // the action names a key
    std::optional<bool> namesIdentity;    // the action names an identity
    std::optional<bool> hasKey;           // the resource has a key before the action
    std::optional<bool> presentKey;       // it names a key, and that is, is not, the present one
    std::optional<bool> identityInUse;    // the identity named is the one used for the key, by name
    std::optional<bool> presentIdentity;  // it names an identity whose principal is, is not, the one used for the key
    std::optional<bool> identityAttached; // it names an identity that is, is not, attached
    std::optional<bool> combined;         // it names a key that is not the present one and an identity, or does not
    std::optional<bool> sameVault;        // it names a key that lies, does not lie, in the vault of the present one
    EnumSet<IdentityKind> identityKinds;  // the kind of the identity named; empty: any, or none
    std::vector<StateId> states;          // the resource's state is one of these; empty: any
    std::vector<StateId> statesExcept;    // … is none of these
    EnumSet<Reason> reasons;              // the resource's reason is one of these; empty: any
    EnumSet<Reason> reasonsExcept;        // … is none of these
    EnumSet<Credential> credential;       // of the identity in use; empty: any
    PropertyId property;                  // this property …
    std::vector<std::size_t> propertyValues;     // … has, or gets, one of these values (indices into its values)
    std::optional<bool> vaultSoftDelete;         // the vault of the key named is Active and has this setting
    std::optional<bool> vaultPurgeProtection;    // likewise
    std::optional<bool> vaultRbac;               // likewise: goes by roles, or by access policies
    std::optional<Duration> vaultRetentionBelow; // likewise: keeps what is deleted for less; 0 without soft delete
    std::optional<bool> sameRegion;              // likewise: lies, does not lie, where the resource lies; both say it
    std::optional<bool> sameTenant;              // likewise: is, is not, of the resource's tenant; both say it
    std::uint32_t keyTypeSet = 0;                // the type of the active key named is one of these; 0: any
    std::vector<std::string> keyTypes;           // the same by name
    std::vector<std::uint16_t> keySizes;         // its size is one of these; empty: any
    std::optional<bool> keyExpires;              // it has, has not, an instant at which it expires
    bool checkFails = false;                     // a check is asked for, and its answer is not `None`

    // -- what
    std::string error;
    int status = 0;                               // 0: none is documented
    std::vector<std::pair<Reason, int>> statuses; // by the check's answer, instead
    std::string message;
    std::vector<std::pair<Reason, std::string>> messages; // by the check's answer, instead
    bool attachesIdentity = false;                        // the identities named that exist are attached all the same
    StateId leaves; // create: leaves a resource behind in this state, with the check's reason, or
                    // `RequirementNotMet` where no check was asked for
    std::string fix;
    Provenance provenance;

    /// Whether it holds only where a key is named, and of some vaults and keys alone.
    [[nodiscard]] bool looksAtVault() const {
        return vaultSoftDelete || vaultPurgeProtection || vaultRbac || vaultRetentionBelow || sameRegion ||
               sameTenant || looksAtVersion();
    }
    /// Whether it looks at the version of the key that a check would find.
    [[nodiscard]] bool looksAtVersion() const { return keyTypeSet != 0 || !keySizes.empty() || keyExpires.has_value(); }
};

/// A credential that is renewed while its identity is attached, and lapses after renewal has stopped: an attempt to
/// remove the identity in use is refused, and yet stops it.
struct RenewalRule {
    Timing lapse;
    StateId state; // after the lapse, with reason `IdentityInactive`
    Provenance provenance;
};

/// What a service's resources stand on, and what becomes of them when that is not available (rules, section 6).
struct StandsOnRule {
    std::vector<std::string> services; // of the resources that they can stand on
    bool all = true;                   // they need each of them; else one
    StateId state;                     // with reason `BaseUnavailable`
    Timing within;                     // how long the bases have not been enough before they count as unavailable
    Timing backWithin;                 // how long they have been enough again before they count as available
    Provenance provenance;
};

/// The slots in which a service's resources hold keys (rules, section 5). A model without this has one of one name.
struct KeysRule {
    std::vector<std::string> slots;  // in order; empty: the estate names them
    std::vector<bool> optional;      // of each
    std::vector<bool> makesIdentity; // of each: the resource's own comes to be for a first key that names none
    std::size_t most = 0;            // that a resource can have
    bool all = true;                 // the key of each is needed; else one is enough
    Provenance provenance;
};

/// For how long a version is needed that no longer wraps: for backups, and for what is not yet encrypted anew.
struct RetainsRule {
    TimingId versions;
    Provenance provenance;
};

/// One version of a service's behaviour.
struct Model {
    std::string service; // `acr`
    std::string version; // `2023-10`; the greatest by text is the newest
    std::string title;
    std::string file; // where it was read from
    std::vector<std::string> documents;

    IdVector<StateId, StateRule> states;
    IdVector<ConditionId, ConditionRule> conditions;
    ConditionId tolerating;               // that of a resource whose latest look answered a tolerated reason
    IdVector<TimingId, Timing> ownClocks; // of rules that count time for each resource; an open one is drawn for each
    std::array<ReasonRule, reasonCount> reasons; // `None` holds nothing
    Timing revalidation;                         // nominal is the period, the range that of a phase: 0 to the period
    std::vector<std::string> permissions;        // required of an access policy, in lower case
    std::uint32_t permissionSet = 0;             // the same by their places in Platform::keyPermissions, bit by bit
    std::uint32_t rolePermissionSet = 0;         // required of roles, likewise: the same, unless the file says so
    EnumSet<IdentityKind> identities;            // the kinds that the service takes
    std::string defaultIdentity;                 // of a resource without a key; empty: it has none
    EnumSet<IdentityKind> trusted;               // the kinds with which it counts as a trusted service
    Provenance identitiesProvenance;
    std::optional<TrustedStanding> trustedStanding;
    Provenance trustedProvenance;
    bool privateLink = false;  // it reaches vaults over its own network, and so by their private endpoints
    bool networkRules = false; // likewise by their rules for virtual networks
    VaultKindSet vaultKinds;   // of the vaults whose keys it takes
    Provenance permissionsProvenance;
    bool automaticRotation = false;      // nominally, where it is a property of the resource
    bool rotationIsSetting = false;      // `automaticRotation` of a resource
    std::optional<Timing> recoveryClock; // of revalidations in states that are down, where it is another; as above
    std::optional<Timing> rotationClock; // of looks for a newer version apart from revalidations; nominal is the period
    Provenance rotationProvenance;
    bool sameKeyIsIdentityUpdate = false; // an update to the present key and an identity is one of the identity alone
    bool looksAtAttachment = false;       // some refusal asks whether an identity is attached
    bool encryptionLater = false;         // a resource without a key can be given one
    StateSet decryptedIn;                 // states in which a resource's key can be taken away; empty: in none
    ConditionSet keptDuring;              // conditions in which it cannot, in those states either
    Provenance encryptionLaterProvenance;
    std::optional<std::string>
        versionedKeyWarning; // what to say of a key with a version, where the service asks for none
    Provenance versionedKeyWarningProvenance;
    std::optional<std::string> noPurgeProtectionWarning; // what to say of a vault without purge protection
    Provenance noPurgeProtectionWarningProvenance;
    IdVector<OperationId, OperationRule> operations;
    IdVector<PropertyId, PropertyRule> properties;
    IdVector<RefusalId, RefusalRule> refusals;                           // all of them
    std::array<std::vector<RefusalId>, refusableActionCount> refusalsOf; // in the order tried
    std::optional<RenewalRule> renewal;
    std::optional<RecoveryRule> recovery;
    std::optional<StandsOnRule> standsOn;
    std::optional<KeysRule> keys;
    std::optional<RetainsRule> retains;
    bool deleteNeedsNothingOnIt = false; // a resource on which another one stands cannot be deleted
    std::vector<Note> notes;

    [[nodiscard]] StateId ready() const { return StateId{0}; }

    /// Whether time alone, or time between looks, does anything to its resources besides a lapse.
    [[nodiscard]] bool countsTime() const { return !ownClocks.empty() || recoveryClock; }

    /// What it requires in a vault that goes by roles, or by access policies.
    [[nodiscard]] std::uint32_t requiredPermissions(bool byRoles) const {
        return byRoles ? rolePermissionSet : permissionSet;
    }

    /// Whether one key is enough of those that a resource has.
    [[nodiscard]] bool anyKeyWillDo() const { return keys && !keys->all; }

    /// Whether a resource can do without the key of a slot.
    [[nodiscard]] bool isOptional(std::string_view slot) const {
        return keys && isMarked(keys->slots, keys->optional, slot);
    }

    /// Whether the service makes the resource's own identity for the first key of a slot that names none.
    [[nodiscard]] bool makesIdentityFor(std::string_view slot) const {
        return keys && isMarked(keys->slots, keys->makesIdentity, slot);
    }

    /// Whether an identity of this kind is there for every resource of the service without being attached.
    [[nodiscard]] bool isAlwaysAttached(IdentityKind kind) const {
        return kind != IdentityKind::UserAssigned && kind != IdentityKind::SystemAssigned && identities.contains(kind);
    }

private:
    [[nodiscard]] static bool isMarked(const std::vector<std::string>& slots, const std::vector<bool>& marks,
                                       std::string_view slot) {
        for (std::size_t i = 0; i < slots.size(); ++i) {
            if (slots[i] == slot) {
                return marks[i];
            }
        }
        return false;
    }
};

} // namespace cmksim
