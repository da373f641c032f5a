// A compiled scenario: names are indices, models are tables, the timeline is in time order. Immutable; replays only
// read.
#pragma once

#include "action/action.hpp"
#include "engine/fleet.hpp"
#include "engine/names.hpp"
#include "engine/objective.hpp"
#include "engine/resource.hpp"
#include "engine/world.hpp"
#include "model/model.hpp"
#include "model/platform.hpp"
#include "trace/record.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cmksim::engine {

/// Which of the timings that the documents leave open are open; the others are at their nominal values.
enum class OpenTimings : std::uint8_t {
    Nominal, // none
    Phases,  // where in their periods resources look
    All,
};
inline constexpr std::array<std::string_view, 3> openTimingsNames{"nominal", "phases", "all"};

/// At least, at most, or both; both ends in.
template <class T>
struct Range {
    std::optional<T> least;
    std::optional<T> most;

    [[nodiscard]] bool holds(T value) const { return (!least || *least <= value) && (!most || value <= *most); }
};

/// A place in the scenario's file, counted from 1.
struct TextPlace {
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    friend auto operator<=>(const TextPlace&, const TextPlace&) = default;
};

/// What is expected of one resource at one moment. What is not given is not looked at.
struct Expectation {
    ResourceId resource;
    TextPlace place;
    std::string text;    // as the scenario puts it
    bool absent = false; // any of these states will do, unless none is given
    bool deleted = false;
    std::vector<StateId> states;
    std::optional<Reason> reason;
    std::optional<ConditionId> condition; // that holds
    std::optional<std::string> error;
    Range<Duration> downtime;
    Range<std::uint32_t> outages;
    std::optional<bool> recoverable;
    std::optional<OpenTimings> timing; // over which it is to hold; none: over those that are asked for
};

/// What is expected of an action or operation.
struct ExpectedResult {
    bool denied = false; // or refused
    std::optional<int> status;
    std::optional<std::string> error; // none: whichever; empty: without one
    TextPlace place;
    std::string text;
};

/// An attempt at an operation of a resource.
struct Attempt {
    ResourceId resource;
    OperationId operation;
};

/// What is looked at where nothing is named: the lists of all that is there.
struct Everything {};

/// A look at a vault, a key, an identity, or at lists of them. It changes nothing.
struct ReadRequest {
    std::variant<Everything, OnVault, OnVersion, OnIdentity> at;
    bool deleted = false; // of a vault or key: at one that is soft-deleted
    bool within = false;  // of a vault: it is asked itself, for what lies in it
};

/// That a reaction happened: which of the program's, its repetition number, and when what it waits for came true.
struct Firing {
    std::uint32_t reaction = 0;
    std::uint32_t time = 0; // from 0
    Instant noticed{};
};

/// One entry of the timeline.
struct TimelineEntry {
    // Defined in one file, as are those below: what compilers make of them is large, and a hundred files use them.
    TimelineEntry();
    TimelineEntry(const TimelineEntry&);
    TimelineEntry(TimelineEntry&&) noexcept;
    TimelineEntry& operator=(const TimelineEntry&);
    TimelineEntry& operator=(TimelineEntry&&) noexcept;
    ~TimelineEntry();

    Instant at{};
    bool moves = false; // with the program's open instant, at whose first one `at` is
    TextPlace place;
    std::string name;   // `key.delete`, `pull`; empty for expectations
    std::string target; // as the scenario puts it
    std::string asRun;  // of a command of the Azure CLI: what a shell makes of it
    std::variant<Action, Attempt, std::vector<Expectation>, ReadRequest> what;
    std::optional<ExpectedResult> result;
    std::optional<Firing> firing; // of one that a reaction brought

    [[nodiscard]] Stage stage() const { return action() != nullptr ? Stage::Actions : Stage::Observations; }

    /// The action, where it is one.
    [[nodiscard]] const Action* action() const { return std::get_if<Action>(&what); }
    /// The same, where it is that one.
    template <class A>
    [[nodiscard]] const A* action() const {
        return action() != nullptr ? std::get_if<A>(action()) : nullptr;
    }
    /// The same, where it makes a resource or may.
    [[nodiscard]] const ResourceCreate* creation() const {
        return action() != nullptr ? creationIn(*action()) : nullptr;
    }
    /// The same, where it is on a resource.
    [[nodiscard]] const Action* resourceAction() const {
        return action() != nullptr && isOnResource(*action()) ? action() : nullptr;
    }
};

/// A response: an entry that happens some time after resources have come to stand so.
struct Reaction {
    TimelineEntry entry; // without its instant
    std::vector<Expectation> trigger;
    Duration least{}; // after the trigger came true
    Duration most{};
    std::optional<Duration> delay; // chosen; none: the least
    bool once = true;              // only the first time
};

/// An entry that concerns a resource; of several expectations in it, one.
struct OwnEntry {
    EntryId entry;
    std::uint32_t item = 0;
};

struct ResourceProgram {
    ResourceProgram();
    ResourceProgram(const ResourceProgram&);
    ResourceProgram(ResourceProgram&&) noexcept;
    ResourceProgram& operator=(const ResourceProgram&);
    ResourceProgram& operator=(ResourceProgram&&) noexcept;
    ~ResourceProgram();

    std::string name;
    ModelId model;
    IdentityId ownIdentity;
    std::optional<NewResource> described; // in the estate
    std::vector<IdentityId> attachable;   // whose being attached to it can change and matter, at most 64
    std::vector<OwnEntry> entries;        // in time order
    std::vector<Duration> ownClocks;      // what is chosen of the model's; none: nominally
    std::optional<Fleet> fleet;           // where it stands for many that are alike
    bool shapesWorld = false;             // some action of its own makes or ends its system-assigned identity
};

/// By which people group what they have. It has no say in what happens.
struct Tag {
    std::string name;
    std::string value; // may be empty

    friend auto operator<=>(const Tag&, const Tag&) = default;
};
using Tags = std::vector<Tag>; // as they are written; each name once

/// What the estate knows of and no model plays: it hangs on these, and is never said to be up or down.
struct Unmodelled {
    struct KeyUse {
        std::string slot; // empty: the only one
        KeyReference key;
        IdentityId identity; // invalid: none is named
    };
    std::string name;
    std::string type;
    std::vector<KeyUse> keys;
    std::vector<IdentityId> identities; // that it uses or has attached
    std::vector<std::string> on;        // resources that it stands on
    std::vector<VaultId> vaults = {};   // that it uses, besides those of its keys
    bool keyNotRead = false;            // it may use any key of `vaults`; where there are none, any key at all
    std::vector<ResourceId> carries{};  // that stand on it, or on what does: how they fare by it is not known
    Tags tags = {};
};

/// By what Azure's tools know the things of an estate, where it says so.
struct AzureCalls {
    struct Identity {
        std::string principalId; // empty where it is not said
        std::string clientId;
        std::string id;
    };
    std::map<IdentityId, Identity> identities;
    std::map<ResourceId, std::string> resources;
};

/// The instant of an entry that may be any of a range, both ends in. A replay takes the first; analyses that take all
/// of them say so.
struct OpenInstant {
    Instant first{};
    Instant last{};
    TextPlace place; // where the range stands
};

struct Program {
    Program();
    Program(const Program&);
    Program(Program&&) noexcept;
    Program& operator=(const Program&);
    Program& operator=(Program&&) noexcept;
    ~Program();

    std::string name;
    CalendarTime start{};
    Instant until{};
    const Platform* platform = nullptr;
    IdVector<ModelId, const Model*> models;
    WorldNames names;
    AzureCalls azure;
    std::map<ResourceId, Tags> tags; // of those that have some: apart from what makes resources alike
    IdVector<KeyReferenceId, KeyReference> keys;
    std::vector<NewVault> vaults;       // of the estate
    std::vector<IdentityId> identities; // that have a principal at the start
    std::vector<NewRole> rootRoles;
    IdVector<ResourceId, ResourceProgram> resources;
    std::vector<Unmodelled> unmodelled; // in estate order
    IdVector<EntryId, TimelineEntry> entries;
    std::vector<Reaction> reactions;   // in file order; none in a program that `withReactions` has made
    std::vector<Objective> objectives; // of scenario and estate, in the order in which they stand there
    std::optional<OpenInstant> openInstant;

    [[nodiscard]] const Model& modelOf(ResourceId resource) const { return *models[resources[resource].model]; }
    [[nodiscard]] ResourceRules rulesOf(ResourceId resource) const;
};

/// What an action acts on, as a scenario writes it: `contoso-kv/acr-cmk`.
std::string targetName(const Program& program, const Action& action);

/// An action as an entry of a timeline.
TimelineEntry entryOf(const Program& program, Action action, Instant at);

/// Puts entries in the order in which they happen; equal ones stay as they stand.
void sortEntries(std::vector<TimelineEntry>& entries);

/// The program with its open instant at one of the range, where nothing is open any more.
Program withInstantAt(const Program& program, Instant at);

/// Gives each resource the entries of the timeline that concern it, and what they tell about it.
void linkEntries(Program& program);

/// The same estate with another timeline, without reactions, up to `until`. The entries may name whatever the program
/// has a name for.
Program withTimeline(const Program& program, std::vector<TimelineEntry> entries, Instant until);

/// The slot of an update that names none, and of a resource that says `key`.
SlotId shortSlotOf(const WorldNames& names, const Model& model);

/// Whether an update may make the resource's own identity: it gives a key to a slot for whose first one the service
/// does, and names no identity for it. One that names its own anywhere finds it, or is refused.
bool mayMakeIdentity(const Program& program, const ResourceUpdate& update);

/// The keys that a resource of the estate names, but for what is none.
std::vector<KeyUse> keysOf(const Program& program, ResourceId resource);

/// The identity that a resource without a key has all the same; invalid: none.
IdentityId defaultIdentity(const Program& program, ResourceId resource);

/// The longest that it takes any resource to notice what has changed: the time between two revalidations, be it up or
/// down, and until what it stands on counts as unavailable or available again.
Duration longestPeriod(const Program& program);

/// The longest that a revalidation by hand can take; zero where there is none.
Duration longestRecovery(const Program& program);

} // namespace cmksim::engine
