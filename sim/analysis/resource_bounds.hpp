// The bounds of one resource, collected from every way in which the world can go and every class of its own phases.
#pragma once

#include "analysis/bounds.hpp"
#include "analysis/causes.hpp"
#include "analysis/weighted_mean.hpp"
#include "analysis/worlds.hpp"

#include <compare>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace cmksim::analysis {

/// An action by its entry, whenever that is taken.
struct ActionName {
    TextPlace place;
    std::uint32_t time = 0; // of a reaction: how often it happened before

    friend auto operator<=>(const ActionName&, const ActionName&) = default;
};

/// A fact of the world, of those that tell the same.
struct FactName {
    std::uint32_t before = 0; // how many of the same came before
    FactKind kind{};
    FactTarget target;

    friend auto operator<=>(const FactName&, const FactName&) = default;
};

/// A lapse of the resource's own credential.
struct LapseName {
    std::uint32_t before = 0; // how many came before

    friend auto operator<=>(const LapseName&, const LapseName&) = default;
};

/// The program's end, at which an outage is not over.
struct NotOver {
    friend auto operator<=>(const NotOver&, const NotOver&) = default;
};

/// What begins or ends an outage, told apart by what it is and not by when: a reaction shifts with what it waits for.
using TurnName = std::variant<FromStart, ActionName, FactName, LapseName, NotOver>;

/// Where an outage that is not over when the program ends is taken to end.
inline constexpr Position afterAll{never, Stage::Observations, 0};

/// What begins or ends an outage, and where that stands: where it happened, or the action that took until then to
/// count.
struct NamedTurn {
    TurnName name;
    Position cause;
};

/// One outage in one phase.
struct ReplayedOutage {
    AnswerInterval startInterval; // the failing one that it begins with
    Position endInterval;         // when the passing one began that it ends with; `afterAll`: it is not over
    Instant start{};
    Instant end{};            // of one that is not over: the program's end
    bool startAtOnce = false; // not seen by a revalidation, so that the phase makes no difference to it
    bool endAtOnce = false;
    bool over = false;
    Reason reason = Reason::None;
    const Record* began = nullptr; // in the records of the walk; null: it is down from the start
    const Record* ended = nullptr; // null: it is not over
    bool startIsCrowded = true;    // something else than what began the failing interval may be a cause at some phase
};

/// What the outages of one way to go begin and end with.
struct OutageNames {
    NamedTurn start;
    NamedTurn end;
    std::optional<NamedTurn> startCause;    // *the* cause of the beginning, where that is not what began the interval
    std::optional<NamedTurn> endCause;      // and that of the end
    std::vector<const Timing*> startClocks; // by which they come when they do
    std::vector<const Timing*> endClocks;
};

class ResourceBounder {
public:
    /// `shown` is the program in whose entries causes are told.
    ResourceBounder(const Program& shown, ResourceId resource, bool open);

    /// `share` is the probability of the world as far as other resources, and what reactions wait for, decide it; none
    /// where something besides the resource's own phases and theirs is not nominal.
    void add(const PossibleWorld& world, const std::vector<PhaseClass>& classes, const std::optional<Ratio>& share);

    /// From now on something besides phases is open.
    void openAll();

    /// Not everything that is open could be looked at: extents are to hold whatever there can be.
    void widen(const Program& program);

    /// Nothing for a resource that is never there.
    std::optional<ResourceBounds> finish();

private:
    struct Passage {
        Duration downtime{};
        bool present = false;
        bool dataLost = false;
    };

    /// An outage of all the phases that have it, as they are added.
    struct Collected {
        OutageBounds bounds;
        std::map<TurnName, TurnCause> startCauses;
        std::map<TurnName, TurnCause> endCauses;
        Instant endInterval = never; // the earliest at which what began the passing interval was seen to happen
        WeightedMean length;
        WeightedMean latent;
    };

    Passage walk(const PossibleWorld& world, const OpenPhases& phases, std::vector<ReplayedOutage>& outages);
    void readOutages(const PossibleWorld& world, std::vector<ReplayedOutage>& outages) const;
    void tellCauses(const PossibleWorld& world, const OpenPhases& phases);
    [[nodiscard]] bool isCrowded(const PossibleWorld& world, Instant from, Instant to) const;
    [[nodiscard]] bool startIsCrowded(const PossibleWorld& world, const ReplayedOutage& outage, Duration later) const;
    [[nodiscard]] bool endIsByMore(const PossibleWorld& world, const ReplayedOutage& outage) const;
    static std::vector<PhaseClass> byCause(const std::vector<PhaseClass>& finer, const PhaseClass& one);
    std::int64_t addClass(const PossibleWorld& world, const PhaseClass& one, const Passage& passed, const Parts& parts);
    [[nodiscard]] std::vector<ImpairmentInterval> readImpairments(const PossibleWorld& world) const;
    void addTimesThere(const PossibleWorld& world);
    Duration shift(Duration by);
    void addOutage(const PossibleWorld& world, const ReplayedOutage& first, const ReplayedOutage& last,
                   const OutageNames& names, const Parts& parts);
    void addCause(const PossibleWorld& world, const NamedTurn& turn, std::map<TurnName, TurnCause>& causes) const;
    [[nodiscard]] EventCause causeOf(const PossibleWorld& world, const NamedTurn& turn) const;
    [[nodiscard]] NamedTurn nameOf(const PossibleWorld& world, const Position& interval) const;

    const Program& shown_;
    ResourceBounds bounds_;
    WeightedMean downtime_;
    std::map<std::pair<TurnName, TurnName>, Collected> outages_;
    ImpairmentCollector impairments_;
    StateLossCollector losses_;
    std::size_t failing_ = 0; // classes in which it is made and fails
    bool present_ = false;
    bool created_ = false; // of several lives only the last one's downtime counts, and each may pin its phase
    std::vector<Record> records_;
    std::vector<ReplayedOutage> first_; // of a class's first phase
    std::vector<ReplayedOutage> last_;  // of its last
    std::vector<OutageNames> names_;    // of the first's
};

} // namespace cmksim::analysis
