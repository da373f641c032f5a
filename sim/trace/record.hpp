// What a replay leaves behind: plain records in the order in which things took effect. Names become text only when a
// report is written.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "model/ids.hpp"
#include "model/model.hpp"
#include "model/platform.hpp"

#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

namespace cmksim {

using EntryId = Id<struct EntryTag>; // an entry of the timeline, in time order

/// Within one instant, in this order (semantics, section 1).
enum class Stage : std::uint8_t { Facts, Actions, Revalidations, Observations };

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

/// What a fact is about: a vault, a key, a version of a key, or a resource.
struct FactTarget {
    VaultId vault;
    KeyId key;
    VersionNameId version;

    friend auto operator<=>(const FactTarget&, const FactTarget&) = default;
};

/// Why an action was refused: by a rule that holds for every service, or by one of the target's model.
struct Refusal {
    enum class Origin : std::uint8_t { Common, Model } origin = Origin::Common;
    CommonRefusal common{};
    RefusalId model;
    Reason reason = Reason::None; // what the check that was asked for answered, where one was

    friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// How a resource stands at a moment; what expectations, triggers and the end of a run read.
struct ResourceStatus {
    enum class Presence : std::uint8_t { Absent, Present, Deleted } presence = Presence::Absent;
    StateId state;
    Reason reason = Reason::None;
    Duration downtime{};
    std::uint32_t outages = 0;
    bool recoverable = true;
    bool down = false; // it left its first state and is not back: downtime grows
    ConditionSet conditions;
};

enum class RecordKind : std::uint8_t {
    Fact,        // fact, factTarget or resource
    Action,      // entry, refused, refusal
    DataLost,    // resource
    Condition,   // resource, condition, flag
    Transition,  // resource, from, to, reason
    KeyRotated,  // resource, fromVersion, toVersion
    Operation,   // entry, resource, refused, reason
    Expectation, // entry, item, resource, flag (it held), status
    ReadRequest, // entry, refused, refusal; of a key: item (its versions), toVersion (the newest), flag (enabled)
};

/// The number of a member of a fleet, from 0 in the order of their phases.
using Member = std::uint32_t;

/// To which members of a fleet something happens, one after the other in the order of their numbers; after the last of
/// the fleet comes number 0.
struct Members {
    Member first = 0;
    std::uint32_t count = 0;     // 0: it is no fleet that it happens to
    std::uint32_t fellShort = 0; // of those: were refused or denied, or are not as expected
    Instant until{};             // when it happens to the last of them
    bool listed = false;         // a single one that stands for itself, as others of its fleet do

    friend bool operator==(const Members&, const Members&) = default;
};

/// The time, up to a moment, in which every check of a resource failed, or passed. What turns there and back at one
/// instant is none: no check meets it.
struct AnswerSpell {
    Position since;
    bool fails = false;

    friend bool operator==(const AnswerSpell&, const AnswerSpell&) = default;
};

/// One thing that happened. Which fields count depends on the kind.
struct Record {
    Position position;
    std::uint32_t order =
        0; // among what one cause brings about: 0 the cause itself, then resources by place in the list
    RecordKind kind{};
    bool refused = false;
    bool flag = false;
    Reason reason = Reason::None;
    FactKind fact{};
    ResourceId resource;
    IdentityId identity; // that the resource uses for its key then
    KeyReferenceId key;  // that the resource has then
    EntryId entry;
    std::uint32_t item = 0;
    StateId from;
    StateId to;
    ConditionId condition;
    VersionNameId fromVersion;
    VersionNameId toVersion;
    FactTarget factTarget;
    Refusal refusal;
    ResourceStatus status; // of the resource after it
    AnswerSpell spell;     // in which its checks are then; where a replay tells it
    Members members;
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
    bool passed = true; // every expectation held, and nothing was refused that nobody expected to be
};

} // namespace cmksim
