// The clocks of resources' own rules whose range holds more than one value (how long a look is tolerated, a
// revalidation by hand takes, a change of bases takes to count): on which of them something hangs, and which lengths
// have to be looked at.
//
// Between two lengths at which something that a clock counts passes another instant, or a look, every course goes the
// same way, at times in straight lines. So the range is cut there, and both sides of each cut are looked at, each with
// all phases and all else that is open. A look is where it finds something: right after something changes. Looks that
// are far from everything that can change are alike, as for the other timings.
#pragma once

#include "analysis/phase_classes.hpp"
#include "analysis/timing_cells.hpp"
#include "engine/bases.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <set>
#include <vector>

namespace cmksim::analysis {

/// On which clocks something hangs, as far as courses with all of them nominal tell: while nothing counts by a clock a
/// course is the same at each of its lengths.
class ClockUse {
public:
    ClockUse(const Program& program, const BaseGraph& baseGraph, OpenTimings open);

    /// Whether something may be learnt of any resource.
    [[nodiscard]] bool isOpen() const { return !watched_.empty(); }
    /// Takes account of all courses of a world; `classesOf` says which of them a resource has there.
    template <class ClassesOf>
    void note(const Program& program, const WorldHistory& history, ClassesOf classesOf) {
        for (Watched& one : watched_) {
            if (!one.used) {
                one.used = counts(program, history, one, classesOf(one.resource));
            }
        }
    }

    /// Those open delays of a resource on which something hangs, or may at other lengths of the others.
    [[nodiscard]] std::vector<std::size_t> of(ResourceId resource) const;

private:
    struct Watched {
        ResourceId resource;
        std::vector<std::size_t> delays;
        std::set<TimingId> clocks;
        bool used = false;
    };
    static bool counts(const Program& program, const WorldHistory& history, const Watched& one,
                       const std::vector<PhaseClass>& classes);
    [[nodiscard]] bool isUsed(ResourceId resource) const;

    const BaseGraph& baseGraph_;
    std::vector<Watched> watched_;
};

struct ClockCells {
    std::vector<TimingCell> cells;
    std::vector<ResourceId> cutShort; // of which not all lengths are looked at, or not with all else that is open
};

/// The choices in which clocks on which something hangs are others than nominal. `cells` are those with all of them
/// nominal.
ClockCells clockCells(const Program& program, const BaseGraph& baseGraph, const WorldHistory& nominal,
                      const TimingCells& cells, const ClockUse& use);

} // namespace cmksim::analysis
