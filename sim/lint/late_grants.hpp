// Actions of the timeline that a grant may come too late for: nominally it counts, and some day it does not yet.
#pragma once

#include "lint/lint.hpp"

#include <vector>

namespace cmksim::lint {

/// The actions that come out as expected at some timings alone, where a grant of the timeline may not count yet; in the
/// order of the timeline. Costs the bounds of the story, and nothing
/// where no grant comes before an action.
std::vector<LintFinding> actionsBeforeGrants(const Program& story);

} // namespace cmksim::lint
