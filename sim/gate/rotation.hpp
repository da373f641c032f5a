// Steps after which a resource no longer follows its key to newer versions.
#pragma once

#include "engine/program.hpp"

#include <vector>

namespace cmksim::gate {

/// The steps that end a resource's automatic rotation: its key is named by one version from then on, or the setting is
/// turned off. A step that names another key by a version is one, too. Cost: one pass over the timeline.
std::vector<EntryId> stepsThatEndRotation(const Program& program);

} // namespace cmksim::gate
