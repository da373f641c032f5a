// Whether everything that a scenario expects holds: not in one timing, but for every revalidation phase, or every
// timing, that is open.
#pragma once

#include "analysis/coverage.hpp"
#include "analysis/phase_classes.hpp"
#include "base/patience.hpp"
#include "engine/program.hpp"
#include "engine/timings.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cmksim::analysis {

/// How long something takes to count in some replay.
struct ChosenDelay {
    OpenDelay delay;
    Duration chosen{};
    friend bool operator==(const ChosenDelay&, const ChosenDelay&) = default;
};

/// Something that a scenario expects and that does not hold, or an action that was refused unexpectedly.
struct Shortfall {
    EntryId entry;
    std::uint32_t item = 0;          // of several expectations in one entry
    ResourceId resource;             // whose phase decides; invalid where none does, or not it alone
    bool byBases = false;            // phases of what the resource stands on decide
    bool byWorlds = false;           // what happens to the world hangs on something open, and this may hang on that
    bool byPairs = false;            // those of its looks for a newer version count too: `classes` has the pairs
    std::vector<PhaseClass> phases;  // of that resource, for which it falls short, merged and in order
    std::vector<PhaseClass> classes; // the same one by one, each once, with where looks for a newer version fall
    Phases shown;                    // phases of all resources, for a replay in which it does
    std::vector<ChosenDelay> delays; // those that are not nominal in that replay
};

struct Verification {
    std::vector<Shortfall> shortfalls; // in the order of the timeline
    std::size_t expectations = 0;      // how many there are, results of actions and operations included
    std::size_t phaseClasses = 0;      // how many classes of phases were replayed
    bool gaveUp = false;               // before all was looked at
    std::vector<ResourceId> cutShort;  // of whose timings not all values were looked at, as there are too many
    std::set<std::string> atNominal;   // the open timings that were left at their nominal values
    bool everyReaction = true;         // else reactions stand where they are though other timings would move them
};

/// Whether some entries of a timeline are reactions, which another timing than the one in hand can move.
enum class Reactions : std::uint8_t { None, Placed };

/// The timings over which an expectation, or the outcome of an action, of an entry is to hold.
OpenTimings timingOf(const TimelineEntry& entry, std::uint32_t item, OpenTimings open);

/// An expectation that says its own timing is looked at in that. Gives up when its time is over.
/// Whatever is replayed is added to `coverage`, where there is one. Where reactions stand in
/// the timeline phases alone are opened.
Verification verify(const Program& program, OpenTimings open, const Patience& patience = {},
                    Coverage* coverage = nullptr, Reactions reactions = Reactions::None);

} // namespace cmksim::analysis
