// Which of the resources without a model hang on something: what its loss does to them is not known.
#pragma once

#include "blast/blast.hpp"
#include "engine/program.hpp"

#include <span>
#include <vector>

namespace cmksim::blast {

/// Those of `program.unmodelled` that use the node, or stand on what does, in their order. A key without a version
/// counts as using each, and what is granted to an identity as used wherever the identity is. A key that was not read
/// may be any key, and where no identity is named, any identity may be used for it.
std::vector<const Unmodelled*> unmodelledUsing(const Program& program, const Blast& blast);
/// Likewise those that use what an action takes away, or stand on one of these resources.
std::vector<const Unmodelled*> unmodelledUsing(const Program& program, const Action& loss,
                                               std::span<const ResourceId> resources);
/// Whether all that speaks for a use is that a key was not read.
bool isUseGuessed(const Unmodelled& one, const Action& loss);
/// Whether it uses a key of what is taken from an identity, and no identity is named for it: it may be that one.
bool mayUseThrough(const Unmodelled& one, const Action& loss);

} // namespace cmksim::blast
