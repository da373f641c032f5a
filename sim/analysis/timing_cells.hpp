// Everything open at once: values for the timings that the documents leave open, each with the phases for which they
// stand for all values that make no other difference (semantics, section 5).
//
// What a resource makes of a timing shows at the moments at which the resource takes notice of the world: its looks,
// and its own actions. So for the phases of one class the range of a timing is cut at these moments, and between two
// cuts every value leads the same way, at the same times: one value stands for all. A credential that lapses is noticed
// at once; there both ends of what lies between two cuts are taken, with the first and the last phase of the class, as
// times go in straight lines between them. Looks that are far from everything that can change are alike, so the first
// and the last of them stand for all: what lies between them are the same courses, later by whole periods.
#pragma once

#include "analysis/phase_classes.hpp"
#include "engine/program.hpp"
#include "engine/timings.hpp"
#include "engine/world_history.hpp"

#include <map>
#include <vector>

namespace cmksim::analysis {

/// One choice of values. Where looks for a newer version fall is said by the classes: it is the resource's own matter.
struct TimingCell {
    bool phasesAlone = false;                              // all delays are nominal
    std::vector<Duration> delays;                          // of the open delays, in their order
    std::map<ResourceId, std::vector<PhaseClass>> classes; // of the resources that have classes for which it stands
};

using CellsByDelays = std::map<std::vector<Duration>, TimingCell>;

struct TimingCells {
    std::vector<OpenDelay> open;
    std::vector<TimingCell> cells;    // in a stable order; without the one in which all is nominal
    std::vector<ResourceId> cutShort; // that have more classes of values than are looked at
    /// That have a second clock with an open phase. The cell of phases alone has all of their classes, nominal ones
    /// too, as classes of pairs.
    std::vector<ResourceId> paired;
    std::vector<ResourceId> unpaired; // likewise, with more classes of pairs than are looked at
};

/// All choices that are needed besides the nominal one, where so much is open, phases alone first; the clocks of rules
/// are nominal in all of them (`clockCells` has the others). `nominal` is the history of the program at nominal
/// timings.
TimingCells timingCells(const Program& program, OpenTimings open, const WorldHistory& nominal);

class WorldMoments;

/// Adds what is open for one resource besides the clocks of its rules, which are as `program` has them chosen; false
/// where there are more than `most` cells with their classes.
bool addCellsOf(const Program& program, const WorldMoments& world, const std::vector<OpenDelay>& open,
                ResourceId resource, std::size_t most, CellsByDelays& cells);

} // namespace cmksim::analysis
