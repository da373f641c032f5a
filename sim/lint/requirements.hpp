// What a service requires of a vault and a key, held against those that its resources use.
#pragma once

#include "lint/lint.hpp"

#include <span>
#include <vector>

namespace cmksim::lint {

/// The rules by which the services of an estate would refuse its vaults and keys, each once for a resource and a key,
/// in the estate's order. What a vault's own settings are told of in `told` is not told again.
std::vector<LintFinding> requirementsNotMet(const Program& estate, std::span<const LintFinding> reported);

} // namespace cmksim::lint
