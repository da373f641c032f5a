// Which of the resources without a model hang on something: nobody knows what its loss does to them.
#pragma once

#include "action/action.hpp"
#include "engine/program.hpp"

#include <vector>

namespace cmksim::blast {

/// Those of `program.unmodelled` that use what the action takes away, in their order. A key without a version counts as
/// using each, and what is granted to an identity as used wherever the identity is.
std::vector<const Unmodelled*> unmodelledUsing(const Program& program, const Action& loss);

} // namespace cmksim::blast
