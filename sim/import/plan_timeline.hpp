// What applying a plan does on the way from one estate to the next.
#pragma once

#include "base/diagnostics.hpp"
#include "import/estate.hpp"
#include "import/terraform.hpp"

#include <string>
#include <vector>

namespace cmksim::import {

/// The changes as the fields of entries of a timeline: first what is destroyed, users before what they use,
/// then what is made or changed, the other way round, half a minute apart. The provider purges what it destroys where
/// nothing protects it, and recovers what it finds soft-deleted under the name of what it makes; that is told as a
/// warning where it happens. Changes that no entry stands for are told likewise, and added to `unplayed`.
std::vector<JsonObject> planTimeline(const ImportedEstate& before, const ImportedEstate& after,
                                     const std::vector<TerraformReplacement>& replaced, Diagnostics& diagnostics,
                                     std::vector<std::string>* unplayed = nullptr);

} // namespace cmksim::import
