// The bounds of one resource, gathered from every way in which the world can go and every class of its own phases.
#pragma once

#include "analysis/bounds.hpp"
#include "analysis/outages.hpp"
#include "analysis/weighted_mean.hpp"
#include "engine/world_history.hpp"

#include <compare>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace cmksim::analysis {

/// What begins or ends an outage, told apart by what it is and not by when: a reaction shifts with what it waits for.
struct SpellName {
    enum class Kind : std::uint8_t { Start, Action, Fact, Lapse, End } kind{};
    TextPlace place;        // of the action's entry
    std::uint32_t time = 0; // of a reaction; of a fact or lapse: how many of the same came before
    FactKind fact{};
    FactTarget target;

    friend auto operator<=>(const SpellName&, const SpellName&) = default;
};

class ResourceBounder {
public:
    /// `shown` is the program in whose entries causes are told.
    ResourceBounder(const Program& shown, ResourceId resource, bool open);

    /// `share` is the probability of the world as far as other resources, and what reactions wait for, decide it; none
    /// where something besides phases is not nominal.
    void add(const Program& program, const WorldHistory& history, const std::vector<PhaseClass>& classes,
             const std::optional<Ratio>& share);

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
    struct RawImport {
        OutageBounds bounds;
        WeightedMean length;
        WeightedMean latent;
    };

    Passage walk(const Program& program, const WorldHistory& history, const OpenPhases& phases,
                 std::vector<ReplayedOutage>& outages);
    Duration shift(Duration by);
    void addOutage(const Program& program, const WorldHistory& history, const ReplayedOutage& first,
                   const ReplayedOutage& last, std::int64_t parts);
    void tellCause(const Program& program, const WorldHistory& history, Turn& turn) const;
    [[nodiscard]] SpellName nameOf(const Program& program, const WorldHistory& history, const Position& interval) const;

    const Program& shown_;
    ResourceBounds bounds_;
    WeightedMean downtime_;
    std::map<std::pair<SpellName, SpellName>, RawImport> outages_;
    bool present_ = false;
    bool created_ = false; // of several lives only the last one's downtime counts, and each may pin its phase
    std::vector<Record> records_;
    std::vector<Position> intervals_;
    std::vector<ReplayedOutage> first_; // of a class's first phase
    std::vector<ReplayedOutage> last_;  // of its last
};

} // namespace cmksim::analysis
