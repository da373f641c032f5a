// In which phases of what they stand on resources have to be looked at (rules, section 6 and "Exactness"). A base whose
// phase is open moves what stands on it: its own classes are cut once more where an instant that depends on one phase
// passes another instant, and both ends of what lies between two cuts are looked at, as times go in straight lines
// between them.
#pragma once

#include "analysis/exact.hpp"
#include "analysis/phase_classes.hpp"
#include "engine/bases.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace cmksim::analysis {

/// Resources that stand, near or far, on the same resources whose phases are open.
struct BaseGroup {
    std::vector<ResourceId> open;     // the bases
    std::vector<ResourceId> subjects; // in the order of evaluation
    std::vector<ResourceId> walked;   // those whose bases are worked out for a variant, likewise
};

/// All of them.
std::vector<BaseGroup> baseGroups(const Program& program, const Standings& standings);

/// One choice of the phases of a group's bases.
struct BaseVariant {
    std::vector<std::pair<ResourceId, OpenPhases>> phases;
    Ratio share; // of all choices, by the widths of the classes that it ends
};

struct BaseVariants {
    std::vector<BaseVariant> all;
    bool cutShort = false; // there are too many: these are the ends of the ranges
};

/// Those of a group. `classesOf` says which classes of a base are to be looked at.
BaseVariants baseVariants(const Program& program, const WorldHistory& history, const BaseGroup& group,
                          const std::function<std::vector<PhaseClass>(ResourceId)>& classesOf);

/// Whether more is open than variants take account of: how long it takes until bases count as unavailable or available.
bool hasOpenBaseTimings(const Program& program, const Standings& standings, ResourceId resource);

} // namespace cmksim::analysis
