// The timings that the documents leave open, besides phases: which entry of a timeline has one, and what it is taken to
// be (semantics, section 5). A program has one choice of them; without a choice they are nominal.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <cstdint>

namespace cmksim::engine {

/// The timing on which it depends when an entry's action counts; null where it counts at once.
const Timing* openTiming(const Program& program, const TimelineEntry& entry);

/// How long an entry's action takes to count, as the program has it: zero where it counts at once.
Duration delayOf(const Program& program, const TimelineEntry& entry);

/// Chooses how long an entry's action takes to count, where that is open.
void setDelay(TimelineEntry& entry, Duration delay);

enum class TimingEnd : std::uint8_t { Nominal, Earliest, Latest };

/// Puts every open timing of the timeline at one end of its range.
void setDelays(Program& program, TimingEnd end);

/// The phases at one end of their range; nominally 0.
Phases phasesAt(const Program& program, TimingEnd end);

} // namespace cmksim::engine
