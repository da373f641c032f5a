// What a replay leaves behind: plain records in the order in which things took effect. Names become text only when a
// report is written.
#pragma once

#include "base/ids.hpp"
#include "base/instant.hpp"
#include "model/ids.hpp"
#include "model/model.hpp"
#include "model/platform.hpp"

#include <array>
#include <cassert>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace cmksim {

using EntryId = Id<struct EntryTag>; // an entry of the timeline, in time order

/// Within one instant, in this order (semantics, section 1; rules, section 6).
enum class Stage : std::uint8_t {
    Facts,    // of the world
    OwnFacts, // of resources: counted from something before by a rule of the model, and moving with that
    Lapses,   // of resources' own credentials
    Actions,
    Revalidations,
    Bases,
    Observations
};

/// Whether time alone brings about what stands there.
inline constexpr bool isFact(Stage stage) { return stage <= Stage::Lapses; }

/// Where in the story something stands. `cause` counts within the stage; what one cause brings about follows it in the
/// order of the resources, and then in the order in which it was recorded.
struct Position {
    Instant at{};
    Stage stage{};
    std::uint32_t cause = 0;

    friend auto operator<=>(const Position&, const Position&) = default;
};

/// What time alone brought about.
enum class FactKind : std::uint8_t { KeyExpired, KeyValid, RetentionElapsed, IdentityLapsed };
inline constexpr std::array<std::string_view, 4> factNames{"KeyExpired", "KeyValid", "RetentionElapsed",
                                                           "IdentityLapsed"};

inline constexpr std::string_view nameOf(FactKind fact) { return factNames[static_cast<std::size_t>(fact)]; }

struct VersionOfKey {
    KeyId key;
    VersionNameId version;

    friend auto operator<=>(const VersionOfKey&, const VersionOfKey&) = default;
};

/// What a fact is about: the resource of its record, a vault, a key, or a version of a key.
using FactTarget = std::variant<std::monostate, VaultId, KeyId, VersionOfKey>;

/// The key that a fact is about, itself or one of its versions.
inline std::optional<KeyId> keyOf(const FactTarget& target) {
    if (const auto* version = std::get_if<VersionOfKey>(&target)) {
        return version->key;
    }
    const auto* key = std::get_if<KeyId>(&target);
    return key != nullptr ? std::optional{*key} : std::nullopt;
}

/// A rule of the target's model refuses.
struct ModelRefusal {
    RefusalId rule;
    Reason reason = Reason::None; // what the check that was asked for answered, where one was
    KeyReferenceId key = {};      // of several, the one that is refused, and who was to use it
    IdentityId identity = {};

    friend bool operator==(const ModelRefusal&, const ModelRefusal&) = default;
};

/// The check of a revalidation by hand failed.
struct RecoveryRefusal {
    Reason reason = Reason::None;

    friend bool operator==(const RecoveryRefusal&, const RecoveryRefusal&) = default;
};

/// Why an action was refused; `CommonRefusal` is a rule that holds for every service.
using Refusal = std::variant<CommonRefusal, ModelRefusal, RecoveryRefusal>;

/// What the check that was asked for answered; `None` where none was.
inline Reason reasonOf(const Refusal& refusal) {
    if (const auto* model = std::get_if<ModelRefusal>(&refusal)) {
        return model->reason;
    }
    const auto* recovery = std::get_if<RecoveryRefusal>(&refusal);
    return recovery != nullptr ? recovery->reason : Reason::None;
}

/// How a resource stands at a moment; what expectations, triggers and the end of a run read.
struct ResourceStatus {
    enum class Presence : std::uint8_t { Absent, Present, Deleted } presence = Presence::Absent;
    Reason reason = Reason::None;
    bool recoverable = true;
    bool down = false; // it left its first state and is not back: downtime grows
    StateId state;
    Duration downtime{};
    std::uint32_t outages = 0;
    ConditionSet conditions;

    friend bool operator==(const ResourceStatus&, const ResourceStatus&) = default;
};

/// The number of a member of a fleet, from 0 in the order of their phases.
using Member = std::uint32_t;

/// To which members of a fleet something happens, one after the other in the order of their numbers; after the last of
/// the fleet comes number 0.
struct Members {
    Member first = 0;
    std::uint32_t count = 0;     // 0: it is no fleet that it happens to
    std::uint32_t fellShort = 0; // of those: were refused or denied, or are not as expected
    bool listed = false;         // a single one that stands for itself, as others of its fleet do
    Instant until{};             // when it happens to the last of them

    friend bool operator==(const Members&, const Members&) = default;
};

/// The time, up to a moment, in which every check of a resource failed, or passed. What turns there and back at one
/// instant is none: no check meets it.
struct AnswerInterval {
    Position since;
    bool fails = false;

    friend bool operator==(const AnswerInterval&, const AnswerInterval&) = default;
};

// --- what can happen -------------------------------------------------------------------------------------------------

/// Time alone brought something about: in a vault, or for a resource.
struct FactHappened {
    FactKind kind{};
    FactTarget target;

    friend bool operator==(const FactHappened&, const FactHappened&) = default;
};

/// An action of the timeline was performed, or refused.
struct ActionDone {
    EntryId entry;
    std::optional<Refusal> refusal;

    friend bool operator==(const ActionDone&, const ActionDone&) = default;
};

/// A resource came to be, by an action that was done or that left something behind when it was refused.
struct Created {
    friend bool operator==(Created, Created) = default;
};

/// A resource was deleted.
struct Deleted {
    friend bool operator==(Deleted, Deleted) = default;
};

/// Nothing can open a resource's data any more.
struct DataLost {
    friend bool operator==(DataLost, DataLost) = default;
};

/// A condition of a resource began or ended.
struct ConditionChanged {
    ConditionId condition;
    bool raised = false;

    friend bool operator==(const ConditionChanged&, const ConditionChanged&) = default;
};

/// A resource went into a state, or stayed in it for another reason.
struct Transition {
    StateId from;
    StateId to;
    Reason reason = Reason::None;
    SlotId slot = {}; // whose answer the reason is, of a resource with several keys

    friend bool operator==(const Transition&, const Transition&) = default;
};

/// A resource went over to a newer version of its key.
struct KeyRotated {
    VersionNameId from;
    VersionNameId to;
    SlotId slot = {}; // of a resource with several keys

    friend bool operator==(const KeyRotated&, const KeyRotated&) = default;
};

/// Something was lost, as the resource has been in a state for long enough.
struct LossCame {
    StateId state;
    std::uint32_t loss = 0; // its place among those of the state

    friend bool operator==(const LossCame&, const LossCame&) = default;
};

/// An operation was attempted on a resource.
struct OperationTried {
    EntryId entry;
    std::optional<ConditionId> blockedBy; // a condition denies it, not the state
    bool denied = false;

    friend bool operator==(const OperationTried&, const OperationTried&) = default;
};

/// What a look at a key shows.
struct KeySeen {
    std::uint32_t versions = 0; // how many it has
    VersionNameId version;      // that was looked at
    bool enabled = false;       // it is

    friend bool operator==(const KeySeen&, const KeySeen&) = default;
};

/// A thing of the world was looked at.
struct ReadDone {
    EntryId entry;
    std::optional<CommonRefusal> refusal;
    std::optional<KeySeen> key; // where it was a key, and was there

    friend bool operator==(const ReadDone&, const ReadDone&) = default;
};

/// It was looked how a resource stands, for one of the expectations of an entry.
struct StatusChecked {
    EntryId entry;
    std::uint32_t item = 0;

    friend bool operator==(const StatusChecked&, const StatusChecked&) = default;
};

/// Whether something is as the scenario expects it: how a resource stands, or what an entry came to.
struct Verdict {
    bool held = false;
    std::variant<StatusChecked, ActionDone, OperationTried, ReadDone> on;

    friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// A resource to which something happened, as it is after that.
struct ResourceThen {
    ResourceId resource;
    IdentityId identity; // that it uses for its key
    KeyReferenceId key;  // that it has
    ResourceStatus status;
    AnswerInterval interval; // in which its checks are; where a replay tells it
    Members members;
};

/// One thing that happened.
struct Record {
    using What = std::variant<FactHappened, ActionDone, Created, Deleted, DataLost, ConditionChanged, Transition,
                              KeyRotated, LossCame, OperationTried, ReadDone, Verdict>;

    Position position;
    std::uint32_t order = 0; // among what one cause brings about: the cause itself, then resources by place in the list
    std::optional<ResourceThen> on; // none: it happened to the world
    What what;

    template <class T>
    [[nodiscard]] bool is() const {
        return std::holds_alternative<T>(what);
    }
    /// What happened, where it is known to be of a kind.
    template <class T>
    [[nodiscard]] const T& as() const {
        assert(is<T>());
        return *std::get_if<T>(&what);
    }
    /// The same; null where it is of another kind.
    template <class T>
    [[nodiscard]] const T* asIf() const {
        return std::get_if<T>(&what);
    }

    [[nodiscard]] bool isOn(ResourceId resource) const { return on && on->resource == resource; }
    /// Why the resource is in its state after it; none where it happened to the world.
    [[nodiscard]] Reason reason() const { return on ? on->status.reason : Reason::None; }
    /// Whether it tells of some members of a fleet together.
    [[nodiscard]] bool isOfMembers() const { return on && on->members.count > 0 && !on->members.listed; }
    /// Whether it tells of a single member of a fleet.
    [[nodiscard]] bool isOfListedMember() const { return on && on->members.listed; }
    /// Whether time or an action of the timeline brought it about, and it is no consequence.
    [[nodiscard]] bool isCause() const { return is<FactHappened>() || is<ActionDone>(); }
    /// Whether a list of events has no line of it: that a resource comes to be or goes is told by its action.
    [[nodiscard]] bool isUnlisted() const { return is<Created>() || is<Deleted>(); }
    [[nodiscard]] bool isFailedVerdict() const { return is<Verdict>() && !as<Verdict>().held; }

    /// The entry of the timeline that it is about; invalid where it is about none.
    [[nodiscard]] EntryId entry() const;
    /// Which of the entry's expectations it is about.
    [[nodiscard]] std::uint32_t item() const;
    /// Whether the entry that it is about was refused or denied.
    [[nodiscard]] bool refused() const;
    /// Why it was refused, where it was.
    [[nodiscard]] std::optional<Refusal> refusal() const;
};

/// A resource at the end of a replay.
struct ResourceEnd {
    ResourceId resource;
    ResourceStatus status;
};

/// A whole replay: what happened, in order, and how it ended, in the order in which resources are listed.
struct Trace {
    IdVector<ResourceId, ResourceStatus> starts;
    std::vector<Record> records;
    std::vector<ResourceEnd> ends;
    bool passed = true; // every expectation held, and nothing was refused unexpectedly
};

} // namespace cmksim
