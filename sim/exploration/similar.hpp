// Resources that may change places with all that is theirs alone: their identities, keys and grants.
#pragma once

#include "engine/program.hpp"

#include <cstddef>
#include <vector>

namespace cmksim::exploration {

/// Groups of two or more, each in the order of the list. Two are in one where swapping them, with the identity and the
/// key that each has to itself, makes the same estate of an estate; what several use is the same for both.
std::vector<std::vector<ResourceId>> similarResources(const Program& estate);

} // namespace cmksim::exploration
