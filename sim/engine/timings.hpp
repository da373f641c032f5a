// The timings that the documents leave open, besides phases: which entry of a timeline has one, and what it is taken to
// be (semantics, section 5). A program has one choice of them; without a choice they are nominal.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace cmksim::engine {

/// The timing on which it depends when an entry's action counts; null where it counts at once.
const Timing* openTiming(const Program& program, const TimelineEntry& entry);
const Timing* openTiming(const Program& program, const Action& action);

/// How long an entry's action takes to count, as the program has it: zero where it counts at once.
Duration delayOf(const Program& program, const TimelineEntry& entry);

/// One of the open timings of a program besides phases: how long it takes until what an entry does counts, or the
/// deletion of an identity before the start; or how long a rule takes that a model counts for each resource.
struct OpenDelay {
    /// The last token of an identity that is deleted before the start.
    struct EarlierDeletion {
        IdentityId identity;
        friend bool operator==(const EarlierDeletion&, const EarlierDeletion&) = default;
    };
    /// What an entry gives or takes comes to count, or the last token of the identity that it deletes ends.
    struct Effect {
        EntryId entry;
        IdentityId identity;
        std::optional<VaultId> vault; // none: in all vaults
        friend bool operator==(const Effect&, const Effect&) = default;
    };
    /// The credential of a resource lapses after an entry.
    struct Lapse {
        EntryId entry;
        ResourceId resource;
        friend bool operator==(const Lapse&, const Lapse&) = default;
    };
    /// A rule of a resource's model takes so long, from whatever it counts.
    struct OwnClock {
        ResourceId resource;
        TimingId clock;
        friend bool operator==(const OwnClock&, const OwnClock&) = default;
    };

    std::variant<EarlierDeletion, Effect, Lapse, OwnClock> of;
    Instant from{}; // when it begins
    const Timing* timing = nullptr;
    Instant until = never; // from then on it makes no difference when

    friend bool operator==(const OpenDelay&, const OpenDelay&) = default;
};

/// Those whose range holds more than one value between the start and the program's end, in the order of time.
std::vector<OpenDelay> openDelays(const Program& program);

/// Whether reactions can happen at other instants than phases alone make of them: how long one takes has a range, or
/// how long something takes that may come before it.
bool hasOpenReactions(const Program& program);

/// What one of them is, and to choose it.
Duration delayOf(const Program& program, const OpenDelay& delay);
void setDelay(Program& program, const OpenDelay& delay, Duration chosen);

/// Chooses how long a rule of a resource's model takes for it.
void chooseClock(Program& program, ResourceId resource, TimingId clock, Duration chosen);

/// Chooses how long an entry's action takes to count, where that is open.
void setDelay(TimelineEntry& entry, Duration delay);

enum class TimingEnd : std::uint8_t { Nominal, Earliest, Latest };

/// How long it takes at one end of its range.
Duration lengthAt(const Timing& timing, TimingEnd end);

/// Puts every open timing of the timeline at one end of its range.
void setDelays(Program& program, TimingEnd end);

/// The ends at which some open timing of the program is another than nominally, and the nominal one, which comes first.
std::vector<TimingEnd> differingEnds(const Program& program);

/// The phases at one end of their range; nominally 0.
Phases phasesAt(const Program& program, TimingEnd end);

} // namespace cmksim::engine
