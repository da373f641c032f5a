// What falls short in a program whose timeline may have reactions: on one of the ways that these let it go.
#pragma once

#include "analysis/coverage.hpp"
#include "analysis/verify.hpp"
#include "base/patience.hpp"
#include "engine/program.hpp"

#include <string>
#include <vector>

namespace cmksim::suite {

/// A program without reactions, and what was found of it.
struct Verified {
    Program program;
    Verification verification;
    std::string replayOptions = {};        // for a run to go that way
    std::vector<std::string> timings = {}; // how it goes, where no run can be told to go so
    std::vector<std::string> where = {};   // of each shortfall, under which readings; empty: under all looked at
};

/// The first way in which something falls short, if there is one; what nothing waits for goes one way. Where not every
/// way was looked at, `everyReaction` is false.
Verified verifyReactions(const Program& program, OpenTimings open, const Patience& patience, Coverage* coverage);

} // namespace cmksim::suite
