// What an estate does to resources that have no model: it is not known, and no story can be played of it.
#pragma once

#include "lint/lint.hpp"

#include <vector>

namespace cmksim::lint {

/// A finding of each key that expires and that such resources use.
std::vector<LintFinding> unmodelledExpiries(const Program& estate);

/// A finding of each such resource that uses what is gone as the estate stands, or what cannot be used.
std::vector<LintFinding> unmodelledAtRest(const Program& estate);

/// What the settings of vaults risk for keys that such resources use, where `known` has no finding of it by a story.
std::vector<LintFinding> unmodelledDeletions(const Program& estate, const std::vector<LintFinding>& known);

} // namespace cmksim::lint
