// Reactions: entries of the timeline that wait for how resources stand. Whatever they do at an instant can only change
// what comes later, so a program with reactions is played by finding, one after the other, when they happen; what is
// left is a program whose timeline says so.
#pragma once

#include "engine/part.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <vector>

namespace cmksim::engine {

/// Two reactions that bring each other about go on until the program ends, or until so many have happened in their part
/// of the estate.
inline constexpr std::size_t mostFirings = 1'000;

struct Reacted {
    Program program;      // without reactions
    bool endless = false; // more would have happened than `mostFirings`
};

/// Plays the reactions of one program at many phases. Each part of the estate reacts alone, so a call costs a few
/// replays of the parts that have reactions, however many of them there are.
class Reactor {
public:
    explicit Reactor(const Program& program);

    /// The program as it goes at these phases. `timed` is the program that it was made of, in which delays may be
    /// others.
    [[nodiscard]] Reacted at(const Program& timed, const Phases& phases) const;

    /// Whether a resource is in a part with reactions; to others they make no difference.
    [[nodiscard]] bool concerns(ResourceId id) const { return concerned_[id.index()]; }
    /// The same of an identity.
    [[nodiscard]] bool concerns(IdentityId id) const;

private:
    std::vector<EstatePart> parts_; // those with reactions
    std::vector<bool> concerned_;   // by resource
};

/// The program as it goes at these phases.
Reacted react(const Program& program, const Phases& phases);

} // namespace cmksim::engine
