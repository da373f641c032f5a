// The ways in which the world itself can go. With phases alone open it depends on no phase, but where a
// resource's own actions make or end its system-assigned identity.
#pragma once

#include "analysis/causes.hpp"
#include "analysis/exact.hpp"
#include "analysis/footprints.hpp"
#include "analysis/phase_classes.hpp"
#include "analysis/timing_cells.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace cmksim::analysis {

/// For which resources a world stands, where some stand on others whose phases are open: for those that do, each choice
/// of these phases is a world of its own.
struct BaseScope {
    std::span<const ResourceId> others;                // that a choice is there for; all else is looked at elsewhere
    const std::vector<ResourceId>* subjects = nullptr; // that the choice is for; null: all but the others
    std::span<const ResourceId> bases;                 // of whose phases it is one
    Ratio share = 1;                                   // of the choice
};

/// Resources of which pairs of phases, of two clocks, go one way or the other.
struct PairScope {
    std::vector<ResourceId>
        paired; // the world of phases alone stands for all of their phases, the nominal one for none
    std::vector<ResourceId> unpaired; // not all pairs are looked at, so that no world says how likely it is

    [[nodiscard]] bool isPaired(ResourceId id) const { return std::ranges::find(paired, id) != paired.end(); }
};

/// One way, as long as it is visited. The phases of the resources that shape the world are restricted to those that
/// lead there; all others are free.
class PossibleWorld {
public:
    /// `cell` is where something besides revalidation phases is not nominal; null: nowhere.
    PossibleWorld(const Program& program, const WorldHistory& history, TellingHistory& telling, const Phases& phases,
                  OpenTimings open, std::span<const Shapers::Choice> choices, const TimingCell* cell,
                  const PairScope& pairs, BaseScope bases)
        : program_{program}, history_{history}, telling_{telling}, phases_{phases}, open_{open}, choices_{choices},
          cell_{cell}, pairs_{pairs}, bases_{std::move(bases)} {}

    [[nodiscard]] const Program& program() const { return program_; }
    [[nodiscard]] const WorldHistory& history() const { return history_; }
    /// The same history, with all that stands between resources and their keys.
    [[nodiscard]] const WorldHistory& telling() const { return telling_(); }
    /// One combination of phases that leads there.
    [[nodiscard]] const Phases& phases() const { return phases_; }

    /// Whether all but revalidation phases is nominal. Such worlds come first.
    [[nodiscard]] bool isNominal() const { return cell_ == nullptr; }

    /// Whether phases, those of looks for a newer version included, are all that is not nominal. Such worlds come next.
    [[nodiscard]] bool isOfPhases() const { return cell_ == nullptr || cell_->phasesAlone; }

    /// Whether it is one choice of the phases of what some resources stand on, and stands for these alone.
    [[nodiscard]] bool isOfBases() const { return bases_.subjects != nullptr; }

    /// The classes of a resource's phase in this world, none where another world stands for it. What happens happens to
    /// all of a class in the same order.
    [[nodiscard]] std::vector<PhaseClass> classesOf(ResourceId resource) const;

    /// Calls `look` with the phases at both ends of each class: what comes of those between them lies between.
    template <class Look>
    void forEachEnd(ResourceId resource, Look look) const {
        for (const PhaseClass& one : classesOf(resource)) {
            look(one.firstPhases());
            look(one.lastPhases());
        }
    }

    /// Whether it is pairs of phases, of two clocks, that go one way or the other for a resource.
    [[nodiscard]] bool goesByPairs(ResourceId resource) const { return pairs_.isPaired(resource); }

    /// Of how many phases, pairs of phases or members the classes of a resource are, each as likely as any other; none
    /// where something besides phases is not nominal, or what the classes have says nothing of how likely they are.
    [[nodiscard]] std::optional<std::int64_t> waysOf(ResourceId resource) const;

    /// How many of them a class has.
    [[nodiscard]] std::int64_t waysIn(ResourceId resource, const PhaseClass& phases) const;

    /// The probability of this world as far as resources other than `resource` decide it.
    [[nodiscard]] Ratio shareBesides(ResourceId resource) const;

private:
    const Program& program_;
    const WorldHistory& history_;
    TellingHistory& telling_;
    const Phases& phases_;
    OpenTimings open_;
    std::span<const Shapers::Choice> choices_;
    const TimingCell* cell_;
    const PairScope& pairs_;
    BaseScope bases_;
};

/// What was gone through.
struct WorldsVisited {
    bool stopped = false;             // by the visitor
    std::vector<ResourceId> cutShort; // of whose timings not all values were looked at, as there are too many
};

/// Calls `visit` for every way, in a stable order, as long as it says true; together they hold every combination of
/// what is open, or stand for it. `program` has no reactions.
WorldsVisited forEachWorld(const Program& program, OpenTimings open,
                           const std::function<bool(const PossibleWorld&)>& visit);

/// Whether some resource's phase decides what becomes of the world.
bool worldDependsOnPhases(const Program& program);

} // namespace cmksim::analysis
