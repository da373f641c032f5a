// Courses of a program with reactions that together reach the earliest and the latest of everything, where so many
// instants are open that they cannot be tried one by one.
//
// What is open comes down to instants: where the looks of what reactions wait for fall, when a grant counts, when a
// reaction acts. A course changes only where two of them meet, or one meets an instant that is fixed, by the measure of
// a period, as a look sees nothing of its hour. Between such lines times go in straight lines, so the ends of anything
// lie where an instant is tied, by a chain of lines and of ends of ranges, to one that is fixed. Those are tried: first
// the phases, then the effects of what the timeline does, then each reaction when it is its turn. What is open for
// resources that no reaction waits for is cut into classes in each of these courses, as in any other.
//
// Each course is checked: an instant at which something changes that the lines do not explain shows that something else
// moves things, and then the courses are not all that are needed.
#pragma once

#include "analysis/reaction_worlds.hpp"
#include "analysis/verify.hpp"
#include "base/patience.hpp"
#include "engine/program.hpp"

#include <cstdint>
#include <functional>

namespace cmksim::analysis {

/// Calls `visit` for each of these courses, no more than `most`, as long as it says true; delays are nominal unless all
/// timings are open. Whether what was visited holds the ends of everything; never where it was stopped. It costs a few
/// replays for each course.
bool forEachReactionCorner(const Program& program, OpenTimings open, std::uint64_t most,
                           const std::function<bool(const ReactionWorld&)>& visit);

/// What is expected of resources that no reaction concerns, over all timings; where the rest is, nothing is said of it.
/// `shown` is the program as it goes at nominal timings.
Verification verifyBesidesReactions(const Program& program, const Program& shown, OpenTimings open,
                                    const Patience& patience);

} // namespace cmksim::analysis
