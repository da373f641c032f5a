// The objectives that a change is held against.
#pragma once

#include "base/diagnostics.hpp"
#include "report/gate_view.hpp"
#include "scenario/objectives.hpp"
#include "scenario/parse.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cmksim::program {

/// A file of objectives, `cmksim-objectives: 1`; what is written points into the document.
struct ObjectivesFile {
    std::shared_ptr<const Document> document;
    std::vector<scenario::ObjectiveSpec> written;
};

/// Reads it; nothing when something is wrong, as reported.
std::optional<ObjectivesFile> readObjectivesFile(const std::string& path, FileReader& files, Diagnostics& diagnostics);

/// Adds a finding for each objective that the change breaks, or of which it is not known; and lets an outage count no
/// more that its resource's RTO allows in every case. False where a name does not resolve, as reported.
bool applyObjectives(const ObjectivesFile& file, const Judgement& judgement, std::vector<GateFinding>& findings,
                     Diagnostics& diagnostics);

} // namespace cmksim::program
