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

/// Resources that stand, near or far, on the same resources whose phases are open, or on the same ones altogether where
/// none of these is.
struct BaseGroup {
    std::vector<ResourceId> open;     // the bases whose phases are
    std::vector<ResourceId> subjects; // in the order of evaluation
    std::vector<ResourceId> walked;   // those whose bases are worked out for a variant, likewise
    std::vector<ResourceId> bases;    // all that the subjects stand on
};

/// All of them.
std::vector<BaseGroup> baseGroups(const Program& program, const BaseGraph& baseGraph);

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

/// Everything that changes at an instant of its own for a resource or for what it stands on, in order.
std::vector<Instant> instantsOfAll(const Program& program, const WorldHistory& history, const BaseGroup& group);

} // namespace cmksim::analysis
