// Numbers for drawing what the documents leave open. They are counted, not remembered: what one trial draws for one
// phase or timing depends on the seed, the trial and its own place alone, wherever and in whichever order it is drawn.
#pragma once

#include "base/instant.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <cstdint>

namespace cmksim::engine {

class Draws {
public:
    Draws(std::uint64_t seed, std::uint64_t trial) : seed_{seed}, trial_{trial} {}

    /// A resource's revalidation phase, each of its period as likely as any other.
    [[nodiscard]] Duration phase(ResourceId resource, Duration period) const;
    /// Where its looks for a newer version fall, likewise.
    [[nodiscard]] Duration rotationPhase(ResourceId resource, Duration period) const;
    /// Where its looks fall while it is down, likewise.
    [[nodiscard]] Duration recoveryPhase(ResourceId resource, Duration period) const;
    /// The phase of the member of a fleet at `place`.
    [[nodiscard]] Duration memberPhase(ResourceId fleet, std::uint64_t place, Duration period) const;
    /// Where the looks for a newer version of the member at `place` fall.
    [[nodiscard]] Duration memberRotation(ResourceId fleet, std::uint64_t place, Duration period) const;
    /// A member of a fleet, each as likely as any other.
    [[nodiscard]] std::uint64_t member(ResourceId fleet, std::uint64_t members) const;
    /// How long an entry's action takes to count, both ends of its range among the values.
    [[nodiscard]] Duration delay(EntryId entry, const Timing& timing) const;
    /// How long the last token of an identity goes on working that is deleted before the start, likewise.
    [[nodiscard]] Duration tokenLife(IdentityId identity, const Timing& timing) const;

    /// How long a rule of a resource's model takes for it, likewise.
    [[nodiscard]] Duration ownClock(ResourceId resource, TimingId clock, const Timing& timing) const;

    /// How long a reaction takes, both ends among the values.
    [[nodiscard]] Duration reaction(std::uint32_t index, Duration least, Duration most) const;

private:
    enum class Purpose : std::uint32_t { Phase, Delay, MemberPhase, AnyMember, Reaction, Rotation, Token, Recovery };
    [[nodiscard]] Duration within(const Timing& timing, Purpose purpose, std::size_t index) const;
    [[nodiscard]] std::uint64_t number(Purpose purpose, std::uint32_t index, std::uint64_t place) const;

    std::uint64_t seed_;
    std::uint64_t trial_;
};

/// Draws where every resource's looks fall.
void drawPhases(const Draws& draws, const Program& program, Phases& phases);

/// Draws every open timing of a program besides phases. Nothing is allocated.
void drawDelays(const Draws& draws, Program& program);

} // namespace cmksim::engine
