// The timings that the documents leave open besides revalidation phases, in words: what an analysis that takes their
// nominal values says that it did not look at.
#pragma once

#include "engine/program.hpp"
#include "model/model.hpp"

#include <string>
#include <vector>

namespace cmksim::analysis {

/// What it is and how long it can take: `an access policy's way into effect (0s to 10m)`.
std::string rangeText(const Timing& timing);

/// So of each on which what happens to an estate can depend.
std::vector<std::string> rangeTexts(const Program& estate);

/// The clocks of an estate's services besides that of revalidations, where their phases are open: `when Azure Disk
/// looks for a newer version …`.
std::vector<std::string> clockTexts(const Program& estate);

/// Of one resource; without that of looks for a newer version where all of its phases were looked at.
std::vector<std::string> clockTextsOf(const Program& estate, ResourceId resource, bool everyRotation);

/// Both.
std::vector<std::string> timingTexts(const Program& estate);

/// What no page says of an estate's services, in words: `when myaccount looks for its key`. It is taken as open.
std::vector<std::string> undocumentedTexts(const Program& estate);

} // namespace cmksim::analysis
