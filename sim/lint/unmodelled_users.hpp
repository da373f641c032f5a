// What a key's expiry does to resources that have no model: it is not known, and no story can be played of it.
#pragma once

#include "lint/lint.hpp"

#include <vector>

namespace cmksim::lint {

/// A finding of each key that expires and that such resources use.
std::vector<LintFinding> unmodelledExpiries(const Program& estate);

} // namespace cmksim::lint
