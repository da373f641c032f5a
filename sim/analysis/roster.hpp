// The members of a fleet, looked up by phase.
#pragma once

#include "analysis/exact.hpp"
#include "analysis/phase_classes.hpp"
#include "engine/program.hpp"
#include "trace/record.hpp"

#include <cstdint>

namespace cmksim::analysis {

/// Where the members of a fleet stand in the period; all at one phase where it is not said how they spread.
class Roster {
public:
    Roster(const Program& program, ResourceId id) : fleet_{*program.resources[id].fleet} {}

    [[nodiscard]] Member first(const PhaseClass& phases) const {
        if (!fleet_.phases) {
            return 0;
        }
        return fleet_.phases->haveRotations() ? fleet_.phases->before(phases.first, phases.rotation)
                                              : fleet_.phases->before(phases.first);
    }
    [[nodiscard]] std::uint32_t count(const PhaseClass& phases) const {
        if (!fleet_.phases) {
            return fleet_.members;
        }
        const Member next = fleet_.phases->haveRotations()
                                ? fleet_.phases->before(phases.last, phases.rotation + Duration{1})
                                : fleet_.phases->before(phases.last + Duration{1});
        return next - first(phases);
    }
    [[nodiscard]] Duration phaseOf(Member member, const PhaseClass& phases) const {
        return fleet_.phases ? fleet_.phases->phaseOf(member) : phases.first;
    }

    /// Calls `see(phase, first member, how many)` for every phase of a class that some member has.
    template <class See>
    void forEachPhase(const PhaseClass& phases, See see) const {
        if (!fleet_.phases) {
            see(phases.first, Member{0}, fleet_.members);
            return;
        }
        if (fleet_.phases->haveRotations()) { // classes of one phase each
            see(phases.first, first(phases), count(phases));
            return;
        }
        for (Duration phase = phases.first; phase <= phases.last; ++phase) {
            if (const std::uint32_t members = fleet_.phases->at(phase)) {
                see(phase, fleet_.phases->before(phase), members);
            }
        }
    }

private:
    const Fleet& fleet_;
};

/// Whether there is more than one class of them: where the phase is open, and in a fleet whose members look for newer
/// versions each at a time of its own.
bool hasSeveralPhases(const Program& program, ResourceId resource);

/// How likely it is that a resource has one of these phases: of a fleet, the share of the members that have.
Ratio shareOf(const Program& program, ResourceId resource, const PhaseClass& phases);

} // namespace cmksim::analysis
