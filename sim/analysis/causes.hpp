// What is behind a change of a resource: the actions and facts after which its checks answered as they did. There is
// one definition (semantics, section 5), and everybody who names a cause asks here.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"
#include "trace/record.hpp"

#include <compare>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace cmksim::analysis {

/// The history of a program with all that stands between resources and their keys, unfolded when it is first asked for.
class TellingHistory {
public:
    /// Both must outlive this.
    TellingHistory(const Program& program, const Phases& phases) : program_{program}, phases_{phases} {}

    [[nodiscard]] const WorldHistory& operator()() {
        if (!history_) {
            history_ = simulateWorld(program_, phases_, HistoryDetail::Lacks);
            follow();
        }
        return *history_;
    }

    /// Takes what resources stand on to go so from now on; it must outlive this.
    void follow(const BaseCourses& bases) {
        bases_ = &bases;
        if (history_) {
            follow();
        }
    }

private:
    void follow() {
        if (bases_ != nullptr) {
            history_->bases() = *bases_;
        }
    }

    const Program& program_;
    const Phases& phases_;
    const BaseCourses* bases_ = nullptr;
    std::optional<WorldHistory> history_;
};

/// Nothing that happened: it was so from the start.
struct FromStart {
    friend auto operator<=>(const FromStart&, const FromStart&) = default;
};

/// An action of a reaction that does not come about in the program at hand, and does at other timings.
struct ActionElsewhere {
    std::string text; // its name and target
    friend auto operator<=>(const ActionElsewhere&, const ActionElsewhere&) = default;
};

/// What a change comes of: nothing that happened, what time alone brought about, or an action. That a resource's own
/// credential lapsed is a fact that names nothing.
using EventCause = std::variant<FromStart, FactHappened, EntryId, ActionElsewhere>;

/// The fact that a resource's own credential lapsed.
inline constexpr FactHappened ownLapse{FactKind::IdentityLapsed, {}};

/// A lapse of the resource's own credential, which has no place among the moments of the world.
struct LapsePlace {
    Instant at{};

    friend auto operator<=>(const LapsePlace&, const LapsePlace&) = default;
};

/// An action or a fact of the world by where it stands; a resource's own lapse by its instant alone.
class EventPlace {
public:
    EventPlace(const Position& position) : where_{position} {}
    EventPlace(const LapsePlace& lapse) : where_{lapse} {}

    [[nodiscard]] const LapsePlace* lapse() const { return std::get_if<LapsePlace>(&where_); }

    /// Where it stands among all events: a lapse at the beginning of the facts of its instant.
    [[nodiscard]] Position position() const {
        const auto* own = lapse();
        return own != nullptr ? Position{own->at, Stage::Facts, 0} : std::get<Position>(where_);
    }

    friend bool operator==(const EventPlace&, const EventPlace&) = default;
    friend std::strong_ordering operator<=>(const EventPlace& one, const EventPlace& other) {
        const std::strong_ordering order = one.position() <=> other.position();
        return order != 0 ? order : one.where_.index() <=> other.where_.index();
    }

private:
    std::variant<Position, LapsePlace> where_;
};

/// What is behind a change. Of an outage's beginning: what still held at the revalidation that saw it, and had to be
/// undone for it to end, the earliest first. Of its end the other way round: what was done since and still held, the
/// latest first. Of a change of the reason alone: what made the answer turn.
struct Behind {
    std::vector<EventPlace> events;
    bool fromStart = false; // something of it was so from the start, before any of the events

    /// *The* cause; nothing where it was so from the start.
    [[nodiscard]] const EventPlace* cause() const { return fromStart || events.empty() ? nullptr : &events.front(); }
};

/// Whether a record is that of a revalidation by hand which was not refused.
bool isByHand(const Program& program, const Record& record);

/// The action by which a resource comes back where that is one on itself: what is done at once, or was begun by hand.
/// `records` are those of the resource, the change among them. Null where it is none.
const Record* begunByHand(const Program& program, const std::vector<Record>& records, const Record& change);

/// Walks one resource through a history and looks, at its changes, how long what stood between it and its key had.
class CauseFinder {
public:
    /// The history tells lacks. All must outlive this.
    CauseFinder(const Program& program, const WorldHistory& history, ResourceId resource, const OpenPhases& phases);
    ~CauseFinder();

    /// What is behind a transition, condition or loss of data of the resource at this phase. Changes must come in
    /// their order; some may be left out.
    Behind behind(const Record& change);

private:
    class Tracer;
    std::unique_ptr<Tracer> tracer_;
};

/// The causes of all changes of a trace.
class Causes {
public:
    /// `trace` is what the replay of `program` at `phases` left behind, and must outlive this.
    Causes(const Program& program, const Phases& phases, const Trace& trace);

    /// The action or fact that is *the* cause of a transition, condition or loss of data of the trace, and the action
    /// behind a lapse. Null where it was so from the start, or where there is no single one.
    [[nodiscard]] const Record* of(const Record& change) const;

    /// The others of several causes, in their order.
    [[nodiscard]] std::span<const Record* const> othersOf(const Record& change) const;

private:
    struct Known {
        std::vector<const Record*> events;
        bool fromStart = false;
    };

    [[nodiscard]] const Known& knownOf(const Record& change) const;
    void tell(std::size_t record, const Behind& behind);

    const Trace& trace_;
    std::vector<Known> known_; // of each record of the trace
};

} // namespace cmksim::analysis
