// Reactions: entries of the timeline that wait for how resources stand. Whatever they do at an instant can only change
// what comes later, so a program with reactions is played by finding, one after the other, when they happen; what is
// left is a program whose timeline says so.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"

namespace cmksim::engine {

/// Two reactions that bring each other about go on until the program ends, or until so many have happened.
inline constexpr std::size_t mostFirings = 1'000;

struct Reacted {
    Program program;      // without reactions
    bool endless = false; // more would have happened than `mostFirings`
};

/// The program as it goes at these phases.
Reacted react(const Program& program, const Phases& phases);

} // namespace cmksim::engine
