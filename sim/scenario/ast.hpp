// A scenario as it was written: every name with its place, nothing resolved yet. The language is described in
// docs/scenario-language.md; `parse.hpp` makes this, the compile step reads it.
//
// All text is a view into the documents that the scenario keeps alive.
#pragma once

#include "action/action.hpp"
#include "base/address_block.hpp"
#include "base/diagnostics.hpp"
#include "base/instant.hpp"
#include "document/document.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace cmksim::document {
class TextStore;
}

namespace cmksim::scenario {

/// A name as written. An empty one stands for a name that is not there.
struct Name {
    std::string_view text;
    Mark mark;

    [[nodiscard]] bool present() const { return !text.empty(); }
};

/// A value as written, with its place.
template <class T>
struct Marked {
    T value{};
    Mark mark;
};

/// A field that an action may leave alone, set, or clear (`expires: null`).
struct TimeChange {
    bool given = false;
    std::optional<Instant> value; // nothing: cleared
};

// --- the estate ------------------------------------------------------------------------------------------------------

/// One identity's key permissions in a vault's access policies.
struct PolicySpec {
    Name identity;
    std::vector<Name> permissions;
};

/// One identity's roles at a scope.
struct RoleSpec {
    Name identity;
    std::vector<Name> roles;
};

/// One version of a key. `name` is absent where the scenario leaves it to the numbering (`v1`, `v2`, …).
struct VersionSpec {
    Name name;
    bool enabled = true;
    std::optional<Instant> notBefore;
    std::optional<Instant> expires;
    Name type;                         // `RSA`; absent: it is not said
    std::optional<std::uint16_t> size; // in bits
};

/// A key of a vault. It always has at least one version, oldest first.
struct KeySpec {
    Name name;
    std::vector<VersionSpec> versions;
    std::vector<RoleSpec> roleAssignments;
    std::optional<Marked<Instant>> deleted; // before the start: soft-deleted since then
};

enum class DefaultAction : std::uint8_t { Allow, Deny };
enum class PublicAccess : std::uint8_t { Enabled, Disabled, SecuredByPerimeter };
enum class Bypass : std::uint8_t { AzureServices, None };

/// A vault's network rules; what is not given keeps its default, or in an update its present value.
struct NetworkAclsSpec {
    std::optional<DefaultAction> defaultAction;
    std::optional<Bypass> bypass;
    std::optional<std::vector<AddressBlock>> ipRules;
};

/// A vault as in the estate, in `vault.create`, or the part of one that `vault.update` names.
struct VaultSpec {
    Name name;
    Name kind; // absent: that of a vault which says none
    std::optional<Marked<bool>> enableRbacAuthorization;
    std::optional<Marked<bool>> enableSoftDelete;
    std::optional<int> softDeleteRetentionInDays;
    std::optional<Marked<bool>> enablePurgeProtection;
    std::optional<PublicAccess> publicNetworkAccess; // Enabled
    NetworkAclsSpec networkAcls;
    std::optional<std::vector<Name>> privateEndpoints;    // networks
    std::optional<std::vector<Name>> virtualNetworkRules; // likewise
    std::optional<std::vector<Name>> perimeter;           // networks and resources
    std::vector<PolicySpec> accessPolicies;
    std::vector<RoleSpec> roleAssignments;
    std::vector<KeySpec> keys;
    std::optional<Marked<Instant>> deleted; // of the estate: soft-deleted since then, before the start
    Name region;                            // absent: it is not said
    Name tenant;                            // likewise
};

/// An identity of the estate. `type` is absent for the default, `UserAssigned`.
struct IdentitySpec {
    Name name;
    Name type;
    Name principalId;
    Name clientId;
    Name id;
    Name with; // of a federated one: the user-assigned identity that resources have attached
    Name app;  // likewise: the application that trusts it, to which everything is granted
    bool recoverable = true;
    std::optional<Marked<Instant>> deleted; // before the start
};

/// How the members of a fleet spread over the period, or where one resource stands in it.
enum class PhaseKind : std::uint8_t { Open, Pinned, Spread, Random };

/// A field of a resource that only its model knows, such as `sku`; booleans read `true` and `false`.
struct PropertySpec {
    Name name;
    Name value;
};

/// What a hostile file can take must have an end.
inline constexpr std::int64_t mostMembers = 10'000'000;

/// A tag of a resource. Its value may be empty.
struct TagSpec {
    Name name;
    Name value;
};

/// A key that a resource uses, and the identity that it uses it with.
struct KeyUseSpec {
    Name slot; // absent: the only one; of an update: of its list, whichever that is
    Name key = {};
    Name identity = {};
    bool removed = false; // of an update: the slot goes
};

/// A resource as in the estate or in `resource.create`.
struct ResourceSpec {
    Name key;       // what the scenario calls it
    Name azureName; // `name:`, where Azure calls it otherwise
    Name service;
    std::optional<Marked<std::int64_t>> count; // a fleet
    Name identity;
    std::vector<Name> identities;
    Name keyReference;             // `key:`, short form or URI
    std::vector<KeyUseSpec> slots; // `keys:`
    PhaseKind phaseKind = PhaseKind::Open;
    Duration phase{};
    Mark phaseMark;
    std::optional<Marked<bool>> automaticRotation;
    std::optional<Marked<Duration>> recoveryPhase;
    PhaseKind rotationKind = PhaseKind::Open;
    std::optional<Marked<Duration>> rotationPhase; // of one that is pinned; of the others, zero at their place
    std::optional<std::uint32_t> outboundIp;
    Name state;
    Name network;
    std::vector<Name> on; // that it stands on
    std::vector<PropertySpec> properties;
    Name region;               // absent: it is not said
    Name tenant;               // likewise
    std::vector<TagSpec> tags; // by which reports group it
};

/// A resource `service: unmodelled`: it hangs on these, and what becomes of it is not known.
struct UnmodelledSpec {
    Name name;
    Name azureName; // `name:`, where Azure calls it otherwise
    Name type;      // `Microsoft.Search/searchServices`, or any text
    std::vector<KeyUseSpec> keys;
    Name identity; // with no key: one that it uses for itself
    std::vector<Name> identities;
    std::vector<Name> on;
    std::vector<Name> vaults; // that it uses, of which no key is named
    bool keyNotRead = false;
    std::vector<TagSpec> tags; // by which reports group it
};

struct EstateSpec {
    std::vector<VaultSpec> vaults;
    std::vector<IdentitySpec> identities;
    std::vector<RoleSpec> roleAssignments;
    std::vector<ResourceSpec> resources;
    std::vector<UnmodelledSpec> unmodelled;
};

// --- the timeline ----------------------------------------------------------------------------------------------------

/// `key: null`.
struct Cleared {};

/// An argument of an action, by its name in the table of actions.
struct ArgumentSpec {
    std::string_view name;
    std::variant<Name, std::vector<Name>, bool, TimeChange, AddressBlock, Cleared, std::int64_t,
                 std::vector<KeyUseSpec>, std::vector<PropertySpec>>
        value;
};

/// One structured action as written. What its arguments are is in action/action.hpp.
struct ActionSpec {
    ActionKind kind{};
    Name target; // as written: `/`, VAULT, VAULT/KEY, VAULT/KEY/VERSION, IDENTITY or RESOURCE
    std::variant<std::vector<ArgumentSpec>, VaultSpec, ResourceSpec> with; // arguments that are given, or a description

    /// The vault that it makes or changes; null for other actions.
    [[nodiscard]] const VaultSpec* vault() const { return std::get_if<VaultSpec>(&with); }
    /// The resource that it describes; null for other actions.
    [[nodiscard]] const ResourceSpec* resource() const { return std::get_if<ResourceSpec>(&with); }
    [[nodiscard]] ResourceSpec* resource() { return std::get_if<ResourceSpec>(&with); }

    /// The keys that it names by slot.
    [[nodiscard]] std::span<const KeyUseSpec> slots() const { return listed<KeyUseSpec>(); }
    /// The properties of the target's service that it names.
    [[nodiscard]] std::span<const PropertySpec> properties() const { return listed<PropertySpec>(); }

    /// Gives an argument a value, of an action that describes nothing.
    void give(ArgumentSpec argument) { std::get<std::vector<ArgumentSpec>>(with).push_back(std::move(argument)); }

    /// The value of an argument, null when it is not given as such a value.
    template <class T>
    [[nodiscard]] const T* find(std::string_view name) const {
        for (const ArgumentSpec& argument : arguments()) {
            if (argument.name == name) {
                return std::get_if<T>(&argument.value);
            }
        }
        return nullptr;
    }

    /// The same; a default-made value when it is not given.
    template <class T>
    [[nodiscard]] T get(std::string_view name) const {
        const T* value = find<T>(name);
        return value != nullptr ? *value : T{};
    }

    /// Those that are given; none of an action that describes something.
    [[nodiscard]] std::span<const ArgumentSpec> arguments() const {
        const auto* given = std::get_if<std::vector<ArgumentSpec>>(&with);
        return given != nullptr ? std::span{*given} : std::span<const ArgumentSpec>{};
    }

private:
    template <class T>
    [[nodiscard]] std::span<const T> listed() const {
        for (const ArgumentSpec& argument : arguments()) {
            if (const auto* list = std::get_if<std::vector<T>>(&argument.value)) {
                return *list;
            }
        }
        return {};
    }
};

/// `"<= 3h"`, `">= 1h"`, `"== 0s"`, the same as `0s` alone, or `"1h..2h"`, both ends in. For counts the unit is one.
template <class T>
struct Bounds {
    std::optional<T> least;
    std::optional<T> most;

    [[nodiscard]] bool hold(T value) const { return (!least || *least <= value) && (!most || value <= *most); }
};

/// What an `expect` says of one resource; what is absent is not looked at.
struct ExpectationSpec {
    Name resource;
    Mark mark;                // of the resource's value
    std::string_view text;    // the expectation on one line, as reports quote it
    std::vector<Name> states; // any of
    Name reason;
    Name error;
    std::optional<Bounds<Duration>> downtime;
    std::optional<Bounds<std::int64_t>> outages;
    std::optional<bool> recoverable;
    Name timing; // over which timings it is to hold
};

/// That it succeeds.
struct SuccessSpec {};

/// With whichever code.
struct AnyError {};

/// With no code.
struct NoError {};

/// That it is refused or denied.
struct FailureSpec {
    std::optional<int> status;                   // absent: whichever
    std::variant<AnyError, NoError, Name> error; // a name: this code
};

/// What an entry expects of its own `do` or `try`.
struct ResultSpec {
    std::variant<SuccessSpec, FailureSpec> outcome;
    Mark mark;
    std::string_view text; // on one line, as reports quote it

    /// Null where it is to succeed.
    [[nodiscard]] const FailureSpec* failure() const { return std::get_if<FailureSpec>(&outcome); }
};

/// `try`.
struct TrySpec {
    Name operation;
    Name resource;
};

/// A look at a thing: what a command that only reads is turned into.
struct LookSpec {
    Name kind; // of thing
    Name target;
};

/// `az`, which the compile step turns into one of the others.
struct CommandSpec {
    Node result; // what is expected of it, to be read once its verb is known
};

/// `when`: an entry that happens some time after resources have come to stand so.
struct ReactionSpec {
    std::vector<ExpectationSpec> trigger;    // all of them at once
    Duration least{std::chrono::seconds{1}}; // after that, `after`
    Duration most{std::chrono::seconds{1}};
    bool once = true;
};

/// `at: 10m..3h`: an entry that may come at any instant of a range, both ends in. Those that count their time from it
/// by `after` move with it, and share its place.
struct OpenAtSpec {
    Instant last{}; // of this entry
    Mark mark;      // of the range
};

/// One entry of the timeline, at its instant.
struct EntrySpec {
    Mark mark;
    Instant at{}; // of a reaction: nothing; of one whose instant is open: the first
    std::optional<OpenAtSpec> open;
    std::optional<ReactionSpec> when;
    std::variant<ActionSpec, TrySpec, LookSpec, std::vector<ExpectationSpec>, CommandSpec> what;
    std::optional<ResultSpec> result; // what is expected of an action, a try or a look
    Name command;                     // of the Azure CLI: the one that it is, or was turned from

    /// Null for all but an action.
    [[nodiscard]] const ActionSpec* action() const { return std::get_if<ActionSpec>(&what); }
    [[nodiscard]] ActionSpec* action() { return std::get_if<ActionSpec>(&what); }
};

/// `acr: 2020-01-preview` of `models:`.
struct ModelChoice {
    Name service;
    Name version;
};

/// Why a scenario is not to be taken at its word: `skip` is not played, `todo` is known to fail.
struct Waiver {
    std::string_view reason;
    std::optional<std::chrono::year_month_day> until; // of a `todo`: the last day on which it may fail
    Mark mark;
};

/// What an earlier run came to, as the program recorded it; `true` asks for that to be recorded.
struct Snapshot {
    std::optional<std::string_view> recorded;
    Mark key; // of the field
};

/// What is to hold at a moment of a drill, or at its end.
struct DrillMustSpec {
    std::optional<Duration> within; // since the first symptom; absent: at the end
    std::vector<ExpectationSpec> expectations;
    Mark mark;
    std::string_view text; // on one line, as sheets and results quote it
};

/// No data that could be saved may go.
struct ForbidDataLoss {};

/// No grant may be broader than a service needs.
struct ForbidBroadGrants {};

/// An action may not be done, to one target or to any.
struct ForbidAction {
    ActionKind kind{};
    Name target; // absent: to any
};

/// A vault may not come to stand so.
struct ForbidSettings {
    VaultSpec vault; // of it, the settings that are named
};

struct DrillForbidSpec {
    std::variant<ForbidDataLoss, ForbidBroadGrants, ForbidAction, ForbidSettings> what;
    Mark mark;
    std::string_view text;
};

/// What a scenario is as an exercise: `drill`.
struct DrillSpec {
    std::string_view briefing;       // what those are told who are to repair it
    std::vector<Name> goals;         // what they learn
    std::vector<DrillMustSpec> must; // what a machine checks
    std::vector<DrillForbidSpec> forbid;
    std::optional<int> hintPoints; // what a hint costs
};

/// A whole scenario. Entries stand in file order; the compile step puts them in time order.
struct Scenario {
    std::string_view name;
    Mark nameMark;
    std::string_view description;
    std::vector<Name> sources;
    std::vector<Name> tags;
    std::optional<Waiver> skip; // at most one of the two
    std::optional<Waiver> todo;
    std::optional<Snapshot> snapshot;
    std::optional<DrillSpec> drill;
    CalendarTime start{};
    std::optional<Instant> until;
    Mark untilMark;
    std::vector<ModelChoice> models;
    EstateSpec estate;
    std::vector<EntrySpec> timeline;

    std::vector<std::shared_ptr<const Document>> documents; // what the views above point into …
    std::shared_ptr<const TextStore> texts;                 // … and the texts that stand in none of them
};

} // namespace cmksim::scenario
