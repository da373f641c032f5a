// Old versions of keys that a story disables while something may still need them.
#pragma once

#include "lint/lint.hpp"

#include <vector>

namespace cmksim::lint {

/// One for each such action, in their order. `story` has its timeline; what disables the newest version of a key is a
/// story about that, and no finding. Costs what `retirementOf` does for each.
std::vector<LintFinding> versionsDisabledEarly(const Program& story);

} // namespace cmksim::lint
